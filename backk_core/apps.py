"""The Django app: registers the checks, and gives SQLite connections what they lack: writers that wait, functions."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.core.signals import request_started
from django.db.backends.signals import connection_created

from backk_core.declare.conf import conf


class BackkCoreConfig(AppConfig):
    """The core of Backk."""

    name = "backk_core"
    verbose_name = "Backk"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register checks and connection settings."""
        from backk_core.execute.deadlines import prepare_connection
        from backk_core.publish.checks import TAG, check_databases, check_declarations

        checks.register(check_declarations, TAG)
        checks.register(check_databases, checks.Tags.database)
        if _wants_leases():
            request_started.connect(_watch_accounts, dispatch_uid="backk_core.leases")
        connection_created.connect(_prepare_sqlite, dispatch_uid="backk_core.sqlite")
        connection_created.connect(prepare_connection, dispatch_uid="backk_core.deadlines")


def _watch_accounts(**_: Any) -> None:
    """Let the admin, which does not write through the store, wait for leases; from the first request on."""
    from backk_core.execute.account_leases import watch_accounts

    request_started.disconnect(dispatch_uid="backk_core.leases")
    watch_accounts()


def _wants_leases() -> bool:
    try:
        return conf().account_lease > 0
    except ImproperlyConfigured:
        # the checks tell
        return False


def _prepare_sqlite(connection: Any, **_: Any) -> None:
    if connection.vendor != "sqlite":
        return
    from backk_core.execute.deadlines import SQLITE_LOCK_TIMEOUT
    from backk_core.execute.field_functions import give_sqlite_functions

    with connection.cursor() as cursor:
        if not connection.is_in_memory_db():
            cursor.execute("PRAGMA journal_mode = WAL")
            cursor.execute("PRAGMA synchronous = NORMAL")
        if "timeout" not in connection.settings_dict["OPTIONS"]:
            cursor.execute(f"PRAGMA busy_timeout = {int(SQLITE_LOCK_TIMEOUT * 1000)}")
    give_sqlite_functions(connection.connection)
    if connection.transaction_mode is None:
        connection.transaction_mode = "IMMEDIATE"
