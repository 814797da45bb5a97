"""The Django app: registers the checks, and gives SQLite connections what they lack: writers that wait, functions."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.core import checks
from django.db.backends.signals import connection_created
from django.db.models.signals import post_delete, post_save

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
        post_save.connect(_outlast_leases, dispatch_uid="backk_core.leases")
        post_delete.connect(_outlast_leases, dispatch_uid="backk_core.leases")
        connection_created.connect(_prepare_sqlite, dispatch_uid="backk_core.sqlite")
        connection_created.connect(prepare_connection, dispatch_uid="backk_core.deadlines")


def _outlast_leases(sender: Any, *, created: bool = False, **_: Any) -> None:
    # what the admin writes; the store, which sends no signals, tells of its own writes
    from backk_core.execute.account_leases import leased_models, outlast_leases

    if conf().account_lease > 0 and not created and sender in leased_models():
        outlast_leases()


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
