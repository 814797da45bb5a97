"""AI agents call functions of the marketplace, by the protocol's own client: over HTTP and over standard streams."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable, Iterator
from typing import Any, Literal

import httpx
import httpx2
import jsonschema
import pytest
from mcp import Client, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client

from tests.acceptance.clients.test_typescript_client import token_of
from tests.acceptance.marketplace.running import ROOT, Marketplace, Person, environment, sales_item, serving
from tests.doors.running import ASGI, Database

pytestmark = pytest.mark.acceptance

TOOLS = {
    "salesItemService_getSalesItems",
    "salesItemService_getSalesItem",
    "salesItemService_createSalesItem",
    "shoppingCartService_getShoppingCart",
    "shoppingCartService_addToShoppingCart",
}
Transport = Literal["http", "streams"]
#: Names a tool, its arguments; what came back.
Ask = Callable[..., list[tuple[bool, dict[str, Any]]]]


@pytest.fixture(scope="module")
def door(stored: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Marketplace]:
    with serving(stored, tmp_path_factory.mktemp("agents"), ASGI) as marketplace:
        yield marketplace


def address_of(door: Marketplace) -> str:
    return str(door.client.base_url.join("/mcp"))


def conversation(door: Marketplace, transport: Transport, token: str | None, talk: Callable[[Client], Any]) -> Any:
    """Hold one conversation of an agent that has a token."""

    async def over_http() -> Any:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        async with httpx2.AsyncClient(headers=headers) as http:
            async with Client(streamable_http_client(address_of(door), http_client=http)) as client:
                return await talk(client)

    async def over_streams() -> Any:
        own = environment(door.database) | ({"BACKK_MCP_TOKEN": token} if token else {})
        command = ["-m", "django", "mcp"]
        async with Client(StdioServerParameters(command=sys.executable, args=command, env=own, cwd=ROOT)) as client:
            return await talk(client)

    return asyncio.run(over_http() if transport == "http" else over_streams())


def asked(
    door: Marketplace, transport: Transport, token: str | None, *calls: tuple[str, dict[str, Any]]
) -> list[tuple[bool, dict[str, Any]]]:
    """Return of each call whether it failed, and what was answered."""

    async def talk(client: Client) -> list[tuple[bool, dict[str, Any]]]:
        answers = []
        for name, arguments in calls:
            result = await client.call_tool(name, arguments)
            assert json.loads(result.content[0].text) == result.structured_content
            answers.append((bool(result.is_error), dict(result.structured_content)))
        return answers

    found: list[tuple[bool, dict[str, Any]]] = conversation(door, transport, token, talk)
    return found


def token(person: Person) -> str | None:
    return token_of(person.marketplace, person.subject, ())


@pytest.mark.parametrize("transport", ["http", "streams"])
def test_an_agent_finds_and_uses_what_is_marked_and_is_refused_the_rest(
    door: Marketplace, transport: Transport
) -> None:
    ann, bob = door.sign_up(), door.sign_up()
    item = ann.sells(title=f"Lamp of {transport}")
    foreign = {"userAccountId": ann.id, "salesItemId": item}
    answers = asked(
        door,
        transport,
        token(bob),
        ("salesItemService_getSalesItems", {"textFilter": f"Lamp of {transport}", "includeResponseFields": ["_id"]}),
        ("shoppingCartService_addToShoppingCart", {"userAccountId": bob.id, "salesItemId": item}),
        ("shoppingCartService_getShoppingCart", {"userAccountId": bob.id}),
        ("shoppingCartService_addToShoppingCart", foreign),
        ("salesItemService_createSalesItem", {"title": 1, "foo": 2}),
        ("orderService_placeOrder", {"userAccountId": bob.id}),
        ("salesItemService_deleteAllSalesItems", {}),
    )
    listed, added, cart, denied, invalid, unmarked, unmarked_too = answers
    assert listed == (False, {"metadata": {}, "data": [{"_id": item, "_count": 1}]})
    assert added == (False, {})
    assert [thing["_id"] for thing in cart[1]["data"]["salesItems"]] == [item]
    assert (denied[0], denied[1]["errorCode"], denied[1]["statusCode"]) == (True, "error.6", 403)
    assert (invalid[0], invalid[1]["errorCode"]) == (True, "error.5")
    assert {"title must be a string", "property foo should not exist"} <= set(
        invalid[1]["message"].removeprefix("Invalid argument: ").split(", ")
    )
    for answer in (unmarked, unmarked_too):
        assert answer[0] is True
        assert "There is no tool" in answer[1]["message"]
    assert bob.cart() == [item]


@pytest.mark.parametrize(("sent", "code"), [(None, "error.17"), ("forged", "error.6")])
def test_without_a_good_token_nobody_is_anybody(door: Marketplace, sent: str | None, code: str) -> None:
    ann = door.sign_up()
    create = ("salesItemService_createSalesItem", sales_item(ann.id))
    [(failed, error)] = asked(door, "http", sent, create)
    assert (failed, error["errorCode"]) == (True, code)


def test_a_role_that_is_wanted_is_wanted_here_too(door: Marketplace) -> None:
    ann = door.sign_up()
    admin = token_of(door, "somebody", ["vitjaAdmin"])
    [(failed, made)] = asked(door, "http", admin, ("salesItemService_createSalesItem", sales_item(ann.id)))
    assert not failed
    assert made["data"]["userAccountId"] == ann.id


def test_tools_say_what_they_take(door: Marketplace) -> None:
    async def talk(client: Client) -> Any:
        return (await client.list_tools()).tools

    tools = {tool.name: tool for tool in conversation(door, "http", None, talk)}
    assert set(tools) == TOOLS
    for tool in tools.values():
        jsonschema.Draft202012Validator.check_schema(tool.input_schema)
        assert tool.input_schema["type"] == "object"
        assert "#/components" not in json.dumps(tool.input_schema)
        assert "For " in tool.description
    create = tools["salesItemService_createSalesItem"]
    validator = jsonschema.Draft202012Validator(create.input_schema)
    assert validator.is_valid(sales_item("1"))
    assert not validator.is_valid(sales_item("1", price=-1))
    assert not validator.is_valid({**sales_item("1"), "state": "sold"})
    hints = tools["salesItemService_getSalesItems"].annotations
    assert (hints.read_only_hint, hints.destructive_hint) == (True, False)


INITIALIZE = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "a", "version": "1"}},
}
ACCEPT = {"Accept": "application/json, text/event-stream", "Content-Type": "application/json"}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Origin": "http://127.0.0.1:3000"}, 200),
        ({"Origin": "https://evil.example.com"}, 403),
        ({"Origin": "null"}, 403),
        ({"Host": "evil.example.com"}, 400),
    ],
)
def test_pages_of_others_and_foreign_hosts_are_not_heard(
    door: Marketplace, headers: dict[str, str], status: int
) -> None:
    answer = httpx.post(address_of(door), json=INITIALIZE, headers={**ACCEPT, **headers})
    assert answer.status_code == status


@pytest.mark.parametrize("method", ["GET", "HEAD", "DELETE", "PUT"])
def test_no_stream_is_opened_that_nothing_would_ever_be_said_on(door: Marketplace, method: str) -> None:
    answer = httpx.request(method, address_of(door), headers=ACCEPT, timeout=5)
    assert answer.status_code == 405


@pytest.mark.parametrize(
    "body", [b"", b"[", b"{}", b"\xff", b'{"jsonrpc":"2.0","id":1,"method":"tools/call"}', b"[" * 9999]
)
def test_hostile_messages_are_refused(door: Marketplace, body: bytes) -> None:
    answer = httpx.post(address_of(door), content=body, headers=ACCEPT)
    # the protocol has errors of its own, whose status is 200
    assert answer.status_code < 500
    assert answer.status_code >= 400 or "error" in answer.json()
