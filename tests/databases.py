"""The three databases side by side in one run: each test that asks for `database` runs on all of them."""

import itertools
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.db import connections, models
from django.db.backends.base.base import BaseDatabaseWrapper

from tests.servers import MARIADB, POSTGRESQL, database_settings

_numbers = itertools.count(1)

KINDS = ("sqlite", "postgresql", "mariadb")


@contextmanager
def fresh_database(
    kind: str, app_labels: tuple[str, ...], *, sqlite_file: str = ":memory:"
) -> Iterator[BaseDatabaseWrapper]:
    """Make a database of a kind with the tables of some apps, under an alias that begins with the kind; drop it afterwards.

    Skips (or fails, see tests.servers) where its server does not answer.
    """
    settings = database_settings(kind)
    number = next(_numbers)
    name = f"backk_beside_{os.getpid()}_{number}"
    if kind == "sqlite":
        settings["NAME"] = sqlite_file
    else:
        (POSTGRESQL if kind == "postgresql" else MARIADB).require()
        _ask(settings, f"DROP DATABASE IF EXISTS {name}", f"CREATE DATABASE {name}")
        settings = {**settings, "NAME": name}
    alias = f"{kind}_beside_{number}"
    connections.settings[alias] = connections.configure_settings({"default": {}, alias: settings})[alias]
    db = connections[alias]
    try:
        with db.schema_editor() as editor:
            for model in _models(app_labels):
                editor.create_model(model)
        yield db
    finally:
        db.close()
        if kind != "sqlite":
            _ask(database_settings(kind), f"DROP DATABASE {name}")
        del connections.settings[alias]
        del connections[alias]


def empty(db: BaseDatabaseWrapper, app_labels: tuple[str, ...]) -> None:
    """Delete every row of the apps' tables."""
    for model in reversed(_models(app_labels)):
        model._base_manager.using(db.alias).all().delete()


def _models(app_labels: tuple[str, ...]) -> list[type[models.Model]]:
    return [model for label in app_labels for model in apps.get_app_config(label).get_models()]


def _ask(settings: dict[str, Any], *statements: str) -> None:
    alias = f"admin_{os.getpid()}"
    connections.settings[alias] = connections.configure_settings({"default": {}, alias: settings})[alias]
    try:
        for statement in statements:
            with connections[alias].cursor() as cursor:
                cursor.execute(statement)
    finally:
        connections[alias].close()
        del connections.settings[alias]
        del connections[alias]
