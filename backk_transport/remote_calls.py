"""What a call to another microservice is: the request, the answer, and how it can fail."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypedDict

import msgspec

from backk_core.declare.conf import conf
from backk_core.declare.errors import ServiceError, TemporarilyUnavailable, Violation
from backk_transport.messages import FUNCTION, LONGEST_DESTINATION, LONGEST_FUNCTION, PART, is_name

#: Statuses of a microservice that is busy or not there: the same call may end otherwise.
BUSY = frozenset({429, 502, 503, 504})
#: A path and a query, already escaped: no other host can come of it, and no other directory.
_PATH = r"/[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*"
_LONGEST_PATH = 8192


#: Who calls, as the other microservice sees it: this microservice, whoever called it, or nobody.
Authorization = Literal["service", "caller", "none"]


class CallOptions(TypedDict, total=False):
    """What may be said for one call."""

    #: The other microservice's namespace; this one's own unless said.
    namespace: str
    #: ``"service"`` unless said.
    authorization: Authorization
    #: Seconds for all tries; never longer than what the running call has left.
    timeout: float
    #: Makes several calls the same one: where the other one is busy, it is tried again.
    idempotency_key: str
    #: The service's own error that stands for a code of the other one: ``{"bankService.1": PaymentRefused}``.
    errors: Mapping[str, type[ServiceError]]


class CalledInTransaction(Exception):
    """A function called another microservice inside a transaction: rows stay locked while it waits, and what the other
    one does is not undone with the transaction. Mark it @own_transactions("why"), or send a message.
    """


@dataclass(frozen=True, kw_only=True)
class RemoteRequest:
    """What is sent to another microservice. ValueError where a name or the path is none."""

    microservice: str
    #: This microservice's own where it is empty.
    namespace: str = ""
    path: str
    method: str = "POST"
    body: bytes = field(default=b"", repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    #: Who calls; what proves that is added when it is sent.
    authorization: Authorization = "service"
    #: Seconds until it must be answered.
    timeout: float = 10.0

    def __post_init__(self) -> None:
        for name, part in (("microservice", self.microservice), ("namespace", self.namespace or "default")):
            if not is_name(PART, part, LONGEST_DESTINATION):
                raise ValueError(f"{part!r} is no {name}: letters, digits, hyphens and underscores, 'refund-service'")
        # escapes included, a path leads to nothing above it
        plain = re.sub("%2e", ".", self.path, flags=re.IGNORECASE)
        if not is_name(_PATH, self.path, _LONGEST_PATH) or self.path.startswith("//") or "/.." in plain:
            raise ValueError("a path begins with a slash, and is escaped: '/v1/cities?country=FI'")

    @property
    def destination(self) -> str:
        """Whom it is for: ``microservice.namespace``."""
        return f"{self.microservice}.{self.namespace or conf().microservice_namespace}"

    @property
    def function(self) -> str:
        """The wire name of the function that it calls."""
        return self.path.removeprefix("/")


def function_path(function: str) -> str:
    """Return the path of a function. ValueError where its wire name is none."""
    if not is_name(FUNCTION, function, LONGEST_FUNCTION):
        raise ValueError(f"{function!r} is no function: write its wire name, 'refundService.refundOrder'")
    return f"/{function}"


@dataclass(frozen=True)
class RemoteAnswer:
    """What another microservice answered; names of headers are in lower case."""

    status: int
    body: bytes = field(default=b"", repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


class RemoteCallFailed(Exception):
    """Another microservice answered an error: ``error_code`` names it, ``status_code`` is the HTTP status.

    ``detail`` is the message for whoever called, ``violations`` are what is wrong with the argument. Who does not catch
    it answers its own caller ``Internal server error``: what went wrong is between the two microservices.
    """

    def __init__(
        self,
        called: str,
        *,
        error_code: str = "",
        status_code: int = 0,
        detail: str = "",
        violations: tuple[Violation, ...] = (),
    ) -> None:
        # the next of a RemoteUnavailable is a CallError, which takes a message for callers
        Exception.__init__(self, called, error_code, status_code)
        #: What was called: ``microservice.namespace/service.function``.
        self.called = called
        self.error_code = error_code
        self.status_code = status_code
        self.detail = detail
        self.violations = violations

    def __str__(self) -> str:
        # never the message: it may tell of whoever called
        return f"{self.called} answered {self.status_code} {self.error_code}".rstrip()


class RemoteUnavailable(RemoteCallFailed, TemporarilyUnavailable):
    """Another microservice is busy, or did not answer: ``status_code`` is 0 then, and nobody knows what it did.

    Who does not catch it answers its own caller ``Temporarily unavailable``.
    """

    def __init__(self, called: str, *, reason: str = "", **facts: Any) -> None:
        RemoteCallFailed.__init__(self, called, **facts)
        #: Why no answer came, such as "ConnectError".
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.called} did not answer ({self.reason})" if not self.status_code else super().__str__()


class UnreadableAnswer(RemoteCallFailed):
    """Another microservice answered what is not of the type that was asked for."""

    def __str__(self) -> str:
        return f"{self.called} answered something else: {self.detail}"


class _Pointed(msgspec.Struct):
    pointer: str = ""
    detail: str = ""


class _Problem(msgspec.Struct, rename="camel"):
    """An error's body, plain or as RFC 9457 has it."""

    error_code: str = ""
    message: str = ""
    detail: str = ""
    errors: list[_Pointed] = []


def failure_of(request: RemoteRequest, answer: RemoteAnswer) -> RemoteCallFailed:
    """Return what failed, as an answer that is no success tells it."""
    try:
        problem = msgspec.json.decode(answer.body, type=_Problem)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        problem = _Problem()
    cls = RemoteUnavailable if answer.status in BUSY else RemoteCallFailed
    return cls(
        called_by(request),
        error_code=problem.error_code,
        status_code=answer.status,
        detail=problem.detail or problem.message,
        violations=tuple(Violation(_steps(one.pointer), one.detail) for one in problem.errors),
    )


def called_by(request: RemoteRequest) -> str:
    """Return what a request calls, for people: without a query, which may have an argument in it."""
    return request.destination + request.path.partition("?")[0]


def _steps(pointer: str) -> tuple[str, ...]:
    return tuple(step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:])
