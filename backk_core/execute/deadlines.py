"""Ends what the database does for a call whose deadline has passed: one thread watches all calls of the process."""

from __future__ import annotations

import contextlib
import threading
import time
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

#: Seconds between two looks at the running calls.
_TICK = 0.02


class Watch:
    """One running call: until when it may run, and the connection it uses."""

    __slots__ = ("_lock", "db", "deadline_at", "ended", "expired")

    def __init__(self, deadline_at: float, db: BaseDatabaseWrapper) -> None:
        self.deadline_at = deadline_at
        self.db = db
        self.expired = False
        self.ended = False
        self._lock = threading.Lock()

    def interrupt(self) -> None:
        """Cancel the statement that runs, if one does; called again at every look until the call has ended."""
        with self._lock:
            if not self.ended:
                self.expired = True
                with contextlib.suppress(Exception):  # a connection that is just closed has nothing to cancel
                    _cancel(self.db)

    def end(self) -> bool:
        """Take the call out of sight; return whether it took too long. Its connection is then closed.

        A cancellation may still be on its way to the server, and must not meet the next call's statement.
        """
        with self._lock:
            self.ended = True
        _watches.pop(id(self), None)
        if self.expired and not self.db.in_atomic_block:
            self.db.close()
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
            if running.deadline_at < now:
                running.interrupt()


def _cancel(db: BaseDatabaseWrapper) -> None:
    raw: Any = db.connection
    if raw is None:
        return
    if db.vendor == "postgresql":
        raw.cancel_safe(timeout=1)
    elif db.vendor == "sqlite":
        raw.interrupt()
    elif db.vendor == "mysql":
        killer = db.get_new_connection(db.get_connection_params())
        try:
            killer.query(f"KILL QUERY {raw.thread_id()}")
        finally:
            killer.close()
