"""Which properties a caller asks for, in each of the three forms."""

import json
import sys
from typing import Any

import pytest

from backk_core.declare.errors import InvalidArgument
from backk_core.declare.types import ResponseFields, Result
from backk_core.describe.contract_builder import ContractBuilder
from backk_core.execute.projection import projection_of


class Brand(Result):
    name: str
    country: str


class Item(Result):
    title: str
    brand: Brand


class Order(Result):
    number: str
    note: str
    items: list[Item]


CONTRACT = ContractBuilder().type_contract(Order)


def asked(include: list[str] | None = None, exclude: list[str] | None = None) -> Any:
    fields = ResponseFields(include_response_fields=include or [], exclude_response_fields=exclude or [])
    projection = projection_of(fields, CONTRACT)
    return None if projection is None else _as_dict(projection)


def _as_dict(projection: Any) -> Any:
    return {name: None if below is None else _as_dict(below) for name, below in projection}


def refused(include: list[str] | None = None, exclude: list[str] | None = None) -> str:
    with pytest.raises(InvalidArgument) as refusal:
        asked(include, exclude)
    return refusal.value.message.removeprefix("Invalid argument: ")


def test_nothing_asked_for_is_everything() -> None:
    assert asked() is None


@pytest.mark.parametrize(
    "form",
    [
        ["note", "items.title", "items.brand.name"],
        ["items.brand.name", "note", "items.title"],
        ["{ note items { title brand { name } } }"],
        [" {note,items{brand{name},title}}\n"],
        ["{ note items { title } items { brand { name } } }"],
        ['{"note": true, "items": {"title": true, "brand": {"name": true, "country": false}}, "number": false}'],
    ],
)
def test_the_three_forms_say_the_same(form: list[str]) -> None:
    assert asked(form) == {"note": None, "items": {"title": None, "brand": {"name": None}}}


def test_the_order_is_that_of_the_declaration() -> None:
    assert list(asked(["items", "number", "note"])) == ["number", "note", "items"]


@pytest.mark.parametrize("form", [["items", "items.title"], ["items.title", "items"]])
def test_naming_a_sub_entity_means_all_of_its_fields(form: list[str]) -> None:
    assert asked(form) == {"items": None}


@pytest.mark.parametrize(
    "form", [["note", "items.brand"], ["{note items{brand}}"], ['{"note": true, "items": {"brand": true}}']]
)
def test_what_is_excluded_is_left_out(form: list[str]) -> None:
    assert asked(exclude=form) == {"number": None, "items": {"title": None}}


def test_what_is_included_can_be_narrowed() -> None:
    assert asked(["number", "items"], ["items.title", "items.brand.country"]) == {
        "number": None,
        "items": {"brand": {"name": None}},
    }


def test_a_sub_entity_of_which_nothing_is_left_is_left_out() -> None:
    assert asked(exclude=["items.title", "items.brand"]) == {"number": None, "note": None}


@pytest.mark.parametrize(
    ("form", "unknown"),
    [
        (["secret"], "secret"),
        (["items.secret"], "items.secret"),
        (["note.length"], "note.length"),
        (["items.brand.name.first"], "items.brand.name.first"),
        (["{ number items { brand { secret } } }"], "items.brand.secret"),
        (['{"items": {"secret": true}}'], "items.secret"),
        (["{number}", "note"], "{number}"),
        ([""], ""),
        (["items..title"], "items."),
        (["{ items(first: 1) { title } }"], "items(first:"),
        (["{ number: note }"], "number:"),
        (["x" * 60_000], "x" * 256),
        ([".".join(["items"] * 10_000)], "items.items"),
    ],
)
@pytest.mark.parametrize("argument", ["includeResponseFields", "excludeResponseFields"])
def test_an_unknown_field_is_named_with_its_path(form: list[str], unknown: str, argument: str) -> None:
    said = refused(form) if argument == "includeResponseFields" else refused(exclude=form)
    assert said == f"{argument} has an unknown field: {unknown}"


@pytest.mark.parametrize(
    ("form", "why"),
    [
        (["{"], "lacks a }"),
        (["{ number"], "lacks a }"),
        (["{ items { title }"], "lacks a }"),
        (["{ number } }"], "goes on after its last }"),
        (["{ number } number"], "goes on after its last }"),
        (["{{ number }}"], "has a { where a field name was expected"),
        (["{ items {{ title }} }"], "has a { where a field name was expected"),
        (["{}"], "has a selection set without fields"),
        (["{ items { } }"], "has a selection set without fields"),
        (["{ items" * 5000], "has a { where a field name was expected"),
        (["{" * 60_000], "has a { where a field name was expected"),
        (['{"number": 1}'], "must have true, false or an object for each field"),
        (['{"number": null}'], "must have true, false or an object for each field"),
        (['{"items": ["title"]}'], "must have true, false or an object for each field"),
        (['{"items": ' * 40 + '{"a": true}' + "}" * 40], "must have true, false or an object for each field"),
        (['{"items": ' * 6000], "must be field paths, a GraphQL selection set or JSON"),
        # newer Pythons read this deep, and then it is refused for its depth
        (
            ['{"items": ' * 5000 + "{}" + "}" * 5000],
            "must be field paths, a GraphQL selection set or JSON"
            if sys.version_info < (3, 12)
            else "must have true, false or an object for each field",
        ),
        (['{"number": true'], "must be field paths, a GraphQL selection set or JSON"),
        (['{"number": true} x'], "must be field paths, a GraphQL selection set or JSON"),
        (['{"number": false}'], "must leave at least one field"),
        (['{"items": {"title": false}}'], "must leave at least one field"),
    ],
)
def test_what_cannot_be_read_is_refused(form: list[str], why: str) -> None:
    assert refused(form) == f"includeResponseFields {why}"


@pytest.mark.parametrize("form", [["number", "note", "items"], ["{ number note items }"]])
def test_an_answer_without_any_field_is_refused(form: list[str]) -> None:
    assert refused(exclude=form) == "excludeResponseFields must leave at least one field"
    assert refused(["note"], ["note"]) == "excludeResponseFields must leave at least one field"


def test_a_name_that_comes_twice_in_json_counts_once() -> None:
    assert asked(['{"number": false, "number": true}']) == {"number": None}


def test_five_hundred_long_paths_are_read() -> None:
    paths = [json.dumps(n) + "x" * 200 for n in range(500)]
    assert "has an unknown field" in refused(paths)
