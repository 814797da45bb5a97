"""How results and errors become replies: status, headers and body."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from http import HTTPStatus
from typing import Any

from backk_core.declare.conf import conf, forget_when_changed
from backk_core.declare.errors import CallError, InvalidArgument, NotAuthorized
from backk_core.declare.types import Document
from backk_core.execute.call import Call, Reply
from backk_core.execute.deprecation import deprecation_headers
from backk_core.execute.encoding import encode_json
from backk_core.execute.results import EncodedOne

JSON = ("Content-Type", "application/json")
PROBLEM = ("Content-Type", "application/problem+json")
NO_STORE = ("Cache-Control", "no-store")
#: What may be kept, by its receiver only, and is asked for again each time.
REVALIDATE = ("Cache-Control", "private, no-cache")

#: What scripts of the gateway's origin may read of an answer's headers.
_EXPOSED = (
    "Access-Control-Expose-Headers",
    "ETag, Retry-After, RateLimit, RateLimit-Policy, X-Request-Id, Deprecation, Sunset, Link",
)

#: What stands for a problem's kind where no page explains it (RFC 9457, section 4.2.1).
_NO_PAGE = "about:blank"

Header = tuple[str, str]


@lru_cache(maxsize=1)
def _security_headers() -> tuple[Header, ...]:
    in_production, gateway = conf().in_production, conf().api_gateway_fqdn
    origin = f"https://{gateway}" if in_production and gateway else "" if in_production else "*"
    return (
        ("X-Content-Type-Options", "nosniff"),
        ("Strict-Transport-Security", "max-age=31536000; includeSubDomains"),
        ("X-Frame-Options", "DENY"),
        ("Content-Security-Policy", "frame-ancestors 'none'"),
        *((("Access-Control-Allow-Origin", origin), _EXPOSED) if origin else ()),
    )


forget_when_changed(_security_headers)


class UnsafeHeader(ValueError):
    """A header that a function or an error wants to add would break the answer, or is not theirs to say."""


#: What servers say about the body and the connection (RFC 9110, sections 6 and 7).
_RESERVED = frozenset({"connection", "content-length", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade"})
_TOKEN = frozenset("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz")


def _with(headers: list[Header], added: Iterable[Header]) -> list[Header]:
    """Return the headers and the added ones, which stand instead of those of the same name.

    UnsafeHeader where a name is no token or reserved, or a value has control characters or what Latin-1 lacks.
    """
    chosen = list(added)
    names = set()
    for name, value in chosen:
        lowered = name.lower()
        if not name or not _TOKEN.issuperset(lowered) or lowered in _RESERVED:
            raise UnsafeHeader(f"{name[:64]!r} is no header that an answer may have")
        if not _is_safe(value):
            raise UnsafeHeader(f"the value of {name} has characters that no header may have")
        names.add(lowered)
    return [*(header for header in headers if header[0].lower() not in names), *chosen]


def _is_safe(value: object) -> bool:
    return isinstance(value, str) and value.isprintable() and all(character <= "\xff" for character in value)


def base_headers(call: Call) -> list[Header]:
    """Return the headers of every answer to a call."""
    headers = [*_security_headers(), ("X-Request-Id", call.request_id)]
    # an unknown function has no contract
    contract = getattr(call, "contract", None)
    if contract is not None and contract.options.deprecation is not None:
        headers += deprecation_headers(contract.options.deprecation)
    return headers


def success_reply(call: Call, body: bytes) -> Reply:
    """Return the reply to a call that succeeded; 304 where the caller has this version already."""
    reply, tag = _told(call, body)
    return reply if tag is None else unless_known(call, reply, tag)


def full_reply(call: Call, body: bytes) -> Reply:
    """Return the reply to a call that succeeded, whatever the caller has already."""
    return _told(call, body)[0]


def unless_known(call: Call, reply: Reply, tag: str) -> Reply:
    """Return the reply; 304 where the caller has what this tag stands for."""
    if not _has_it_already(call, tag):
        return reply
    return Reply(304, b"", [header for header in reply.headers if header[0].lower() != "content-type"])


def preflight_reply(call: Call) -> Reply:
    """Return the reply to a browser that asks what it may send."""
    headers = [
        *base_headers(call),
        ("Access-Control-Allow-Methods", "GET, POST, OPTIONS"),
        (
            "Access-Control-Allow-Headers",
            "Authorization, Content-Type, X-Request-Id, If-None-Match, Idempotency-Key",
        ),
        ("Access-Control-Max-Age", "86400"),
    ]
    return Reply(200, b"", headers)


def _told(call: Call, body: bytes) -> tuple[Reply, str | None]:
    contract, result = call.contract, call.result
    options = contract.options
    headers = base_headers(call)
    headers.append(_cache_control(result))
    tag = None
    if (version := _version(result)) is not None:
        tag = f'"{version}"'
        headers.append(("ETag", tag))
    if body:
        headers.append(("Content-Type", contract.content_type))
    if options.headers is not None:
        headers = _with(headers, options.headers(call.argument, call.result).items())
    if options.redirect is not None and conf().in_production:
        location = ("Location", options.redirect(call.argument, call.result))
        return Reply(301, body, _with(headers, [location])), tag
    status = options.status if contract.result_shape != "plain" else result.status or options.status
    return Reply(status, body, headers), tag


def _cache_control(result: Any) -> Header:
    return REVALIDATE if isinstance(result, Document) and result.tag is not None else NO_STORE


def _version(result: Any) -> int | str | None:
    if isinstance(result, EncodedOne) and not result.touched:
        return None if result.version is None else result.version.decode()
    data = getattr(result, "_data", None)
    if data is None:
        return result.tag if isinstance(result, Document) else None
    if isinstance(data, list):
        return None
    version = getattr(data, "__dict__", {}).get("version") if hasattr(data, "_meta") else getattr(data, "version", None)
    return version if isinstance(version, int) else None


def _has_it_already(call: Call, tag: str) -> bool:
    """Tell whether the caller has the version that was read; what was written it must be told in any case."""
    if call.contract.kind != "get" and call.method != "GET":
        return False
    sent = call.header("if-none-match")
    return sent is not None and _matches(sent, tag)


def _matches(sent: str, tag: str) -> bool:
    """Compare weakly, as If-None-Match does (RFC 9110, section 13.1.2)."""
    return sent.strip() == "*" or tag in (candidate.strip().removeprefix("W/") for candidate in sent.split(","))


def error_reply(call: Call, error: CallError, code: str, *, stack_trace: str | None = None) -> Reply:
    """Return the reply that tells what was wrong, in the form that the caller accepts."""
    headers = (
        _with([*base_headers(call), NO_STORE], error.headers) if error.headers else [*base_headers(call), NO_STORE]
    )
    if "application/problem+json" in (call.header("accept") or ""):
        return Reply(error.status, encode_json(_problem(error, code, stack_trace)), [*headers, PROBLEM])
    facts: dict[str, Any] = {"errorCode": code, "statusCode": error.status, "message": error.message}
    if stack_trace is not None or isinstance(error, NotAuthorized):
        facts |= _for_developers(error, stack_trace)
    return Reply(error.status, encode_json(facts), [*headers, JSON])


def phrase(status: int) -> str:
    """Return what a status is called (RFC 9110, section 15), as the title of a problem is."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Error"


def _problem(error: CallError, code: str, stack_trace: str | None) -> dict[str, Any]:
    """Return the facts of an error as RFC 9457 has them."""
    problem: dict[str, Any] = {
        "type": _NO_PAGE,
        "title": phrase(error.status),
        "status": error.status,
        "detail": error.message,
        "errorCode": code,
    }
    if isinstance(error, InvalidArgument):
        problem["errors"] = [
            {"pointer": violation.pointer, "detail": violation.sentence or violation.message}
            for violation in error.violations
        ]
    return problem | _for_developers(error, stack_trace)


def _for_developers(error: CallError, stack_trace: str | None) -> dict[str, str]:
    """Return what is told in development only: where a failure was, and why a caller was refused."""
    told = {} if stack_trace is None else {"stackTrace": stack_trace}
    if isinstance(error, NotAuthorized) and error.reason and conf().environment == "development":
        told["reason"] = error.reason
    return told
