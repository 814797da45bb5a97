"""Reads what other microservices answer into the types that are asked for: what nobody asked for is left out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import Any, get_args, get_origin

import msgspec

from backk_core.declare.errors import InvalidArgument
from backk_core.declare.types import Data, Plain
from backk_core.describe.contracts import FieldContract, Mode, TypeContract
from backk_core.describe.registry import registry
from backk_core.execute.decoding import Decoder
from backk_core.execute.encoding import encode_json

Read = Callable[[Any], Any]


def result_of(body: bytes, wanted: Any) -> Any:
    """Return what a success answers as the type that is asked for; ``Plain[T]`` is the whole body, else its ``data``.

    ValueError where it is not of the type; TypeError where nothing can be read into that.
    """
    if get_origin(wanted) is Plain:
        (inner,) = get_args(wanted)
        return Plain(_reader(inner)(_json(body)))
    read = _reader(wanted)
    whole = _json(body)
    if not isinstance(whole, dict) or "data" not in whole:
        raise ValueError("it has no data")
    return read(whole["data"])


def _json(body: bytes) -> Any:
    try:
        return msgspec.json.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise ValueError("it is no JSON") from None


@lru_cache(maxsize=1024)
def _reader(wanted: Any) -> Read:
    if get_origin(wanted) is list and isinstance(get_args(wanted)[0], type) and issubclass(get_args(wanted)[0], Data):
        read = _data_reader(get_args(wanted)[0])
        return lambda value: [read(item) for item in _listed(value)]
    if isinstance(wanted, type) and issubclass(wanted, Data):
        return _data_reader(wanted)
    if isinstance(wanted, type) and hasattr(wanted, "_meta"):
        msg = f"an answer of another microservice is no {wanted.__name__} of ours: class {wanted.__name__}Facts(Result)"
        raise TypeError(msg)
    return lambda value: _converted(value, wanted)


def _listed(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise ValueError("it is no array")
    return value


def _converted(value: Any, wanted: Any) -> Any:
    try:
        return msgspec.convert(value, wanted)
    except msgspec.ValidationError as error:
        raise ValueError(str(error)) from None


def _data_reader(wanted: type[Data]) -> Read:
    contract = _sendable(registry().type_contract(wanted), ())
    decode = Decoder(contract, Mode.ARGUMENT).decode

    def read(value: Any) -> Any:
        try:
            return decode(encode_json(_pruned(value, contract)))
        except InvalidArgument as refusal:
            raise ValueError(refusal.message.removeprefix("Invalid argument: ")) from None

    return read


def _sendable(contract: TypeContract, holders: tuple[type, ...]) -> TypeContract:
    """Return the contract of a type whose every property may come in, and those of its properties."""
    if contract.is_entity or contract.cls in holders:
        return contract
    inside = (*holders, contract.cls)
    return replace(contract, fields=tuple(_field(known, inside) for known in contract.fields))


def _field(known: FieldContract, holders: tuple[type, ...]) -> FieldContract:
    return replace(
        known,
        access=None,
        transient=False,
        type=None if known.type is None else _sendable(known.type, holders),
        element=None if known.element is None else _field(known.element, holders),
    )


def _pruned(value: Any, contract: TypeContract) -> Any:
    """Return an object without the properties that the type does not have: others may answer more than we know of."""
    if not isinstance(value, dict) or contract.entries is not None:
        return value
    known = contract.by_wire_name
    return {name: _pruned_value(inner, known[name]) for name, inner in value.items() if name in known}


def _pruned_value(value: Any, field: FieldContract) -> Any:
    if isinstance(value, list) and field.element is not None:
        return [_pruned_value(item, field.element) for item in value]
    return _pruned(value, field.type) if field.type is not None else value
