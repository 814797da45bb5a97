"""JSON in and out by contract: one compiled decoder a function, one compiled encoder a type and projection."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Any, Literal, cast

import msgspec
from django.db.models import NOT_PROVIDED, FileField, Model
from django.db.models.base import ModelState

from backk_core.declare.conf import conf
from backk_core.declare.errors import EntityNotFound, InvalidArgument, Violation
from backk_core.declare.stored_forms import inner_field
from backk_core.declare.types import UNSET, DataMeta, UnsetType
from backk_core.declare.validators import ObjectRule, Validator
from backk_core.describe.contracts import MISSING, FieldContract, Mode, TypeContract
from backk_core.describe.field_kinds import (
    ANY,
    ARRAY,
    DECIMAL,
    FLOAT,
    ID,
    IDS,
    JSON,
    MAP,
    OBJECT,
    OPAQUE,
    decimal_to_wire,
    is_id,
)
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
        return wire if self._build is None else self._build(_loaded(wire))

    def _decode_slowly(self, body: bytes) -> Any:
        values = diagnosed(body, self._contract, self._mode)
        if self._build is not None:
            return self._build(values)
        if self._contract.entries is not None:
            return _nested(self._contract.entries, values)
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


def data_built(contract: TypeContract, values: Mapping[str, Any]) -> Any:
    """Return the Argument or Result of checked values, nested ones too."""
    built = {}
    for field in contract.fields:
        if field.name in values:
            built[field.name] = _nested(field, values[field.name])
        elif not field.enters(Mode.ARGUMENT):
            built[field.name] = UNSET
        elif field.default is not MISSING:
            # a borrowed field's default is not its class's own
            built[field.name] = field.default() if callable(field.default) else field.default
    return contract.cls(**built)


def _nested(field: FieldContract, value: Any) -> Any:
    if value is None:
        return None
    if field.kind is ARRAY and field.element is not None:
        return [_nested(field.element, item) for item in value]
    if field.kind is MAP and field.element is not None:
        return {name: _nested(field.element, item) for name, item in value.items()}
    if field.kind is OBJECT and field.type is not None and isinstance(value, dict):
        return data_built(field.type, value)
    return value


def _loaded(wire: Any) -> dict[str, Any]:
    return {name: value for name, value in msgspec.structs.asdict(wire).items() if value is not UNSET}


# decoding


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
    if field.choices is None and (meta := _native(field)):
        plain = Annotated[plain, msgspec.Meta(**meta)]
    return plain | None if field.nullable and field.kind is not ANY else plain


def _native(field: FieldContract) -> dict[str, Any]:
    """Join the rules that msgspec judges; those that it cannot hold (beyond 64 bits) are left to run afterwards."""
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
    native = _native(field)
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


# entities


def entity_builder(contract: TypeContract, mode: Mode) -> Callable[[dict[str, Any]], Model]:
    """Return a function that makes an entity of checked values.

    For an update only what was sent is set: everything else is deferred, as Django calls it, and stays untouched.
    """
    cls: Any = contract.model
    ids = [field for field in contract.entering(mode) if field.kind is ID]
    customised = [
        (field.name, field.model_field.to_python)
        for field in contract.entering(mode)
        if field.model_field is not None
        and not type(field.model_field).__module__.startswith(("django.db.models", "backk_core."))
    ]
    nested = [(field.name, entities_builder(field, mode)) for field in contract.relations if field.enters(mode)]
    fill = defaults_filler(contract)
    # of a part that is changed nobody sent the row's key
    hidden_key = contract.key.name if contract.identity is not contract.key else None

    def build(values: dict[str, Any]) -> Model:
        for field in ids:
            if (value := values.get(field.name)) is not None:
                values[field.name] = key_of(value, contract if field.primary_key else None)
        for name, to_python in customised:
            if values.get(name) is not None:
                values[name] = to_python(values[name])
        for name, build_all in nested:
            if values.get(name) is not None:
                values[name] = build_all(values[name])
        entity = cls.__new__(cls)
        state = entity.__dict__
        state["_state"] = model_state = ModelState()
        if mode is Mode.CREATE:
            fill(state)
        elif hidden_key is not None:
            state[hidden_key] = None
        state.update(values)
        model_state.adding = mode is Mode.CREATE
        return cast(Model, entity)

    return build


def entities_builder(field: FieldContract, mode: Mode) -> Callable[[list[Any]], list[Model]]:
    """Return a function that makes the entities of a relation of checked values.

    Of an entity that is updated, parts without an id of their own are new: they have their defaults.
    """
    assert field.element is not None
    assert field.element.type is not None
    held, inner = field.element.type, field.inner_mode(mode)
    build = entity_builder(held, inner)
    build_new = entity_builder(held, Mode.CREATE) if inner is Mode.PART else build
    identity = held.identity.name

    def build_all(items: list[Any]) -> list[Model]:
        built = []
        for item in items:
            values = item if isinstance(item, dict) else _loaded(item)
            built.append((build if identity in values else build_new)(values))
        return built

    def build_linked(items: list[Any]) -> list[Model]:
        try:
            return build_all(items)
        except EntityNotFound as nobody:
            raise InvalidArgument([Violation((field.wire_name,), f"refers to nothing: {nobody}")]) from None

    return build_all if field.relation is None or field.relation.is_owned else build_linked


def defaults_filler(contract: TypeContract) -> Callable[[dict[str, Any]], None]:
    """Return a function that gives a new entity's state its defaults; its key is None where that comes later."""
    constants: dict[str, Any] = {}
    factories: list[tuple[str, Callable[[], Any]]] = []
    for field in contract.stored:
        default = field.model_field.get_default if field.default is MISSING else field.default
        if field.primary_key and not callable(default):
            constants[field.name] = None
        elif field.default is MISSING and not field.model_field.has_default() and not _in_database(field):
            # Django makes the same nothing each time
            constants[field.name] = default()
        elif callable(default):
            factories.append((field.name, default))
        else:
            constants[field.name] = default
    factories += [(field.name, list) for field in contract.relations]

    if not factories:
        return lambda state: state.update(constants)

    def fill(state: dict[str, Any]) -> None:
        state.update(constants)
        for name, make in factories:
            state[name] = make()

    return fill


def _in_database(field: FieldContract) -> bool:
    """Tell whether a field's default is the database's."""
    return field.model_field.db_default is not NOT_PROVIDED


def key_of(value: Any, contract: TypeContract | None) -> Any:
    """Return the database's key of an id that was sent.

    EntityNotFound where ``contract``'s entity can have no such key; a reference that can be nobody's is 0.
    """
    text = str(value)
    if text.isascii() and text.isdigit() and (len(text) == 1 or text[0] != "0") and (key := int(text)) < 2**63:
        return key
    if contract is None:
        return 0
    raise EntityNotFound(contract.name, text)


# encoding


Encode = Callable[[Any], Any]

encode_json = msgspec.json.Encoder().encode

#: What is asked for: wire names, each with what is asked for below it (None: everything).
Projection = tuple[tuple[str, "Projection | None"], ...]


#: The name of the total before paging, inside a row.
COUNT = "_count"


def encoder(contract: TypeContract, projection: Projection | None = None) -> Encode:
    """Return a function that makes what msgspec writes of an object: only what may leave and was asked for."""
    if contract.entries is not None:
        return dumper(contract.entries) or _as_it_is
    wanted = dict(projection) if projection is not None else None
    steps = [
        (field.name, field.wire_name, dumper(field, None if wanted is None else wanted[field.wire_name]))
        for field in contract.answered
        if wanted is None or field.wire_name in wanted
    ]
    if contract.is_entity:

        def encode_entity(entity: Any) -> dict[str, Any]:
            state = entity.__dict__
            written = {}
            for name, wire_name, dump in steps:
                if name in state:
                    value = state[name]
                    written[wire_name] = value if value is None or dump is None else dump(value)
            if COUNT in state:
                written[COUNT] = state[COUNT]
            return written

        return encode_entity

    def encode_object(item: Any) -> dict[str, Any]:
        written = {}
        for name, wire_name, dump in steps:
            value = getattr(item, name)
            if value is not UNSET:
                written[wire_name] = value if value is None or dump is None else dump(value)
        return written

    return encode_object


def dumper(field: FieldContract, projection: Projection | None = None) -> Encode | None:
    """Return what turns a property's value into what msgspec writes, None where it is written as it is."""
    if field.kind is OBJECT and field.type is not None:
        return encoder(field.type, projection)
    if field.kind is ARRAY and field.element is not None:
        dump = dumper(field.element, projection)
        return None if dump is None else lambda items: [None if item is None else dump(item) for item in items]
    if field.kind is MAP and field.element is not None:
        return _map_dumper(field.element)
    if isinstance(field.model_field, FileField):
        return lambda file: str(file) or None
    if field.kind is OPAQUE:
        return lambda value: value if isinstance(value, list | dict) else _plain(value)
    if (
        field.kind is DECIMAL
        and (places := getattr(inner_field(field.model_field), "decimal_places", None)) is not None
    ):
        # as the database answers it, however few places were sent
        return f"{{:.{places}f}}".format
    if field.model_field is not None and type(inner_field(field.model_field)).__module__.split(".")[0] not in (
        "django",
        "backk_core",
    ):
        known = field.kind.dump
        return lambda value: known(value) if known is not None and not isinstance(value, str) else _plain(value)
    if field.kind is DECIMAL and field.model_field is not None:
        # as the column will have it, also before it has been there
        places = field.model_field.decimal_places
        return lambda value: decimal_to_wire(value, places)
    return field.kind.dump


def _map_dumper(element: FieldContract) -> Encode | None:
    dump = dumper(element)
    return None if dump is None else lambda entries: {n: None if v is None else dump(v) for n, v in entries.items()}


def _as_it_is(value: Any) -> Any:
    return value


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | int | float | bool) else str(value)
