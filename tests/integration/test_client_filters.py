"""What clients may filter by, and what happens to filters that make no sense."""

import itertools
import json
from typing import Any

import pytest
from django.db.backends.base.base import BaseDatabaseWrapper
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backk_core.declare.types import FieldFunction, Operator
from backk_core.execute import statements
from backk_core.execute.client_filters import LONGEST_PATTERN, MOST_VALUES
from backk_core.execute.store import DatabaseStore
from tests.apps.reading.models import Specimen
from tests.calls import answer, refusal, reply_to

GET = "specimenService.getSpecimens"
FIELDS = [
    *("_id", "label", "note", "amount", "big", "ratio", "price", "flag", "code", "day", "moment", "ownerId", "tags"),
    *("secret", "nothing", ""),
]


def filtered(**given_filter: Any) -> dict[str, Any]:
    return {"userDefinedFilters": [given_filter]}


def names(argument: dict[str, Any]) -> list[str]:
    return [row["label"] for row in answer(GET, argument)["data"]]


@pytest.fixture
def two(database: BaseDatabaseWrapper) -> None:
    DatabaseStore().create_many([Specimen(label="a", amount=1, secret="x"), Specimen(label="b", amount=2, secret="y")])


def test_a_filter_of_a_call_narrows_its_answer(two: None) -> None:
    assert names(filtered(fieldName="amount", operator=">", value=1)) == ["b"]
    assert names({"userDefinedFilters": []}) == ["a", "b"]


def test_a_private_field_is_refused_like_one_that_does_not_exist(two: None) -> None:
    private = refusal(GET, filtered(fieldName="secret", operator="=", value="x"))
    absent = refusal(GET, filtered(fieldName="absent", operator="=", value="x"))
    assert private == "fieldName has an unknown field: secret"
    assert absent == "fieldName has an unknown field: absent"


def test_every_mistake_is_told_at_once_with_its_field(two: None) -> None:
    filters = [
        {"fieldName": "amount", "operator": "=", "value": "1"},
        {"fieldName": "label", "operator": "=", "value": None},
        {"fieldName": "label", "operator": "IN", "value": ["a", 1, None]},
        {"fieldName": "flag", "operator": ">", "value": True},
        {"fieldName": "label", "operator": "=", "value": 1, "fieldFunction": "ABS"},
        {"fieldName": "tags", "operator": "IS NULL", "fieldFunction": "LENGTH"},
        {"fieldName": "label", "fieldFunction": "LENGTH", "operator": "=", "value": "a"},
        {"fieldName": "day", "fieldFunction": "HOUR", "operator": "=", "value": 1},
        {"fieldName": "label", "operator": "LIKE", "value": "a\\"},
        {"subEntityPath": "parts", "fieldName": "label", "operator": "=", "value": "a"},
        {"fieldName": "ownerId", "operator": ">", "value": "abc"},
    ]
    assert refusal(GET, {"userDefinedFilters": filters}) == (
        "amount: value must be an integer number"
        ", label: value should not be null: the operators for that are IS NULL and IS NOT NULL"
        ", label: value: 1 must be a string"
        ", label: value: 2 should not be null: the operators for that are IS NULL and IS NOT NULL"
        ", flag: operator must be one of =, !=, IN, NOT IN, IS NULL, IS NOT NULL"
        ", label: fieldFunction must be one of LENGTH, LOWER, UPPER, LTRIM, RTRIM, TRIM"
        ", tags: fieldFunction should not be given"
        ", label: value must be an integer number"
        ", day: fieldFunction must be one of DAY, MONTH, YEAR, QUARTER, WEEK, WEEKDAY"
        ", label: value must not end with a single backslash"
        ", subEntityPath has an unknown path: parts"
        ", ownerId: value must be the digits of an id, to be put in order"
    )


def test_alternatives_come_with_or_and_or_with_alternatives(two: None) -> None:
    alternatives = [{"fieldName": "label", "operator": "=", "value": name} for name in "ab"]
    assert names(filtered(fieldName="", operator="OR", value=None, orFilters=alternatives)) == ["a", "b"]
    assert refusal(GET, filtered(operator="OR")) == "orFilters must have the alternatives of the operator OR"
    misplaced = filtered(fieldName="label", operator="=", value="a", orFilters=alternatives)
    assert refusal(GET, misplaced) == "orFilters must come with the operator OR"
    nested = filtered(operator="OR", orFilters=[*alternatives, {"fieldName": "label", "operator": "OR"}])
    assert "label: operator must be one of =" in refusal(GET, nested)


def test_the_values_of_all_lists_together_are_bounded(two: None) -> None:
    def listed(count: int) -> dict[str, Any]:
        return {"fieldName": "amount", "operator": "IN", "value": list(range(count))}

    assert names({"userDefinedFilters": [listed(MOST_VALUES // 2), listed(MOST_VALUES // 2)]}) == ["a", "b"]
    said = f"amount: value must not bring the values of all filters to more than {MOST_VALUES}"
    assert refusal(GET, {"userDefinedFilters": [listed(MOST_VALUES), listed(1)]}) == said


def test_a_hostile_pattern_ends(two: None) -> None:
    DatabaseStore().create(Specimen(label="long", note="a" * 10_000))
    for pattern in ("%a" * 249 + "%b", "%" + "a" * 498 + "b", "%" + "_a" * 249, "%a_" * 160 + "b", "%" * 5000):
        answer(GET, filtered(fieldName="note", operator="LIKE", value=pattern))
    too_long = filtered(fieldName="note", operator="LIKE", value="a" * (LONGEST_PATTERN + 1))
    assert refusal(GET, too_long) == f"note: value must be shorter than or equal to {LONGEST_PATTERN} characters"


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**40), 10**40)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec=None, exclude_categories=()), max_size=20)
    | st.sampled_from(
        [
            *("", "1e999999", "-1e-999999", "NaN", "Infinity", "1" * 400, "-0", "f" * 24, "{}", "'; --", "%\\"),
            *("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "24:00:00", "0000-01-01", "10000-01-01"),
            *("\0", "\ud800"),
        ]
    ),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    field=st.sampled_from(FIELDS),
    operator=st.sampled_from(Operator.__args__),  # type: ignore[attr-defined]
    function=st.none() | st.sampled_from(FieldFunction.__args__),  # type: ignore[attr-defined]
    value=ANYTHING,
)
def test_whatever_is_sent_is_answered_or_refused(
    two: None, field: str, operator: str, function: Any, value: Any
) -> None:
    sent = {"fieldName": field, "operator": operator, "value": value}
    reply = reply_to(GET, filtered(**sent, **({"fieldFunction": function} if function else {})))
    assert reply.status in {200, 400}, reply.body
    if reply.status == 400:
        assert json.loads(reply.body)["errorCode"] == "error.5"


def test_ten_thousand_shapes_leave_a_bounded_number_of_prepared_statements(
    two: None, database: BaseDatabaseWrapper
) -> None:
    if database.vendor != "postgresql":
        pytest.skip("needs PostgreSQL: others keep no prepared statement")
    columns = ["label", "note", "amount", "big", "ratio", "price", "flag", "code", "day", "moment", "ownerId"]
    orders = [
        [{"fieldName": name, "sortDirection": direction} for name in chosen]
        for chosen in itertools.permutations(columns, 4)
        for direction in ("ASC", "DESC")
    ]
    for order in orders[:9_800]:
        answer(GET, {"sortBys": order})
    # a shape is prepared when it is seen again
    for order in orders[:400] + orders[:400]:
        answer(GET, {"sortBys": order, "includeResponseFields": [order[0]["fieldName"]]})
    for number in range(200):
        alternatives = [{"fieldName": "amount", "operator": ">", "value": n} for n in range(2 + number % 8)]
        answer(GET, filtered(operator="OR", orFilters=alternatives))
    with database.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements")
        (prepared,) = cursor.fetchone()
    assert 1 < prepared <= statements.MOST_PREPARED + 1
