"""One call and its reply, the same for every transport."""

from __future__ import annotations

import random
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.db.backends.base.base import BaseDatabaseWrapper

from backk_core.declare.errors import CallError
from backk_core.declare.service import Account
from backk_core.describe.contracts import ServiceFunctionContract


class Headers(Protocol):
    """The headers of a request: called with a lower-case name, or all of them."""

    def __call__(self, name: str, /) -> str | None: ...

    def items(self) -> Iterable[tuple[str, str]]: ...


class HeaderMap:
    """Headers that were read already; names are in lower case."""

    __slots__ = ("_headers",)

    def __init__(self, headers: Mapping[str, str]) -> None:
        self._headers = headers

    def __call__(self, name: str, /) -> str | None:
        return self._headers.get(name)

    def items(self) -> Iterable[tuple[str, str]]:
        """Yield all names and values."""
        return self._headers.items()


NO_HEADERS = HeaderMap({})


@dataclass(frozen=True, slots=True)
class Principal:
    """Who calls, as proved by a credential."""

    subject: str | None = None
    roles: frozenset[str] = frozenset()
    claims: Mapping[str, Any] = field(default_factory=dict, repr=False)
    #: The Django user, where a REST framework authenticator found one.
    user: Any = field(default=None, repr=False)
    #: Whether another service of the cluster proved itself.
    is_internal: bool = False
    #: Who says so: the verified ``iss`` of a token.
    issuer: str | None = None

    @property
    def identity(self) -> str | None:
        """Tells this caller from all others, for the keys of what is kept for a caller; None where nobody is named."""
        if self.subject is None and not self.is_internal:
            return None
        return repr((self.claims.get("iss"), self.subject, self.user is not None, self.is_internal))

    def __repr__(self) -> str:
        return f"Principal(roles={sorted(self.roles)}, is_internal={self.is_internal})"


@dataclass(frozen=True, slots=True)
class Identity:
    """What this project knows of a principal: the id of its tenant, and its account."""

    tenant_id: Any = None
    account: Account | None = None


class Authenticator(Protocol):
    """Tells who calls: None where it finds no credential of its kind, NotAuthorized where that is bad."""

    def authenticate(self, call: Call) -> Principal | None: ...


class Call:
    """One call of a service function.

    ``body`` is the argument's JSON; ``wire_name`` is the last segment of the address; ``deadline_at`` is in seconds of
    ``time.monotonic``. ``peer`` is who connected, ``remote_address`` who calls as trusted proxies tell it.
    """

    __slots__ = (
        "_authenticate",
        "_principal",
        "argument",
        "body",
        "contract",
        "db",
        "deadline_at",
        "header",
        "identity",
        "method",
        "outer",
        "own",
        "peer",
        "proved",
        "remote_address",
        "request_id",
        "result",
        "transport",
        "wire_name",
    )

    def __init__(
        self,
        wire_name: str,
        body: bytes,
        *,
        method: str = "POST",
        header: Headers = NO_HEADERS,
        remote_address: str = "",
        peer: str = "",
        transport: str = "http",
        principal: Principal | None = None,
    ) -> None:
        self.wire_name = wire_name
        self.body = body
        self.method = method
        self.header = header
        self.remote_address = remote_address
        #: The address of who connected, which no header can change: the caller's, or a proxy's.
        self.peer = peer
        self.transport = transport
        self.request_id = _request_id(header("x-request-id"))
        self.contract: ServiceFunctionContract
        self.argument: Any = None
        self.result: Any = None
        self.deadline_at = 0.0
        #: The connection that the call's operations use, once it runs.
        self.db: BaseDatabaseWrapper | None = None
        #: The call that this one is a part of: a batch.
        self.outer: Call | None = None
        #: Where the call may touch only the caller's own rows: the field that names the owner, and who that is.
        self.own: tuple[str, Any] | None = None
        #: What the project knows of the principal; None as long as nobody asked.
        self.identity: Identity | None = None
        #: Who calls, where the transport knows it.
        self.proved = principal
        self._principal = principal
        self._authenticate: Callable[[Call], Principal | None] | None = None

    @property
    def principal(self) -> Principal | None:
        """Who calls, None where nobody proved it; worked out when it is first asked for.

        NotAuthorized where the credential is bad.
        """
        if self._authenticate is not None:
            # whoever is asked meanwhile knows of nobody
            authenticate, self._authenticate = self._authenticate, None
            try:
                self._principal = authenticate(self)
            except BaseException:
                # whoever asks again after a bad credential must hear of it again
                self._authenticate = authenticate
                raise
        return self._principal

    def authenticated_by(self, authenticate: Callable[[Call], Principal | None]) -> None:
        """Say who can tell who calls."""
        self._authenticate = authenticate

    @property
    def remaining(self) -> float:
        """Seconds until the deadline."""
        return self.deadline_at - time.monotonic()

    def __repr__(self) -> str:
        return f"Call({self.wire_name!r}, request_id={self.request_id!r})"


class Reply:
    """What goes back: status, body and headers."""

    __slots__ = ("body", "headers", "status")

    def __init__(self, status: int, body: bytes = b"", headers: list[tuple[str, str]] | None = None) -> None:
        self.status = status
        self.body = body
        self.headers = [] if headers is None else headers

    def __repr__(self) -> str:
        return f"Reply({self.status}, {len(self.body)} bytes)"


class CallExecutor(ABC):
    """Executes calls; services that pass calls on ask for it in their ``__init__``."""

    @abstractmethod
    def execute(self, call: Call) -> Reply:
        """Return the reply to a call, whatever happens."""

    @abstractmethod
    def refuse(self, call: Call, error: CallError) -> Reply:
        """Return the reply that tells a caller what was wrong."""

    @abstractmethod
    def pass_on(self, call: Call, microservice: str, namespace: str) -> Reply:
        """Return another microservice's reply to a call, whatever happens."""


_current: ContextVar[Call | None] = ContextVar("backk_current_call", default=None)


def current_call() -> Call:
    """Return the call that is being executed. LookupError outside of one."""
    call = _current.get()
    if call is None:
        raise LookupError("no call is being executed here")
    return call


class entered:  # noqa: N801 - reads as a verb: with entered(call)
    """Makes a call the current one for a block."""

    __slots__ = ("_call", "_token")

    def __init__(self, call: Call) -> None:
        self._call = call

    def __enter__(self) -> None:
        self._token = _current.set(self._call)

    def __exit__(self, *_: object) -> None:
        _current.reset(self._token)


def find_call() -> Call | None:
    """Return the call that is being executed, None outside of one."""
    return _current.get()


def _request_id(sent: str | None) -> str:
    if sent and len(sent) <= 128 and sent.isascii() and sent.isprintable() and " " not in sent:
        return sent
    return f"{random.getrandbits(128):032x}"
