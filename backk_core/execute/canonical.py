"""The same bytes for the same JSON."""

from __future__ import annotations

import msgspec


def canonical(body: bytes) -> bytes:
    """Return JSON without white space, its names in order; as it is where it is no JSON that can be read."""
    try:
        return msgspec.json.encode(msgspec.json.decode(body or b"{}"), order="sorted")
    except (msgspec.MsgspecError, UnicodeError, RecursionError, ValueError, OverflowError):
        return body
