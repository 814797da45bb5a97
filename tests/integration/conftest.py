"""What integration tests share: the three databases beside each other."""

from collections.abc import Iterator

import pytest
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import override_settings

from tests.databases import KINDS, empty, fresh_database

APPS = ("reading",)


@pytest.fixture(scope="session", params=KINDS)
def made_database(request: pytest.FixtureRequest, django_db_blocker: object) -> Iterator[BaseDatabaseWrapper]:
    """A database of each kind, made once a run."""
    with django_db_blocker.unblock(), fresh_database(request.param, APPS) as db:  # type: ignore[attr-defined]
        yield db


@pytest.fixture
def database(made_database: BaseDatabaseWrapper, django_db_blocker: object) -> Iterator[BaseDatabaseWrapper]:
    """An empty database of each kind, which the store uses."""
    with django_db_blocker.unblock(), override_settings(BACKK={"DATABASE": made_database.alias, "ENVIRONMENT": "test"}):  # type: ignore[attr-defined]
        empty(made_database, APPS)
        yield made_database
