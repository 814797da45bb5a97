"""Reading entities that hang together in every way: filtered, counted, by steps, touched and untouched, as views."""

from typing import Annotated

from django.db.models import Q

from backk_core import (
    CrudEntityService,
    Id,
    Many,
    One,
    PageStepQuery,
    PostQueryOperations,
    UserDefinedFilter,
    allow_for_every_user,
    array_max_size,
    array_not_unique,
    at,
    count_of,
    one_statement,
    page_steps_only,
)
from tests.apps.relations.models import Friend, Person, Thing


class PersonQuery(PostQueryOperations):
    user_defined_filters: Annotated[list[UserDefinedFilter], array_max_size(100), array_not_unique] = []


class PersonSteps(PageStepQuery):
    user_defined_filters: Annotated[list[UserDefinedFilter], array_max_size(100), array_not_unique] = []


class PeopleService(CrudEntityService):
    """Answers people and what they have."""

    @allow_for_every_user
    def get_people(self, query: PersonQuery) -> Many[Person]:
        return self.store.get_all(Person, query, query.user_defined_filters)

    @allow_for_every_user
    def get_touched_people(self, query: PersonQuery) -> Many[Person]:
        people = self.store.get_all(Person, query, query.user_defined_filters)
        assert people.data is not None
        return people

    @allow_for_every_user
    @count_of("", "cards", "cards.stamps", "friends.things")
    def get_counted_people(self, query: PersonQuery) -> Many[Person]:
        return self.store.get_all(Person, query, query.user_defined_filters)

    @allow_for_every_user
    @count_of("", "cards", "cards.stamps", "friends.things")
    def get_counted_and_touched_people(self, query: PersonQuery) -> Many[Person]:
        people = self.store.get_all(Person, query, query.user_defined_filters)
        assert people.data is not None
        return people

    @allow_for_every_user
    @page_steps_only
    @count_of("", "cards")
    def get_people_by_steps(self, query: PersonSteps) -> Many[Person]:
        return self.store.get_all(Person, query, query.user_defined_filters)

    @allow_for_every_user
    @page_steps_only
    @count_of("", "cards")
    def get_touched_people_by_steps(self, query: PersonSteps) -> Many[Person]:
        people = self.store.get_all(Person, query, query.user_defined_filters)
        assert people.data is not None
        return people

    @allow_for_every_user
    def get_every_person(self) -> Many[Person]:
        return self.store.get_all(Person)

    @allow_for_every_user
    def get_every_touched_person(self) -> Many[Person]:
        people = self.store.get_all(Person)
        assert people.data is not None
        return people

    @allow_for_every_user
    @one_statement("one reading is one operation, however many paths it has")
    def get_people_once(self, query: PersonQuery) -> Many[Person]:
        return self.store.get_all(Person, query)

    @allow_for_every_user
    @one_statement("it is wrong")
    def get_people_twice(self, query: PersonQuery) -> Many[Person]:
        self.store.get_all(Person, query)
        return self.store.get_all(Person, query)

    @allow_for_every_user
    def get_person(self, argument: Id) -> One[Person]:
        return self.store.get_by_id(Person, argument.id)

    @allow_for_every_user
    def get_people_with_open_things(self, query: PersonQuery) -> Many[Person]:
        return self.store.get_all(
            Person, query, at("favorites", Q(state="open")), at("friends", at("things", Q(price__lt=5)))
        )

    @allow_for_every_user
    def get_friends(self, query: PersonQuery) -> Many[Friend]:
        return self.store.get_all(Friend, query, query.user_defined_filters)

    @allow_for_every_user
    def get_touched_friends(self, query: PersonQuery) -> Many[Friend]:
        friends = self.store.get_all(Friend, query, query.user_defined_filters)
        assert friends.data is not None
        return friends

    @allow_for_every_user
    def get_things(self, query: PersonQuery) -> Many[Thing]:
        return self.store.get_all(Thing, query, query.user_defined_filters)
