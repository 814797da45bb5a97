"""What Backk for Node answers in its own marketplace, by its description; with the corrections that we know of.

An answer is judged by the type that its operation has there. The corrections: ``version`` is a number; what may be null
says so in JSON Schema's words; moments are ISO 8601 in UTC with milliseconds; captcha tokens, subjects and verification
codes of cards never come back; a city has a ``value``; smallest sizes bind arguments alone; ``_count`` stands where it is
counted; what is required is so only where nothing was left out.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator

from backk_core.testing import Client, Principal, ReceivedReply

FILE = Path(__file__).with_name("contract.openapi.yaml")
#: What no transport but a stream can answer.
STREAMS = frozenset({"salesItemService.subscribeToCreatedSalesItem"})
#: Answers that leave something out though the caller did not ask for it.
_SHORTENED = frozenset(
    {
        "userAccountService.createUserAccount",
        "userAccountService.getUserAccount",
        "userService.getUsers",
        "salesItemService.getSalesItems",
    }
)
_PROJECTIONS = ("includeResponseFields", "excludeResponseFields")
_NEVER_ANSWERED = ("captchaToken", "subject", "cardVerificationCode")
_MOMENT = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$"


@cache
def description() -> Any:
    return yaml.load(FILE.read_text(), yaml.CSafeLoader)


@cache
def operations() -> frozenset[str]:
    """The wire names of all operations."""
    return frozenset(path.lstrip("/") for path in description()["paths"])


def problems(operation: str, argument: Any, status: int, body: bytes) -> list[str]:
    """Return what is wrong with an answer of an operation; nothing where all is right."""
    if operation not in operations():
        return []
    if status >= 400:
        return _complaints(_errors(), json.loads(body))
    answer = description()["paths"][f"/{operation}"]["post"]["responses"]["200"]
    if "content" not in answer:
        return [f"{operation} answers nothing, and answered {body[:80]!r}"] if body else []
    asked = argument if isinstance(argument, Mapping) else {}
    is_whole = operation not in _SHORTENED and not any(asked.get(name) for name in _PROJECTIONS)
    return _complaints(_answers(operation, is_whole=is_whole), json.loads(body))


class ContractClient(Client):
    """Calls without HTTP; every answer is held against the contract."""

    def call(
        self,
        function: str | Callable[..., Any],
        argument: Mapping[str, Any] | bytes | None = None,
        *,
        principal: Principal | None = None,
        headers: Mapping[str, str] | None = None,
        method: str = "POST",
    ) -> ReceivedReply:
        reply = super().call(function, argument, principal=principal, headers=headers, method=method)
        if isinstance(function, str):
            found = problems(function, argument, reply.status, reply.body)
            assert not found, f"{function} answered what its contract does not say: {found}"
        return reply


def _complaints(validator: Draft202012Validator, answer: Any) -> list[str]:
    return [f"{error.json_path}: {error.message[:200]}" for error in validator.iter_errors(answer)]


@cache
def _answers(operation: str, *, is_whole: bool) -> Draft202012Validator:
    content = description()["paths"][f"/{operation}"]["post"]["responses"]["200"]["content"]["application/json"]
    schema = _corrected(content["schema"], is_whole=is_whole)
    schema |= {"required": ["metadata", "data"], "additionalProperties": False}
    return _validator(schema, is_whole=is_whole)


@cache
def _errors() -> Draft202012Validator:
    schema = _corrected(description()["components"]["schemas"]["BackkError"], is_whole=True)
    schema["required"] = ["errorCode", "statusCode", "message"]
    # why a call was not authorized, and where it failed: in development and tests alone
    schema["properties"] |= {"reason": {"type": "string"}}
    return _validator(schema, is_whole=True)


def _validator(schema: dict[str, Any], *, is_whole: bool) -> Draft202012Validator:
    schemas = {
        name: _corrected(declared, is_whole=is_whole)
        for name, declared in description()["components"]["schemas"].items()
    }
    schemas["Value"]["properties"] = {"value": {"type": "string"}}
    return Draft202012Validator({**schema, "components": {"schemas": schemas}})


def _corrected(declared: Any, *, is_whole: bool) -> Any:
    """Return a schema of an answer: JSON Schema's own words, and the corrections."""
    if isinstance(declared, list):
        return [_corrected(part, is_whole=is_whole) for part in declared]
    if not isinstance(declared, dict):
        return declared
    schema = {key: _corrected(value, is_whole=is_whole) for key, value in declared.items() if key not in _DROPPED}
    if declared.get("format") == "date-time":
        schema["pattern"] = _MOMENT
    if declared.get("nullable"):
        schema["type"] = [declared["type"], "null"]
    if isinstance(properties := schema.get("properties"), dict):
        for name in _NEVER_ANSWERED:
            properties.pop(name, None)
        if "version" in properties:
            properties["version"] = {"type": "integer", "minimum": 1}
        schema["required"] = [name for name in declared.get("required", ()) if is_whole and name in properties]
        schema["additionalProperties"] = False
        if {"_id", "id"} & properties.keys():
            properties["_count"] = {"type": "integer"}
    return schema


_DROPPED = ("format", "nullable", "minItems", "example")
