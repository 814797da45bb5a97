"""What a field's rules amount to together: its least and greatest value, length, size and day."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from django.db import models

from backk_core.declare.validators import (
    DateBetween,
    IsDecimalNumber,
    MaxDate,
    MinDate,
    TimestampBetween,
    Validator,
    YearAndMonthBetween,
)

#: JSON Schema's keywords of a lower bound, of the upper one against it, and what both bound.
PAIRS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "minimum": ("maximum", "value"),
        "minLength": ("maxLength", "length"),
        "minItems": ("maxItems", "number of elements"),
        "minProperties": ("maxProperties", "number of entries"),
    }
)


def bounds_of(rules: Iterable[Validator]) -> dict[str, Any]:
    """Return the tightest bounds by JSON Schema's keywords; an exclusive one counts as the next number after it."""
    tightest: dict[str, Any] = {}
    for rule in rules:
        for keyword, bound in _said_by(rule).items():
            choose = max if keyword in PAIRS else min
            tightest[keyword] = choose(tightest[keyword], bound) if keyword in tightest else bound
    return tightest


def _said_by(rule: Validator) -> dict[str, Any]:
    schema = rule.json_schema()
    said = {
        keyword: bound
        for low, (high, _) in PAIRS.items()
        for keyword in (low, high)
        if (bound := schema.get(keyword)) is not None
    }
    if (above := schema.get("exclusiveMinimum")) is not None:
        said["minimum"] = math.nextafter(above, math.inf)
    if (below := schema.get("exclusiveMaximum")) is not None:
        said["maximum"] = math.nextafter(below, -math.inf)
    if isinstance(rule, IsDecimalNumber) and rule.max_digits is not None:
        greatest = 10 ** (rule.max_digits - (rule.decimal_places or 0))
        said |= {"minimum": -greatest, "maximum": greatest}
    return said


def column_bounds(field: models.Field[Any, Any], implied: Iterable[Validator]) -> dict[str, Any]:
    """Return what a column can hold; ``implied`` are the rules that follow from it."""
    if isinstance(field, models.DecimalField):
        return bounds_of([IsDecimalNumber(field.max_digits, field.decimal_places)])
    return bounds_of(implied)


def days_of(rules: Iterable[Validator]) -> tuple[date | None, date | None]:
    """Return the first and the last day that rules about moments accept, None where they say none."""
    first: list[date] = []
    last: list[date] = []
    for rule in rules:
        match rule:
            case MinDate(limit):
                first.append(limit)
            case MaxDate(limit):
                last.append(limit)
            case DateBetween(low, high) | TimestampBetween(low, high):
                first.append(low)
                last.append(high)
            case YearAndMonthBetween(low, high):
                first.append(date.fromisoformat(f"{low}-01"))
                last.append(date.fromisoformat(f"{high}-01").replace(day=28))
    return max(map(_day, first), default=None), min(map(_day, last), default=None)


def _day(moment: date) -> date:
    return moment.date() if isinstance(moment, datetime) else moment
