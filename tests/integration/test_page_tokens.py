"""Lists that are walked page by page, held by tokens."""

import json
import random
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Q
from django.test import override_settings

from backk_core.describe.registry import build
from backk_core.execute.call import Call, Principal
from backk_core.execute.store import DatabaseStore
from backk_core.publish.assembly import build_pipeline
from tests.apps.reading.models import Specimen
from tests.apps.reading.services import SpecimenService
from tests.calls import answer, refusal

STEPS = "specimenService.getSpecimensBySteps"
STORE = DatabaseStore()


def asked(page: int, token: str | None = None, *, size: int = 3, **rest: Any) -> dict[str, Any]:
    tokens = [] if token is None else [{"subEntityPath": "", "currentPageToken": token}]
    return {
        "paginations": [{"subEntityPath": "", "pageNumber": page, "pageSize": size}],
        "currentPageTokens": tokens,
        **rest,
    }


def step(page: int, token: str | None = None, *, function: str = STEPS, **rest: Any) -> tuple[list[str], str]:
    """Return the labels of a page and its token."""
    told = answer(function, asked(page, token, **rest))
    (current,) = told["metadata"]["currentPageTokens"]
    assert current["subEntityPath"] == ""
    assert current["currentPageToken"].isalnum()
    return [row["label"] for row in told["data"]], current["currentPageToken"]


def walked(**rest: Any) -> list[str]:
    """Return the labels of all pages, forwards; check that going back shows the same pages."""
    pages: list[list[str]] = []
    token = None
    while True:
        labels, token = step(len(pages) + 1, token, **rest)
        pages.append(labels)
        if not labels:
            break
    for page in range(len(pages) - 1, 0, -1):
        labels, token = step(page, token, **rest)
        assert labels == pages[page - 1]
    return [label for labels in pages for label in labels]


@pytest.fixture
def ten(database: BaseDatabaseWrapper) -> None:
    STORE.create_many([Specimen(label=str(number), amount=number % 4 if number % 3 else None) for number in range(10)])


@pytest.mark.parametrize("size", [1, 3, 10, 11])
def test_walking_shows_every_row_once_in_order(ten: None, size: int) -> None:
    assert walked(size=size) == [str(number) for number in range(10)]


@pytest.mark.parametrize("directions", [("ASC", "ASC"), ("ASC", "DESC"), ("DESC", "ASC"), ("DESC", "DESC")])
def test_walking_keeps_to_mixed_directions_with_nulls_and_ties(ten: None, directions: tuple[str, str]) -> None:
    sorts = [
        {"fieldName": "amount", "sortDirection": directions[0]},
        {"fieldName": "_id", "sortDirection": directions[1]},
    ]
    everything = answer("specimenService.getSpecimens", {"sortBys": sorts})["data"]
    for size in (1, 2, 4):
        assert walked(sortBys=sorts, size=size) == [row["label"] for row in everything]


@pytest.mark.parametrize(
    "field", ["note", "amount", "big", "ratio", "price", "flag", "code", "day", "moment", "ownerId", "label"]
)
@pytest.mark.parametrize("direction", ["ASC", "DESC"])
def test_every_kind_of_field_can_be_walked_by(database: BaseDatabaseWrapper, field: str, direction: str) -> None:
    random_ = random.Random(field)
    arguments: dict[str, Callable[[], Any]] = {
        "note": lambda: random_.choice(["", "a", "A", "ä", "😀", "\u2028", "it's 100%", "long" * 20, None]),
        "amount": lambda: random_.choice([None, -1, 0, 2**31 - 1]),
        "big": lambda: random_.choice([None, -(2**63), 2**63 - 1, 2**53 + 1]),
        "ratio": lambda: random_.choice([None, 0.1, 1 / 3, -0.0, 1e300, 5e-324, -1.7976931348623157e308]),
        "price": lambda: random_.choice([None, "0.1", "-0.001", "999999999999.999", "1.100"]),
        "flag": lambda: random_.choice([None, True, False]),
        "code": lambda: random_.choice([None, str(UUID(int=random_.getrandbits(128), version=random_.choice([1, 4])))]),
        "day": lambda: random_.choice([None, "0001-01-01", "2024-02-29", "9999-12-31"]),
        "moment": lambda: random_.choice([None, "0001-01-01T00:00:00Z", "2024-02-29T12:00:00.123Z"]),
        "ownerId": lambda: random_.choice([None, "1", "9223372036854775807"]),
        "label": lambda: random_.choice(["x", "X", "\u00e9", "e\u0301"]),
    }
    for number in range(25):
        answer("specimenService.createSpecimen", {"label": str(number), field: arguments[field]()})
    sorts = [{"fieldName": field, "sortDirection": direction}]
    everything = answer("specimenService.getSpecimens", {"sortBys": sorts})["data"]
    assert walked(sortBys=sorts, size=4, includeResponseFields=["label"]) == [row["label"] for row in everything]


def test_rows_that_stay_are_seen_once_whatever_comes_and_goes(database: BaseDatabaseWrapper) -> None:
    random_ = random.Random(1)
    for _ in range(5):
        STORE.delete_all(Specimen)
        stay = STORE.create_many([Specimen(label=f"stays {n}", amount=random_.choice([None, 1, 2])) for n in range(30)])
        sorts = [{"fieldName": "amount", "sortDirection": random_.choice(["ASC", "DESC"])}]
        seen: list[str] = []
        token, page = None, 0
        while True:
            page += 1
            labels, token = step(page, token, sortBys=sorts, size=4)
            if not labels:
                break
            seen += [label for label in labels if label.startswith("stays")]
            gone = list(STORE.get_all(Specimen).data)
            for row in gone:
                if row.label == "goes" and random_.random() < 0.5:
                    STORE.delete_by_id(Specimen, row.pk)
            STORE.create_many([Specimen(label="goes", amount=random_.choice([None, 0, 1, 2, 3])) for _ in range(3)])
            if page > 200:
                break
        assert sorted(seen) == sorted(row.label for row in stay)


def test_a_page_whose_rows_are_gone_still_has_neighbours(ten: None) -> None:
    _, first = step(1)
    _, second = step(2, first)
    for label in ("3", "4", "5"):
        STORE.delete_all(Specimen, Q(label=label))
    assert step(3, second)[0] == ["6", "7", "8"]
    assert step(1, second)[0] == ["0", "1", "2"]
    current, token = step(2, second)
    assert current == ["6", "7", "8"]
    assert step(3, token)[0] == ["9"]


def test_what_is_deleted_before_the_first_row_leaves_an_empty_page_to_go_on_from(ten: None) -> None:
    _, first = step(1)
    _, second = step(2, first)
    for label in ("0", "1", "2"):
        STORE.delete_all(Specimen, Q(label=label))
    empty, token = step(1, second)
    assert empty == []
    assert step(2, token)[0] == ["3", "4", "5"]


def test_an_empty_list_can_be_walked_too(database: BaseDatabaseWrapper) -> None:
    labels, token = step(1)
    assert labels == []
    assert step(2, token)[0] == []


def test_only_the_current_page_and_its_neighbours_may_be_asked_for(ten: None) -> None:
    _, first = step(1)
    _, second = step(2, first)
    labels, _ = step(3, second)
    assert labels == ["6", "7", "8"]
    assert step(2, second)[0] == ["3", "4", "5"]
    said = "paginations must ask for the current, next or previous page, and 2 is current"
    assert refusal(STEPS, asked(4, second)) == said
    assert refusal(STEPS, asked(3)) == "currentPageTokens must have the token of the page before or after"
    assert refusal(STEPS, asked(1, step(3, second)[1])).endswith("3 is current")


NOT_OURS = "currentPageTokens must have a token that this list gave to this caller"


def test_a_token_that_was_tampered_with_is_refused(ten: None) -> None:
    _, token = step(1)
    for forged in (
        token[:-1],
        token[1:],
        token[:-2] + "AA",
        "A" * len(token),
        "A",
        "a1",
        token.lower(),
        token + "A" * 8,
    ):
        assert refusal(STEPS, asked(2, forged)) == NOT_OURS
    too_long = refusal(STEPS, asked(2, "A" * 4097))
    assert too_long == "currentPageTokens: 0: currentPageToken must be shorter than or equal to 4096 characters"
    assert "currentPageToken" in refusal(STEPS, asked(2, token[:-1] + "-"))


def test_a_token_is_bound_to_function_order_size_and_filters(ten: None) -> None:
    _, token = step(1)
    greater: dict[str, Any] = {"userDefinedFilters": [{"fieldName": "big", "operator": "IS NULL"}]}
    assert refusal("specimenService.getOtherSpecimensBySteps", asked(2, token)) == NOT_OURS
    assert refusal(STEPS, asked(2, token, sortBys=[{"fieldName": "label"}])) == NOT_OURS
    assert refusal(STEPS, asked(2, token, size=4)) == NOT_OURS
    assert refusal(STEPS, asked(2, token, **greater)) == NOT_OURS
    # what is shown of each row may change
    assert step(2, token, includeResponseFields=["label"])[0] == ["3", "4", "5"]


def test_a_token_is_bound_to_its_caller(ten: None) -> None:
    # without a service of accounts, which would look for theirs
    specimens = build_pipeline(known=build([SpecimenService]))

    def told(subject: str, argument: dict[str, Any]) -> Any:
        call = Call(STEPS, json.dumps(argument).encode(), principal=Principal(subject=subject))
        return json.loads(specimens.execute(call).body)

    token = told("anna", asked(1))["metadata"]["currentPageTokens"][0]["currentPageToken"]
    assert len(told("anna", asked(2, token))["data"]) == 3
    assert told("berta", asked(2, token))["message"] == f"Invalid argument: {NOT_OURS}"


def test_a_token_outlives_the_change_of_the_secret_key_while_the_old_one_is_a_fallback(ten: None) -> None:
    _, token = step(1)
    with override_settings(SECRET_KEY="new", SECRET_KEY_FALLBACKS=["for development only"]):
        assert step(2, token)[0] == ["3", "4", "5"]
    with override_settings(SECRET_KEY="new", SECRET_KEY_FALLBACKS=[]):
        assert refusal(STEPS, asked(2, token)) == NOT_OURS


def test_the_total_counts_all_rows_on_every_page(ten: None) -> None:
    function = "specimenService.getCountedSpecimensBySteps"
    filters = [{"fieldName": "label", "operator": "!=", "value": "9"}]
    _, token = step(1, function=function, userDefinedFilters=filters)
    told = answer(function, asked(2, token, userDefinedFilters=filters))
    assert [row["_count"] for row in told["data"]] == [9, 9, 9]


def test_a_touched_list_is_walked_alike(ten: None) -> None:
    assert walked(function="specimenService.getOtherSpecimensBySteps", size=4) == [str(n) for n in range(10)]


def test_pages_past_the_hundredth_can_be_walked_to(database: BaseDatabaseWrapper) -> None:
    STORE.create_many([Specimen(label=str(number)) for number in range(105)])
    token = None
    for page in range(1, 106):
        labels, token = step(page, token, size=1)
        assert labels == [str(page - 1)]


def test_a_field_with_values_too_long_for_a_token_cannot_be_walked_by(database: BaseDatabaseWrapper) -> None:
    random_ = random.Random(1)
    text = "".join(chr(random_.randrange(0x4E00, 0x9FFF)) for _ in range(3000))
    STORE.create_many([Specimen(label="a", note=text), Specimen(label="b", note=text)])
    said = refusal(STEPS, asked(1, sortBys=[{"fieldName": "note"}]))
    assert said == "sortBys has a field whose values are too long to page by"
