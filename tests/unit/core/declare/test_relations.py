"""What the declaration of a relation amounts to: contracts, foreign keys, arguments, and lists of entities."""

from __future__ import annotations

import pytest
from django.db import models
from django.test.utils import isolate_apps

from backk_core import pick
from backk_core.declare.errors import InvalidArgument
from backk_core.describe.contracts import Mode
from backk_core.describe.registry import registry
from backk_core.execute.decoding import Decoder
from backk_core.models import Entity, EntityView, owned
from tests.apps.relations.models import Card, Friend, Person, Stamp, Thing, Word


def decoded(entity: type, mode: Mode, body: bytes) -> object:
    return Decoder(registry().type_contract(entity), mode).decode(body)


def refusal(entity: type, mode: Mode, body: bytes) -> str:
    with pytest.raises(InvalidArgument) as refused:
        decoded(entity, mode, body)
    return refused.value.message


def test_a_part_has_its_parents_key_and_an_id_that_is_unique_in_it() -> None:
    parent = Card._meta.get_field("parent")
    assert isinstance(parent, models.ForeignKey)
    assert parent.remote_field.model is Person
    assert [known.fields for known in Card._meta.constraints if isinstance(known, models.UniqueConstraint)] == [
        ("parent", "local_id")
    ]


def test_neither_the_key_of_a_part_nor_its_parents_travels() -> None:
    names = {field.wire_name for field in registry().type_contract(Card).answered}
    assert "id" in names
    assert not names & {"_id", "rowId", "parentId"}


@isolate_apps("tests.apps.relations")
def test_a_part_belongs_to_one_entity_only() -> None:
    with pytest.raises(TypeError, match="derive a class for each parent"):

        class Second(Entity):
            """Wants the parts of another."""

            cards = owned(Card, max=2)

            class Meta:
                app_label = "relations"


def test_parts_are_made_with_their_parent_and_their_own_parts() -> None:
    person = decoded(
        Person, Mode.CREATE, b'{"name":"a","cards":[{"number":"1","isDefault":true,"stamps":[{"mark":"x"}]}]}'
    )
    assert isinstance(person, Person)
    [card] = person.cards
    assert (type(card), card.number, card.kind, card.things) == (Card, "1", "credit", [])
    assert [(type(stamp), stamp.mark) for stamp in card.stamps] == [(Stamp, "x")]
    assert person.favorites == []


def test_violations_in_parts_carry_their_path() -> None:
    said = refusal(Person, Mode.CREATE, b'{"name":"a","cards":[{"number":"","stamps":[{"mark":1}]}],"friends":[]}')
    assert "friends is not allowed" in said
    assert "cards: 0: number must be longer than or equal to 1 characters" in said
    assert "cards: 0: isDefault should not be null or undefined" in said
    assert "cards: 0: stamps: 0: mark must be" in said


def test_an_argument_keeps_the_sizes_of_a_relation() -> None:
    assert "cards" in refusal(Person, Mode.CREATE, b'{"name":"a","cards":[]}')
    card = b'{"number":"1","isDefault":true}'
    assert "cards" in refusal(Person, Mode.CREATE, b'{"name":"a","cards":[%b]}' % b",".join([card] * 5))


def test_a_part_with_an_id_is_changed_in_part_and_one_without_is_new_and_whole() -> None:
    person = decoded(
        Person, Mode.UPDATE, b'{"_id":"1","cards":[{"id":"0","number":"1"},{"number":"2","isDefault":false}]}'
    )
    assert isinstance(person, Person)
    changed, new = person.cards
    assert {name for name in changed.__dict__ if name != "_state"} == {"row_id", "local_id", "number"}
    assert (new.kind, new.is_default, new.stamps) == ("credit", False, [])
    assert refusal(Person, Mode.UPDATE, b'{"_id":"1","cards":[{"number":"1"}]}').endswith(
        "cards: 0: isDefault should not be null or undefined"
    )


def test_in_a_many_to_many_the_id_is_the_reference_and_what_comes_with_it_is_judged() -> None:
    thing = decoded(Thing, Mode.UPDATE, b'{"_id":"1","words":[{"_id":"3"},{"_id":"4","name":"x"}]}')
    assert isinstance(thing, Thing)
    assert [word.pk for word in thing.words] == [3, 4]
    body = b'{"title":"t","price":1,"note":null,"words":[{"name":"x"},{"_id":"1","name":""}]}'
    assert refusal(Thing, Mode.CREATE, body).endswith(
        "words: 0: _id should not be null or undefined, words: 1: name must be longer than or equal to 1 characters"
    )


def test_a_view_is_of_one_entity() -> None:
    with pytest.raises(TypeError, match="view of one entity"):

        class Both(EntityView, fields={**pick(Person, "id"), **pick(Word, "name")}):  # type: ignore[call-arg]
            """Two entities."""


def test_a_view_says_which_of_its_fields_were_read() -> None:
    friend = Friend(id=1)
    assert friend.pk == 1
    with pytest.raises(AttributeError, match="name was not read"):
        _ = friend.name
    with pytest.raises(AttributeError, match="is no field of Friend"):
        _ = friend.cards


@pytest.mark.django_db
def test_a_relation_that_was_not_read_is_what_the_database_has_now() -> None:
    person, other = Person.objects.create(name="a"), Person.objects.create(name="b")
    for local_id in ("10", "2", "a"):
        Card.objects.create(parent_id=person.pk, local_id=local_id, number="1", is_default=False)
    Person._meta.get_field("friends").managed.__get__(person, Person).add(other)  # type: ignore[union-attr]
    assert [card.local_id for card in person.cards] == ["2", "a", "10"]
    assert person.friends == [other]
    assert other.fans == [person]
    assert Person(name="c").cards == []
