"""What the HTTP doors share: which requests are service calls, and how a request becomes a call and a reply bytes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache
from http import HTTPStatus
from ipaddress import ip_address
from typing import Any, Protocol
from urllib.parse import parse_qs

from django.conf import settings
from django.core.signals import setting_changed
from django.db import connections, reset_queries
from django.http.request import split_domain_port, validate_host

from backk_core.declare.conf import conf
from backk_core.declare.errors import CallError, InvalidArgument, RequestTooLong
from backk_core.declare.patterns import compile_pattern
from backk_core.execute.call import Headers, Reply
from backk_core.execute.transactions import leave_clean, replace_dead

#: ``/service.function``, perhaps behind ``/microservice.namespace``, perhaps with a slash at its end.
PATH_PATTERN = r"^/?(?:[^/]+\.[^/]+/)?([A-Za-z][A-Za-z0-9]*\.[A-Za-z][A-Za-z0-9]*)/?$"
_PATH = compile_pattern(PATH_PATTERN)

#: The status line's words.
REASONS = {status.value: status.phrase for status in HTTPStatus}


def wire_name_in(path: str) -> str | None:
    """Return the function's name in a path, None where the path is no address of a function."""
    match = _PATH.fullmatch(path)
    return match.group(1) if match else None


def argument_in(query: str) -> bytes:
    """Return the argument of a GET call; the query string's bytes are given as Latin-1.

    InvalidArgument where it is given more than once, RequestTooLong where it is longer than a body may be.
    """
    if not query:
        return b""
    text = query.encode("latin-1", "replace").decode("utf-8", "surrogateescape")
    try:
        given = parse_qs(text, keep_blank_values=True, max_num_fields=100, errors="surrogateescape").get("arg", [""])
    except ValueError:
        raise InvalidArgument("the query string has too many fields") from None
    if len(given) > 1:
        raise InvalidArgument("arg is given more than once")
    argument = given[0].encode("utf-8", "surrogateescape")
    if len(argument) > conf().max_request_content_length:
        raise RequestTooLong
    return argument


#: Some servers do not tell whether a body in chunks is empty or its client is gone.
NO_CHUNK = "the body is in chunks, and there is none: send {}"


class Stream(Protocol):
    """What a WSGI server gives a body in."""

    def read(self, size: int, /) -> bytes: ...


def body_in(environ: Mapping[str, Any], stream: Stream) -> bytes:
    """Return the body of a WSGI request (PEP 3333), never reading more than one may be long.

    RequestTooLong; InvalidArgument where the client went away in its middle, or where its length is told in two ways,
    which is how one request is made to look like two (RFC 9112, section 6.3).
    """
    longest = conf().max_request_content_length
    sent = environ.get("CONTENT_LENGTH")
    coding = environ.get("HTTP_TRANSFER_ENCODING")
    if not sent:
        if not coding and not environ.get("SERVER_PROTOCOL", "").startswith("HTTP/2"):
            return b""
        body = stream.read(longest + 1)
        if len(body) > longest:
            raise RequestTooLong
        if not body:
            raise InvalidArgument(NO_CHUNK)
        return body
    if coding:
        raise InvalidArgument("both Content-Length and Transfer-Encoding are sent")
    size = length_of(sent)
    body = stream.read(size) if size else b""
    if len(body) < size:
        raise InvalidArgument("the body ended too early")
    return body


def length_of(sent: str) -> int:
    """Return the number that a Content-Length header says; InvalidArgument where it is none, RequestTooLong."""
    if not (sent.isascii() and sent.isdigit()):
        raise InvalidArgument("Content-Length is no number")
    if len(sent) > 18 or (size := int(sent)) > conf().max_request_content_length:
        raise RequestTooLong
    return size


class BodyTooSlow(CallError):
    """The body did not arrive in time."""

    code = "error.5"
    status = 408


class BadHost(CallError):
    """The Host header is missing, or names a host that is not ours."""

    code = "error.5"
    status = 400


@lru_cache(maxsize=256)
def is_ours(host: str) -> bool:
    """Tell whether ALLOWED_HOSTS has a host, which may have a port."""
    allowed = settings.ALLOWED_HOSTS or ([".localhost", "127.0.0.1", "[::1]"] if settings.DEBUG else [])
    domain, _ = split_domain_port(host)
    return bool(domain) and validate_host(domain, allowed)


@cache
def _trusts_forwarded_host() -> bool:
    return bool(settings.USE_X_FORWARDED_HOST)


def _forget_hosts(*, setting: str, **_: Any) -> None:
    if setting in {"ALLOWED_HOSTS", "DEBUG", "USE_X_FORWARDED_HOST"}:
        is_ours.cache_clear()
        _trusts_forwarded_host.cache_clear()


setting_changed.connect(_forget_hosts, dispatch_uid="backk_core.door")


def check_host(header: Headers) -> None:
    """Raise BadHost where ALLOWED_HOSTS does not have the request's host, just as Django's own requests do."""
    host = (_trusts_forwarded_host() and header("x-forwarded-host")) or header("host")
    if not host or len(host) > 255 or not is_ours(host):
        raise BadHost


def address_of(peer: str, header: Headers) -> str:
    """Return the address of who calls, as far as that can be trusted.

    Each of the project's own proxies adds who connected to it to X-Forwarded-For: so many addresses from its end stands
    the caller, and what stands before that the caller may have made up. Who connects is who calls where there are no
    proxies, or where a request did not come through all of them.
    """
    proxies = conf().trusted_proxies
    if not proxies or not (forwarded := header("x-forwarded-for")):
        return peer
    hops = forwarded.split(",")
    if len(hops) < proxies:
        return peer
    return _address_in(hops[-proxies].strip()) or peer


def _address_in(hop: str) -> str | None:
    """Return the IP address that a proxy wrote, perhaps with a port, None where it is none."""
    if hop.startswith("["):
        hop = hop[1:].partition("]")[0]
    elif hop.count(":") == 1:
        hop = hop.partition(":")[0]
    try:
        return str(ip_address(hop))
    except ValueError:
        return None


def length_header(reply: Reply) -> tuple[tuple[str, str], ...]:
    """Return the Content-Length of a reply; none where it would be about what is not sent (RFC 9110, section 8.6)."""
    return () if reply.status in (204, 304) else (("Content-Length", str(len(reply.body))),)


def begin() -> None:
    """Bring a door's thread to where Django's handler has it when a request begins."""
    if settings.DEBUG:
        reset_queries()
    for alias in _other_databases():
        db = connections[alias]
        replace_dead(db)
        if db.errors_occurred and db.connection is not None and not db.is_usable():
            db.close()


def end() -> None:
    """Leave nothing in the thread that could meet the next call: an open transaction goes with its connection."""
    for alias in _other_databases():
        leave_clean(connections[alias])


@cache
def _other_databases() -> tuple[str, ...]:
    """Return the databases that the pipeline does not look after itself."""
    return tuple(alias for alias in settings.DATABASES if alias != conf().database)
