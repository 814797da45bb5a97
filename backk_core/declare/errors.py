"""Every error that a caller can meet, with its wire code, status and message.

::

    CallError
    ├── ServiceError            declared by a team on its service: ``salesItemService.1``
    ├── VersionConflict         error.1   409
    ├── TimestampConflict       error.2   409
    ├── DuplicateEntity         error.3   409
    ├── EntityNotFound          error.4   404
    ├── InvalidArgument         error.5   400
    ├── NotAuthorized           error.6   403
    ├── SubEntityCountExceeded  error.7   422
    ├── UnknownService          error.8   404
    ├── UnknownFunction         error.9   404
    ├── BatchNotAllowed         error.11  403
    ├── BatchTooLarge           error.12  429
    ├── RemoteCallInTransaction error.13  400
    ├── RemoteCallNotAllowed    error.14  400
    ├── GetNotAllowed           error.15  405
    ├── RequestTooLong          error.16  413
    ├── NotAuthenticated        error.17  401
    ├── MethodNotAllowed        error.18  405
    ├── NotReady                error.19  503
    ├── NotStarted              error.20  503
    ├── TemporarilyUnavailable  error.21  503
    ├── DeadlineExceeded        error.22  504
    ├── TooManyRequests         error.23  429
    ├── IdempotencyKeyReused    error.24  422
    └── IdempotencyKeyPending   error.25  409

Numbers and texts are those of the wire protocol.
"""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing that is wrong with one property of an argument.

    ``path`` has the wire names and array positions that lead to the value (empty: the argument itself); ``unknown`` is
    the property below it that should not exist.
    """

    path: tuple[str | int, ...]
    #: What is wrong, without the property's name.
    message: str
    #: The whole sentence, where the name does not stand at its beginning.
    sentence: str = ""
    unknown: str | None = None

    def __str__(self) -> str:
        # what should not exist is named in the message
        *parents, last = (*self.path, "") if self.unknown is not None or not self.path else self.path
        sentence = self.sentence or (f"{last} {self.message}" if last != "" else self.message)
        return "".join(f"{step}: " for step in parents) + sentence

    @property
    def pointer(self) -> str:
        """The JSON pointer (RFC 6901) of the value."""
        steps = self.path if self.unknown is None else (*self.path, self.unknown)
        return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)


class CallError(Exception):
    """A call ends with an answer that tells its caller what was wrong."""

    code: ClassVar[str | int]
    status: ClassVar[int] = 400
    message: str = ""
    #: Headers that belong to the answer, such as Retry-After.
    headers: tuple[tuple[str, str], ...] = ()

    def __init__(self, message: str | None = None) -> None:
        if message is not None:
            self.message = message
        elif not self.message:
            self.message = inspect.getdoc(type(self)) or ""
        super().__init__(self.message)


class ServiceError(CallError):
    """An error of a team's own service.

    Give it a ``code`` (a number, unique in its service) and a docstring, which is the message; ``status`` is 400 unless
    said otherwise. List it in ``errors`` of the service that owns it: it reaches the wire as ``<service>.<code>``.
    """


class VersionConflict(CallError):
    code = "error.1"
    status = 409
    message = "Entity version conflict. Fetch the current version of the entity and try again"


class TimestampConflict(CallError):
    code = "error.2"
    status = 409
    message = (
        "Entity last modified timestamp conflict. Fetch the current last modified timestamp of the entity and try again"
    )


class DuplicateEntity(CallError):
    code = "error.3"
    status = 409

    def __init__(self, entity_name: str) -> None:
        super().__init__(f"Duplicate {entity_name[:1].lower()}{entity_name[1:]}")


class EntityNotFound(CallError):
    code = "error.4"
    status = 404

    def __init__(self, entity_name: str, key: object = None) -> None:
        subject = entity_name if key is None else f"{entity_name} with _id {key}"
        super().__init__(f"{subject} not found")


class InvalidArgument(CallError):
    code = "error.5"
    status = 400

    def __init__(self, violations: Sequence[Violation] | str) -> None:
        self.violations = (Violation((), violations),) if isinstance(violations, str) else tuple(violations)
        super().__init__("Invalid argument: " + ", ".join(map(str, self.violations)))


class NotAuthorized(CallError):
    code = "error.6"
    status = 403
    message = "Service function call not authorized"

    def __init__(self, reason: str = "") -> None:
        super().__init__()
        #: Why, for the log and, in development, for the answer: never a token, an id or a value that was sent.
        self.reason = reason


class SubEntityCountExceeded(CallError):
    code = "error.7"
    status = 422
    message = "Maximum sub-entity count reached. Cannot add new sub-entity"


class UnknownService(CallError):
    code = "error.8"
    status = 404

    def __init__(self, service_name: str) -> None:
        super().__init__(f"Unknown service: {service_name}")


class UnknownFunction(CallError):
    code = "error.9"
    status = 404

    def __init__(self, wire_name: str) -> None:
        super().__init__(f"Unknown function: {wire_name}")


class BatchNotAllowed(CallError):
    code = "error.11"
    status = 403
    message = "Remote service function is not allowed in a batch call"


class BatchTooLarge(CallError):
    code = "error.12"
    status = 429
    message = "Too many service function calls in one batch"


class RemoteCallInTransaction(CallError):
    code = "error.13"
    status = 400
    message = "Remote service functions cannot be called inside a transaction"


class RemoteCallNotAllowed(CallError):
    code = "error.14"
    status = 400
    message = "Remote service functions are not allowed in batch calls"


class GetNotAllowed(CallError):
    code = "error.15"
    status = 405
    message = "HTTP method must be POST"
    headers = (("Allow", "POST, OPTIONS"),)


class RequestTooLong(CallError):
    code = "error.16"
    status = 413
    message = "Request is too long"


class NotAuthenticated(CallError):
    code = "error.17"
    status = 401
    message = "User is not authenticated"
    headers = (("WWW-Authenticate", "Bearer"),)


class MethodNotAllowed(CallError):
    code = "error.18"
    status = 405
    message = "HTTP method must be POST or GET"
    headers = (("Allow", "GET, POST, OPTIONS"),)


class NotReady(CallError):
    code = "error.19"
    status = 503
    message = "Microservice is not ready"


class NotStarted(CallError):
    code = "error.20"
    status = 503
    message = "Microservice is not started"


class TemporarilyUnavailable(CallError):
    code = "error.21"
    status = 503
    message = "Temporarily unavailable"
    headers = (("Retry-After", "1"),)


class DeadlineExceeded(CallError):
    code = "error.22"
    status = 504
    message = "Deadline exceeded"


class TooManyRequests(CallError):
    code = "error.23"
    status = 429
    message = "Too many requests"

    def __init__(self, retry_after: float | None = None) -> None:
        super().__init__()
        if retry_after is not None:
            self.headers = (("Retry-After", str(max(1, round(retry_after + 0.5)))),)


class IdempotencyKeyReused(CallError):
    code = "error.24"
    status = 422
    message = "Idempotency key was used for another call"


class IdempotencyKeyPending(CallError):
    code = "error.25"
    status = 409
    message = "First call with this idempotency key has not been answered"


#: What every function may answer, for documents and clients.
COMMON_ERRORS: tuple[type[CallError], ...] = (
    VersionConflict,
    TimestampConflict,
    DuplicateEntity,
    EntityNotFound,
    InvalidArgument,
    NotAuthorized,
    SubEntityCountExceeded,
    UnknownService,
    UnknownFunction,
    BatchNotAllowed,
    BatchTooLarge,
    RemoteCallInTransaction,
    RemoteCallNotAllowed,
    GetNotAllowed,
    RequestTooLong,
    NotAuthenticated,
    MethodNotAllowed,
    NotReady,
    NotStarted,
    TemporarilyUnavailable,
    DeadlineExceeded,
    TooManyRequests,
    IdempotencyKeyReused,
    IdempotencyKeyPending,
)
