"""Rules about arrays: their size, whether elements repeat, which ones they hold, and a rule for each element."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from .base import Kind, Validator, read, spell


class ArrayRule(Validator):
    """A rule that judges arrays: lists and tuples."""

    kinds: frozenset[Kind] = frozenset({"array"})


@dataclass(frozen=True)
class ArrayMinSize(ArrayRule):
    """At least so many elements."""

    limit: int
    name = "arrayMinSize"

    @property
    def message(self) -> str:
        return f"must contain at least {self.limit} elements"

    @property
    def native(self) -> Mapping[str, Any]:
        return {"min_length": self.limit}

    def accepts(self, value: Any) -> bool:
        return isinstance(value, (list, tuple)) and len(value) >= self.limit

    def json_schema(self) -> dict[str, Any]:
        return {"minItems": self.limit}

    def sample(self) -> list[Any]:
        return list(range(self.limit))

    def amend(self, value: Any) -> list[Any]:
        return [*value, *self.sample()[len(value) :]]


@dataclass(frozen=True)
class ArrayMaxSize(ArrayRule):
    """At most so many elements."""

    limit: int
    name = "arrayMaxSize"

    @property
    def message(self) -> str:
        return f"must contain not more than {self.limit} elements"

    @property
    def native(self) -> Mapping[str, Any]:
        return {"max_length": self.limit}

    def accepts(self, value: Any) -> bool:
        return isinstance(value, (list, tuple)) and len(value) <= self.limit

    def json_schema(self) -> dict[str, Any]:
        return {"maxItems": self.limit}

    def sample(self) -> list[Any]:
        return []

    def amend(self, value: Any) -> list[Any]:
        return list(value[: self.limit])


class ArrayUnique(ArrayRule):
    """No two equal elements; equality is that of JSON, so `1` equals `1.0` and differs from `true`."""

    name = "arrayUnique"
    message = "elements must be unique"

    def violation(self, field: str, value: Any = None) -> str:
        return f"All {field}'s {self.message}"

    def accepts(self, value: Any) -> bool:
        return isinstance(value, (list, tuple)) and _are_distinct(value)

    def json_schema(self) -> dict[str, Any]:
        return {"uniqueItems": True}

    def sample(self) -> list[Any]:
        return []

    def amend(self, value: Any) -> list[Any]:
        return list({_frozen(element): element for element in value}.values())


@dataclass(frozen=True)
class ArrayUniqueBy(ArrayRule):
    """No two elements with an equal key: the name of a property, or a function of the element."""

    key: str | Callable[[Any], Any]
    name = "arrayUnique"
    message = "elements must be unique"

    def violation(self, field: str, value: Any = None) -> str:
        return f"All {field}'s {self.message}"

    def accepts(self, value: Any) -> bool:
        return isinstance(value, (list, tuple)) and _are_distinct([self._key_of(element) for element in value])

    def sample(self) -> list[Any]:
        return []

    def _key_of(self, element: Any) -> Any:
        return read(element, self.key) if isinstance(self.key, str) else self.key(element)


class ArrayNotUnique(ArrayRule):
    """Elements may repeat: says so, and refuses no array."""

    name = "arrayNotUnique"
    message = "must be an array"

    def accepts(self, value: Any) -> bool:
        return isinstance(value, (list, tuple))

    def sample(self) -> list[Any]:
        return []


@dataclass(frozen=True, init=False)
class ArrayContains(ArrayRule):
    """Each of the values is an element."""

    values: tuple[Any, ...]
    name = "arrayContains"

    def __init__(self, *values: Any) -> None:
        object.__setattr__(self, "values", values)

    @property
    def constructor_arguments(self) -> tuple[Any, ...]:
        return self.values

    @property
    def arguments(self) -> tuple[Any, ...]:
        return (self.values,)

    @property
    def message(self) -> str:
        return f"must contain {spell(self.values)} values"

    def accepts(self, value: Any) -> bool:
        return isinstance(value, (list, tuple)) and set(map(_frozen, self.values)) <= _frozen_elements(value)

    def json_schema(self) -> dict[str, Any]:
        return {"allOf": [{"contains": {"const": value}} for value in self.values]}

    def sample(self) -> list[Any]:
        return list(self.values)

    def amend(self, value: Any) -> list[Any]:
        return [*value, *(each for each in self.values if each not in value)]


class ArrayNotContains(ArrayContains):
    """None of the values is an element."""

    name = "arrayNotContains"

    @property
    def message(self) -> str:
        return f"should not contain {spell(self.values)} values"

    def accepts(self, value: Any) -> bool:
        return isinstance(value, (list, tuple)) and _frozen_elements(value).isdisjoint(map(_frozen, self.values))

    def json_schema(self) -> dict[str, Any]:
        return {"allOf": [{"not": {"contains": {"const": value}}} for value in self.values]}

    def sample(self) -> list[Any]:
        return []

    def amend(self, value: Any) -> list[Any]:
        return [each for each in value if each not in self.values]


@dataclass(frozen=True)
class Each(ArrayRule):
    """The rule holds for every element."""

    rule: Validator

    @property
    def name(self) -> str:
        return self.rule.name

    @property
    def message(self) -> str:
        return self.rule.message

    def violation(self, field: str, value: Any = None) -> str:
        return f"each value in {self.rule.violation(field, value)}"

    def metadata(self) -> str:
        opening = self.rule.metadata()[:-1]
        return f"{opening}{'' if opening.endswith('(') else ', '}{{ each: true }})"

    def accepts(self, value: Any) -> bool:
        return isinstance(value, (list, tuple)) and all(map(self.rule.accepts, value))

    def json_schema(self) -> dict[str, Any]:
        schema = self.rule.json_schema()
        return {"items": schema} if schema else {}

    def sample(self) -> list[Any]:
        return [self.rule.sample()]

    def amend(self, value: Any) -> list[Any]:
        return [each if self.rule.accepts(each) else self.rule.amend(each) for each in value]


def _are_distinct(elements: list[Any] | tuple[Any, ...]) -> bool:
    frozen = _frozen_elements(elements)
    return bool(frozen or not elements) and len(frozen) == len(elements)


def _frozen_elements(elements: list[Any] | tuple[Any, ...]) -> set[Any]:
    """The elements as hashable values; none where an element is nested deeper than Python goes."""
    try:
        return set(map(_frozen, elements))
    except RecursionError:
        return set()


def _frozen(element: Any) -> Any:
    """A hashable value that is equal for elements that JSON holds for equal."""
    if isinstance(element, bool):
        return (bool, element)
    if isinstance(element, Mapping):
        return frozenset((key, _frozen(value)) for key, value in element.items())
    if isinstance(element, (list, tuple)):
        return (list, *map(_frozen, element))
    if isinstance(element, msgspec.Struct):
        return (type(element), *map(_frozen, msgspec.structs.astuple(element)))
    try:
        hash(element)
    except TypeError:
        members = getattr(element, "__dict__", None)
        return (type(element), id(element) if members is None else _frozen(members))
    return element


array_min_size = ArrayMinSize
array_max_size = ArrayMaxSize
array_unique = ArrayUnique()
array_unique_by = ArrayUniqueBy
array_not_unique = ArrayNotUnique()
array_contains = ArrayContains
array_not_contains = ArrayNotContains
each = Each
