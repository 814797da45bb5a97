"""Which errors each service function can answer, worked out from its contract: for documents and clients."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.db import models

from backk_core.declare.conf import conf
from backk_core.declare.errors import (
    CallError,
    DeadlineExceeded,
    DuplicateEntity,
    EntityNotFound,
    IdempotencyKeyPending,
    IdempotencyKeyReused,
    InvalidArgument,
    NotAuthenticated,
    NotAuthorized,
    RequestTooLong,
    ServiceError,
    TemporarilyUnavailable,
    TimestampConflict,
    TooManyRequests,
    VersionConflict,
    Violation,
)
from backk_core.declare.permissions import EveryUser
from backk_core.describe.contracts import Mode, ServiceFunctionContract, Statements, TypeContract
from backk_core.describe.registry import Registry
from backk_core.execute.extensions import interceptors_of
from backk_core.execute.repetition import once_of
from backk_core.publish.door import BodyTooSlow


@dataclass(frozen=True, slots=True)
class Failure:
    """One error that a function can answer, with a message as it may read."""

    name: str
    code: str
    status: int
    message: str
    #: Whether every function that answers it says the same.
    is_constant: bool


def failures_of(function: ServiceFunctionContract, known: Registry) -> list[Failure]:
    """Return every error that a call of the function can end with, by status."""
    found = [_failure(error, str(error.code)) for error in _common(function, known)]
    found += [_failure(error, known.error_codes[error]) for error in function.errors]
    return sorted(found, key=lambda failure: failure.status)


def is_open(function: ServiceFunctionContract) -> bool:
    """Tell whether anyone may call the function, with or without a token."""
    return any(isinstance(rule, EveryUser) for rule in function.rules)


def is_limited(known: Registry) -> bool:
    """Tell whether the project says how often callers may call: by an interceptor, or by REST framework's throttles."""
    throttles = getattr(settings, "REST_FRAMEWORK", {}).get("DEFAULT_THROTTLE_CLASSES")
    of_apps = any(getattr(each, "may_refuse", True) for each in interceptors_of(known))
    return bool(conf().interceptors or throttles or of_apps)


def _common(function: ServiceFunctionContract, known: Registry) -> Iterator[CallError]:
    argument = function.argument
    entity = argument.name if argument is not None and argument.is_entity else None
    subject = entity or (function.result.name if function.result is not None else "Entity")
    yield InvalidArgument(_a_violation(function))
    if not is_open(function):
        yield NotAuthenticated()
        yield NotAuthorized()
    if _may_miss(function):
        yield EntityNotFound(subject, 1)
    if _may_collide(function):
        yield DuplicateEntity(subject)
    if argument is not None and argument.is_entity and function.argument_mode is Mode.UPDATE:
        if "version" in argument.by_wire_name:
            yield VersionConflict()
        if "lastModifiedTimestamp" in argument.by_wire_name:
            yield TimestampConflict()
    if once_of(function) is not None:
        yield IdempotencyKeyReused()
        yield IdempotencyKeyPending()
    if function.argument is not None:
        yield BodyTooSlow()
    yield RequestTooLong()
    if is_limited(known) and function.options.no_rate_limit is None:
        yield TooManyRequests(1)
    yield TemporarilyUnavailable()
    yield DeadlineExceeded()


def _may_miss(function: ServiceFunctionContract) -> bool:
    """Tell whether an entity may be wanted that is not there; a function's source shows where none is."""
    if _is_about_no_entity(function):
        return False
    if function.statements is not Statements.ONE:
        return True
    return function.kind != "create" and (function.kind, function.result_shape) != ("get", "many")


def _may_collide(function: ServiceFunctionContract) -> bool:
    """Tell whether a value may be taken that has to be unique."""
    if _is_about_no_entity(function):
        return False
    if function.statements is not Statements.ONE:
        return function.kind != "get"
    argument = function.argument
    return argument is not None and argument.is_entity and _has_unique_values(argument)


def _is_about_no_entity(function: ServiceFunctionContract) -> bool:
    """Tell whether a function neither takes nor answers anything of the database's."""
    nothing_named = function.argument is None and function.result_shape in ("none", "document")
    return function.result_shape == "plain" or (nothing_named and function.statements is Statements.OWN)


def _has_unique_values(contract: TypeContract) -> bool:
    meta = contract.model._meta
    return (
        any(field.unique and not field.primary_key for field in contract.fields)
        or bool(meta.unique_together)
        or any(isinstance(constraint, models.UniqueConstraint) for constraint in meta.constraints)
    )


def _a_violation(function: ServiceFunctionContract) -> list[Violation]:
    entering = function.argument.entering(function.argument_mode) if function.argument is not None else ()
    needed = next((field for field in entering if field.required or field.primary_key), None)
    if needed is not None:
        return [Violation((needed.wire_name,), "should not be null or undefined")]
    return [Violation((), "property foo should not exist")]


def _failure(error: CallError | type[ServiceError], code: str) -> Failure:
    cls = error if isinstance(error, type) else type(error)
    varies = (InvalidArgument, EntityNotFound, DuplicateEntity, ServiceError)
    message = error.message or inspect.getdoc(cls) or ""
    return Failure(cls.__name__, code, error.status, message, not issubclass(cls, varies))
