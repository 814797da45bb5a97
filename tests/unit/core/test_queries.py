"""What can be asked of each path: as a query says it, and as the description of the API tells it."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest

from backk_core import InvalidArgument, PostQueryOperations, SortBy
from backk_core.describe.registry import registry
from backk_core.execute.queries import order_of, path_named, paths_of
from backk_core.publish.openapi import document
from tests.apps.relations.models import Card, Friend, Person

PERSON = registry().type_contract(Person)


def test_the_paths_of_an_entity_are_those_that_may_be_answered() -> None:
    assert list(paths_of(PERSON)) == [
        "",
        "cards",
        "cards.stamps",
        "cards.things",
        "cards.things.words",
        "favorites",
        "favorites.words",
        "things",
        "friends",
        "friends.things",
        "fans",
    ]
    assert paths_of(PERSON)["friends"].cls is Friend


def test_code_names_a_path_in_its_own_words_or_in_those_of_the_wire() -> None:
    assert path_named(PERSON, "cards.stamps") == "cards.stamps"
    assert path_named(PERSON, "") == ""
    with pytest.raises(ValueError, match="Person has no path 'secrets'"):
        path_named(PERSON, "secrets")


def order(path: str, *sort_bys: SortBy) -> list[tuple[str, str]]:
    found = order_of(PostQueryOperations(sort_bys=list(sort_bys)), PERSON, path)
    return [(step.field.wire_name, step.direction) for step in found]


def test_a_paths_own_order_comes_first_and_what_tells_rows_apart_last() -> None:
    every, own = (
        SortBy(sub_entity_path="*", field_name="number"),
        SortBy(sub_entity_path="cards", field_name="isDefault"),
    )
    again = SortBy(sub_entity_path="*", field_name="isDefault", sort_direction="DESC")
    assert order("cards", every, again, own) == [("isDefault", "ASC"), ("number", "ASC"), ("id", "ASC")]
    assert order("", every, again, own) == [("_id", "ASC")]
    assert order("fans", SortBy(sub_entity_path="*", field_name="_id", sort_direction="DESC")) == [("_id", "DESC")]


def test_parts_alone_are_told_apart_by_their_rows() -> None:
    assert [step.field.name for step in order_of(None, registry().type_contract(Card))] == ["row_id"]


def test_an_order_of_a_path_is_judged_wherever_rows_are_read() -> None:
    with pytest.raises(InvalidArgument, match="unknown path: carts"):
        order("fans", SortBy(sub_entity_path="carts", field_name="kind"))


# how it is described


@pytest.fixture(scope="module")
def description() -> dict[str, Any]:
    return json.loads(json.dumps(document(registry())))  # type: ignore[no-any-return]


def of(description: dict[str, Any], function: str) -> dict[str, Any]:
    found: dict[str, Any] = description["paths"][f"/peopleService.{function}"]["post"]
    return found


def validator(schema: dict[str, Any], description: dict[str, Any]) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator({**schema, "components": description["components"]})


@pytest.mark.parametrize(
    ("argument", "is_valid"),
    [
        ({"sortBys": [{"subEntityPath": "cards.stamps", "fieldName": "mark"}]}, True),
        ({"sortBys": [{"subEntityPath": "cards.stamps", "fieldName": "title"}]}, False),
        ({"sortBys": [{"subEntityPath": "secrets", "fieldName": "_id"}]}, False),
        ({"sortBys": [{"fieldName": "mark"}]}, False),
        # what is encrypted has no order
        ({"sortBys": [{"fieldName": "age"}]}, False),
        ({"paginations": [{"subEntityPath": "friends.things", "pageSize": 7}]}, True),
        ({"paginations": [{"subEntityPath": "things.friends"}]}, False),
        ({"includeResponseFields": ["cards.things.words.name"]}, True),
        ({"includeResponseFields": ["cards.code"]}, False),
    ],
)
def test_the_description_tells_what_each_path_can_be_asked(
    description: dict[str, Any], argument: dict[str, Any], is_valid: bool
) -> None:
    schema = of(description, "getPeople")["requestBody"]["content"]["application/json"]["schema"]
    assert validator(schema, description).is_valid(argument) is is_valid


def test_the_description_tells_which_rows_have_a_total(description: dict[str, Any]) -> None:
    answered = of(description, "getCountedPeople")["responses"]["200"]["content"]["application/json"]["schema"]
    whole = validator(answered, description)
    counted = {
        "_count": 1,
        "cards": [{"_count": 2, "stamps": [{"_count": 3}]}],
        "friends": [{"things": [{"_count": 1}]}],
    }
    assert whole.is_valid({"metadata": {}, "data": [counted]})
    for wrong in (
        {"_count": "1"},
        {"cards": [{"_count": -1}]},
        {"cards": [{"stamps": [{"_count": None}]}]},
        {"friends": [{"things": [{"_count": ""}]}]},
    ):
        assert not whole.is_valid({"metadata": {}, "data": [wrong]})
