"""Rules that list the accepted or the refused values, literally or as the result of a function."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, TypeAlias

from django.utils.module_loading import import_string

from .base import Kind, Validator, read, spell

Source: TypeAlias = Callable[[], Iterable[Any]] | str
# A list that the database holds changes now and then; asking for it on each call would cost a query a field.
_FRESH_SECONDS = 60.0


@dataclass(frozen=True, init=False)
class IsIn(Validator):
    """One of these values; a boolean is not equal to a number here, as in JSON."""

    values: tuple[Any, ...]
    _known: frozenset[Any] = field(repr=False, compare=False)
    name = "isIn"
    kinds = frozenset[Kind]({"any"})

    def __init__(self, *values: Any) -> None:
        if not values:
            raise ValueError("no value given: write the values, for example is_in('small', 'large')")
        object.__setattr__(self, "values", values)
        object.__setattr__(self, "_known", frozenset(map(_typed, values)))

    @property
    def constructor_arguments(self) -> tuple[Any, ...]:
        return self.values

    @property
    def message(self) -> str:
        return f"must be one of the following values: {spell(self.values)}"

    def metadata(self) -> str:
        return f"{self.name}({_as_json(self.values)})"

    def accepts(self, value: Any) -> bool:
        return _is_member(value, self._known)

    def json_schema(self) -> dict[str, Any]:
        return {"enum": list(self.values)}

    def sample(self) -> Any:
        return self.values[0]

    def typescript(self) -> str | None:
        return " | ".join(map(_as_json, self.values))


class IsNotIn(IsIn):
    """None of these values."""

    name = "isNotIn"

    @property
    def message(self) -> str:
        return f"should not be one of the following values: {spell(self.values)}"

    def accepts(self, value: Any) -> bool:
        return not _is_member(value, self._known)

    def json_schema(self) -> dict[str, Any]:
        return {"not": {"enum": list(self.values)}}

    def sample(self) -> Any:
        return next(value for value in ("sample", "other", 0, 1, 2, *range(3, 1000)) if self.accepts(value))

    def typescript(self) -> str | None:
        return None


@dataclass(frozen=True)
class IsOneOf(Validator):
    """One of the values that a function returns, asked again after a minute; `example` is one of them.

    The function takes nothing and returns values, or objects whose `value` counts. It may be given as a dotted path
    where importing it would go in a circle. `shown_as` is its name in metadata, by default its own.
    """

    source: Source
    example: Any
    shown_as: str = ""
    _values: _Remembered = field(init=False, repr=False, compare=False)
    name = "isOneOf"
    kinds = frozenset[Kind]({"any"})
    verb = "must be one from"

    def __post_init__(self) -> None:
        object.__setattr__(self, "_values", _Remembered(self.source))

    @property
    def arguments(self) -> tuple[Any, ...]:
        own_name = self.source if isinstance(self.source, str) else getattr(self.source, "__name__", "function")
        return (self.shown_as or own_name, self.example)

    @property
    def message(self) -> str:
        return f"{self.verb} the result of service function call: {self.arguments[0]}"

    def accepts(self, value: Any) -> bool:
        return _is_member(value, self._values.fresh())

    def sample(self) -> Any:
        return self.example


class IsNoneOf(IsOneOf):
    """None of the values that a function returns, asked again after a minute; `example` is a value that it lacks."""

    name = "isNoneOf"
    verb = "may not be anyone from"

    def accepts(self, value: Any) -> bool:
        return isinstance(value, (str, int, float)) and not _is_member(value, self._values.fresh())


class _Remembered:
    """The values of a function, and until when they are fresh."""

    __slots__ = ("_expires", "_source", "_values")

    def __init__(self, source: Source) -> None:
        self._source = source
        self._values: frozenset[Any] = frozenset()
        self._expires = 0.0

    def fresh(self) -> frozenset[Any]:
        now = monotonic()
        if now >= self._expires:
            function = import_string(self._source) if isinstance(self._source, str) else self._source
            self._values = frozenset(_typed(_plain(item)) for item in function())
            self._expires = now + _FRESH_SECONDS
        return self._values


def _plain(item: Any) -> Any:
    return item if isinstance(item, (str, int, float)) else read(item, "value")


def _typed(value: Any) -> Any:
    return (bool, value) if isinstance(value, bool) else value


def _is_member(value: Any, known: frozenset[Any]) -> bool:
    try:
        return _typed(value) in known
    except TypeError:
        return False


def _as_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)


is_in = IsIn
is_not_in = IsNotIn
is_one_of = IsOneOf
is_none_of = IsNoneOf
