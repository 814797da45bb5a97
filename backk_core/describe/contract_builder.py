"""How service functions become contracts: who may call them with what, and what comes back, read once at start-up."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, get_args, get_origin

from backk_core.declare import naming
from backk_core.declare.conf import conf
from backk_core.declare.patterns import compile_pattern
from backk_core.declare.permissions import OwnResources, Rule, rules_of
from backk_core.declare.service import FunctionOptions, Service, ServiceFunction, TenantService, UserService, options_of
from backk_core.declare.types import Document, Many, One, Plain
from backk_core.describe.contracts import (
    MISSING,
    FieldContract,
    FunctionKind,
    Mode,
    Problem,
    ResultShape,
    ServiceContract,
    ServiceFunctionContract,
    Statements,
    TypeContract,
)
from backk_core.describe.source import place_of, statements_of
from backk_core.describe.type_builder import TypeBuilder, Unbuildable, hints_of, unwrapped

#: What the first word of a function's name says about its kind.
KIND_WORDS: dict[str, FunctionKind] = {
    **dict.fromkeys(("create", "insert"), "create"),
    **dict.fromkeys(("get", "read", "find", "fetch", "retrieve", "obtain"), "get"),
    **dict.fromkeys(("update", "modify", "change", "patch"), "update"),
    **dict.fromkeys(("delete", "erase", "destroy"), "delete"),
}

_SHAPES: dict[Any, ResultShape] = {One: "one", Many: "many", Plain: "plain"}


class ContractBuilder(TypeBuilder):
    """Builds the contracts of services and of the types that their functions name."""

    def service_contract(self, cls: type[Service], function_classes: list[type[ServiceFunction]]) -> ServiceContract:
        """Return the contract of a service class together with the function classes that name it as their service."""
        name = naming.class_to_wire(cls.__name__)
        functions = [
            contract
            for attribute, function in _functions_of(cls)
            if (contract := self._attempt(lambda a=attribute, f=function: self._method(cls, name, a, f)))  # type: ignore[misc]
        ]
        errors = list(cls.errors)
        for function_class in function_classes:
            if contract := self._attempt(lambda c=function_class: self._function_class(c, cls)):  # type: ignore[misc]
                functions.append(contract)
            errors.extend(error for error in function_class.errors if error not in errors)
        return ServiceContract(
            name=name,
            owner=cls,
            functions=tuple(functions),
            errors=tuple(errors),
            documentation=(inspect.cleandoc(cls.__doc__) if cls.__doc__ else ""),
        )

    def _attempt(self, build: Callable[[], ServiceFunctionContract]) -> ServiceFunctionContract | None:
        try:
            return build()
        except Unbuildable as failure:
            self.problems.append(failure.problem)
            return None

    def _method(
        self, cls: type[Service], service_name: str, attribute: str, function: Callable[..., Any]
    ) -> ServiceFunctionContract:
        return self._function(
            owner=cls,
            service_name=service_name,
            name=attribute,
            attribute=attribute,
            function=function,
            rules=(*rules_of(cls), *rules_of(function)),
            errors=cls.errors,
            marked=function,
        )

    def _function_class(self, cls: type[ServiceFunction], service: type[Service] | None) -> ServiceFunctionContract:
        own = getattr(cls, "authorization", ())
        rules = (*((own,) if isinstance(own, Rule) else own), *rules_of(cls))
        function = cls.execute
        return self._function(
            owner=cls,
            service_name=cls.service,
            name=naming.to_python(naming.class_to_wire(cls.__name__)),
            attribute="execute",
            function=function,
            rules=(*(rules_of(service) if service else ()), *rules),
            errors=(*(service.errors if service else ()), *cls.errors),
            marked=cls,
        )

    def loose_functions(self, name: str, function_classes: list[type[ServiceFunction]]) -> ServiceContract:
        """Return the contract of a service that consists of function classes only."""
        contracts = [self._attempt(lambda c=cls: self._function_class(c, None)) for cls in function_classes]  # type: ignore[misc]
        errors = dict.fromkeys(error for cls in function_classes for error in cls.errors)
        return ServiceContract(
            name=name, owner=None, functions=tuple(c for c in contracts if c is not None), errors=tuple(errors)
        )

    def _function(
        self,
        *,
        owner: type,
        service_name: str,
        name: str,
        attribute: str,
        function: Callable[..., Any],
        rules: tuple[Rule, ...],
        errors: tuple[Any, ...],
        marked: Any,
    ) -> ServiceFunctionContract:
        hints = hints_of(function, owner)
        kind = KIND_WORDS.get(name.split("_", maxsplit=1)[0], "other")
        argument, mode = self._argument(function, hints, kind, owner)
        shape, result = self._result(function, hints, owner)
        options = options_of(marked)
        wire_name = f"{service_name}.{naming.to_wire(name)}"
        pattern, denied = conf().get_allowed_pattern, conf().get_denied
        return ServiceFunctionContract(
            service_name=service_name,
            function_name=naming.to_wire(name),
            owner=owner,
            attribute=attribute,
            kind=kind,
            argument=_owner_from_token(argument, mode, rules),
            argument_mode=mode,
            result_shape=shape,
            result=result,
            rules=rules,
            errors=tuple(dict.fromkeys(errors)),
            options=options,
            statements=_statements(options, function),
            content_type=hints["return"].content_type if shape == "document" else "application/json",
            allows_get=wire_name not in denied
            and (options.allows_get or bool(pattern and compile_pattern(pattern).fullmatch(wire_name))),
            documentation=inspect.cleandoc((marked.__doc__ or function.__doc__) or ""),
            place=place_of(function),
        )

    def _argument(
        self, function: Callable[..., Any], hints: dict[str, Any], kind: FunctionKind, owner: type
    ) -> tuple[TypeContract | None, Mode]:
        names = list(inspect.signature(function).parameters)[1:]
        title = f"{owner.__name__}.{function.__name__}"
        if not names:
            return None, Mode.ARGUMENT
        if len(names) > 1 or names[0] not in hints:
            raise Unbuildable(
                Problem(
                    "backk.E301",
                    place_of(function),
                    f"{title} takes {', '.join(names)}: a service function has at most one argument, with its type.",
                    f"def {function.__name__}(self, argument: {_title(function)}Argument) -> …",
                )
            )
        cls, rules = unwrapped(hints[names[0]])
        if get_origin(cls) is dict:
            return self.map_contract(owner, names[0], cls, rules), Mode.ARGUMENT
        if not isinstance(cls, type):
            raise self.unvalidatable(owner, function.__name__, cls)
        contract = self.type_contract(cls)
        if not contract.is_entity:
            return contract, Mode.ARGUMENT
        if kind not in ("create", "update"):
            raise Unbuildable(
                Problem(
                    "backk.E302",
                    place_of(function),
                    f"{title} takes the entity {cls.__name__}, but its name does not say what to do with it.",
                    f"name it create_… or update_…, or take class {cls.__name__}Argument(Argument, "
                    f'fields=pick({cls.__name__}, "id", …))',
                )
            )
        return contract, Mode.CREATE if kind == "create" else Mode.UPDATE

    def _result(
        self, function: Callable[..., Any], hints: dict[str, Any], owner: type
    ) -> tuple[ResultShape, TypeContract | None]:
        hint = hints.get("return", MISSING)
        if hint is type(None):
            return "none", None
        if isinstance(hint, type) and issubclass(hint, Document):
            return "document", None
        origin, arguments = get_origin(hint), get_args(hint)
        if origin is Plain and get_origin(arguments[0]) is dict:
            return "plain", self.map_contract(owner, function.__name__, arguments[0], [])
        if origin not in _SHAPES or not isinstance(arguments[0], type):
            raise Unbuildable(
                Problem(
                    "backk.E303",
                    place_of(function),
                    f"{owner.__name__}.{function.__name__} does not say what it answers.",
                    f"def {function.__name__}(self, …) -> One[Entity] (or Many[Entity], One[Result], Document, None)",
                )
            )
        return _SHAPES[origin], self.type_contract(arguments[0])


def _statements(options: FunctionOptions, function: Callable[..., Any]) -> Statements:
    if options.own_transactions:
        return Statements.OWN
    return Statements.ONE if options.no_transaction else statements_of(function)


def _title(function: Callable[..., Any]) -> str:
    return function.__name__.title().replace("_", "")


def _functions_of(cls: type[Service]) -> Iterator[tuple[str, Callable[..., Any]]]:
    """Yield the public methods of a service, in order of declaration, bases first."""
    bases = [base for base in reversed(cls.__mro__) if issubclass(base, Service)]
    members = {name: member for base in bases for name, member in vars(base).items()}
    for name, member in members.items():
        if inspect.isfunction(member) and not name.startswith("_") and not _answers_the_framework(cls, name):
            yield name, member


def _answers_the_framework(cls: type[Service], name: str) -> bool:
    """Tell whether a method is one that the framework asks, and no function."""
    parts: tuple[type, ...] = (UserService, TenantService)
    return any(issubclass(cls, part) and hasattr(part, name) for part in parts)


def _owner_from_token(argument: TypeContract | None, mode: Mode, rules: tuple[Rule, ...]) -> TypeContract | None:
    """Return the argument of a function that creates own resources: the owner need not be sent, the token tells it."""
    fields = {rule.field for rule in rules if isinstance(rule, OwnResources)}
    if argument is None or not argument.is_entity or mode is not Mode.CREATE or not fields:
        return argument
    if not any(known.name in fields and known.required for known in argument.entering(mode)):
        return argument

    def eased(known: FieldContract) -> FieldContract:
        return replace(known, required=False, default=None) if known.name in fields else known

    return replace(
        argument,
        name=f"Own{argument.name}",
        fields=tuple(map(eased, argument.fields)),
        stored=tuple(map(eased, argument.stored)),
    )
