"""The filters that services write: Django's Q as Django understands it, and literal SQL."""

import datetime
import decimal
import uuid
from typing import Any

import pytest
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F, Model, Q
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from backk_core import sql
from backk_core.execute.store import DatabaseStore
from tests.apps.reading.models import Shelf, Specimen

STORE = DatabaseStore()
CODES = [uuid.UUID(int=number, version=4) for number in range(3)]
NOON = datetime.datetime(2024, 2, 29, 12, tzinfo=datetime.UTC)


@pytest.fixture
def rows(database: BaseDatabaseWrapper) -> None:
    specimens = STORE.create_many(
        [
            Specimen(
                label="abc"[number % 3],
                note=[None, "", "x:y", "50%"][number % 4],
                amount=[None, -1, 0, 5][number % 4],
                ratio=[None, 0.5, 2.0][number % 3],
                price=[None, decimal.Decimal("1.500")][number % 2],
                flag=[None, True, False][number % 3],
                code=[None, *CODES][number % 4],
                day=[None, datetime.date(2024, 2, 29)][number % 2],
                moment=[None, NOON][number % 2],
                owner_id=[None, 1, 2][number % 3],
            )
            for number in range(12)
        ]
    ).data
    STORE.create_many(
        [Shelf(title=f"shelf {n}", rank=n, user_account_id=1, specimen_id=specimens[n].pk) for n in range(6)]
        + [Shelf(title=None, rank=None, user_account_id=2, specimen_id=None)]
    )


def _agrees(db: BaseDatabaseWrapper, model: type[Model], q: Q) -> None:
    djangos = set(model._base_manager.using(db.alias).filter(q).values_list("pk", flat=True))
    assert {row.pk for row in STORE.get_all(model, None, q)} == djangos, q
    # another way to the database, where that is PostgreSQL
    assert STORE.count(model, q) == len(djangos), q


LOOKUPS: dict[str, st.SearchStrategy[Any]] = {
    "label": st.sampled_from(["a", "b", "B", ""]),
    "note": st.sampled_from(["", "x:y", "50%", "z"]),
    "amount": st.integers(-2, 6) | st.just(2**40),
    "ratio": st.sampled_from([0.5, 2, -1.0, 1e300]),
    "price": st.sampled_from([decimal.Decimal("1.5"), decimal.Decimal(2)]),
    "flag": st.booleans(),
    "code": st.sampled_from(CODES),
    "day": st.sampled_from([datetime.date(2024, 2, 29), datetime.date(2024, 3, 1)]),
    "moment": st.sampled_from([NOON, NOON + datetime.timedelta(milliseconds=1)]),
    "owner_id": st.integers(0, 3),
}


@st.composite
def lookups(draw: st.DrawFn) -> Q:
    name = draw(st.sampled_from(list(LOOKUPS)))
    values = LOOKUPS[name]
    kind = draw(st.sampled_from(["", "__exact", "__in", "__isnull", "__range", "__gt", "__gte", "__lt", "__lte"]))
    if name in {"flag", "code"} and kind not in {"", "__exact", "__in", "__isnull"}:
        kind = "__in"
    value = {
        # of None in a list, Django's versions think differently
        "__in": st.lists(values, max_size=3),
        "__isnull": st.booleans(),
        "__range": st.tuples(values, values),
        "__exact": values | st.none(),
        "": values | st.none(),
    }.get(kind, values)
    q = Q(**{f"{name}{kind}": draw(value)})
    # Django finds nulls less than a number that no column of 32 bits has; SQL does not
    assume(not (kind in {"__lt", "__lte"} and q.children[0][1] == 2**40))
    return ~q if draw(st.booleans()) else q


QS = st.recursive(
    lookups(),
    lambda inner: st.tuples(inner, inner, st.sampled_from("&|"), st.booleans()).map(lambda parts: _joined(*parts)),
    max_leaves=6,
)


def _joined(left: Q, right: Q, connector: str, negated: bool) -> Q:
    both = left & right if connector == "&" else left | right
    return ~both if negated else both


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(q=QS)
@example(Q())
@example(~Q())
@example(Q() | Q(label="a"))
@example(Q(pk__in=[]) | Q(label="a"))
@example(~Q(pk__in=[]))
@example(~(Q(amount=5) | Q(note="z")))
@example(~(Q(amount=5) & ~Q(note="z")))
@example(Q(label=5) | Q(amount="5") | Q(flag=1))
@example(Q(amount=F("owner_id")) | Q(ratio__gt=F("amount") * 2))
@example(Q(note__contains="%") | Q(note__icontains="X:") | Q(label__startswith="b") | Q(moment__year=2024))
@example(Q(amount=True))
@example(Q(ratio__lt=F("amount") + 2**40))
@example(Q(amount=-(2**70)) | Q(amount__gt=2**40) | Q(amount__lt=2**70))
@example(Q(shelf__rank__gte=2) | Q(shelf__title="shelf 1"))
@example(~Q(shelf__rank__gte=2))
def test_q_means_what_it_means_in_django(rows: None, database: BaseDatabaseWrapper, q: Q) -> None:
    _agrees(database, Specimen, q)


@pytest.mark.parametrize(
    "q",
    [
        Q(specimen=None),
        Q(specimen__isnull=False, rank__lt=3),
        Q(specimen__label="a"),
        ~Q(specimen__label="a"),
        Q(specimen__amount__gt=F("rank")),
        Q(user_account_id=1) & ~Q(specimen__note=None),
        Q(specimen__in=Specimen.objects.none()),
    ],
)
def test_q_may_follow_relations(rows: None, database: BaseDatabaseWrapper, q: Q) -> None:
    _agrees(database, Shelf, q)


def test_q_takes_an_entity_and_a_query_as_values(rows: None, database: BaseDatabaseWrapper) -> None:
    specimen = Specimen.objects.using(database.alias).order_by("pk")[2]
    _agrees(database, Shelf, Q(specimen=specimen))
    _agrees(database, Shelf, Q(specimen=specimen.pk) | Q(rank__in=[0, 1]))
    _agrees(database, Shelf, Q(specimen__in=Specimen.objects.using(database.alias).filter(label="a")))


def test_q_that_follows_a_relation_can_update_and_delete(rows: None, database: BaseDatabaseWrapper) -> None:
    changed = Shelf.objects.using(database.alias).filter(specimen__label="a").count()
    assert STORE.update_all(Shelf, {"rank": 9}, Q(specimen__label="a")) == changed
    assert STORE.delete_all(Shelf, Q(specimen__label="a")) == changed
    assert STORE.delete_all(Shelf, Q(pk__in=[])) == 0


def test_a_lookup_that_django_refuses_is_refused(rows: None, database: BaseDatabaseWrapper) -> None:
    for q in (Q(amount__gt=None), Q(amount__isnull="yes"), Q(nothing=1), Q(amount__nothing=1)):
        with pytest.raises(Exception, match=r"None|isnull|nothing") as djangos:
            list(Specimen.objects.using(database.alias).filter(q))
        with pytest.raises(djangos.type):
            STORE.count(Specimen, q)


# literal SQL


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (sql("amount > :low", low=-1), 6),
        (sql("amount > :low AND amount < :high OR amount = :low", low=0, high=9), 6),
        (sql("note = 'x:y'"), 3),
        (sql("note = 'x:y' AND label = :label", label="a"), 1),
        (sql("note = 'it''s :label' OR label = :label", label="a"), 4),
        (sql('"note" LIKE \'50%\' AND "label" <> :label', label="b"), 2),
        (sql("note LIKE :pattern", pattern="%:%"), 3),
        (sql("note = '50%' OR note = '%s'"), 3),
        (sql("note = :note", note="50%"), 3),
        (sql("ratio>:low", low=1.0), 4),
        (sql("price = :price", price=decimal.Decimal("1.5")), 6),
        (sql("moment <= :now", now=NOON), 6),
        (sql("day = :day", day=datetime.date(2024, 2, 29)), 6),
        (sql("flag = :flag", flag=True), 4),
        (sql("coalesce(note, 'none:at:all') = 'none:at:all'"), 3),
    ],
)
def test_literal_sql_has_named_parameters(
    rows: None, database: BaseDatabaseWrapper, condition: Any, expected: int
) -> None:
    if database.vendor == "mysql" and '"note"' in condition.expression:
        condition = sql("`note` LIKE '50%' AND `label` <> :label", label="b")
    assert STORE.count(Specimen, condition) == expected
    assert len(STORE.get_all(Specimen, None, condition)) == expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (sql("note::text = :note::text", note="x:y"), 3),
        (sql("(amount)::bigint=:low::bigint", low=5), 3),
        (sql("amount = ANY(:amounts)", amounts=[5, 0]), 6),
        (sql("coalesce(tags[1:2], '{}') = '{}' AND label = :label", label="a"), 4),
        (sql("'a'::text = label"), 4),
    ],
)
def test_literal_sql_may_cast_and_slice_on_postgresql(
    rows: None, database: BaseDatabaseWrapper, condition: Any, expected: int
) -> None:
    if database.vendor != "postgresql":
        pytest.skip("needs PostgreSQL: only there is this SQL")
    assert STORE.count(Specimen, condition) == expected
    assert len(STORE.get_all(Specimen, None, condition)) == expected


@pytest.mark.parametrize(
    "condition", [sql("amount > :low"), sql("amount > 1", low=1), sql("note = ':low'", low=1), sql("amount > :a", b=1)]
)
def test_parameters_must_be_those_that_are_named(database: BaseDatabaseWrapper, condition: Any) -> None:
    with pytest.raises(ValueError, match="names"):
        STORE.count(Specimen, condition)


def test_filters_of_all_sorts_are_joined_by_and(rows: None) -> None:
    assert STORE.count(Specimen, Q(label="a") | Q(label="b"), sql("amount > :low", low=-1), Q(flag=True)) == 2
