"""How tests make pipelines of some services, and call them without a server."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from backk_core import NotAuthorized, Store
from backk_core.describe.registry import build
from backk_core.execute.call import Call, HeaderMap, Principal, Reply
from backk_core.execute.injection import Services
from backk_core.execute.pipeline import Interceptor, Pipeline
from backk_core.execute.store import DatabaseStore


class WordAuthenticator:
    """Believes what the Authorization header says: `subject role @issuer`; `bad` is a bad credential."""

    def __init__(self) -> None:
        self.asked = 0

    def authenticate(self, call: Call) -> Principal | None:
        self.asked += 1
        words = (call.header("authorization") or "").split()
        if not words:
            return None
        if words[0] == "bad":
            raise NotAuthorized
        subject = None if words[0] == "-" else words[0]
        roles = frozenset(word for word in words[1:] if word[0] != "@")
        issuer = next((word[1:] for word in words if word[0] == "@"), None)
        return Principal(subject=subject, roles=roles, is_internal="cluster" in words, issuer=issuer)


@dataclass
class Answer:
    """A reply as a client sees it."""

    status: int
    body: Any
    headers: dict[str, str] = field(repr=False)
    names: list[str] = field(repr=False)


class Caller:
    """Calls the functions of some services."""

    def __init__(self, classes: Sequence[type], interceptors: Iterable[Interceptor] = ()) -> None:
        self.registry = build(classes)
        self.registry.refuse_problems()
        self.services = Services(classes, {Store: DatabaseStore()})
        self.authenticator = WordAuthenticator()
        self.pipeline = Pipeline(self.registry, self.services, [self.authenticator], interceptors)

    def __call__(
        self, wire_name: str, argument: Any = None, *, by: str | None = None, method: str = "POST", **headers: str
    ) -> Answer:
        return answer(self.reply(wire_name, argument, by=by, method=method, **headers))

    def reply(
        self, wire_name: str, argument: Any = None, *, by: str | None = None, method: str = "POST", **headers: str
    ) -> Reply:
        body = b"" if argument is None else argument if isinstance(argument, bytes) else json.dumps(argument).encode()
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if by is not None:
            sent["authorization"] = by
        call = Call(wire_name, body, method=method, header=HeaderMap(sent), remote_address="192.0.2.1")
        return self.pipeline.execute(call)


def answer(reply: Reply) -> Answer:
    return Answer(
        reply.status,
        json.loads(reply.body) if reply.body else None,
        dict(reply.headers),
        [name.lower() for name, _ in reply.headers],
    )
