"""Services about people."""

from typing import Annotated

from django.db.models import Q

from backk_core import (
    Argument,
    CrudEntityService,
    Id,
    Many,
    One,
    PostQueryOperations,
    UserDefinedFilter,
    allow_for_every_user,
    array_max_size,
    array_not_unique,
    is_any_string,
    max_length,
    no_captcha,
)
from tests.apps.secrets.models import Person


class ByEmail(PostQueryOperations):
    email: Annotated[str, max_length(254), is_any_string]


class ByPhones(Argument):
    phones: Annotated[str, max_length(254), is_any_string]


class Wanted(PostQueryOperations):
    filters: Annotated[list[UserDefinedFilter], array_max_size(10), array_not_unique] = []


@allow_for_every_user
class PersonService(CrudEntityService):
    """Knows people."""

    @no_captcha("only tests call it")
    def create_person(self, person: Person) -> One[Person]:
        return self.store.create(person)

    def get_people(self, query: Wanted) -> Many[Person]:
        return self.store.get_all(Person, query, query.filters)

    def get_person(self, argument: Id) -> One[Person]:
        return self.store.get_by_id(Person, argument.id)

    def get_person_by_email(self, argument: ByEmail) -> One[Person]:
        return self.store.get_first(Person, argument, Q(email=argument.email))

    def get_people_by_phones(self, argument: ByPhones) -> Many[Person]:
        return self.store.get_all(Person, None, Q(phone_number__in=argument.phones.split(",")))

    def update_person(self, person: Person) -> None:
        self.store.update(person)

    def change_phones(self, argument: ByPhones) -> None:
        old, new = argument.phones.split(",")
        self.store.update_all(Person, {"phone_number": new}, Q(phone_number=old))

    def delete_person(self, argument: Id) -> None:
        self.store.delete_by_id(Person, argument.id)
