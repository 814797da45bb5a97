"""Rules about arrays."""

from dataclasses import dataclass

import msgspec
import pytest

from backk_core.declare.validators import (
    array_contains,
    array_max_size,
    array_min_size,
    array_not_contains,
    array_not_unique,
    array_unique,
    array_unique_by,
    each,
    is_data_uri,
    max_length,
)

# (rule, source of the values, accepted values, refused values)
CASES = [
    (
        array_min_size(2),
        "class-validator's ArrayMinSize",
        [[1, 2], [1, 2, 3], (1, 2), [None, None]],
        [[], [1], "ab", {1: 2, 3: 4}, None, 2],
    ),
    (
        array_max_size(2),
        "class-validator's ArrayMaxSize",
        [[], [1], [1, 2], ()],
        [[1, 2, 3], "ab", {}, None, 2, [[]] * 3],
    ),
    (
        array_unique,
        "JSON Schema 2020-12, uniqueItems (its test suite)",
        [
            [1, 2],
            [{"foo": "bar"}, {"foo": "baz"}],
            [[1], [2]],
            [1, True],
            [0, False],
            [{}, [1], True, None, 1, "{}"],
            [[[1], "foo"], [[2], "foo"]],
            ["a", "A"],
            [],
        ],
        [
            [1, 1],
            [1.0, 1.00, 1],
            [{"foo": "bar"}, {"foo": "bar"}],
            [{"a": 1, "b": 2}, {"b": 2, "a": 1}],
            [["foo"], ["foo"]],
            [[True], [True]],
            "ab",
            None,
        ],
    ),
    (
        array_unique_by("id"),
        "class-validator's ArrayUnique with an identifier",
        [[], [{"id": 1}, {"id": 2}], [{"id": 1}, {"id": "1"}], [{"id": 1}]],
        [[{"id": 1}, {"id": 1}], [{"id": 1, "a": 1}, {"id": 1, "a": 2}], [{}, {}], None, "ab"],
    ),
    (
        array_unique_by(str.lower),
        "class-validator's ArrayUnique with an identifier",
        [[], ["a", "b"], ["A"], ["ä", "a"]],
        [["a", "A"], ["b", "b"], ["AB", "aB"], None, 1],
    ),
    (array_not_unique, "the original's ArrayNotUnique", [[], [1, 1], [None, None], (1, 1)], ["ab", None, 1, {}, True]),
    (
        array_contains(1, "a"),
        "class-validator's ArrayContains",
        [[1, "a"], ["a", 2, 1], [1.0, "a"], ("a", 1)],
        [[1], ["a"], [], [True, "a"], None, "a1"],
    ),
    (
        array_not_contains(1, "a"),
        "class-validator's ArrayNotContains",
        [[], [2], ["b"], [True]],
        [[1], ["a"], [1.0], [2, "a"], None, "b"],
    ),
    (
        each(max_length(2)),
        "class-validator's each option",
        [[], ["a"], ["ab", ""], ("ab",)],
        [["abc"], ["a", "abc"], [1], "ab", None],
    ),
]


@pytest.mark.parametrize(("rule", "source", "accepted", "refused"), CASES, ids=lambda part: getattr(part, "name", None))
def test_it_accepts_the_good_and_refuses_the_bad_values_of_its_source(rule, source, accepted, refused):
    assert [value for value in accepted if not rule.accepts(value)] == []
    assert [value for value in refused if rule.accepts(value)] == []
    assert source
    assert len(accepted) >= 4
    assert len(refused) >= 5


def test_elements_of_every_kind_are_compared():
    @dataclass
    class Point:
        x: int

    class Slotted:
        __slots__ = ("x",)
        __hash__ = None

    class Item(msgspec.Struct):
        x: int

    assert array_unique.accepts([Point(1), Point(2)])
    assert not array_unique.accepts([Point(1), Point(1)])
    assert array_unique.accepts([Item(1), Item(2)])
    assert not array_unique.accepts([Item(1), Item(1)])
    assert array_unique.accepts([Slotted(), Slotted()])


def test_arrays_nested_too_deep_are_refused():
    nested = []
    for _ in range(100_000):
        nested = [nested]
    assert not array_unique.accepts([nested, 1])
    assert not array_contains(1).accepts([nested, 1])


def test_messages_are_those_of_the_original():
    assert array_min_size(1).violation("tags") == "tags must contain at least 1 elements"
    assert array_max_size(1).violation("tags") == "tags must contain not more than 1 elements"
    assert array_unique.violation("tags") == "All tags's elements must be unique"
    assert array_unique_by("id").metadata() == "arrayUnique(id)"
    assert each(max_length(2)).violation("tags") == "each value in tags must be shorter than or equal to 2 characters"
    assert each(max_length(2)).metadata() == "maxLength(2, { each: true })"
    assert each(is_data_uri).metadata() == "isDataUri({ each: true })"
