"""The contracts of a FilterSet's filters: kinds and rules of the model fields that they compare with."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, cast

from django.db import models

from backk_core.declare import naming
from backk_core.declare.access import PRIVATE
from backk_core.declare.filter_sets import FilterProperty, FilterSetClass, Uncarried, properties_of
from backk_core.declare.stored_forms import StoredForm
from backk_core.declare.types import UNSET, Argument, DataMeta, fields_of
from backk_core.declare.validators import (
    ArrayNotUnique,
    ArrayUnique,
    Validator,
    array_max_size,
    array_min_size,
    array_not_unique,
    array_unique,
    between,
    is_any_string,
    max_length,
    max_value,
    min_length,
    min_value,
)
from backk_core.describe.contracts import MISSING, FieldContract, TypeContract
from backk_core.describe.field_kinds import (
    ARRAY,
    BOOLEAN,
    DATE,
    DECIMAL,
    FLOAT,
    ID,
    IDS,
    INTEGER,
    STRING,
    TIME,
    TIMESTAMP,
    UUID,
    FieldKind,
    kind_of,
)

#: Makes the contract of a model's field.
ModelField = Callable[[Any, type], FieldContract]
#: Makes rules of validators.
Rules = Callable[[Iterable[Any], type, str], tuple[Validator, ...]]

_KINDS: Mapping[str, FieldKind] = {
    "text": STRING,
    "number": FLOAT,
    "boolean": BOOLEAN,
    "date": DATE,
    "timestamp": TIMESTAMP,
    "time": TIME,
    "uuid": UUID,
    "id": ID,
}
_NUMBERS = (INTEGER, FLOAT, DECIMAL)
#: Lookups that compare with a whole value, so that the rules of the field's values hold for it.
_WHOLE = frozenset({"exact", "in", "gt", "gte", "lt", "lte", "range"})
#: What Django's functions of moments and texts give.
_TRANSFORM_BOUNDS: Mapping[str, tuple[int, int]] = {
    "year": (1, 9999),
    "iso_year": (1, 9999),
    "quarter": (1, 4),
    "month": (1, 12),
    "week": (1, 53),
    "day": (1, 31),
    "week_day": (1, 7),
    "iso_week_day": (1, 7),
    "hour": (0, 23),
    "minute": (0, 59),
    "second": (0, 59),
    "length": (0, 2**31 - 1),
}


def filter_set_contract(cls: FilterSetClass, model_field: ModelField, rules: Rules) -> TypeContract:
    """Return the contract of a FilterSet as an argument. Uncarried where a filter can be none."""
    fields = []
    for name, known in properties_of(cls).items():
        try:
            fields.append(_contract(name, known, model_field, rules))
        except Uncarried as refusal:
            refusal.filter_name = known.filter_name
            raise
    namespace = {"__module__": cls.__module__, "__qualname__": cls.__qualname__, "backk_filter_set": cls}
    made: Any = DataMeta(cls.__name__, (FilterSetArgument,), namespace, fields=fields_of(cls))
    documentation = (cls.__doc__ or "") if "__doc__" in vars(cls) else ""
    return TypeContract(
        name=cls.__name__, cls=cast("type", made), fields=tuple(fields), documentation=documentation.strip()
    )


class FilterSetArgument(Argument):
    """What the values of a FilterSet are held in where that is the whole argument."""


def _contract(name: str, known: FilterProperty, model_field: ModelField, rules: Rules) -> FieldContract:
    plain = _value(name, known, model_field)
    said = list(rules(known.filter.extra.get("validators", ()), known.filter_set, known.filter_name))
    said += _form_bounds(known.filter.extra, plain.kind)
    families = {"any", plain.kind.family}
    of_array = [rule for rule in said if "array" in rule.kinds and not rule.kinds & families] if known.is_many else []
    of_value = tuple(rule for rule in said if rule not in of_array)
    plain = replace(plain, validators=tuple(dict.fromkeys((*plain.validators, *of_value))))
    contract = replace(
        plain,
        nullable=known.takes_null,
        required=known.is_required,
        default=MISSING if known.is_required else UNSET,
        documentation=known.documentation,
    )
    if not known.is_many:
        return contract
    sizes = _sizes(known, plain, of_array)
    element = replace(plain, nullable=False, required=True, default=MISSING)
    return replace(contract, kind=ARRAY, choices=None, element=element, validators=tuple(dict.fromkeys(sizes)))


def _sizes(known: FilterProperty, element: FieldContract, said: list[Validator]) -> list[Validator]:
    """Return the rules of an array: as many as there are choices, two where it is a range, else what is said."""
    if known.is_pair:
        return [array_min_size(2), array_max_size(2), array_not_unique, *said]
    sizes = [array_min_size(0), *said]
    if element.choices is not None:
        sizes.append(array_max_size(max(len(element.choices), 1)))
    if not any(isinstance(rule, ArrayUnique | ArrayNotUnique) for rule in said):
        sizes.append(array_unique if element.choices is not None else array_not_unique)
    return sizes


def _value(name: str, known: FilterProperty, model_field: ModelField) -> FieldContract:
    """Return the contract of one value of a filter, with the rules of the model field that it is compared with."""
    value_type = known.value_type
    target, lookup = known.target
    plain = FieldContract(name=name, wire_name=naming.to_wire(name), kind=_KINDS.get(value_type, STRING), access=None)
    if value_type == "choice":
        return _chosen(plain, known)
    if known.transform is not None and value_type != "boolean":
        return _transformed(plain, known.transform, target)
    own = model_field(target, known.model) if isinstance(target, models.Field) else None
    if own is not None and own.access is PRIVATE and not known.is_declared:
        hint = f"{known.filter_name} = django_filters.…  (or leave it out of Meta.fields)"
        raise Uncarried("is of a private field, and follows from Meta.fields only", hint)
    if own is not None and isinstance(own.model_field, StoredForm) and lookup not in ("exact", "in", "isnull"):
        raise Uncarried("is of a field that is not kept as it is, and can be found as a whole only", "lookup_expr='in'")
    if value_type == "id":
        key = model_field(known.key, known.key.model)
        return plain if key.kind in (INTEGER, *IDS) else replace(plain, kind=key.kind, validators=key.validators)
    if own is None or value_type == "boolean":
        return plain
    kind = own.kind if value_type == "follower" else _fitting(plain.kind, own.kind)
    if kind is not own.kind or kind in IDS:
        return replace(plain, kind=kind)
    if lookup not in _WHOLE and kind is STRING:
        longest = getattr(target, "max_length", None)
        return replace(plain, validators=(is_any_string, *((max_length(longest),) if longest else ())))
    return replace(plain, kind=kind, validators=own.validators, choices=own.choices)


def _fitting(plain: FieldKind, own: FieldKind) -> FieldKind:
    """Return the kind of values that are compared with a field's: its own, where the filter's are of that sort."""
    is_number = plain in _NUMBERS and own in _NUMBERS
    return own if is_number or own in IDS or plain is own else plain


def _transformed(plain: FieldContract, transform: str, target: Any) -> FieldContract:
    """Return the contract of a value that is compared with a function of a model field."""
    found = replace(plain, kind=_fitting(plain.kind, kind_of(target)))
    bounds = _TRANSFORM_BOUNDS.get(transform)
    return replace(found, validators=(between(*bounds),)) if bounds and found.kind in _NUMBERS else found


def _chosen(plain: FieldContract, known: FilterProperty) -> FieldContract:
    listed = known.choices
    if not listed:
        hint = f"{known.filter_name} = django_filters.ChoiceFilter(choices=[…])"
        raise Uncarried("has no choices", hint)
    types = {type(value) for value in listed}
    if types not in ({str}, {int}):
        raise Uncarried("has choices that are neither all texts nor all whole numbers", "choices=[(1, 'one'), …]")
    return replace(plain, kind=STRING if types == {str} else INTEGER, choices=tuple(dict.fromkeys(listed)))


def _form_bounds(options: Mapping[str, Any], kind: FieldKind) -> list[Validator]:
    """Return the rules that options of the filter's form field amount to."""
    found: list[Validator] = []
    if kind is STRING:
        found += [max_length(options["max_length"])] if options.get("max_length") is not None else []
        found += [min_length(options["min_length"])] if options.get("min_length") is not None else []
    if kind in _NUMBERS:
        found += [min_value(options["min_value"])] if options.get("min_value") is not None else []
        found += [max_value(options["max_value"])] if options.get("max_value") is not None else []
    return found
