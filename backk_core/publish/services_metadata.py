"""Contracts in the words of Backk for Node: the metadata that its dynamic clients read."""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from backk_core.declare import errors
from backk_core.declare.access import PRIVATE
from backk_core.declare.conf import Conf, conf
from backk_core.declare.errors import CallError
from backk_core.declare.types import Document
from backk_core.describe.contracts import FieldContract, ServiceFunctionContract, TypeContract, reached_types
from backk_core.describe.field_kinds import ANY, ARRAY, IDS, INTEGER, JSON, MAP, OBJECT, OPAQUE, TIMESTAMP
from backk_core.describe.registry import Registry, registry
from backk_core.execute.deprecation import advice
from backk_core.execute.encoding import encode_json
from backk_core.publish.audiences import Audience, published_functions

_ERROR_TYPE = {"statusCode": "integer", "errorCode": "?string", "message": "string", "stackTrace": "?string"}


def published_metadata(audience: Audience) -> Document:
    """Return the metadata of the project, made once, as callers get it."""
    return _published(registry(), audience, conf())


@lru_cache(maxsize=4)
def _published(known: Registry, audience: Audience, _: Conf) -> Document:
    body = encode_json(services_metadata(known, audience))
    return Document(body, hashlib.sha256(body).hexdigest()[:16])


def services_metadata(known: Registry, audience: Audience) -> dict[str, Any]:
    """Return ``{"services": […], "commonErrors": {…}}`` of the functions that an audience can reach."""
    by_service: dict[str, list[ServiceFunctionContract]] = {}
    for function in published_functions(known, audience):
        by_service.setdefault(function.service_name, []).append(function)
    return {
        "services": [_service(known, name, functions) for name, functions in by_service.items()],
        "commonErrors": {_constant(error): _error(str(error.code), error) for error in _common_errors()},
    }


def _service(known: Registry, name: str, functions: list[ServiceFunctionContract]) -> dict[str, Any]:
    named = [t for f in functions for t in (f.argument, f.result) if t is not None]
    types = [contract for contract in reached_types(named) if contract.entries is None]
    return {
        "serviceName": name,
        "serviceDocumentation": known.services[name].documentation,
        "functions": [_function(known, function) for function in functions],
        "types": {t.name: {f.wire_name: _type_name(f) for f in _travelling(t)} for t in types}
        | {"BackkError": _ERROR_TYPE},
        "propertyAccess": _filled(
            (t.name, {f.wire_name: f.access.name for f in _travelling(t) if f.access is not None})
            for t in types
            if t.is_entity
        ),
        "typesDocumentation": _filled(
            (t.name, {f.wire_name: f.documentation for f in _travelling(t) if f.documentation}) for t in types
        ),
        "uiHints": _filled((t.name, {f.wire_name: dict(f.ui) for f in _travelling(t) if f.ui}) for t in types),
        "typeReferences": {t.name: t.model.__name__ for t in types if t.is_entity and t.model is not t.cls},
        "validations": _filled(
            (t.name, {f.wire_name: rules for f in _travelling(t) if (rules := list(_rules(f)))}) for t in types
        ),
    }


def _function(known: Registry, function: ServiceFunctionContract) -> dict[str, Any]:
    return {
        "functionName": function.function_name,
        "functionDocumentation": function.documentation,
        **({"deprecated": advice(deprecation)} if (deprecation := function.options.deprecation) is not None else {}),
        **({"argType": function.argument.name} if function.argument is not None else {}),
        "returnValueType": f"PromiseErrorOr<{_result_name(function)}>",
        "errors": [_error(known.error_codes[error], error) for error in function.errors if error in known.error_codes],
    }


def _result_name(function: ServiceFunctionContract) -> str:
    if function.result is None:
        return "null" if function.result_shape == "none" else "string"
    shape = {"one": "One", "many": "Many"}.get(function.result_shape)
    return f"{shape}<{function.result.name}>" if shape else function.result.name


def _error(code: str, error: type[CallError]) -> dict[str, Any]:
    return {"errorCode": code, "statusCode": error.status, "message": error.message or inspect.getdoc(error) or ""}


def _common_errors() -> Iterator[type[CallError]]:
    for error in vars(errors).values():
        if isinstance(error, type) and issubclass(error, CallError) and str(vars(error).get("code", "")):
            yield error


def _constant(error: type) -> str:
    """Return the name of an error as the original spells constants: ``EntityNotFound`` → ``ENTITY_NOT_FOUND``."""
    return "".join(f"_{letter}" if letter.isupper() else letter.upper() for letter in error.__name__).lstrip("_")


def _travelling(contract: TypeContract) -> Iterator[FieldContract]:
    return (field for field in contract.fields if field.access is not PRIVATE)


def _type_name(field: FieldContract) -> str:
    """Return a property's type: ``?`` where it may be left out, ``[]`` of arrays, ``| null`` where it may be null."""
    optional = "" if field.required or field.primary_key else "?"
    return f"{optional}{_plain_name(field)}{' | null' if field.nullable else ''}"


def _plain_name(field: FieldContract) -> str:
    if field.kind is ARRAY and field.element is not None:
        return f"{_plain_name(field.element)}[]"
    if field.kind is OBJECT and field.type is not None:
        return field.type.name
    if field.choices is not None:
        return f"({'|'.join(repr(choice) if isinstance(choice, str) else str(choice) for choice in field.choices)})"
    if field.kind is TIMESTAMP:
        return "Date"
    if field.kind is INTEGER:
        return "integer"
    if field.kind in (MAP, ANY, JSON, OPAQUE):
        return "any"
    if field.kind in IDS:
        return "string"
    return {"number": "number", "boolean": "boolean"}.get(str(field.kind.json_type.get("type")), "string")


def _rules(field: FieldContract) -> Iterator[str]:
    yield from (rule.metadata() for rule in field.validators)
    for rule in field.element.validators if field.element is not None else ():
        said = rule.metadata()
        yield f"{said[:-1]}{', ' if not said.endswith('()') else ''}{{ each: true }})"


def _filled(pairs: Iterable[tuple[str, dict[str, Any]]]) -> dict[str, dict[str, Any]]:
    return {name: properties for name, properties in pairs if properties}
