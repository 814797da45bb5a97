"""The four cases that are measured, on the two wires on which peers answer them, and what a right answer looks like."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Protocol

ROW_COUNT = 1_000
PAGE_SIZE = 50
ONE_ID = 500

Json = Any


class Case(Enum):
    """What is asked for, in the order of measuring: creating comes last, so that reads meet exactly ROW_COUNT rows."""

    ROWS = "rows"
    ROW = "row"
    INVALID = "invalid"
    CREATE = "create"

    @property
    def title(self) -> str:
        return TITLES[self]

    def accepts(self, status: int) -> bool:
        """True where this status is the right one: 400 or 422 for the invalid argument, otherwise any 2xx."""
        return status in INVALID_STATUSES if self is Case.INVALID else 200 <= status < 300


INVALID_STATUSES = (400, 422)
TITLES = {Case.CREATE: "create", Case.ROWS: "50 rows", Case.ROW: "one row", Case.INVALID: "invalid"}
# The order of tables and charts.
SHOWN = (Case.CREATE, Case.ROWS, Case.ROW, Case.INVALID)


@dataclass(frozen=True)
class Request:
    """One HTTP request; an empty body is none."""

    method: str
    path: str
    body: str = ""


class Wire(Protocol):
    """How a peer is asked for each case, and where in its answer the data are."""

    def request(self, case: Case) -> Request: ...

    def data(self, answer: Json) -> Json: ...


NEW_ITEM = {"name": "Sales item 1", "price": 49.95}
INVALID_ITEM = {"name": "", "price": -1}


class Calls:
    """Service functions: each case is a POST to `/<service>.<function>` with one JSON argument."""

    requests: Mapping[Case, tuple[str, Json]] = {
        Case.CREATE: ("createSalesItem", NEW_ITEM),
        Case.INVALID: ("createSalesItem", INVALID_ITEM),
        Case.ROW: ("getSalesItem", {"_id": str(ONE_ID)}),
        Case.ROWS: (
            "getSalesItems",
            {
                "sortBys": [{"subEntityPath": "", "fieldName": "_id", "sortDirection": "ASC"}],
                "paginations": [{"subEntityPath": "", "pageNumber": 1, "pageSize": PAGE_SIZE}],
            },
        ),
    }

    def request(self, case: Case) -> Request:
        function, argument = self.requests[case]
        return Request("POST", f"/salesItemService.{function}", encode(argument))

    def data(self, answer: Json) -> Json:
        return answer["data"]


@dataclass(frozen=True)
class Resources:
    """REST: a collection at `root`, its members below it; `slash` ends a member's path where the peer wants that."""

    root: str = "/sales-items"
    slash: str = ""

    def request(self, case: Case) -> Request:
        collection = self.root + self.slash
        requests = {
            Case.CREATE: Request("POST", collection, encode(NEW_ITEM)),
            Case.INVALID: Request("POST", collection, encode(INVALID_ITEM)),
            Case.ROW: Request("GET", f"{self.root}/{ONE_ID}{self.slash}"),
            Case.ROWS: Request("GET", f"{collection}?page_number=1&page_size={PAGE_SIZE}"),
        }
        return requests[case]

    def data(self, answer: Json) -> Json:
        return answer


def encode(value: Json) -> str:
    """JSON without blanks, so that every peer reads the same bytes."""
    return json.dumps(value, separators=(",", ":"))


class WrongAnswer(Exception):
    """A peer answered something else than the case asks for; it must not be measured."""


def seeded_row(number: int) -> Json:
    """The row with this id as every peer has to send it."""
    return {"_id": str(number), "name": f"Sales item {number}", "price": number + 0.95}


def check(case: Case, wire: Wire, status: int, body: bytes) -> None:
    """Compare an answer with what the seeded rows make right; raise WrongAnswer where it differs."""
    told = f"{case.title}: {status} {body[:300].decode(errors='replace')}"
    if not case.accepts(status):
        raise WrongAnswer(told)
    try:
        answer = json.loads(body)
        right = answer_is_right(case, wire, answer)
    except (ValueError, LookupError, TypeError) as error:
        raise WrongAnswer(f"{told} ({error!r})") from error
    if not right:
        raise WrongAnswer(told)


def answer_is_right(case: Case, wire: Wire, answer: Json) -> bool:
    if case is Case.INVALID:
        return "name" in encode(answer) or "price" in encode(answer)
    data = wire.data(answer)
    if case is Case.CREATE:
        return isinstance(data["_id"], str) and data == {"_id": data["_id"], **NEW_ITEM}
    if case is Case.ROW:
        return bool(data == seeded_row(ONE_ID))
    return bool(data == [seeded_row(number) for number in range(1, PAGE_SIZE + 1)])
