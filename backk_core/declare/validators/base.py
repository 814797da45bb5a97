"""What every validator is: a predicate that works anywhere in Django and can describe itself to others."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from types import MappingProxyType
from typing import Any, Literal, TypeAlias

from django.core.exceptions import ValidationError

Kind: TypeAlias = Literal["any", "string", "number", "boolean", "timestamp", "date", "time", "array", "object"]

_PUBLIC_PACKAGE = __name__.rpartition(".")[0]
_NOTHING: Mapping[str, Any] = MappingProxyType({})
# What a predicate written by somebody else may raise on hostile input; anything else is a fault worth seeing.
_REFUSALS = (ValueError, TypeError, ArithmeticError, LookupError, AttributeError, RecursionError, ValidationError)


class Validator:
    """A rule about one value: immutable, hashable, equal when class and arguments are equal.

    A subclass without parameters is a plain class; one with parameters is a frozen dataclass whose fields are the
    parameters. `accepts` is the rule. Everything else describes it.
    """

    @property
    def name(self) -> str:
        """The rule's name in metadata, in the original's spelling, for example `maxLength`."""
        raise NotImplementedError

    @property
    def kinds(self) -> frozenset[Kind]:
        """The kinds of values that the rule judges; it refuses every other kind."""
        raise NotImplementedError

    @property
    def message(self) -> str:
        """The predicate of the sentence about a refused value, without the field's name."""
        raise NotImplementedError

    @property
    def native(self) -> Mapping[str, Any]:
        """The `msgspec.Meta` keywords that express the rule wholly; empty where there are none."""
        return _NOTHING

    @property
    def arguments(self) -> tuple[Any, ...]:
        """The arguments as metadata shows them."""
        return self.constructor_arguments

    @property
    def constructor_arguments(self) -> tuple[Any, ...]:
        """The positional arguments that make an equal validator."""
        parameters: Mapping[str, dataclasses.Field[Any]] = getattr(type(self), "__dataclass_fields__", _NOTHING)
        return tuple(getattr(self, name) for name, field in parameters.items() if field.init)

    def accepts(self, value: Any) -> bool:
        """Tells whether the value keeps the rule, in time linear in its size; never raises."""
        raise NotImplementedError

    def json_schema(self) -> dict[str, Any]:
        """The JSON Schema 2020-12 keywords that the rule contributes; they never refuse what `accepts` accepts."""
        return {}

    def sample(self) -> Any:
        """A value that passes. Raises LookupError if only the declaring project can know one."""
        raise LookupError(f"{self.metadata()} has no sample of its own: give the field a test value")

    def amend(self, value: Any) -> Any:
        """A passing value as near to the given one as the rule can make it; used to please several rules at once."""
        return self.sample()

    def typescript(self) -> str | None:
        """A TypeScript type that is narrower than the field's own, or None."""
        return None

    def metadata(self) -> str:
        """The rule as the metadata service shows it, for example `maxLength(64)`."""
        return f"{self.name}({', '.join(render(argument) for argument in self.arguments)})"

    def violation(self, field: str, value: Any = None) -> str:
        """The whole sentence about a refused value of the named field; the value, where known, can make it say more."""
        return f"{field} {self.message}"

    def __call__(self, value: Any) -> None:
        """Django's protocol. Raises ValidationError with this message and the name as its code."""
        if not self.accepts(value):
            raise ValidationError(self.message, code=self.name)

    def deconstruct(self) -> tuple[str, tuple[Any, ...], dict[str, Any]]:
        """Django's protocol for migrations: import path, positional arguments, keyword arguments."""
        module = type(self).__module__
        if module.startswith(f"{_PUBLIC_PACKAGE}."):
            module = _PUBLIC_PACKAGE
        return f"{module}.{type(self).__qualname__}", self.constructor_arguments, {}

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), self.constructor_arguments

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"validators are immutable: cannot set {name} of {self!r}")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"validators are immutable: cannot delete {name} of {self!r}")

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Validator):
            return NotImplemented
        return type(self) is type(other) and self.constructor_arguments == other.constructor_arguments

    def __hash__(self) -> int:
        return hash((type(self), self.constructor_arguments))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(map(repr, self.constructor_arguments))})"


class ObjectRule(Validator):
    """A rule that needs the whole object: another field of it, or several together."""

    def accepts_object(self, obj: Any, value: Any = None) -> bool:
        """Tells whether the object keeps the rule; `value` is that of the field which declares it, where known."""
        raise NotImplementedError


def judge(predicate: Any, *arguments: Any) -> bool:
    """Calls somebody else's predicate; an error that hostile input can cause in it counts as a refusal."""
    try:
        return bool(predicate(*arguments))
    except _REFUSALS:
        return False


def render(argument: Any) -> str:
    """An argument as metadata and messages show it: JavaScript's spelling of numbers, ISO 8601 for moments."""
    match argument:
        case str():
            return argument
        case None | bool():
            return json.dumps(argument)
        case float() if argument.is_integer() and abs(argument) < 1e21:
            return str(int(argument))
        case time():
            return argument.isoformat("auto" if argument.second or argument.microsecond else "minutes")
        case datetime() | date():
            return argument.isoformat()
        case Validator():
            return argument.metadata()
        case list() | tuple() | frozenset():
            return ",".join(map(render, argument))
        case _ if callable(argument):
            return str(getattr(argument, "__qualname__", type(argument).__name__))
    return str(argument)


def spell(items: Iterable[Any]) -> str:
    """Several arguments in a message, separated by commas."""
    return ", ".join(map(render, items))


def read(obj: Any, name: str) -> Any:
    """A named member of an object or a mapping; None where it has none."""
    return obj.get(name) if isinstance(obj, Mapping) else getattr(obj, name, None)
