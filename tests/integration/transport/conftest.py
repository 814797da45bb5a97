"""The three databases beside each other, with the outbox and the tables of people, whose fields are encrypted."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import override_settings

from tests.databases import KINDS, empty, fresh_database

APPS = ("secrets", "backk_transport")


@pytest.fixture(scope="session", params=KINDS)
def database_with_outbox(request: pytest.FixtureRequest, django_db_blocker: Any) -> Iterator[BaseDatabaseWrapper]:
    """A database of each kind, made once a run."""
    with django_db_blocker.unblock(), fresh_database(request.param, APPS) as db:
        yield db


@pytest.fixture
def database(database_with_outbox: BaseDatabaseWrapper, django_db_blocker: Any) -> Iterator[BaseDatabaseWrapper]:
    """An empty database of each kind, which the store and the outbox use."""
    backk = {"DATABASE": database_with_outbox.alias, "ENVIRONMENT": "test", "MICROSERVICE_NAME": "shop"}
    with django_db_blocker.unblock(), override_settings(BACKK=backk):
        empty(database_with_outbox, APPS)
        yield database_with_outbox
