"""A value that several rules accept together."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from dateutil.relativedelta import relativedelta

from backk_core.declare.validators import (
    DayOfWeek,
    array_contains,
    array_max_size,
    array_min_size,
    array_unique,
    between,
    contains,
    date_between,
    date_between_relative,
    day_of_month_in,
    day_of_week_between,
    each,
    hour_in,
    is_alpha,
    is_alphanumeric,
    is_ascii,
    is_big_int,
    is_data_uri,
    is_divisible_by,
    is_email,
    is_float,
    is_in,
    is_int,
    is_latitude,
    is_lowercase,
    is_negative,
    is_phone_number,
    is_positive,
    is_strong_password,
    is_uppercase,
    is_url,
    length,
    matches,
    max_date,
    max_length,
    max_value,
    min_date,
    min_length,
    min_value,
    minute_in,
    month_in,
    not_contains,
    sample_for,
    should_be_true,
    time_between,
    timestamp_between_relative,
    year_and_month_between,
)

TOGETHER = [
    ("string", []),
    ("string", [min_length(1), max_length(3), is_ascii]),
    ("string", [max_length(2)]),
    ("string", [min_length(40), is_alpha]),
    ("string", [is_alphanumeric, length(10, 10), is_uppercase]),
    ("string", [contains("@"), is_lowercase, min_length(12), not_contains("sample")]),
    ("string", [max_length(64), is_email]),
    ("string", [max_length(32), is_phone_number("FI")]),
    ("string", [matches(r"^[a-f\d]{1,24}$"), max_length(24)]),
    ("string", [matches(r"^[A-Z]{2}-\d{3,5}$"), min_length(8)]),
    ("string", [is_in("forSale", "sold"), min_length(6)]),
    ("string", [is_strong_password, min_length(8)]),
    ("string", [is_data_uri, max_length(10_485_760)]),
    ("string", [is_url, max_length(4096)]),
    ("number", []),
    ("number", [is_int, between(10, 20)]),
    ("number", [between(0.5, 10), is_int]),
    ("number", [is_divisible_by(7), min_value(100), max_value(110)]),
    ("number", [is_float(2), between(0, 1_000_000_000)]),
    ("number", [is_negative, min_value(-5)]),
    ("number", [is_positive, max_value(0.5)]),
    ("number", [is_big_int, min_value(2**62)]),
    ("number", [is_latitude, min_value(60)]),
    ("boolean", []),
    ("date", [date_between(date(2024, 1, 1), date(2024, 12, 31)), day_of_month_in(31), month_in(7, 8)]),
    ("date", [min_date(date(2024, 1, 1)), day_of_week_between(DayOfWeek.SATURDAY, DayOfWeek.SUNDAY)]),
    ("date", [max_date(date(1999, 12, 31))]),
    ("date", [year_and_month_between("2024-02", "2024-02"), day_of_month_in(29)]),
    ("date", [date_between_relative(timedelta(days=10), relativedelta(months=1))]),
    ("timestamp", [min_date(datetime(2040, 1, 1, tzinfo=UTC)), hour_in(8, 9), minute_in(30)]),
    ("timestamp", [timestamp_between_relative(timedelta(hours=1), timedelta(days=3))]),
    ("timestamp", [date_between(date(2024, 1, 1), date(2024, 1, 31)), time_between(time(22), time(2)), month_in(1)]),
    ("time", [time_between(time(8), time(16)), minute_in(45), hour_in(15)]),
    ("array", [array_min_size(2), array_max_size(3), array_unique]),
    ("array", [array_contains("a"), array_min_size(1)]),
    ("array", [each(max_length(3)), array_min_size(1), array_max_size(1)]),
    ("any", []),
    ("object", []),
]


@pytest.mark.parametrize(("kind", "rules"), TOGETHER, ids=lambda part: part if isinstance(part, str) else str(part))
def test_a_value_is_found_that_all_accept(kind, rules):
    types = {
        "string": str, "number": (int, float), "boolean": bool, "date": date, "timestamp": datetime, "time": time,
        "array": list, "any": object, "object": dict,
    }  # fmt: skip
    value = sample_for(rules, kind)
    assert [rule for rule in rules if not rule.accepts(value)] == []
    assert isinstance(value, types[kind])
    assert isinstance(value, datetime) == (kind == "timestamp")


@pytest.mark.parametrize(
    ("kind", "rules"),
    [
        ("number", [min_value(5), max_value(4)]),
        ("string", [is_alpha, contains("1")]),
        ("string", [should_be_true(lambda value: False)]),
        ("date", [day_of_month_in(31), month_in(2)]),
        ("array", [array_min_size(3), array_max_size(2)]),
    ],
)
def test_where_none_is_found_it_asks_for_a_test_value(kind, rules):
    with pytest.raises(LookupError, match="Give the field a test value"):
        sample_for(rules, kind)
