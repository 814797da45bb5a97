"""Reading in every way: filtered, counted, by steps of a page, touched and untouched."""

from typing import Annotated

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
    count_of,
    no_captcha,
    page_steps_only,
)
from tests.apps.reading.models import Specimen


class SpecimenQuery(PostQueryOperations):
    user_defined_filters: Annotated[list[UserDefinedFilter], array_max_size(100), array_not_unique] = []


class SpecimenSteps(PageStepQuery):
    user_defined_filters: Annotated[list[UserDefinedFilter], array_max_size(100), array_not_unique] = []


class SpecimenService(CrudEntityService):
    """Keeps specimens."""

    @allow_for_every_user
    @no_captcha("only tests call it")
    def create_specimen(self, specimen: Specimen) -> One[Specimen]:
        return self.store.create(specimen)

    @allow_for_every_user
    def get_specimens(self, query: SpecimenQuery) -> Many[Specimen]:
        return self.store.get_all(Specimen, query, query.user_defined_filters)

    @allow_for_every_user
    def get_specimen(self, argument: Id) -> One[Specimen]:
        return self.store.get_by_id(Specimen, argument.id)

    @allow_for_every_user
    def get_all_specimens(self) -> Many[Specimen]:
        return self.store.get_all(Specimen)

    @allow_for_every_user
    def get_all_touched_specimens(self) -> Many[Specimen]:
        specimens = self.store.get_all(Specimen)
        assert specimens.data is not None
        return specimens

    @allow_for_every_user
    def get_touched_specimens(self, query: SpecimenQuery) -> Many[Specimen]:
        specimens = self.store.get_all(Specimen, query, query.user_defined_filters)
        assert specimens.data is not None
        return specimens

    @allow_for_every_user
    @count_of()
    def get_counted_specimens(self, query: SpecimenQuery) -> Many[Specimen]:
        return self.store.get_all(Specimen, query, query.user_defined_filters)

    @allow_for_every_user
    @count_of()
    def get_counted_and_touched_specimens(self, query: SpecimenQuery) -> Many[Specimen]:
        specimens = self.store.get_all(Specimen, query, query.user_defined_filters)
        assert specimens.data is not None
        return specimens

    @allow_for_every_user
    @page_steps_only
    def get_specimens_by_steps(self, query: SpecimenSteps) -> Many[Specimen]:
        return self.store.get_all(Specimen, query, query.user_defined_filters)

    @allow_for_every_user
    @page_steps_only
    @count_of()
    def get_counted_specimens_by_steps(self, query: SpecimenSteps) -> Many[Specimen]:
        return self.store.get_all(Specimen, query, query.user_defined_filters)

    @allow_for_every_user
    @page_steps_only
    def get_other_specimens_by_steps(self, query: SpecimenSteps) -> Many[Specimen]:
        specimens = self.store.get_all(Specimen, query, query.user_defined_filters)
        assert specimens.data is not None
        return specimens
