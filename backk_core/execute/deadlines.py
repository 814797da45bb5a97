"""Ends what the database does for a call whose deadline has passed: one thread watches all calls of the process."""

from __future__ import annotations

import contextlib
import threading
import time
from typing import Any
from weakref import WeakKeyDictionary

from django.db.backends.base.base import BaseDatabaseWrapper

#: Seconds between two looks at the running calls.
_TICK = 0.02
#: Most seconds between two attempts to end what a call goes on asking of the database.
_LONGEST_PAUSE = 0.2
#: Seconds that SQLite waits for a lock, where the project does not say.
SQLITE_LOCK_TIMEOUT = 10.0


class Watch:
    """One running call: until when it may run, and the connection it uses."""

    __slots__ = ("_interrupted", "_lock", "_next", "_pause", "db", "deadline_at", "ended", "waits_too_long")

    def __init__(self, deadline_at: float, db: BaseDatabaseWrapper) -> None:
        self.deadline_at = deadline_at
        self.db = db
        self.ended = False
        self._interrupted = False
        self._lock = threading.Lock()
        self._next = deadline_at
        self._pause = _TICK
        #: Whether SQLite would wait for a lock beyond the deadline.
        self.waits_too_long = (
            db.vendor == "sqlite" and not db.in_atomic_block and deadline_at - time.monotonic() < _lock_timeout(db)
        )
        if self.waits_too_long and db.connection is not None:
            self.shorten_lock_timeout()

    @property
    def expired(self) -> bool:
        """Whether the call has run too long."""
        return time.monotonic() >= self.deadline_at

    def shorten_lock_timeout(self) -> None:
        """Let SQLite, which listens to nobody while it waits for a lock, wait no longer than until the deadline."""
        _set_lock_timeout(self.db, max(self.deadline_at - time.monotonic(), 0.0))

    def interrupt(self, now: float) -> None:
        """Cancel the statement that runs, if one does; to be called at every look until the call has ended."""
        if now < self._next:
            return
        with self._lock:
            if not self.ended:
                self._interrupted = True
                with contextlib.suppress(Exception):  # a connection that is just closed has nothing to cancel
                    _cancel(self.db)
        # a call that goes on sends further statements, and a cancellation may come between two of them
        self._next, self._pause = now + self._pause, min(2 * self._pause, _LONGEST_PAUSE)

    def end(self) -> bool:
        """Take the call out of sight; return whether it took too long.

        The connection is closed where a cancellation may still be on its way: it must not meet the next statement.
        """
        with self._lock:
            self.ended = True
        _watches.pop(id(self), None)
        if self._interrupted and not self.db.in_atomic_block:
            self.db.close()
        elif self.waits_too_long and self.db.connection is not None:
            _set_lock_timeout(self.db, _lock_timeout(self.db))
        return self.expired


_watches: dict[int, Watch] = {}
_starting = threading.Lock()
_thread: threading.Thread | None = None


def watch(deadline_at: float, db: BaseDatabaseWrapper) -> Watch:
    """Watch the call that this thread runs until ``deadline_at`` (``time.monotonic``); ``end`` ends it."""
    if _thread is None or not _thread.is_alive():
        _start()
    found = Watch(deadline_at, db)
    _watches[id(found)] = found
    return found


def _start() -> None:
    global _thread  # noqa: PLW0603 - one thread a process, also after a fork
    with _starting:
        if _thread is None or not _thread.is_alive():
            _thread = threading.Thread(target=_look_around, name="backk-deadlines", daemon=True)
            _thread.start()


def _look_around() -> None:
    while True:
        time.sleep(_TICK)
        now = time.monotonic()
        for running in list(_watches.values()):
            if running.deadline_at <= now:
                running.interrupt(now)


def _cancel(db: BaseDatabaseWrapper) -> None:
    raw: Any = db.connection
    if raw is None:
        return
    if db.vendor == "postgresql":
        if raw.pgconn.transaction_status == _ACTIVE:
            raw.cancel_safe(timeout=1)
    elif db.vendor == "sqlite":
        raw.interrupt()
    elif db.vendor == "mysql":
        killer = db.get_new_connection(db.get_connection_params())
        try:
            killer.query(f"KILL QUERY {_mysql_threads[raw]}")
        finally:
            killer.close()


#: libpq: a statement is running.
_ACTIVE = 1

#: What MySQL calls each connection; its driver tells that to the connection's own thread only.
_mysql_threads: WeakKeyDictionary[Any, int] = WeakKeyDictionary()


def prepare_connection(*, connection: Any, **_: Any) -> None:
    """Note of a new connection what is needed to end its work; Django's ``connection_created`` calls it."""
    if connection.vendor == "mysql":
        _mysql_threads[connection.connection] = connection.connection.thread_id()
    elif connection.vendor == "sqlite":
        for running in list(_watches.values()):
            if running.db is connection and running.waits_too_long:
                running.shorten_lock_timeout()


def _lock_timeout(db: BaseDatabaseWrapper) -> float:
    seconds: float = db.settings_dict["OPTIONS"].get("timeout", SQLITE_LOCK_TIMEOUT)
    return seconds


def _set_lock_timeout(db: BaseDatabaseWrapper, seconds: float) -> None:
    raw: Any = db.connection
    raw.execute(f"PRAGMA busy_timeout = {int(seconds * 1000) + 1}")
