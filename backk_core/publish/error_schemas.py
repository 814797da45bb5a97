"""What an error looks like in an OpenAPI document: the schemas of its bodies, and responses that show them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from backk_core.execute.replies import phrase
from backk_core.publish.failures import Failure
from backk_core.publish.schemas import Schema

#: What other OpenAPI documents of Backk call the schema of an error.
ERROR = "BackkError"
PROBLEM = "Problem"
JSON = "application/json"
PROBLEM_JSON = "application/problem+json"

_RETRY_HEADER = {"description": "Seconds to wait before the next try.", "schema": {"type": "integer", "minimum": 0}}


def error_schema() -> Schema:
    """Return the schema of an error's body."""
    return {
        "type": "object",
        "description": "Why a call failed.",
        "properties": {
            "errorCode": {"type": "string", "description": "Names the error: programs look at this."},
            "statusCode": {"type": "integer", "description": "The HTTP status."},
            "message": {"type": "string", "description": "Tells people what was wrong."},
            "stackTrace": {"type": "string", "description": "Where it happened; never in production."},
        },
        "required": ["errorCode", "statusCode", "message"],
    }


def problem_schema() -> Schema:
    """Return the schema of an error's body as RFC 9457 has it."""
    pointed = {
        "type": "object",
        "properties": {"pointer": {"type": "string"}, "detail": {"type": "string"}},
        "required": ["pointer", "detail"],
    }
    return {
        "type": "object",
        "description": "Why a call failed, as RFC 9457 has it; for callers that accept application/problem+json.",
        "properties": {
            "type": {"type": "string", "format": "uri-reference"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string"},
            "errorCode": {"type": "string"},
            "errors": {"type": "array", "description": "The bad values, by JSON pointer.", "items": pointed},
            "stackTrace": {"type": "string"},
        },
        "required": ["type", "title", "status", "detail", "errorCode"],
    }


def error_response(failures: Sequence[Failure]) -> dict[str, Any]:
    """Return the response of one status with which calls fail, each of its errors an example."""
    plain, problems = {}, {}
    for failure in failures:
        facts = {"errorCode": failure.code, "statusCode": failure.status, "message": failure.message}
        problem = {
            "type": "about:blank",
            "title": phrase(failure.status),
            "status": failure.status,
            "detail": failure.message,
            "errorCode": failure.code,
        }
        plain[failure.code] = {"value": facts}
        problems[failure.code] = {"value": problem}
    return {
        "description": "\n".join(f"{failure.code}: {failure.message}" for failure in failures),
        **({"headers": {"Retry-After": _RETRY_HEADER}} if failures[0].status in (429, 503) else {}),
        "content": {
            JSON: {"schema": {"$ref": f"#/components/schemas/{ERROR}"}, "examples": plain},
            PROBLEM_JSON: {"schema": {"$ref": f"#/components/schemas/{PROBLEM}"}, "examples": problems},
        },
    }
