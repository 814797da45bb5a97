"""The three databases beside each other, with the tables of encrypted and hashed fields."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import override_settings

from tests.databases import KINDS, empty, fresh_database

APPS = ("secrets",)

#: So cheap that hundreds of passwords may be hashed in a test.
QUICK = {"PASSWORD_HASH_MEMORY": 64, "PASSWORD_HASH_PASSES": 1, "PASSWORD_HASH_LANES": 1}


@pytest.fixture(scope="session", params=KINDS)
def database_with_secrets(request: pytest.FixtureRequest, django_db_blocker: Any) -> Iterator[BaseDatabaseWrapper]:
    """A database of each kind, made once a run."""
    with django_db_blocker.unblock(), fresh_database(request.param, APPS) as db:
        yield db


@pytest.fixture
def database(database_with_secrets: BaseDatabaseWrapper, django_db_blocker: Any) -> Iterator[BaseDatabaseWrapper]:
    """An empty database of each kind, which the store uses."""
    backk = {"DATABASE": database_with_secrets.alias, "ENVIRONMENT": "test", **QUICK}
    with django_db_blocker.unblock(), override_settings(BACKK=backk):
        empty(database_with_secrets, APPS)
        yield database_with_secrets
