"""The store of tests keeps encrypted and hashed fields as the database does."""

from typing import Any

import pytest
from django.core.exceptions import FieldError
from django.db.models import Q
from django.test import override_settings

from backk_core.declare.errors import DuplicateEntity
from backk_core.execute.memory import FakeStore
from backk_security.hashing import verify
from tests.apps.secrets.models import Person

QUICK = {"ENVIRONMENT": "test", "PASSWORD_HASH_MEMORY": 64, "PASSWORD_HASH_PASSES": 1, "PASSWORD_HASH_LANES": 1}


@pytest.fixture
def store() -> Any:
    with override_settings(BACKK=QUICK):
        yield FakeStore(Person(nick="n", email="a@example.com", salary=1.5, password="Jxq7!mvbR2zw"))


def test_values_are_read_found_and_verified(store: FakeStore) -> None:
    (person,) = store.get_all(Person, None, Q(email="a@example.com"))
    assert person.salary == 1.5
    assert verify(person, "password", "Jxq7!mvbR2zw")
    assert not verify(person, "password", "Jxq7!mvbR2zW")


def test_what_is_changed_is_found_under_its_new_value_and_free_under_the_old(store: FakeStore) -> None:
    (person,) = store.get_all(Person)
    person.email, person.password = "b@example.com", "Kxq7!mvbR2zw"
    store.update(person)
    assert verify(store.get_first(Person, None, Q(email="b@example.com")).data, "password", "Kxq7!mvbR2zw")
    store.create(Person(nick="m", email="a@example.com"))
    with pytest.raises(DuplicateEntity):
        store.create(Person(nick="m", email="b@example.com"))


@pytest.mark.parametrize(
    "condition", [Q(email__contains="a"), Q(salary=1.5), Q(password__contains="x"), Q(email__gt="a")]
)
def test_what_a_database_could_not_find_is_not_found_here(store: FakeStore, condition: Q) -> None:
    with pytest.raises(FieldError):
        store.count(Person, condition)
