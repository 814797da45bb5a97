"""Several calls in one request: each goes the whole way of any call, and their answers come back together."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Annotated, Any, TypeAlias

import msgspec
from django.core.exceptions import ImproperlyConfigured
from django.db import connections

from backk_core.declare.conf import conf
from backk_core.declare.errors import (
    BatchNotAllowed,
    BatchTooLarge,
    CallError,
    DeadlineExceeded,
    InvalidArgument,
    RemoteCallInTransaction,
    RemoteCallNotAllowed,
    Violation,
)
from backk_core.declare.patterns import compile_pattern
from backk_core.declare.types import Argument, Plain, Result
from backk_core.declare.validators import is_any_string, length, max_length
from backk_core.execute import transactions
from backk_core.execute.call import Call, CallExecutor, Headers, Principal, Reply
from backk_core.execute.crew import Crew
from backk_core.execute.placeholders import filled
from backk_core.execute.repetition import HEADER


class ServiceFunctionCall(Argument):
    """One call of a batch."""

    service_function_name: Annotated[str, length(1, 512), is_any_string]
    #: The argument's JSON as it was sent.
    service_function_argument: msgspec.Raw = msgspec.Raw(b"")
    microservice_name: Annotated[str, max_length(253), is_any_string] | None = None
    microservice_namespace: Annotated[str, max_length(253), is_any_string] | None = None
    #: What the header Idempotency-Key is to a call that comes alone.
    idempotency_key: Annotated[str, max_length(255), is_any_string] | None = None


class ServiceFunctionAnswer(Result):
    """What one call of a batch was answered: the status, and the body, null where that is empty."""

    status_code: int
    response: msgspec.Raw


#: The calls by ids that the client chose.
Calls: TypeAlias = dict[Annotated[str, length(1, 64), is_any_string], ServiceFunctionCall]
Answers: TypeAlias = dict[str, ServiceFunctionAnswer]


class Batches:
    """Executes batches. ``own_name`` is the wire name of the service that offers them: batches do not nest.

    ImproperlyConfigured where the pattern of remote functions is none.
    """

    def __init__(self, executor: CallExecutor, own_name: str) -> None:
        self._executor = executor
        self._own_name = own_name
        self._remote_pattern = _remote_pattern()
        self.crew = Crew(conf().batch_threads)

    def in_parallel(self, batch: Call, calls: Calls) -> Plain[Answers]:
        """Execute calls side by side, each in a transaction of its own."""
        slots = self._slots(batch, calls)
        if connections[conf().database].in_atomic_block:
            # other threads would not see what this transaction has written
            return _answered({slot.id: slot.execute() for slot in slots})
        answers: Answers = {}
        self.crew.do([partial(_answer, slot, answers) for slot in slots])
        return _answered({slot.id: answers[slot.id] for slot in slots})

    def in_sequence(self, batch: Call, calls: Calls) -> Plain[Answers]:
        """Execute calls one after another, each in a transaction of its own, whether or not an earlier one failed.

        Arguments may name what earlier calls answered.
        """
        return _answered(_one_by_one(self._slots(batch, calls)))

    def in_parallel_inside_transaction(self, batch: Call, calls: Calls) -> Plain[Answers]:
        """Execute calls in the transaction that is open, one after another; where one fails nothing is kept.

        Each is answered what happened to it, also where its effect was then undone because of another.
        """
        slots = self._slots(batch, calls, inside_transaction=True)
        return _kept({slot.id: slot.execute() for slot in slots})

    def in_sequence_inside_transaction(self, batch: Call, calls: Calls) -> Plain[Answers]:
        """Do the same, and let arguments name what earlier calls answered."""
        return _kept(_one_by_one(self._slots(batch, calls, inside_transaction=True)))

    def _slots(self, batch: Call, calls: Calls, *, inside_transaction: bool = False) -> list[Slot]:
        if len(calls) > conf().max_batch_size:
            raise BatchTooLarge
        principal = batch.principal
        # a batch of one transaction is answered as a whole
        shared_key = None if inside_transaction else batch.header(HEADER)
        return [
            Slot(
                id,
                _part_of(batch, wanted, _SlotHeaders(batch.header, _key_of(id, wanted, shared_key)), principal),
                self._executor,
                self._refusal(wanted, inside_transaction=inside_transaction),
                _destination_of(wanted),
            )
            for id, wanted in calls.items()
        ]

    def _refusal(self, wanted: ServiceFunctionCall, *, inside_transaction: bool) -> CallError | None:
        """Return why a batch may not have this call at all, None where it may."""
        name, destination = wanted.service_function_name, _destination_of(wanted)
        if destination is not None and (
            refusal := self._remote_refusal(f"{'.'.join(destination)}/{name}", inside_transaction=inside_transaction)
        ):
            return refusal
        if name.startswith(f"{self._own_name}."):
            return InvalidArgument([Violation(("serviceFunctionName",), "must not be a batch: batches do not nest")])
        return None

    def _remote_refusal(self, address: str, *, inside_transaction: bool) -> CallError | None:
        if inside_transaction:
            return RemoteCallInTransaction()
        if self._remote_pattern is None:
            return RemoteCallNotAllowed()
        if not self._remote_pattern.fullmatch(address):
            return BatchNotAllowed()
        return None


class Slot:
    """One call of a batch, ready to be executed."""

    def __init__(
        self,
        id: str,
        call: Call,
        executor: CallExecutor,
        refusal: CallError | None,
        destination: tuple[str, str] | None,
    ) -> None:
        self.id = id
        self._call = call
        self._executor = executor
        self._refusal = refusal
        #: The microservice, and its namespace, that has the function; None: this one.
        self._destination = destination

    def execute(self, fill: Callable[[bytes], bytes] | None = None) -> ServiceFunctionAnswer:
        """Return the answer; ``fill`` completes the argument first."""
        reply = self._reply(fill)
        return ServiceFunctionAnswer(status_code=reply.status, response=msgspec.Raw(reply.body or b"null"))

    def _reply(self, fill: Callable[[bytes], bytes] | None) -> Reply:
        call, batch = self._call, self._call.outer
        try:
            if self._refusal is not None:
                raise self._refusal
            if batch is not None and batch.remaining <= 0:
                raise DeadlineExceeded
            if fill is not None:
                call.body = fill(call.body)
        except CallError as error:
            return self._executor.refuse(call, error)
        if self._destination is not None:
            return self._executor.pass_on(call, *self._destination)
        return self._executor.execute(call)


def _destination_of(wanted: ServiceFunctionCall) -> tuple[str, str] | None:
    """Return the microservice and the namespace that a call is for, None where it is for this one."""
    own = conf().microservice_name, conf().microservice_namespace
    meant = wanted.microservice_name or own[0], wanted.microservice_namespace or own[1]
    return None if meant == own else meant


def _part_of(batch: Call, wanted: ServiceFunctionCall, header: Headers, principal: Principal | None) -> Call:
    argument = bytes(wanted.service_function_argument)
    call = Call(
        wanted.service_function_name,
        b"" if argument == b"null" else argument,
        header=header,
        remote_address=batch.remote_address,
        peer=batch.peer,
        transport=batch.transport,
        principal=principal,
    )
    call.request_id = batch.request_id
    call.identity = batch.identity if principal is not None else None
    call.outer = batch
    return call


def _key_of(id: str, wanted: ServiceFunctionCall, shared_key: str | None) -> str | None:
    """Return the idempotency key of a call: its own, else one that follows from the key of the batch."""
    if wanted.idempotency_key is not None or shared_key is None:
        return wanted.idempotency_key
    return f"{shared_key}/{hashlib.sha256(id.encode()).hexdigest()[:16]}"


class _SlotHeaders:
    """The headers of the request, without those that speak of the request as a whole, and the key of one call."""

    _OF_THE_WHOLE = frozenset({"content-length", HEADER, "if-none-match"})

    def __init__(self, header: Headers, key: str | None) -> None:
        self._header = header
        self._key = key

    def __call__(self, name: str, /) -> str | None:
        if name == HEADER:
            return self._key
        return None if name in self._OF_THE_WHOLE else self._header(name)

    def items(self) -> Iterator[tuple[str, str]]:
        for name, value in self._header.items():
            if name not in self._OF_THE_WHOLE:
                yield name, value
        if self._key is not None:
            yield HEADER, self._key


class _Answered(Mapping[str, Any]):
    """What the calls so far were answered, as later arguments may name it; read when it is first named."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self._read: dict[str, Any] = {}

    def __getitem__(self, id: str) -> Any:
        if id not in self._read:
            self._read[id] = msgspec.json.decode(msgspec.json.encode(_as_told(self._answers[id])))
        return self._read[id]

    def __contains__(self, id: object) -> bool:
        return id in self._answers

    def __iter__(self) -> Iterator[str]:
        return iter(self._answers)

    def __len__(self) -> int:
        return len(self._answers)


def _as_told(answer: ServiceFunctionAnswer) -> dict[str, Any]:
    return {"statusCode": answer.status_code, "response": answer.response}


def _answer(slot: Slot, answers: Answers) -> None:
    answers[slot.id] = slot.execute()


def _one_by_one(slots: Iterable[Slot]) -> Answers:
    answers: Answers = {}
    fill = partial(filled, answers=_Answered(answers))
    for slot in slots:
        answers[slot.id] = slot.execute(fill)
    return answers


def _kept(answers: Answers) -> Plain[Answers]:
    if any(answer.status_code >= 400 for answer in answers.values()):
        transactions.undo(connections[conf().database])
    return _answered(answers)


def _answered(answers: Answers) -> Plain[Answers]:
    return Plain(answers, status=max((answer.status_code for answer in answers.values()), default=200))


def _remote_pattern() -> Any:
    pattern = conf().batch_remote_pattern
    if not pattern:
        return None
    try:
        return compile_pattern(pattern)
    except ValueError as error:
        raise ImproperlyConfigured(f"BACKK['BATCH_REMOTE_PATTERN']: {error}") from None
