"""Rules that a project makes itself."""

import copy
import pickle
from datetime import date, datetime

import pytest
from django.core.exceptions import ValidationError
from django.db.migrations.writer import MigrationWriter

from backk_core.declare.validators import CustomRule, should_be_true, should_be_true_for_object, validator


@validator(sample=2, json_schema={"multipleOf": 2})
def is_even(value: int) -> bool:
    """must be even."""
    return value % 2 == 0


@validator(
    message="must be {0} more than a multiple of {1}",
    sample=lambda over, divisor: over,
    json_schema=lambda over, divisor: {"minimum": over},
)
def is_over(value: int, over: int, divisor: int = 3) -> bool:
    return value % divisor == over


@validator(message="must be a city", kinds=("string",))
def is_city(value) -> bool:
    return {"Tampere": True, "Turku": False}[value]


@validator(message="must be in the past")
def is_past(value: date | None) -> bool:
    return value < date(2024, 1, 1)


def is_palindrome(value):
    return value == value[::-1]


def starts_before_it_ends(obj):
    return obj["start"] < obj["end"]


def test_a_function_without_parameters_becomes_a_rule():
    assert isinstance(is_even, CustomRule)
    assert (is_even.name, is_even.message, is_even.kinds) == ("isEven", "must be even", {"number"})
    assert is_even.metadata() == "isEven()"
    assert is_even.json_schema() == {"multipleOf": 2}
    assert is_even.sample() == 2
    assert is_even.accepts(4)
    assert not is_even.accepts(3)
    with pytest.raises(ValidationError, match="must be even"):
        is_even(3)


def test_a_function_with_parameters_makes_rules():
    rule = is_over(1)
    assert rule == is_over(1, 3) == is_over(over=1)
    assert rule != is_over(2)
    assert rule.metadata() == "isOver(1, 3)"
    assert rule.message == "must be 1 more than a multiple of 3"
    assert (rule.sample(), rule.json_schema()) == (1, {"minimum": 1})
    assert rule.accepts(4)
    assert not rule.accepts(3)


@pytest.mark.parametrize("rule", [is_even, is_over(1), is_city], ids=lambda rule: rule.name)
def test_it_survives_migrations_pickle_and_copies(rule):
    code, imports = MigrationWriter.serialize(rule)
    names = {}
    exec("\n".join(imports), names)
    for twin in (eval(code, names), pickle.loads(pickle.dumps(rule)), copy.deepcopy(rule)):
        assert twin == rule
        assert hash(twin) == hash(rule)
        assert twin.message == rule.message


@pytest.mark.parametrize("value", ["4", None, True, 4.5 + 1j, [], float("nan")])
def test_a_value_of_another_kind_is_refused_without_asking(value):
    assert not is_even.accepts(value)


def test_an_error_that_bad_input_causes_is_a_refusal():
    assert is_city.accepts("Tampere")
    assert not is_city.accepts("Turku")
    assert not is_city.accepts("Atlantis")


def test_an_error_that_input_cannot_cause_is_shown():
    def broken(value):
        raise OSError("no database")

    with pytest.raises(OSError, match="no database"):
        should_be_true(broken).accepts(1)


def test_kinds_follow_from_the_annotation():
    assert is_past.kinds == {"date"}
    assert is_past.accepts(date(2023, 1, 1))
    assert not is_past.accepts(datetime(2023, 1, 1))


def test_a_function_without_a_message_is_refused():
    with pytest.raises(TypeError, match="write @validator"):

        @validator()
        def is_silent(value: int) -> bool:
            return True


def test_a_rule_without_a_sample_asks_for_a_test_value():
    with pytest.raises(LookupError, match="give the field a test value"):
        is_city.sample()
    with pytest.raises(LookupError, match="give the field a test value"):
        should_be_true(is_palindrome).sample()


def test_a_function_of_the_value_decides():
    rule = should_be_true(is_palindrome, "must read the same backwards", "level")
    assert [value for value in ("level", "", "aa", "noon", [1, 2, 1]) if not rule.accepts(value)] == []
    assert [value for value in ("label", 1, None, "ab", [1, 2]) if rule.accepts(value)] == []
    assert rule.violation("word") == "word must read the same backwards"
    assert rule.metadata() == "shouldBeTrue(is_palindrome)"
    assert should_be_true(is_palindrome).message == "did not match predicate: is_palindrome"


def test_a_function_of_the_object_decides():
    rule = should_be_true_for_object(starts_before_it_ends)
    good = [{"start": 1, "end": 2}, {"start": "a", "end": "b"}, {"start": 0, "end": 0.5}, {"start": -1, "end": 0}]
    bad = [{"start": 2, "end": 1}, {"start": 1, "end": 1}, {"start": "a", "end": 1}, {}, None]
    assert [obj for obj in good if not rule.accepts_object(obj)] == []
    assert [obj for obj in bad if rule.accepts_object(obj)] == []
    assert rule.accepts("anything")
    assert rule.message == "object did not match predicate: starts_before_it_ends"
