"""What a field must say: where it travels, what it may be, and nothing that contradicts that."""

from __future__ import annotations

import enum
import math
from collections.abc import Iterator
from typing import Any

from django.db import models

from backk_core.declare.entities import declared_validators
from backk_core.declare.types import UNSET
from backk_core.declare.validators import (
    ArrayNotUnique,
    ArrayUnique,
    ArrayUniqueBy,
    IsByteLength,
    IsIn,
    IsNotIn,
    IsOneOf,
    Length,
    LengthAndMatches,
    MaxLength,
    MinLength,
    PatternError,
    Validator,
    from_django,
)
from backk_core.describe.contracts import MISSING, Problem
from backk_core.describe.field_kinds import ANY, ARRAY, BOOLEAN, FLOAT, INTEGER, JSON, MAP, OPAQUE, STRING, UUID
from backk_core.describe.type_builder import implied_rules

from .bounds import PAIRS, bounds_of, column_bounds, days_of
from .lines import with_access, with_option, with_rules
from .subjects import Field

#: Rules that say how long a string is, and nothing of what it is.
_LENGTHS = (Length, MinLength, MaxLength, IsByteLength)
_WRITTEN_LENGTHS = (*_LENGTHS, LengthAndMatches)
#: What a default must be an instance of, where the field's rules need not tell.
_PYTHON_TYPES: tuple[tuple[Any, tuple[type, ...]], ...] = (
    (STRING, (str,)),
    (BOOLEAN, (bool,)),
    (INTEGER, (int,)),
    (FLOAT, (int, float)),
)
#: Makers of defaults that give the same each time and have no effect.
_PURE_MAKERS = (list, dict, set, str, int, float, bool)


def access_is_said(field: Field) -> Iterator[Problem]:
    """A field of an entity has an access mode; nothing is open because somebody forgot to close it."""
    contract = field.contract
    if contract.declared_field is None or field.is_element or field.is_borrowed:
        return
    if contract.access is None and not contract.primary_key:
        yield field.problem("E101", "has no access mode.", with_access(field.owner, field.name, "read_write"))


def number_is_bounded(field: Field) -> Iterator[Problem]:
    """A number that travels has a least and a greatest value."""
    contract = field.contract
    wanted = field.is_sent or (
        contract.declared_field is not None and contract.access is not None and not field.is_private
    )
    if (
        contract.kind.family != "number"
        or _is_enumerated(field)
        or field.is_reference
        or contract.primary_key
        or not wanted
    ):
        return
    if not {"minimum", "maximum"} <= bounds_of(_declared_rules(field)).keys():
        yield field.problem("E102", "has no range.", _line_with(field, "between(0, 1_000_000)"))


def value_can_be_checked(field: Field) -> Iterator[Problem]:
    """What may be sent is of a kind whose values can be judged."""
    contract = field.contract
    if not field.is_sent:
        return
    if not contract.kind.can_validate:
        class_name = type(contract.declared_field).__name__
        hint = (
            f"{with_access(field.owner, field.name, 'private')}  # or register_field_kind({class_name}, …) in ready()"
        )
        yield field.problem("E103", f"may be sent, and what a {class_name} holds cannot be validated.", hint)
    elif contract.kind in (ANY, JSON) and not contract.validators and not field.is_ours:
        yield field.problem("E103", "may be sent, and may be anything.", _line_with(field, "should_be_true(is_known)"))


def string_has_a_length(field: Field) -> Iterator[Problem]:
    """A string that may be sent has a greatest length."""
    if _must_describe_text(field) and "maxLength" not in bounds_of(field.contract.validators):
        hint = (
            with_option(field.owner, field.name, "max_length", "64")
            if isinstance(field.contract.declared_field, models.CharField) and not field.is_element
            else _line_with(field, "max_length(64)")
        )
        yield field.problem("E104", "has no maximum length.", hint)


def string_has_a_rule(field: Field) -> Iterator[Problem]:
    """A string that may be sent has a rule of what it may be, or says that it may be any."""
    if not _must_describe_text(field):
        return
    rules = field.contract.validators
    # of no characters there is one string
    is_empty = bounds_of(rules).get("maxLength") == 0
    if not is_empty and all(isinstance(rule, _LENGTHS) for rule in rules):
        yield field.problem("E105", "does not say what it may be.", _line_with(field, "is_any_string"))


def array_has_sizes(field: Field) -> Iterator[Problem]:
    """An array that may be sent has a least and a greatest number of elements."""
    if not field.is_sent or field.contract.kind is not ARRAY:
        return
    said = bounds_of(field.contract.validators)
    missing = []
    # what may be left out may be empty
    if not ("minItems" in said or _default(field) == [] or field.contract.declared_field is not None):
        missing.append("array_min_size(0)")
    if "maxItems" not in said:
        missing.append("array_max_size(100)")
    if missing and isinstance(field.contract.declared_field, models.Field):
        yield field.problem("E106", "has no greatest size.", with_option(field.owner, field.name, "max_size", "100"))
    elif missing:
        yield field.problem("E106", "has no least or no greatest size.", _line_with(field, *missing))


def map_is_bounded(field: Field) -> Iterator[Problem]:
    """A map that may be sent has a greatest size, and rules of what its names may be."""
    contract = field.contract
    if not field.is_sent or contract.kind is not MAP or field.is_ours:
        return
    names = "dict[Annotated[str, max_length(64), is_ascii], …]"
    if "maxProperties" not in bounds_of(contract.validators):
        yield field.problem("E106", "has no greatest size.", _line_with(field, "map_max_size(100)"))
    if "maxLength" not in bounds_of(contract.names):
        yield field.problem("E104", "has names without maximum length.", f"{field.name}: {names}")
    if all(isinstance(rule, _LENGTHS) for rule in contract.names):
        yield field.problem("E105", "does not say what its names may be.", f"{field.name}: {names}")


def array_says_whether_unique(field: Field) -> Iterator[Problem]:
    """An array that may be sent says whether elements may repeat."""
    contract = field.contract
    if not field.is_sent or contract.kind is not ARRAY or contract.declared_field is not None:
        return
    # entities are told apart by their ids
    if contract.relation is None and not any(
        isinstance(rule, ArrayUnique | ArrayUniqueBy | ArrayNotUnique) for rule in contract.validators
    ):
        yield field.problem("E107", "does not say whether elements may repeat.", _line_with(field, "array_unique"))


def rules_accept_something(field: Field) -> Iterator[Problem]:
    """The rules of a field do not shut out each other."""
    rules = field.contract.validators
    said = bounds_of(rules)
    for low, (high, what) in PAIRS.items():
        least, greatest = said.get(low, -math.inf), said.get(high, math.inf)
        if field.contract.kind is INTEGER and low == "minimum" and math.isfinite(least) and math.isfinite(greatest):
            least, greatest = math.ceil(least), math.floor(greatest)
        if least > greatest:
            message = f"accepts nothing: its {what} is at least {least} and at most {greatest}."
            yield field.problem("E108", message, _line_with(field) + "  # with one range")
    first, last = days_of(rules)
    if first is not None and last is not None and first > last:
        message = f"accepts nothing: it is not before {first} and not after {last}."
        yield field.problem("E108", message, _line_with(field) + "  # with one range")
    for rule in rules:
        if (
            isinstance(rule, IsIn)
            and not isinstance(rule, IsNotIn)
            and not any(_keeps(rules, value) for value in rule.values)
        ):
            message = f"accepts nothing: its other rules refuse all of {', '.join(map(repr, rule.values))}."
            yield field.problem("E108", message, _line_with(field) + "  # without the rule that refuses them")


def range_fits_the_column(field: Field) -> Iterator[Problem]:
    """What a field accepts its column can hold."""
    model_field = field.contract.declared_field
    if model_field is None or field.is_reference or field.contract.primary_key:
        return
    column = column_bounds(model_field, implied_rules(model_field))
    # a format is as long as its standard has it; what somebody wrote as a number is meant
    written = (
        r
        for r in _declared_rules(field, with_digits=False)
        if "string" not in r.kinds or isinstance(r, _WRITTEN_LENGTHS)
    )
    said = bounds_of(written)
    for low, (high, what) in PAIRS.items():
        least, greatest = column.get(low, -math.inf), column.get(high, math.inf)
        if said.get(low, least) < least or said.get(high, greatest) > greatest:
            message = f"accepts more than its column holds: the {what} there is {_spelled(least, greatest)}."
            rule = {"minimum": f"between({least}, {greatest})", "minLength": f"max_length({greatest})"}.get(
                low, "a smaller size"
            )
            yield field.problem("E109", message, _line_with(field) + f"  # with {rule}, or a wider column")


def default_is_accepted(field: Field) -> Iterator[Problem]:
    """A field's own rules accept its default and its choices."""
    contract = field.contract
    default = _default(field)
    if not any(default is nothing for nothing in (MISSING, UNSET, None)):
        wanted = next((types for kind, types in _PYTHON_TYPES if kind is contract.kind), (object,))
        is_number = bool not in wanted and isinstance(default, bool) and object not in wanted
        refused = _refusal(contract.validators, default)
        if is_number or not isinstance(default, wanted):
            yield field.problem(
                "E110", f"is {contract.kind.expected}, and its default {default!r} is none.", _other_default(field)
            )
        elif contract.choices is not None and default not in contract.choices:
            yield field.problem(
                "E110", f"has the default {default!r}, which is none of its choices.", _other_default(field)
            )
        elif refused is not None:
            message = f"has the default {default!r}, which its own rule {refused.metadata()} refuses."
            yield field.problem("E110", message, _other_default(field))
    for choice in contract.choices or ():
        refused = _refusal(contract.validators, choice) if choice is not None else None
        if refused is not None:
            message = f"has the choice {choice!r}, which its own rule {refused.metadata()} refuses."
            yield field.problem("E110", message, _line_with(field) + f"  # without {refused.metadata()}")


def rules_judge_its_kind(field: Field) -> Iterator[Problem]:
    """Each rule of a field judges values of the field's kind."""
    contract = field.contract
    if contract.kind in (ANY, JSON, OPAQUE):
        return
    # a UUID is an object in Python: a rule about strings never sees its digits
    families = {"any"} if contract.kind is UUID else {"any", contract.kind.family}
    for rule in contract.validators:
        if not rule.kinds & families:
            judged = " or ".join(sorted(rule.kinds))
            message = f"is {contract.kind.expected}, and its rule {rule.metadata()} judges {judged} only."
            yield field.problem("E111", message, _line_with(field) + f"  # without {rule.metadata()}")


def _default(field: Field) -> Any:
    """Return the value of a default, MISSING where it has none or only making it tells."""
    default = field.contract.default
    if callable(default):
        return default() if default in _PURE_MAKERS else MISSING
    return default.value if isinstance(default, enum.Enum) and default is not MISSING else default


def _refusal(rules: tuple[Validator, ...], value: Any) -> Validator | None:
    # the values of "one of" come from a function, perhaps from the database
    return next((rule for rule in rules if not isinstance(rule, IsOneOf) and not rule.accepts(value)), None)


def _keeps(rules: tuple[Validator, ...], value: Any) -> bool:
    return _refusal(rules, value) is None


def _must_describe_text(field: Field) -> bool:
    return field.is_sent and field.is_text and not _is_enumerated(field)


def _is_enumerated(field: Field) -> bool:
    contract = field.contract
    return contract.choices is not None or any("enum" in rule.json_schema() for rule in contract.validators)


def _declared_rules(field: Field, *, with_digits: bool = True) -> list[Validator]:
    """Return the rules that somebody wrote, without those that follow from a column; digits of decimals are written."""
    model_field = field.contract.declared_field
    if model_field is None:
        return list(field.contract.validators)
    digits = with_digits and isinstance(model_field, models.DecimalField)
    written = list(model_field.validators) if digits else declared_validators(model_field)
    return [rule for each in written if (rule := _rule(each)) is not None]


def _rule(validator: Any) -> Validator | None:
    try:
        return from_django(validator)
    except PatternError:
        # told when the contract was built
        return None


def _line_with(field: Field, *rules: str) -> str:
    return with_rules(field.owner, field.name, rules, of_element=field.is_element)


def _other_default(field: Field) -> str:
    if field.contract.declared_field is not None and field.contract.declared_field.blank:
        return with_option(field.owner, field.name, "null", "True", instead_of="blank")
    return _line_with(field) + "  # with another default"


def _spelled(least: float, greatest: float) -> str:
    return f"at most {greatest}" if least == -math.inf else f"{least} to {greatest}"


#: What is checked of every field.
CHECKS = (
    access_is_said,
    number_is_bounded,
    value_can_be_checked,
    string_has_a_length,
    string_has_a_rule,
    array_has_sizes,
    map_is_bounded,
    array_says_whether_unique,
    rules_accept_something,
    range_fits_the_column,
    default_is_accepted,
    rules_judge_its_kind,
)
