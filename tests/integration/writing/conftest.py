"""The three databases beside each other, with the tables of entities that hang together."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import override_settings

from backk_core.execute.store import DatabaseStore
from tests.databases import KINDS, empty, fresh_database

APPS = ("relations",)


@pytest.fixture(scope="session", params=KINDS)
def database_with_relations(request: pytest.FixtureRequest, django_db_blocker: Any) -> Iterator[BaseDatabaseWrapper]:
    """A database of each kind, made once a run."""
    with django_db_blocker.unblock(), fresh_database(request.param, APPS) as db:
        yield db


@pytest.fixture
def database(database_with_relations: BaseDatabaseWrapper, django_db_blocker: Any) -> Iterator[BaseDatabaseWrapper]:
    """An empty database of each kind, which the store uses."""
    with (
        django_db_blocker.unblock(),
        override_settings(BACKK={"DATABASE": database_with_relations.alias, "ENVIRONMENT": "test"}),
    ):
        empty(database_with_relations, APPS)
        yield database_with_relations


@pytest.fixture
def store(database: BaseDatabaseWrapper) -> DatabaseStore:
    return DatabaseStore()
