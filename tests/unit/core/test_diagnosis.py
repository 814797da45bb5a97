import json
from typing import Annotated, Any

import pytest

from backk_core import (
    Argument,
    InvalidArgument,
    array_max_size,
    between,
    is_any_string,
    max_length,
    should_be_true_for_object,
)
from backk_core.declare.errors import Violation
from backk_core.describe.contract_builder import ContractBuilder
from backk_core.describe.contracts import Mode
from backk_core.execute.diagnosis import diagnosed, parsed


class Part(Argument):
    name: Annotated[str, max_length(4), is_any_string]
    size: Annotated[int, between(1, 9)] = 1


class Whole(Argument):
    title: Annotated[str, max_length(4), is_any_string]
    parts: Annotated[list[Part], array_max_size(3)] = []
    first: Part | None = None
    extra: Any = None


CONTRACT = ContractBuilder().type_contract(Whole)


def violations(argument: Any) -> list[tuple[str, str]]:
    """Return pointer and text of everything that is wrong."""
    body = argument if isinstance(argument, bytes) else json.dumps(argument).encode()
    with pytest.raises(InvalidArgument) as refused:
        diagnosed(body, CONTRACT, Mode.ARGUMENT)
    return [(violation.pointer, str(violation)) for violation in refused.value.violations]


def test_every_violation_is_told_in_order_with_its_path() -> None:
    found = violations(
        {"foo": 1, "title": 5, "parts": [{"name": "ok"}, {"name": "too long", "size": 0, "bar": 1}], "first": {}}
    )
    assert found == [
        ("/foo", "property foo should not exist"),
        ("/title", "title must be a string"),
        ("/parts/1/bar", "parts: 1: property bar should not exist"),
        ("/parts/1/name", "parts: 1: name must be shorter than or equal to 4 characters"),
        ("/parts/1/size", "parts: 1: size must not be less than 1"),
        ("/first/name", "first: name should not be null or undefined"),
    ]


def test_nothing_is_said_of_the_elements_of_an_array_that_is_too_long() -> None:
    assert [pointer for pointer, _ in violations({"title": "x", "parts": [5] * 4})] == ["/parts"]


@pytest.mark.parametrize("name", ["", "a/b", "a~b", "a\nb", "\ud800", "é", "\0", "__proto__", "backk_borrowed", "self"])
def test_any_unknown_name_can_be_told(name: str) -> None:
    ((pointer, text),) = violations({"title": "x", name: 1})
    assert pointer.startswith("/")
    assert text.startswith("property ")
    assert text.isprintable()
    text.encode()


@pytest.mark.parametrize(
    ("extra", "pointer"),
    [
        ("\0", "/extra"),
        ("\ud800", "/extra"),
        (["fine", {"deep": ["\0"]}], "/extra/1/deep/0"),
        ({"a": {"b": "\udc00"}}, "/extra/a/b"),
    ],
)
def test_texts_that_no_database_keeps_are_found_wherever_they_are(extra: Any, pointer: str) -> None:
    assert [found for found, _ in violations({"title": "x", "extra": extra})] == [pointer]


def test_numbers_that_nobody_keeps_are_found_wherever_they_are() -> None:
    assert [found for found, _ in violations(b'{"title":"x","extra":[1,{"a":-1e999}]}')] == ["/extra/1/a"]


def test_a_rule_about_the_object_is_asked_only_where_its_properties_are_valid() -> None:
    class Range(Argument):
        low: Annotated[int, between(0, 9)]
        high: Annotated[
            int, between(0, 9), should_be_true_for_object(lambda it: it.low <= it.high, "must not be below low")
        ]

    contract = ContractBuilder().type_contract(Range)
    for body, count in ((b'{"low":3,"high":2}', 1), (b'{"low":"x","high":2}', 1), (b'{"low":10,"high":11}', 2)):
        with pytest.raises(InvalidArgument) as refused:
            diagnosed(body, contract, Mode.ARGUMENT)
        assert len(refused.value.violations) == count


@pytest.mark.parametrize("body", [b"", b"{}", b" {} ", b"\n{\t}\r"])
def test_an_empty_body_is_an_empty_object(body: bytes) -> None:
    assert parsed(body) == {}


@pytest.mark.parametrize("path", [(), ("a",), ("a", 0, "b")])
def test_a_pointer_leads_to_the_value(path: tuple[str | int, ...]) -> None:
    assert Violation(path, "must").pointer == "".join(f"/{step}" for step in path)
    assert Violation(path, "property c should not exist", unknown="c").pointer.endswith("/c")
