"""Values at the ends of what can be kept: accepted or refused with their field, never an internal error."""

from typing import Any

import pytest
from django.db import DataError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Q

from backk_core import CrudEntityService, EntityNotFound, One, allow_for_every_user
from backk_core.execute.store import DatabaseStore
from tests.apps.reading.models import Shelf, Small, Specimen
from tests.callers import Caller
from tests.calls import answer, refusal

CREATE = "specimenService.createSpecimen"


class ShelfService(CrudEntityService):
    @allow_for_every_user
    def create_shelf(self, shelf: Shelf) -> One[Shelf]:
        """Make a shelf, in a transaction since it counts first."""
        self.store.count(Shelf)
        return self.store.create(shelf)


def test_a_reference_to_nothing_is_refused_when_the_transaction_ends(database: BaseDatabaseWrapper) -> None:
    said = Caller([ShelfService])("shelfService.createShelf", {"userAccountId": "1", "specimenId": "77"})
    assert (said.status, said.body["errorCode"]) == (400, "error.5")
    assert "refers to an entity that does not exist" in said.body["message"]
    assert DatabaseStore().count(Shelf) == 0


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_a_moment_that_is_out_of_the_calendar_in_utc_is_refused(database: BaseDatabaseWrapper, moment: str) -> None:
    said = refusal(CREATE, {"label": "x", "moment": moment})
    assert said == "moment must be an ISO 8601 timestamp with time zone"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("code", "12345678-1234-5678-1234-567812345678"),
        ("ownerId", "9223372036854775807"),
        ("big", -(2**63)),
        ("price", "999999999999.999"),
        ("day", "0001-01-01"),
        ("moment", "9999-12-31T23:59:59.999Z"),
    ],
)
def test_the_last_value_that_a_column_has_is_kept(database: BaseDatabaseWrapper, field: str, value: Any) -> None:
    answer(CREATE, {"label": "x", field: value})
    (row,) = answer("specimenService.getSpecimens")["data"]
    assert row[field] == value


def test_an_id_that_can_be_nobodys_refers_to_nobody(database: BaseDatabaseWrapper) -> None:
    assert answer(CREATE, {"label": "x", "ownerId": "abc"})["data"]["ownerId"] == "0"


def test_a_uuid_that_the_database_cannot_keep_is_refused(database: BaseDatabaseWrapper) -> None:
    odd = {"label": "x", "code": "1dfb96ef-2daa-8503-3fca-83c96b672c13"}
    if database.vendor == "mysql":
        assert refusal(CREATE, odd) == "a value does not fit into Specimen"
    else:
        assert answer(CREATE, odd)["data"]["code"] == odd["code"]


def test_an_id_that_is_too_large_for_its_column_is_nobodys(database: BaseDatabaseWrapper) -> None:
    store = DatabaseStore()
    store.create(Small(amount=1))
    large = str(2**40)
    with pytest.raises(EntityNotFound):
        store.get_by_id(Small, large)
    with pytest.raises(EntityNotFound):
        store.delete_by_id(Small, large)
    assert store.get_by_ids(Small, [large]).data == []
    assert store.count(Small, Q(pk=2**40) | Q(amount=2**20)) == 0


def test_a_text_that_code_made_with_a_nul_is_refused_instead_of_being_cut(database: BaseDatabaseWrapper) -> None:
    store = DatabaseStore()
    if database.vendor == "postgresql":
        with pytest.raises(DataError, match="NUL"):
            store.count(Specimen, Q(label="before\0after"))
    else:
        assert store.count(Specimen, Q(label="before\0after")) == 0
