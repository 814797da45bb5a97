"""The cases that are measured, on the two wires on which peers answer them, and what a right answer looks like."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Protocol

ROW_COUNT = 1_000
PAGE_SIZE = 50
ONE_ID = 500
TAG_COUNT = 100
TAGS_AN_ITEM = 3
ORDER_COUNT = 200
GOODS_AN_ORDER = 5
ONE_ORDER = 100

Json = Any


class Case(Enum):
    """What is asked for, in the order of measuring: creating comes last, so that reads meet exactly ROW_COUNT rows."""

    ROWS = "rows"
    ROW = "row"
    TAGGED = "tagged"
    ORDER = "order"
    INVALID = "invalid"
    CREATE = "create"

    @property
    def title(self) -> str:
        return TITLES[self]

    @property
    def is_nested(self) -> bool:
        """Whether rows are read with what they hold; not every yardstick does that."""
        return self in (Case.TAGGED, Case.ORDER)

    def accepts(self, status: int) -> bool:
        """True where this status is the right one: 400 or 422 for the invalid argument, otherwise any 2xx."""
        return status in INVALID_STATUSES if self is Case.INVALID else 200 <= status < 300


INVALID_STATUSES = (400, 422)
TITLES = {
    Case.CREATE: "create",
    Case.ROWS: "50 rows",
    Case.ROW: "one row",
    Case.INVALID: "invalid",
    Case.TAGGED: "50 with tags",
    Case.ORDER: "one order",
}
# The order of tables and charts.
SHOWN = (Case.CREATE, Case.ROWS, Case.ROW, Case.INVALID, Case.TAGGED, Case.ORDER)


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


FIRST_PAGE = {
    "sortBys": [{"subEntityPath": "", "fieldName": "_id", "sortDirection": "ASC"}],
    "paginations": [{"subEntityPath": "", "pageNumber": 1, "pageSize": PAGE_SIZE}],
}


class Calls:
    """Service functions: each case is a POST to `/<service>.<function>` with one JSON argument."""

    requests: Mapping[Case, tuple[str, Json]] = {
        Case.CREATE: ("salesItemService.createSalesItem", NEW_ITEM),
        Case.INVALID: ("salesItemService.createSalesItem", INVALID_ITEM),
        Case.ROW: ("salesItemService.getSalesItem", {"_id": str(ONE_ID)}),
        Case.ROWS: ("salesItemService.getSalesItems", FIRST_PAGE),
        Case.TAGGED: ("taggedSalesItemService.getTaggedSalesItems", FIRST_PAGE),
        Case.ORDER: ("orderService.getOrder", {"_id": str(ONE_ORDER)}),
    }

    def request(self, case: Case) -> Request:
        function, argument = self.requests[case]
        return Request("POST", f"/{function}", encode(argument))

    def data(self, answer: Json) -> Json:
        return answer["data"]


@dataclass(frozen=True)
class Resources:
    """REST: collections, their members below them; `slash` ends a path where the peer wants that."""

    root: str = "/sales-items"
    tagged: str = "/tagged-sales-items"
    orders: str = "/orders"
    slash: str = ""

    def request(self, case: Case) -> Request:
        collection = self.root + self.slash
        requests = {
            Case.CREATE: Request("POST", collection, encode(NEW_ITEM)),
            Case.INVALID: Request("POST", collection, encode(INVALID_ITEM)),
            Case.ROW: Request("GET", f"{self.root}/{ONE_ID}{self.slash}"),
            Case.ROWS: Request("GET", f"{collection}?page_number=1&page_size={PAGE_SIZE}"),
            Case.TAGGED: Request("GET", f"{self.tagged}{self.slash}?page_number=1&page_size={PAGE_SIZE}"),
            Case.ORDER: Request("GET", f"{self.orders}/{ONE_ORDER}{self.slash}"),
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


def seeded_tags(number: int) -> list[Json]:
    """The tags of the sales item with this id, by their ids."""
    ids = sorted((number + place * 7) % TAG_COUNT + 1 for place in range(1, TAGS_AN_ITEM + 1))
    return [{"_id": str(id), "name": f"Tag {id}"} for id in ids]


def seeded_order(number: int) -> Json:
    """The order with this id, with its items and what they hold."""
    items = [
        {
            "id": str(place),
            "state": "toBeDelivered",
            "goods": [seeded_row((number * GOODS_AN_ORDER + place) % ROW_COUNT + 1)],
        }
        for place in range(GOODS_AN_ORDER)
    ]
    return {"_id": str(number), "payer": f"Payer {number}", "items": items}


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
    return bool(data == right_data(case))


def right_data(case: Case) -> Json:
    """What a reading case has to answer."""
    numbers = range(1, PAGE_SIZE + 1)
    if case is Case.ROW:
        return seeded_row(ONE_ID)
    if case is Case.ORDER:
        return seeded_order(ONE_ORDER)
    if case is Case.TAGGED:
        return [{**seeded_row(number), "tags": seeded_tags(number)} for number in numbers]
    return [seeded_row(number) for number in numbers]
