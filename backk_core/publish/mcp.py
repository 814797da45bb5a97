"""The door for AI agents: the Model Context Protocol, by its official SDK, over HTTP and over standard streams."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import mcp_types as types
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.server.transport_security import TransportSecuritySettings

from backk_core.declare.conf import conf
from backk_core.declare.errors import CallError
from backk_core.describe.registry import Registry
from backk_core.execute.call import Call, HeaderMap, Reply
from backk_core.execute.pipeline import Pipeline
from backk_core.publish import door
from backk_core.publish.agent_tools import AgentTool, agent_tools, told

#: Executes a call where it may block.
Execute = Callable[[Call], Awaitable[Reply]]

#: What an agent's client says of its own connection, which means nothing to a call.
_OF_TRANSPORT = frozenset({"accept", "content-length", "content-type", "if-none-match", "transfer-encoding"})


class ForeignOrigin(CallError):
    """A page of another origin sends the request: its browser may have been led here (DNS rebinding)."""

    code = "error.6"
    status = 403


class AgentDoor:
    """Answers agents over HTTP, each request for itself and with the token that comes with it."""

    def __init__(self, known: Registry, execute: Execute) -> None:
        self._server = _server(agent_tools(known), execute, {})

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Answer one request. Raises CallError where it must not be heard at all."""
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        door.check_host(HeaderMap(headers))
        check_origin(headers.get("origin"))
        # made for each request: not every server tells when it starts and ends, which a lasting one would need
        manager = StreamableHTTPSessionManager(
            self._server,
            stateless=True,
            json_response=True,
            # hosts and origins were checked, by the project's own settings
            security_settings=TransportSecuritySettings(enable_dns_rebinding_protection=False),
            max_request_body_size=conf().max_request_content_length,
        )
        async with manager.run():
            await manager.handle_request(scope, receive, send)


def check_origin(origin: str | None) -> None:
    """Raise ForeignOrigin where a browser says that a page of somebody else sends the request."""
    if origin is None:
        return
    host = urlsplit(origin).netloc
    if not host or not (host == conf().api_gateway_fqdn or door.is_ours(host)):
        raise ForeignOrigin


def serve_streams(pipeline: Pipeline, token: str) -> None:
    """Answer one agent over standard input and output until it closes them, all calls with one token."""
    with ThreadPoolExecutor(conf().asgi_threads, thread_name_prefix="backk-agent") as threads:

        def executed(call: Call) -> Reply:
            door.begin()
            try:
                return pipeline.execute(call)
            finally:
                door.end()

        async def execute(call: Call) -> Reply:
            return await asyncio.get_running_loop().run_in_executor(threads, executed, call)

        headers = {"authorization": f"Bearer {token}"} if token else {}
        server = _server(agent_tools(pipeline.registry), execute, headers)

        async def serve() -> None:
            async with stdio_server() as (incoming, outgoing):
                await server.run(incoming, outgoing, server.create_initialization_options())

        asyncio.run(serve())


def _server(tools: Mapping[str, AgentTool], execute: Execute, own_headers: Mapping[str, str]) -> Server[Any]:
    listed = [_described(tool) for tool in tools.values()]

    async def list_tools(_: Any, __: Any) -> types.ListToolsResult:
        return types.ListToolsResult(tools=listed)

    async def call_tool(context: Any, params: types.CallToolRequestParams) -> types.CallToolResult:
        tool = tools.get(params.name)
        if tool is None:
            return _result({"message": f"There is no tool {params.name[:64]!r}"}, is_error=True)
        reply = await execute(_call(tool, params.arguments or {}, context.request, own_headers))
        return _result(told(reply), is_error=reply.status >= 400)

    return Server(
        conf().microservice_name, version="1", on_list_tools=list_tools, on_call_tool=call_tool, instructions=None
    )


def _described(tool: AgentTool) -> types.Tool:
    return types.Tool(
        name=tool.name,
        title=tool.title,
        description=tool.description,
        input_schema=tool.input_schema,
        annotations=types.ToolAnnotations(
            read_only_hint=tool.reads_only,
            destructive_hint=tool.destroys,
            idempotent_hint=tool.is_idempotent,
            open_world_hint=False,
        ),
    )


def _call(tool: AgentTool, arguments: dict[str, Any], request: Any, own_headers: Mapping[str, str]) -> Call:
    headers, peer = dict(own_headers), ""
    if request is not None:
        headers = {name: value for name, value in request.headers.items() if name not in _OF_TRANSPORT}
        peer = request.client.host if request.client else ""
    read = HeaderMap(headers)
    body = json.dumps(arguments).encode()
    address = door.address_of(peer, read)
    return Call(tool.wire_name, body, header=read, remote_address=address, peer=peer, transport="mcp")


def _result(facts: Mapping[str, Any], *, is_error: bool) -> types.CallToolResult:
    text = types.TextContent(type="text", text=json.dumps(facts, ensure_ascii=False))
    return types.CallToolResult(content=[text], structured_content=dict(facts), is_error=is_error)
