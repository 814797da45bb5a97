"""Fields whose column does not hold what Python sees, such as encrypted ones, and what the core asks of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any


class StoredForm:
    """Mixin of a Django field that keeps the values of another one, ``inner``, in a form of its own."""

    #: Django's field that says which values there are.
    inner: Any

    @property
    def row_key(self) -> str | None:
        """The name of the field of the row that the form depends on, None where it depends on none."""
        return None

    @property
    def search_column(self) -> str | None:
        """The column by which values are found, None where they cannot be found."""
        return None

    def searched(self, value: Any) -> Sequence[Any]:
        """Return what the search column of a row may hold that has the value."""
        raise NotImplementedError

    def selected(self, db: Any, column: str) -> str:
        """Return the SQL that reads a column, whose quoted name (perhaps behind a table's) is given."""
        return column

    def stored(self, value: Any, row_key: str) -> Mapping[str, Any]:
        """Return the columns that hold a value in a row with such a key, and what is written to each."""
        raise NotImplementedError

    def kept(self, value: Any) -> Any:
        """Return a value as it comes back when it was stored."""
        return self.inner.to_python(self.inner.get_prep_value(value))


class Companion:
    """Mixin of a Django field that belongs to stored forms of its row, and is written with them alone."""

    def renewed(self, values: Mapping[str, Any]) -> Any:
        """Return what it holds in a row with these values, by the names of fields."""
        raise NotImplementedError


def inner_field(field: Any) -> Any:
    """Return the field that says which values there are: a stored form's inner one, else the field itself."""
    return field.inner if isinstance(field, StoredForm) else field


#: Is asked for each field of each entity; returns the field that the entity gets.
Adapt = Callable[[Any, str, Any], Any]

#: What apps registered while Django loaded them, before there were models.
_adapts: list[Adapt] = []


def adapt_fields_with(adapt: Adapt) -> None:
    """Let a function of entity, name and field exchange the fields of entities; call it before models are imported.

    Belongs at the top of an app's ``apps`` module.
    """
    if adapt not in _adapts:
        _adapts.append(adapt)


def adapted(entity: Any, name: str, field: Any) -> Any:
    """Return the field that an entity gets instead of the declared one."""
    for adapt in _adapts:
        field = adapt(entity, name, field)
    return field
