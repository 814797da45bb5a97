"""The client library of Backk for Node works against the marketplace as it is: bundled for Node, with a browser's globals."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.clients.test_typescript_client import token_of
from tests.acceptance.marketplace.running import Marketplace, sales_item
from tests.node_programs import link_packages, program, run_node

pytestmark = pytest.mark.acceptance

_SCRIPT = """
import AES from "crypto-js/aes";
import { callRemoteService } from "backk-frontend-utils";

const { port, token, calls } = JSON.parse(process.argv[2]);
// browsers do not let scripts say this header (Fetch standard, forbidden request-headers); Node's fetch waits forever
const send = globalThis.fetch;
globalThis.fetch = (address, { headers: { "Content-Length": _, ...headers }, ...request }) =>
  send(address, { ...request, headers });
const kept = token ? { accessToken: AES.encrypt(token, "key").toString() } : {};
globalThis.window = { location: { search: `?serverPort=${port}`, hostname: "127.0.0.1" } };
globalThis.sessionStorage = { getItem: (name) => kept[name] ?? null };
const answers = [];
for (const [name, argument, options] of calls) {
  const call = callRemoteService("backk-example-microservice", name, argument, "default", "127.0.0.1", "key", options);
  answers.push(await call);
}
console.log(JSON.stringify(answers));
"""


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("original")
    link_packages(directory)
    (directory / "calls.js").write_text(_SCRIPT)
    options = ["--bundle", "--platform=node", "--format=esm", "--outfile=bundle.mjs", "--log-level=error"]
    made = run_node(program("esbuild"), "calls.js", *options, cwd=directory)
    assert made.returncode == 0, made.stderr
    return directory


def called(bundle: Path, market: Marketplace, token: str | None, *calls: tuple[Any, ...]) -> list[tuple[Any, Any]]:
    """Return the tuple that each call resolved to."""
    asked = {"port": str(market.client.base_url.port), "token": token, "calls": calls}
    done = run_node("bundle.mjs", json.dumps(asked), cwd=bundle)
    assert done.returncode == 0, done.stderr
    return [tuple(answer) for answer in json.loads(done.stdout)]


def test_calls_resolve_to_tuples_of_value_and_error(bundle: Path, market: Marketplace) -> None:
    person = market.sign_up()
    token = token_of(market, person.subject, ())
    made, found, refused, sold, unknown, listed = called(
        bundle,
        market,
        token,
        ("tagService.createTag", {"name": "by the original"}),
        ("tagService.getTagsByName", {"name": "by the original"}),
        ("tagService.createTag", {"name": "", "foo": 1}),
        ("salesItemService.createSalesItem", sales_item(person.id)),
        ("tagService.foo", {}),
        ("userAccountService.getCities", None),
    )
    assert made[1] is None
    assert made[0]["data"]["name"] == "by the original"
    assert found == ({"metadata": {}, "data": [made[0]["data"]]}, None)
    assert refused[0] is None
    assert (refused[1]["errorCode"], refused[1]["statusCode"]) == ("error.5", 400)
    assert "property foo should not exist" in refused[1]["message"]
    # the token travels in base64
    assert sold[0]["data"]["userAccountId"] == person.id
    assert unknown == (None, {"errorCode": "error.9", "statusCode": 404, "message": "Unknown function: tagService.foo"})
    assert {"value": "Tampere"} in listed[0]["data"]


def test_without_a_token_it_is_refused_as_everybody_is(bundle: Path, market: Marketplace) -> None:
    person = market.sign_up()
    [(value, error)] = called(bundle, market, None, ("salesItemService.createSalesItem", sales_item(person.id)))
    assert value is None
    assert error["statusCode"] in (401, 403)


def test_a_text_of_many_bytes_arrives_whole(bundle: Path, market: Marketplace) -> None:
    [(value, error)] = called(bundle, market, None, ("tagService.createTag", {"name": "käsityö ☃"}))
    assert (value["data"]["name"], error) == ("käsityö ☃", None)


def test_a_length_in_characters_hangs_nobody(market: Marketplace) -> None:
    """It counts characters where Content-Length counts bytes: what a program that sends that is told, and how soon."""
    body = '{"name": "käsityö ☃"}'
    head = f"POST /tagService.createTag HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(body)}\r\n\r\n"
    with socket.create_connection((market.client.base_url.host, market.client.base_url.port), timeout=10) as connection:
        connection.sendall(head.encode() + body.encode())
        status = connection.recv(65536).split(b"\r\n")[0]
    assert b"400" in status
    assert market.nobody("livenessCheckService.isMicroserviceAlive").status == 200
