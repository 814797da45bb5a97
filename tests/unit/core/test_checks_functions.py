from pathlib import Path

import pytest
from django.test import modify_settings

from tests.declarations import HERE, Case, cases, problems_in, the

ACCOUNTS = """
class AccountService(CrudEntityService, UserService):
    def user_id_of(self, subject: str) -> str | int | None:
        return None

"""


TENANTS = """
class Room(Entity, HasTenant):
    class Meta:
        app_label = "backk_core"

class Guest(Entity, HasTenant, HasSubject):
    class Meta:
        app_label = "backk_core"

class HotelService(CrudEntityService, TenantService):
    def tenant_id_of(self, issuer: str) -> int | None: ...

"""

TOTAL = """
class Total(Result):
    number: int

"""


def method(
    id: str, broken: str, hint: str, mended: str, *, service: str = "TagService(CrudEntityService)", before: str = ""
) -> Case:
    """A method of an entity service, with whatever stands before it."""
    text = before + ACCOUNTS + f"class {service}:\n"
    return Case(id, text + _indented(broken), hint, text + _indented(mended))


def _indented(text: str) -> str:
    return "".join(f"    {line}\n" for line in text.strip("\n").splitlines())


@cases(
    more_than_one_argument=method(
        "E301",
        f"@allow_for_every_user\ndef find_tags(self, first: Id, second: Id) -> Many[Tag]: ... {HERE}",
        "def find_tags(self, argument: FindTagsArgument) -> …",
        "@allow_for_every_user\ndef find_tags(self, first: Id) -> Many[Tag]: ...",
    ),
    an_argument_without_type=method(
        "E301",
        f"@allow_for_every_user\ndef find_tags(self, first) -> Many[Tag]: ... {HERE}",
        "def find_tags(self, argument: FindTagsArgument) -> …",
        "@allow_for_every_user\ndef find_tags(self, first: Id) -> Many[Tag]: ...",
    ),
    an_entity_that_is_neither_created_nor_updated=method(
        "E302",
        f"@allow_for_every_user\ndef find_tags(self, tag: Tag) -> Many[Tag]: ... {HERE}",
        "name it create_… or update_…",
        "@allow_for_every_user\ndef create_tag(self, tag: Tag) -> One[Tag]: ...",
    ),
    no_word_on_what_is_answered=method(
        "E303",
        f"@allow_for_every_user\ndef find_tags(self): ... {HERE}",
        "def find_tags(self, …) -> One[Entity]",
        "@allow_for_every_user\ndef find_tags(self) -> Many[Tag]: ...",
    ),
    one_name_on_the_wire_twice=method(
        "E304",
        "@allow_for_every_user\ndef find_tags(self) -> Many[Tag]: ...\n"
        f"@allow_for_every_user\ndef findTags(self) -> Many[Tag]: ... {HERE}",
        "another name",
        "@allow_for_every_user\ndef find_tags(self) -> Many[Tag]: ...",
    ),
    nobody_may_call_it=method(
        "E305",
        f"def find_tags(self) -> Many[Tag]: ... {HERE}",
        '@allow_for_user_roles("admin")',
        '@allow_for_user_roles("admin")\ndef find_tags(self) -> Many[Tag]: ...',
    ),
    every_user_and_somebody_else=method(
        "E306",
        f'@allow_for_every_user\n@allow_for_user_roles("admin")\ndef find_tags(self) -> Many[Tag]: ... {HERE}',
        "keep one rule",
        '@allow_for_user_roles("admin")\ndef find_tags(self) -> Many[Tag]: ...',
    ),
    inside_the_service_and_somebody_else=method(
        "E306",
        f'@allow_inside_service\n@allow_for_user_roles("admin")\ndef find_tags(self) -> Many[Tag]: ... {HERE}',
        "keep one rule",
        "@allow_inside_service\ndef find_tags(self) -> Many[Tag]: ...",
    ),
    two_owners=Case(
        "E306",
        ACCOUNTS
        + "class Seen(Argument):\n    user_account_id: EntityId\n    subject: Annotated[str, is_subject]\n\n"
        + "class OrderService(Service):\n    @allow_for_own_resources('user_account_id')\n"
        + f"    @allow_for_own_resources('subject')\n    def see(self, seen: Seen) -> None: ... {HERE}\n",
        "@allow_for_own_resources(",
        ACCOUNTS
        + "class Seen(Argument):\n    user_account_id: EntityId\n    subject: Annotated[str, is_subject]\n\n"
        + "class OrderService(Service):\n    @allow_for_own_resources('user_account_id')\n"
        + "    def see(self, seen: Seen) -> None: ...\n",
    ),
    a_restriction_below_an_open_service=Case(
        "E306",
        "@allow_for_every_user\nclass TagService(CrudEntityService):\n    @allow_for_user_roles('admin')\n"
        f"    def delete_tag(self, argument: Id) -> None: ... {HERE}\n",
        "class TagService:  # without @allow_for_every_user",
        "class TagService(CrudEntityService):\n    @allow_for_user_roles('admin')\n"
        "    def delete_tag(self, argument: Id) -> None: ...\n",
    ),
    an_opening_in_an_inner_service=Case(
        "E306",
        "@allow_inside_service\nclass TagService(CrudEntityService):\n    @allow_for_user_roles('admin')\n"
        f"    def delete_tag(self, argument: Id) -> None: ... {HERE}\n",
        "class TagService:  # without @allow_inside_service",
        "@allow_inside_service\nclass TagService(CrudEntityService):\n"
        "    def delete_tag(self, argument: Id) -> None: ...\n",
    ),
    an_owner_that_neither_argument_nor_result_has=method(
        "E307",
        f"@allow_for_own_resources('owner_id')\ndef get_order(self, argument: Id) -> One[Order]: ... {HERE}",
        "@allow_for_own_resources('user_account_id')",
        "@allow_for_own_resources('user_account_id')\ndef get_order(self, argument: Id) -> One[Order]: ...",
    ),
    an_owner_that_the_entity_in_the_body_lacks=method(
        "E307",
        "@allow_for_own_resources('user_account_id')\n"
        f"def delete_tag(self, argument: Id) -> None: {HERE}\n    self.store.delete_by_id(Tag, argument.id)",
        "@allow_for_own_resources('user_account_id')",
        "@allow_for_own_resources('user_account_id')\n"
        "def delete_order(self, argument: Id) -> None:\n    self.store.delete_by_id(Order, argument.id)",
    ),
    an_owner_that_no_entity_has=method(
        "E307",
        f"@allow_for_own_resources('user_acount_id')\ndef delete_order(self, argument: Id) -> None: ... {HERE}",
        "@allow_for_own_resources('user_account_id')",
        "@allow_for_own_resources('user_account_id')\n"
        "def delete_order(self, argument: Id) -> None:\n    self.store.delete_by_id(Order, argument.id)",
    ),
    an_own_id_that_need_not_be_sent=method(
        "E307",
        f"@allow_for_own_resources('id')\ndef get_accounts(self) -> Many[Account]: ... {HERE}",
        "def get_accounts(self, argument: Id)",
        "@allow_for_own_resources('id')\ndef get_account(self, argument: Id) -> One[Account]: ...",
    ),
    an_owner_without_a_user_service=Case(
        "E308",
        "class OrderService(CrudEntityService):\n    @allow_for_own_resources('user_account_id')\n"
        f"    def create_order(self, order: Order) -> One[Order]: ... {HERE}\n",
        "class UserAccountService(CrudEntityService, UserService):",
        ACCOUNTS + "class OrderService(CrudEntityService):\n    @allow_for_own_resources('user_account_id')\n"
        "    def create_order(self, order: Order) -> One[Order]: ...\n",
    ),
    what_belongs_to_tenants_for_everyone=Case(
        "E319",
        TENANTS + f"    @allow_for_every_user\n    def get_rooms(self) -> Many[Room]: ... {HERE}\n",
        '@all_tenants("the shop window of all sellers")',
        TENANTS
        + "    @allow_for_every_user\n    @all_tenants('a shop window')\n    def get_rooms(self) -> Many[Room]: ...\n",
    ),
    all_tenants_where_there_is_none=method(
        "E319",
        f"@allow_for_every_user\n@all_tenants('all')\ndef find_tags(self) -> Many[Tag]: ... {HERE}",
        "without @all_tenants",
        "@allow_for_every_user\ndef find_tags(self) -> Many[Tag]: ...",
    ),
    a_subject_that_two_issuers_may_give=Case(
        "E320",
        TENANTS
        + f"    @allow_for_own_resources('subject')\n    def create_account(self, a: Account) -> None: ... {HERE}\n",
        "class Account(Entity, HasTenant, …):",
        TENANTS + "    @allow_for_own_resources('subject')\n    def create_guest(self, guest: Guest) -> None: ...\n",
    ),
    a_first_word_that_says_nothing=method(
        "E309",
        f"@allow_for_every_user\ndef follow_tag(self, argument: Id) -> None: ... {HERE}",
        "class FollowTag(ServiceFunction): service = 'tagService'",
        "@allow_for_every_user\ndef change_tag(self, argument: Id) -> None: ...",
    ),
    a_get_that_answers_nothing=method(
        "E310",
        f"@allow_for_every_user\ndef get_tag(self, argument: Id) -> None: ... {HERE}",
        "def get_tag(self, argument: Id) -> One[…]:",
        "@allow_for_every_user\ndef get_tag(self, argument: Id) -> One[Tag]: ...",
    ),
    a_delete_by_get=method(
        "E311",
        f"@allow_get\n@allow_for_every_user\ndef delete_tag(self, argument: Id) -> None: ... {HERE}",
        "def delete_tag(self, argument: Id):  # without @allow_get",
        "@allow_for_every_user\ndef delete_tag(self, argument: Id) -> None: ...",
    ),
    a_write_by_get=method(
        "E311",
        f"@allow_get\n@allow_for_every_user\ndef see(self, argument: Id) -> None: {HERE}\n"
        "    self.store.update_all(Tag, {'name': 'seen'})",
        "without @allow_get",
        "@allow_get\n@allow_for_every_user\ndef see(self, argument: Id) -> One[Tag]:\n"
        "    return self.store.get_by_id(Tag, argument.id)",
        service="TagService(Service)",
    ),
    a_name_that_does_not_come_back=method(
        "E312",
        f"@allow_for_every_user\ndef get_tags_2(self) -> Many[Tag]: ... {HERE}",
        "def get_tags2(self, …)",
        "@allow_for_every_user\ndef get_tags2(self) -> Many[Tag]: ...",
    ),
    a_name_of_foreign_letters=method(
        "E312",
        f"@allow_for_every_user\ndef get_größe(self) -> Many[Tag]: ... {HERE}",
        "def get_gre(self, …)",
        "@allow_for_every_user\ndef get_size(self) -> Many[Tag]: ...",
    ),
    built_sql=method(
        "E313",
        "@allow_for_every_user\ndef get_tags(self, argument: Id) -> Many[Tag]:\n"
        f"    return self.store.get_all(Tag, None, sql(f'id = {{argument.id}}')) {HERE}",
        'sql("price > :low", low=argument.low)',
        "@allow_for_every_user\ndef get_tags(self, argument: Id) -> Many[Tag]:\n"
        "    return self.store.get_all(Tag, None, sql('id = :id', id=argument.id))",
    ),
    built_sql_in_a_part_of_the_service=method(
        "E313",
        "@allow_for_every_user\ndef get_tags(self, argument: Id) -> Many[Tag]:\n    return self._found(argument.id)\n"
        f"def _found(self, id):\n    return self.store.get_all(Tag, None, sql('id = ' + id)) {HERE}",
        'sql("price > :low", low=argument.low)',
        "@allow_for_every_user\ndef get_tags(self, argument: Id) -> Many[Tag]:\n    return self._found(argument.id)\n"
        "def _found(self, id):\n    return self.store.get_all(Tag, None, sql('id = :id', id=id))",
    ),
    a_result_where_there_is_no_body=method(
        "E314",
        f"@response_status(204)\n@allow_for_every_user\ndef get_tags(self) -> Many[Tag]: ... {HERE}",
        "@response_status(200)",
        "@response_status(204)\n@allow_for_every_user\ndef delete_tags(self) -> None: ...",
    ),
    a_redirection_to_nowhere=method(
        "E314",
        f"@response_status(301)\n@allow_for_every_user\ndef get_tags(self) -> Many[Tag]: ... {HERE}",
        '@response_headers(lambda argument, result: {"Location": …})',
        "@response_headers(lambda argument, result: {'Location': '/'})\n@response_status(301)\n"
        "@allow_for_every_user\ndef get_tags(self) -> Many[Tag]: ...",
    ),
    headers_of_nothing=method(
        "E314",
        f"@response_headers(lambda result: {{}})\n@allow_for_every_user\ndef get_tags(self) -> Many[Tag]: ... {HERE}",
        "@response_headers(lambda argument, result:",
        "@response_headers(lambda argument, result: {})\n@allow_for_every_user\ndef get_tags(self) -> Many[Tag]: ...",
    ),
    a_count_of_one=method(
        "E315",
        f"@count_of()\n@allow_for_every_user\ndef get_tag(self, argument: Id) -> One[Tag]: ... {HERE}",
        "-> Many[…]:",
        "@count_of()\n@allow_for_every_user\ndef get_tags(self) -> Many[Tag]: ...",
    ),
    a_count_of_an_unknown_path=method(
        "E315",
        f"@count_of('labels')\n@allow_for_every_user\ndef get_tags(self) -> Many[Tag]: ... {HERE}",
        '@count_of("", "…")',
        "@count_of()\n@allow_for_every_user\ndef get_tags(self) -> Many[Tag]: ...",
    ),
    steps_without_pages=method(
        "E315",
        f"@page_steps_only\n@allow_for_every_user\ndef get_tags(self) -> Many[Tag]: ... {HERE}",
        "def get_tags(self, query: PostQueryOperations) -> Many[…]:",
        "@page_steps_only\n@allow_for_every_user\ndef get_tags(self, query: PostQueryOperations) -> Many[Tag]: ...",
    ),
    one_statement_and_transactions=method(
        "E317",
        "@one_statement('reads one row')\n@own_transactions('waits')\n@allow_for_every_user\n"
        f"def get_tags(self) -> Many[Tag]: ... {HERE}",
        "@one_statement('reads one row')",
        "@own_transactions('waits')\n@allow_for_every_user\ndef get_tags(self) -> Many[Tag]: ...",
    ),
    kept_and_not_asked_for_by_get=method(
        "E321",
        f"@cached(60)\n@allow_for_every_user\ndef get_tags(self) -> Many[Tag]: ... {HERE}",
        "@allow_get",
        "@cached(60)\n@allow_get\n@allow_for_every_user\ndef get_tags(self) -> Many[Tag]: ...",
    ),
    kept_for_all_and_not_for_every_user=method(
        "E321",
        f"@cached_for_all(60)\n@allow_get\n@allow_for_user_roles('admin')\ndef get_tags(self) -> Many[Tag]: ... {HERE}",
        "@cached(…)",
        "@cached(60)\n@allow_get\n@allow_for_user_roles('admin')\ndef get_tags(self) -> Many[Tag]: ...",
    ),
    kept_and_read_from_nobody_knows_what=method(
        "E321",
        f"@cached(60)\n@allow_get\n@allow_for_every_user\ndef get_total(self) -> One[Total]: ... {HERE}",
        "@cached(…, reads=[SalesItem])",
        "@cached(60, reads=[Tag])\n@allow_get\n@allow_for_every_user\ndef get_total(self) -> One[Total]: ...",
        before=TOTAL,
    ),
    replaced_by_what_nobody_can_call=method(
        "E340",
        f"@deprecated('2026-11-01', use='tagService.foo')\n@allow_for_every_user\ndef get_tags(self) -> Many[Tag]: ... {HERE}",
        "@deprecated('2026-11-01', use=…)",
        "@deprecated('2026-11-01')\n@allow_for_every_user\ndef get_tags(self) -> Many[Tag]: ...",
    ),
    still_there_after_its_last_day=method(
        "W344",
        f"@deprecated('2001-01-01', '2002-01-01')\n@allow_for_every_user\ndef get_tags(self) -> Many[Tag]: ... {HERE}",
        '@deprecated("2001-01-01", "…")',
        "@deprecated('2001-01-01', '9999-01-01')\n@allow_for_every_user\ndef get_tags(self) -> Many[Tag]: ...",
    ),
    tool_of_agents_that_nobody_outside_can_call=method(
        "E341",
        f"@agent_tool\n@allow_inside_service\ndef get_tags(self) -> Many[Tag]: ... {HERE}",
        "def get_tags",
        "@agent_tool\n@allow_for_every_user\ndef get_tags(self) -> Many[Tag]: ...",
    ),
    tool_of_agents_with_a_name_that_no_client_knows=method(
        "E341",
        f"@agent_tool\n@allow_for_every_user\ndef get_{'very_' * 12}long_tags(self) -> Many[Tag]: ... {HERE}",
        "(a shorter name)",
        "@agent_tool\n@allow_for_every_user\ndef get_tags(self) -> Many[Tag]: ...",
    ),
    kept_with_what_is_encrypted=method(
        "E322",
        f"@cached(60)\n@allow_get\n@allow_for_every_user\ndef get_people(self) -> Many[Person]: ... {HERE}",
        "without @cached",
        "@allow_get\n@allow_for_every_user\ndef get_people(self) -> Many[Person]: ...",
        before="from tests.apps.secrets.models import Person\n",
    ),
    a_coroutine=method(
        "E316",
        f"@allow_for_every_user\nasync def get_tags(self) -> Many[Tag]: ... {HERE}",
        "def get_tags(self):",
        "@allow_for_every_user\ndef get_tags(self) -> Many[Tag]: ...",
    ),
)
def test_an_incomplete_or_contradictory_function_is_refused(case: Case, tmp_path: Path) -> None:
    case.check(tmp_path)


@cases(
    nobody_may_call_it=Case(
        "E305",
        f"class FindTag(ServiceFunction): {HERE}\n    service = 'tagService'\n    def execute(self) -> None: ...\n",
        'authorization = allow_for_user_roles("admin")',
        "class FindTag(ServiceFunction):\n    service = 'tagService'\n    authorization = allow_for_every_user\n"
        "    def execute(self) -> None: ...\n",
    ),
    a_name_that_does_not_come_back=Case(
        "E312",
        f"class Find_Tag(ServiceFunction): {HERE}\n    service = 'tagService'\n"
        "    authorization = allow_for_every_user\n"
        "    def execute(self) -> None: ...\n",
        "class FindTag(ServiceFunction):",
        "class FindTag(ServiceFunction):\n    service = 'tagService'\n    authorization = allow_for_every_user\n"
        "    def execute(self) -> None: ...\n",
    ),
)
def test_an_incomplete_or_contradictory_function_class_is_refused(case: Case, tmp_path: Path) -> None:
    case.check(tmp_path)


@pytest.mark.parametrize(
    "rules",
    [
        "@allow_for_user_roles('admin')\nclass TagService(CrudEntityService):\n    @allow_for_every_user\n",
        "@allow_for_user_roles('admin')\nclass TagService(CrudEntityService):\n    @allow_inside_service\n",
        "@allow_for_user_roles('admin')\nclass TagService(CrudEntityService):\n    @allow_for_tests\n",
        "class TagService(CrudEntityService):\n    @allow_for_user_roles('admin')\n    @allow_for_cluster_internal\n",
    ],
    ids=["role_and_every_user", "role_and_inside", "role_and_tests", "role_and_cluster"],
)
def test_rules_of_service_and_function_go_together_where_each_has_an_effect(rules: str, tmp_path: Path) -> None:
    assert [*map(str, problems_in(tmp_path, f"{rules}    def delete_tags(self) -> None: ..."))] == []


def test_a_function_for_code_of_its_service_only_is_known_to_no_transport_whatever_its_service_says(
    tmp_path: Path,
) -> None:
    from backk_core.describe.registry import build
    from tests.declarations import declared

    module = declared(
        tmp_path,
        "@allow_for_user_roles('admin')\nclass TagService(CrudEntityService):\n    @allow_inside_service\n"
        "    def delete_tags(self) -> None: ...",
    )
    known = build([module.TagService])
    assert not known.functions
    assert list(known.inside) == ["tagService.deleteTags"]


def test_get_that_settings_allow_is_refused_on_a_function_that_writes(tmp_path: Path, settings: object) -> None:
    settings.BACKK = {"GET_ALLOWED_PATTERN": r"tagService\..*"}  # type: ignore[attr-defined]
    text = "class TagService(CrudEntityService):\n    @allow_for_every_user\n    def delete_tags(self) -> None: ..."
    assert "\"GET_DENIED\": ['tagService.deleteTags']" in the("E311", problems_in(tmp_path, text)).hint


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ('@rate_limit("5/minute per caller")\n    def create_tag(self, tag: Tag)', "nobody counts its calls"),
        ("def create_tag(self, tag: GuardedTag)", "nobody verifies it"),
    ],
)
def test_what_the_app_of_security_does_is_refused_where_that_is_not_installed(
    tmp_path: Path, said: str, message: str
) -> None:
    text = f"""
class GuardedTag(Entity, HasCaptchaToken):
    class Meta:
        app_label = "backk_core"


@allow_for_every_user
class TagService(CrudEntityService):
    {said} -> One[Tag]: ...
"""
    assert problems_in(tmp_path, text) == []
    with modify_settings(INSTALLED_APPS={"remove": "backk_security"}):
        problem = the("E318", problems_in(tmp_path, text))
    assert message in problem.message
    assert "backk_security" in problem.hint
