"""The Django app: registers the checks, and brings SQLite connections to where many threads can write."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.apps import AppConfig
from django.core import checks
from django.db.backends.signals import connection_created


class BackkCoreConfig(AppConfig):
    """The core of Backk."""

    name = "backk_core"
    verbose_name = "Backk"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register checks and connection settings."""
        from backk_core.publish.checks import TAG, check_declarations

        checks.register(check_declarations, TAG)
        connection_created.connect(_prepare_sqlite, dispatch_uid="backk_core.sqlite")


def _prepare_sqlite(connection: Any, **_: Any) -> None:
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        if not connection.is_in_memory_db():
            cursor.execute("PRAGMA journal_mode = WAL")
            cursor.execute("PRAGMA synchronous = NORMAL")
        if "timeout" not in connection.settings_dict["OPTIONS"]:
            cursor.execute("PRAGMA busy_timeout = 10000")
    for name, function in (("LOWER", str.lower), ("UPPER", str.upper)):
        # SQLite's own know ASCII only
        connection.connection.create_function(name, 1, _unless_null(function), deterministic=True)
    if connection.transaction_mode is None:
        connection.transaction_mode = "IMMEDIATE"


def _unless_null(function: Callable[[str], str]) -> Callable[[Any], str | None]:
    return lambda value: None if value is None else function(str(value))
