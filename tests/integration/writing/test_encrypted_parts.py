"""Parts whose fields are encrypted or hashed, on each database: bound to their own rows, and found by their index."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps.registry import Apps
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Q
from django.test import override_settings

from backk_core import is_any_string, read_write, write_only
from backk_core.describe.contracts import Mode
from backk_core.execute.store import DatabaseStore
from backk_core.models import Entity, HasVersion, SubEntity, array_of, owned
from backk_security import encrypted, hashed
from backk_security.hashing import verify
from tests.entities import sent
from tests.tables import KINDS, database_with, delete_rows

APPS = Apps(["tests.apps.stores"])
QUICK = {"PASSWORD_HASH_MEMORY": 64, "PASSWORD_HASH_PASSES": 1, "PASSWORD_HASH_LANES": 1}


class Method(SubEntity):
    """How somebody pays."""

    number = read_write(encrypted(models.CharField(max_length=19, validators=[is_any_string]), searchable=True))
    aliases = read_write(
        encrypted(array_of(models.CharField(max_length=8, validators=[is_any_string]), max=3), searchable=False)
    )
    pin = write_only(hashed(models.CharField(max_length=8, validators=[is_any_string], null=True)))

    class Meta:
        app_label = "stores"
        apps = APPS


class Payer(HasVersion, Entity):
    """Somebody who pays."""

    nick = read_write(models.CharField(max_length=8, validators=[is_any_string]))
    hints = read_write(
        encrypted(array_of(models.CharField(max_length=8, validators=[is_any_string]), max=3), searchable=False)
    )
    methods = read_write(owned(Method, max=5))

    class Meta:
        app_label = "stores"
        apps = APPS


@pytest.fixture(scope="module", params=KINDS)
def secret_database(request: pytest.FixtureRequest, django_db_blocker: Any) -> Iterator[BaseDatabaseWrapper]:
    with django_db_blocker.unblock(), database_with(request.param, f"payers_{request.param}", (Payer, Method)) as db:
        yield db


@pytest.fixture
def store(secret_database: BaseDatabaseWrapper, django_db_blocker: Any) -> Iterator[DatabaseStore]:
    backk = {"DATABASE": secret_database.alias, "ENVIRONMENT": "test", **QUICK}
    with django_db_blocker.unblock(), override_settings(BACKK=backk):
        delete_rows(secret_database, (Payer, Method))
        yield DatabaseStore()


def method(number: str, **values: Any) -> dict[str, Any]:
    return {"number": number, "aliases": [], "pin": "1234", **values}


def make(store: DatabaseStore, *numbers: str) -> Payer:
    made: Payer = store.create(
        sent(Payer, Mode.CREATE, nick="a", hints=["x"], methods=[method(number) for number in numbers])
    ).data
    return made


def numbers_of(payer: Payer) -> list[str]:
    return [row.number for row in Method._default_manager.using(payer._state.db).order_by("local_id")]


def columns_of(db: BaseDatabaseWrapper, column: str) -> list[str]:
    with db.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM stores_method ORDER BY local_id")
        return [row[0] for row in cursor.fetchall()]


def test_parts_are_kept_encrypted_each_bound_to_its_own_row(
    store: DatabaseStore, secret_database: BaseDatabaseWrapper
) -> None:
    payer = make(store, "4711", "4711")
    assert numbers_of(payer) == ["4711", "4711"]
    first, second = columns_of(secret_database, "number")
    assert "4711" not in first + second
    assert first != second
    assert len(set(columns_of(secret_database, "row_key"))) == 2
    assert not {text for text in columns_of(secret_database, "pin") if "1234" in text}


def test_a_changed_part_keeps_the_key_that_its_other_values_are_bound_to(
    store: DatabaseStore, secret_database: BaseDatabaseWrapper
) -> None:
    payer = make(store, "1", "2")
    keys = columns_of(secret_database, "row_key")
    changes = [{"id": "1", "number": "22"}, {"id": "0", "aliases": ["z"]}, method("3", id="9")]
    store.update(sent(Payer, Mode.UPDATE, _id=str(payer.pk), methods=changes))
    assert numbers_of(payer) == ["1", "22", "3"]
    assert columns_of(secret_database, "row_key")[:2] == keys
    first = Method._default_manager.using(secret_database.alias).get(local_id="0")
    assert (first.aliases, verify(first, "pin", "1234")) == (["z"], True)


def test_parts_are_found_by_what_is_encrypted(store: DatabaseStore) -> None:
    payer = make(store, "1", "2")
    assert store.remove_sub_entities(Payer, payer.pk, "methods", Q(number="2")) == 1
    store.update(sent(Payer, Mode.UPDATE, _id=str(payer.pk), methods=[{"id": "0", "number": "5"}]))
    assert store.remove_sub_entities(Payer, payer.pk, "methods", Q(number="1")) == 0
    assert store.remove_sub_entities(Payer, payer.pk, "methods", Q(number__in=["5"])) == 1


def test_an_encrypted_root_is_locked_and_its_array_changed(store: DatabaseStore) -> None:
    payer = make(store, "1")
    store.add_values(Payer, payer.pk, "hints", ["y"])
    assert store.contains_value(Payer, payer.pk, "hints", "y")
    assert store.remove_values(Payer, payer.pk, "hints", ["x"]) == 1
    with store.transaction():
        assert store.lock(Payer, payer.pk).hints == ["y"]
