"""Rules that a project makes itself: from a function of a value or of an object, or registered by name."""

from __future__ import annotations

import inspect
import types
import typing
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar, overload

from django.utils.module_loading import import_string

from .base import Kind, ObjectRule, Validator, judge

_First = TypeVar("_First")
_Parameters = ParamSpec("_Parameters")
_MISSING: Any = object()
_TYPES: Mapping[Kind, tuple[type, ...]] = {
    "string": (str,),
    "number": (int, float, Decimal),
    "boolean": (bool,),
    "timestamp": (datetime,),
    "date": (date,),
    "time": (time,),
    "array": (list, tuple),
}


@dataclass(frozen=True)
class ShouldBeTrue(Validator):
    """The function of the value must return true; `example` is a value for which it does."""

    predicate: Callable[[Any], bool]
    text: str | None = None
    example: Any = None
    name = "shouldBeTrue"
    kinds = frozenset({"any"})

    @property
    def arguments(self) -> tuple[Any, ...]:
        return (self.predicate,)

    @property
    def message(self) -> str:
        return self.text or f"did not match predicate: {self.arguments[0].__name__}"

    def accepts(self, value: Any) -> bool:
        return judge(self.predicate, value)

    def sample(self) -> Any:
        return super().sample() if self.example is None else self.example


@dataclass(frozen=True)
class ShouldBeTrueForObject(ObjectRule):
    """The function of the whole object must return true."""

    predicate: Callable[[Any], bool]
    text: str | None = None
    name = "shouldBeTrueForObject"
    kinds = frozenset({"any"})

    @property
    def arguments(self) -> tuple[Any, ...]:
        return (self.predicate,)

    @property
    def message(self) -> str:
        return self.text or f"object did not match predicate: {self.arguments[0].__name__}"

    def accepts(self, value: Any) -> bool:
        return True

    def accepts_object(self, obj: Any, value: Any = None) -> bool:
        return judge(self.predicate, obj)


@dataclass(frozen=True)
class _Definition:
    """All that `validator(...)` was told about a registered function."""

    predicate: Callable[..., bool]
    message: str
    kinds: frozenset[Kind]
    json_schema: Mapping[str, Any] | Callable[..., Mapping[str, Any]]
    sample: Any
    types: tuple[type, ...] = field(init=False)

    def __post_init__(self) -> None:
        allowed = () if "any" in self.kinds else tuple(t for kind in self.kinds for t in _TYPES.get(kind, (object,)))
        object.__setattr__(self, "types", allowed)

    def judges(self, value: Any) -> bool:
        """A boolean is no number, and a timestamp no date, though Python derives them."""
        if not self.types:
            return True
        if isinstance(value, bool):
            return "boolean" in self.kinds
        if isinstance(value, datetime) and "timestamp" not in self.kinds:
            return False
        return isinstance(value, self.types)


class CustomRule(Validator):
    """A registered function with its arguments; the import path is what migrations keep of it."""

    path: str
    parameters: tuple[Any, ...]
    _definition: _Definition

    def __init__(self, path: str, *parameters: Any) -> None:
        registered = import_string(path)
        self._fill(path, parameters, registered.definition)

    def _fill(self, path: str, parameters: tuple[Any, ...], definition: _Definition) -> None:
        for name, value in (("path", path), ("parameters", parameters), ("_definition", definition)):
            object.__setattr__(self, name, value)

    @classmethod
    def of(cls, definition: _Definition, *parameters: Any) -> CustomRule:
        """The rule of a definition that is still being registered, and so cannot be imported yet."""
        rule = cls.__new__(cls)
        predicate = definition.predicate
        rule._fill(f"{predicate.__module__}.{predicate.__qualname__}", parameters, definition)  # noqa: SLF001 - its own class
        return rule

    @property
    def definition(self) -> _Definition:
        return self._definition

    @property
    def name(self) -> str:
        first, *others = self._definition.predicate.__name__.split("_")
        return first + "".join(word.capitalize() for word in others)

    @property
    def kinds(self) -> frozenset[Kind]:
        return self._definition.kinds

    @property
    def message(self) -> str:
        return self._definition.message.format(*self.parameters)

    @property
    def arguments(self) -> tuple[Any, ...]:
        return self.parameters

    @property
    def constructor_arguments(self) -> tuple[Any, ...]:
        return (self.path, *self.parameters)

    def accepts(self, value: Any) -> bool:
        definition = self._definition
        return definition.judges(value) and judge(definition.predicate, value, *self.parameters)

    def json_schema(self) -> dict[str, Any]:
        schema = self._definition.json_schema
        return dict(schema(*self.parameters) if callable(schema) else schema)

    def sample(self) -> Any:
        sample = self._definition.sample
        if sample is _MISSING:
            return super().sample()
        return sample(*self.parameters) if callable(sample) else sample


class CustomRules(Generic[_Parameters]):
    """A registered function that has parameters: call it with them to get the rule."""

    def __init__(self, definition: _Definition) -> None:
        self.definition = definition

    def __call__(self, *args: _Parameters.args, **kwargs: _Parameters.kwargs) -> CustomRule:
        signature = inspect.signature(self.definition.predicate)
        bound = signature.bind(None, *args, **kwargs)
        bound.apply_defaults()
        return CustomRule.of(self.definition, *bound.args[1:])


class _Registration:
    """Turns a function into a rule, or into a maker of rules where it has parameters."""

    def __init__(self, message: str | None, kinds: Collection[Kind] | None, json_schema: Any, sample: Any) -> None:
        self.message, self.kinds, self.json_schema, self.sample = message, kinds, json_schema, sample

    @overload
    def __call__(self, predicate: Callable[[Any], bool]) -> CustomRule: ...

    @overload
    def __call__(
        self, predicate: Callable[Concatenate[Any, _First, _Parameters], bool]
    ) -> CustomRules[Concatenate[_First, _Parameters]]: ...

    def __call__(self, predicate: Callable[..., bool]) -> CustomRule | CustomRules[Any]:
        message = self.message or (inspect.getdoc(predicate) or "").partition("\n")[0].rstrip(".")
        if not message:
            raise TypeError(
                f"validator {predicate.__qualname__} tells nobody what it wants: "
                'write @validator(message="must be …") or a docstring'
            )
        kinds = frozenset(self.kinds) if self.kinds is not None else _kinds_of(predicate)
        definition = _Definition(predicate, message, kinds, self.json_schema, self.sample)
        _, *others = inspect.signature(predicate).parameters.values()
        if any(parameter.default is parameter.empty for parameter in others):
            return CustomRules(definition)
        return CustomRule.of(definition)


def validator(
    message: str | None = None,
    *,
    kinds: Collection[Kind] | None = None,
    sample: Any = _MISSING,
    json_schema: Mapping[str, Any] | Callable[..., Mapping[str, Any]] = types.MappingProxyType({}),
) -> _Registration:
    """Registers a function of a value as a validator.

    The message is the predicate of the sentence ("must be even"; `{0}` stands for the first parameter) and is by
    default the docstring's first line. The kinds follow from the annotation of the first parameter. `sample` and
    `json_schema` may be functions of the parameters. The rule is ready to use where the function has no further
    parameter, and is called with them otherwise. Raises TypeError where there is no message.
    """
    return _Registration(message, kinds, json_schema, sample)


def _kinds_of(predicate: Callable[..., bool]) -> frozenset[Kind]:
    value_name = next(iter(inspect.signature(predicate).parameters))
    annotation = typing.get_type_hints(predicate).get(value_name, object)
    options = typing.get_args(annotation) if _is_union(annotation) else (annotation,)
    found = {kind for option in options for kind in [_kind_of(typing.get_origin(option) or option)] if kind}
    return frozenset(found) or frozenset({"any"})


def _is_union(annotation: Any) -> bool:
    return typing.get_origin(annotation) in (typing.Union, types.UnionType)


def _kind_of(annotation: Any) -> Kind | None:
    return next((kind for kind, known in _TYPES.items() if annotation in known), None)


should_be_true = ShouldBeTrue
should_be_true_for_object = ShouldBeTrueForObject
