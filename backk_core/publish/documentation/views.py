"""What the site's pages show of services, functions, types and errors."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, TypeAlias

from backk_core.describe.contracts import FieldContract
from backk_core.describe.field_kinds import ANY, ARRAY, JSON, MAP, OBJECT, OPAQUE
from backk_core.execute.deprecation import advice
from backk_core.execute.repetition import once_of
from backk_core.publish.authorization_matrix import who_may_call
from backk_core.publish.clients.surface import ClientFunction, ClientService, ClientType, Surface
from backk_core.publish.documentation.snippets import snippets_of
from backk_core.publish.failures import is_open
from backk_core.publish.samples import Sampler, query_example
from backk_core.publish.uses import Use

View: TypeAlias = dict[str, Any]

#: What uses are called where a type is shown.
_USES = {
    Use.CREATE: "sent to create",
    Use.UPDATE: "sent to update; what is left out stays as it is",
    Use.PART: "sent with what it is a part of: with an id a change, without one something new",
    Use.ARGUMENT: "sent",
    Use.RESULT: "answered",
    Use.SELECTION: "answered, as far as it was asked for",
}


def service_view(surface: Surface, service: ClientService) -> View:
    """Return what the page of a service shows."""
    return {
        "name": service.name,
        "page": f"{service.name}.html",
        "documentation": service.documentation,
        "functions": [_function(surface, service, function) for function in service.functions],
    }


def type_view(surface: Surface, known: ClientType) -> View:
    """Return what is shown of a type."""
    contract = known.contract
    fields = [contract.entries] if contract.entries is not None else list(known.fields)
    return {
        "name": known.name,
        "use": _USES[known.use],
        "documentation": contract.documentation,
        "is_map": contract.entries is not None,
        "fields": [_field(surface, known, field) for field in fields],
    }


def error_views(surface: Surface) -> list[View]:
    """Return every error, each once, with the functions that answer it where it is a service's own."""
    found: dict[str, View] = {}
    for service in surface.services:
        for function in service.functions:
            for failure in function.failures:
                view = found.setdefault(
                    failure.code,
                    {"code": failure.code, "status": failure.status, "message": failure.message, "name": failure.name,
                     "is_own": not failure.code.startswith("error."), "service": service.name},
                )  # fmt: skip
                view.setdefault("functions", []).append(function.contract.wire_name)
    return sorted(
        found.values(),
        key=lambda view: (view["is_own"], view["service"] if view["is_own"] else "", _in_order(view["code"])),
    )


def _in_order(code: str) -> tuple[int, str]:
    number = code.rpartition(".")[2]
    return (int(number) if number.isdigit() else 0, code)


def _function(surface: Surface, service: ClientService, function: ClientFunction) -> View:
    contract = function.contract
    summary, _, rest = contract.documentation.partition("\n")
    sampler = Sampler()
    sent = _example(sampler, function.argument)
    if (
        sent is not None
        and function.argument is not None
        and function.result is not None
        and function.result.contract.is_entity
    ):
        sent.update(query_example(function.argument.contract))
    answered = _example(sampler, function.result)
    deprecation = contract.options.deprecation
    return {
        "name": contract.function_name,
        "wire_name": contract.wire_name,
        "summary": summary,
        "paragraphs": [" ".join(text.split()) for text in rest.split("\n\n") if text.strip()],
        "who": "everyone, with or without a token" if is_open(contract) else who_may_call(contract),
        "is_open": is_open(contract),
        "deprecated": advice(deprecation) if deprecation is not None else "",
        "takes_key": once_of(contract) is not None,
        "by_get": contract.allows_get,
        "argument": type_view(surface, function.argument) if function.argument is not None else None,
        "result": type_view(surface, function.result) if function.result is not None else None,
        "answers": _answers(function),
        "status": contract.options.status,
        "errors": [failure for failure in function.failures if not failure.code.startswith("error.")],
        "common_errors": [failure for failure in function.failures if failure.code.startswith("error.")],
        "answer_example": _pretty(_answer(function, answered)) if answered is not None else "",
        "snippets": snippets_of(surface, service, function, sent),
    }


def _answers(function: ClientFunction) -> str:
    match function.contract.result_shape:
        case "one":
            return "one"
        case "many":
            return "a list of"
        case "none":
            return "nothing"
        case "document":
            return "a document"
        case _:
            return ""


def _answer(function: ClientFunction, example: Any) -> Any:
    shapes = {"one": {"metadata": {}, "data": example}, "many": {"metadata": {}, "data": [example]}}
    return shapes.get(function.contract.result_shape, example)


def _example(sampler: Sampler, known: ClientType | None) -> Any:
    if known is None:
        return None
    try:
        return sampler.example(known.contract, known.use.mode)
    except LookupError:
        return None


def _pretty(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)


def _field(surface: Surface, known: ClientType, field: FieldContract) -> View:
    element = field.element
    rules = [rule.metadata() for rule in field.validators if rule.name not in ("isAnyString", "arrayNotUnique")]
    if element is not None:
        rules += [f"each {rule.metadata()}" for rule in element.validators if rule.name != "isAnyString"]
    return {
        "name": "any name" if field is known.contract.entries else field.wire_name,
        "type": list(_words(surface, known, field)),
        "required": known.requires(field) and field is not known.contract.entries,
        "nullable": field.nullable,
        "documentation": field.documentation,
        "rules": [] if known.use.is_answer else rules,
        "choices": surface.choices(field) if field.choices is not None else [],
    }


def _words(surface: Surface, known: ClientType, field: FieldContract) -> Iterator[View]:
    """Yield the words of a property's type; some lead to another type."""
    if field.kind in (ARRAY, MAP) and field.element is not None:
        yield {"text": "array of" if field.kind is ARRAY else "map of"}
        yield from _words(surface, surface.inside(known, field), field.element)
    elif field.kind is OBJECT and (held := surface.held(field, known.use)) is not None:
        yield {"text": held.name, "to": f"types.html#{held.name}"}
    elif field.choices is not None:
        yield {"text": "one of"}
    elif field.kind in (ANY, JSON, OPAQUE):
        yield {"text": "any value"}
    else:
        yield {"text": field.kind.name.replace("_", " ")}
