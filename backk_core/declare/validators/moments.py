"""Rules about dates and times; days, hours and minutes are those of the project's time zone (`TIME_ZONE`)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import IntEnum
from typing import Any

from django.utils import timezone

from .base import Kind, Validator, render, spell


class DayOfWeek(IntEnum):
    """The days as JavaScript numbers them."""

    SUNDAY = 0
    MONDAY = 1
    TUESDAY = 2
    WEDNESDAY = 3
    THURSDAY = 4
    FRIDAY = 5
    SATURDAY = 6


class _DayRule(Validator):
    """A rule about a calendar day, of a date or of a timestamp."""

    kinds: frozenset[Kind] = frozenset({"timestamp", "date"})

    def accepts(self, value: Any) -> bool:
        day = day_of(value)
        return day is not None and self.accepts_day(day)

    def accepts_day(self, day: date) -> bool:
        raise NotImplementedError

    def sample(self) -> Any:
        return self.amend(timezone.now())

    def amend(self, value: Any) -> Any:
        """The first day from the value on that passes, within 31 years, at the same hour."""
        return next(day for offset in range(11_323) if self.accepts(day := value + timedelta(days=offset)))


class _ClockRule(Validator):
    """A rule about the hour and the minute, of a time or of a timestamp."""

    kinds: frozenset[Kind] = frozenset({"timestamp", "time"})

    def accepts(self, value: Any) -> bool:
        clock = _clock_of(value)
        return clock is not None and self.accepts_clock(clock)

    def accepts_clock(self, clock: time) -> bool:
        raise NotImplementedError

    def sample(self) -> Any:
        return self.amend(timezone.now())

    def amend(self, value: Any) -> Any:
        candidates = (value.replace(hour=hour, minute=minute) for hour in _from(value.hour, 24) for minute in range(60))
        same_hour = (value.replace(minute=minute) for minute in _from(value.minute, 60))
        return next(moment for options in (same_hour, candidates) for moment in options if self.accepts(moment))


@dataclass(frozen=True)
class MinDate(Validator):
    """Not before the limit: a day, or an instant."""

    limit: date
    name = "minDate"
    kinds = frozenset[Kind]({"timestamp", "date"})

    @property
    def message(self) -> str:
        return f"must not be before {render(self.limit)}"

    def violation(self, field: str, value: Any = None) -> str:
        return f"minimal allowed date for {field} is {render(self.limit)}"

    def accepts(self, value: Any) -> bool:
        return _in_order(self.limit, value)

    def sample(self) -> date:
        return self.limit

    def amend(self, value: Any) -> Any:
        return as_kind_of(value, self.limit)


@dataclass(frozen=True)
class MaxDate(Validator):
    """Not after the limit: a day, or an instant."""

    limit: date
    name = "maxDate"
    kinds = frozenset[Kind]({"timestamp", "date"})

    @property
    def message(self) -> str:
        return f"must not be after {render(self.limit)}"

    def violation(self, field: str, value: Any = None) -> str:
        return f"maximal allowed date for {field} is {render(self.limit)}"

    def accepts(self, value: Any) -> bool:
        return _in_order(value, self.limit)

    def sample(self) -> date:
        return self.limit

    def amend(self, value: Any) -> Any:
        return as_kind_of(value, self.limit)


@dataclass(frozen=True)
class DateBetween(_DayRule):
    """A day from the first to the last, both included."""

    first: date
    last: date
    name = "isDateBetween"

    @property
    def message(self) -> str:
        return f"must be a timestamp where date is between {render(self.first)} and {render(self.last)}"

    def accepts_day(self, day: date) -> bool:
        return self.first <= day <= self.last

    def sample(self) -> date:
        return self.first

    def amend(self, value: Any) -> Any:
        return as_kind_of(value, self.first)


@dataclass(frozen=True)
class TimestampBetween(Validator):
    """An instant from the first to the last minute, both included."""

    first: datetime
    last: datetime
    name = "isTimestampBetween"
    kinds = frozenset[Kind]({"timestamp"})

    @property
    def message(self) -> str:
        return f"must be a timestamp between {render(self.first)} and {render(self.last)}"

    def accepts(self, value: Any) -> bool:
        return is_within_minutes(self.first, value, self.last)

    def sample(self) -> datetime:
        return _aware(self.first)


@dataclass(frozen=True)
class YearAndMonthBetween(_DayRule):
    """A day of a month from the first to the last (`2024-01`), both included."""

    first: str
    last: str
    name = "isYearAndMonthBetween"

    def __post_init__(self) -> None:
        for month in (self.first, self.last):
            datetime.strptime(month, "%Y-%m")  # noqa: DTZ007 - a month has no zone

    @property
    def message(self) -> str:
        return f"must be a timestamp where year and month is between {self.first} and {self.last}"

    def accepts_day(self, day: date) -> bool:
        return self.first <= f"{day.year:04}-{day.month:02}" <= self.last

    def sample(self) -> date:
        return date.fromisoformat(f"{self.first}-01")

    def amend(self, value: Any) -> Any:
        return as_kind_of(value, self.sample())


@dataclass(frozen=True, init=False)
class _Listed(Validator):
    """A rule that lists the accepted numbers of a part of a date or time."""

    values: tuple[int, ...]
    allowed = range(0)
    part = ""

    def __init__(self, *values: int) -> None:
        if not values or not all(value in self.allowed for value in values):
            raise ValueError(
                f"{self.part} is one of {self.allowed.start} to {self.allowed.stop - 1}, and at least one is needed"
            )
        object.__setattr__(self, "values", values)

    @property
    def constructor_arguments(self) -> tuple[Any, ...]:
        return self.values

    @property
    def arguments(self) -> tuple[Any, ...]:
        return (self.values,)

    @property
    def message(self) -> str:
        return f"must have {self.part}: {spell(self.values)}"


class DayOfMonthIn(_Listed, _DayRule):
    """The day of the month is one of these (1 to 31)."""

    name = "isDayOfMonthIn"
    allowed = range(1, 32)
    part = "day of month"

    def accepts_day(self, day: date) -> bool:
        return day.day in self.values


class MonthIn(_Listed, _DayRule):
    """The month is one of these (1 to 12)."""

    name = "isMonthIn"
    allowed = range(1, 13)
    part = "month"

    def accepts_day(self, day: date) -> bool:
        return day.month in self.values


class HourIn(_Listed, _ClockRule):
    """The hour is one of these (0 to 23)."""

    name = "isHourIn"
    allowed = range(24)
    part = "hour"

    def accepts_clock(self, clock: time) -> bool:
        return clock.hour in self.values


class MinuteIn(_Listed, _ClockRule):
    """The minute is one of these (0 to 59)."""

    name = "isMinuteIn"
    allowed = range(60)
    part = "minute"

    def accepts_clock(self, clock: time) -> bool:
        return clock.minute in self.values


@dataclass(frozen=True)
class DayOfWeekBetween(_DayRule):
    """A day of the week from the first to the last, both included; from Friday to Monday goes over the weekend."""

    first: DayOfWeek
    last: DayOfWeek
    name = "isDayOfWeekBetween"

    def __post_init__(self) -> None:
        object.__setattr__(self, "first", DayOfWeek(self.first))
        object.__setattr__(self, "last", DayOfWeek(self.last))

    @property
    def arguments(self) -> tuple[Any, ...]:
        return (int(self.first), int(self.last))

    @property
    def message(self) -> str:
        first, last = self.first.name.capitalize(), self.last.name.capitalize()
        return f"must be a timestamp where week day is between {first} and {last}"

    def accepts_day(self, day: date) -> bool:
        return (day.isoweekday() - self.first) % 7 <= (self.last - self.first) % 7


@dataclass(frozen=True)
class TimeBetween(_ClockRule):
    """A time of day from the first to the last minute, both included; from 22:00 to 06:00 goes over midnight."""

    first: time
    last: time
    name = "isTimeBetween"

    @property
    def message(self) -> str:
        return f"must be a time between {render(self.first)} and {render(self.last)}"

    def accepts_clock(self, clock: time) -> bool:
        first, minute, last = (moment.hour * 60 + moment.minute for moment in (self.first, clock, self.last))
        return (minute - first) % 1440 <= (last - first) % 1440


def _aware(moment: datetime) -> datetime:
    """Naive moments are meant in the project's time zone, as everywhere in Django."""
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.get_default_timezone())


def _local(moment: datetime) -> datetime | None:
    """The moment in the project's time zone; None at the ends of the calendar, where there is none."""
    try:
        return moment.astimezone(timezone.get_default_timezone()) if moment.tzinfo else moment
    except (OverflowError, ValueError):
        return None


def day_of(value: Any) -> date | None:
    """The calendar day of a date or a timestamp; None of anything else."""
    if isinstance(value, datetime):
        local = _local(value)
        return local.date() if local else None
    return value if isinstance(value, date) else None


def _clock_of(value: Any) -> time | None:
    if isinstance(value, datetime):
        local = _local(value)
        return local.time() if local else None
    return value if isinstance(value, time) else None


def _in_order(first: Any, second: Any) -> bool:
    if isinstance(first, datetime) and isinstance(second, datetime):
        return _aware(first) <= _aware(second)
    days = (day_of(first), day_of(second))
    return days[0] is not None and days[1] is not None and days[0] <= days[1]


def is_within_minutes(first: datetime, value: Any, last: datetime) -> bool:
    """Tells whether the value is a timestamp from the first to the last minute."""
    if not isinstance(value, datetime):
        return False
    start, moment, end = (_aware(each).replace(second=0, microsecond=0) for each in (first, value, last))
    return start <= moment <= end


def as_kind_of(value: Any, moment: date) -> date:
    """The moment as the kind of value that is given: a timestamp, or a day."""
    if not isinstance(value, datetime):
        return day_of(moment) or moment
    if isinstance(moment, datetime):
        return _aware(moment)
    return _aware(datetime.combine(moment, time(12)))


def _from(start: int, length: int) -> list[int]:
    return [(start + offset) % length for offset in range(length)]


min_date = MinDate
max_date = MaxDate
date_between = DateBetween
timestamp_between = TimestampBetween
year_and_month_between = YearAndMonthBetween
day_of_month_in = DayOfMonthIn
day_of_week_between = DayOfWeekBetween
hour_in = HourIn
minute_in = MinuteIn
month_in = MonthIn
time_between = TimeBetween
