"""Calls counted in the project's database: one row a quota, taken from by one statement."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from django.db import InterfaceError, OperationalError, connections, models, transaction

from backk_core.declare.conf import conf
from backk_core.execute import transactions
from backk_core.execute.call import find_call
from backk_security.counters import Balance, Quota

T = TypeVar("T")


class RateLimitCount(models.Model):
    """How many calls the window of a quota has seen."""

    #: Of the quota's key: neither who calls nor from where.
    digest = models.CharField(max_length=32, primary_key=True)
    used = models.BigIntegerField()
    #: Milliseconds since 1970, by the database's clock.
    ends_at = models.BigIntegerField(db_index=True)

    class Meta:
        app_label = "backk_security"

    def __str__(self) -> str:
        return f"{self.used} calls"


#: The database's clock, which all processes share; it stands still while a statement runs.
_NOW = {
    "postgresql": "(extract(epoch FROM statement_timestamp()) * 1000)::bigint",
    "mysql": "(TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(3)) DIV 1000)",
    "sqlite": "CAST((julianday('now') - 2440587.5) * 86400000 AS integer)",
}

_INSERT = """
INSERT INTO backk_security_ratelimitcount AS known (digest, used, ends_at) VALUES (%(digest)s, 1, {now} + %(length)s)
"""
#: No row comes back where nothing is left.
_TAKE = (
    _INSERT
    + """
ON CONFLICT (digest) DO UPDATE SET
  used = CASE WHEN known.ends_at <= {now} THEN 1 ELSE known.used + 1 END,
  ends_at = CASE WHEN known.ends_at <= {now} THEN excluded.ends_at ELSE known.ends_at END
WHERE known.ends_at <= {now} OR known.used < %(most)s
RETURNING used, ends_at - {now}
"""
)
#: MariaDB assigns in order, so that the old end is compared each time; one beyond the most says that nothing was left.
_TAKE_ON_MARIADB = (
    _INSERT.replace(" AS known", "")
    + """
ON DUPLICATE KEY UPDATE
  used = IF(ends_at <= {now}, 1, LEAST(used, %(most)s) + 1),
  ends_at = IF(ends_at <= {now}, VALUES(ends_at), ends_at)
"""
)
_LOOK = """
SELECT used, ends_at - {now} FROM backk_security_ratelimitcount WHERE digest = %(digest)s AND ends_at > {now}
"""
_ENDED = "SELECT digest FROM backk_security_ratelimitcount WHERE ends_at < {now} LIMIT %(most)s"
_FORGET = "DELETE FROM backk_security_ratelimitcount WHERE digest = %(digest)s AND ends_at < {now}"

_ATTEMPTS = 8
#: Seconds between two looks for windows that have ended, and the most rows that one look deletes.
_SWEEP_EVERY, _MOST_SWEPT = 60.0, 1000

#: What the connection beside that of a batch's transaction is called, in each thread that needs one.
_BESIDE = "{} beside"


class _Refused(Exception):
    """A quota has nothing left: what was taken from others is given back."""


class DatabaseCounter:
    """Counts calls for all processes that share a database."""

    def __init__(self) -> None:
        self._sweeps_at = time.monotonic() + _SWEEP_EVERY

    def take(self, quotas: Sequence[Quota]) -> list[Balance]:
        """Take one call from each quota, or from none. What Django raises where the database fails."""
        using = _connection()
        balances = _insisting(using, lambda: _taken(using, quotas))
        if time.monotonic() > self._sweeps_at:
            self._sweeps_at = time.monotonic() + _SWEEP_EVERY
            sweep(using)
        return balances


def _connection() -> str:
    """Return the name of the connection to count on.

    What a batch's transaction undoes was still called: its calls are counted beside it. SQLite has one writer, which
    there is the transaction.
    """
    name = conf().database
    db, call = connections[name], find_call()
    if call is None or call.outer is None or not db.in_atomic_block or db.vendor == "sqlite":
        return name
    using = _BESIDE.format(name)
    try:
        beside = connections[using]
    except connections.exception_class:
        connections[using] = beside = connections.create_connection(name)
    transactions.replace_dead(beside)
    return using


def _insisting(using: str, work: Callable[[], T]) -> T:
    """Do what may collide with others, again where it did."""
    db = connections[using]
    for attempt in range(1, _ATTEMPTS):
        try:
            return work()
        except (OperationalError, InterfaceError) as error:
            if db.in_atomic_block or not transactions.ends_transaction(db, error):
                raise
            time.sleep(random.uniform(0, 0.002) * 2**attempt)  # noqa: S311 - spreads collisions, guards no secret
    return work()


def _taken(using: str, quotas: Sequence[Quota]) -> list[Balance]:
    if len(quotas) == 1 and connections[using].vendor != "mysql":
        balance = _take(using, quotas[0])
        return _balances(using, quotas) if balance is None else [balance]
    taken: dict[str, Balance] = {}
    try:
        with transaction.atomic(using=using):
            # in one order, so that two calls cannot wait for each other
            for quota in sorted(quotas, key=lambda quota: quota.key):
                balance = _take(using, quota)
                if balance is None:
                    raise _Refused
                taken[quota.key] = balance
    except _Refused:
        return _balances(using, quotas)
    return [taken[quota.key] for quota in quotas]


def _take(using: str, quota: Quota) -> Balance | None:
    """Take one call from a quota; None where nothing is left."""
    if connections[using].vendor == "mysql":
        _execute(using, _TAKE_ON_MARIADB, quota)
        rows = _execute(using, _LOOK, quota)
    else:
        rows = _execute(using, _TAKE, quota)
    if not rows or rows[0][0] > quota.most:
        return None
    used, left = rows[0]
    return Balance(quota.most - used, max(left, 0) / 1000)


def _balances(using: str, quotas: Sequence[Quota]) -> list[Balance]:
    """Return what is left of each quota, where one has nothing."""
    found = []
    for quota in quotas:
        rows = _execute(using, _LOOK, quota)
        used, left = rows[0] if rows else (0, 0)
        found.append(Balance(max(0, quota.most - used), left / 1000, used >= quota.most))
    if not any(balance.is_refused for balance in found):
        # the window has ended since: the caller may try again at once
        found = [Balance(0, 0.0, is_refused=True) for _ in quotas]
    return found


def sweep(using: str) -> None:
    """Delete what is left of windows that have ended."""
    ended = _execute(using, _ENDED, Quota("", _MOST_SWEPT, 0))
    for (digest,) in ended:
        # only where nobody has begun another window meanwhile
        _insisting(using, lambda digest=digest: _execute(using, _FORGET, Quota(digest, 0, 0)))  # type: ignore[misc]


def _execute(using: str, statement: str, quota: Quota) -> list[tuple[Any, ...]]:
    db = connections[using]
    with db.cursor() as cursor:
        cursor.execute(
            statement.format(now=_NOW[db.vendor]),
            {"digest": quota.key, "most": quota.most, "length": quota.seconds * 1000},
        )
        return list(cursor.fetchall()) if cursor.description else []
