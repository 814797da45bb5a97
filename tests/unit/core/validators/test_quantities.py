"""Rules about numbers."""

from decimal import Decimal

import pytest

from backk_core.declare.validators import (
    between,
    is_big_int,
    is_decimal_number,
    is_divisible_by,
    is_float,
    is_int,
    is_negative,
    is_positive,
    max_value,
    min_value,
)

# (rule, source of the values, accepted values, refused values)
CASES = [
    (
        is_int,
        "RFC 8259, section 6: 1.0 and 1 are the same number",
        [0, -1, 1.0, 10**400, 2**64, -(2**63)],
        [0.5, "1", None, True, float("nan"), float("inf"), 1e-9],
    ),
    (
        is_big_int,
        "two's complement of 64 bits",
        [0, 2**63 - 1, -(2**63), 9007199254740993, 1.0],
        [2**63, -(2**63) - 1, 1e300, 0.5, "1", True],
    ),
    (
        is_float(2),
        "shortest repr (David Gay), IEEE 754 classics",
        [0.1, 0.29, 1.1, 49.95, 1e22, 5, 1000000.01, -0.07],
        [0.001, 0.1 + 0.2, 1e-7, 1.005, 49.955, float("nan"), float("-inf"), "1", True],
    ),
    (
        is_float(0),
        "class-validator's IsNumber with maxDecimalPlaces 0",
        [1.0, 0, -5, 1e300, 12],
        [0.5, 1.1, -0.1, 1e-9, "0"],
    ),
    (
        is_float(2),
        "decimal module",
        [Decimal("1.25"), Decimal("1E+5"), Decimal("-0.01"), Decimal(0)],
        [Decimal("1.250"), Decimal("0.001"), Decimal("nan"), Decimal("inf"), Decimal("sNaN")],
    ),
    (
        is_decimal_number(5, 2),
        "Django's DecimalValidator",
        [123.45, Decimal("123.45"), 0, 999, Decimal("0.01"), -123.4, Decimal("1E2")],
        [1234, 1234.5, 0.123, Decimal("1E+999999"), Decimal("nan"), 10**400, "1", True],
    ),
    (
        is_divisible_by(5),
        "validator.js isDivisibleBy",
        [0, 5, 10.0, -15, 10**400, Decimal(25)],
        [1, 5.5, 101, -4, float("inf"), True, "5", Decimal("1E+999999999")],
    ),
    (
        is_divisible_by(0.1),
        "decimal arithmetic: 0.3 is three times 0.1",
        [0.3, 0.7, 1, 10**400, 1e308, Decimal("0.1")],
        [0.35, 0.01, 1e-7, float("nan"), True],
    ),
    (
        is_positive,
        "the number line",
        [1, 0.5, 10**400, Decimal("0.1"), 5e-324],
        [0, -1, -0.0, float("nan"), float("inf"), True, "1"],
    ),
    (
        is_negative,
        "the number line",
        [-1, -0.5, -(10**400), Decimal("-0.1"), -5e-324],
        [0, 1, -0.0, float("nan"), float("-inf"), False, "-1"],
    ),
    (
        min_value(3),
        "class-validator's Min",
        [3, 3.0, 4, 10**400, Decimal("3.01")],
        [2, 2.999, -(10**400), float("nan"), float("inf"), True, "3"],
    ),
    (
        max_value(3),
        "class-validator's Max",
        [3, 3.0, -4, -(10**400), Decimal("2.99")],
        [4, 3.001, 10**400, float("nan"), float("-inf"), "3"],
    ),
    (
        between(0, 1_000_000_000),
        "the original's MinMax",
        [0, 49.95, 1_000_000_000, Decimal("0.5"), 1e9],
        [-1, -0.01, 1e9 + 1, 10**400, float("nan"), True, "1"],
    ),
]


@pytest.mark.parametrize(("rule", "source", "accepted", "refused"), CASES, ids=lambda part: getattr(part, "name", None))
def test_it_accepts_the_good_and_refuses_the_bad_values_of_its_source(rule, source, accepted, refused):
    assert [value for value in accepted if not rule.accepts(value)] == []
    assert [value for value in refused if rule.accepts(value)] == []
    assert source
    assert len(accepted) >= 4
    assert len(refused) >= 5


@pytest.mark.parametrize(
    "declare",
    [
        lambda: between(2, 1),
        lambda: min_value("1"),
        lambda: max_value(float("nan")),
        lambda: is_divisible_by(0),
        lambda: is_divisible_by(True),
        lambda: is_float(-1),
    ],
)
def test_a_declaration_that_accepts_nothing_is_refused(declare):
    with pytest.raises(ValueError, match=r"\w"):
        declare()


def test_bounds_are_native_only_where_msgspec_can_hold_them():
    assert between(0, 10).native == {"ge": 0, "le": 10}
    assert min_value(0.5).native == {"ge": 0.5}
    assert max_value(2**63).native == {}
    assert max_value(Decimal(1)).native == {}
    assert is_divisible_by(5).native == {"multiple_of": 5}
    assert is_divisible_by(0.1).native == {}


def test_messages_are_those_of_the_original():
    assert min_value(0).violation("price") == "price must not be less than 0"
    assert max_value(9.0).violation("price") == "price must not be greater than 9"
    assert between(0, 1_000_000_000).violation("price") == "price must not be less than 0 or greater than 1000000000"
    assert between(0, 1_000_000_000).violation("price", -1) == "price must not be less than 0"
    assert between(0, 1_000_000_000).violation("price", 2e9) == "price must not be greater than 1000000000"
    assert between(0, 1e9).metadata() == "minMax(0, 1000000000)"
    assert is_float(2).metadata() == 'isNumber({"maxDecimalPlaces":2})'
