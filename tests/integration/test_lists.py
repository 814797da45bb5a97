"""What a list answers: which fields, in which order, which page, and how many there are."""

import json
from typing import Any

import pytest
from django.db.backends.base.base import BaseDatabaseWrapper

from backk_core.execute.store import DatabaseStore
from tests.apps.reading.models import Specimen
from tests.calls import answer, refusal

GET = "specimenService.getSpecimens"
TOUCHED = "specimenService.getTouchedSpecimens"
STORE = DatabaseStore()


def labels(argument: dict[str, Any], function: str = GET) -> list[str]:
    return [row["label"] for row in answer(function, argument)["data"]]


def sort(*steps: tuple[str, str], path: str = "") -> dict[str, Any]:
    return {
        "sortBys": [{"subEntityPath": path, "fieldName": name, "sortDirection": to} for name, to in steps],
    }


# order


@pytest.fixture
def texts(database: BaseDatabaseWrapper) -> None:
    notes = ["b", "B", "a", "a ", None, "Ä", "\u00e9", "e\u0301", "", "\U0001f600", "\uffff", "z"]
    STORE.create_many([Specimen(label=f"{note!a}", note=note) for note in notes])


IN_ORDER = [None, "", "B", "a", "a ", "b", "e\u0301", "z", "Ä", "\u00e9", "\uffff", "\U0001f600"]


@pytest.mark.parametrize("function", [GET, TOUCHED])
def test_texts_are_put_in_order_by_code_point_and_nulls_first(texts: None, function: str) -> None:
    assert labels(sort(("note", "ASC")), function) == [f"{note!a}" for note in IN_ORDER]
    assert labels(sort(("note", "DESC")), function) == [f"{note!a}" for note in reversed(IN_ORDER)]


@pytest.fixture
def numbers(database: BaseDatabaseWrapper) -> None:
    rows = [(1, 2), (1, None), (None, 1), (0, 2), (1, 2), (None, None)]
    STORE.create_many([Specimen(label=str(at), amount=a, big=b) for at, (a, b) in enumerate(rows)])


def test_several_steps_decide_one_after_another_and_the_id_last(numbers: None) -> None:
    assert labels(sort(("amount", "ASC"), ("big", "DESC"))) == ["2", "5", "3", "0", "4", "1"]
    assert labels(sort(("amount", "DESC"), ("big", "ASC"))) == ["1", "0", "4", "3", "5", "2"]
    assert labels(sort(("amount", "ASC"), ("_id", "DESC"))) == ["5", "2", "3", "4", "1", "0"]
    assert labels(sort(("_id", "DESC"))) == ["5", "4", "3", "2", "1", "0"]
    assert labels({}) == ["0", "1", "2", "3", "4", "5"]


def test_steps_of_every_path_come_after_a_paths_own_and_are_ignored_where_a_field_is_not_known(numbers: None) -> None:
    every = sort(("nothing", "ASC"), ("amount", "DESC"), path="*")["sortBys"]
    own = sort(("big", "ASC"))["sortBys"]
    assert labels({"sortBys": every}) == ["0", "1", "4", "3", "2", "5"]
    assert labels({"sortBys": [*every, *own]}) == ["1", "5", "2", "0", "4", "3"]
    # said twice: the first counts
    assert labels({"sortBys": [*own, *sort(("big", "DESC"))["sortBys"]]}) == ["1", "5", "2", "0", "3", "4"]


@pytest.mark.parametrize("name", ["secret", "nothing", "tags", "specimen.label"])
def test_a_field_that_cannot_be_sorted_by_is_named_and_a_private_one_is_like_none(
    database: BaseDatabaseWrapper, name: str
) -> None:
    assert refusal(GET, sort((name, "ASC"))) == f"sortBys has an unknown field: {name}"
    assert labels(sort((name, "ASC"), path="*")) == []


def test_unknown_paths_directions_and_expressions_are_refused(database: BaseDatabaseWrapper) -> None:
    assert refusal(GET, sort(("label", "ASC"), path="parts")) == "sortBys has an unknown path: parts"
    assert "sortDirection must be one of" in refusal(GET, sort(("label", "UP")))
    expression = {"sortBys": [{"fieldName": "label", "sortExpression": "random()"}]}
    assert "sortExpression" in refusal(GET, expression)
    assert "sortBys must contain not more than 25" in refusal(GET, {"sortBys": [{"fieldName": "label"}] * 26})


# pages


@pytest.fixture
def sixty(database: BaseDatabaseWrapper) -> None:
    STORE.create_many([Specimen(label=str(number)) for number in range(60)])


def page(number: int, size: int, path: str = "") -> dict[str, Any]:
    return {"paginations": [{"subEntityPath": path, "pageNumber": number, "pageSize": size}]}


@pytest.mark.parametrize("function", [GET, TOUCHED])
def test_a_page_is_the_first_of_fifty_unless_another_is_asked_for(sixty: None, function: str) -> None:
    assert labels({}, function) == [str(number) for number in range(50)]
    assert labels(page(2, 50), function) == [str(number) for number in range(50, 60)]
    assert labels(page(3, 7), function) == [str(number) for number in range(14, 21)]
    assert labels(page(100, 100), function) == []
    assert labels({"paginations": [{"pageNumber": 2}]}, function) == labels(page(2, 50), function)


def test_a_page_of_every_path_counts_where_the_path_has_none_of_its_own(sixty: None) -> None:
    assert labels(page(2, 3, "*")) == ["3", "4", "5"]
    both = {"paginations": [*page(2, 3, "*")["paginations"], *page(1, 2)["paginations"]]}
    assert labels(both) == ["0", "1"]


@pytest.mark.parametrize(("number", "size"), [(0, 10), (101, 10), (1, 0), (1, 101), (-1, 10), (10**30, 1), (1.5, 1)])
def test_a_page_outside_its_bounds_is_refused(database: BaseDatabaseWrapper, number: float, size: int) -> None:
    assert "paginations: 0: page" in refusal(GET, page(number, size))  # type: ignore[arg-type]


def test_a_page_of_an_unknown_path_is_refused(database: BaseDatabaseWrapper) -> None:
    assert refusal(GET, page(1, 1, "parts")) == "paginations has an unknown path: parts"


# totals


@pytest.mark.parametrize("function", ["getCountedSpecimens", "getCountedAndTouchedSpecimens"])
def test_the_total_before_paging_stands_in_every_row(sixty: None, function: str) -> None:
    filters = {"userDefinedFilters": [{"fieldName": "label", "operator": "LIKE", "value": "1%"}]}
    told = answer(f"specimenService.{function}", {**page(2, 4), **filters, "includeResponseFields": ["label"]})
    assert told["data"] == [{"label": str(number), "_count": 11} for number in range(13, 17)]


def test_no_total_stands_where_none_was_asked_for(sixty: None) -> None:
    assert "_count" not in answer(GET)["data"][0]


# fields


@pytest.mark.parametrize("function", [GET, TOUCHED])
@pytest.mark.parametrize(
    "asked",
    [
        {"includeResponseFields": ["amount", "label"]},
        {"includeResponseFields": ["{ amount, label }"]},
        {"includeResponseFields": ['{"amount": true, "label": true}']},
        {"includeResponseFields": ["amount", "label", "note"], "excludeResponseFields": ["note"]},
    ],
)
def test_only_what_was_asked_for_is_answered(numbers: None, function: str, asked: dict[str, Any]) -> None:
    assert answer(function, asked)["data"][0] == {"label": "0", "amount": 1}


@pytest.mark.parametrize("function", [GET, TOUCHED])
def test_what_was_excluded_is_not_answered(numbers: None, function: str) -> None:
    row = answer(function, {"excludeResponseFields": ["label", "tags"]})["data"][0]
    assert "label" not in row
    assert "tags" not in row
    assert "amount" in row


@pytest.mark.parametrize("argument", ["includeResponseFields", "excludeResponseFields"])
def test_a_private_field_cannot_be_asked_for_and_is_like_none(database: BaseDatabaseWrapper, argument: str) -> None:
    assert refusal(GET, {argument: ["secret"]}) == f"{argument} has an unknown field: secret"
    assert refusal(GET, {argument: ["nothing"]}) == f"{argument} has an unknown field: nothing"
    assert "secret" not in json.dumps(answer("specimenService.createSpecimen", {"label": "x"}))


def test_fields_that_are_named_twice_or_too_many_are_refused(database: BaseDatabaseWrapper) -> None:
    assert "includeResponseFields" in refusal(GET, {"includeResponseFields": ["label", "label"]})
    assert "includeResponseFields" in refusal(GET, {"includeResponseFields": [f"f{n}" for n in range(501)]})
    assert answer(GET, {"includeResponseFields": []})["data"] == []
