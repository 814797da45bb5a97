"""People who have things, cards, favourites and friends, kept without the store; and what answers about them say."""

from __future__ import annotations

from typing import Any

from django.db import models

from tests.apps.relations.models import Card, Person, Stamp, Thing, Word


def link(model: type[models.Model], name: str, alias: str, pairs: list[tuple[int, int]]) -> None:
    """Fill the link table of a many-to-many relation."""
    field: Any = model._meta.get_field(name)
    near, far = field.m2m_column_name(), field.m2m_reverse_name()
    through = field.remote_field.through
    through._base_manager.using(alias).bulk_create(
        [through(**{near: one, far: other}) for one, other in dict.fromkeys(pairs)]
    )


def keep_people(alias: str, number: int) -> None:
    """Keep so many people with ids from 1: nobody like another, some with nothing, one with more than a page holds."""
    words = [Word(id=n, name=f'word "{n}"') for n in range(1, 8)]
    Word._base_manager.using(alias).bulk_create(words)
    things = [
        Thing(
            id=n,
            title=f"thing {n % 7} é",
            price=n / 4,
            note=None if n % 3 else f"note {n}",
            state=("open", "sold")[n % 2],
            user_account_id=1 if n > 10 else n % number + 1,
            places=["a", 'b"'][: n % 3],
        )
        for n in range(1, 71)
    ]
    Thing._base_manager.using(alias).bulk_create(things)
    link(Thing, "words", alias, [(n, 1 + (n * k) % 7) for n in range(1, 71) for k in range(1, 1 + n % 4)])
    for n in range(1, number + 1):
        Person(id=n, name=f"name {-n % 5}", age=None if n % 4 == 0 else n % 100).save(using=alias, force_insert=True)
    row_id = 0
    cards, stamps = [], []
    for n in range(1, number + 1):
        for local in ("10", "2", "a", "0")[: n % 5]:
            row_id += 1
            cards.append(
                Card(row_id=row_id, parent_id=n, local_id=local, number=f"{n}-{local}", is_default=row_id % 2 == 0)
            )
            stamps += [Stamp(parent_id=row_id, local_id=str(k), mark=f"m{row_id % 3}") for k in range(row_id % 4)]
    for each in (*cards, *stamps):
        each.save(using=alias, force_insert=True)
    link(Card, "things", alias, [(n, 1 + n % 70) for n in range(1, row_id + 1)])
    link(
        Person,
        "favorites",
        alias,
        [(n, k) for n in range(1, number + 1) for k in range(1, 71) if k % n == 0 and (n != 3 or k % 2)],
    )
    link(Person, "friends", alias, [(n, k) for n in range(1, number + 1) for k in {1, n // 2, n - 1} if 0 < k < n])


def keep_alike(alias: str, number: int) -> None:
    """Keep so many people in the place of all others, each with something at every path."""
    for model in (Stamp, Card, Person, Thing, Word):
        model._base_manager.using(alias).all().delete()
    ids = range(1, number + 1)
    Word._base_manager.using(alias).create(id=1, name="word")
    Thing._base_manager.using(alias).bulk_create(
        [Thing(id=n, title="thing", price=1, user_account_id=n, places=[]) for n in ids]
    )
    for n in ids:
        Person(id=n, name="name", age=n % 100).save(using=alias, force_insert=True)
    Card._base_manager.using(alias).bulk_create(
        [
            Card(row_id=2 * n + k, parent_id=n, local_id=str(k), number="1", is_default=False)
            for n in ids
            for k in (0, 1)
        ]
    )
    Stamp._base_manager.using(alias).bulk_create(
        [Stamp(parent_id=2 * n + k, local_id="0", mark="m") for n in ids for k in (0, 1)]
    )
    link(Thing, "words", alias, [(n, 1) for n in ids])
    link(Card, "things", alias, [(2 * n + k, n) for n in ids for k in (0, 1)])
    link(Person, "favorites", alias, [(n, k) for n in ids for k in (1, n)])
    link(Person, "friends", alias, [(n, k) for n in ids for k in (1, n)])
