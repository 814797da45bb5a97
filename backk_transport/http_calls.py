"""Sends calls to other microservices over HTTP: addresses of the settings, TLS, no redirects, bounded answers."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

import httpx

from backk_transport.conf import Address, address_of
from backk_transport.remote_calls import RemoteAnswer, RemoteRequest, RemoteUnavailable, called_by

T = TypeVar("T")

#: Bytes that an answer may have.
LONGEST_ANSWER = 16 * 1024 * 1024
#: What the generated client says of its own connection, which ends here.
_OF_THE_CONNECTION = frozenset({"host", "connection", "content-length", "accept-encoding", "user-agent"})


class HttpCalls:
    """Exchanges requests and answers; connections are kept, for each address and its TLS options."""

    def __init__(self) -> None:
        self._clients: dict[Address, httpx.Client] = {}
        self._making = threading.Lock()

    def exchange(self, request: RemoteRequest) -> RemoteAnswer:
        """Return the answer to a request. RemoteUnavailable where none comes, or one that is too long."""
        address = address_of(request.destination)
        url = address.address.rstrip("/") + request.path
        end = time.monotonic() + request.timeout
        # what is unpacked could be longer than what came
        headers = {"Accept-Encoding": "identity", **request.headers}
        try:
            with self._client(address).stream(
                request.method, url, content=request.body, headers=headers, timeout=request.timeout
            ) as response:
                body = _body_of(response, request, end)
        except httpx.HTTPError as error:
            raise RemoteUnavailable(called_by(request), reason=type(error).__name__) from None
        return RemoteAnswer(response.status_code, body, {n.lower(): v for n, v in response.headers.items()})

    def close(self) -> None:
        """Close all connections."""
        with self._making:
            clients, self._clients = list(self._clients.values()), {}
        for client in clients:
            client.close()

    def _client(self, address: Address) -> httpx.Client:
        if (known := self._clients.get(address)) is not None:
            return known
        with self._making:
            if address not in self._clients:
                self._clients[address] = _client(address)
            return self._clients[address]


def _client(address: Address) -> httpx.Client:
    verify: ssl.SSLContext | bool = False
    if address.is_encrypted:
        verify = ssl.create_default_context(cafile=address.ca_file or None)
        if address.certificate_file:
            verify.load_cert_chain(address.certificate_file, address.key_file or None)
    # neither proxies nor passwords of the environment: only the settings say where a credential goes
    transport = httpx.HTTPTransport(verify=verify, trust_env=False, retries=1)
    return httpx.Client(transport=transport, trust_env=False, follow_redirects=False)


def _body_of(response: httpx.Response, request: RemoteRequest, end: float) -> bytes:
    if response.headers.get("content-encoding", "identity") != "identity":
        raise RemoteUnavailable(called_by(request), reason="a compressed answer")
    parts, length = [], 0
    for part in response.iter_raw():
        length += len(part)
        if length > LONGEST_ANSWER:
            raise RemoteUnavailable(called_by(request), reason="too long an answer")
        if time.monotonic() > end:
            raise RemoteUnavailable(called_by(request), reason="ReadTimeout")
        parts.append(part)
    return b"".join(parts)


def client_over(cls: Callable[..., T], whom: RemoteRequest, send: Callable[[RemoteRequest], RemoteAnswer]) -> T:
    """Return a generated client whose requests all go to one microservice, through ``send``."""
    http = httpx.Client(transport=_Through(whom, send), trust_env=False)
    # a name, no address: where it is only the settings say
    return cls(f"http://{whom.destination}", http=http)


class _Through(httpx.BaseTransport):
    """Hands over the requests of a generated client."""

    def __init__(self, whom: RemoteRequest, send: Callable[[RemoteRequest], RemoteAnswer]) -> None:
        self._whom = whom
        self._send = send

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        times = request.extensions.get("timeout", {})
        try:
            answer = self._send(
                replace(
                    self._whom,
                    path=request.url.raw_path.decode("ascii"),
                    method=request.method,
                    body=request.read(),
                    headers={n: v for n, v in request.headers.items() if n.lower() not in _OF_THE_CONNECTION},
                    timeout=times.get("read") or self._whom.timeout,
                )
            )
        except RemoteUnavailable as failure:
            # the client knows what to do about that, and tries again where it may
            raise httpx.ConnectError(str(failure), request=request) from None
        return httpx.Response(answer.status, headers=dict(answer.headers), content=answer.body, request=request)
