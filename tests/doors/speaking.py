"""HTTP as the tests speak it: calls as a client makes them, and bytes as only a hostile one sends them."""

from __future__ import annotations

import http.client
import json
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes
    #: Whether the server closes the connection afterwards, as it says.
    closes: bool

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def data(self) -> Any:
        return self.json["data"]

    @property
    def message(self) -> str:
        text: str = self.json["message"]
        return text

    @property
    def error(self) -> tuple[int, str]:
        """Status and code of a refusal."""
        return self.status, self.json["errorCode"]


def body_of(argument: Any) -> bytes:
    """Return the JSON of an argument; bytes are sent as they are, None is no body."""
    if argument is None:
        return b""
    return argument if isinstance(argument, bytes) else json.dumps(argument).encode()


def call(
    port: int, path: str, argument: Any, headers: Mapping[str, str], *, method: str = "POST", timeout: float = 30
) -> Answer:
    """Send one request over a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        body = body_of(argument)
        connection.request(method, path if path.startswith("/") else f"/{path}", body or None, dict(headers))
        return _read(connection.getresponse())
    finally:
        connection.close()


def request_bytes(path: str, body: bytes = b"", *, method: str = "POST", headers: Sequence[str] = ()) -> bytes:
    """Return a whole HTTP/1.1 request."""
    lines = [f"{method} /{path} HTTP/1.1", "Host: localhost", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode("latin-1") + body


def exchange(port: int, pieces: Sequence[bytes], answers: int) -> list[Answer]:
    """Send the pieces over one connection; return what is answered until the server closes it or all is answered."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        try:
            for piece in pieces:
                connection.sendall(piece)
        except (BrokenPipeError, ConnectionResetError):
            pass  # it has answered already, and does not want to hear the rest
        found: list[Answer] = []
        # the parser reads ahead: all answers come out of one buffer
        buffered = _Buffered(connection)
        while len(found) < answers and (answer := _next(buffered)) is not None:
            found.append(answer)
            if answer.closes:
                break
        buffered.file.close()
        return found


def read_answer(connection: socket.socket) -> Answer | None:
    """Read the one answer on a connection, None where the server closed it without any."""
    buffered = _Buffered(connection)
    try:
        return _next(buffered)
    finally:
        buffered.file.close()


class _Unclosed:
    """A file that outlives the response that reads from it."""

    def __init__(self, file: Any) -> None:
        self._file = file

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def close(self) -> None:
        pass


class _Buffered:
    """Looks like a socket to http.client, and keeps what was read ahead for the next answer."""

    def __init__(self, connection: socket.socket) -> None:
        self.file = connection.makefile("rb")

    def makefile(self, _: str) -> Any:
        return _Unclosed(self.file)


def _next(buffered: _Buffered) -> Answer | None:
    response = http.client.HTTPResponse(buffered)  # type: ignore[arg-type]
    try:
        response.begin()
        return _read(response)
    except (http.client.HTTPException, ConnectionResetError):
        return None


def _read(response: http.client.HTTPResponse) -> Answer:
    body = response.read()
    return Answer(response.status, response.headers, body, closes=response.will_close)
