"""How the TypeScript client takes trouble: servers that break off, are busy, late, gone, or answer something else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.node_programs import run_node

pytestmark = pytest.mark.acceptance

#: A server of this process, and what came of calls to it.
_SCRIPT = """
import { createServer } from "node:http";
import { call, configure, subscribe } from "./dist/backk.js";
import { eventsOf } from "./dist/events.js";

const seen = [];
let streams = 0;
const server = createServer((request, response) => {
  const name = request.url.slice(1);
  const tries = seen.filter((each) => each.name === name).length;
  seen.push({ name, key: request.headers["idempotency-key"], last: request.headers["last-event-id"], token: request.headers.authorization });
  const json = (status, body, headers = {}) => {
    response.writeHead(status, { "Content-Type": "application/json", ...headers });
    response.end(body === undefined ? "" : JSON.stringify(body));
  };
  if (name.endsWith("busy")) {
    return tries < 2
      ? json(503, { errorCode: "error.21", status: 503, detail: "Temporarily unavailable" }, { "Retry-After": "0" })
      : json(200, { metadata: { n: tries }, data: { ok: true } });
  }
  if (name.endsWith("always")) return json(503, { errorCode: "error.21", status: 503, detail: "Busy" });
  if (name.endsWith("slow")) return setTimeout(() => json(200, { data: 1 }), 5000).unref();
  if (name.endsWith("page")) { response.writeHead(502); return response.end("<html>"); }
  if (name.endsWith("moved")) return json(301, undefined, { Location: "https://pay.example.com/1" });
  if (name.endsWith("broken")) { response.writeHead(200); return response.end("{"); }
  if (name.endsWith("old")) return json(200, { metadata: {}, data: 1 }, { Deprecation: "@1793491200" });
  if (name.endsWith("stream")) {
    streams += 1;
    response.writeHead(200, { "Content-Type": "text/event-stream" });
    if (streams === 1) {
      response.write(': here\\n\\nretry: 5\\nid: 1\\ndata: {"n":1}\\n\\nid: 2\\r\\ndata: {"n":\\r\\ndata: 2}\\r\\n\\r\\ndata: {"n"');
      return setTimeout(() => response.destroy(), 50);
    }
    return response.write('id: 3\\ndata: {"n":3}\\n\\n');
  }
  return json(403, { errorCode: "error.6", status: 403, detail: "Service function call not authorized" });
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const baseUrl = `http://127.0.0.1:${server.address().port}/`;
const warnings = [];
console.warn = (text) => warnings.push(text);
let tokens = 0;
configure({ baseUrl, retryDelay: 5, token: async () => `token-${(tokens += 1)}` });

const data = { answers: "data" };
const found = {};
found.busy = await call({ ...data, name: "a.busy", repeats: "once" });
found.busy[2] = { metadata: found.busy[2].metadata, status: found.busy[2].status };
found.notRepeated = await call({ ...data, name: "a.always" });
found.givenUp = await call({ ...data, name: "a.reads.always", repeats: "reads" }, {}, { retries: 1 });
found.late = await call({ ...data, name: "a.slow" }, {}, { timeout: 60 });
const controller = new AbortController();
setTimeout(() => controller.abort(), 60);
found.aborted = await call({ ...data, name: "a.slow" }, {}, { signal: controller.signal });
found.before = await call({ ...data, name: "a.slow" }, {}, { signal: AbortSignal.abort() });
found.page = await call({ ...data, name: "a.page" });
found.moved = await call({ ...data, name: "a.moved" });
found.broken = await call({ ...data, name: "a.broken" });
found.gone = await call({ ...data, name: "a.b" }, {}, { baseUrl: "http://127.0.0.1:1" });
found.old = (await call({ ...data, name: "a.old" }))[0];
await call({ ...data, name: "a.old" });

const events = [];
for await (const [event, error] of subscribe({ ...data, name: "a.stream" })) {
  events.push(event ?? error);
  if (event?.n === 3) break;
}
found.events = events;
found.denied = [];
for await (const outcome of subscribe({ ...data, name: "a.denied" })) found.denied.push(outcome[1].errorCode);

console.log(JSON.stringify({ ...found, seen, warnings }));
process.exit(0);
"""


@pytest.fixture(scope="module")
def found(typescript: Path) -> dict[str, Any]:
    script = typescript / "runtime.mjs"
    script.write_text(_SCRIPT)
    done = run_node(script, cwd=typescript)
    assert done.returncode == 0, done.stderr
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def requests(found: dict[str, Any], name: str) -> list[dict[str, Any]]:
    return [each for each in found["seen"] if each["name"] == name]


def test_a_busy_service_is_asked_again_with_the_same_key_and_a_fresh_token(found: dict[str, Any]) -> None:
    assert found["busy"] == [{"ok": True}, None, {"metadata": {"n": 2}, "status": 200}]
    tries = requests(found, "a.busy")
    assert len(tries) == 3
    assert len({each["key"] for each in tries}) == 1
    assert tries[0]["key"]
    assert len({each["token"] for each in tries}) == 3


def test_what_may_not_be_repeated_is_not(found: dict[str, Any]) -> None:
    assert found["notRepeated"][1]["errorCode"] == "error.21"
    assert len(requests(found, "a.always")) == 1
    assert requests(found, "a.always")[0].get("key") is None


def test_it_gives_up_after_so_many_tries(found: dict[str, Any]) -> None:
    assert found["givenUp"][1]["statusCode"] == 503
    assert len(requests(found, "a.reads.always")) == 2


@pytest.mark.parametrize(
    ("call", "code", "status"),
    [
        ("late", "client.timeout", 0),
        ("aborted", "client.aborted", 0),
        ("before", "client.aborted", 0),
        ("page", "client.unreadable", 502),
        ("moved", "client.redirected", 301),
        ("broken", "client.unreadable", 0),
        ("gone", "client.unreachable", 0),
    ],
)
def test_every_trouble_is_an_error_and_never_thrown(found: dict[str, Any], call: str, code: str, status: int) -> None:
    value, error = found[call]
    assert value is None
    assert (error["errorCode"], error["statusCode"], error["violations"]) == (code, status, [])
    assert error["message"]


def test_where_a_redirect_leads_is_told(found: dict[str, Any]) -> None:
    assert found["moved"][1]["location"] == "https://pay.example.com/1"


def test_a_function_on_its_way_out_warns_once(found: dict[str, Any]) -> None:
    assert found["old"] == 1
    assert found["warnings"] == ["a.old: Deprecated since @1793491200."]


def test_a_stream_that_breaks_goes_on_after_its_last_event(found: dict[str, Any]) -> None:
    assert found["events"] == [{"n": 1}, {"n": 2}, {"n": 3}]
    assert [each.get("last") for each in requests(found, "a.stream")] == [None, "2"]


def test_a_stream_that_is_denied_ends_with_the_error(found: dict[str, Any]) -> None:
    assert found["denied"] == ["error.6"]
    assert len(requests(found, "a.denied")) == 1
