"""What the HTTP doors share: which requests are service calls, and how a request becomes a call and a reply bytes."""

from __future__ import annotations

from functools import cache, lru_cache
from urllib.parse import parse_qs

from django.conf import settings
from django.db import connections, reset_queries
from django.http.request import split_domain_port, validate_host

from backk_core.declare.conf import conf
from backk_core.declare.errors import CallError, InvalidArgument
from backk_core.declare.patterns import compile_pattern
from backk_core.execute.transactions import leave_clean, replace_dead

#: ``/service.function``, perhaps behind ``/microservice.namespace``, perhaps with a slash at its end.
PATH_PATTERN = r"^/?(?:[^/]+\.[^/]+/)?([A-Za-z][A-Za-z0-9]*\.[A-Za-z][A-Za-z0-9]*)/?$"
_PATH = compile_pattern(PATH_PATTERN)

REASONS = {
    200: "OK",
    304: "Not Modified",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    408: "Request Timeout",
    409: "Conflict",
    413: "Content Too Large",
    422: "Unprocessable Content",
    429: "Too Many Requests",
    500: "Internal Server Error",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}


def wire_name_in(path: str) -> str | None:
    """Return the function's name in a path, None where the path is no address of a function."""
    match = _PATH.fullmatch(path)
    return match.group(1) if match else None


def argument_in(query: str) -> bytes:
    """Return the argument of a GET call. InvalidArgument where it is given more than once."""
    if not query:
        return b""
    try:
        given = parse_qs(query, keep_blank_values=True, max_num_fields=100).get("arg", [])
    except ValueError:
        raise InvalidArgument("the query string has too many fields") from None
    if len(given) > 1:
        raise InvalidArgument("arg is given more than once")
    return given[0].encode("utf-8", "surrogatepass") if given else b""


class BadHost(CallError):
    """The Host header is missing, or names a host that is not ours."""

    code = "error.5"
    status = 400


@lru_cache(maxsize=256)
def _is_ours(host: str, allowed: tuple[str, ...]) -> bool:
    domain, _ = split_domain_port(host)
    return bool(domain) and validate_host(domain, allowed)


def check_host(host: str | None) -> None:
    """Raise BadHost where ALLOWED_HOSTS does not have the request's host, just as Django's own requests do."""
    allowed = settings.ALLOWED_HOSTS or ([".localhost", "127.0.0.1", "[::1]"] if settings.DEBUG else [])
    if not host or len(host) > 255 or not _is_ours(host, tuple(allowed)):
        raise BadHost


def begin() -> None:
    """Bring a door's thread to where Django's handler has it when a request begins."""
    if settings.DEBUG:
        reset_queries()
    for alias in _other_databases():
        replace_dead(connections[alias])


def end() -> None:
    """Leave nothing in the thread that could meet the next call: an open transaction goes with its connection."""
    for alias in _other_databases():
        leave_clean(connections[alias])


@cache
def _other_databases() -> tuple[str, ...]:
    """Return the databases that the pipeline does not look after itself."""
    return tuple(alias for alias in settings.DATABASES if alias != conf().database)
