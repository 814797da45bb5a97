"""What services must keep: names, distinct errors, dependencies that can be handed over, literal SQL."""

from __future__ import annotations

import inspect
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from backk_core.declare import naming
from backk_core.declare.errors import ServiceError
from backk_core.declare.provisions import provided
from backk_core.declare.service import ServiceFunction, TenantService, UserService
from backk_core.declare.store import Store
from backk_core.describe.contracts import Problem, ServiceContract
from backk_core.describe.source import built_sql, place_of
from backk_core.execute.call import CallExecutor
from backk_core.execute.injection import NotInjectable, Services

from .subjects import Project


def service_name_is_a_wire_name(service: ServiceContract) -> Iterator[Problem]:
    """A service's name consists of letters and digits, the first one a small letter."""
    name = service.name
    if name.isascii() and name.isalnum() and name[0].islower():
        return
    other = (
        naming.class_to_wire("".join(c for c in naming.to_wire(name) if c.isascii() and c.isalnum())) or "otherService"
    )
    for target in [service.owner] if service.owner is not None else {f.owner: None for f in service.functions}:
        line = f"service = {other!r}" if service.owner is None else f"class {other[:1].upper()}{other[1:]}(…):"
        where = place_of(target, "service" if service.owner is None else None)
        yield Problem("backk.E403", where, f"{name} is no name of a service: letters and digits only.", line)


def errors_are_complete(service: ServiceContract) -> Iterator[Problem]:
    """An error has a number, a message, and a status that says who was wrong."""
    errors = _errors(service)
    for other in service.errors:
        if other not in errors:
            owner = service.owner or service.functions[0].owner
            message = f"{service.name}: {other!r} in errors is no ServiceError."
            yield Problem("backk.E406", place_of(owner, "errors"), message, "class SoldOut(ServiceError): code = 1")
    for error in errors:
        code, here = getattr(error, "code", None), place_of(error)
        if not isinstance(code, int) or isinstance(code, bool) or code < 1:
            message = f"{error.__name__} has no number as its code."
            yield Problem("backk.E406", here, message, f"code = {_free_code(service)}")
        if not _message(error):
            hint = '"""Sales item is sold."""  (the docstring is the message)'
            yield Problem("backk.E407", here, f"{error.__name__} has no message.", hint)
        if error.status not in range(400, 600):
            message = f"{error.__name__} has the status {error.status}: errors have 400 to 599."
            yield Problem("backk.E408", place_of(error, "status"), message, "status = 400")


def errors_differ(service: ServiceContract) -> Iterator[Problem]:
    """No two errors of a service have one code or one message."""
    by_code: dict[object, list[type[ServiceError]]] = defaultdict(list)
    by_message: dict[str, list[type[ServiceError]]] = defaultdict(list)
    for error in _errors(service):
        by_code[getattr(error, "code", None)].append(error)
        by_message[_message(error)].append(error)
    for code, (first, *others) in by_code.items():
        for other in others if code is not None else ():
            message = f"{other.__name__} and {first.__name__} both have the code {code} in {service.name}."
            yield Problem("backk.E409", place_of(other, "code"), message, f"code = {_free_code(service)}")
    for text, (first, *others) in by_message.items():
        for other in others if text else ():
            message = f"{other.__name__} and {first.__name__} both say {text!r} in {service.name}."
            yield Problem("backk.E410", place_of(other), message, '"""What is different here."""')


def _errors(service: ServiceContract) -> list[type[ServiceError]]:
    # what was written there may be anything
    written: tuple[Any, ...] = service.errors
    return [error for error in written if isinstance(error, type) and issubclass(error, ServiceError)]


def _message(error: type[ServiceError]) -> str:
    # a docstring of its own: inherited ones are those of the framework
    return error.message or inspect.cleandoc(vars(error).get("__doc__") or "")


def _free_code(service: ServiceContract) -> int:
    codes: list[Any] = [getattr(error, "code", None) for error in _errors(service)]
    return max((code for code in codes if isinstance(code, int)), default=0) + 1


def errors_have_one_service(project: Project) -> Iterator[Problem]:
    """An error belongs to one service, whose name its wire code begins with."""
    owners: dict[type[ServiceError], str] = {}
    for service in project.services:
        for error in _errors(service):
            if (first := owners.setdefault(error, service.name)) != service.name:
                message = f"{error.__name__} is declared by {first} and by {service.name}: either's code would do."
                hint = f"class {service.name[:1].upper()}{service.name[1:]}{error.__name__}(ServiceError):"
                yield Problem("backk.E411", place_of(error), message, hint)


def classes_can_be_constructed(project: Project) -> Iterator[Problem]:
    """What a service asks for can be handed to it, and it has every method that its bases ask of it."""
    classes = project.classes
    services = Services(classes, {Store: None, CallExecutor: None, **provided()})
    refusals: list[tuple[type, NotInjectable]] = list(services.rehearse())
    for cls, refusal in refusals:
        where = place_of(cls, "__init__")
        yield Problem(
            "backk.E404",
            where,
            f"{cls.__name__}: {refusal}.",
            "def __init__(self, store: Store, other: OtherService) -> None:",
        )
    for cls in classes:
        if inspect.isabstract(cls):
            missing = ", ".join(sorted(getattr(cls, "__abstractmethods__", ())))
            hint = (
                f"def {missing.split(', ')[0]}(self, …): …  (or name it _{cls.__name__}, where it is a base of others)"
            )
            yield Problem("backk.E405", place_of(cls), f"{cls.__name__} cannot be made: it lacks {missing}.", hint)


def users_and_tenants_are_known(project: Project) -> Iterator[Problem]:
    """One service tells whose account a token names, and one whose users an issuer names, where there are tenants."""
    users = [cls for cls in project.classes if issubclass(cls, UserService)]
    tenants = [cls for cls in project.classes if issubclass(cls, TenantService)]
    yield from _only_one(users, "UserService", "whose account a token names")
    yield from _only_one(tenants, "TenantService", "which tenant an issuer stands for")
    for cls in users:
        asks_for_account = cls.account_of is not UserService.account_of
        if not asks_for_account and cls.user_id_of is UserService.user_id_of:
            message = f"{cls.__name__} cannot be asked: it lacks user_id_of."
            yield Problem("backk.E405", place_of(cls), message, "def user_id_of(self, …): …  (or account_of)")
        elif tenants and not asks_for_account:
            message = f"{cls.__name__} finds accounts by subject alone: two issuers may call two people the same."
            hint = "def account_of(self, subject: str, tenant_id: int) -> Account | None: …  instead of user_id_of"
            yield Problem("backk.E412", place_of(cls, "user_id_of"), message, hint)
    for shape in project.shapes if not tenants else ():
        if shape.contract.tenant is not None:
            message = f"{shape.title} belongs to tenants, and no service tells which tenant an issuer stands for."
            hint = (
                "class TenantAccountService(CrudEntityService, TenantService): def tenant_id_of(self, issuer: str): …"
            )
            yield shape.problem("E413", message, hint)


def _only_one(classes: list[type], base: str, what: str) -> Iterator[Problem]:
    if len(classes) > 1:
        names = " and ".join(cls.__name__ for cls in classes)
        message = f"{names} are both {base}: one of them tells {what}."
        yield Problem("backk.E404", place_of(classes[1]), message, f"class {classes[1].__name__}(CrudEntityService):")


def sql_is_literal(project: Project) -> Iterator[Problem]:
    """SQL is written as one literal string; values come as named parameters."""
    for cls in project.classes:
        for function in filter(inspect.isfunction, vars(cls).values()):
            title = cls.__name__ if issubclass(cls, ServiceFunction) else f"{cls.__name__}.{function.__name__}"
            for part in built_sql(function):
                hint = 'sql("price > :low", low=argument.low)'
                yield Problem("backk.E313", part.place, f"{title} builds SQL from parts.", hint)


#: What is checked of every service.
CHECKS = (service_name_is_a_wire_name, errors_are_complete, errors_differ)
#: What is checked of all services together.
PROJECT_CHECKS = (errors_have_one_service, classes_can_be_constructed, users_and_tenants_are_known, sql_is_literal)
