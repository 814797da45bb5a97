"""The OpenAPI 3.1 document of a project: drf-spectacular's frame and settings, operations made of contracts."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any, Literal

from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.plumbing import (
    ResolvedComponent,
    build_root_object,
    normalize_result_object,
    sanitize_result_object,
)
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiYamlRenderer
from drf_spectacular.settings import spectacular_settings

from backk_core.declare.conf import Conf, conf
from backk_core.declare.permissions import UserRoles
from backk_core.declare.service import Deprecation
from backk_core.declare.types import Document
from backk_core.describe.contracts import ServiceFunctionContract, TypeContract
from backk_core.describe.registry import Registry, registry
from backk_core.execute.deprecation import advice
from backk_core.execute.encoding import COUNT, encode_json
from backk_core.execute.queries import path_named
from backk_core.execute.repetition import once_of
from backk_core.publish.audiences import Audience, published_functions
from backk_core.publish.authorization_matrix import who_may_call
from backk_core.publish.error_schemas import ERROR, JSON, PROBLEM, error_response, error_schema, problem_schema
from backk_core.publish.failures import Failure, failures_of, is_open
from backk_core.publish.queries import narrowed
from backk_core.publish.samples import query_example
from backk_core.publish.schemas import Components, Schema
from backk_core.publish.uses import Use

Format = Literal["json", "yaml"]

#: Version of the specification, where the project's SPECTACULAR_SETTINGS do not name another 3.1.
OPENAPI_VERSION = "3.1.0"
_BEARER = "bearerAuth"

_LOCATION = {"schema": {"type": "string", "format": "uri"}}
_TAG_HEADER = {
    "description": "Names the version of what is answered: send it back in If-None-Match.",
    "schema": {"type": "string"},
}


_DEPRECATION = {
    "Deprecation": {"description": "Since when (RFC 9745).", "schema": {"type": "string", "pattern": "^@-?[0-9]+$"}},
    "Sunset": {"description": "When it may be gone, an HTTP date (RFC 8594).", "schema": {"type": "string"}},
    "Link": {"description": "What to call instead.", "schema": {"type": "string"}},
}


def document(known: Registry, audience: Audience = "public") -> dict[str, Any]:
    """Return the OpenAPI document of the functions that an audience can reach."""
    description: dict[str, Any] = DocumentGenerator(known, audience).get_schema()
    return description


def rendered(description: dict[str, Any], form: Format) -> bytes:
    """Return a document as a file's content, indented, with a line feed at its end."""
    renderer = OpenApiYamlRenderer() if form == "yaml" else OpenApiJsonRenderer()
    text: bytes = renderer.render(description, renderer_context={})
    return text.rstrip(b"\n") + b"\n"


def published_document(audience: Audience) -> Document:
    """Return the document of the project, made once, as callers get it."""
    return _published(registry(), audience, conf())


@lru_cache(maxsize=4)
def _published(known: Registry, audience: Audience, _: Conf) -> Document:
    body = encode_json(document(known, audience))
    return Document(body, hashlib.sha256(body).hexdigest()[:16])


class DocumentGenerator(SchemaGenerator):
    """Makes the document of one registry."""

    def __init__(self, known: Registry, audience: Audience) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._known = known
        self._functions = tuple(published_functions(known, audience))
        self._components = Components()
        self._register(ResolvedComponent.SCHEMA, ERROR, error_schema())
        self._register(ResolvedComponent.SCHEMA, PROBLEM, problem_schema())

    def get_schema(self, request: Any = None, public: bool = False) -> dict[str, Any]:
        paths = self.parse(request, public)
        for name, schema in self._components.schemas.items():
            self._register(ResolvedComponent.SCHEMA, name, schema)
        components = self.registry.build(spectacular_settings.APPEND_COMPONENTS)
        root = build_root_object(paths=paths, components=components, webhooks={}, version=None)
        own: dict[str, Any] = {
            "openapi": root["openapi"] if str(root["openapi"]).startswith("3.1.") else OPENAPI_VERSION,
            "info": {**root["info"], "title": root["info"]["title"] or f"{conf().microservice_name} API"},
            "servers": servers(),
            "tags": [*root.get("tags", ()), *self._tags()],
        }
        whole = normalize_result_object({**own, **_without(root, own)})  # type: ignore[no-untyped-call]
        result: dict[str, Any] = sanitize_result_object(whole)  # type: ignore[no-untyped-call]
        return result

    def parse(self, input_request: Any, public: bool) -> dict[str, Any]:
        """Return the path of every function that a caller can reach."""
        return {f"/{function.wire_name}": self._path(function) for function in self._functions}

    def _register(self, kind: str, name: str, schema: Schema) -> Schema:
        component = ResolvedComponent(name=name, type=kind, schema=schema, object=name)  # type: ignore[no-untyped-call]
        self.registry.register_on_missing(component)
        reference: Schema = component.ref
        return reference

    def _tags(self) -> Iterator[dict[str, Any]]:
        named = dict.fromkeys(function.service_name for function in self._functions)
        for name in named:
            documentation = self._known.services[name].documentation
            yield {"name": name, **({"description": documentation} if documentation else {})}

    # operations

    def _path(self, function: ServiceFunctionContract) -> dict[str, Any]:
        operation = self._operation(function)
        path = {}
        if function.allows_get:
            by_get = {**operation, "operationId": operation["operationId"] + "_get"}
            by_get["responses"] = {status: r for status, r in operation["responses"].items() if status != "413"}
            if function.argument is not None:
                argument = {
                    "name": "arg",
                    "in": "query",
                    "description": "The argument as JSON.",
                    **self._body(function),
                }
                by_get["parameters"] = [argument, *operation.get("parameters", ())]
            path["get"] = by_get
        path["post"] = operation
        if function.argument is not None:
            path["post"] = _placed(operation, "requestBody", self._body(function), before="responses")
        return path

    def _operation(self, function: ServiceFunctionContract) -> dict[str, Any]:
        summary, _, rest = function.documentation.partition("\n")
        deprecation = function.options.deprecation
        advised = "" if deprecation is None else advice(deprecation)
        description = "\n\n".join(text for text in (rest.strip(), _allowed(function), advised) if text)
        parameters = [_if_none_match()] if _revalidates(function) else []
        if once_of(function) is not None:
            parameters.append(_idempotency_key())
        responses = self._responses(function)
        if deprecation is not None:
            responses = {status: _with_headers(response, _DEPRECATION) for status, response in responses.items()}
        return {
            "operationId": function.wire_name.replace(".", "_"),
            "summary": summary or _spelt_out(function.function_name),
            **({"description": description} if description else {}),
            "tags": [function.service_name],
            **({"deprecated": True} if deprecation is not None else {}),
            **(_sunset(deprecation) if deprecation is not None else {}),
            **({"parameters": parameters} if parameters else {}),
            "responses": responses,
            "security": self._security(function),
        }

    def _body(self, function: ServiceFunctionContract) -> dict[str, Any]:
        argument, use = function.argument, Use.of_argument(function.argument_mode)
        assert argument is not None
        schema = self._components.ref(argument, use)
        narrowing = narrowed(argument, function.result) if function.result is not None else None
        if narrowing is not None:
            assert function.result is not None
            # a condition, which generators of clients leave alone: all parts of an allOf they would make one type of
            schema |= {"if": {}, "then": narrowing}
        content: dict[str, Any] = {"schema": schema}
        try:
            content["example"] = self._components.example(argument, use)
        except LookupError:
            pass
        else:
            if narrowing is not None and function.result is not None and function.result.is_entity:
                content["example"].update(query_example(argument))
        needed = any(field.required for field in argument.entering(function.argument_mode))
        return {"required": needed or use is Use.UPDATE, "content": {JSON: content}}

    def _security(self, function: ServiceFunctionContract) -> list[dict[str, list[str]]]:
        """Alternatives, one for each role: having one of them is enough."""
        if is_open(function):
            return []
        scheme = {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
        self._register(ResolvedComponent.SECURITY_SCHEMA, _BEARER, scheme)
        if all(isinstance(rule, UserRoles) for rule in function.rules):
            roles = {role for rule in function.rules if isinstance(rule, UserRoles) for role in rule.roles}
            return [{_BEARER: [role]} for role in sorted(roles)]
        return [{_BEARER: []}]

    # responses

    def _responses(self, function: ServiceFunctionContract) -> dict[str, Any]:
        responses = {str(function.options.status): self._success(function)}
        if function.options.redirect is not None:
            responses["301"] = {
                "description": "Where to go on, in production.",
                "headers": {"Location": _LOCATION},
            }
        if _revalidates(function):
            responses["304"] = {"description": "The caller has this version already.", "headers": {"ETag": _TAG_HEADER}}
        by_status: dict[int, list[Failure]] = {}
        for failure in failures_of(function, self._known):
            by_status.setdefault(failure.status, []).append(failure)
        for status, failures in by_status.items():
            is_shared = function.result_shape != "plain" and len(failures) == 1 and failures[0].is_constant
            response = error_response(failures)
            responses[str(status)] = (
                self._register(ResolvedComponent.RESPONSE, failures[0].name, response) if is_shared else response
            )
        if function.result_shape == "plain":
            # its result may come with any status, that of an error among them
            for response in [response for status, response in responses.items() if status >= "400"]:
                response["content"][JSON]["schema"] = self._error_or_result(function)
            responses["default"] = self._answered(self._error_or_result(function), "The status tells.")
        return responses

    def _success(self, function: ServiceFunctionContract) -> dict[str, Any]:
        headers: dict[str, Any] = {"headers": {"ETag": _TAG_HEADER}} if _is_versioned(function) else {}
        if function.result_shape == "none":
            return {"description": "Done; the body is empty."}
        if function.result_shape == "plain":
            assert function.result is not None
            return self._answered(self._components.ref(function.result, Use.RESULT), "Success.")
        if function.result_shape == "document":
            plain: Schema = {"type": "object"} if function.content_type == JSON else {}
            return {"description": "The document.", **headers, "content": {function.content_type: {"schema": plain}}}
        assert function.result is not None
        data, example = self._data(function, function.result)
        schema: Schema = {
            "type": "object",
            "properties": {"metadata": self._metadata(function), "data": data},
            "required": ["metadata", "data"],
        }
        response = {**self._answered(schema, "Success."), **headers}
        if example is not None:
            response["content"][JSON]["example"] = {"metadata": {}, "data": example}
        return response

    def _answered(self, schema: Schema, description: str) -> dict[str, Any]:
        return {"description": description, "content": {JSON: {"schema": schema}}}

    def _metadata(self, function: ServiceFunctionContract) -> Schema:
        schema: Schema = {"type": "object"}
        if function.options.page_steps_only and function.argument is not None:
            tokens = function.argument.by_name.get("current_page_tokens")
            if tokens is not None and tokens.element is not None and tokens.element.type is not None:
                token = self._components.ref(tokens.element.type, Use.RESULT)
                schema["properties"] = {tokens.wire_name: {"type": "array", "items": token}}
        return schema

    def _error_or_result(self, function: ServiceFunctionContract) -> Schema:
        assert function.result is not None
        return {"anyOf": [{"$ref": f"#/components/schemas/{ERROR}"}, self._components.ref(function.result, Use.RESULT)]}

    def _data(self, function: ServiceFunctionContract, result: TypeContract) -> tuple[Schema, Any]:
        use = Use.of_result(function)
        schema = self._components.ref(result, use)
        try:
            example: Any = self._components.example(result, use)
        except LookupError:
            example = None
        if function.options.counts:
            schema = {"allOf": [schema, _with_counts(path_named(result, path) for path in function.options.counts)]}
        if function.result_shape == "one":
            return schema, example
        return {"type": "array", "items": schema}, None if example is None else [example]


def _with_counts(paths: Iterable[str]) -> Schema:
    """Return the schema of a row that has the total of each path in the rows of that path."""
    properties: Schema = {}
    inner: dict[str, list[str]] = {}
    for path in paths:
        name, _, rest = path.partition(".")
        if name:
            inner.setdefault(name, []).append(rest)
        else:
            properties[COUNT] = {"type": "integer", "minimum": 0, "description": "How many there are on all pages."}
    properties |= {name: {"type": "array", "items": _with_counts(rest)} for name, rest in inner.items()}
    return {"type": "object", "properties": properties}


# what is the same in all documents


def servers() -> list[dict[str, Any]]:
    """Return where the functions can be called: what SPECTACULAR_SETTINGS say, else here and at the gateway."""
    if spectacular_settings.SERVERS:
        return list(spectacular_settings.SERVERS)
    settings = conf()
    here = {"url": "/"}
    if not settings.api_gateway_fqdn:
        return [here]
    address = f"{settings.microservice_name}.{settings.microservice_namespace}"
    gateway = {"url": f"https://{settings.api_gateway_fqdn}/{address}", "description": "The API gateway."}
    return [gateway, here] if settings.in_production else [here, gateway]


def _if_none_match() -> dict[str, Any]:
    return {
        "name": "If-None-Match",
        "in": "header",
        "description": "The ETag of what the caller has.",
        "schema": {"type": "string"},
    }


def _idempotency_key() -> dict[str, Any]:
    return {
        "name": "Idempotency-Key",
        "in": "header",
        "description": "What tells that several requests are the same call: one effect, the same answer each time.",
        "schema": {"type": "string", "minLength": 16, "maxLength": 255, "pattern": "^[!-~]+$"},
    }


def _is_versioned(function: ServiceFunctionContract) -> bool:
    """Tell whether success carries an ETag."""
    if function.result_shape == "document":
        return True
    version = function.result.by_wire_name.get("version") if function.result is not None else None
    return function.result_shape == "one" and version is not None and version.leaves


def _revalidates(function: ServiceFunctionContract) -> bool:
    """Tell whether a caller that has the answer already may be told so: what was written it is told in any case."""
    return _is_versioned(function) and (function.kind == "get" or function.allows_get)


def _sunset(deprecation: Deprecation) -> dict[str, str]:
    return {"x-sunset": deprecation.sunset.isoformat()} if deprecation.sunset is not None else {}


def _with_headers(response: dict[str, Any], headers: dict[str, Any]) -> dict[str, Any]:
    # what is referred to stands for functions that stay, too
    return response if "$ref" in response else {**response, "headers": {**response.get("headers", {}), **headers}}


def _allowed(function: ServiceFunctionContract) -> str:
    return "" if is_open(function) or not function.rules else f"Allowed for {who_may_call(function)}."


def _spelt_out(function_name: str) -> str:
    """Return a function's name as words: ``createSalesItem`` → ``Create sales item``."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", function_name).lower()
    return words[:1].upper() + words[1:]


def _placed(mapping: dict[str, Any], key: str, value: Any, *, before: str) -> dict[str, Any]:
    placed: dict[str, Any] = {}
    for known, content in mapping.items():
        if known == before:
            placed[key] = value
        placed[known] = content
    return placed


def _without(mapping: dict[str, Any], others: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in mapping.items() if key not in others}
