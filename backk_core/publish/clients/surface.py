"""What a client of the project can see: services, functions and named types, the same for every language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from backk_core.describe.contracts import FieldContract, ServiceFunctionContract, TypeContract, held_type
from backk_core.describe.registry import Registry
from backk_core.publish.audiences import Audience, published_functions
from backk_core.publish.failures import Failure, failures_of
from backk_core.publish.type_names import first_free_name
from backk_core.publish.uses import Use


@dataclass(frozen=True, kw_only=True, eq=False)
class ClientType:
    """A type in one of its uses, called as the OpenAPI document calls it.

    Where its contract has ``entries`` it is a map of any names to such values, and has no ``fields``.
    """

    name: str
    contract: TypeContract
    use: Use

    @property
    def fields(self) -> tuple[FieldContract, ...]:
        """The properties that a value may have, in order of declaration."""
        return tuple(self.use.fields(self.contract))

    def requires(self, field: FieldContract) -> bool:
        """Tell whether a value always has the property."""
        return self.use.requires(field)


class _Held(ClientType):
    def requires(self, field: FieldContract) -> bool:
        return False


@dataclass(frozen=True, kw_only=True, eq=False)
class ClientFunction:
    """A function with the types that travel, and every error that it can answer."""

    contract: ServiceFunctionContract
    argument: ClientType | None
    #: None where nothing is answered, or a document.
    result: ClientType | None
    failures: tuple[Failure, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class ClientService:
    """A service with the functions that the audience can reach."""

    name: str
    documentation: str
    functions: tuple[ClientFunction, ...]


class Surface:
    """All that an audience can see of a registry."""

    def __init__(self, known: Registry, audience: Audience) -> None:
        self._types: dict[tuple[object, Use], ClientType] = {}
        self._taken: set[str] = set()
        by_service: dict[str, list[ClientFunction]] = {}
        for function in published_functions(known, audience):
            by_service.setdefault(function.service_name, []).append(self._function(function, known))
        self.services = tuple(
            ClientService(name=name, documentation=known.services[name].documentation, functions=tuple(functions))
            for name, functions in by_service.items()
        )

    @property
    def types(self) -> tuple[ClientType, ...]:
        """Every type that a function names, and those of their fields; what holds a type stands before it."""
        return tuple(self._types.values())

    def held(self, field: FieldContract, use: Use) -> ClientType | None:
        """Return the type of the object, or of the objects, in a field of a value that is for ``use``."""
        contract = held_type(field)
        return None if contract is None else self._types[_key(contract, use.inside(field))]

    def inside(self, known: ClientType, field: FieldContract) -> ClientType:
        """Return what holds the elements or values in a field of a type: none of them is ever missing."""
        return _Held(name=known.name, contract=known.contract, use=known.use.inside(field))

    def choices(self, field: FieldContract) -> list[Any]:
        """Return the values that a property may have, as they are on the wire."""
        plain = [getattr(choice, "value", choice) for choice in field.choices or ()]
        return plain if field.kind.dump is None else [field.kind.dump(choice) for choice in plain]

    def _function(self, function: ServiceFunctionContract, known: Registry) -> ClientFunction:
        argument, result = function.argument, function.result
        return ClientFunction(
            contract=function,
            result=None if result is None else self._named(result, Use.of_result(function)),
            argument=None if argument is None else self._named(argument, Use.of_argument(function.argument_mode)),
            failures=tuple(failures_of(function, known)),
        )

    def _named(self, contract: TypeContract, use: Use) -> ClientType:
        key = _key(contract, use)
        if key not in self._types:
            name = first_free_name(contract, use, self._taken)
            self._taken.add(name)
            made = self._types[key] = ClientType(name=name, contract=contract, use=use)
            for field in _held_by(made):
                if (inner := held_type(field)) is not None:
                    self._named(inner, use.inside(field))
        return self._types[key]


def _held_by(known: ClientType) -> Iterator[FieldContract]:
    yield from known.fields
    if known.contract.entries is not None:
        yield known.contract.entries


def _key(contract: TypeContract, use: Use) -> tuple[object, Use]:
    if contract.entries is None:
        return contract.cls, use
    # a map has no class of its own: it is what it is called and holds
    inner = held_type(contract.entries)
    return (contract.name, contract.entries.kind.name, inner and inner.cls), use
