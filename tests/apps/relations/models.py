"""Entities that hang together."""

from django.db import models

from backk_core import (
    between,
    create_only,
    is_any_string,
    min_length,
    pick,
    private,
    read_only,
    read_write,
    write_only,
)
from backk_core.models import (
    Entity,
    EntityView,
    HasOwner,
    HasTimestamps,
    HasVersion,
    SubEntity,
    array_of,
    many_to_many,
    owned,
    referenced,
    reverse_of,
)


class Word(Entity):
    """A tag."""

    name = read_write(models.CharField(max_length=64, validators=[is_any_string, min_length(1)]))


class Thing(HasVersion, HasTimestamps, HasOwner, Entity):
    """A thing that a person has."""

    title = read_write(models.CharField(max_length=64, validators=[is_any_string, min_length(1)]))
    price = read_write(models.FloatField(validators=[between(0, 1_000_000)]))
    note = read_write(models.CharField(max_length=64, null=True, validators=[is_any_string]))
    state = read_only(models.CharField(max_length=8, default="open", validators=[is_any_string]))
    words = read_write(many_to_many(Word, max=5))
    places = read_write(array_of(models.CharField(max_length=16, validators=[is_any_string]), max=3))


class OwnThing(EntityView, fields=pick(Thing, "id", "title", "price", "state")):
    """A thing, as its owner's page shows it."""


class LinkedThing(EntityView, fields=pick(Thing, "id", "title", "price", "words")):
    """A thing, as those see it who refer to it."""


class Stamp(SubEntity):
    """A part of a part."""

    mark = read_write(models.CharField(max_length=16, validators=[is_any_string]))


class Card(SubEntity):
    """A part of a person."""

    number = read_write(models.CharField(max_length=19, validators=[is_any_string, min_length(1)]))
    is_default = read_write(models.BooleanField())
    code = write_only(models.CharField(max_length=4, blank=True, validators=[is_any_string]))
    kind = create_only(models.CharField(max_length=8, default="credit", validators=[is_any_string]))
    stamps = read_write(owned(Stamp, max=3))
    things = read_only(many_to_many(LinkedThing, max=2))


class Person(HasVersion, HasTimestamps, Entity):
    """Somebody who has things, cards with stamps on them, favourites, and friends."""

    name = read_write(models.CharField(max_length=64, validators=[is_any_string, min_length(1)]))
    age = read_write(models.IntegerField(null=True, validators=[between(0, 200)]))
    cards = read_write(owned(Card, max=4, min=1))
    favorites = read_only(many_to_many(LinkedThing, max=100))
    things = read_only(referenced(OwnThing, by="user_account_id"))
    friends = read_only(many_to_many("self", view="Friend", max=1000))
    fans = read_only(reverse_of("friends", view="Fan"))
    secrets = private(many_to_many(Word))


class Friend(EntityView, fields=pick(Person, "id", "name", "things")):
    """A person as those see them who follow them."""


class Fan(EntityView, fields=pick(Person, "id", "name", "age")):
    """A person as those see them whom they follow."""
