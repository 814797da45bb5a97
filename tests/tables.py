"""Databases of each kind with the tables of given models, beside the one that Django's settings name."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, cast

from django.apps.registry import Apps
from django.db import connections, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.graph import MigrationGraph
from django.db.migrations.migration import Migration
from django.db.migrations.questioner import MigrationQuestioner
from django.db.migrations.state import ProjectState
from django.db.migrations.writer import MigrationWriter

from tests.servers import MARIADB, POSTGRESQL, database_settings

KINDS = ("sqlite", "postgresql", "mariadb")


@contextmanager
def empty_database(kind: str, name: str) -> Iterator[BaseDatabaseWrapper]:
    """Make a database of a kind and drop it afterwards; its alias is `name`.

    Skips (or fails, see tests.servers) where its server does not answer.
    """
    settings = database_settings(kind)
    database = f"backk_{name}_{os.getpid()}"
    if kind != "sqlite":
        (POSTGRESQL if kind == "postgresql" else MARIADB).require()
        with _connection("admin", settings) as admin, admin.cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {database}")
            cursor.execute(f"CREATE DATABASE {database}")
    try:
        own = {"NAME": ":memory:"} if kind == "sqlite" else {"NAME": database}
        with _connection(name, {**settings, **own}) as db:
            yield db
    finally:
        if kind != "sqlite":
            with _connection("admin", settings) as admin, admin.cursor() as cursor:
                cursor.execute(f"DROP DATABASE {database}")


@contextmanager
def database_with(kind: str, name: str, entities: Sequence[type[models.Model]]) -> Iterator[BaseDatabaseWrapper]:
    """Make a database of a kind with the tables of some models."""
    with empty_database(kind, name) as db:
        with db.schema_editor() as editor:
            for model in entities:
                editor.create_model(model)
        yield db


def migration_of(before: ProjectState, after: ProjectState) -> Migration | None:
    """Return what `makemigrations` writes between two states of one app, read back from its text; None if nothing."""
    app_labels = {label for label, _ in after.models}
    questioner = MigrationQuestioner(specified_apps=app_labels)
    changes = MigrationAutodetector(before, after, questioner).changes(MigrationGraph())
    if not changes:
        return None
    ((migration,),) = changes.values()
    module: dict[str, Any] = {}
    exec(MigrationWriter(migration).as_string(), module)
    return cast("Migration", module["Migration"](migration.name, migration.app_label))


@contextmanager
def migrated_database(kind: str, name: str, apps: Apps) -> Iterator[BaseDatabaseWrapper]:
    """Make a database of a kind and apply the first migration of all models of `apps`, which are of one app."""
    migration = migration_of(ProjectState(), ProjectState.from_apps(apps))
    assert migration is not None
    with empty_database(kind, name) as db:
        with db.schema_editor() as editor:
            migration.apply(ProjectState(), editor)
        yield db


def delete_rows(db: BaseDatabaseWrapper, entities: Sequence[type[models.Model]]) -> None:
    """Empty the tables, those of children first."""
    with db.cursor() as cursor:
        for model in reversed(entities):
            cursor.execute(f"DELETE FROM {db.ops.quote_name(model._meta.db_table)}")


@contextmanager
def _connection(alias: str, settings: dict[str, Any]) -> Iterator[BaseDatabaseWrapper]:
    connections.settings[alias] = connections.configure_settings({"default": {}, alias: settings})[alias]
    try:
        yield connections[alias]
    finally:
        connections[alias].close()
        if settings["NAME"] == ":memory:":
            # Django keeps databases in memory open, because closing would lose them
            super(type(connections[alias]), connections[alias]).close()  # type: ignore[misc]
        del connections[alias]
        del connections.settings[alias]
