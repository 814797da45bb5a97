"""A few threads that help others with their tasks, which then run side by side; nobody waits for one to be free."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import TypeAlias

from django.db import connections

Task: TypeAlias = Callable[[], None]


class Crew:
    """At most ``size`` threads, started when they are needed, each with database connections that it keeps.

    Who brings tasks does them too: a helper that is free takes some of them off its hands, and where none is free the
    tasks are done nonetheless. So tasks cannot wait for each other's threads, however many bring some at once.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._started = 0
        self._counting = threading.Lock()
        self._threads = self._new_threads()

    def do(self, tasks: Iterable[Task]) -> None:
        """Do all tasks, and return when they are done; what one raises is raised here, when nothing runs any more."""
        waiting = deque(tasks)
        helpers = [
            self._threads.submit(copy_context().run, _help, waiting) for _ in range(min(self._size, len(waiting) - 1))
        ]
        try:
            _do_next(waiting)
        finally:
            waiting.clear()
            failures = [helper.exception() for helper in helpers if not helper.cancel()]
        for failure in failures:
            if failure is not None:
                raise failure

    def dismiss(self) -> None:
        """End the threads and close their connections; later tasks start others. For tests that drop their database."""
        if not self._started:
            return
        together = threading.Barrier(self._started)

        def leave() -> None:
            together.wait()
            connections.close_all()

        for _ in range(self._started):
            self._threads.submit(leave)
        self._threads.shutdown()
        self._started = 0
        self._threads = self._new_threads()

    def _new_threads(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(max(1, self._size), "backk-crew", self._count)

    def _count(self) -> None:
        with self._counting:
            self._started += 1


def _do_next(waiting: deque[Task]) -> None:
    while waiting:
        try:
            task = waiting.popleft()
        except IndexError:  # somebody else was faster
            return
        task()


def _help(waiting: deque[Task]) -> None:
    try:
        _do_next(waiting)
    finally:
        for db in connections.all(initialized_only=True):
            if db.close_at is not None and db.settings_dict["CONN_MAX_AGE"] and time.monotonic() >= db.close_at:
                db.close()
