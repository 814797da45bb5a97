"""Rules about dates and times relative to the time of the call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from .base import Kind, Validator
from .moments import as_kind_of, day_of, is_within_minutes
from .periods import Period, RelativeDelta


@dataclass(frozen=True)
class _RelativeRule(Validator):
    """A rule about the stretch from so long before now to so long after now, both included."""

    before: Period | timedelta | RelativeDelta
    after: Period | timedelta | RelativeDelta
    kinds = frozenset[Kind]({"timestamp", "date"})

    def __post_init__(self) -> None:
        object.__setattr__(self, "before", Period.of(self.before))
        object.__setattr__(self, "after", Period.of(self.after))

    @property
    def bounds(self) -> tuple[datetime, datetime]:
        """The first and the last moment at the time of the call, in the project's time zone."""
        now = timezone.localtime(timezone=timezone.get_default_timezone())
        return Period.of(self.before).before(now), Period.of(self.after).after(now)

    def describe(self, format_moment: Callable[[datetime], str]) -> str:
        return " and ".join(map(format_moment, self.bounds))

    def sample(self) -> Any:
        first, last = self.bounds
        return first + (last - first) / 2

    def amend(self, value: Any) -> Any:
        return as_kind_of(value, self.sample())


class DateBetweenRelative(_RelativeRule):
    """A day from so long before today to so long after today."""

    name = "isDateBetweenRelative"

    @property
    def message(self) -> str:
        return f"must be a timestamp where date is between {self.describe(lambda m: f'{m:%Y-%m-%d}')}"

    def accepts(self, value: Any) -> bool:
        day = day_of(value)
        first, last = self.bounds
        return day is not None and first.date() <= day <= last.date()


class TimestampBetweenRelative(_RelativeRule):
    """An instant from so long before now to so long after now, to the minute."""

    name = "isTimestampBetweenRelative"
    kinds = frozenset[Kind]({"timestamp"})

    @property
    def message(self) -> str:
        return f"must be a timestamp between {self.describe(lambda m: f'{m:%Y-%m-%d %H:%M}')}"

    def accepts(self, value: Any) -> bool:
        first, last = self.bounds
        return is_within_minutes(first, value, last)


class YearAndMonthBetweenRelative(_RelativeRule):
    """A day of a month from that of so long before now to that of so long after now."""

    name = "isYearAndMonthBetweenRelative"

    @property
    def message(self) -> str:
        return f"must be a timestamp where year and month is between {self.describe(lambda m: f'{m:%Y-%m}')}"

    def accepts(self, value: Any) -> bool:
        day = day_of(value)
        first, last = self.bounds
        return day is not None and (first.year, first.month) <= (day.year, day.month) <= (last.year, last.month)


date_between_relative = DateBetweenRelative
timestamp_between_relative = TimestampBetweenRelative
year_and_month_between_relative = YearAndMonthBetweenRelative
