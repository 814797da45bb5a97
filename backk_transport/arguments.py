"""Writes the arguments of messages and calls as the other microservice reads them: JSON with wire names."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any, cast

from django.db.models import Model

from backk_core.declare.types import Data
from backk_core.describe.contracts import TypeContract
from backk_core.describe.field_kinds import timestamp_to_wire
from backk_core.describe.registry import registry
from backk_core.execute.encoding import Encode, encode_json, encoder
from backk_transport.messages import Message


def body_of(message: Message) -> bytes:
    """Return the JSON of a message's argument: all of an Argument, and of an entity what may be read."""
    return argument_body(message.argument)


def argument_body(argument: Data | Model | Mapping[str, Any] | None) -> bytes:
    """Return the JSON of an argument."""
    return encode_json({} if argument is None else _written(argument))


def _written(value: Any) -> Any:
    """Return what msgspec writes of a value: wire names, and moments as the wire has them."""
    if isinstance(value, Data | Model):
        return _encoder_of(cast("Any", type(value)))(value)
    if isinstance(value, Mapping):
        return {name: _written(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_written(part) for part in value]
    if isinstance(value, datetime.datetime):
        return timestamp_to_wire(value)
    return value


@lru_cache(maxsize=1024)
def _encoder_of(cls: Any) -> Encode:
    contract = registry().type_contract(cls)
    return encoder(contract if contract.is_entity else _whole(contract))


def _whole(contract: TypeContract) -> TypeContract:
    """Return the contract without what would keep a part of an argument from being answered."""
    return replace(contract, fields=tuple(replace(known, access=None, transient=False) for known in contract.fields))
