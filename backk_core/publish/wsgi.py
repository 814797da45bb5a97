"""The WSGI door: answers service calls before Django's handler and leaves everything else to Django."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from backk_core.declare.errors import CallError
from backk_core.execute.call import Call
from backk_core.publish import door
from backk_core.publish.assembly import door_pipeline

_EXTRA = {"CONTENT_TYPE": "content-type", "CONTENT_LENGTH": "content-length"}


class Environ:
    """A WSGI environment's headers (PEP 3333)."""

    __slots__ = ("_environ",)

    def __init__(self, environ: dict[str, Any]) -> None:
        self._environ = environ

    def __call__(self, name: str, /) -> str | None:
        value: str | None = self._environ.get("HTTP_" + name.upper().replace("-", "_"))
        return value

    def items(self) -> Iterable[tuple[str, str]]:
        """Yield all names and values."""
        for key, value in self._environ.items():
            if key.startswith("HTTP_"):
                yield key[5:].replace("_", "-").lower(), value
            elif key in _EXTRA:
                yield _EXTRA[key], value


Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


def wsgi_door(django: Application) -> Application:
    """Return the application that answers service calls and hands everything else to ``django``.

    ImproperlyConfigured where a check of the project fails.
    """
    calls = door_pipeline()

    def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        path, method = environ["PATH_INFO"], environ["REQUEST_METHOD"]
        wire_name = path[1:]
        if not calls.knows(wire_name):
            found = door.wire_name_in(path)
            if found is None or (method in ("GET", "HEAD") and not calls.knows(found)):
                return django(environ, start_response)
            wire_name = found
        door.begin()
        header = Environ(environ)
        peer = environ.get("REMOTE_ADDR", "")
        address = door.address_of(peer, header)
        call = Call(wire_name, b"", method=method, header=header, remote_address=address, peer=peer)
        try:
            door.check_host(header)
            if method == "GET":
                call.body = door.argument_in(environ.get("QUERY_STRING", ""))
            else:
                call.body = door.body_in(environ, environ["wsgi.input"])
            reply = calls.execute(call)
        except CallError as error:
            reply = calls.refuse(call, error)
        finally:
            door.end()
        headers = reply.headers
        headers.extend(door.length_header(reply))
        start_response(f"{reply.status} {door.REASONS.get(reply.status, 'Status')}", headers)
        return (reply.body,)

    return application
