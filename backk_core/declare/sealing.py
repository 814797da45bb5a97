"""Texts of a row that are sealed where an app knows how, and what the core asks of such an app."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

from django.core.exceptions import ImproperlyConfigured
from django.db import models

if TYPE_CHECKING:
    _TextField = models.TextField[str, str]
else:
    # Django's classes are generic for type checkers only
    _TextField = models.TextField


class Seal(Protocol):
    """Makes bytes unreadable, bound to the field and the row that they belong to."""

    def seal(self, value: bytes, field: str, row_key: str, /) -> str: ...

    def open(self, sealed: str, field: str, row_key: str, /) -> bytes: ...


#: What apps registered while Django loaded them.
_seals: list[Callable[[], Seal]] = []

#: How JSON begins; a sealed text begins with something else.
_BEGINNINGS_OF_JSON = frozenset('{["-0123456789tfn')


def seal_with(current: Callable[[], Seal]) -> None:
    """Let a function that returns the seal of the project's keys close :class:`SealedField`.

    Belongs at the top of an app's ``apps`` module.
    """
    if current not in _seals:
        _seals.append(current)


def is_sealing() -> bool:
    """Tell whether an app seals; where none does, sealed fields keep their texts as they are."""
    return bool(_seals)


class SealedField(_TextField):
    """Keeps a JSON text, sealed where an app seals; ``bound_to`` names the field of the row whose text it is bound to.

    The attribute of an instance is what the column holds: :meth:`closed` makes it, :meth:`opened` reads it.
    """

    def __init__(self, *args: Any, bound_to: str, **options: Any) -> None:
        self.bound_to = bound_to
        super().__init__(*args, **options)

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        name, _, arguments, options = super().deconstruct()
        return name, "backk_core.models.SealedField", arguments, {**options, "bound_to": self.bound_to}

    @cached_property
    def label(self) -> str:
        """What the seal knows the field as."""
        return f"{self.model._meta.label}.{self.name}"

    @property
    def row_key_field(self) -> Any:
        """The field of the row whose text it is bound to."""
        return self.model._meta.get_field(self.bound_to)

    def closed(self, value: bytes, row_key: str) -> str:
        """Return what the column of a row holds of a JSON text."""
        return _seals[0]().seal(value, self.label, row_key) if _seals else value.decode()

    def opened(self, text: str, row_key: str) -> bytes:
        """Return the JSON text that a column holds.

        ImproperlyConfigured where it is sealed and no app seals; whatever the seal raises where it does not fit.
        """
        if _seals:
            return _seals[0]().open(text, self.label, row_key)
        if text[:1] not in _BEGINNINGS_OF_JSON:
            msg = f'{self.label} has a sealed text: add the app that sealed it to INSTALLED_APPS, "backk_security"'
            raise ImproperlyConfigured(msg)
        return text.encode()

    def rewritten(self, value: bytes, row_key: str) -> Mapping[str, Any]:
        """Return the column that holds a JSON text in a row with such a key, and what is written to it."""
        return {str(self.column): self.closed(value, row_key)}
