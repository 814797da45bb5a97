"""Which way a field's value may travel: the seven access modes and the verbs that set them on Django fields."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

F = TypeVar("F")

_ATTRIBUTE = "backk_access"


@dataclass(frozen=True, slots=True)
class Access:
    """When a property may be sent (``create``, ``update``) and whether it is answered (``read``)."""

    name: str
    create: bool
    update: bool
    read: bool


PRIVATE = Access("private", create=False, update=False, read=False)
READ_ONLY = Access("readOnly", create=False, update=False, read=True)
READ_WRITE = Access("readWrite", create=True, update=True, read=True)
READ_UPDATE = Access("readUpdate", create=False, update=True, read=True)
WRITE_ONLY = Access("writeOnly", create=True, update=True, read=False)
CREATE_ONLY = Access("createOnly", create=True, update=False, read=False)
UPDATE_ONLY = Access("updateOnly", create=False, update=True, read=False)


class AccessVerb(Protocol):
    """Sets an access mode on a field and returns the same field."""

    def __call__(self, field: F) -> F: ...


def _verb(access: Access) -> AccessVerb:
    def mark(field: F) -> F:
        # an attribute of the instance: Django copies it to the children of abstract models and
        # ``deconstruct`` does not know it, so that no migration does either
        setattr(field, _ATTRIBUTE, access)
        return field

    mark.__doc__ = f"Mark a field as {access.name} and return it."
    return mark


private = _verb(PRIVATE)
read_only = _verb(READ_ONLY)
read_write = _verb(READ_WRITE)
read_update = _verb(READ_UPDATE)
write_only = _verb(WRITE_ONLY)
create_only = _verb(CREATE_ONLY)
update_only = _verb(UPDATE_ONLY)


def access_of(field: Any) -> Access | None:
    """Return the access mode that a field was marked with, None where nobody said one."""
    access = getattr(field, _ATTRIBUTE, None)
    return access if isinstance(access, Access) else None
