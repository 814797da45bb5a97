"""Calls over HTTP, to a server that misbehaves."""

import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings

from backk_transport import RemoteRequest, RemoteUnavailable, UnknownMicroservice
from backk_transport import http_calls as module
from backk_transport.http_calls import HttpCalls
from tests.identity_provider import certificates


@dataclass
class Server:
    """What is answered, and what came."""

    url: str = ""
    ca_file: str = ""
    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict)
    #: Seconds between two bytes.
    delay: float = 0.0
    requests: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)


@contextmanager
def running(directory: Path | None = None) -> Iterator[Server]:
    known = Server()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            known.requests.append((self.path, {n.lower(): v for n, v in self.headers.items()}, body))
            self.send_response(known.status)
            for name, value in {"Content-Length": str(len(known.body)), **known.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            for place in range(len(known.body)) if known.delay else ():
                self.wfile.write(known.body[place : place + 1])
                time.sleep(known.delay)
            if not known.delay:
                self.wfile.write(known.body)

        do_GET = do_POST  # noqa: N815 - what http.server calls

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    if directory is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        known.ca_file, chain = certificates(directory)
        context.load_cert_chain(chain)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    known.url = f"{'http' if directory is None else 'https'}://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield known
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def server() -> Iterator[Server]:
    with running() as known, override_settings(BACKK=backk(known.url)):
        yield known


@pytest.fixture
def calls() -> Iterator[HttpCalls]:
    made = HttpCalls()
    yield made
    made.close()


def backk(address: Any) -> dict[str, Any]:
    return {"MICROSERVICE_NAME": "shop", "ENVIRONMENT": "test", "REMOTE_SERVICES": {"bank": address}}


def request(**facts: Any) -> RemoteRequest:
    return RemoteRequest(**{"microservice": "bank", "path": "/bankService.book", "body": b'{"a":1}', **facts})


def test_a_request_arrives_as_it_is_below_the_address(server: Server, calls: HttpCalls) -> None:
    server.headers = {"Retry-After": "3"}
    with override_settings(BACKK=backk(f"{server.url}/gateway/")):
        answer = calls.exchange(request(headers={"X-Request-Id": "r"}))
    assert (answer.status, answer.body, answer.headers["retry-after"]) == (200, b"{}", "3")
    ((path, headers, body),) = server.requests
    assert (path, headers["x-request-id"], body) == ("/gateway/bankService.book", "r", b'{"a":1}')


def test_proxies_and_passwords_of_the_environment_count_for_nothing(
    server: Server, calls: HttpCalls, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login ann password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    assert calls.exchange(request()).status == 200
    assert "authorization" not in server.requests[0][1]


def test_redirects_are_not_followed(server: Server, calls: HttpCalls) -> None:
    server.status, server.headers = 307, {"Location": f"{server.url}/elsewhere"}
    assert calls.exchange(request()).status == 307
    assert len(server.requests) == 1


def test_an_answer_that_is_too_long_or_compressed_is_none(
    server: Server, calls: HttpCalls, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LONGEST_ANSWER", 100)
    server.body = b"x" * 101
    with pytest.raises(RemoteUnavailable, match="too long an answer"):
        calls.exchange(request())
    server.body, server.headers = b"x", {"Content-Encoding": "gzip"}
    with pytest.raises(RemoteUnavailable, match="a compressed answer"):
        calls.exchange(request())
    assert server.requests[0][1]["accept-encoding"] == "identity"


def test_an_answer_that_comes_drop_by_drop_has_no_more_time_than_another(server: Server, calls: HttpCalls) -> None:
    server.body, server.delay = b"x" * 1000, 0.05
    with pytest.raises(RemoteUnavailable, match="ReadTimeout"):
        calls.exchange(request(timeout=0.2))


def test_who_is_not_there_or_unknown_is_told(calls: HttpCalls) -> None:
    with override_settings(BACKK=backk("http://127.0.0.1:1")), pytest.raises(RemoteUnavailable, match="ConnectError"):
        calls.exchange(request())
    with override_settings(BACKK=backk("http://127.0.0.1:1")), pytest.raises(UnknownMicroservice):
        calls.exchange(request(namespace="other"))


def test_a_server_is_believed_by_its_certificate_only(calls: HttpCalls, tmp_path: Path) -> None:
    with running(tmp_path) as server:
        with override_settings(BACKK=backk(server.url)), pytest.raises(RemoteUnavailable, match="ConnectError"):
            calls.exchange(request())
        assert server.requests == []
        with override_settings(BACKK=backk({"address": server.url, "ca_file": server.ca_file})):
            assert calls.exchange(request()).status == 200
