"""What apps hand to services that ask for it in their ``__init__``, besides the store and other services."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_provided: dict[type, Any] = {}


def provide(cls: type, instance: Any) -> None:
    """Hand ``instance`` to every service whose ``__init__`` has a parameter of the abstract class ``cls``.

    Call it in the ``ready`` of an app.
    """
    _provided[cls] = instance


def provided() -> Mapping[type, Any]:
    """Return what apps hand over, by the classes that are asked for."""
    return dict(_provided)
