"""What comes in as JSON: one compiled decoder a function, which judges all that its contract says."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Any, Literal, cast

import msgspec

from backk_core.declare.conf import conf
from backk_core.declare.errors import InvalidArgument
from backk_core.declare.types import UNSET, DataMeta, UnsetType
from backk_core.declare.validators import ObjectRule, Validator
from backk_core.describe.contracts import MISSING, FieldContract, Mode, TypeContract
from backk_core.describe.field_kinds import (
    ANY,
    ARRAY,
    DECIMAL,
    FLOAT,
    IDS,
    JSON,
    MAP,
    OBJECT,
    OPAQUE,
    is_id,
)
from backk_core.execute.building import data_built, entity_builder, nested_built, values_of
from backk_core.execute.diagnosis import TOO_DEEP, diagnosed
from backk_core.execute.nesting import is_deeper_than

Build = Callable[[Any], Any]
Check = Callable[[Any], bool]

#: Rules that say, and mean, that anything goes.
_VACUOUS = frozenset({"isAnyString", "arrayNotUnique"})

_TIGHTER: Mapping[str, Callable[[Any, Any], Any]] = {
    "ge": max,
    "gt": max,
    "le": min,
    "lt": min,
    "min_length": max,
    "max_length": min,
}


class Decoder:
    """Decodes, validates and builds the argument of one function.

    What msgspec can judge it judges while decoding; the remaining rules run afterwards. Whenever either refuses, the
    slow way decides and lists every violation, so that the fast way never has the last word in refusing.
    """

    def __init__(self, contract: TypeContract, mode: Mode) -> None:
        self._contract = contract
        self._mode = mode
        if contract.entries is not None:
            self._decode = _map_decoder(contract.entries, mode)
            self._check = _field_check(contract.entries, mode)
        else:
            self._decode = msgspec.json.Decoder(_wire_struct(contract, mode)).decode
            self._check = _checks(contract, mode)
        self._build = entity_builder(contract, mode) if contract.is_entity else None
        #: The types bound how deep a value goes, unless they take any value.
        self._deepest = conf().max_json_depth if _takes_any_depth(contract, mode, ()) else None
        _warm_up(contract)

    def decode(self, body: bytes) -> Any:
        """Return the argument. InvalidArgument lists every violation; EntityNotFound where an id can be nobody's."""
        if self._deepest is not None and is_deeper_than(self._deepest, body):
            raise InvalidArgument(TOO_DEEP)
        try:
            wire = self._decode(body or b"{}")
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, OverflowError, ValueError):
            return self._decode_slowly(body)
        try:
            accepted = self._check is None or self._check(wire)
        except (OverflowError, RecursionError, ValueError):
            accepted = False
        # a NUL can only come from this escape, and no database stores it
        if not accepted or b"\\u0000" in body:
            return self._decode_slowly(body)
        return wire if self._build is None else self._build(values_of(wire))

    def _decode_slowly(self, body: bytes) -> Any:
        values = diagnosed(body, self._contract, self._mode)
        if self._build is not None:
            return self._build(values)
        if self._contract.entries is not None:
            return nested_built(self._contract.entries, values)
        return data_built(self._contract, values)


def _takes_any_depth(contract: TypeContract, mode: Mode, holders: tuple[TypeContract, ...]) -> bool:
    """Tell whether a type has a property that takes any value, or holds itself."""
    if contract in holders:
        return True
    fields = [contract.entries] if contract.entries is not None else list(contract.entering(mode))
    while fields:
        field = fields.pop()
        if field.kind in (ANY, JSON, OPAQUE):
            return True
        if field.element is not None:
            fields.append(field.element)
        if field.type is not None:
            inner = mode if field.type.is_entity else Mode.ARGUMENT
            if _takes_any_depth(field.type, inner, (*holders, contract)):
                return True
    return False


def _warm_up(contract: TypeContract) -> None:
    """Let every rule judge once: libraries that load their data on first use do so before the first call."""
    for field in contract.fields:
        for rule in (*field.validators, *(field.element.validators if field.element else ())):
            with contextlib.suppress(LookupError):
                rule.accepts(rule.sample())


def _wire_struct(contract: TypeContract, mode: Mode) -> type[msgspec.Struct]:
    """Make the struct that msgspec decodes: wire names, and every rule that it can judge itself."""
    annotations: dict[str, Any] = {}
    namespace: dict[str, Any] = {"__annotations__": annotations, "__module__": __name__}
    rename: dict[str, str] = {}
    for field in contract.entering(mode):
        annotations[field.name] = wire_type(field, mode)
        rename[field.name] = field.wire_name
        if field.is_required(mode):
            continue
        if contract.is_entity or field.default is MISSING:
            annotations[field.name] = annotations[field.name] | UnsetType
            namespace[field.name] = UNSET
        elif callable(field.default):
            namespace[field.name] = msgspec.field(default_factory=field.default)
        else:
            if field.default is UNSET:
                annotations[field.name] = annotations[field.name] | UnsetType
            namespace[field.name] = field.default
    for field in () if contract.is_entity else contract.fields:
        if not field.enters(mode):
            # the class has it, so that nothing that is sent must fit it
            annotations[field.name], namespace[field.name] = UnsetType, UNSET
            rename[field.name] = field.wire_name
    options: dict[str, Any] = {"rename": rename, "forbid_unknown_fields": True, "kw_only": True}
    made: Any = (
        msgspec.StructMeta(f"{contract.name}Wire", (msgspec.Struct,), namespace, **options)
        if contract.is_entity
        else DataMeta(contract.cls.__name__, (contract.cls,), namespace, **options)
    )
    return cast("type[msgspec.Struct]", made)


def _map_decoder(entries: FieldContract, mode: Mode) -> Callable[[bytes], Any]:
    decode = msgspec.json.Decoder(wire_type(entries, mode)).decode
    load = _field_load(entries)
    return decode if load is None else lambda body: load(decode(body))


def wire_type(field: FieldContract, mode: Mode) -> Any:
    """Return what msgspec decodes a property as."""
    if field.kind is ARRAY:
        assert field.element is not None
        plain: Any = list[wire_type(field.element, field.inner_mode(mode))]  # type: ignore[misc]
    elif field.kind is MAP:
        assert field.element is not None
        plain = dict[str, wire_type(field.element, mode)]  # type: ignore[misc]
    elif field.kind is OBJECT:
        assert field.type is not None
        plain = _wire_struct(field.type, field.inner_mode(mode))
    elif field.enumeration is not None:
        plain = field.enumeration
    elif field.choices is not None and all(type(choice) in (str, int) for choice in field.choices):
        plain = Literal[field.choices]
    else:
        plain = field.kind.wire_type
    if field.choices is None and (meta := native_bounds(field)):
        plain = Annotated[plain, msgspec.Meta(**meta)]
    return plain | None if field.nullable and field.kind is not ANY else plain


def native_bounds(field: FieldContract) -> dict[str, Any]:
    """Return the rules of a field that msgspec judges, as keywords of its Meta.

    Those that it cannot hold (beyond 64 bits) are left to run afterwards.
    """
    merged: dict[str, Any] = {}
    for rule in field.validators:
        if not _is_native(rule, field):
            continue
        for keyword, bound in rule.native.items():
            tighter = _TIGHTER.get(keyword)
            merged[keyword] = tighter(merged[keyword], bound) if tighter and keyword in merged else bound
    return merged


def _is_native(rule: Validator, field: FieldContract) -> bool:
    if not rule.native or field.kind in IDS or field.kind is DECIMAL or field.choices is not None:
        return False
    is_length = "min_length" in rule.native or "max_length" in rule.native
    if field.kind.family == "number":
        # msgspec takes no bound beyond 64 bits, and for integers none with a fraction
        whole = field.kind.wire_type is int
        return not is_length and all(
            isinstance(bound, int | float) and -(2**63) <= bound < 2**63 and not (whole and isinstance(bound, float))
            for bound in rule.native.values()
        )
    return (
        is_length and field.kind.family in ("string", "array", "object") and field.kind.wire_type in (str, list, dict)
    )


def _checks(contract: TypeContract, mode: Mode) -> Check | None:
    """Return one function that runs the rules msgspec could not judge, and loads values; None where none are left."""
    steps: list[tuple[str, Check | None, Build | None]] = []
    for field in contract.entering(mode):
        accepts, load = _field_check(field, mode), _field_load(field)
        if accepts is not None or load is not None:
            steps.append((field.name, accepts, load))
    rules = [
        (field.name, rule)
        for field in contract.entering(mode)
        for rule in field.validators
        if isinstance(rule, ObjectRule)
    ]
    new_part = _completeness(contract) if mode is Mode.PART else None
    if not steps and not rules and new_part is None:
        return None

    def check(wire: Any) -> bool:
        for name, accepts, load in steps:
            value = getattr(wire, name)
            if value is None or value is UNSET:
                continue
            if load is not None:
                value = load(value)
                setattr(wire, name, value)
            if accepts is not None and not accepts(value):
                return False
        if new_part is not None and not new_part(wire):
            return False
        return all(
            getattr(wire, name) is UNSET or rule.accepts_object(wire, getattr(wire, name)) for name, rule in rules
        )

    return check


def _completeness(contract: TypeContract) -> Check:
    """Return what tells whether a part without an id of its own has all that a new one needs, and no more."""
    needed = [field.name for field in contract.entering(Mode.CREATE) if field.required]
    foreign = [field.name for field in contract.entering(Mode.PART) if not field.enters(Mode.CREATE)]

    def is_complete(wire: Any) -> bool:
        if contract.identity.name in contract.by_name and getattr(wire, contract.identity.name) is not UNSET:
            return True
        return all(getattr(wire, name) is not UNSET for name in needed) and all(
            getattr(wire, name) is UNSET for name in foreign
        )

    return is_complete


def _field_check(field: FieldContract, mode: Mode) -> Check | None:
    left: list[Check] = [
        rule.accepts for rule in field.validators if not _is_native(rule, field) and rule.name not in _VACUOUS
    ]
    if field.choices is not None and not all(type(choice) in (str, int) for choice in field.choices):
        left.append(field.choices.__contains__)
    if field.kind is FLOAT and not _is_bounded(field):
        left.append(_is_finite)
    if field.kind is ANY:
        left.append(_has_finite_numbers)
    if field.kind in IDS:
        left.append(is_id)
    left += _inner_checks(field, mode)
    if not left:
        return None
    if len(left) == 1:
        return left[0]
    if len(left) == 2:
        first, second = left
        return lambda value: first(value) and second(value)
    return lambda value: all(accepts(value) for accepts in left)


def _inner_checks(field: FieldContract, mode: Mode) -> Iterator[Check]:
    """Yield what judges the properties, elements or entries that a value has."""
    if field.kind is OBJECT and field.type is not None:
        nested = _checks(field.type, field.inner_mode(mode))
        if nested is not None:
            yield nested
    element = _field_check(field.element, field.inner_mode(mode)) if field.element is not None else None
    if field.kind is ARRAY and element is not None:
        yield lambda items: not items or all(item is None or element(item) for item in items)
    if field.kind is MAP:
        for rule in field.names:
            yield lambda entries, accepts=rule.accepts: all(map(accepts, entries))  # type: ignore[misc]
        if element is not None:
            yield lambda entries: all(item is None or element(item) for item in entries.values())


def _is_bounded(field: FieldContract) -> bool:
    native = native_bounds(field)
    return bool(native.keys() & {"ge", "gt"} and native.keys() & {"le", "lt"})


def _is_finite(value: float) -> bool:
    return value - value == 0


def _has_finite_numbers(value: Any) -> bool:
    if isinstance(value, float):
        return _is_finite(value)
    if isinstance(value, list):
        return all(map(_has_finite_numbers, value))
    return not isinstance(value, dict) or all(map(_has_finite_numbers, value.values()))


def _field_load(field: FieldContract) -> Build | None:
    if field.kind is ARRAY and field.element is not None:
        load = _field_load(field.element)
        return None if load is None else lambda items: [None if item is None else load(item) for item in items]
    if field.kind is MAP and field.element is not None:
        read = _field_load(field.element)
        return None if read is None else lambda entries: {n: None if v is None else read(v) for n, v in entries.items()}
    return field.kind.load
