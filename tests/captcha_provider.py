"""A small provider of captchas for tests: a server that speaks the providers' siteverify protocol."""

from __future__ import annotations

import json
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from tests.identity_provider import certificates

SECRET = "the provider's secret"


@dataclass
class CaptchaProvider:
    """What the server was asked, and how it answers."""

    url: str = ""
    ca_file: str = ""
    hostname: str = "www.example.com"
    #: Added to the verdict, such as a score.
    more: dict[str, Any] = field(default_factory=dict)
    #: Sent instead of the verdict, where it is set.
    body: bytes | None = None
    redirect: str = ""
    delay: float = 0.0
    #: Requests that are answered 503 before one is answered well.
    failures: int = 0
    good: set[str] = field(default_factory=lambda: {"good"})
    used: set[str] = field(default_factory=set)
    forms: list[dict[str, str]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def verdict(self, form: dict[str, str]) -> dict[str, Any]:
        """Judge a token as the providers do: once."""
        token = form.get("response", "")
        if form.get("secret") != SECRET:
            return {"success": False, "error-codes": ["invalid-input-secret"]}
        if token not in self.good:
            return {"success": False, "error-codes": ["invalid-input-response"]}
        if token in self.used:
            return {"success": False, "error-codes": ["timeout-or-duplicate"]}
        self.used.add(token)
        return {
            "success": True,
            "challenge_ts": "2026-01-01T00:00:00Z",
            "hostname": self.hostname,
            "error-codes": [],
            **self.more,
        }


@contextmanager
def running_provider(directory: Path | None = None, **options: Any) -> Iterator[CaptchaProvider]:
    """Serve at 127.0.0.1, by TLS with a certificate of an authority of its own where a directory is given for it."""
    provider = CaptchaProvider(**options)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(provider))
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    if directory is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        provider.ca_file, chain = certificates(directory)
        context.load_cert_chain(chain)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    scheme = "http" if directory is None else "https"
    provider.url = f"{scheme}://127.0.0.1:{server.server_address[1]}/siteverify"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(provider: CaptchaProvider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(sent, keep_blank_values=True).items()}
            with provider.lock:
                provider.forms.append(form)
                fails = provider.failures > 0
                provider.failures -= fails
            time.sleep(provider.delay)
            if fails:
                self.send_error(503)
            elif provider.redirect:
                self.send_response(302)
                self.send_header("Location", provider.redirect)
                self.end_headers()
            else:
                body = json.dumps(provider.verdict(form)).encode() if provider.body is None else provider.body
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    return Handler
