"""Runs a function in the transaction it needs: again if the database asks, never on a dead connection."""

from __future__ import annotations

import random
import select
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

from django.db import DatabaseError, IntegrityError, InterfaceError, OperationalError, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from backk_core.declare.errors import InvalidArgument, TemporarilyUnavailable
from backk_core.describe.contracts import ServiceFunctionContract, Statements

T = TypeVar("T")

#: How often a function is run, the first time included, when its transaction collides with others.
_ATTEMPTS = 5

_COLLISIONS = frozenset({"40001", "40P01"})
#: PostgreSQL: connections exhausted, out of resources, starting; lock not available.
_EXHAUSTED = frozenset({"53000", "53100", "53200", "53300", "53400", "55P03", "57P03"})
#: PostgreSQL ends this connection: shut down, crashed, or an administrator wants it so. It is still open for a moment.
_SHUT_DOWN = frozenset({"57P01", "57P02", "57P03", "08000", "08001", "08003", "08004", "08006", "08007"})
_MYSQL_COLLISION, _MYSQL_LOCK_TIMEOUT = 1213, 1205
_MYSQL_EXHAUSTED = frozenset({1040, 1203, 1205, 1226, 1053})
_MYSQL_REFERENCES = frozenset({1216, 1452})
_MYSQL_GONE = frozenset({2002, 2003, 2006, 2013, 2055})


class SecondStatement(Exception):
    """A function that was declared as one statement sent a second one: take @one_statement away, or the statement."""


def run(
    db: BaseDatabaseWrapper, contract: ServiceFunctionContract, prepare: Callable[[], object], function: Callable[[], T]
) -> T:
    """Run a function; ``prepare`` brings its argument back to what was sent, before each run but the first.

    TemporarilyUnavailable where the database is exhausted or gone, or a write's outcome is unknown.
    """
    attempt = 1
    while True:
        try:
            mode = _mode(db, contract, attempt) if db.vendor == "sqlite" else None
            return _run_once(db, contract, function, mode)
        except IntegrityError as error:
            # references are checked when the transaction ends
            if refers_to_nothing(error):
                raise InvalidArgument("it refers to an entity that does not exist") from error
            raise
        except (OperationalError, InterfaceError) as error:
            if db.in_atomic_block:
                # whoever opened the transaction runs it again
                if _is_exhausted(error) and not ends_transaction(db, error):
                    raise TemporarilyUnavailable from error
                raise
            again = _collided(error) or (
                attempt == 1 and contract.kind == "get" and (is_gone(db, error) or _wrote_too_late(db, error))
            )
            if not again or attempt == _ATTEMPTS:
                if is_unavailable(db, error):
                    raise TemporarilyUnavailable from error
                raise
            time.sleep(random.uniform(0, 0.005) * 2**attempt)  # noqa: S311 - spreads collisions, guards no secret
            attempt += 1
            prepare()


def refers_to_nothing(error: IntegrityError) -> bool:
    """Tell whether a row was to refer to another that does not exist."""
    return _state(error) == "23503" or _number(error) in _MYSQL_REFERENCES or "FOREIGN KEY constraint" in str(error)


def ends_transaction(db: BaseDatabaseWrapper, error: BaseException) -> bool:
    """Tell whether an error ends the whole transaction that it happened in, and not only a part with a savepoint."""
    return isinstance(error, OperationalError | InterfaceError) and (_collided(error) or is_gone(db, error))


def undo(db: BaseDatabaseWrapper) -> None:
    """Let the transaction that is open end without keeping anything, although nothing is raised."""
    transaction.set_rollback(True, using=db.alias)


def _mode(db: BaseDatabaseWrapper, contract: ServiceFunctionContract, attempt: int) -> str | None:
    """Return how SQLite's transaction begins where that is not as usual: a function that gets lets others write."""
    is_reader = contract.kind == "get" and not db.in_atomic_block
    return "DEFERRED" if is_reader and attempt == 1 else None


def _wrote_too_late(db: BaseDatabaseWrapper, error: DatabaseError | InterfaceError) -> bool:
    """Tell whether SQLite refused what a function that gets wrote after it had read: it may when it says so at once."""
    return db.vendor == "sqlite" and "is locked" in str(error)


def _run_once(
    db: BaseDatabaseWrapper, contract: ServiceFunctionContract, function: Callable[[], T], mode: str | None
) -> T:
    if contract.statements is Statements.OWN:
        return function()
    if contract.statements is Statements.ONE:
        if not db.in_atomic_block:
            return _run_one_statement(db, contract, function)
        # a savepoint in somebody else's transaction, so that a refused statement does not end that
        with transaction.atomic(using=db.alias):
            return _run_one_statement(db, contract, function)
    if mode is not None:
        # Django reads the mode from the settings when it connects
        db.ensure_connection()
        sqlite: Any = db
        usual, sqlite.transaction_mode = sqlite.transaction_mode, mode
        try:
            with transaction.atomic(using=db.alias):
                return function()
        finally:
            sqlite.transaction_mode = usual
    # on PostgreSQL this sends nothing before the first statement
    with transaction.atomic(using=db.alias):
        return function()


def _run_one_statement(db: BaseDatabaseWrapper, contract: ServiceFunctionContract, function: Callable[[], T]) -> T:
    if contract.options.no_transaction is None:
        return function()
    # what a new connection begins with is none of the function's statements
    db.ensure_connection()
    with db.execute_wrapper(_Guard()):
        return function()


class _Guard:
    """Lets one statement pass."""

    def __init__(self) -> None:
        self._passed = False
        self._is_open = False

    def admit_operation(self) -> None:
        """Let all statements of one operation pass, until ``close``."""
        if self._passed:
            raise SecondStatement(SecondStatement.__doc__)
        self._passed = self._is_open = True

    def close(self) -> None:
        """Let nothing pass any more."""
        self._is_open = False

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: Any, context: Any) -> Any:
        if self._passed and not self._is_open:
            raise SecondStatement(SecondStatement.__doc__)
        self._passed = True
        return execute(sql, params, many, context)


@contextmanager
def snapshot(db: BaseDatabaseWrapper) -> Iterator[None]:
    """Let the statements inside see the database as it is at the first of them, and count as one statement.

    In a transaction that is open already they see what that sees.
    """
    guards = [guard for guard in db.execute_wrappers if isinstance(guard, _Guard)]
    for guard in guards:
        guard.admit_operation()
    opened = not db.in_atomic_block and db.get_autocommit()
    try:
        if opened:
            with db.cursor() as cursor:
                for text in _SNAPSHOTS[db.vendor]:
                    cursor.execute(text)
        try:
            yield
        finally:
            if opened and db.connection is not None:
                # nothing was written
                with suppress(DatabaseError, InterfaceError), db.cursor() as cursor:
                    cursor.execute("ROLLBACK")
    finally:
        for guard in guards:
            guard.close()


#: How a transaction begins that reads the database as it is now.
_SNAPSHOTS = {
    "sqlite": ("BEGIN",),
    "mysql": (
        "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ",
        "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
    ),
}


def replace_dead(db: BaseDatabaseWrapper) -> None:
    """Close a connection that its server has closed, without asking the server; the next statement opens another.

    An idle connection has nothing to read: where there is something, it is the server's farewell.
    """
    raw: Any = db.connection
    if raw is None or db.in_atomic_block:
        return
    if db.close_at is not None and db.settings_dict["CONN_MAX_AGE"] and time.monotonic() >= db.close_at:
        db.close()
        return
    try:
        if db.vendor == "postgresql":
            if _has_something_to_read(raw.pgconn.socket):
                raw.pgconn.consume_input()
                if raw.pgconn.status != 0 or _has_something_to_read(raw.pgconn.socket):
                    db.close()
        elif db.vendor == "mysql" and _has_something_to_read(raw.fileno()):
            db.close()
    except Exception:  # noqa: BLE001 - whatever is wrong with the socket, the connection is of no use
        db.close()


def leave_clean(db: BaseDatabaseWrapper) -> None:
    """Close a connection that a call left inside a transaction: the next call must not meet it."""
    if db.connection is not None and not db.in_atomic_block and (not db.autocommit or _is_in_transaction(db)):
        db.close()


def _is_in_transaction(db: BaseDatabaseWrapper) -> bool:
    """Tell whether a function began a transaction behind Django's back, where the driver knows."""
    raw: Any = db.connection
    if db.vendor == "postgresql":
        return bool(raw.pgconn.transaction_status)
    return db.vendor == "sqlite" and bool(raw.in_transaction)


def _has_something_to_read(file: int) -> bool:
    # not select.select, which knows no file beyond the 1024th of a process
    poll = select.poll()
    poll.register(file, select.POLLIN)
    return bool(poll.poll(0))


def is_unavailable(db: BaseDatabaseWrapper, error: BaseException) -> bool:
    """Tell whether an error says that the database is exhausted, gone, or in the way of too many."""
    return isinstance(error, OperationalError | InterfaceError) and (
        _collided(error) or _is_exhausted(error) or is_gone(db, error)
    )


def _state(error: BaseException) -> str | None:
    return getattr(error.__cause__, "sqlstate", None) or getattr(error, "sqlstate", None)


def _number(error: BaseException) -> int | None:
    number = error.args[0] if error.args else None
    return number if isinstance(number, int) else None


def _collided(error: DatabaseError | InterfaceError) -> bool:
    return _state(error) in _COLLISIONS or _number(error) == _MYSQL_COLLISION


def _is_exhausted(error: DatabaseError | InterfaceError) -> bool:
    text = str(error)
    return (
        _state(error) in _EXHAUSTED
        or _number(error) in _MYSQL_EXHAUSTED
        or "database is locked" in text
        or "database table is locked" in text
        or "unable to open database file" in text
    )


def is_gone(db: BaseDatabaseWrapper, error: DatabaseError | InterfaceError) -> bool:
    """Tell whether an error says that the connection is lost; the next statement then opens another."""
    raw: Any = db.connection
    if db.vendor == "postgresql":
        # after a lost COMMIT Django has another connection already: the error tells
        lost = error.__cause__ is not None and (_state(error) is None or _state(error) in _SHUT_DOWN)
        gone = raw is None or raw.closed or raw.broken or lost
    elif db.vendor == "mysql":
        gone = raw is None or _number(error) in _MYSQL_GONE or isinstance(error, InterfaceError)
    else:
        gone = False
    if gone:
        db.close()
    return gone
