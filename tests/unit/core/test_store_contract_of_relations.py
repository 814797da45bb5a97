"""The contract that every store keeps of entities that hang together: the one in memory, and each database's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db.models import Q
from django.db.transaction import TransactionManagementError
from django.test import override_settings

from backk_core.declare.errors import (
    DuplicateEntity,
    EntityNotFound,
    InvalidArgument,
    ServiceError,
    SubEntityCountExceeded,
    VersionConflict,
)
from backk_core.declare.hooks import Hook, after, before, before_with_current
from backk_core.declare.store import Store, at
from backk_core.describe.contracts import Mode
from backk_core.execute.store import DatabaseStore
from backk_core.models import changes_to
from backk_core.testing import FakeStore, Unanswerable
from tests.apps.relations.models import Card, OwnThing, Person, Stamp, Thing, Word
from tests.databases import KINDS, empty, fresh_database
from tests.entities import sent

APPS = ("relations",)


@pytest.fixture(scope="module", params=["memory", *KINDS])
def kept_in(request: pytest.FixtureRequest, django_db_blocker: Any) -> Iterator[Any]:
    if request.param == "memory":
        yield None
    else:
        with django_db_blocker.unblock(), fresh_database(request.param, APPS) as db:
            yield db


@pytest.fixture
def store(kept_in: Any, django_db_blocker: Any) -> Iterator[Store]:
    if kept_in is None:
        yield FakeStore()
    else:
        with django_db_blocker.unblock(), override_settings(BACKK={"DATABASE": kept_in.alias, "ENVIRONMENT": "test"}):
            empty(kept_in, APPS)
            yield DatabaseStore()


def card(number: str = "1", **values: Any) -> dict[str, Any]:
    return {"number": number, "isDefault": False, **values}


def create_person(store: Store, *cards: dict[str, Any], **values: Any) -> Person:
    body = {"name": "Ann", "cards": list(cards) or [card()], **values}
    created: Person = store.create(sent(Person, Mode.CREATE, **body)).data
    return created


def update(store: Store, person: Person, **values: Any) -> None:
    store.update(sent(Person, Mode.UPDATE, _id=str(person.pk), **values))


def held(store: Store, entity: Any) -> Any:
    """Return an entity as the store has it now."""
    with store.transaction():
        return store.lock(type(entity), entity.pk)


def cards_of(store: Store, person: Person) -> list[tuple[str, str]]:
    return [(card.local_id, card.number) for card in held(store, person).cards]


def stamps_of(store: Store, person: Person) -> list[tuple[str, str, str]]:
    return [(card.local_id, s.local_id, s.mark) for card in held(store, person).cards for s in card.stamps]


def version_of(store: Store, person: Person) -> int:
    version: int = held(store, person).version
    return version


# create


def test_an_entity_is_linked_with_entities_that_there_are(store: Store) -> None:
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
    assert [word.pk for word in held(store, created).words] == [words[0].pk, words[1].pk]


def test_a_link_to_nothing_is_refused_and_nothing_is_made(store: Store) -> None:
    word = store.create(Word(name="a")).data
    body = {"title": "t", "price": 1, "note": None, "userAccountId": "1", "places": []}
    for wrong in ("404404", "abc"):
        with pytest.raises(InvalidArgument, match=f"words refers to nothing: Word with _id {wrong} not found"):
            store.create(sent(Thing, Mode.CREATE, **body, words=[{"_id": str(word.pk)}, {"_id": wrong}]))
    assert store.count(Thing) == 0


def test_ids_that_are_given_are_kept_and_the_others_follow_the_greatest_number(store: Store) -> None:
    person = create_person(store, card("1"), card("2", id="7"), card("3", id="ab"), card("4"))
    assert cards_of(store, person) == [("7", "2"), ("8", "1"), ("9", "4"), ("ab", "3")]


def test_an_id_that_is_given_twice_is_refused(store: Store) -> None:
    with pytest.raises(InvalidArgument, match="cards: 1: id is not unique"):
        create_person(store, card("1", id="7"), card("2", id="7"))


def test_an_id_with_as_many_digits_as_may_be_does_not_end_the_numbers(store: Store) -> None:
    person = create_person(store, card("1", id="9" * 24), card("2"))
    assert cards_of(store, person) == [("0", "2"), ("9" * 24, "1")]


def test_what_code_makes_has_its_parts_too(store: Store) -> None:
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
    again = held(store, person)
    assert [(row.number, [stamp.mark for stamp in row.stamps], row.things) for row in again.cards] == [
        ("1", ["x"], [thing])
    ]
    assert (again.favorites, again.secrets) == ([thing], [word])


# update: merge by id


@pytest.fixture
def person(store: Store) -> Person:
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
    store: Store, person: Person, cards: list[Any] | None, expected: list[tuple[str, str]]
) -> None:
    update(store, person, **({} if cards is None else {"cards": cards}))
    assert cards_of(store, person) == expected
    assert version_of(store, person) == 2


def test_of_a_part_only_what_was_sent_is_changed(store: Store, person: Person) -> None:
    update(store, person, cards=[{"id": "0", "isDefault": True}])
    changed = held(store, person).cards[0]
    assert (changed.number, changed.is_default, changed.code, changed.kind) == ("1", True, "9", "credit")
    assert stamps_of(store, person) == [("0", "0", "x"), ("1", "0", "y")]


def test_parts_of_parts_are_merged_in_their_own_part(store: Store, person: Person) -> None:
    update(
        store,
        person,
        cards=[
            {"id": "0", "stamps": [{"id": "0", "mark": "z"}, {"mark": "n"}]},
            {"id": "1", "stamps": []},
            card("3", stamps=[{"mark": "w"}]),
        ],
    )
    assert stamps_of(store, person) == [("0", "0", "z"), ("0", "1", "n"), ("2", "0", "w")]


def test_an_empty_list_removes_all_parts_and_theirs(store: Store, person: Person) -> None:
    other = create_person(store, card("o", stamps=[{"mark": "o"}]))
    person.cards = []
    store.update(person)
    assert (cards_of(store, person), stamps_of(store, person)) == ([], [])
    assert (cards_of(store, other), stamps_of(store, other)) == ([("0", "o")], [("0", "0", "o")])


def test_the_parts_of_another_parent_are_not_reached_by_their_ids(store: Store, person: Person) -> None:
    other = create_person(store, card("o1"), card("o2"), card("o3"))
    with pytest.raises(InvalidArgument, match="cards: 0: number should not be null or undefined"):
        update(store, person, cards=[{"id": "2", "isDefault": True}])
    update(store, person, cards=[card("mine", id="2"), {"id": "0", "number": "changed"}])
    assert cards_of(store, other) == [("0", "o1"), ("1", "o2"), ("2", "o3")]
    assert cards_of(store, person) == [("0", "changed"), ("1", "2"), ("2", "mine")]


def test_an_unknown_id_is_that_of_a_new_part_which_must_be_whole(store: Store, person: Person) -> None:
    with pytest.raises(InvalidArgument) as refused:
        update(store, person, cards=[{"id": "9", "isDefault": True}, {"id": "8"}])
    assert str(refused.value) == (
        "Invalid argument: cards: 0: number should not be null or undefined, "
        "cards: 1: number should not be null or undefined, cards: 1: isDefault should not be null or undefined"
    )
    update(store, person, cards=[card("9", id="9", kind="debit")])
    new = held(store, person).cards[-1]
    assert (new.number, new.code, new.kind) == ("9", "", "debit")


def test_what_only_new_parts_are_given_cannot_be_changed(store: Store, person: Person) -> None:
    with pytest.raises(InvalidArgument, match="cards: 0: kind is not allowed"):
        update(store, person, cards=[{"id": "0", "kind": "debit"}])
    assert version_of(store, person) == 1


def test_links_of_a_list_replace_those_that_there_were(store: Store) -> None:
    words = [store.create(Word(name=name)).data for name in "abc"]
    thing = store.create(Thing(title="t", price=1, user_account_id=1, words=words[:2])).data
    for wanted in (words[1:], words[1:], [], words[:1]):
        ids = [{"_id": str(word.pk)} for word in wanted]
        store.update(sent(Thing, Mode.UPDATE, _id=str(thing.pk), words=ids))
        assert held(store, thing).words == wanted
    with pytest.raises(InvalidArgument, match="words refers to nothing: Word with _id 404404 not found"):
        store.update(sent(Thing, Mode.UPDATE, _id=str(thing.pk), words=[{"_id": "404404"}]))
    assert held(store, thing).words == words[:1]


def test_the_roots_version_covers_its_parts(store: Store, person: Person) -> None:
    update(store, person, version=1, cards=[{"id": "0", "number": "5"}])
    with pytest.raises(VersionConflict):
        update(store, person, version=1, cards=[{"id": "0", "number": "6"}])
    assert cards_of(store, person) == [("0", "5"), ("1", "2")]


def test_an_absent_root_has_no_parts(store: Store) -> None:
    with pytest.raises(EntityNotFound):
        store.update(sent(Person, Mode.UPDATE, _id="404404", cards=[card()]))


def test_there_are_no_more_parts_than_may_be(store: Store, person: Person) -> None:
    update(store, person, cards=[card("3"), card("4")])
    with pytest.raises(SubEntityCountExceeded):
        update(store, person, cards=[card("5")])
    with pytest.raises(SubEntityCountExceeded):
        update(store, person, cards=[{"id": "0", "stamps": [{"mark": str(n)} for n in range(3)]}])
    assert [number for _, number in cards_of(store, person)] == ["1", "2", "3", "4"]
    assert version_of(store, person) == 2


# add and remove


def test_parts_are_added_and_removed(store: Store, person: Person) -> None:
    assert store.add_sub_entities(Person, person.pk, "cards", [Card(number="3", is_default=True)]) == 1
    assert cards_of(store, person) == [("0", "1"), ("1", "2"), ("2", "3")]
    with pytest.raises(DuplicateEntity, match="Duplicate card"):
        store.add_sub_entities(Person, person.pk, "cards", [Card(local_id="0", number="3", is_default=True)])
    with pytest.raises(SubEntityCountExceeded):
        store.add_sub_entities(Person, person.pk, "cards", [Card(number="3", is_default=True)] * 2)
    assert store.remove_sub_entities(Person, str(person.pk), "cards", Q(local_id="1")) == 1
    assert store.remove_sub_entities(Person, person.pk, "cards.stamps", Q(mark="none")) == 0
    assert store.remove_sub_entities(Person, person.pk, "cards.stamps", Q(mark="x")) == 1
    assert (cards_of(store, person), stamps_of(store, person)) == ([("0", "1"), ("2", "3")], [])
    assert store.remove_sub_entities(Person, Q(name="Ann"), "cards") == 2
    assert version_of(store, person) == 6
    with pytest.raises(EntityNotFound):
        store.remove_sub_entities(Person, 404_404, "cards")


def test_links_are_added_and_removed_from_either_side(store: Store, person: Person) -> None:
    other = create_person(store, name="Bob")
    assert store.add_sub_entities(Person, person.pk, "friends", [other.pk]) == 1
    assert store.add_sub_entities(Person, person.pk, "friends", [other, person]) == 1
    assert store.add_sub_entities(Person, person.pk, "fans", [other]) == 1
    again = held(store, person)
    assert ([p.pk for p in again.friends], {p.pk for p in again.fans}) == ([person.pk, other.pk], {person.pk, other.pk})
    with pytest.raises(InvalidArgument, match="friends refers to nothing: Person with _id 404404 not found"):
        store.add_sub_entities(Person, person.pk, "friends", [404_404])
    assert store.remove_sub_entities(Person, person.pk, "friends", Q(name="Bob")) == 1
    assert store.remove_sub_entities(Person, person.pk, "fans") == 2
    assert not again.friends


def test_whom_sub_entities_are_added_to_is_made_where_there_is_nobody(store: Store) -> None:
    for _ in range(2):
        store.add_sub_entities(
            Person,
            Q(name="Carl"),
            "cards",
            [Card(number="1", is_default=True)],
            if_not_found=lambda: Person(name="Carl"),
        )
    person = store.get_first(Person, None, Q(name="Carl")).data
    assert cards_of(store, person) == [("0", "1"), ("1", "1")]


def test_values_of_an_array_are_added_found_and_removed(store: Store) -> None:
    thing = store.create(Thing(title="t", price=1, user_account_id=1, places=["a"])).data
    store.add_values(Thing, thing.pk, "places", ["b", "a"])
    assert store.contains_value(Thing, str(thing.pk), "places", "b")
    with pytest.raises(SubEntityCountExceeded):
        store.add_values(Thing, thing.pk, "places", ["c"])
    assert store.remove_values(Thing, thing.pk, "places", ["a", "c"]) == 2
    assert not store.contains_value(Thing, thing.pk, "places", "a")
    again = held(store, thing)
    assert (again.places, again.version) == (["b"], 3)


# delete


# locks


def test_a_lock_gives_the_entity_as_it_is_with_relations_that_are_read_when_asked_for(
    store: Store, person: Person
) -> None:
    with store.transaction():
        locked = store.lock(Person, str(person.pk))
        assert (locked.name, "cards" in locked.__dict__) == ("Ann", False)
        locked.name = "Eve"
        store.update(locked)
        assert [found.name for found in store.lock_all(Person, Q(name="Eve"))] == ["Eve"]
        assert store.lock_all(Person, Q(name="Ann")) == []
        with pytest.raises(EntityNotFound):
            store.lock(Person, 404_404)
    assert (cards_of(store, person), version_of(store, person)) == ([("0", "1"), ("1", "2")], 2)


def test_a_lock_is_refused_where_it_would_end_at_once(store: Store, person: Person) -> None:
    for lock in (lambda: store.lock(Person, person.pk), lambda: store.lock_all(Person)):
        with pytest.raises(TransactionManagementError, match=r"with self\.store\.transaction\(\)"):
            lock()


# delete


def test_parts_and_links_go_with_their_root(store: Store) -> None:
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
    store.delete_by_id(Person, people[1].pk)
    assert (stamps_of(store, people[0]), held(store, people[0]).friends) == ([("0", "0", "x")], [])
    assert store.delete_all(Person) == 1
    assert (store.count(Card), store.count(Stamp)) == (0, 0)
    store.delete_by_id(Thing, thing.pk)


# mistakes of services


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("nothing", "Person has no sub-entities 'nothing'"),
        ("things", "Person has no sub-entities 'things'"),
        ("friends.cards", "goes through friends, which are no parts of Person"),
        ("cards.nothing", "Card has no sub-entities 'nothing'"),
    ],
)
def test_a_path_that_leads_to_no_sub_entities_is_told(store: Store, person: Person, path: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        store.remove_sub_entities(Person, person.pk, path)
    with pytest.raises(ValueError, match="has no sub-entities|goes"):
        store.add_sub_entities(Person, person.pk, path, [])


def test_sub_entities_are_added_to_the_entity_itself(store: Store, person: Person) -> None:
    with pytest.raises(ValueError, match=r"'cards\.stamps' goes further"):
        store.add_sub_entities(Person, person.pk, "cards.stamps", [Stamp(mark="a")])


def test_only_arrays_have_values(store: Store) -> None:
    for name in ("title", "nothing"):
        with pytest.raises(ValueError, match=f"Thing has no array '{name}'"):
            store.contains_value(Thing, 1, name, "a")


# hooks


class Refused(ServiceError):
    """Refused"""

    code = 1


def test_hooks_run_in_order_around_the_operation_and_see_what_they_are_about(store: Store, person: Person) -> None:
    seen: list[Any] = []
    hooks = [
        after(lambda result: seen.append(("after", result.name))),
        before_with_current(lambda row: seen.append(("current", row.name, row.pk))),
        before(lambda: seen.append("first")),
        before_with_current(lambda row: seen.append(("current again", row.version))),
        before(lambda: seen.append("second")),
    ]
    person.name = "Eve"
    person.version = -1
    store.update(person, hooks=hooks)
    assert seen == ["first", "second", ("current", "Ann", person.pk), ("current again", 1), ("after", "Eve")]


Operation = Callable[[Store, Person, list[Hook]], object]

OPERATIONS: dict[str, tuple[Operation, Any]] = {
    "update": (lambda store, person, hooks: store.update(person, hooks=hooks), lambda person: person),
    "update_all": (
        lambda store, person, hooks: store.update_all(Person, {"name": "Eve"}, Q(name="Ann"), hooks=hooks),
        lambda _: 1,
    ),
    "add": (
        lambda store, person, hooks: store.add_sub_entities(
            Person, person.pk, "cards", [Card(number="3", is_default=True)], hooks=hooks
        ),
        lambda _: 1,
    ),
    "remove": (
        lambda store, person, hooks: store.remove_sub_entities(Person, Q(name="Ann"), "cards", hooks=hooks),
        lambda _: 2,
    ),
    "delete_by_id": (
        lambda store, person, hooks: store.delete_by_id(Person, person.pk, hooks=hooks),
        lambda person: person.pk,
    ),
    "delete_all": (lambda store, person, hooks: store.delete_all(Person, Q(name="Ann"), hooks=hooks), lambda _: 1),
}


@pytest.mark.parametrize("operation", OPERATIONS)
def test_each_operation_gives_its_hooks_the_current_row_and_its_result(
    store: Store, person: Person, operation: str
) -> None:
    run, result_of = OPERATIONS[operation]
    seen: list[Any] = []
    hooks = [before_with_current(lambda row: seen.append(row.name)), after(seen.append)]
    person.version, person.cards = -1, []
    run(store, person, hooks)
    assert seen == ["Ann", result_of(person)]


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("hook", [before, before_with_current, after])
def test_a_hook_that_says_no_raises_its_error_and_nothing_has_happened(
    store: Store, person: Person, operation: str, hook: Callable[..., Hook]
) -> None:
    run, _ = OPERATIONS[operation]
    changed = changes_to(Person, person.pk, name="Eve", version=-1, cards=[])
    with pytest.raises(Refused):
        run(store, changed, [hook(lambda *_: False, Refused)])
    assert (held(store, person).name, version_of(store, person)) == ("Ann", 1)
    assert cards_of(store, person) == [("0", "1"), ("1", "2")]


@pytest.mark.parametrize("answer", [True, None])
def test_a_hook_passes_that_answers_true_or_nothing(store: Store, answer: bool | None) -> None:
    store.create(Word(name="a"), hooks=[before(lambda: answer, Refused), after(lambda word: answer, Refused)])
    assert store.count(Word) == 1


def test_a_hook_runs_only_if_its_condition_holds(store: Store, person: Person) -> None:
    refusing = [
        before(lambda: False, Refused, only_if=lambda: False),
        before_with_current(lambda row: False, Refused, only_if=lambda row: row.name == "Eve"),
        after(lambda count: False, Refused, only_if=lambda count: count == 0),
    ]
    assert store.update_all(Person, {"name": "Eve"}, hooks=refusing) == 1
    with pytest.raises(Refused):
        store.update_all(Person, {"name": "Ann"}, hooks=refusing)


def test_an_error_may_be_an_instance_and_must_be_named_where_a_hook_says_no(store: Store) -> None:
    with pytest.raises(Refused, match="too late"):
        store.create(Word(name="a"), hooks=[after(lambda word: False, Refused("too late"))])
    with pytest.raises(TypeError, match=r"returned False and no error is named: before\(check, Error\)"):
        store.create(Word(name="a"), hooks=[before(lambda: False)])
    assert store.count(Word) == 0


def test_what_a_hook_itself_writes_happens_with_the_operation_or_not_at_all(store: Store) -> None:
    def note(word: Word) -> bool:
        store.create(Word(name=f"about {word.name}"))
        return word.name != "b"

    store.create(Word(name="a"), hooks=[after(note, Refused)])
    with pytest.raises(Refused):
        store.create(Word(name="b"), hooks=[after(note, Refused)])
    assert {word.name for word in store.get_all(Word)} == {"a", "about a"}


def test_what_is_created_has_no_current_row(store: Store) -> None:
    with pytest.raises(ValueError, match="has no current row: use before"):
        store.create(Word(name="a"), hooks=[before_with_current(lambda row: True, Refused)])
    assert store.count(Word) == 0


def test_there_is_no_current_row_of_what_is_only_made_by_adding_to_it(store: Store) -> None:
    hooks = [before_with_current(lambda row: False, Refused)]
    added = [Card(number="1", is_default=True)]
    made = lambda: Person(name="Carl")  # noqa: E731
    store.add_sub_entities(Person, Q(name="Carl"), "cards", added, if_not_found=made, hooks=hooks)
    with pytest.raises(Refused):
        store.add_sub_entities(Person, Q(name="Carl"), "cards", added, if_not_found=made, hooks=hooks)


def test_of_a_view_that_is_locked_only_what_it_shows_is_read(store: Store) -> None:
    body = {"title": "t", "price": 1, "note": "n", "userAccountId": "1", "places": []}
    key = store.create(sent(Thing, Mode.CREATE, **body, words=[])).data.pk
    with store.transaction():
        alone, (among_all,) = store.lock(OwnThing, key), store.lock_all(OwnThing, Q(note="n"))
    for locked in (alone, among_all):
        assert isinstance(locked, OwnThing)
        assert vars(locked) == {"id": key, "title": "t", "price": 1, "state": "open"}


# conditions on what hangs together


def things_of(store: Store, *titles: str) -> list[Thing]:
    body = {"price": 1, "note": None, "userAccountId": "1", "places": [], "words": []}
    return [store.create(sent(Thing, Mode.CREATE, title=title, **body)).data for title in titles]


def test_what_is_read_below_is_restricted_and_its_owners_are_not(store: Store) -> None:
    ann, bob = create_person(store), create_person(store, name="Bob")
    liked = things_of(store, "a", "b")
    store.add_sub_entities(Person, ann.pk, "favorites", liked)
    store.add_sub_entities(Person, bob.pk, "favorites", liked[1:])
    only = at("favorites", Q(title="a"))
    assert [[thing.title for thing in person.favorites] for person in store.get_all(Person, None, only)] == [["a"], []]
    assert [thing.title for thing in store.get_first(Person, None, Q(name="Bob"), at("favorites")).data.favorites] == [
        "b"
    ]
    assert store.count(Person, only) == 2


def test_what_is_read_at_the_end_of_a_path_is_restricted(store: Store) -> None:
    create_person(store, card("1", stamps=[{"mark": "a"}, {"mark": "b"}]), card("2", stamps=[{"mark": "b"}]))
    for only in (at("cards.stamps", Q(mark="a")), at("cards", at("stamps", Q(mark="a")))):
        (person,) = store.get_all(Person, None, only)
        assert [[stamp.mark for stamp in card.stamps] for card in person.cards] == [["a"], []]
    with pytest.raises(ValueError, match="has no path 'coins'"):
        store.get_all(Person, None, at("coins", Q(mark="a")))


def test_entities_are_found_by_what_they_are_linked_with(store: Store) -> None:
    ann, bob, _ = (create_person(store, name=name) for name in ("Ann", "Bob", "Carl"))
    first, second = things_of(store, "a", "b")
    store.add_sub_entities(Person, ann.pk, "favorites", [first, second])
    store.add_sub_entities(Person, bob.pk, "favorites", [second])

    def found(condition: Q) -> list[str]:
        return sorted({person.name for person in store.get_all(Person, None, condition)})

    assert found(Q(favorites=first.pk)) == ["Ann"]
    assert found(Q(favorites__title="b")) == found(Q(favorites__in=[first.pk, second.pk])) == ["Ann", "Bob"]
    assert found(~Q(favorites__title="a")) == ["Bob", "Carl"]
    assert found(Q(favorites__title="c")) == []
    assert found(Q(favorites__title="a") | Q(name="Carl")) == ["Ann", "Carl"]


def test_memory_does_not_guess_which_link_several_conditions_are_about() -> None:
    store = FakeStore()
    create_person(store)
    for condition in (Q(favorites__title="a", favorites__price=1), Q(favorites__isnull=True)):
        with pytest.raises(Unanswerable):
            store.get_all(Person, None, condition)
