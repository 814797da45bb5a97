"""What leaves as JSON: one compiled encoder a type and projection."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from django.db.models import FileField

from backk_core.declare.stored_forms import inner_field
from backk_core.declare.types import UNSET
from backk_core.describe.contracts import FieldContract, TypeContract
from backk_core.describe.field_kinds import ARRAY, DECIMAL, MAP, OBJECT, OPAQUE, decimal_to_wire

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
