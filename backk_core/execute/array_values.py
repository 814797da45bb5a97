"""Values in and out of an entity's array of primitives, whatever store keeps it."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any, TypeVar

from django.db.models import Model, Q

from backk_core.declare.entities import ArrayField
from backk_core.declare.errors import SubEntityCountExceeded
from backk_core.declare.store import Store
from backk_core.declare.stored_forms import inner_field

E = TypeVar("E", bound=Model)


class ArrayValues(Store):
    """The part of a store that changes arrays: it reads a locked row, and writes the array anew."""

    def add_values(self, entity_type: type[E], id: str | int, field: str, values: Sequence[Any]) -> None:
        array = _array(entity_type, field)
        with self.transaction():
            found = list(self._values(self.lock(entity_type, id), field))
            for value in values:
                if not (array.unique_elements and value in found):
                    found.append(value)
            if array.max_size is not None and len(found) > array.max_size:
                raise SubEntityCountExceeded
            self.update_all(entity_type, {field: found}, Q(pk=id))

    def remove_values(self, entity_type: type[E], id: str | int, field: str, values: Sequence[Any]) -> int:
        _array(entity_type, field)
        with self.transaction():
            found = self._values(self.lock(entity_type, id), field)
            left = [value for value in found if value not in values]
            self.update_all(entity_type, {field: left}, Q(pk=id))
            return len(found) - len(left)

    def contains_value(self, entity_type: type[E], id: str | int, field: str, value: Any) -> bool:
        _array(entity_type, field)
        return value in self._values(self._as_it_is(entity_type, id), field)

    @abstractmethod
    def _as_it_is(self, entity_type: type[E], id: str | int) -> E:
        """Return an entity's own fields, without a lock. EntityNotFound."""

    def _values(self, entity: Model, field: str) -> Sequence[Any]:
        return entity.__dict__[field] or []


def _array(entity_type: type[Model], name: str) -> ArrayField:
    """Return the declaration of an array. ValueError where the entity has no such array."""
    field = next((known for known in entity_type._meta.concrete_fields if known.attname == name), None)
    array = inner_field(field)
    if not isinstance(array, ArrayField):
        raise ValueError(f"{entity_type.__name__} has no array {name!r}: say the name of a field that is array_of(…)")
    return array
