"""Rules about numbers, judged by value: integers of any size, finite floats and decimals, never booleans."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil, isfinite
from typing import Any, TypeAlias, TypeGuard

from .base import Kind, Validator, render

Number: TypeAlias = int | float | Decimal

_INT64 = (-(2**63), 2**63 - 1)
# A decimal such as 1E+999999999 has few digits but would not fit into memory as an integer.
_LARGEST_EXPONENT = 400


def is_number(value: Any) -> TypeGuard[Number]:
    """Tells whether the value is a finite number and not a boolean."""
    kind = type(value)
    if kind is int:
        return True
    if kind is float:
        return isfinite(value)
    if isinstance(value, Decimal):
        return value.is_finite()
    return isinstance(value, int) and kind is not bool


class NumberRule(Validator):
    """A rule that judges numbers."""

    kinds: frozenset[Kind] = frozenset({"number"})


class IsInt(NumberRule):
    """A whole number; `1.0` is one, as in JSON."""

    name = "isInt"
    message = "must be an integer number"

    def accepts(self, value: Any) -> bool:
        return is_number(value) and _is_whole(value)

    def json_schema(self) -> dict[str, Any]:
        return {"type": "integer"}

    def sample(self) -> int:
        return 1

    def amend(self, value: Number) -> int:
        return ceil(value)


class IsBigInt(IsInt):
    """A whole number of at most 64 bits with its sign."""

    name = "isBigInt"

    def accepts(self, value: Any) -> bool:
        return super().accepts(value) and _INT64[0] <= value <= _INT64[1]

    def json_schema(self) -> dict[str, Any]:
        return {"type": "integer", "format": "int64"}


@dataclass(frozen=True)
class IsFloat(NumberRule):
    """A number with at most so many decimal places in its shortest decimal form."""

    max_decimal_places: int
    name = "isNumber"
    message = "must be a number conforming to the specified constraints"

    def __post_init__(self) -> None:
        if self.max_decimal_places < 0:
            raise ValueError("is_float() takes the greatest number of decimal places: write 0 or more")

    def metadata(self) -> str:
        return f"isNumber({json.dumps({'maxDecimalPlaces': self.max_decimal_places}, separators=(',', ':'))})"

    def accepts(self, value: Any) -> bool:
        if not is_number(value):
            return False
        if isinstance(value, Decimal):
            return -int(value.as_tuple().exponent) <= self.max_decimal_places
        return isinstance(value, int) or round(value, self.max_decimal_places) == value

    def json_schema(self) -> dict[str, Any]:
        return {"type": "number"}

    def sample(self) -> float:
        return 1.0

    def amend(self, value: Any) -> float:
        return round(float(value), self.max_decimal_places)


@dataclass(frozen=True)
class IsDecimalNumber(NumberRule):
    """A number of at most so many digits, of which at most so many are decimal places (Django's `DecimalField`)."""

    max_digits: int | None
    decimal_places: int | None
    name = "isDecimalNumber"

    @property
    def message(self) -> str:
        return f"must have at most {render(self.max_digits)} digits and {render(self.decimal_places)} decimal places"

    def accepts(self, value: Any) -> bool:
        if not is_number(value):
            return False
        number = value if isinstance(value, Decimal) else Decimal(repr(value)) if isinstance(value, float) else value
        if isinstance(number, int):
            whole, places = (number.bit_length() * 3 // 10 + 1, 0) if abs(number) >= 10**300 else _digits(number)
        else:
            places = max(0, -int(number.as_tuple().exponent))
            whole = max(0, number.adjusted() + 1) if number else 0
        if self.decimal_places is not None and places > self.decimal_places:
            return False
        return self.max_digits is None or (
            whole <= self.max_digits - (self.decimal_places or 0) and max(whole + places, 1) <= self.max_digits
        )

    def sample(self) -> int:
        return 0


@dataclass(frozen=True)
class IsDivisibleBy(NumberRule):
    """A whole multiple of the divisor, by the decimal values that both are written as."""

    divisor: Number
    name = "isDivisibleBy"

    def __post_init__(self) -> None:
        if not is_number(self.divisor) or not self.divisor:
            raise ValueError("is_divisible_by() takes a finite number other than 0")

    @property
    def message(self) -> str:
        return f"must be divisible by {render(self.divisor)}"

    @property
    def native(self) -> Mapping[str, Any]:
        return {"multiple_of": self.divisor} if self._is_countable() else {}

    def accepts(self, value: Any) -> bool:
        if not is_number(value):
            return False
        if isinstance(self.divisor, int) and not isinstance(value, Decimal):
            return _is_whole(value) and int(value) % self.divisor == 0
        exact = _fraction(value)
        return exact is not None and exact % Fraction(str(self.divisor)) == 0

    def json_schema(self) -> dict[str, Any]:
        # A fractional `multipleOf` is computed in binary by most validators, so that 0.3 is no multiple of 0.1 there.
        return {"multipleOf": self.divisor} if self._is_countable() else {}

    def sample(self) -> Number:
        return self.divisor

    def amend(self, value: Any) -> Number:
        exact = Fraction(str(self.divisor))
        nearest = ceil(Fraction(str(value)) / exact) * exact
        return int(nearest) if nearest.denominator == 1 else float(nearest)

    def _is_countable(self) -> bool:
        return type(self.divisor) is int and 0 < self.divisor <= _INT64[1]


class IsPositive(NumberRule):
    """Greater than zero."""

    name = "isPositive"
    message = "must be a positive number"
    native = {"gt": 0}

    def accepts(self, value: Any) -> bool:
        return is_number(value) and value > 0

    def json_schema(self) -> dict[str, Any]:
        return {"exclusiveMinimum": 0}

    def sample(self) -> int:
        return 1


class IsNegative(NumberRule):
    """Less than zero."""

    name = "isNegative"
    message = "must be a negative number"
    native = {"lt": 0}

    def accepts(self, value: Any) -> bool:
        return is_number(value) and value < 0

    def json_schema(self) -> dict[str, Any]:
        return {"exclusiveMaximum": 0}

    def sample(self) -> int:
        return -1


@dataclass(frozen=True)
class MinValue(NumberRule):
    """At least the limit."""

    limit: Number
    name = "min"

    def __post_init__(self) -> None:
        _require_number(self.limit)

    @property
    def message(self) -> str:
        return f"must not be less than {render(self.limit)}"

    @property
    def native(self) -> Mapping[str, Any]:
        return _bounds(ge=self.limit)

    def accepts(self, value: Any) -> bool:
        return is_number(value) and value >= self.limit

    def json_schema(self) -> dict[str, Any]:
        return {"minimum": _json_number(self.limit)}

    def sample(self) -> Number:
        return self.limit


@dataclass(frozen=True)
class MaxValue(NumberRule):
    """At most the limit."""

    limit: Number
    name = "max"

    def __post_init__(self) -> None:
        _require_number(self.limit)

    @property
    def message(self) -> str:
        return f"must not be greater than {render(self.limit)}"

    @property
    def native(self) -> Mapping[str, Any]:
        return _bounds(le=self.limit)

    def accepts(self, value: Any) -> bool:
        return is_number(value) and value <= self.limit

    def json_schema(self) -> dict[str, Any]:
        return {"maximum": _json_number(self.limit)}

    def sample(self) -> Number:
        return self.limit


@dataclass(frozen=True)
class Between(NumberRule):
    """At least the lowest and at most the highest value."""

    lowest: Number
    highest: Number
    name = "minMax"

    def __post_init__(self) -> None:
        _require_number(self.lowest)
        _require_number(self.highest)
        if self.lowest > self.highest:
            raise ValueError(f"between({self.lowest}, {self.highest}) accepts nothing: write the lower bound first")

    @property
    def message(self) -> str:
        return f"must not be less than {render(self.lowest)} or greater than {render(self.highest)}"

    def violation(self, field: str, value: Any = None) -> str:
        if is_number(value) and value < self.lowest:
            return f"{field} must not be less than {render(self.lowest)}"
        if is_number(value) and value > self.highest:
            return f"{field} must not be greater than {render(self.highest)}"
        return f"{field} {self.message}"

    @property
    def native(self) -> Mapping[str, Any]:
        return _bounds(ge=self.lowest, le=self.highest)

    def accepts(self, value: Any) -> bool:
        return is_number(value) and self.lowest <= value <= self.highest

    def json_schema(self) -> dict[str, Any]:
        return {"minimum": _json_number(self.lowest), "maximum": _json_number(self.highest)}

    def sample(self) -> Number:
        return self.lowest

    def amend(self, value: Any) -> Number:
        return self.lowest if value < self.lowest else self.highest


def _is_whole(value: Number) -> bool:
    if isinstance(value, Decimal):
        exponent = int(value.as_tuple().exponent)
        return exponent >= 0 or (exponent > -_LARGEST_EXPONENT and value == value.to_integral_value())
    return isinstance(value, int) or value.is_integer()


def _digits(number: int) -> tuple[int, int]:
    return (len(str(abs(number))) if number else 0, 0)


def _fraction(value: Number) -> Fraction | None:
    if isinstance(value, int):
        return Fraction(value)
    number = value if isinstance(value, Decimal) else Decimal(repr(value))
    return Fraction(number) if abs(int(number.as_tuple().exponent)) <= _LARGEST_EXPONENT else None


def _require_number(limit: Any) -> None:
    if not is_number(limit):
        raise ValueError(f"a bound must be a finite number, not {limit!r}")


def _bounds(**limits: Number) -> Mapping[str, Any]:
    """Bounds as msgspec knows them: floats, and integers that fit into 64 bits."""
    fits = all(type(limit) is float or _INT64[0] <= limit <= _INT64[1] for limit in limits.values())
    return limits if fits and not any(isinstance(limit, Decimal) for limit in limits.values()) else {}


def _json_number(limit: Number) -> int | float:
    if isinstance(limit, Decimal):
        return int(limit) if _is_whole(limit) and limit.adjusted() < _LARGEST_EXPONENT else float(limit)
    return limit


is_int = IsInt()
is_big_int = IsBigInt()
is_float = IsFloat
is_decimal_number = IsDecimalNumber
is_divisible_by = IsDivisibleBy
is_positive = IsPositive()
is_negative = IsNegative()
min_value = MinValue
max_value = MaxValue
between = Between
