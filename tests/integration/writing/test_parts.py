"""Entities written with their parts and links, on each database: what is added, changed, left alone and removed."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test.utils import CaptureQueriesContext

from backk_core.declare.errors import (
    DuplicateEntity,
    EntityNotFound,
    InvalidArgument,
    SubEntityCountExceeded,
    VersionConflict,
)
from backk_core.describe.contracts import Mode
from backk_core.describe.registry import registry
from backk_core.execute.codec import Decoder
from backk_core.execute.store import DatabaseStore
from tests.apps.relations.models import Card, Person, Stamp, Thing, Word


def sent(entity: type, mode: Mode, **values: Any) -> Any:
    """Return the entity that a caller's argument is."""
    return Decoder(registry().type_contract(entity), mode).decode(json.dumps(values).encode())


def card(number: str = "1", **values: Any) -> dict[str, Any]:
    return {"number": number, "isDefault": False, **values}


def create_person(store: DatabaseStore, *cards: dict[str, Any], **values: Any) -> Person:
    body = {"name": "Ann", "cards": list(cards) or [card()], **values}
    created: Person = store.create(sent(Person, Mode.CREATE, **body)).data
    return created


def update(store: DatabaseStore, person: Person, **values: Any) -> None:
    store.update(sent(Person, Mode.UPDATE, _id=str(person.pk), **values))


def cards_of(person: Person) -> list[tuple[str, str]]:
    rows = Card.objects.using(person._state.db).filter(parent_id=person.pk).order_by("row_id")
    return [(row.local_id, row.number) for row in rows]


def stamps_of(person: Person) -> list[tuple[str, str, str]]:
    rows = Stamp.objects.using(person._state.db).filter(parent__parent_id=person.pk).order_by("parent", "row_id")
    return [(row.parent.local_id, row.local_id, row.mark) for row in rows]


def version_of(person: Person) -> int:
    version: int = Person.objects.using(person._state.db).get(pk=person.pk).version
    return version


# create


def test_parts_of_parts_are_made_with_their_root_in_one_statement_a_path(
    store: DatabaseStore, database: BaseDatabaseWrapper
) -> None:
    with CaptureQueriesContext(database) as queries:
        person = create_person(
            store,
            card("1", stamps=[{"mark": "a"}, {"mark": "b"}]),
            card("2", stamps=[{"mark": "c"}]),
            card("3"),
        )
    statements = [query["sql"] for query in queries if query["sql"].startswith("INSERT")]
    assert len(statements) == 3
    assert cards_of(person) == [("0", "1"), ("1", "2"), ("2", "3")]
    assert stamps_of(person) == [("0", "0", "a"), ("0", "1", "b"), ("1", "0", "c")]
    assert [(row.local_id, len(row.stamps)) for row in person.__dict__["cards"]] == [("0", 2), ("1", 1), ("2", 0)]


def test_an_entity_is_linked_with_entities_that_there_are(store: DatabaseStore) -> None:
    words = [store.create(Word(name=name)).data for name in "ab"]
    thing = sent(
        Thing,
        Mode.CREATE,
        title="t",
        price=1,
        note=None,
        userAccountId="1",
        places=[],
        words=[{"_id": str(words[1].pk), "name": "not theirs"}, {"_id": str(words[0].pk)}, {"_id": str(words[1].pk)}],
    )
    created = store.create(thing).data
    assert [(word.pk, word.name) for word in created.__dict__["words"]] == [(words[0].pk, "a"), (words[1].pk, "b")]
    del created.__dict__["words"]
    assert [word.pk for word in created.words] == [words[0].pk, words[1].pk]


def test_a_link_to_nothing_is_refused_and_nothing_is_made(store: DatabaseStore, database: BaseDatabaseWrapper) -> None:
    word = store.create(Word(name="a")).data
    body = {"title": "t", "price": 1, "note": None, "userAccountId": "1", "places": []}
    for wrong in ("404404", "abc"):
        with pytest.raises(InvalidArgument, match=f"words refers to nothing: Word with _id {wrong} not found"):
            store.create(sent(Thing, Mode.CREATE, **body, words=[{"_id": str(word.pk)}, {"_id": wrong}]))
    assert not Thing.objects.using(database.alias).exists()


def test_ids_that_are_given_are_kept_and_the_others_follow_the_greatest_number(store: DatabaseStore) -> None:
    person = create_person(store, card("1"), card("2", id="7"), card("3", id="ab"), card("4"))
    assert cards_of(person) == [("8", "1"), ("7", "2"), ("ab", "3"), ("9", "4")]


def test_an_id_that_is_given_twice_is_refused(store: DatabaseStore) -> None:
    with pytest.raises(InvalidArgument, match="cards: 1: id is not unique"):
        create_person(store, card("1", id="7"), card("2", id="7"))


def test_an_id_with_as_many_digits_as_may_be_does_not_end_the_numbers(store: DatabaseStore) -> None:
    person = create_person(store, card("1", id="9" * 24), card("2"))
    assert cards_of(person) == [("9" * 24, "1"), ("0", "2")]


def test_what_code_makes_has_its_parts_too(store: DatabaseStore) -> None:
    word = store.create(Word(name="a")).data
    thing = store.create(Thing(title="t", price=1, user_account_id=1)).data
    person = store.create(
        Person(
            name="Ann",
            cards=[Card(number="1", is_default=True, stamps=[Stamp(mark="x")], things=[thing])],
            favorites=[thing.pk],
            secrets=[str(word.pk)],
        )
    ).data
    again = Person.objects.using(person._state.db).get()
    assert [(row.number, [stamp.mark for stamp in row.stamps], row.things) for row in again.cards] == [
        ("1", ["x"], [thing])
    ]
    assert (again.favorites, again.secrets) == ([thing], [word])


def test_many_are_created_with_their_parts_in_one_statement_a_path(
    store: DatabaseStore, database: BaseDatabaseWrapper
) -> None:
    people = [Person(name=name, cards=[Card(number=name, is_default=False)]) for name in "abc"]
    with CaptureQueriesContext(database) as queries:
        store.create_many(people)
    assert len([query for query in queries if query["sql"].startswith("INSERT")]) == 2
    assert [cards_of(person) for person in people] == [[("0", "a")], [("0", "b")], [("0", "c")]]


# update: merge by id


@pytest.fixture
def person(store: DatabaseStore) -> Person:
    return create_person(store, card("1", code="9", stamps=[{"mark": "x"}]), card("2", stamps=[{"mark": "y"}]))


@pytest.mark.parametrize(
    ("cards", "expected"),
    [
        (None, [("0", "1"), ("1", "2")]),
        ([{"id": "0"}], [("0", "1"), ("1", "2")]),
        ([{"id": "1", "number": "5"}], [("0", "1"), ("1", "5")]),
        ([{"id": "1", "number": "5"}, {"id": "0", "number": "6"}], [("0", "6"), ("1", "5")]),
        ([card("3")], [("0", "1"), ("1", "2"), ("2", "3")]),
        ([card("3", id="a")], [("0", "1"), ("1", "2"), ("a", "3")]),
        ([card("3"), {"id": "0", "number": "6"}, card("4")], [("0", "6"), ("1", "2"), ("2", "3"), ("3", "4")]),
    ],
)
def test_parts_that_are_sent_are_merged_with_those_that_are_there(
    store: DatabaseStore, person: Person, cards: list[Any] | None, expected: list[tuple[str, str]]
) -> None:
    update(store, person, **({} if cards is None else {"cards": cards}))
    assert cards_of(person) == expected
    assert version_of(person) == 2


def test_of_a_part_only_what_was_sent_is_changed(store: DatabaseStore, person: Person) -> None:
    update(store, person, cards=[{"id": "0", "isDefault": True}])
    changed = Card.objects.using(person._state.db).get(parent_id=person.pk, local_id="0")
    assert (changed.number, changed.is_default, changed.code, changed.kind) == ("1", True, "9", "credit")
    assert stamps_of(person) == [("0", "0", "x"), ("1", "0", "y")]


def test_parts_of_parts_are_merged_in_their_own_part(store: DatabaseStore, person: Person) -> None:
    update(
        store,
        person,
        cards=[
            {"id": "0", "stamps": [{"id": "0", "mark": "z"}, {"mark": "n"}]},
            {"id": "1", "stamps": []},
            card("3", stamps=[{"mark": "w"}]),
        ],
    )
    assert stamps_of(person) == [("0", "0", "z"), ("0", "1", "n"), ("2", "0", "w")]


def test_an_empty_list_removes_all_parts_and_theirs(store: DatabaseStore, person: Person) -> None:
    other = create_person(store, card("o", stamps=[{"mark": "o"}]))
    person.cards = []
    store.update(person)
    assert (cards_of(person), stamps_of(person)) == ([], [])
    assert (cards_of(other), stamps_of(other)) == ([("0", "o")], [("0", "0", "o")])


def test_the_parts_of_another_parent_are_not_reached_by_their_ids(store: DatabaseStore, person: Person) -> None:
    other = create_person(store, card("o1"), card("o2"), card("o3"))
    with pytest.raises(InvalidArgument, match="cards: 0: number should not be null or undefined"):
        update(store, person, cards=[{"id": "2", "isDefault": True}])
    update(store, person, cards=[card("mine", id="2"), {"id": "0", "number": "changed"}])
    assert cards_of(other) == [("0", "o1"), ("1", "o2"), ("2", "o3")]
    assert cards_of(person) == [("0", "changed"), ("1", "2"), ("2", "mine")]


def test_an_unknown_id_is_that_of_a_new_part_which_must_be_whole(store: DatabaseStore, person: Person) -> None:
    with pytest.raises(InvalidArgument) as refused:
        update(store, person, cards=[{"id": "9", "isDefault": True}, {"id": "8"}])
    assert str(refused.value) == (
        "Invalid argument: cards: 0: number should not be null or undefined, "
        "cards: 1: number should not be null or undefined, cards: 1: isDefault should not be null or undefined"
    )
    update(store, person, cards=[card("9", id="9", kind="debit")])
    new = Card.objects.using(person._state.db).get(parent_id=person.pk, local_id="9")
    assert (new.number, new.code, new.kind) == ("9", "", "debit")


def test_what_only_new_parts_are_given_cannot_be_changed(store: DatabaseStore, person: Person) -> None:
    with pytest.raises(InvalidArgument, match="cards: 0: kind is not allowed"):
        update(store, person, cards=[{"id": "0", "kind": "debit"}])
    assert version_of(person) == 1


def test_links_of_a_list_replace_those_that_there_were(store: DatabaseStore) -> None:
    words = [store.create(Word(name=name)).data for name in "abc"]
    thing = store.create(Thing(title="t", price=1, user_account_id=1, words=words[:2])).data
    for wanted in (words[1:], words[1:], [], words[:1]):
        ids = [{"_id": str(word.pk)} for word in wanted]
        store.update(sent(Thing, Mode.UPDATE, _id=str(thing.pk), words=ids))
        assert list(Thing.objects.using(thing._state.db).get().words) == wanted
    with pytest.raises(InvalidArgument, match="words refers to nothing: Word with _id 404404 not found"):
        store.update(sent(Thing, Mode.UPDATE, _id=str(thing.pk), words=[{"_id": "404404"}]))
    assert list(Thing.objects.using(thing._state.db).get().words) == words[:1]


def test_the_roots_version_covers_its_parts(store: DatabaseStore, person: Person) -> None:
    update(store, person, version=1, cards=[{"id": "0", "number": "5"}])
    with pytest.raises(VersionConflict):
        update(store, person, version=1, cards=[{"id": "0", "number": "6"}])
    assert cards_of(person) == [("0", "5"), ("1", "2")]


def test_an_absent_root_has_no_parts(store: DatabaseStore) -> None:
    with pytest.raises(EntityNotFound):
        store.update(sent(Person, Mode.UPDATE, _id="404404", cards=[card()]))


def test_there_are_no_more_parts_than_may_be(store: DatabaseStore, person: Person) -> None:
    update(store, person, cards=[card("3"), card("4")])
    with pytest.raises(SubEntityCountExceeded):
        update(store, person, cards=[card("5")])
    with pytest.raises(SubEntityCountExceeded):
        update(store, person, cards=[{"id": "0", "stamps": [{"mark": str(n)} for n in range(3)]}])
    assert [number for _, number in cards_of(person)] == ["1", "2", "3", "4"]
    assert version_of(person) == 2


# add and remove


def test_parts_are_added_and_removed(store: DatabaseStore, person: Person) -> None:
    from django.db.models import Q

    assert store.add_sub_entities(Person, person.pk, "cards", [Card(number="3", is_default=True)]) == 1
    assert cards_of(person) == [("0", "1"), ("1", "2"), ("2", "3")]
    with pytest.raises(DuplicateEntity, match="Duplicate card"):
        store.add_sub_entities(Person, person.pk, "cards", [Card(local_id="0", number="3", is_default=True)])
    with pytest.raises(SubEntityCountExceeded):
        store.add_sub_entities(Person, person.pk, "cards", [Card(number="3", is_default=True)] * 2)
    assert store.remove_sub_entities(Person, str(person.pk), "cards", Q(local_id="1")) == 1
    assert store.remove_sub_entities(Person, person.pk, "cards.stamps", Q(mark="none")) == 0
    assert store.remove_sub_entities(Person, person.pk, "cards.stamps", Q(mark="x")) == 1
    assert (cards_of(person), stamps_of(person)) == ([("0", "1"), ("2", "3")], [])
    assert store.remove_sub_entities(Person, Q(name="Ann"), "cards") == 2
    assert version_of(person) == 6
    with pytest.raises(EntityNotFound):
        store.remove_sub_entities(Person, 404_404, "cards")


def test_links_are_added_and_removed_from_either_side(store: DatabaseStore, person: Person) -> None:
    from django.db.models import Q

    other = create_person(store, name="Bob")
    assert store.add_sub_entities(Person, person.pk, "friends", [other.pk]) == 1
    assert store.add_sub_entities(Person, person.pk, "friends", [other, person]) == 1
    assert store.add_sub_entities(Person, person.pk, "fans", [other]) == 1
    again = Person.objects.using(person._state.db).get(pk=person.pk)
    assert ([p.pk for p in again.friends], {p.pk for p in again.fans}) == ([person.pk, other.pk], {person.pk, other.pk})
    with pytest.raises(InvalidArgument, match="friends refers to nothing: Person with _id 404404 not found"):
        store.add_sub_entities(Person, person.pk, "friends", [404_404])
    assert store.remove_sub_entities(Person, person.pk, "friends", Q(name="Bob")) == 1
    assert store.remove_sub_entities(Person, person.pk, "fans") == 2
    assert not again.friends


def test_whom_sub_entities_are_added_to_is_made_where_there_is_nobody(store: DatabaseStore) -> None:
    from django.db.models import Q

    for _ in range(2):
        store.add_sub_entities(
            Person,
            Q(name="Carl"),
            "cards",
            [Card(number="1", is_default=True)],
            if_not_found=lambda: Person(name="Carl"),
        )
    person = store.get_first(Person, None, Q(name="Carl")).data
    assert cards_of(person) == [("0", "1"), ("1", "1")]


def test_values_of_an_array_are_added_found_and_removed(store: DatabaseStore) -> None:
    thing = store.create(Thing(title="t", price=1, user_account_id=1, places=["a"])).data
    store.add_values(Thing, thing.pk, "places", ["b", "a"])
    assert store.contains_value(Thing, str(thing.pk), "places", "b")
    with pytest.raises(SubEntityCountExceeded):
        store.add_values(Thing, thing.pk, "places", ["c"])
    assert store.remove_values(Thing, thing.pk, "places", ["a", "c"]) == 2
    assert not store.contains_value(Thing, thing.pk, "places", "a")
    again = Thing.objects.using(thing._state.db).get()
    assert (again.places, again.version) == (["b"], 3)


# delete


def test_parts_and_links_go_with_their_root_in_one_statement_a_table(
    store: DatabaseStore, database: BaseDatabaseWrapper
) -> None:
    thing = store.create(Thing(title="t", price=1, user_account_id=1)).data
    people = [
        store.create(
            Person(
                name=name,
                cards=[Card(number="1", is_default=True, stamps=[Stamp(mark="x")], things=[thing])],
                favorites=[thing],
            )
        ).data
        for name in "ab"
    ]
    store.add_sub_entities(Person, people[0].pk, "friends", [people[1]])
    with CaptureQueriesContext(database) as queries:
        store.delete_by_id(Person, people[1].pk)
    assert len([query for query in queries if query["sql"].startswith(("SELECT", "DELETE"))]) <= 10
    assert (len(cards_of(people[0])), cards_of(people[1]), stamps_of(people[1])) == (1, [], [])
    assert store.delete_all(Person) == 1
    for model in (Card, Stamp, Person):
        assert not model._default_manager.using(database.alias).exists()
    store.delete_by_id(Thing, thing.pk)
