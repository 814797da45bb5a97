"""How results and errors become replies: status, headers and body."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from backk_core.declare.conf import conf
from backk_core.declare.errors import CallError, InvalidArgument
from backk_core.execute.call import Call, Reply
from backk_core.execute.codec import encode_json
from backk_core.execute.results import EncodedOne

JSON = ("Content-Type", "application/json")
PROBLEM = ("Content-Type", "application/problem+json")
NO_STORE = ("Cache-Control", "no-store")

#: What stands for a problem's kind where no page explains it (RFC 9457, section 4.2.1).
_NO_PAGE = "about:blank"

Header = tuple[str, str]


@lru_cache(maxsize=8)
def _security_headers(in_production: bool, gateway: str) -> tuple[Header, ...]:  # noqa: FBT001
    origin = f"https://{gateway}" if in_production and gateway else "" if in_production else "*"
    return (
        ("X-Content-Type-Options", "nosniff"),
        ("Strict-Transport-Security", "max-age=31536000; includeSubDomains"),
        ("X-Frame-Options", "DENY"),
        ("Content-Security-Policy", "frame-ancestors 'none'"),
        *((("Access-Control-Allow-Origin", origin),) if origin else ()),
    )


def _headers(call: Call) -> list[Header]:
    settings = conf()
    return [
        *_security_headers(settings.in_production, settings.api_gateway_fqdn),
        ("X-Request-Id", call.request_id),
    ]


def success_reply(call: Call, body: bytes) -> Reply:
    """Return the reply to a call that succeeded; 304 where the caller has this version already."""
    headers = _headers(call)
    if call.method == "OPTIONS":
        headers += [
            ("Access-Control-Allow-Methods", "GET, POST, OPTIONS"),
            ("Access-Control-Allow-Headers", "Authorization, Content-Type, X-Request-Id, If-None-Match, Idempotency-Key"),
            ("Access-Control-Max-Age", "86400"),
        ]
        return Reply(200, b"", headers)
    options = call.contract.options
    if options.headers is not None:
        headers += _computed(options.headers(call.argument, call.result))
    if not any(name.lower() == "cache-control" for name, _ in headers[5:]):
        headers.append(NO_STORE)
    if (version := _version(call.result)) is not None:
        tag = f'"{version}"'
        headers.append(("ETag", tag))
        sent = call.header("if-none-match")
        if sent is not None and _matches(sent, tag):
            return Reply(304, b"", headers)
    if body:
        headers.append(JSON)
    return Reply(options.status, body, headers)


def _computed(headers: Mapping[str, str]) -> list[Header]:
    """Return the headers that a function computed; ValueError where a value could begin a header of its own."""
    for name, value in headers.items():
        if not (name.isascii() and value.isprintable() and max(value, default="") <= "\xff"):
            msg = f"the computed header {name!r} has a value that no header can have"
            raise ValueError(msg)
    return list(headers.items())


def _version(result: Any) -> int | str | None:
    if isinstance(result, EncodedOne) and not result.touched:
        return None if result.version is None else result.version.decode()
    data = getattr(result, "_data", None)
    if data is None or isinstance(data, list):
        return None
    version = getattr(data, "__dict__", {}).get("version") if hasattr(data, "_meta") else getattr(data, "version", None)
    return version if isinstance(version, int) else None


def _matches(sent: str, tag: str) -> bool:
    """Compare weakly, as If-None-Match does (RFC 9110, section 13.1.2)."""
    return sent.strip() == "*" or tag in (candidate.strip().removeprefix("W/") for candidate in sent.split(","))


def error_reply(call: Call, error: CallError, code: str, *, stack_trace: str | None = None) -> Reply:
    """Return the reply that tells what was wrong, in the form that the caller accepts."""
    headers = [*_headers(call), *error.headers, NO_STORE]
    if "application/problem+json" in (call.header("accept") or ""):
        return Reply(error.status, encode_json(_problem(error, code, stack_trace)), [*headers, PROBLEM])
    facts: dict[str, Any] = {"errorCode": code, "statusCode": error.status, "message": error.message}
    if stack_trace is not None:
        facts["stackTrace"] = stack_trace
    return Reply(error.status, encode_json(facts), [*headers, JSON])


def _problem(error: CallError, code: str, stack_trace: str | None) -> dict[str, Any]:
    """Return the facts of an error as RFC 9457 has them."""
    problem: dict[str, Any] = {
        "type": _NO_PAGE,
        "title": type(error).__name__.strip("_"),
        "status": error.status,
        "detail": error.message,
        "errorCode": code,
    }
    if isinstance(error, InvalidArgument):
        problem["errors"] = [
            {"pointer": violation.pointer, "detail": violation.message} for violation in error.violations
        ]
    if stack_trace is not None:
        problem["stackTrace"] = stack_trace
    return problem
