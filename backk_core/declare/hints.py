"""What is said about a field for those who show it or try it: hints of user interfaces, a value for examples."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeVar

F = TypeVar("F")

_ATTRIBUTE = "backk_hints"

#: What a hint may be: JSON has it, and so have clients in every language.
UiValue = str | int | float | bool
NO_HINTS: Mapping[str, UiValue] = MappingProxyType({})


class Hint:
    """Something that stands in ``Annotated[…]``, or is called with a Django field, which it returns."""

    def __call__(self, field: F) -> F:
        setattr(field, _ATTRIBUTE, (*getattr(field, _ATTRIBUTE, ()), self))
        return field


@dataclass(frozen=True, eq=False)
class UiHints(Hint):
    """How a user interface may show a field."""

    values: Mapping[str, UiValue]


@dataclass(frozen=True, eq=False)
class SampleValue(Hint):
    """A value that the field may have."""

    value: Any


def ui_hints(**values: UiValue) -> UiHints:
    """Say how forms may show a field: ``ui_hints(label="Title", widget="textarea")``; the names are the team's own.

    Clients, metadata and the OpenAPI document hand them on. TypeError where a value is no text, number or truth value.
    """
    for name, value in values.items():
        if not isinstance(value, str | int | float | bool):
            raise TypeError(f"the hint {name} is {value!r}: a text, a number or a truth value")
    return UiHints(MappingProxyType(values))


def sample_value(value: Any) -> SampleValue:
    """Say a value that a field may have, where its rules alone do not tell one: for examples and generated tests."""
    return SampleValue(value)


def hints_on(field: Any) -> tuple[Hint, ...]:
    """Return what was said about a Django field."""
    found: tuple[Hint, ...] = getattr(field, _ATTRIBUTE, ())
    return found


def hints_in(metadata: Iterable[Any]) -> Iterator[Hint]:
    """Yield what the marks of an annotation say."""
    return (mark for mark in metadata if isinstance(mark, Hint))


def ui_of(hints: Iterable[Hint]) -> Mapping[str, UiValue]:
    """Return all hints of user interfaces together."""
    return {name: value for hint in hints if isinstance(hint, UiHints) for name, value in hint.values.items()}


def sample_of(hints: Iterable[Hint], default: Any) -> Any:
    """Return the value that was said last, ``default`` where none was."""
    said = [hint.value for hint in hints if isinstance(hint, SampleValue)]
    return said[-1] if said else default
