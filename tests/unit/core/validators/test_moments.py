"""Rules about dates and times."""

from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest
from dateutil.relativedelta import relativedelta
from django.test import override_settings

from backk_core.declare.validators import (
    DayOfWeek,
    date_between,
    date_between_relative,
    day_of_month_in,
    day_of_week_between,
    hour_in,
    max_date,
    min_date,
    minute_in,
    month_in,
    time_between,
    timestamp_between,
    timestamp_between_relative,
    year_and_month_between,
    year_and_month_between_relative,
)

# (rule, source of the values, accepted values, refused values)
CASES = [
    (
        min_date(date(2024, 1, 1)),
        "the Gregorian calendar",
        [date(2024, 1, 1), date(2024, 2, 29), date.max, datetime(2024, 1, 1), datetime(9999, 12, 31, tzinfo=UTC)],
        [
            date(2023, 12, 31),
            date.min,
            datetime(2023, 12, 31, 23, 59, 59, tzinfo=UTC),
            datetime.min,
            "2024-01-01",
            None,
        ],
    ),
    (
        min_date(datetime(2024, 1, 1, 12, tzinfo=UTC)),
        "instants",
        [
            datetime(2024, 1, 1, 12, tzinfo=UTC),
            datetime(2024, 1, 1, 12),
            datetime(2024, 1, 1, 14, tzinfo=timezone(timedelta(hours=2))),
            date(2024, 1, 1),
        ],
        [
            datetime(2024, 1, 1, 11, 59, tzinfo=UTC),
            datetime(2024, 1, 1, 13, tzinfo=timezone(timedelta(hours=2))),
            date(2023, 12, 31),
            "2024",
            0,
        ],
    ),
    (
        max_date(date(2024, 1, 1)),
        "the Gregorian calendar",
        [date(2024, 1, 1), date(2023, 2, 28), date.min, datetime(2024, 1, 1, 23, 59)],
        [date(2024, 1, 2), date.max, datetime(2024, 1, 2, tzinfo=UTC), datetime.max, "2024-01-01"],
    ),
    (
        date_between(date(2024, 1, 1), date(2024, 12, 31)),
        "the original's IsDateBetween",
        [date(2024, 1, 1), date(2024, 12, 31), datetime(2024, 12, 31, 23, 59, 59), datetime(2024, 2, 29, tzinfo=UTC)],
        [date(2023, 12, 31), date(2025, 1, 1), datetime(2025, 1, 1), datetime.min, 1],
    ),
    (
        timestamp_between(datetime(2024, 1, 1, 8), datetime(2024, 1, 1, 9)),
        "the original's IsTimestampBetween, to the minute",
        [
            datetime(2024, 1, 1, 8),
            datetime(2024, 1, 1, 9, 0, 59),
            datetime(2024, 1, 1, 8, 30, tzinfo=UTC),
            datetime(2024, 1, 1, 11, tzinfo=timezone(timedelta(hours=2))),
        ],
        [datetime(2024, 1, 1, 7, 59, 59), datetime(2024, 1, 1, 9, 1), date(2024, 1, 1), time(8), datetime.max],
    ),
    (
        year_and_month_between("2023-11", "2024-02"),
        "the original's IsYearAndMonthBetween",
        [date(2023, 11, 1), date(2024, 2, 29), datetime(2023, 12, 5), date(2024, 1, 31)],
        [date(2023, 10, 31), date(2024, 3, 1), date.min, date.max, "2024-01"],
    ),
    (
        day_of_month_in(1, 15),
        "the original's IsDayOfMonthIn",
        [date(2024, 1, 1), date(2024, 1, 15), datetime(2024, 1, 15, 23, 59), datetime(2024, 2, 1, tzinfo=UTC)],
        [date(2024, 1, 2), date(2024, 1, 14), date(2024, 1, 31), datetime(2024, 1, 16), time(1)],
    ),
    (
        day_of_week_between(DayOfWeek.MONDAY, DayOfWeek.FRIDAY),
        "ISO 8601: 2024-01-01 was a Monday",
        [date(2024, 1, 1), date(2024, 1, 5), datetime(2024, 1, 3), date(2024, 2, 29)],
        [date(2024, 1, 6), date(2024, 1, 7), datetime(2023, 12, 31), time(1), "Monday"],
    ),
    (
        day_of_week_between(DayOfWeek.FRIDAY, DayOfWeek.MONDAY),
        "over the weekend",
        [date(2024, 1, 5), date(2024, 1, 6), date(2024, 1, 7), date(2024, 1, 8)],
        [date(2024, 1, 2), date(2024, 1, 3), date(2024, 1, 4), datetime(2024, 1, 9), None],
    ),
    (
        hour_in(0, 23),
        "the original's IsHourIn",
        [time(0), time(23, 59, 59), datetime(2024, 1, 1, 23), datetime(2024, 1, 1, 0, 30, tzinfo=UTC)],
        [time(1), time(22, 59), datetime(2024, 1, 1, 12), date(2024, 1, 1), 0],
    ),
    (
        minute_in(0, 30),
        "the original's IsMinuteIn",
        [time(0), time(23, 30, 59), datetime(2024, 1, 1, 23), datetime(2024, 1, 1, 0, 30)],
        [time(1, 1), time(22, 59), datetime(2024, 1, 1, 12, 29), date(2024, 1, 1), 0],
    ),
    (
        month_in(2, 12),
        "the original's IsMonthIn",
        [date(2024, 2, 29), date(2024, 12, 1), datetime(2024, 12, 31, 23, 59), datetime(2024, 2, 1)],
        [date(2024, 1, 31), date(2024, 3, 1), datetime(2024, 11, 30), time(2), 2],
    ),
    (
        time_between(time(8), time(16, 30)),
        "the original's IsTimeBetween, to the minute",
        [time(8), time(16, 30, 59), time(12), datetime(2024, 1, 1, 8, 0)],
        [time(7, 59, 59), time(16, 31), time(0), datetime(2024, 1, 1, 17), "12:00"],
    ),
    (
        time_between(time(22), time(6)),
        "over midnight",
        [time(22), time(0), time(6), datetime(2024, 1, 1, 23)],
        [time(6, 1), time(21, 59), time(12), datetime(2024, 1, 1, 7), None],
    ),
]


@pytest.mark.parametrize(("rule", "source", "accepted", "refused"), CASES, ids=lambda part: getattr(part, "name", None))
def test_it_accepts_the_good_and_refuses_the_bad_values_of_its_source(rule, source, accepted, refused):
    assert [value for value in accepted if not rule.accepts(value)] == []
    assert [value for value in refused if rule.accepts(value)] == []
    assert source
    assert len(accepted) >= 4
    assert len(refused) >= 5


NOON = datetime(2024, 3, 31, 12, tzinfo=UTC)


@pytest.fixture
def at_noon(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOON)


@pytest.mark.usefixtures("at_noon")
@pytest.mark.parametrize(
    ("rule", "accepted", "refused"),
    [
        (
            date_between_relative(relativedelta(months=1), timedelta(days=2)),
            [date(2024, 2, 29), date(2024, 4, 2), NOON, datetime(2024, 4, 2, 23, 59, tzinfo=UTC)],
            [date(2024, 2, 28), date(2024, 4, 3), datetime(2024, 4, 3, tzinfo=UTC), time(1), "2024-03-31"],
        ),
        (
            timestamp_between_relative(timedelta(hours=1), timedelta(minutes=5)),
            [NOON, NOON - timedelta(hours=1), NOON + timedelta(minutes=5, seconds=59), datetime(2024, 3, 31, 12)],
            [NOON - timedelta(minutes=61), NOON + timedelta(minutes=6), date(2024, 3, 31), datetime.max, 0],
        ),
        (
            year_and_month_between_relative(relativedelta(months=1), relativedelta(years=1)),
            [date(2024, 2, 1), date(2025, 3, 31), NOON, date(2024, 12, 31)],
            [date(2024, 1, 31), date(2025, 4, 1), datetime.min, time(1), "2024-03"],
        ),
    ],
    ids=lambda part: getattr(part, "name", None),
)
def test_a_relative_rule_is_judged_at_the_time_of_the_call(rule, accepted, refused):
    assert [value for value in accepted if not rule.accepts(value)] == []
    assert [value for value in refused if rule.accepts(value)] == []


@pytest.mark.usefixtures("at_noon")
def test_a_relative_message_tells_the_present_bounds():
    rule = date_between_relative(relativedelta(months=1), timedelta(days=2))
    assert rule.message == "must be a timestamp where date is between 2024-02-29 and 2024-04-02"
    assert rule.metadata() == "isDateBetweenRelative(1 months, 2 days)"


def test_the_clock_is_that_of_the_project(settings_of_helsinki):
    assert hour_in(1).accepts(datetime(2024, 1, 1, 23, 0, tzinfo=UTC))
    assert date_between(date(2024, 1, 2), date(2024, 1, 2)).accepts(datetime(2024, 1, 1, 23, 0, tzinfo=UTC))
    assert hour_in(23).accepts(datetime(2024, 1, 1, 23, 0))


@pytest.fixture
def settings_of_helsinki():
    with override_settings(TIME_ZONE="Europe/Helsinki"):
        yield


@pytest.mark.parametrize(
    "declare",
    [
        lambda: hour_in(24),
        lambda: month_in(0),
        lambda: day_of_month_in(),
        lambda: minute_in(60),
        lambda: year_and_month_between("2024", "2025"),
    ],
)
def test_an_impossible_part_is_refused_at_declaration(declare):
    with pytest.raises(ValueError, match=r"\w"):
        declare()


def test_bounds_of_dates_have_the_originals_sentence():
    assert min_date(date(2024, 1, 1)).violation("birthday") == "minimal allowed date for birthday is 2024-01-01"
    assert max_date(date(2024, 1, 1)).violation("birthday") == "maximal allowed date for birthday is 2024-01-01"
