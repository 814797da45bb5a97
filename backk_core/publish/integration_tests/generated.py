"""The requests that contracts alone tell: what must be refused, and what a thing must be after it was made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from backk_core.declare.access import PRIVATE
from backk_core.declare.errors import InvalidArgument
from backk_core.declare.permissions import EveryUser, OwnResources, TestsOnly, UserRoles
from backk_core.declare.types import ResponseFields
from backk_core.describe.contracts import FieldContract, Mode, ServiceFunctionContract, TypeContract
from backk_core.describe.field_kinds import IDS
from backk_core.describe.registry import Registry
from backk_core.execute.diagnosis import diagnosed
from backk_core.execute.encoding import encode_json
from backk_core.publish.integration_tests.requests import Request
from backk_core.publish.samples import Sampler

#: Names a caller who may do what no rule says: with a token, and without any role or account.
STRANGER = "stranger"
_FAR_TOO_MANY = 10**15
#: Longer texts are not sent just to be refused.
_LONGEST = 20_000


@dataclass(frozen=True, kw_only=True)
class Guidance:
    """What a team says to the generator about one service, for what contracts cannot tell."""

    #: Whose token the requests have that must succeed; a role's own caller where it is empty.
    caller: str = ""
    #: Values of arguments' properties, by wire name.
    values: Mapping[str, Any] = field(default_factory=dict)


def caller_of(role: str) -> str:
    """Return what the caller that has a role is called."""
    return f"role-{role}"


def refusals(function: ServiceFunctionContract, sampler: Sampler, guidance: Guidance) -> Iterator[Request]:
    """Yield what a function must refuse: nobody's call, a stranger's, properties that it does not know, bad values."""
    name = function.function_name
    argument = _example(function, sampler, guidance)
    if not function.is_open:
        yield Request(
            name=f"{name} without a token", function=function.wire_name, argument=argument, status=401, error="error.17"
        )
    if function.rules and all(isinstance(rule, UserRoles) for rule in function.rules):
        yield Request(
            name=f"{name} by a stranger",
            function=function.wire_name,
            argument=argument,
            caller=STRANGER,
            status=403,
            error="error.6",
        )
    caller = _admitted(function)
    if caller is not None and function.result_shape != "plain":
        yield _refused(
            function, f"{name} with an unknown property", {"notThere": 1}, "property notThere should not exist", caller
        )
    if caller is None or function.argument is None or argument is None:
        return
    for field_, bad in _broken(function.argument, function.argument_mode, argument):
        title = f"{name} with a bad {field_.wire_name}"
        yield _refused(function, title, {**argument, field_.wire_name: bad}, field_.wire_name, caller)
    for field_ in function.argument.entering(function.argument_mode):
        if field_.is_required(function.argument_mode):
            left = {known: value for known, value in argument.items() if known != field_.wire_name}
            yield _refused(function, f"{name} without {field_.wire_name}", left, field_.wire_name, caller)


def round_trip(service: str, known: Registry, sampler: Sampler, guidance: Guidance) -> Iterator[Request]:
    """Yield one thing's life: it is made, read, changed and deleted, by the functions that take nothing but its id."""
    functions = known.services[service].functions
    create = next(
        (f for f in functions if f.kind == "create" and f.result_shape == "one" and f.options.no_test is None), None
    )
    if create is None or (sent := _example(create, sampler, guidance)) is None or create.result is None:
        return
    thing = create.result.name
    saved = f"{service}.created"
    yield _created(create, sent, guidance, saved)
    key = {"_id": f"{{{{{saved}._id}}}}"}
    for function in functions:
        if function.kind == "get" and function.result_shape == "one" and _takes_only_id(function):
            yield Request(
                name=f"{function.function_name} of the {thing} that was made",
                function=function.wire_name,
                argument=key,
                caller=_by(function, guidance),
                result={"_id": key["_id"], **_echoed(function.result, sent)},
                absent=_hidden(create.argument),
            )
    for function in functions:
        if function.kind == "update" and function.argument_mode is Mode.UPDATE and function.argument is create.argument:
            yield Request(
                name=f"{function.function_name} of the {thing} that was made",
                function=function.wire_name,
                argument={**key, **_changeable(create.argument, sent)},
                caller=_by(function, guidance),
                status=function.options.status,
            )
    for function in functions:
        if function.kind == "delete" and _takes_only_id(function) and not _is_for_tests(function):
            yield from _deleted(function, functions, key, thing, guidance)
            return


def _created(create: ServiceFunctionContract, sent: dict[str, Any], guidance: Guidance, saved: str) -> Request:
    assert create.result is not None
    return Request(
        name=f"{create.function_name} with everything that it takes",
        function=create.wire_name,
        argument=sent,
        caller=_by(create, guidance),
        status=create.options.status,
        result=_echoed(create.result, sent),
        properties=tuple(known.wire_name for known in create.result.answered),
        absent=_hidden(create.argument),
        saved_as=saved,
    )


def _deleted(
    delete: ServiceFunctionContract,
    functions: tuple[ServiceFunctionContract, ...],
    key: dict[str, Any],
    thing: str,
    guidance: Guidance,
) -> Iterator[Request]:
    yield Request(
        name=f"{delete.function_name} of the {thing} that was made",
        function=delete.wire_name,
        argument=key,
        caller=_by(delete, guidance),
        status=delete.options.status,
    )
    for function in functions:
        if function.kind == "get" and function.result_shape == "one" and _takes_only_id(function):
            yield Request(
                name=f"{function.function_name} of the {thing} that was deleted",
                function=function.wire_name,
                argument=key,
                caller=_by(function, guidance),
                status=404,
                error="error.4",
            )


# what is sent


def _example(function: ServiceFunctionContract, sampler: Sampler, guidance: Guidance) -> dict[str, Any] | None:
    """Return a good argument with what the team says instead of samples; None where none can be made."""
    if function.argument is None:
        return {}
    if function.argument.entries is not None:
        return None
    entering = function.argument.entering_by_wire_name(function.argument_mode)
    told = {name: value for name, value in guidance.values.items() if name in entering}
    try:
        return {**sampler.example(function.argument, function.argument_mode), **told}
    except LookupError:
        return None


def _broken(contract: TypeContract, mode: Mode, argument: dict[str, Any]) -> Iterator[tuple[FieldContract, Any]]:
    """Yield each property with a value that it must not have."""
    for known in contract.entering(mode):
        for bad in _bad_values(known):
            if _is_refused(contract, mode, {**argument, known.wire_name: bad}, known):
                yield known, bad
                break


def _bad_values(known: FieldContract) -> Iterator[Any]:
    longest = max((rule.native.get("max_length", 0) for rule in known.validators), default=0)
    if known.choices is not None:
        yield "none of them" if known.kind.json_type.get("type") == "string" else -_FAR_TOO_MANY
    match known.kind.json_type.get("type"):
        case "number" | "integer":
            yield from (_FAR_TOO_MANY, -_FAR_TOO_MANY)
        case "string" if known.kind in IDS:
            yield "no id"
        case "string":
            if 0 < longest < _LONGEST:
                yield "x" * (longest + 1)
            yield from ("?", "")
    yield from ({"no": "such thing"}, 1, "?")


def _is_refused(contract: TypeContract, mode: Mode, argument: dict[str, Any], known: FieldContract) -> bool:
    # templates stand for what only the run knows: they are left out of the judgement
    plain = {name: value for name, value in argument.items() if "{{" not in str(value) or name == known.wire_name}
    try:
        diagnosed(encode_json(plain), contract, mode)
    except InvalidArgument as refusal:
        return any(violation.path[:1] == (known.wire_name,) for violation in refusal.violations)
    return False


def _changeable(contract: TypeContract | None, sent: dict[str, Any]) -> dict[str, Any]:
    changeable = contract.entering_by_wire_name(Mode.UPDATE) if contract is not None else {}
    return {
        name: value
        for name, value in sent.items()
        if name in changeable and changeable[name].relation is None and name not in ("version", "lastModifiedTimestamp")
    }


def _refused(function: ServiceFunctionContract, name: str, argument: dict[str, Any], says: str, caller: str) -> Request:
    return Request(
        name=name,
        function=function.wire_name,
        argument=argument,
        caller=caller or None,
        status=400,
        error="error.5",
        says=("Invalid argument: ", says),
    )


# who sends it


def _admitted(function: ServiceFunctionContract) -> str | None:
    """Return a caller whose argument is looked at: empty for nobody in particular, None where there is none."""
    for rule in function.rules:
        if isinstance(rule, EveryUser):
            return ""
    for rule in function.rules:
        if isinstance(rule, UserRoles):
            return caller_of(min(rule.roles))
        if isinstance(rule, OwnResources | TestsOnly):
            return STRANGER
    return None


def _by(function: ServiceFunctionContract, guidance: Guidance) -> str | None:
    if function.is_open:
        return None
    return guidance.caller or _admitted(function)


# what comes back


def _echoed(result: TypeContract | None, sent: dict[str, Any]) -> dict[str, Any]:
    """Return what was sent and must be answered as it was: plain values that may be read."""
    answered = {known.wire_name: known for known in result.answered} if result is not None else {}
    return {
        name: value
        for name, value in sent.items()
        if name in answered and answered[name].relation is None and isinstance(value, str | int | float | bool)
    }


def _hidden(contract: TypeContract | None) -> tuple[str, ...]:
    """Return the properties that no answer has: private ones, and those that may be sent only."""
    if contract is None:
        return ()
    return tuple(known.wire_name for known in contract.fields if known.access is PRIVATE or not known.leaves)


def _takes_only_id(function: ServiceFunctionContract) -> bool:
    argument = function.argument
    if argument is None or "id" not in argument.by_name:
        return False
    needed = [known for known in argument.entering(function.argument_mode) if known.is_required(function.argument_mode)]
    is_plain = len(argument.fields) == 1 or issubclass(argument.cls, ResponseFields)
    return is_plain and all(known.name == "id" for known in needed)


def _is_for_tests(function: ServiceFunctionContract) -> bool:
    return any(isinstance(rule, TestsOnly) for rule in function.rules)
