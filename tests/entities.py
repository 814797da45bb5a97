"""Entities as callers' arguments make them."""

import json
from typing import Any

from backk_core.describe.contracts import Mode
from backk_core.describe.registry import registry
from backk_core.execute.decoding import Decoder


def sent(entity: type, mode: Mode, **values: Any) -> Any:
    """Return the entity that a caller's argument is, whose properties have these wire names."""
    return Decoder(registry().type_contract(entity), mode).decode(json.dumps(values).encode())
