"""The ASGI door: answers service calls on a few threads of its own and leaves everything else to Django."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from backk_core.declare.conf import conf
from backk_core.declare.errors import (
    CallError,
    DeadlineExceeded,
    InvalidArgument,
    MethodNotAllowed,
    RequestTooLong,
    TemporarilyUnavailable,
)
from backk_core.execute.call import Call, HeaderMap, Reply
from backk_core.publish import door
from backk_core.publish.assembly import door_pipeline

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Application = Callable[[dict[str, Any], Receive, Send], Awaitable[None]]

#: Where AI agents are answered, perhaps behind ``/microservice.namespace``.
_AGENTS = "/mcp"

#: Calls that may wait for a thread; more than these are told to come back.
_MOST_WAITING = 1000

#: Seconds and bytes for which a client is heard whose call is refused before its body has ended.
_LONGEST_HEARING = 1.0
_MOST_HEARD = 2**20


class Gone(Exception):
    """The client went away before it had sent everything."""


class AsgiDoor:
    """The application that answers service calls and hands everything else to ``django``.

    ImproperlyConfigured where a check of the project fails.
    """

    def __init__(self, django: Callable[..., Awaitable[None]]) -> None:
        self._django = django
        self._calls = door_pipeline()
        self._threads = ThreadPoolExecutor(conf().asgi_threads, thread_name_prefix="backk-call")
        self._agents = self._agent_door() if conf().mcp else None

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """Answer one request, or take part in the server's lifespan."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http" and (wire_name := self._wire_name(scope)) is not None:
            body = _Body(receive)
            reply = await self._reply(wire_name, scope, body)
            if reply is not None:
                await _send(reply, send, body)
        elif scope["type"] == "http" and self._agents is not None and scope["path"].rstrip("/").endswith(_AGENTS):
            await self._answer_agent(self._agents, scope, receive, send)
        else:
            await self._django(scope, receive, send)

    def _agent_door(self) -> Application:
        try:
            from backk_core.publish.mcp import AgentDoor
        except ImportError as error:
            msg = f"BACKK['MCP'] is on, and {error.name} is not installed: pip install django-backk[mcp]"
            raise ImproperlyConfigured(msg) from error
        return AgentDoor(self._calls.registry, self._on_a_thread)

    async def _answer_agent(self, agents: Application, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        body = _Body(receive)
        headers = _headers(scope["headers"])
        try:
            if scope["method"] != "POST":
                # a stream that GET opens would stay open for ever: nothing is ever said on it
                body.is_over = True
                raise MethodNotAllowed("HTTP method must be POST")
            async with asyncio.timeout(conf().body_timeout):
                whole = await body.read(headers)
            await agents(scope, _repeated(whole, receive), send)
        except Gone:
            return
        except TimeoutError:
            body.is_late = True
            await _send(self._calls.refuse(Call("mcp", b"", header=headers), door.BodyTooSlow()), send, body)
        except CallError as error:
            await _send(self._calls.refuse(Call("mcp", b"", header=headers), error), send, body)

    async def _on_a_thread(self, call: Call) -> Reply:
        # waiting for a thread is part of the call
        call.deadline_at = self._calls.expires(call.wire_name)
        if self._threads._work_queue.qsize() > _MOST_WAITING:  # noqa: SLF001 - the pool does not tell otherwise
            return self._calls.refuse(call, TemporarilyUnavailable())
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._execute, call)

    def _wire_name(self, scope: dict[str, Any]) -> str | None:
        path: str = scope["path"]
        if self._calls.knows(path[1:]):
            return path[1:]
        found = door.wire_name_in(path)
        if found is None or (scope["method"] in ("GET", "HEAD") and not self._calls.knows(found)):
            return None
        return found

    async def _reply(self, wire_name: str, scope: dict[str, Any], body: _Body) -> Reply | None:
        """Return the reply to one request, None where nobody waits for it any more."""
        headers = _headers(scope["headers"])
        client = scope.get("client")
        peer = client[0] if client else ""
        address = door.address_of(peer, headers)
        call = Call(wire_name, b"", method=scope["method"], header=headers, remote_address=address, peer=peer)
        try:
            door.check_host(headers)
            if call.method == "GET":
                body.is_over = True
                call.body = door.argument_in(scope["query_string"].decode("latin-1"))
            else:
                async with asyncio.timeout(conf().body_timeout):
                    call.body = await body.read(headers)
            return await self._on_a_thread(call)
        except Gone:
            return None
        except TimeoutError:
            body.is_late = True
            return self._calls.refuse(call, door.BodyTooSlow())
        except CallError as error:
            return self._calls.refuse(call, error)

    def _execute(self, call: Call) -> Reply:
        if call.deadline_at and call.remaining <= 0:
            return self._calls.refuse(call, DeadlineExceeded())
        door.begin()
        try:
            return self._calls.execute(call)
        finally:
            door.end()

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                await send({"type": "lifespan.startup.complete"})
            elif message["type"] == "lifespan.shutdown":
                # calls in flight are finished first
                await asyncio.get_running_loop().run_in_executor(None, self._threads.shutdown)
                await send({"type": "lifespan.shutdown.complete"})
                return


def _headers(pairs: Iterable[tuple[bytes, bytes]]) -> HeaderMap:
    """Return a request's headers; values of those sent twice are joined (RFC 9110, section 5.2)."""
    headers: dict[str, str] = {}
    for name_bytes, value_bytes in pairs:
        name, value = name_bytes.decode("latin-1").lower(), value_bytes.decode("latin-1")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return HeaderMap(headers)


class _Body:
    """What a client sends, never read further than it may be long."""

    __slots__ = ("_receive", "is_late", "is_over")

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        #: Whether all of it has come, or need not come.
        self.is_over = False
        #: Whether it has been waited for too long already.
        self.is_late = False

    async def read(self, headers: HeaderMap) -> bytes:
        """Return the whole body.

        RequestTooLong; Gone where the client went away in its middle; InvalidArgument where the server has lost it, as
        some do when a client would rather speak another protocol (``Upgrade``).
        """
        sent = headers("content-length")
        told = None if sent is None else door.length_of(sent)
        longest = conf().max_request_content_length
        chunks: list[bytes] = []
        size = 0
        while not self.is_over:
            chunk = await self._next()
            size += len(chunk)
            if size > longest:
                raise RequestTooLong
            if chunk:
                chunks.append(chunk)
        if told is not None and size != told:
            raise InvalidArgument("the body ended too early")
        if not size and headers("transfer-encoding") is not None:
            raise InvalidArgument(door.NO_CHUNK)
        return chunks[0] if len(chunks) == 1 else b"".join(chunks)

    async def hear_out(self) -> None:
        """Take in what the client is still sending, for a moment: closed too early, it might never see its answer."""
        heard = 0
        with contextlib.suppress(TimeoutError, Gone):
            async with asyncio.timeout(_LONGEST_HEARING):
                while not self.is_over and heard < _MOST_HEARD:
                    heard += len(await self._next())

    async def _next(self) -> bytes:
        message = await self._receive()
        if message["type"] == "http.disconnect":
            raise Gone
        self.is_over = not message.get("more_body")
        chunk: bytes = message.get("body", b"")
        return chunk


def _repeated(body: bytes, receive: Receive) -> Receive:
    """Return what gives a body that was read already, and then what comes after it."""
    waiting = [{"type": "http.request", "body": body, "more_body": False}]

    async def repeat() -> dict[str, Any]:
        return waiting.pop() if waiting else await receive()

    return repeat


async def _send(reply: Reply, send: Send, body: _Body) -> None:
    told = (*reply.headers, *door.length_header(reply), *(() if body.is_over else (("Connection", "close"),)))
    headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in told]
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    if not (body.is_over or body.is_late):
        await send({"type": "http.response.body", "body": reply.body, "more_body": True})
        await body.hear_out()
        await send({"type": "http.response.body", "body": b""})
    else:
        await send({"type": "http.response.body", "body": reply.body})
