"""What teams test services with that send to others: a port that remembers what was sent and called."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from backk_core.execute.memory import Fake
from backk_transport.arguments import body_of
from backk_transport.messages import Message
from backk_transport.remote_calls import RemoteAnswer, RemoteRequest, RemoteUnavailable
from backk_transport.remote_services import RemoteServices


class FakeRemoteServices(Fake, RemoteServices):
    """Remembers messages and calls instead of sending them: ``OrderService(FakeStore(), FakeRemoteServices())``.

    What is wrong with a message is told as it is in production, and what a failed call sent is forgotten. Calls are
    answered what :meth:`answers` and :meth:`refuses` say, through generated clients too.
    """

    def __init__(self) -> None:
        #: The messages in the order in which they were sent.
        self.sent: list[Message] = []
        #: The calls in the order in which they were made, those that were refused too.
        self.called: list[RemoteRequest] = []
        self._bodies: list[bytes] = []
        self._answers: dict[str, Callable[[Any], RemoteAnswer]] = {}

    def keep(self, messages: Sequence[Message]) -> None:
        # written now, as the outbox does: what the service changes afterwards is not sent
        self._bodies += [body_of(message) for message in messages]
        self.sent += messages

    def exchange(self, request: RemoteRequest) -> RemoteAnswer:
        self.called.append(request)
        name = request.function.rpartition("/")[2]
        if name not in self._answers:
            raise LookupError(f"nobody said what {name} answers: fake.answers({name!r}, {{...}})")
        return self._answers[name](json.loads(request.body or b"{}"))

    def answers(self, function: str, data: Any = None) -> None:
        """Let calls of a function succeed with ``data``, as it is on the wire, or what that makes of the argument."""

        def answer(argument: Any) -> RemoteAnswer:
            value = data(argument) if callable(data) else data
            return RemoteAnswer(200, b"" if value is None else json.dumps({"metadata": {}, "data": value}).encode())

        self._answers[function] = answer

    def refuses(self, function: str, error_code: str, *, status: int = 400, message: str = "") -> None:
        """Let calls of a function fail: 503 is a microservice that is busy, 0 one that is not there."""

        def refuse(_: Any) -> RemoteAnswer:
            if status == 0:
                raise RemoteUnavailable(function, reason="ConnectError")
            facts = {"errorCode": error_code, "statusCode": status, "message": message}
            return RemoteAnswer(status, json.dumps(facts).encode())

        self._answers[function] = refuse

    def arguments_of(self, function: str) -> list[Any]:
        """Return the arguments that were sent to a function, as its microservice reads them."""
        return [
            json.loads(body)
            for message, body in zip(self.sent, self._bodies, strict=True)
            if message.function == function
        ]

    def called_with(self, function: str) -> list[Any]:
        """Return the arguments that a function was called with, as its microservice reads them."""
        return [json.loads(request.body or b"{}") for request in self.called if request.function == function]

    @contextmanager
    def transaction(self) -> Iterator[None]:
        before = len(self.sent)
        try:
            yield
        except BaseException:
            del self.sent[before:], self._bodies[before:]
            raise


__all__ = ["FakeRemoteServices"]
