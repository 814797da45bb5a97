"""What a service function must say: who may call it, what it does, and options that fit what it does."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import cast

from django.apps import apps
from django.db import models

from backk_core.declare import naming
from backk_core.declare.permissions import EveryUser, InsideService, OwnResources, Rule
from backk_core.declare.service import CrudEntityService, TenantService, UserService
from backk_core.describe.contract_builder import KIND_WORDS
from backk_core.describe.contracts import Mode, Problem, TypeContract
from backk_core.describe.source import writes_of
from backk_core.execute.answer_cache import read_by, secrets_in
from backk_core.execute.queries import path_named
from backk_core.publish.agent_tools import LONGEST_NAME, is_reachable, tool_name

from .subjects import Function

_WRITING_KINDS = ("create", "update", "delete")
#: Statuses whose answers have no body (RFC 9110, section 15).
_BODILESS = (204, 205, 304)


def authorization_is_said(function: Function) -> Iterator[Problem]:
    """A function, or its service, says who may call it."""
    if not function.contract.rules:
        rule = 'allow_for_user_roles("admin")'
        hint = f"authorization = {rule}" if function.is_class else f"@{rule}"
        yield function.problem("E305", "does not say who may call it.", f"{hint}  (or another allow_… rule)")


def authorization_is_consistent(function: Function) -> Iterator[Problem]:
    """No rule of a function makes another one of no effect."""
    of_service, own = function.service_rules, function.own_rules
    for problem in (*_undone(of_service), *_undone(own)):
        yield function.problem("E306", problem, _without_others(function))
    if any(isinstance(rule, EveryUser) for rule in of_service) and any(not isinstance(r, EveryUser) for r in own):
        hint = f"class {_service_name(function)}:  # without @allow_for_every_user"
        yield function.problem("E306", "restricts what its service allows for every user: that has no effect.", hint)
    if any(isinstance(rule, InsideService) for rule in of_service) and any(
        not isinstance(r, InsideService) for r in own
    ):
        hint = f"class {_service_name(function)}:  # without @allow_inside_service"
        yield function.problem("E306", "is opened, and its service is only for code inside it.", hint)
    fields = dict.fromkeys(rule.field for rule in function.contract.rules if isinstance(rule, OwnResources))
    if len(fields) > 1:
        message = f"names several owners of its resources: {', '.join(fields)}."
        yield function.problem("E306", message, f"@allow_for_own_resources({next(iter(fields))!r})")


def _undone(rules: tuple[Rule, ...]) -> Iterator[str]:
    others = len(set(rules)) > 1
    if others and any(isinstance(rule, EveryUser) for rule in rules):
        yield "allows every user and somebody else: the other rule has no effect."
    if others and any(isinstance(rule, InsideService) for rule in rules):
        yield "is only for code inside its service and allows somebody else too."


def _without_others(function: Function) -> str:
    rules = [rule for rule in function.contract.rules if not isinstance(rule, EveryUser | InsideService)]
    kept = f"{rules[0]}" if rules else "one of them"
    return f"keep one rule: @allow_for_every_user, @allow_inside_service or {kept}"


def _service_name(function: Function) -> str:
    return getattr(function.service.owner, "__name__", function.service.name)


def owner_is_known(function: Function) -> Iterator[Problem]:
    """The field of an own-resources rule exists where the rule is applied, and whose account a token names is known."""
    for rule in function.contract.rules:
        if not isinstance(rule, OwnResources):
            continue
        argument = function.contract.argument
        if rule.field == "id":
            key = argument.by_name.get("id") if argument is not None else None
            is_sent = (
                key is not None
                and (key.required or key.primary_key)
                and function.contract.argument_mode is not Mode.CREATE
            )
            if not is_sent:
                message = (
                    "is for the caller's own id, and its argument need not have an id: it would touch everybody's."
                )
                yield function.problem("E307", message, f"def {function.contract.attribute}(self, argument: Id) -> …")
        elif not _has_field(function, rule.field):
            message = f"is for own resources by {rule.field!r}, which neither its argument nor its entity has."
            known = _owner_fields(function) or ["user_account_id"]
            hint = f"@allow_for_own_resources({known[0]!r})" + "".join(f" or {name!r}" for name in known[1:])
            yield function.problem("E307", message, hint)
        if rule.field != "subject" and not any(issubclass(cls, UserService) for cls in function.registry.classes):
            message = "is for own resources, and no service tells whose account a token names."
            hint = "class UserAccountService(CrudEntityService, UserService): def user_id_of(self, subject: str): …"
            yield function.problem("E308", message, hint)


def tenants_are_kept_apart(function: Function) -> Iterator[Problem]:
    """What belongs to tenants is for callers of one, unless a function says why it is for all; then something does."""
    contract = function.contract
    entities = [known for known in (contract.argument, contract.result) if known is not None and known.is_entity]
    of_tenants = [known for known in entities if known.tenant is not None]
    subjects = [rule for rule in contract.rules if isinstance(rule, OwnResources) and rule.field == "subject"]
    has_tenants = any(issubclass(cls, TenantService) for cls in function.registry.classes)
    if of_tenants and contract.is_open and contract.options.all_tenants is None:
        message = f"is for everyone, and {of_tenants[0].name} belongs to tenants: without a token it answers 401."
        yield function.problem("E319", message, '@all_tenants("the shop window of all sellers")  (or another rule)')
    if contract.options.all_tenants is not None and not has_tenants:
        message = "is said to touch all tenants, and no service tells of any."
        yield function.problem("E319", message, f"{function.first_line}:  # without @all_tenants")
    for known in entities if has_tenants and subjects else ():
        if known.tenant is None:
            message = (
                f"is for an own subject, and {known.name} has no tenant: two issuers may call two people the same."
            )
            yield function.problem("E320", message, f"class {known.model.__name__}(Entity, HasTenant, …):")


def _has_field(function: Function, field: str) -> bool:
    contract = function.contract
    if contract.argument is not None and field in contract.argument.by_name:
        return True
    entities = list(_entities(function))
    if not entities:
        # it works through another service: then the name exists at least somewhere
        entities = list(apps.get_models())
    return any(field in _columns(entity) for entity in entities)


def _entities(function: Function) -> Iterator[type[models.Model]]:
    """Yield the entities that a function answers or names in its body."""
    result = function.contract.result
    named = inspect.getclosurevars(inspect.unwrap(function.python))
    for cls in (result.cls if result is not None else None, *named.globals.values(), *named.nonlocals.values()):
        if isinstance(cls, type) and issubclass(cls, models.Model):
            yield cls


def _columns(entity: type[models.Model]) -> set[str]:
    return {name for field in entity._meta.concrete_fields for name in (field.name, field.attname)}


def _owner_fields(function: Function) -> list[str]:
    found = {
        name
        for entity in _entities(function)
        for name in _columns(entity)
        if name.endswith(("account_id", "owner_id", "user_id", "subject"))
    }
    return sorted(found)


def kind_is_known(function: Function) -> Iterator[Problem]:
    """A method of an entity service says by its first word what it does, and one that gets answers something."""
    contract = function.contract
    if not issubclass(contract.owner, CrudEntityService):
        return
    if contract.kind == "other":
        words = ", ".join(f"{word}_" for word in KIND_WORDS)
        class_name = "".join(map(str.capitalize, contract.attribute.split("_")))
        other = f"class {class_name}(ServiceFunction): service = {contract.service_name!r}"
        hint = f"begin with one of {words}; or write {other}"
        yield function.problem("E309", "does not say by its first word what it does.", hint)
    elif contract.kind == "get" and contract.result_shape == "none":
        yield function.problem("E310", "gets, and answers nothing.", f"{function.first_line} -> One[…]:")


def get_only_reads(function: Function) -> Iterator[Problem]:
    """GET is allowed on functions that only read (RFC 9110, section 9.2.1): it is repeated, cached and prefetched."""
    contract = function.contract
    if not contract.allows_get:
        return
    writes = writes_of(function.python)
    if contract.kind in _WRITING_KINDS or contract.argument_mode in (Mode.CREATE, Mode.UPDATE) or writes:
        why = f"its store is told to {writes[0]}" if writes else f"its name says {contract.kind}"
        hint = (
            f"{function.first_line}:  # without @allow_get"
            if contract.options.allows_get
            else f'BACKK = {{"GET_DENIED": [{contract.wire_name!r}], …}}'
        )
        yield function.problem("E311", f"may be called by GET and changes something: {why}.", hint)


def name_round_trips(function: Function) -> Iterator[Problem]:
    """A function's name comes back from the wire as it was, and consists of letters and digits there."""
    name, wire_name = function.contract.attribute, function.contract.function_name
    if function.is_class:
        name = naming.to_python(naming.class_to_wire(function.contract.owner.__name__))
    if naming.round_trips(name) and wire_name.isascii() and wire_name.isalnum():
        return
    letters = "".join(c for c in naming.to_python(naming.to_wire(name)) if c.isascii()).replace("__", "_")
    other = letters if letters != name else "another_name"
    class_name = naming.to_wire(other)[:1].upper() + naming.to_wire(other)[1:]
    line = f"class {class_name}(ServiceFunction):" if function.is_class else f"def {other}(self, …)"
    yield function.problem("E312", f"is {wire_name} on the wire, and that does not lead back to its name.", line)


def answer_fits_its_status(function: Function) -> Iterator[Problem]:
    """A status and headers fit what a function answers."""
    contract = function.contract
    status, headers = contract.options.status, contract.options.headers
    if status in _BODILESS and contract.result_shape != "none":
        yield function.problem("E314", f"answers {status}, which has no body, and a result.", "@response_status(200)")
    if 300 <= status < 400 and status != 304 and headers is None:
        hint = '@response_headers(lambda argument, result: {"Location": …})'
        yield function.problem("E314", f"answers {status} and does not say where to go.", hint)
    if headers is not None and not _takes_two(headers):
        hint = '@response_headers(lambda argument, result: {"Location": …})'
        yield function.problem("E314", "computes headers with something that does not take argument and result.", hint)


def _takes_two(function: object) -> bool:
    try:
        inspect.signature(function).bind(None, None)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return False
    return True


def options_have_an_effect(function: Function) -> Iterator[Problem]:
    """What is said about lists is said of functions that answer lists."""
    contract = function.contract
    options, shape = contract.options, contract.result_shape
    if (shape == "none" and options.counts) or (shape != "many" and "" in options.counts):
        yield function.problem("E315", "counts rows, and answers no list.", f"{function.first_line} -> Many[…]:")
    result = contract.result
    for path in options.counts if result is not None else ():
        try:
            path_named(cast("TypeContract", result), path)
        except ValueError as unknown:
            yield function.problem("E315", f"counts what is not there: {unknown}.", '@count_of("", "…")')
    fields = contract.argument.by_name if contract.argument is not None else {}
    if options.page_steps_only and (shape != "many" or "current_page_tokens" not in fields):
        line = f"def {contract.attribute}(self, query: PostQueryOperations) -> Many[…]:"
        yield function.problem("E315", "allows steps from page to page, and takes or answers no pages.", line)


def kept_answers_can_be_kept(function: Function) -> Iterator[Problem]:
    """What is kept is asked for by GET, goes out of date with what it was read from, and holds no secrets."""
    contract, caching = function.contract, function.contract.options.caching
    if caching is None:
        return
    if not contract.allows_get:
        yield function.problem("E321", "keeps answers to GET calls, and GET is not allowed.", "@allow_get")
    if caching.is_for_all and not any(isinstance(rule, EveryUser) for rule in contract.rules):
        yield function.problem("E321", "answers everybody the same, and is not for every user.", "@cached(…)")
    if caching.reads is None and not read_by(contract, caching):
        message = "keeps answers, and does not say which entities they are read from."
        yield function.problem("E321", message, "@cached(…, reads=[SalesItem])  (reads=[] for none)")
    if secret := ", ".join(secrets_in(contract)):
        message = f"keeps {secret} where anybody could read it: it is encrypted in the database."
        yield function.problem("E322", message, f"{function.first_line}  (a result without it, or without @cached)")


def transactions_are_consistent(function: Function) -> Iterator[Problem]:
    """A function is one statement, or opens transactions itself, or runs in one."""
    options = function.contract.options
    if options.no_transaction and options.own_transactions:
        message = "is said to send one statement and to open transactions of its own."
        yield function.problem("E317", message, f"@one_statement({options.no_transaction!r})")


def words_have_somebody_who_heeds_them(function: Function) -> Iterator[Problem]:
    """What the core leaves to the app of security is said where that is installed."""
    if apps.is_installed("backk_security"):
        return
    contract, hint = function.contract, 'INSTALLED_APPS = ["backk_core", "backk_security", …]'
    token = contract.argument.by_name.get("captcha_token") if contract.argument is not None else None
    if contract.options.rate_limits:
        yield function.problem("E318", "has a rate limit, and nobody counts its calls.", hint)
    if token is not None and token.enters(contract.argument_mode) and contract.options.no_captcha is None:
        yield function.problem("E318", "takes a captcha token, and nobody verifies it.", hint)


def what_takes_its_place_is_there(function: Function) -> Iterator[Problem]:
    """A function that is on its way out names another one that stays."""
    deprecation = function.contract.options.deprecation
    if deprecation is not None and deprecation.sunset is not None and deprecation.sunset < datetime.now(UTC).date():
        message = f"was to be gone on {deprecation.sunset}, and is still there."
        hint = f'delete it; or give callers more time: @deprecated("{deprecation.since}", "…")'
        yield function.problem("W344", message, hint)
    if deprecation is None or deprecation.use is None:
        return
    other = function.registry.functions.get(deprecation.use)
    if other is None:
        known = ", ".join(name for name in function.registry.functions if name != function.contract.wire_name)
        message = f"is to be replaced by {deprecation.use}, which nobody can call."
        yield function.problem("E340", message, f"@deprecated({str(deprecation.since)!r}, use=…)  (one of {known})")
    elif other.options.deprecation is not None:
        message = f"is to be replaced by {deprecation.use}, which is on its way out itself."
        use = other.options.deprecation.use or "…"
        yield function.problem("E340", message, f"@deprecated({str(deprecation.since)!r}, use={use!r})")


def tools_can_be_called(function: Function) -> Iterator[Problem]:
    """What is offered to AI agents somebody outside can call, under a name that their clients know."""
    if not function.contract.options.agent_tool:
        return
    if not is_reachable(function.contract):
        yield function.problem(
            "E341", "is a tool of agents, and only for code inside its service.", function.first_line
        )
    if len(tool_name(function.contract.wire_name)) > LONGEST_NAME:
        message = f"is a tool of agents, and its name has more than {LONGEST_NAME} characters."
        yield function.problem("E341", message, f"{function.first_line}  (a shorter name)")


def it_is_a_plain_function(function: Function) -> Iterator[Problem]:
    """A function runs from beginning to end on its thread."""
    python = inspect.unwrap(function.python)
    if inspect.iscoroutinefunction(python) or inspect.isgeneratorfunction(python):
        yield function.problem(
            "E316", "is asynchronous or a generator, and nobody would run it.", f"{function.first_line}:"
        )


#: What is checked of every function.
CHECKS = (
    authorization_is_said,
    authorization_is_consistent,
    owner_is_known,
    tenants_are_kept_apart,
    kind_is_known,
    get_only_reads,
    name_round_trips,
    answer_fits_its_status,
    options_have_an_effect,
    kept_answers_can_be_kept,
    transactions_are_consistent,
    words_have_somebody_who_heeds_them,
    what_takes_its_place_is_there,
    tools_can_be_called,
    it_is_a_plain_function,
)
