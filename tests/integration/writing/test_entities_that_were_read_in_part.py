"""An entity that was read with a page or a condition, and is written again, loses nothing that was not read."""

from __future__ import annotations

import pytest
from django.db.models import Q

from backk_core import Pagination, PostQueryOperations, at
from backk_core.execute.store import DatabaseStore
from tests.apps.relations.models import Card, Person, Thing, Word

FIRST_WORD = PostQueryOperations(paginations=[Pagination(sub_entity_path="words", page_size=1)])


@pytest.fixture
def thing(store: DatabaseStore) -> Thing:
    words = store.create_many([Word(name="a"), Word(name="b")]).data
    return store.create(Thing(user_account_id=1, title="t", price=1.0, note=None, places=[], words=words)).data


@pytest.fixture
def person(store: DatabaseStore) -> Person:
    cards = [Card(number="1", is_default=True), Card(number="2", is_default=False)]
    return store.create(Person(name="Ann", cards=cards)).data


def words_of(store: DatabaseStore, thing: Thing) -> list[str]:
    return [word.name for word in store.get_by_id(Thing, thing.pk).data.words]


def test_links_beyond_the_page_stay(store: DatabaseStore, thing: Thing) -> None:
    read = store.get_by_id(Thing, thing.pk, FIRST_WORD).data
    assert [word.name for word in read.words] == ["a"]
    read.title = "changed"
    store.update(read)
    assert words_of(store, thing) == ["a", "b"]
    assert store.get_by_id(Thing, thing.pk).data.title == "changed"


def test_links_that_a_condition_left_out_stay(store: DatabaseStore, thing: Thing) -> None:
    [read] = store.get_all(Thing, None, at("words", Q(name="b"))).data
    assert [word.name for word in read.words] == ["b"]
    store.update(read)
    assert words_of(store, thing) == ["a", "b"]


def test_a_list_of_links_that_was_read_in_part_and_changed_is_refused(store: DatabaseStore, thing: Thing) -> None:
    read = store.get_by_id(Thing, thing.pk, FIRST_WORD).data
    read.words.append(store.create(Word(name="c")).data)
    with pytest.raises(ValueError, match=r"store\.add_sub_entities\(Thing, id, 'words', \[…\]\)"):
        store.update(read)
    assert words_of(store, thing) == ["a", "b"]


def test_a_list_that_is_set_anew_is_all_there_is(store: DatabaseStore, thing: Thing) -> None:
    read = store.get_by_id(Thing, thing.pk, FIRST_WORD).data
    read.words = read.words
    store.update(read)
    assert words_of(store, thing) == ["a"]


def test_parts_that_a_condition_left_out_stay_also_where_none_is_left(store: DatabaseStore, person: Person) -> None:
    [read] = store.get_all(Person, None, at("cards", Q(number="9"))).data
    assert read.cards == []
    read.name = "Bea"
    store.update(read)
    kept = store.get_by_id(Person, person.pk).data
    assert (kept.name, [card.number for card in kept.cards]) == ("Bea", ["1", "2"])


def test_parts_that_were_read_in_part_are_changed_by_their_ids(store: DatabaseStore, person: Person) -> None:
    [read] = store.get_all(Person, None, at("cards", Q(number="2"))).data
    read.cards[0].number = "3"
    store.update(read)
    assert [card.number for card in store.get_by_id(Person, person.pk).data.cards] == ["1", "3"]
