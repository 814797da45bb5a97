"""How many statements an entity with parts costs: one a path, however many parts there are."""

from __future__ import annotations

import pytest
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test.utils import CaptureQueriesContext

from backk_core.execute.store import DatabaseStore
from tests.apps.relations.models import Card, Person, Stamp, Thing, Word


def person(name: str, cards: int, things: list[Thing] | None = None) -> Person:
    return Person(
        name=name,
        cards=[
            Card(number=str(n), is_default=False, things=things or [], stamps=[Stamp(mark=mark) for mark in "ab"])
            for n in range(cards)
        ],
        favorites=things or [],
    )


def verbs_in(queries: CaptureQueriesContext) -> list[str]:
    verbs = [query["sql"].split()[0] for query in queries]
    return [verb for verb in verbs if verb in ("SELECT", "INSERT", "UPDATE", "DELETE")]


@pytest.mark.parametrize("cards", [1, 4])
def test_a_root_is_created_with_one_statement_a_path(
    store: DatabaseStore, database: BaseDatabaseWrapper, cards: int
) -> None:
    with CaptureQueriesContext(database) as queries:
        store.create(person("a", cards))
    assert verbs_in(queries) == ["INSERT"] * 3


def test_links_are_looked_up_and_made_by_two_statements_a_path(
    store: DatabaseStore, database: BaseDatabaseWrapper
) -> None:
    thing = store.create(Thing(title="t", price=1, user_account_id=1)).data
    with CaptureQueriesContext(database) as queries:
        store.create(person("a", 4, [thing]))
    assert sorted(verbs_in(queries)) == ["INSERT"] * 5 + ["SELECT"] * 2


def test_many_roots_are_created_with_one_statement_a_path(store: DatabaseStore, database: BaseDatabaseWrapper) -> None:
    with CaptureQueriesContext(database) as queries:
        store.create_many([person(name, 2) for name in "abcdef"])
    assert verbs_in(queries) == ["INSERT"] * 3
    assert Stamp.objects.using(database.alias).count() == 24


def test_an_entity_without_relations_is_one_statement(store: DatabaseStore, database: BaseDatabaseWrapper) -> None:
    with CaptureQueriesContext(database) as queries:
        store.create(Word(name="a"))
    assert [query["sql"].split()[0] for query in queries] == ["INSERT"]


@pytest.mark.parametrize("roots", [1, 5])
def test_roots_are_deleted_with_one_statement_a_table(
    store: DatabaseStore, database: BaseDatabaseWrapper, roots: int
) -> None:
    thing = store.create(Thing(title="t", price=1, user_account_id=1)).data
    store.create_many([person(str(n), 3, [thing]) for n in range(roots)])
    with CaptureQueriesContext(database) as queries:
        assert store.delete_all(Person) == roots
    # stamps, links of cards, cards; favourites, both sides of friends, secrets; people
    assert sorted(verbs_in(queries)) == ["DELETE"] * 8 + ["SELECT"] * 2
