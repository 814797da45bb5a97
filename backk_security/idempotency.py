"""Calls with an idempotency key: one effect, and the same answer each time it is asked for.

The key is taken by an INSERT in the transaction of the function, and the answer is written there too: what ends that
transaction leaves the effect, its key and its answer together, or none of them. A second call with the key waits in the
database for the first (IETF draft-ietf-httpapi-idempotency-key-header-07, section 2.6, leaves that open). A function
that opens transactions itself cannot have this: its key is taken before it begins, and stays taken without an answer
where nobody knows how it ended.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache, partial

import msgspec
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, InterfaceError, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils.crypto import salted_hmac

from backk_core.declare.conf import forget_when_changed
from backk_core.declare.errors import (
    CallError,
    IdempotencyKeyPending,
    IdempotencyKeyReused,
    InvalidArgument,
    TemporarilyUnavailable,
)
from backk_core.describe.contracts import ServiceFunctionContract, Statements
from backk_core.execute.call import Call, Reply
from backk_core.execute.canonical import canonical
from backk_core.execute.repetition import Attempt, Once
from backk_core.execute.replies import base_headers
from backk_security import idempotency_records as records
from backk_security.conf import security_conf
from backk_security.encryption import Cipher, EncryptionError, cipher
from backk_security.keyring import KeyRing, KeyRings

logger = logging.getLogger("backk_security")

_FIELD = "backk_security.IdempotencyRecord.answer"
_SALT = "backk_security.idempotency"
_LONGEST_KEY = 300
#: Callers whom nobody knows share their keys: one that others might think of too would be no key.
_SHORTEST_ANONYMOUS_KEY = 16
#: Statuses that may be another one when nothing but time has passed.
_PASSING = frozenset({401, 403, 408, 425, 429})
#: Seconds between two looks for what has expired, and how much of it is deleted then.
_SWEEP_PAUSE, _SWEEP = 60.0, 1000


class _KeptAnswer(msgspec.Struct, array_like=True):
    headers: list[tuple[str, str]]
    body: bytes


def once(contract: ServiceFunctionContract) -> Once | None:
    """Return what answers a function's calls with a key, None where it has no effect that could be had twice."""
    from backk_core.services import MultipleServiceFunctionExecutionService

    if contract.kind == "get" or contract.allows_get:
        return None
    if contract.statements is not Statements.OWN:
        return _in_its_transaction
    # the calls of such a batch have keys that follow from its key
    return None if issubclass(contract.owner, MultipleServiceFunctionExecutionService) else _before_and_after


def _in_its_transaction(attempt: Attempt) -> Reply:
    wanted = _Wanted.of(attempt)
    reply = attempt.run(partial(_first_or_kept, attempt, wanted))
    _sweeper().sweep(wanted.db)
    return reply


def _first_or_kept(attempt: Attempt, wanted: _Wanted) -> Reply:
    if (record := wanted.take()) is not None:
        return wanted.kept_reply(record)
    attempt.guard()
    try:
        # what is undone here is the function's effect, not its key
        with transaction.atomic(using=wanted.db.alias):
            reply = attempt.answer()
    except CallError as error:
        if not _is_kept(error.status):
            raise
        reply = attempt.refuse(error)
    if _is_kept(reply.status):
        wanted.keep(reply)
    else:
        # a batch that failed: it has undone itself, and may be tried again
        transaction.set_rollback(True, using=wanted.db.alias)
    return reply


def _before_and_after(attempt: Attempt) -> Reply:
    wanted = _Wanted.of(attempt)
    with transaction.atomic(using=wanted.db.alias):
        if (record := wanted.take()) is None:
            attempt.guard()
    if record is not None:
        return wanted.kept_reply(record)
    try:
        reply = attempt.run(attempt.answer)
    except CallError as error:
        if not _is_kept(error.status):
            raise
        reply = attempt.refuse(error)
    if _is_kept(reply.status):
        wanted.keep(reply)
    _sweeper().sweep(wanted.db)
    return reply


def _is_kept(status: int) -> bool:
    return status < 500 and status not in _PASSING


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What is asked for by a call with a key: by whom, and which answer."""

    call: Call
    db: BaseDatabaseWrapper
    digest: str
    fingerprints: tuple[str, ...]

    @classmethod
    def of(cls, attempt: Attempt) -> _Wanted:
        """InvalidArgument where the key is none."""
        call, key = attempt.call, _value_of(attempt.key)
        assert call.db is not None
        caller = call.principal.identity if call.principal is not None else None
        if caller is None and len(key) < _SHORTEST_ANONYMOUS_KEY:
            raise InvalidArgument(
                f"Idempotency-Key must be longer than or equal to {_SHORTEST_ANONYMOUS_KEY} characters without a token"
            )
        digest = hashlib.sha256(repr((caller, key)).encode()).hexdigest()
        return cls(call, call.db, digest, tuple(_fingerprints(call)))

    def take(self) -> records.IdempotencyRecord | None:
        """Take the key; return the record of who had it before, None where nobody had."""
        for _ in range(3):
            if records.taken(self.db, self.digest, self.fingerprints[0], security_conf().idempotency_lifetime):
                return None
            if (record := records.found(self.db, self.digest)) is not None:
                return record
        raise TemporarilyUnavailable

    def keep(self, reply: Reply) -> None:
        """Write the reply, without what is said anew each time."""
        own = {name for name, _ in base_headers(self.call)}
        kept = _KeptAnswer([header for header in reply.headers if header[0] not in own], reply.body)
        records.keep(self.db, self.digest, reply.status, _seal().seal(msgspec.json.encode(kept), _FIELD, self.digest))

    def kept_reply(self, record: records.IdempotencyRecord) -> Reply:
        """Return the reply of the first call. IdempotencyKeyReused where that was another one."""
        if not any(hmac.compare_digest(record.fingerprint, known) for known in self.fingerprints):
            raise IdempotencyKeyReused
        if record.status is None:
            raise IdempotencyKeyPending
        try:
            kept = msgspec.json.decode(_seal().open(record.answer, _FIELD, self.digest), type=_KeptAnswer)
        except EncryptionError:
            # its key was taken out of the ring; the effect is there, and must not be had again
            raise IdempotencyKeyPending("Answer to this idempotency key can no longer be read") from None
        return Reply(record.status, kept.body, [*base_headers(self.call), *kept.headers])


def _value_of(header: str) -> str:
    """Return the key in a header: a string of structured fields (RFC 9651, section 3.3.3), or bare text."""
    key = header.strip()
    if len(key) >= 2 and key[0] == key[-1] == '"':
        key = key[1:-1].replace('\\"', '"').replace("\\\\", "\\")
    if not key or len(key) > _LONGEST_KEY or not key.isprintable():
        raise InvalidArgument(f"Idempotency-Key must have 1 to {_LONGEST_KEY} printable characters")
    return key


def _fingerprints(call: Call) -> Iterator[str]:
    """Yield by what a call is known again: with the secret of today, and those of before."""
    told = f"{call.wire_name}\0".encode() + canonical(call.body)
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        yield salted_hmac(_SALT, told, secret=secret, algorithm="sha256").hexdigest()


@lru_cache(maxsize=1)
def _seal() -> Cipher:
    """Return what seals answers: the project's keys, else one that follows from SECRET_KEY, which no dump has."""
    try:
        return cipher()
    except ImproperlyConfigured:
        key = hashlib.sha256(f"{_SALT} {settings.SECRET_KEY}".encode()).digest()
        ring = KeyRing({"secret-key": key}, "secret-key")
        return Cipher(KeyRings(ring, ring))


forget_when_changed(_seal)


class _Sweeper:
    """Deletes what has expired now and then, after a call that had a key."""

    def __init__(self) -> None:
        self._next = time.monotonic() + _SWEEP_PAUSE

    def sweep(self, db: BaseDatabaseWrapper) -> None:
        """Delete some of it, unless that was done a moment ago or a transaction is open."""
        if time.monotonic() < self._next or db.in_atomic_block:
            return
        self._next = time.monotonic() + _SWEEP_PAUSE
        try:
            records.forget_expired(db, _SWEEP)
        except (DatabaseError, InterfaceError) as error:
            # the call has its answer, and the next one will look again
            logger.warning("expired idempotency keys were not deleted: %s", type(error).__name__)


@lru_cache(maxsize=1)
def _sweeper() -> _Sweeper:
    return _Sweeper()
