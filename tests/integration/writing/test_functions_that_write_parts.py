"""Functions that write entities with parts, called as transports call them: one transaction, run again from what was sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import pytest
from django.db import OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Q
from django.test import override_settings
from django.test.utils import CaptureQueriesContext

from backk_core import (
    Argument,
    CrudEntityService,
    One,
    ServiceError,
    SubEntityCountExceeded,
    after,
    allow_for_every_user,
    array_max_size,
    array_not_unique,
    before,
    is_any_string,
    max_length,
    one_statement,
    pick,
)
from backk_core.describe.contracts import Statements
from tests.apps.relations.models import Card, Person, Stamp
from tests.callers import Caller

BODY = {
    "name": "Ann",
    "cards": [{"number": "1", "isDefault": True, "stamps": [{"mark": "x"}]}, {"number": "2", "isDefault": False}],
}


class NotToday(ServiceError):
    """Not today"""

    code = 1


class NumberedCard(Argument, fields=pick(Person, "id")):
    """A person and the id of a card."""

    number: Annotated[str, is_any_string, max_length(24)]


class WithCards(Argument, fields=pick(Person, "id")):
    """A person and the numbers of new cards."""

    numbers: Annotated[list[Annotated[str, is_any_string, max_length(24)]], array_max_size(9), array_not_unique]


class PersonService(CrudEntityService):
    """Keeps people."""

    errors = (NotToday,)
    in_the_middle: Callable[[], None] = staticmethod(lambda: None)

    @allow_for_every_user
    def create_person(self, person: Person) -> One[Person]:
        """Create somebody: one operation."""
        return self.store.create(person)

    @allow_for_every_user
    def create_person_in_two_steps(self, person: Person) -> One[Person]:
        """Create somebody, and more."""
        created = self.store.create(person)
        self.in_the_middle()
        return created

    @allow_for_every_user
    def create_person_unless(self, person: Person) -> One[Person]:
        """Create somebody, and refuse it afterwards."""
        return self.store.create(person, hooks=[before(self.in_the_middle), after(lambda _: False, NotToday)])

    @allow_for_every_user
    def update_person_in_two_steps(self, person: Person) -> None:
        """Update somebody, and more."""
        self.store.update(person)
        self.in_the_middle()

    @allow_for_every_user
    @one_statement("is said to be one, and is not")
    def create_person_at_once(self, person: Person) -> One[Person]:
        """Create somebody."""
        return self.store.create(person)


class CardService(CrudEntityService):
    """Keeps cards."""

    @allow_for_every_user
    def add_cards(self, given: WithCards) -> None:
        """Give somebody cards, and as much of them as there is room for."""
        person = self.store.lock(Person, given.id)
        try:
            person.name, person.cards = "all", cards_of(given.numbers)
            self.store.update(person)
        except SubEntityCountExceeded:
            self.store.add_sub_entities(Person, given.id, "cards", cards_of(given.numbers[:1]))

    @allow_for_every_user
    def remove_card(self, card: NumberedCard) -> None:
        """Take a card away: one operation."""
        self.store.remove_sub_entities(Person, card.id, "cards", Q(local_id=card.number))


def cards_of(numbers: list[str]) -> list[Card]:
    return [Card(number=number, is_default=False) for number in numbers]


@pytest.fixture
def call(database: BaseDatabaseWrapper) -> Any:
    with override_settings(BACKK={"DATABASE": database.alias, "ENVIRONMENT": "test"}):
        yield Caller([PersonService, CardService])


def counts(db: BaseDatabaseWrapper) -> tuple[int, int, int]:
    people, cards, stamps = (model._default_manager.using(db.alias).count() for model in (Person, Card, Stamp))
    return people, cards, stamps


def collide_once() -> Callable[[], None]:
    left = iter((True,))

    def collide() -> None:
        if next(left, False):
            raise OperationalError(1213, "Deadlock found when trying to get lock")

    return collide


def test_what_is_created_is_answered_with_the_ids_of_its_parts(call: Caller, database: BaseDatabaseWrapper) -> None:
    answer = call("personService.createPerson", BODY)
    assert answer.status == 200
    cards = answer.body["data"]["cards"]
    assert [(card["id"], card["number"], [s["id"] for s in card["stamps"]]) for card in cards] == [
        ("0", "1", ["0"]),
        ("1", "2", []),
    ]
    assert answer.body["data"]["favorites"] == []
    assert counts(database) == (1, 2, 1)


def test_an_operation_of_several_statements_opens_its_transaction_where_the_function_has_none(
    call: Caller, database: BaseDatabaseWrapper
) -> None:
    functions = call.registry.functions
    assert functions["personService.createPerson"].statements is Statements.ONE
    assert functions["cardService.removeCard"].statements is Statements.ONE
    assert functions["personService.createPersonUnless"].statements is not Statements.ONE
    with CaptureQueriesContext(database) as queries:
        assert call("personService.createPerson", BODY).status == 200
    assert not [query for query in queries if "SAVEPOINT" in query["sql"]]


def test_a_part_that_the_database_refuses_takes_its_root_with_it(call: Caller, database: BaseDatabaseWrapper) -> None:
    for body in (
        {
            **BODY,
            "cards": [{"number": "1", "isDefault": True, "id": "5"}, {"number": "2", "isDefault": True, "id": "5"}],
        },
        {**BODY, "cards": [{"number": "1", "isDefault": True, "stamps": [{"mark": "a", "id": "1"}] * 2}]},
    ):
        assert call("personService.createPerson", body).status == 400
        assert counts(database) == (0, 0, 0)


def test_a_function_that_collided_numbers_its_parts_anew(call: Caller, database: BaseDatabaseWrapper) -> None:
    service: Any = call.services.get(PersonService)
    service.in_the_middle = collide_once()
    answer = call("personService.createPersonInTwoSteps", BODY)
    assert [card["id"] for card in answer.body["data"]["cards"]] == ["0", "1"]
    assert counts(database) == (1, 2, 1)
    service.in_the_middle = collide_once()
    id = answer.body["data"]["_id"]
    cards = [{"number": "3", "isDefault": True}, {"id": "0", "number": "9", "stamps": [{"mark": "y"}]}]
    assert call("personService.updatePersonInTwoSteps", {"_id": id, "cards": cards}).status == 200
    rows = Card.objects.using(database.alias).order_by("local_id")
    assert [(row.local_id, row.number) for row in rows] == [("0", "9"), ("1", "2"), ("2", "3")]
    assert counts(database) == (1, 3, 2)
    assert Person.objects.using(database.alias).get().version == 2


def test_hooks_that_collide_are_run_again_with_their_operation(call: Caller, database: BaseDatabaseWrapper) -> None:
    service: Any = call.services.get(PersonService)
    service.in_the_middle = collide_once()
    answer = call("personService.createPersonUnless", BODY)
    assert (answer.status, answer.body["errorCode"]) == (400, "personService.1")
    assert counts(database) == (0, 0, 0)


def test_who_says_that_parts_are_one_statement_is_told_that_they_are_not(
    call: Caller, database: BaseDatabaseWrapper
) -> None:
    assert call("personService.createPersonAtOnce", BODY).status == 500
    assert counts(database) == (0, 0, 0)


def test_the_rest_of_a_function_goes_on_after_an_operation_that_failed(
    call: Caller, database: BaseDatabaseWrapper
) -> None:
    id = call("personService.createPerson", BODY).body["data"]["_id"]
    assert call("cardService.addCards", {"_id": id, "numbers": ["3", "4", "5"]}).status == 200
    assert counts(database) == (1, 3, 1)
    assert Person.objects.using(database.alias).get().name == "Ann"
    assert call("cardService.removeCard", {"_id": id, "number": "2"}).status == 200
    assert counts(database) == (1, 2, 1)


def test_a_full_list_of_parts_is_error_7(call: Caller, database: BaseDatabaseWrapper) -> None:
    id = call("personService.createPerson", BODY).body["data"]["_id"]
    cards = [{"number": number, "isDefault": True} for number in "345"]
    answer = call("personService.updatePersonInTwoSteps", {"_id": id, "cards": cards})
    assert (answer.status, answer.body["errorCode"]) == (422, "error.7")
    assert counts(database) == (1, 2, 1)
