"""How a service is called: arguments judged and sent, tries, answers and errors. The same in every client."""

from __future__ import annotations

import asyncio
import random
import secrets
import time
import warnings
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, ClassVar, Generic, Literal, Self, TypedDict, TypeVar

import httpx
import msgspec

R = TypeVar("R")

#: Statuses after which the same call may end otherwise.
_BUSY = frozenset({429, 502, 503, 504})


@dataclass(frozen=True)
class Violation:
    """One thing that is wrong with one property: the JSON pointer (RFC 6901) of its value, and the sentence."""

    pointer: str
    message: str


class CallFailed(Exception):
    """A call failed: ``code`` names the error, ``status`` is the HTTP status, 0 where no answer came."""

    code: ClassVar[str] = ""

    def __init__(
        self,
        message: str,
        *,
        code: str = "",
        status: int = 0,
        violations: tuple[Violation, ...] = (),
        retry_after: float | None = None,
        request_id: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.error_code = code or type(self).code
        self.status = status
        self.violations = violations
        self.retry_after = retry_after
        self.request_id = request_id

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.error_code!r}, status={self.status})"


class Unreachable(CallFailed):
    """No answer came."""

    code = "client.unreachable"


class Unreadable(CallFailed):
    """The answer is not what the contract says."""

    code = "client.unreadable"


@dataclass(frozen=True)
class Operation(Generic[R]):
    """What is known of a function before it is called."""

    name: str
    #: What is decoded from the whole body of a success; None where that is empty.
    answer: Any
    #: Returns the value of what was decoded.
    value: Callable[[Any], R]
    #: ``reads``: may be repeated as it is; ``once``: with an idempotency key; ``no``: never.
    repeats: Literal["reads", "once", "no"] = "no"
    #: Whether every status may come with an answer that is no error.
    any_status: bool = False
    #: Whether a success may send browsers on; otherwise who sends on is not the service.
    redirects: bool = False
    deprecated: str | None = None
    decode: Callable[[bytes], Any] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        decoder = msgspec.json.Decoder(self.answer) if self.answer is not None else None
        object.__setattr__(self, "decode", (lambda _: None) if decoder is None else decoder.decode)


class One(msgspec.Struct, Generic[R]):
    """A thing, and what is said of it."""

    data: R
    metadata: dict[str, Any] = {}


class Many(msgspec.Struct, Generic[R]):
    """Things, and what is said of them together."""

    data: list[R]
    metadata: dict[str, Any] = {}


class CallOptions(TypedDict, total=False):
    """What may be said for one call."""

    #: Tells that several calls are the same one; made for each call where a function takes one.
    idempotency_key: str
    #: Seconds for the whole call, all tries included.
    timeout: float
    #: More headers, such as ``traceparent``.
    headers: Mapping[str, str]


#: A bearer token, or what returns it (an awaitable, for asynchronous clients); asked at each try.
Token = str | Callable[[], str | None] | None
AsyncToken = str | Callable[[], str | Awaitable[str | None] | None] | None


@dataclass(frozen=True)
class Settings:
    """How calls are made."""

    base_url: str
    errors: Mapping[str, type[CallFailed]]
    #: Seconds for a whole call.
    timeout: float = 30.0
    #: How often a call that may be repeated is tried again.
    retries: int = 2
    #: Seconds before the second try; twice as many before each further one, and shared out by chance.
    retry_delay: float = 0.2
    #: There may be secrets in them.
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


class Exchange(Generic[R]):
    """One call: what is sent at each try, and what is made of what comes back."""

    def __init__(self, operation: Operation[R], argument: Any, settings: Settings, options: CallOptions) -> None:
        if operation.deprecated is not None:
            warnings.warn(f"{operation.name}: {operation.deprecated}", DeprecationWarning, stacklevel=5)
        self._operation, self._settings = operation, settings
        self._content = b"{}" if argument is None else _judged(argument, settings.errors)
        key = options.get("idempotency_key") or (secrets.token_hex(16) if operation.repeats == "once" else None)
        self._headers = {
            "Content-Type": "application/json",
            "Accept": "application/json, application/problem+json",
            **settings.headers,
            **options.get("headers", {}),
            **({"Idempotency-Key": key} if key is not None else {}),
        }
        self._tries = settings.retries + 1 if key is not None or operation.repeats == "reads" else 1
        self._attempt = 0
        self._end = time.monotonic() + options.get("timeout", settings.timeout)

    def request(self, client: httpx.Client | httpx.AsyncClient, token: str | None) -> httpx.Request:
        """Return what is sent at the next try."""
        self._attempt += 1
        headers = {**self._headers, "Authorization": f"Bearer {token}"} if token else self._headers
        left = max(self._end - time.monotonic(), 0.001)
        address = f"{self._settings.base_url.rstrip('/')}/{self._operation.name}"
        return client.build_request("POST", address, content=self._content, headers=headers, timeout=left)

    def pause_after(self, failure: CallFailed) -> float:
        """Return how many seconds to wait before the next try; raises the failure where there is none."""
        may_pass = isinstance(failure, Unreachable) or failure.status in _BUSY
        delay = self._settings.retry_delay * 2 ** (self._attempt - 1) * random.uniform(0.5, 1)  # noqa: S311
        pause = failure.retry_after if failure.retry_after is not None else delay
        if not may_pass or self._attempt >= self._tries or time.monotonic() + pause >= self._end:
            raise failure
        return pause

    def outcome(self, response: httpx.Response) -> R | CallFailed:
        """Return the value of an answer, or what failed."""
        if response.status_code >= 400 and (failure := self._failure(response)) is not None:
            return failure
        if 300 <= response.status_code < 400 and not (self._operation.redirects or self._operation.any_status):
            return Unreadable(f"{self._operation.name} answered {response.status_code}", status=response.status_code)
        try:
            return self._operation.value(self._operation.decode(response.content))
        except msgspec.MsgspecError as error:
            return Unreadable(f"The answer of {self._operation.name} is not what its contract says: {error}")

    def _failure(self, response: httpx.Response) -> CallFailed | None:
        try:
            facts = msgspec.json.decode(response.content, type=_Problem)
        except msgspec.MsgspecError:
            facts = _Problem()
        if not facts.errorCode and self._operation.any_status:
            return None
        cls = self._settings.errors.get(facts.errorCode, CallFailed)
        return cls(
            facts.detail or facts.message or f"{self._operation.name} answered {response.status_code}",
            code=facts.errorCode,
            status=response.status_code,
            violations=tuple(Violation(one.pointer, one.detail) for one in facts.errors),
            retry_after=_seconds(response.headers.get("Retry-After")),
            request_id=response.headers.get("X-Request-Id"),
        )


class _Pointed(msgspec.Struct):
    pointer: str
    detail: str


class _Problem(msgspec.Struct):
    """An error's body, plain or as RFC 9457 has it."""

    errorCode: str = ""  # noqa: N815 - as it is on the wire
    message: str = ""
    detail: str = ""
    errors: list[_Pointed] = []


def _judged(argument: Any, errors: Mapping[str, type[CallFailed]]) -> bytes:
    """Return an argument as JSON. The error of a bad argument, which the service would answer, where bounds say so."""
    content = msgspec.json.encode(argument)
    try:
        msgspec.json.decode(content, type=type(argument) if isinstance(argument, msgspec.Struct) else Any)
    except msgspec.ValidationError as error:
        said, _, place = str(error).partition(" - at `$")
        pointer = "".join(
            f"/{step}" for step in place.rstrip("`").replace("[", ".").replace("]", "").split(".") if step
        )
        cls = errors.get("error.5", CallFailed)
        path = pointer.strip("/").replace("/", ": ") or "argument"
        message = f"Invalid argument: {path}: {said}"
        raise cls(message, code="error.5", status=400, violations=(Violation(pointer, said),)) from None
    return content


def _seconds(text: str | None) -> float | None:
    try:
        return float(text) if text is not None else None
    except ValueError:
        # the other form is a date, which needs a clock that is right
        return None


class Caller:
    """Calls functions, one after another."""

    def __init__(self, settings: Settings, token: Token, http: httpx.Client | None) -> None:
        self._settings, self._token = settings, token
        self._is_own = http is None
        self._http = http if http is not None else httpx.Client()

    def call(self, operation: Operation[R], argument: Any, options: CallOptions) -> R:
        """Return the value that a function answers. CallFailed, or the class of the error, where it fails."""
        exchange = Exchange(operation, argument, self._settings, options)
        while True:
            token = self._token() if callable(self._token) else self._token
            try:
                response = self._http.send(exchange.request(self._http, token))
            except httpx.HTTPError as error:
                outcome: R | CallFailed = Unreachable(f"{operation.name}: {type(error).__name__}")
            else:
                outcome = exchange.outcome(response)
            if not isinstance(outcome, CallFailed):
                return outcome
            time.sleep(exchange.pause_after(outcome))

    def close(self) -> None:
        """Close the connections, unless they are somebody else's."""
        if self._is_own:
            self._http.close()


class AsyncCaller:
    """Calls functions, many at a time."""

    def __init__(self, settings: Settings, token: AsyncToken, http: httpx.AsyncClient | None) -> None:
        self._settings, self._token = settings, token
        self._is_own = http is None
        self._http = http if http is not None else httpx.AsyncClient()

    async def call(self, operation: Operation[R], argument: Any, options: CallOptions) -> R:
        """Return the value that a function answers. CallFailed, or the class of the error, where it fails."""
        exchange = Exchange(operation, argument, self._settings, options)
        while True:
            token = self._token() if callable(self._token) else self._token
            if isinstance(token, Awaitable):
                token = await token
            try:
                response = await self._http.send(exchange.request(self._http, token))
            except httpx.HTTPError as error:
                outcome: R | CallFailed = Unreachable(f"{operation.name}: {type(error).__name__}")
            else:
                outcome = exchange.outcome(response)
            if not isinstance(outcome, CallFailed):
                return outcome
            await asyncio.sleep(exchange.pause_after(outcome))

    async def close(self) -> None:
        """Close the connections, unless they are somebody else's."""
        if self._is_own:
            await self._http.aclose()


class SyncBase:
    """What a client is besides its services."""

    _caller: Caller

    def close(self) -> None:
        """Close the client's connections."""
        self._caller.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


class AsyncBase:
    """What an asynchronous client is besides its services."""

    _caller: AsyncCaller

    async def close(self) -> None:
        """Close the client's connections."""
        await self._caller.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        await self.close()


def data_of(answer: Any) -> Any:
    """Return the value in an answer."""
    return answer.data


def whole(answer: Any) -> Any:
    """Return an answer as it is."""
    return answer


__all__ = [
    "AsyncBase",
    "AsyncCaller",
    "AsyncToken",
    "CallFailed",
    "CallOptions",
    "Caller",
    "Many",
    "One",
    "Operation",
    "Settings",
    "SyncBase",
    "Token",
    "Unreachable",
    "Unreadable",
    "Violation",
    "data_of",
    "whole",
]
