"""The table of calls that had an idempotency key: who owns a key is told by the database, not by looking first."""

from __future__ import annotations

import datetime
from functools import lru_cache
from typing import Any

from django.db import connections, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.constants import OnConflict
from django.utils import timezone

#: Rows that are deleted by one statement.
_CHUNK = 500


class IdempotencyRecord(models.Model):
    """A call with a key, and what was answered; ``status`` is null until it is."""

    #: Of caller and key.
    digest = models.CharField(max_length=64, primary_key=True)
    #: Of function and argument, with a secret: arguments can be guessed.
    fingerprint = models.CharField(max_length=64)
    status = models.SmallIntegerField(null=True)
    #: Headers and body, sealed.
    answer = models.TextField(default="")
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.digest


def _rows(db: BaseDatabaseWrapper) -> models.QuerySet[IdempotencyRecord]:
    return IdempotencyRecord._base_manager.using(db.alias)


def taken(db: BaseDatabaseWrapper, digest: str, fingerprint: str, lifetime: float) -> bool:
    """Take a key for the transaction that is open; False where it is taken already.

    Waits while another transaction has it: what that did is then committed, and can be read, or undone.
    """
    expires_at = timezone.now() + datetime.timedelta(seconds=lifetime)
    with db.cursor() as cursor:
        cursor.execute(_insertion(db.alias), [digest, fingerprint, "", db.ops.adapt_datetimefield_value(expires_at)])
        return bool(cursor.rowcount == 1)


@lru_cache(maxsize=8)
def _insertion(alias: str) -> str:
    """Return the statement that inserts a row unless there is one, and says which by its row count."""
    operations: Any = connections[alias].ops
    quote, meta = operations.quote_name, IdempotencyRecord._meta
    columns = ", ".join(quote(name) for name in ("digest", "fingerprint", "answer", "expires_at"))
    begin = operations.insert_statement(on_conflict=OnConflict.IGNORE)
    end = operations.on_conflict_suffix_sql(meta.concrete_fields, OnConflict.IGNORE, (), ())
    return f"{begin} {quote(meta.db_table)} ({columns}) VALUES (%s, %s, %s, %s) {end}"


def found(db: BaseDatabaseWrapper, digest: str) -> IdempotencyRecord | None:
    """Return the record of a key; one that has expired is deleted."""
    record = _rows(db).filter(digest=digest).first()
    if record is not None and record.expires_at <= timezone.now():
        _rows(db).filter(digest=digest, expires_at=record.expires_at).delete()
        return None
    return record


def keep(db: BaseDatabaseWrapper, digest: str, status: int, answer: str) -> None:
    """Write what was answered."""
    _rows(db).filter(digest=digest).update(status=status, answer=answer)


def forget_expired(db: BaseDatabaseWrapper, most: int | None = None) -> int:
    """Delete records that have expired, at most so many; return how many were."""
    deleted = 0
    while most is None or deleted < most:
        chunk = _CHUNK if most is None else min(_CHUNK, most - deleted)
        expired = list(_rows(db).filter(expires_at__lte=timezone.now()).values_list("digest", flat=True)[:chunk])
        if not expired:
            break
        # one that expired and was taken again in between is no longer meant
        deleted += _rows(db).filter(digest__in=expired, expires_at__lte=timezone.now()).delete()[0]
    return deleted
