"""What checks look at: fields, types, functions and services, each with what surrounds it and where it is declared."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, cast

from django.db import models

from backk_core.declare.access import PRIVATE
from backk_core.declare.permissions import Rule, rules_of
from backk_core.declare.relations import EntityView
from backk_core.declare.service import ServiceFunction
from backk_core.declare.types import Data, Result
from backk_core.describe.contracts import (
    FieldContract,
    Mode,
    Problem,
    ServiceContract,
    ServiceFunctionContract,
    TypeContract,
    reached_types,
)
from backk_core.describe.field_kinds import STRING
from backk_core.describe.registry import Registry
from backk_core.describe.source import place_of


@dataclass(frozen=True)
class Field:
    """A field, or an array's element, at the class that declares it."""

    owner: type
    #: The name in the class's body.
    name: str
    contract: FieldContract
    #: Whether clients may send it.
    is_sent: bool
    is_element: bool = False
    #: Whether another type took it over.
    is_borrowed: bool = False

    @property
    def title(self) -> str:
        return f"{self.owner.__name__}.{self.name}" + (" (what it holds)" if self.is_element else "")

    @property
    def is_ours(self) -> bool:
        """Whether the framework declares it."""
        return self.owner.__module__.startswith("backk_core.")

    @property
    def is_private(self) -> bool:
        return self.contract.access is PRIVATE

    @property
    def is_reference(self) -> bool:
        """Whether its value is the key of another entity, which has rules of its own."""
        return isinstance(self.contract.declared_field, models.ForeignKey)

    @property
    def is_text(self) -> bool:
        return self.contract.kind is STRING and not self.is_reference

    def problem(self, id: str, message: str, hint: str) -> Problem:
        """Return a problem of this field; the message goes on after its name."""
        return Problem(f"backk.{id}", place_of(self.owner, self.name), f"{self.title} {message}", hint)


@dataclass(frozen=True)
class Shape:
    """An entity, argument or result."""

    contract: TypeContract
    is_sent: bool
    is_answered: bool

    @property
    def title(self) -> str:
        return self.contract.name

    def fields(self) -> Iterator[Field]:
        """Yield its fields, and the elements of its arrays after them."""
        for contract in self.contract.fields:
            sent = self._sends(contract)
            owner, name = origin_of(self.contract.cls, contract)
            yield from _with_elements(
                Field(owner, name, contract, is_sent=sent, is_borrowed=owner is not self.contract.cls)
            )

    def problem(self, id: str, message: str, hint: str, name: str | None = None) -> Problem:
        """Return a problem of this type, or of the field ``name`` in it."""
        return Problem(f"backk.{id}", place_of(self.contract.cls, name), message, hint)

    def _sends(self, field: FieldContract) -> bool:
        if self.contract.is_entity:
            return not field.primary_key and (field.enters(Mode.CREATE) or field.enters(Mode.UPDATE))
        return self.is_sent and field.enters(Mode.ARGUMENT)


def _with_elements(field: Field) -> Iterator[Field]:
    yield field
    if field.contract.element is not None:
        yield from _with_elements(replace(field, contract=field.contract.element, is_element=True))


def origin_of(cls: type, field: FieldContract) -> tuple[type, str]:
    """Return the class that declares a field, however often it was borrowed, and the field's name there."""
    name = field.name
    while issubclass(cls, Data | EntityView) and name in cls.backk_borrowed:
        borrowed = cls.backk_borrowed[name]
        cls, name = borrowed.owner, borrowed.name
    if hasattr(cls, "base_filters"):
        # the filter that a property stands for
        from backk_core.declare.filter_sets import properties_of

        name = properties_of(cast("Any", cls))[name].filter_name
    if field.model_field is not None and issubclass(cls, models.Model):
        name = field.model_field.name
    return cls, name


@dataclass(frozen=True)
class Function:
    """A service function, its service and all others."""

    contract: ServiceFunctionContract
    service: ServiceContract
    registry: Registry

    @property
    def title(self) -> str:
        owner = self.contract.owner
        return owner.__name__ if self.is_class else f"{owner.__name__}.{self.contract.attribute}"

    @property
    def is_class(self) -> bool:
        return issubclass(self.contract.owner, ServiceFunction)

    @property
    def python(self) -> Callable[..., Any]:
        """The function that does the work."""
        function: Callable[..., Any] = getattr(self.contract.owner, self.contract.attribute)
        return function

    @property
    def service_rules(self) -> tuple[Rule, ...]:
        return rules_of(self.service.owner) if self.service.owner is not None else ()

    @property
    def own_rules(self) -> tuple[Rule, ...]:
        """The rules that the function itself says."""
        return self.contract.rules[len(self.service_rules) :]

    @property
    def first_line(self) -> str:
        """The line that declares it, as a hint shows it."""
        if self.is_class:
            return f"class {self.contract.owner.__name__}(ServiceFunction):"
        argument = self.contract.argument
        given = "".join(f", {name}" for name in list(inspect.signature(self.python).parameters)[1:])
        of_type = f": {argument.name}" if argument is not None and argument.fields else ""
        return f"def {self.contract.attribute}(self{given}{of_type})"

    def problem(self, id: str, message: str, hint: str, place: str | None = None) -> Problem:
        """Return a problem of this function; the message goes on after its name."""
        return Problem(f"backk.{id}", place or self._place, f"{self.title} {message}", hint)

    @property
    def _place(self) -> str:
        return place_of(self.contract.owner) if self.is_class else self.contract.place


@dataclass(frozen=True)
class Project:
    """All declarations of a project together."""

    registry: Registry

    @cached_property
    def shapes(self) -> tuple[Shape, ...]:
        functions = list(self.registry.all_functions())
        sent = reached_types(f.argument for f in functions if f.argument is not None)
        answered = reached_types(f.result for f in functions if f.result is not None)
        return tuple(
            Shape(
                contract,
                # bounds that a FilterSet lacks may stand in the argument that takes its fields
                is_sent=contract in sent
                or not (issubclass(contract.cls, Result) or hasattr(contract.cls, "backk_filter_set")),
                is_answered=contract in answered or issubclass(contract.cls, Result),
            )
            for contract in self.registry.builder.types
        )

    @property
    def fields(self) -> Iterator[Field]:
        for shape in self.shapes:
            yield from shape.fields()
        for function in self.functions:
            argument = function.contract.argument
            if argument is not None and argument.entries is not None:
                # an argument that is a map as a whole, and no class
                entries = argument.entries
                yield from _with_elements(
                    Field(function.contract.owner, function.contract.attribute, entries, is_sent=True)
                )

    @property
    def functions(self) -> Iterator[Function]:
        for service in self.registry.services.values():
            for contract in service.functions:
                yield Function(contract, service, self.registry)

    @property
    def services(self) -> Iterable[ServiceContract]:
        return self.registry.services.values()

    @property
    def classes(self) -> list[type]:
        """The service and function classes, in order of their names."""
        return sorted(self.registry.classes, key=lambda cls: (cls.__module__, cls.__qualname__))
