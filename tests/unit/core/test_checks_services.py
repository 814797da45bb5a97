from pathlib import Path

from backk_core import CrudEntityService, allow_for_every_user
from backk_core.describe.registry import build
from backk_core.publish.checks import problems_of
from tests.declarations import HERE, Case, cases, the

ERRORS = """
class Sold(ServiceError):
    '''Is sold.'''
    code = 1

"""
SERVICE = "class TagService(Service):\n    errors = ({},)\n"


def error(id: str, broken: str, hint: str, mended: str) -> Case:
    """An error of a service, beside another one."""
    service = SERVICE.format("Sold, Other")
    return Case(id, ERRORS + broken + "\n" + service, hint, ERRORS + mended + "\n" + service)


@cases(
    a_function_class_without_service=Case(
        "E402",
        f"class FindTag(ServiceFunction): {HERE}\n    authorization = allow_for_every_user\n"
        "    def execute(self) -> None: ...\n",
        'service = "orderService"',
        "class FindTag(ServiceFunction):\n    service = 'tagService'\n    authorization = allow_for_every_user\n"
        "    def execute(self) -> None: ...\n",
    ),
    a_function_class_without_execute=Case(
        "E402",
        f"class FindTag(ServiceFunction): {HERE}\n    service = 'tagService'\n"
        "    authorization = allow_for_every_user\n",
        'service = "orderService"',
        "class FindTag(ServiceFunction):\n    service = 'tagService'\n    authorization = allow_for_every_user\n"
        "    def execute(self) -> None: ...\n",
    ),
    a_service_named_in_pythons_way=Case(
        "E403",
        f"class FindTag(ServiceFunction):\n    service = 'tag_service' {HERE}\n"
        "    authorization = allow_for_every_user\n"
        "    def execute(self) -> None: ...\n",
        "service = 'tagService'",
        "class FindTag(ServiceFunction):\n    service = 'tagService'\n    authorization = allow_for_every_user\n"
        "    def execute(self) -> None: ...\n",
    ),
    a_service_class_with_an_underscore=Case(
        "E403",
        f"class Tag_Service(Service): {HERE}\n    pass\n",
        "class TagService(…):",
        "class TagService(Service):\n    pass\n",
    ),
    a_dependency_that_does_not_exist=Case(
        "E404",
        "class Mail(Service):\n    pass\n\n_Unlisted = type('_Unlisted', (Service,), {'__module__': 'elsewhere'})\n\n"
        f"class TagService(Service):\n    def __init__(self, mail: _Unlisted) -> None: ... {HERE}\n",
        "def __init__(self, store: Store, other: OtherService) -> None:",
        "class Mail(Service):\n    pass\n\nclass TagService(Service):\n"
        "    def __init__(self, mail: Mail) -> None: ...\n",
    ),
    a_dependency_without_annotation=Case(
        "E404",
        f"class TagService(Service):\n    def __init__(self, mail) -> None: ... {HERE}\n",
        "def __init__(self, store: Store",
        "class TagService(Service):\n    def __init__(self, store: Store) -> None: ...\n",
    ),
    a_circle=Case(
        "E404",
        f"class AService(Service):\n    def __init__(self, other: 'BService') -> None: ... {HERE}\n\n"
        "class BService(Service):\n    def __init__(self, other: AService) -> None: ...\n",
        "def __init__(self, store: Store",
        "class AService(Service):\n    pass\n\nclass BService(Service):\n"
        "    def __init__(self, other: AService) -> None: ...\n",
    ),
    two_services_of_users=Case(
        "E404",
        "class AService(Service, UserService):\n    def user_id_of(self, subject): ...\n\n"
        f"class BService(Service, UserService): {HERE}\n    def user_id_of(self, subject): ...\n",
        "class BService(CrudEntityService):",
        "class AService(Service, UserService):\n    def user_id_of(self, subject): ...\n",
    ),
    two_services_of_tenants=Case(
        "E404",
        "class AService(Service, TenantService):\n    def tenant_id_of(self, issuer): ...\n\n"
        f"class BService(Service, TenantService): {HERE}\n    def tenant_id_of(self, issuer): ...\n",
        "class BService(CrudEntityService):",
        "class AService(Service, TenantService):\n    def tenant_id_of(self, issuer): ...\n",
    ),
    accounts_by_subject_alone_where_there_are_tenants=Case(
        "E412",
        "class AService(Service, TenantService):\n    def tenant_id_of(self, issuer): ...\n\n"
        f"class BService(Service, UserService):\n    def user_id_of(self, subject): ... {HERE}\n",
        "def account_of(self, subject: str, tenant_id: int)",
        "class AService(Service, TenantService):\n    def tenant_id_of(self, issuer): ...\n\n"
        "class BService(Service, UserService):\n    def account_of(self, subject, tenant_id): ...\n",
    ),
    tenants_that_nobody_tells=Case(
        "E413",
        f"class Room(Entity, HasTenant): {HERE}\n    class Meta:\n        app_label = 'backk_core'\n",
        "def tenant_id_of(self, issuer: str)",
        "class Room(Entity, HasTenant):\n    class Meta:\n        app_label = 'backk_core'\n\n"
        "class AService(Service, TenantService):\n    def tenant_id_of(self, issuer): ...\n",
    ),
    a_missing_method=Case(
        "E405",
        f"class AccountService(CrudEntityService, UserService): {HERE}\n    pass\n",
        "def user_id_of(self, …): …",
        "class AccountService(CrudEntityService, UserService):\n    def user_id_of(self, subject): ...\n",
    ),
    an_error_of_another_kind=Case(
        "E406",
        f"class TagService(Service):\n    errors = (ValueError,) {HERE}\n",
        "class SoldOut(ServiceError): code = 1",
        ERRORS + SERVICE.format("Sold"),
    ),
    an_error_without_code=error(
        "E406",
        f"class Other(ServiceError): {HERE}\n    '''Is other.'''\n",
        "code = 2",
        "class Other(ServiceError):\n    '''Is other.'''\n    code = 2\n",
    ),
    an_error_without_message=error(
        "E407",
        f"class Other(ServiceError): {HERE}\n    code = 2\n",
        '"""Sales item is sold."""',
        "class Other(ServiceError):\n    '''Is other.'''\n    code = 2\n",
    ),
    an_error_with_a_status_of_success=error(
        "E408",
        f"class Other(ServiceError):\n    '''Is other.'''\n    code = 2\n    status = 200 {HERE}\n",
        "status = 400",
        "class Other(ServiceError):\n    '''Is other.'''\n    code = 2\n    status = 503\n",
    ),
    two_errors_with_one_code=error(
        "E409",
        f"class Other(ServiceError):\n    '''Is other.'''\n    code = 1 {HERE}\n",
        "code = 2",
        "class Other(ServiceError):\n    '''Is other.'''\n    code = 2\n",
    ),
    two_errors_with_one_message=error(
        "E410",
        f"class Other(ServiceError): {HERE}\n    message = 'Is sold.'\n    code = 2\n",
        '"""What is different here."""',
        "class Other(ServiceError):\n    '''Is other.'''\n    code = 2\n",
    ),
    an_error_of_two_services=Case(
        "E411",
        ERRORS.replace("(ServiceError):", f"(ServiceError): {HERE}")
        + SERVICE.format("Sold")
        + SERVICE.format("Sold").replace("Tag", "Order"),
        "class OrderServiceSold(ServiceError):",
        ERRORS
        + "class OrderSold(Sold):\n    '''Is sold.'''\n\n"
        + SERVICE.format("Sold")
        + SERVICE.format("OrderSold").replace("Tag", "Order"),
    ),
)
def test_an_incomplete_or_contradictory_service_is_refused(case: Case, tmp_path: Path) -> None:
    case.check(tmp_path)


def test_two_services_with_one_name_are_refused() -> None:
    def made() -> type[CrudEntityService]:
        class TagService(CrudEntityService):
            @allow_for_every_user
            def delete_tags(self) -> None: ...

        return TagService

    assert "OtherTagService" in the("E401", problems_of(build([made(), made()]))).hint
    assert problems_of(build([made()])) == []


def test_an_error_that_a_function_class_adds_to_its_service_counts_there(tmp_path: Path) -> None:
    function = (
        "class FindTag(ServiceFunction):\n    service = 'tagService'\n    authorization = allow_for_every_user\n"
        "    errors = (Other,)\n    def execute(self) -> None: ...\n\n"
    )
    other = "class Other(ServiceError):\n    '''Is other.'''\n    code = {}\n\n"
    service = SERVICE.format("Sold")
    broken = ERRORS + other.format(f"1 {HERE}") + function + service
    Case("E409", broken, "code = 2", ERRORS + other.format(2) + function + service).check(tmp_path)
