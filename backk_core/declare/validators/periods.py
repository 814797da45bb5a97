"""Stretches of calendar time and the texts of ISO 8601: all that is taken from dateutil."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any, Protocol

from dateutil.relativedelta import relativedelta


class RelativeDelta(Protocol):
    """What a dateutil relativedelta has."""

    years: int
    months: int
    days: int
    hours: int
    minutes: int


@dataclass(frozen=True)
class Period:
    """A stretch of calendar time that migrations can keep; made from a timedelta or a dateutil relativedelta."""

    years: int = 0
    months: int = 0
    days: int = 0
    hours: int = 0
    minutes: int = 0

    @classmethod
    def of(cls, length: Period | timedelta | RelativeDelta) -> Period:
        if isinstance(length, Period):
            return length
        if isinstance(length, timedelta):
            return cls(days=length.days, minutes=length.seconds // 60)
        return cls(length.years, length.months, length.days, length.hours, length.minutes)

    def before(self, moment: datetime) -> datetime:
        moved: datetime = moment - self._delta()
        return moved

    def after(self, moment: datetime) -> datetime:
        moved: datetime = moment + self._delta()
        return moved

    def deconstruct(self) -> tuple[str, tuple[Any, ...], dict[str, Any]]:
        parts = {part.name: getattr(self, part.name) for part in fields(self) if getattr(self, part.name)}
        return f"{__name__.rpartition('.')[0]}.Period", (), parts

    def __str__(self) -> str:
        return " ".join(f"{amount} {unit}" for unit, amount in self.deconstruct()[2].items()) or "0 minutes"

    def _delta(self) -> relativedelta:
        return relativedelta(
            years=self.years, months=self.months, days=self.days, hours=self.hours, minutes=self.minutes
        )


def reads_as_iso8601(text: str) -> bool:
    """Tells whether the text is a date, or a date and a time, of ISO 8601."""
    from dateutil.parser import isoparse

    try:
        isoparse(text)
    except (ValueError, OverflowError):
        return False
    return True
