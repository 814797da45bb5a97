"""The one mapping between Python's snake_case and the wire's lowerCamelCase."""

from __future__ import annotations

#: The wire name of an entity's primary key, in Python ``id``.
KEY = "_id"
#: The wire name of a sub-entity's own key, in Python ``local_id``.
LOCAL_KEY = "id"

_KEYS = {"id": KEY, "local_id": LOCAL_KEY}
_KEYS_ON_WIRE = {wire_name: name for name, wire_name in _KEYS.items()}


def to_wire(name: str) -> str:
    """Return the wire name of a Python name: ``primary_image_data_uri`` → ``primaryImageDataUri``, ``id`` → ``_id``."""
    if name in _KEYS:
        return _KEYS[name]
    leading = name[: len(name) - len(name.lstrip("_"))]
    head, *tail = name[len(leading) :].split("_")
    return leading + head + "".join(word[:1].upper() + word[1:] for word in tail)


def to_python(wire_name: str) -> str:
    """Return the Python name of a wire name, the inverse of :func:`to_wire`."""
    if wire_name in _KEYS_ON_WIRE:
        return _KEYS_ON_WIRE[wire_name]
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in wire_name)


def round_trips(name: str) -> bool:
    """Tell whether a Python name comes back unchanged from the wire (``x_1``, ``a__b`` and ``URL`` do not)."""
    return to_python(to_wire(name)) == name


def class_to_wire(name: str) -> str:
    """Return the wire name of a class: ``SalesItemService`` → ``salesItemService``."""
    return name[:1].lower() + name[1:]
