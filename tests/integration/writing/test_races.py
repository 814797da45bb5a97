"""Several who write the parts of one entity at the same time, on the databases that let them: none breaks a rule."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F, Q
from django.test import override_settings

from backk_core import (
    Argument,
    CrudEntityService,
    EntityId,
    EntityNotFound,
    SubEntityCountExceeded,
    VersionConflict,
    allow_for_every_user,
)
from backk_core.execute.store import DatabaseStore
from backk_core.models import changes_to
from tests.apps.relations.models import Card, Person, Stamp, Thing
from tests.callers import Caller
from tests.databases import empty, fresh_database

APPS = ("relations",)
ROUNDS = 12


@pytest.fixture(scope="module", params=["postgresql", "mariadb"])
def shared_database(request: pytest.FixtureRequest, django_db_blocker: Any) -> Iterator[BaseDatabaseWrapper]:
    with django_db_blocker.unblock(), fresh_database(request.param, APPS) as db:
        yield db


@pytest.fixture
def store(shared_database: BaseDatabaseWrapper, django_db_blocker: Any) -> Iterator[DatabaseStore]:
    with (
        django_db_blocker.unblock(),
        override_settings(BACKK={"DATABASE": shared_database.alias, "ENVIRONMENT": "test"}),
    ):
        empty(shared_database, APPS)
        yield DatabaseStore()


def at_once(alias: str, *actions: Callable[[], Any]) -> list[Any]:
    """Run actions in threads with connections of their own, together; return what each returned or raised."""
    start = threading.Barrier(len(actions))

    def run(action: Callable[[], Any]) -> Any:
        connections[alias].ensure_connection()
        start.wait()
        try:
            return action()
        except Exception as error:
            return error
        finally:
            connections[alias].close()

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(run, actions))


def make_person(store: DatabaseStore, cards: int = 1, name: str = "Ann") -> Person:
    parts = [Card(number=str(n), is_default=False, stamps=[Stamp(mark="x")]) for n in range(cards)]
    return store.create(Person(name=name, cards=parts)).data


def cards_of(person: Person) -> list[str]:
    rows = Card.objects.using(person._state.db).filter(parent_id=person.pk).order_by("row_id")
    return [row.local_id for row in rows]


def test_of_two_who_add_the_last_part_one_is_told_that_there_is_no_room(
    store: DatabaseStore, shared_database: BaseDatabaseWrapper
) -> None:
    def add(person: Person) -> Callable[[], Any]:
        card = Card(number="n", is_default=False)
        return lambda: store.add_sub_entities(Person, person.pk, "cards", [card])

    def merge(person: Person) -> Callable[[], Any]:
        changed = changes_to(Person, person.pk, name="Ann", version=-1, cards=[Card(number="n", is_default=False)])
        return lambda: store.update(changed)

    for first, second in [(add, add), (add, merge), (merge, merge)] * (ROUNDS // 3):
        person = make_person(store, 3)
        outcomes = at_once(shared_database.alias, first(person), second(person))
        assert sorted(type(outcome) is SubEntityCountExceeded for outcome in outcomes) == [False, True], outcomes
        assert cards_of(person) == ["0", "1", "2", "3"]


def test_parts_that_are_added_at_the_same_time_have_different_ids(
    store: DatabaseStore, shared_database: BaseDatabaseWrapper
) -> None:
    for _ in range(ROUNDS):
        person = make_person(store, 1)
        cards = [Card(number=str(n), is_default=False) for n in range(3)]
        adders = [lambda card=card: store.add_sub_entities(Person, person.pk, "cards", [card]) for card in cards]  # type: ignore[misc]  # noqa: B023
        assert at_once(shared_database.alias, *adders) == [1, 1, 1]
        assert sorted(cards_of(person)) == ["0", "1", "2", "3"]


def test_an_update_and_a_delete_happen_one_after_the_other(
    store: DatabaseStore, shared_database: BaseDatabaseWrapper
) -> None:
    for _ in range(ROUNDS):
        person = make_person(store, 2)
        changed = changes_to(Person, person.pk, name="Eve", version=-1, cards=[Card(number="n", is_default=False)])
        update, delete, add = at_once(
            shared_database.alias,
            lambda: store.update(changed),  # noqa: B023
            lambda: store.delete_by_id(Person, person.pk),  # noqa: B023
            lambda: store.add_sub_entities(Person, person.pk, "cards", [Card(number="m", is_default=False)]),  # noqa: B023
        )
        assert delete is None
        assert update is None or type(update) is EntityNotFound
        assert add == 1 or type(add) is EntityNotFound
        for model in (Person, Card, Stamp):
            assert not model._default_manager.using(shared_database.alias).exists()


def test_of_two_who_update_one_version_one_is_told_of_a_conflict(
    store: DatabaseStore, shared_database: BaseDatabaseWrapper
) -> None:
    for _ in range(ROUNDS):
        person = make_person(store, 1)

        def update(number: str, of: int = person.pk) -> Callable[[], Any]:
            changed = changes_to(
                Person, of, name="Ann", version=1, cards=[Card(local_id="0", number=number, is_default=True)]
            )
            return lambda: store.update(changed)

        outcomes = at_once(shared_database.alias, update("first"), update("second"))
        assert sorted(type(outcome) is VersionConflict for outcome in outcomes) == [False, True], outcomes
        winner = ("first", "second")[outcomes.index(None)]
        assert Card.objects.using(shared_database.alias).get(parent_id=person.pk).number == winner


def test_a_link_that_two_add_is_made_once(store: DatabaseStore, shared_database: BaseDatabaseWrapper) -> None:
    thing = store.create(Thing(title="t", price=1, user_account_id=1)).data
    for _ in range(ROUNDS):
        person = make_person(store)
        adds = [lambda: store.add_sub_entities(Person, person.pk, "favorites", [thing])] * 3  # noqa: B023
        assert sorted(at_once(shared_database.alias, *adds)) == [0, 0, 1]
        assert store.remove_sub_entities(Person, person.pk, "favorites") == 1


def test_what_is_read_with_a_lock_is_not_changed_by_others_before_it_is_written(
    store: DatabaseStore, shared_database: BaseDatabaseWrapper
) -> None:
    person = make_person(store)
    store.update_all(Person, {"age": 0}, Q(pk=person.pk))

    def grow() -> None:
        for _ in range(5):
            with store.transaction():
                locked = store.lock(Person, person.pk)
                store.update_all(Person, {"age": (locked.age or 0) + 1}, Q(pk=person.pk))

    assert at_once(shared_database.alias, *[grow] * 4) == [None] * 4
    assert Person.objects.using(shared_database.alias).get().age == 20


def test_values_that_are_added_at_the_same_time_are_all_there(
    store: DatabaseStore, shared_database: BaseDatabaseWrapper
) -> None:
    for _ in range(ROUNDS):
        thing = store.create(Thing(title="t", price=1, user_account_id=1)).data
        adds = [lambda value=value: store.add_values(Thing, thing.pk, "places", [value]) for value in "abcd"]  # type: ignore[misc]  # noqa: B023
        outcomes = at_once(shared_database.alias, *adds)
        assert sorted(type(outcome) is SubEntityCountExceeded for outcome in outcomes) == [False, False, False, True]
        assert len(Thing.objects.using(shared_database.alias).get(pk=thing.pk).places) == 3


class Pair(Argument):
    """Two people."""

    first: EntityId
    second: EntityId


class FriendService(CrudEntityService):
    """Lets people follow each other."""

    @allow_for_every_user
    def update_followers(self, pair: Pair) -> None:
        """Let both follow each other, one side after the other: who does it the other way round may be in the way."""
        self.store.add_sub_entities(Person, pair.first, "friends", [pair.second])
        self.store.add_sub_entities(Person, pair.second, "friends", [pair.first])


@pytest.mark.parametrize("rounds", [4])
def test_functions_that_collide_are_run_again_until_all_have_happened(
    store: DatabaseStore, shared_database: BaseDatabaseWrapper, rounds: int
) -> None:
    call = Caller([FriendService])
    for _ in range(rounds):
        ids = [str(make_person(store, name=name).pk) for name in "ab"]
        there, back = ({"first": a, "second": b} for a, b in (ids, ids[::-1]))
        answers = at_once(
            shared_database.alias,
            *[lambda: call("friendService.updateFollowers", there).body] * 2,  # noqa: B023
            *[lambda: call("friendService.updateFollowers", back).body] * 2,  # noqa: B023
        )
        assert answers == [None] * 4
        people = Person.objects.using(shared_database.alias).filter(pk__in=ids)
        assert [[friend.pk for friend in person.friends] for person in people.order_by("pk")] == [
            [int(ids[1])],
            [int(ids[0])],
        ]
        # each of the four calls counted two changes, and one that collided counted nothing
        assert set(people.values_list(F("version"), flat=True)) == {5}
