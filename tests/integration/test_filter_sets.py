"""What FilterSets find on every database, for values that were sent as an argument's properties."""

import datetime
from decimal import Decimal
from typing import Annotated, Any

import django_filters
import pytest
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Q
from django.utils import timezone

from backk_core import (
    CrudEntityService,
    Many,
    PostQueryOperations,
    all_of,
    allow_for_every_user,
    array_max_size,
    is_any_string,
    matching,
    max_length,
)
from backk_core.testing import Client
from tests.apps.reading.models import Shelf, Specimen

UTC = datetime.UTC


class SpecimenFilters(django_filters.FilterSet):
    """Finds specimens."""

    kind = django_filters.ChoiceFilter(field_name="note", choices=[("a", "A"), ("b", "B")], null_label="none")
    kinds = django_filters.MultipleChoiceFilter(field_name="note", choices=[("a", "A"), ("b", "B")])
    ratio = django_filters.RangeFilter()
    during = django_filters.DateFromToRangeFilter(field_name="moment")
    days = django_filters.DateFromToRangeFilter(field_name="day")
    without = django_filters.CharFilter(field_name="label", exclude=True)
    starts = django_filters.CharFilter(field_name="label", lookup_expr="istartswith")
    said = django_filters.CharFilter(method="is_said", validators=[max_length(16), is_any_string])
    same = django_filters.CharFilter(
        field_name="label", method=lambda queryset, name, value: queryset.filter(**{name: value, "note": value})
    )
    noted = django_filters.ChoiceFilter(
        choices=[("a", "A")], null_label="none", null_value="nothing", method="is_noted", field_name="note"
    )
    seen = django_filters.DateRangeFilter(field_name="moment")

    class Meta:
        model = Specimen
        fields = {
            "label": ["exact", "in", "icontains"],
            "amount": ["exact", "gte", "lt", "range", "isnull"],
            "price": ["lte"],
            "flag": ["exact"],
            "code": ["exact"],
            "day": ["exact", "year", "month__gte"],
            "moment": ["gt"],
        }

    def is_noted(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.filter(note__isnull=True) if value == "nothing" else queryset.filter(note=value)

    def is_said(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.filter(Q(label=value) | Q(note=value))


class ShelfFilters(django_filters.FilterSet):
    owner = django_filters.CharFilter(field_name="specimen__owner_id")
    specimen_label = django_filters.CharFilter(field_name="specimen__label")
    light = django_filters.ModelChoiceFilter(field_name="specimen", queryset=Specimen.objects.filter(amount__lt=10))
    not_this = django_filters.ModelChoiceFilter(
        field_name="specimen", queryset=Specimen.objects.filter(amount__lt=10), exclude=True
    )
    several = django_filters.ModelMultipleChoiceFilter(
        field_name="specimen", queryset=Specimen.objects.all(), validators=[array_max_size(5)]
    )

    class Meta:
        model = Shelf
        fields = ["specimen", "id"]


class PositiveFilters(django_filters.FilterSet):
    """Shows nothing of a negative amount, whatever is asked."""

    class Meta:
        model = Specimen
        fields = {"label": ["exact"]}

    def filter_queryset(self, queryset: Any) -> Any:
        return super().filter_queryset(queryset).filter(amount__gte=0)


class GetSpecimens(PostQueryOperations, fields=all_of(SpecimenFilters)):
    label_in: Annotated[list[str], array_max_size(10)]


class GetShelves(PostQueryOperations, fields=all_of(ShelfFilters)):
    pass


@allow_for_every_user
class SpecimenService(CrudEntityService):
    def get_specimens(self, query: GetSpecimens) -> Many[Specimen]:
        return self.store.get_all(Specimen, query, matching(query))

    def get_positive(self, filters: PositiveFilters) -> Many[Specimen]:
        return self.store.get_all(Specimen, None, matching(filters))

    def get_shelves(self, query: GetShelves) -> Many[Shelf]:
        return self.store.get_all(Shelf, query, matching(query))


ROWS: dict[str, dict[str, Any]] = {
    "Ant": {"note": "a", "amount": 1, "ratio": 0.5, "price": Decimal("1.5"), "flag": True,
            "day": datetime.date(2024, 1, 31), "moment": datetime.datetime(2024, 1, 31, 23, 59, 59, tzinfo=UTC)},
    "Bee": {"note": "b", "amount": 5, "ratio": 1.5, "price": Decimal("2.5"), "flag": False,
            "day": datetime.date(2024, 6, 1), "moment": datetime.datetime(2024, 6, 1, tzinfo=UTC)},
    "ant": {"note": "ant", "amount": -5, "ratio": 2.5, "day": datetime.date(2023, 12, 1)},
    "%": {"amount": 50},
}  # fmt: skip


@pytest.fixture
def rows(database: BaseDatabaseWrapper) -> dict[str, Specimen]:
    return {
        label: Specimen._default_manager.using(database.alias).create(label=label, **values)
        for label, values in ROWS.items()
    }


def found(argument: dict[str, Any], function: Any = SpecimenService.get_specimens) -> list[str]:
    return [row["label"] for row in Client(SpecimenService).call(function, argument).data]


@pytest.mark.parametrize(
    ("argument", "expected"),
    [
        ({}, ["Ant", "Bee", "ant", "%"]),
        ({"label": "ant"}, ["ant"]),
        ({"label": ""}, ["Ant", "Bee", "ant", "%"]),
        ({"labelIn": ["ant", "Bee"]}, ["Bee", "ant"]),
        ({"labelIn": []}, ["Ant", "Bee", "ant", "%"]),
        ({"labelIcontains": "NT"}, ["Ant", "ant"]),
        ({"labelIcontains": "%"}, ["%"]),
        ({"amount": 0}, []),
        ({"amountGte": 5}, ["Bee", "%"]),
        ({"amountGte": 0, "amountLt": 5}, ["Ant"]),
        ({"amountRange": [-5, 1]}, ["Ant", "ant"]),
        ({"amountIsnull": True}, []),
        ({"priceLte": "1.5"}, ["Ant"]),
        ({"flag": False}, ["Bee"]),
        ({"day": "2024-06-01"}, ["Bee"]),
        ({"dayYear": 2024}, ["Ant", "Bee"]),
        ({"dayMonthGte": 6}, ["Bee", "ant"]),
        ({"momentGt": "2024-02-01T00:00:00Z"}, ["Bee"]),
        ({"kind": "a"}, ["Ant"]),
        ({"kind": None}, ["%"]),
        ({"kinds": ["a", "b"]}, ["Ant", "Bee"]),
        ({"ratioMin": 1, "ratioMax": 2.5}, ["Bee", "ant"]),
        ({"ratioMin": 2}, ["ant"]),
        ({"ratioMax": 1.5}, ["Ant", "Bee"]),
        ({"duringAfter": "2024-01-31", "duringBefore": "2024-01-31"}, ["Ant"]),
        ({"daysAfter": "2024-01-31"}, ["Ant", "Bee"]),
        ({"daysBefore": "2024-01-31"}, ["Ant", "ant"]),
        ({"without": "ant"}, ["Ant", "Bee", "%"]),
        ({"starts": "AN"}, ["Ant", "ant"]),
        ({"said": "b"}, ["Bee"]),
        ({"same": "ant"}, ["ant"]),
        ({"said": "ant", "amountLt": 0}, ["ant"]),
        ({"seen": "today"}, []),
        ({"noted": "a"}, ["Ant"]),
        ({"noted": None}, ["%"]),
        ({"code": "8d9e4a60-0000-4000-8000-000000000000"}, []),
    ],
)
def test_filters_find_what_was_asked_for(
    rows: dict[str, Specimen], argument: dict[str, Any], expected: list[str]
) -> None:
    assert found(argument) == expected


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Tokyo", "UTC"])
@pytest.mark.parametrize(
    ("argument", "count"), [({"duringBefore": "9999-12-31"}, 2), ({"duringAfter": "0001-01-01"}, 2)]
)
def test_the_first_and_the_last_day_are_days(
    rows: dict[str, Specimen], zone: str, argument: dict[str, Any], count: int
) -> None:
    with timezone.override(zone):
        assert len(found(argument)) == count


def test_days_are_days_in_every_time_zone(rows: dict[str, Specimen]) -> None:
    with timezone.override("America/New_York"):
        assert found({"daysBefore": "2024-05-31"}) == ["Ant", "ant"]


def test_order_and_page_are_the_arguments_own(rows: dict[str, Specimen]) -> None:
    query = {"amountGte": -5, "sortBys": [{"fieldName": "amount", "sortDirection": "DESC"}]}
    assert found({**query, "paginations": [{"pageNumber": 1, "pageSize": 2}]}) == ["%", "Bee"]


def test_a_filter_set_is_an_argument_by_itself_and_keeps_what_it_does_to_every_query(
    rows: dict[str, Specimen],
) -> None:
    assert found({}, SpecimenService.get_positive) == ["Ant", "Bee", "%"]
    assert found({"label": "ant"}, SpecimenService.get_positive) == []
    assert found({"label": "Ant"}, SpecimenService.get_positive) == ["Ant"]


@pytest.fixture
def shelves(database: BaseDatabaseWrapper, rows: dict[str, Specimen]) -> None:
    for label in ("Ant", "Bee", "%"):
        Shelf._default_manager.using(database.alias).create(title=label, specimen=rows[label], user_account_id=1)


def titles(argument: dict[str, Any]) -> list[str]:
    return [row["title"] for row in Client(SpecimenService).call(SpecimenService.get_shelves, argument).data]


def test_related_entities_are_named_by_their_ids(shelves: None, rows: dict[str, Specimen]) -> None:
    assert titles({"specimen": str(rows["Bee"].pk)}) == ["Bee"]
    assert titles({"specimen": "abcdef"}) == []
    assert titles({"specimen": "999999"}) == []
    assert titles({"several": [str(rows["Bee"].pk), str(rows["%"].pk), "77777"]}) == ["Bee", "%"]
    assert titles({"several": []}) == ["Ant", "Bee", "%"]


def test_what_cannot_be_chosen_finds_nothing(shelves: None, rows: dict[str, Specimen]) -> None:
    assert titles({"light": str(rows["Bee"].pk)}) == ["Bee"]
    assert titles({"light": str(rows["%"].pk)}) == []
    assert titles({"notThis": str(rows["Ant"].pk)}) == ["Bee", "%"]
    assert titles({"notThis": str(rows["%"].pk)}) == ["Ant", "Bee", "%"]


def test_filters_follow_relations(shelves: None) -> None:
    assert titles({"specimenLabel": "Ant"}) == ["Ant"]
    assert titles({"owner": "abcdef"}) == []
    assert titles({"owner": "12"}) == []


@pytest.mark.parametrize(
    ("argument", "says"),
    [
        ({"amountGte": 2**31}, "amountGte must not be greater than"),
        ({"amountGte": "1"}, "amountGte must be an integer number"),
        ({"labelIn": ["a"] * 11}, "labelIn must contain not more than 10 elements"),
        ({"amountRange": [1]}, "amountRange must contain at least 2 elements"),
        ({"kind": "c"}, "kind must be one of the following values: a, b"),
        ({"kinds": ["a", "c"]}, "kinds: 1 must be one of the following values: a, b"),
        ({"dayMonthGte": 13}, "dayMonthGte must not be greater than 12"),
        ({"priceLte": "1.5555"}, "priceLte"),
        ({"said": "x" * 17}, "said must be shorter than or equal to 16 characters"),
        ({"seen": "tomorrow"}, "seen must be one of the following values: today, yesterday"),
        ({"day": "yesterday"}, "day must be an ISO 8601 date"),
        ({"label": None}, "label should not be null or undefined"),
        ({"secret": "x"}, "property secret should not exist"),
    ],
)
def test_what_is_wrong_is_told_by_property(argument: dict[str, Any], says: str) -> None:
    reply = Client(SpecimenService).call(SpecimenService.get_specimens, argument)
    assert reply.error_code == "error.5"
    assert says in (reply.message or "")
