"""What teams test services with that send to others: a port that remembers what was sent."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from backk_core.execute.memory import Fake
from backk_transport.arguments import body_of
from backk_transport.messages import Message, RemoteServices


class FakeRemoteServices(Fake, RemoteServices):
    """Remembers messages instead of sending them: ``OrderService(FakeStore(), FakeRemoteServices())``.

    What is wrong with a message is told as it is in production, and what a failed call sent is forgotten.
    """

    def __init__(self) -> None:
        #: The messages in the order in which they were sent.
        self.sent: list[Message] = []
        self._bodies: list[bytes] = []

    def keep(self, messages: Sequence[Message]) -> None:
        # written now, as the outbox does: what the service changes afterwards is not sent
        self._bodies += [body_of(message) for message in messages]
        self.sent += messages

    def arguments_of(self, function: str) -> list[Any]:
        """Return the arguments that were sent to a function, as its microservice reads them."""
        return [
            json.loads(body)
            for message, body in zip(self.sent, self._bodies, strict=True)
            if message.function == function
        ]

    @contextmanager
    def transaction(self) -> Iterator[None]:
        before = len(self.sent)
        try:
            yield
        except BaseException:
            del self.sent[before:], self._bodies[before:]
            raise


__all__ = ["FakeRemoteServices"]
