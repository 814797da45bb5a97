"""Every service, function and type of the project, found in the ``services`` modules of its installed apps."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib.util import find_spec
from types import MappingProxyType, ModuleType
from typing import cast

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured

from backk_core.declare import naming
from backk_core.declare.entities import EntityBase
from backk_core.declare.errors import ServiceError
from backk_core.declare.permissions import InsideService
from backk_core.declare.service import CrudEntityService, Service, ServiceFunction
from backk_core.describe.contract_builder import ContractBuilder
from backk_core.describe.contracts import Problem, ServiceContract, ServiceFunctionContract, TypeContract
from backk_core.describe.source import place_of
from backk_core.describe.type_builder import Unbuildable


@dataclass(frozen=True, eq=False)
class Registry:
    """All contracts. ``functions`` maps wire names to what transports may call, ``inside`` to what they may not."""

    services: Mapping[str, ServiceContract]
    functions: Mapping[str, ServiceFunctionContract]
    inside: Mapping[str, ServiceFunctionContract]
    #: Wire codes (``salesItemService.1``) of the services' own errors.
    error_codes: Mapping[type[ServiceError], str]
    builder: ContractBuilder
    #: Builds the contracts of types that no function names, so that what the checks see is what was declared.
    strangers: ContractBuilder = field(default_factory=ContractBuilder)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What no contract could be made of."""
        return tuple(dict.fromkeys(self.builder.problems))

    def type_contract(self, cls: type) -> TypeContract:
        """Return the contract of a type, also of one that no function names."""
        known = self.builder.find(cls)
        return known if known is not None else self.strangers.type_contract(cls)

    def all_functions(self) -> Iterator[ServiceFunctionContract]:
        """Yield every function's contract, whoever may call it."""
        for service in self.services.values():
            yield from service.functions

    @cached_property
    def classes(self) -> frozenset[type]:
        """The service and function classes that have functions, and services that have none."""
        owners = (service.owner for service in self.services.values() if service.owner is not None)
        return frozenset((*owners, *(function.owner for function in self.all_functions())))

    def refuse_problems(self) -> None:
        """Raise ImproperlyConfigured, naming every problem, where a declaration has one."""
        if self.problems:
            raise ImproperlyConfigured(
                f"{len(self.problems)} declarations keep the server from starting:\n"
                + "\n".join(str(problem) for problem in self.problems)
            )


def build(classes: Iterable[type]) -> Registry:
    """Build the registry of the given service and function classes."""
    builder = ContractBuilder()
    service_classes: dict[str, type[Service]] = {}
    function_classes: dict[str, list[type[ServiceFunction]]] = defaultdict(list)
    for cls in classes:
        if issubclass(cls, ServiceFunction):
            if _names_its_service(cls, builder):
                function_classes[cls.service].append(cls)
        elif (name := naming.class_to_wire(cls.__name__)) in service_classes:
            first = service_classes[name]
            builder.problems.append(
                Problem(
                    "backk.E401",
                    place_of(cls),
                    f"{cls.__module__}.{cls.__name__} and {first.__module__}.{first.__name__} are both {name}.",
                    f"class Other{cls.__name__}(…)",
                )
            )
        else:
            service_classes[name] = cast("type[Service]", cls)
    services = {
        name: builder.service_contract(cls, function_classes.pop(name, [])) for name, cls in service_classes.items()
    }
    services |= {name: builder.loose_functions(name, found) for name, found in function_classes.items()}
    functions: dict[str, ServiceFunctionContract] = {}
    inside: dict[str, ServiceFunctionContract] = {}
    for service in services.values():
        for function in service.functions:
            # the narrowest word counts: what is for the service only is no transport's, whoever else is named
            only_inside = any(isinstance(rule, InsideService) for rule in function.rules)
            known = inside if only_inside else functions
            if function.wire_name in functions or function.wire_name in inside:
                builder.problems.append(
                    Problem(
                        "backk.E304",
                        function.place,
                        f"{function.wire_name} is declared twice.",
                        f"def {function.attribute}_…(self, …)  (another name for one of them)",
                    )
                )
            known[function.wire_name] = function
    return Registry(
        services=MappingProxyType(services),
        functions=MappingProxyType(functions),
        inside=MappingProxyType(inside),
        error_codes=MappingProxyType(
            {
                error: f"{service.name}.{error.code}"
                for service in services.values()
                for error in service.errors
                if hasattr(error, "code")
            }
        ),
        builder=builder,
    )


def _names_its_service(cls: type[ServiceFunction], builder: ContractBuilder) -> bool:
    if isinstance(getattr(cls, "service", None), str) and callable(getattr(cls, "execute", None)):
        return True
    builder.problems.append(
        Problem(
            "backk.E402",
            place_of(cls),
            f"{cls.__name__} does not say which service it belongs to, or has no execute.",
            'service = "orderService"',
        )
    )
    return False


def discovered() -> Iterator[type]:
    """Yield the service and function classes in the ``services`` module or package of every installed app, each once.

    A class that the module only imports from elsewhere counts where its ``__all__`` lists it.
    """
    found: dict[type, None] = {}
    for app in apps.get_app_configs():
        for module in _service_modules(f"{app.name}.services"):
            listed = getattr(module, "__all__", ())
            found |= dict.fromkeys(
                cls
                for cls in vars(module).values()
                if inspect.isclass(cls)
                and issubclass(cls, Service | ServiceFunction)
                and (cls.__module__ == module.__name__ or cls.__name__ in listed)
                and not cls.__name__.startswith("_")
                and not (issubclass(cls, Service) and not cls.is_switched_on())
            )
    for known in (Service, CrudEntityService, ServiceFunction):
        found.pop(known, None)
    yield from found


def _service_modules(name: str) -> Iterator[ModuleType]:
    """Yield the module of a name and, where it is a package, all modules in it; none where there is none."""
    if find_spec(name) is None:
        return
    module = importlib.import_module(name)
    yield module
    for inner in pkgutil.walk_packages(getattr(module, "__path__", ()), f"{name}."):
        yield importlib.import_module(inner.name)


@cache
def registry() -> Registry:
    """Return the project's registry, built on first use, when all apps are ready."""
    apps.check_models_ready()
    try:
        known = build(discovered())
        for model in apps.get_models():
            if isinstance(model, EntityBase):
                # entities that no function names so far
                known.builder.type_contract(model)
        return known
    except Unbuildable as failure:
        raise ImproperlyConfigured(str(failure)) from failure
