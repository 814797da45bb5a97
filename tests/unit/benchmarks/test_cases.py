import json
from typing import Any

import pytest

from benchmarks.cases import (
    ONE_ORDER,
    PAGE_SIZE,
    Calls,
    Case,
    Resources,
    Wire,
    WrongAnswer,
    check,
    seeded_order,
    seeded_row,
    seeded_tags,
)

WIRES = [Calls(), Resources()]
ROWS = [seeded_row(number) for number in range(1, PAGE_SIZE + 1)]
TAGGED = [{**seeded_row(number), "tags": seeded_tags(number)} for number in range(1, PAGE_SIZE + 1)]
ORDER = seeded_order(ONE_ORDER)
RIGHT = {
    Case.ROWS: (200, ROWS),
    Case.ROW: (200, seeded_row(500)),
    Case.TAGGED: (200, TAGGED),
    Case.ORDER: (200, ORDER),
    Case.CREATE: (201, {"_id": "1001", "name": "Sales item 1", "price": 49.95}),
}


def body(wire: Wire, data: Any) -> bytes:
    return json.dumps({"metadata": {}, "data": data} if isinstance(wire, Calls) else data).encode()


@pytest.mark.parametrize("wire", WIRES)
@pytest.mark.parametrize("case", RIGHT)
def test_a_right_answer_is_accepted(wire: Wire, case: Case) -> None:
    status, data = RIGHT[case]
    check(case, wire, status, body(wire, data))


@pytest.mark.parametrize("wire", WIRES)
@pytest.mark.parametrize(
    ("case", "data"),
    [
        (Case.ROWS, ROWS[:-1]),
        (Case.ROWS, ROWS[::-1]),
        (Case.ROWS, []),
        (Case.ROW, seeded_row(499)),
        (Case.ROW, {**seeded_row(500), "extra": 1}),
        (Case.ROW, {**seeded_row(500), "_id": 500}),
        (Case.TAGGED, ROWS),
        (Case.TAGGED, [{**item, "tags": item["tags"][::-1]} for item in TAGGED]),
        (Case.ORDER, {**ORDER, "items": ORDER["items"][:-1]}),
        (Case.ORDER, {**ORDER, "items": [{**item, "goods": []} for item in ORDER["items"]]}),
        (Case.CREATE, {"name": "Sales item 1", "price": 49.95}),
        (Case.CREATE, {"_id": 1001, "name": "Sales item 1", "price": 49.95}),
        (Case.CREATE, None),
    ],
)
def test_other_data_than_asked_for_are_refused(wire: Wire, case: Case, data: Any) -> None:
    with pytest.raises(WrongAnswer):
        check(case, wire, 200, body(wire, data))


@pytest.mark.parametrize("wire", WIRES)
@pytest.mark.parametrize("case", RIGHT)
@pytest.mark.parametrize("status", [302, 400, 404, 500, 503])
def test_right_data_with_a_wrong_status_are_refused(wire: Wire, case: Case, status: int) -> None:
    with pytest.raises(WrongAnswer, match=str(status)):
        check(case, wire, status, body(wire, RIGHT[case][1]))


def test_what_is_not_json_is_refused() -> None:
    with pytest.raises(WrongAnswer):
        check(Case.ROW, Resources(), 200, b"<html>")


@pytest.mark.parametrize("status", [400, 422])
def test_an_invalid_argument_is_answered_by_naming_a_field(status: int) -> None:
    check(Case.INVALID, Resources(), status, b'{"detail": "name is too short"}')
    with pytest.raises(WrongAnswer):
        check(Case.INVALID, Resources(), status, b'{"detail": "Not found"}')


@pytest.mark.parametrize("status", [200, 404, 500, 503])
def test_an_invalid_argument_with_another_status_is_refused(status: int) -> None:
    with pytest.raises(WrongAnswer):
        check(Case.INVALID, Resources(), status, b'{"name": "too short"}')
