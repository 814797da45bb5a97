"""The ASGI door: answers service calls on a few threads of its own and leaves everything else to Django."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.core.asgi import get_asgi_application

from backk_core.declare.conf import conf
from backk_core.declare.errors import CallError, InvalidArgument, RequestTooLong, TemporarilyUnavailable
from backk_core.execute.call import Call, HeaderMap, Reply
from backk_core.publish import door
from backk_core.publish.assembly import pipeline

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

#: Calls that may wait for a thread; more than these are told to come back.
_MOST_WAITING = 1000

_django = get_asgi_application()
_pipeline = pipeline()
_threads = ThreadPoolExecutor(conf().asgi_threads, thread_name_prefix="backk-call")


class Gone(Exception):
    """The client went away before it had sent everything."""


async def application(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """Answer one request, or take part in the server's lifespan."""
    if scope["type"] == "lifespan":
        await _live(receive, send)
    elif scope["type"] == "http" and (wire_name := _wire_name(scope)) is not None:
        await _answer(wire_name, scope, receive, send)
    else:
        await _django(scope, receive, send)  # type: ignore[arg-type]


def _wire_name(scope: dict[str, Any]) -> str | None:
    path: str = scope["path"]
    if _pipeline.knows(path[1:]):
        return path[1:]
    found = door.wire_name_in(path)
    if found is None or (scope["method"] in ("GET", "HEAD") and not _pipeline.knows(found)):
        return None
    return found


async def _answer(wire_name: str, scope: dict[str, Any], receive: Receive, send: Send) -> None:
    headers = HeaderMap({name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]})
    client = scope.get("client")
    call = Call(
        wire_name, b"", method=scope["method"], header=headers, remote_address=client[0] if client else ""
    )
    try:
        door.check_host(headers("host"))
        if call.method == "GET":
            call.body = door.argument_in(scope["query_string"].decode("latin-1"))
        else:
            call.body = await asyncio.wait_for(_body(headers("content-length"), receive), conf().body_timeout)
        if _threads._work_queue.qsize() > _MOST_WAITING:  # noqa: SLF001 - the pool does not tell otherwise
            raise TemporarilyUnavailable
        reply = await asyncio.get_running_loop().run_in_executor(_threads, _execute, call)
    except Gone:
        return
    except TimeoutError:
        reply = _pipeline.refuse(call, BodyTooSlow())
    except CallError as error:
        reply = _pipeline.refuse(call, error)
    await send({"type": "http.response.start", "status": reply.status, "headers": list(_encoded(reply))})
    await send({"type": "http.response.body", "body": reply.body})


class BodyTooSlow(CallError):
    """The body did not arrive in time."""

    code = "error.5"
    status = 408
    headers = (("Connection", "close"),)


def _execute(call: Call) -> Reply:
    door.begin()
    try:
        return _pipeline.execute(call)
    finally:
        door.end()


async def _body(content_length: str | None, receive: Receive) -> bytes:
    longest = conf().max_request_content_length
    if content_length is not None:
        if not content_length.isdigit():
            raise InvalidArgument("Content-Length is no number")
        if int(content_length) > longest:
            raise RequestTooLong
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Gone
        chunk: bytes = message.get("body", b"")
        size += len(chunk)
        if size > longest:
            raise RequestTooLong
        if chunk:
            chunks.append(chunk)
        if not message.get("more_body"):
            return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def _encoded(reply: Reply) -> Iterable[tuple[bytes, bytes]]:
    for name, value in reply.headers:
        yield name.lower().encode("latin-1"), value.encode("latin-1")
    yield b"content-length", b"%d" % len(reply.body)


async def _live(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            await send({"type": "lifespan.startup.complete"})
        elif message["type"] == "lifespan.shutdown":
            # calls in flight are finished first
            await asyncio.get_running_loop().run_in_executor(None, _threads.shutdown)
            await send({"type": "lifespan.shutdown.complete"})
            return
