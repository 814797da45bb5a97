"""How the process is: what a cluster asks about it, answered also while the database is down."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future

from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from django.utils.module_loading import import_string

from backk_core.declare.conf import conf

#: Seconds that the database has to answer.
PATIENCE = 1.0

HealthCheck = Callable[[], bool]

logger = logging.getLogger("backk_core")


def checks_of(names: Sequence[str]) -> tuple[HealthCheck, ...]:
    """Return a project's own checks by their dotted names. ImproperlyConfigured where a name leads nowhere."""
    try:
        return tuple(import_string(name) for name in names)
    except ImportError as error:
        raise ImproperlyConfigured(f"a health check cannot be found: {error}") from None


def all_pass(checks: Sequence[HealthCheck]) -> bool:
    """Tell whether every check passes; one that raises does not."""
    return all(map(_passes, checks))


def _passes(check: HealthCheck) -> bool:
    try:
        return bool(check())
    except Exception as error:  # noqa: BLE001 - a check may fail by anything
        logger.warning("%s raised %s", getattr(check, "__qualname__", check), type(error).__name__)
        return False


class DatabaseHealth:
    """Tells whether the database answers and has all migrations, never later than after ``PATIENCE``.

    It is asked on a connection of its own, by one thread at a time: whoever asks meanwhile gets the same answer.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._asked: Future[bool] | None = None
        self._is_migrated = False

    def is_ready(self) -> bool:
        """Tell whether the database answers, and was seen to have all migrations."""
        db = connections[conf().database]
        if db.in_atomic_block:
            # a test's transaction: nobody else sees its database
            return self._ask(db)
        try:
            return self._asking().result(PATIENCE)
        except TimeoutError:
            return False

    def is_migrated(self) -> bool:
        """Tell whether the database was ever seen to have all migrations; asks it until it was."""
        return self._is_migrated or self.is_ready()

    def _asking(self) -> Future[bool]:
        with self._lock:
            if self._asked is None or self._asked.done():
                self._asked = Future()
                # a daemon: one that hangs must not keep the process from ending
                threading.Thread(target=self._answer, args=(self._asked,), name="backk-health", daemon=True).start()
            return self._asked

    def _answer(self, asked: Future[bool]) -> None:
        ready = False
        try:
            ready = self._ask(connections[conf().database])
        except Exception as error:  # noqa: BLE001 - whatever keeps it from answering
            logger.warning("the database does not answer: %s", type(error).__name__)
        finally:
            # this thread's own
            connections.close_all()
            asked.set_result(ready)

    def _ask(self, db: BaseDatabaseWrapper) -> bool:
        db.ensure_connection()
        if not db.is_usable():
            return False
        if not self._is_migrated:
            executor = MigrationExecutor(db)
            self._is_migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
        return self._is_migrated
