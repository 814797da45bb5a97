"""Where calls are counted: what a call takes from which quotas, and the counters of one process."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

logger = logging.getLogger("backk_security")


@dataclass(frozen=True, slots=True)
class Quota:
    """So many calls in so many seconds under one key; the first call begins the window."""

    key: str
    most: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Balance:
    """What is left of a quota, and the seconds until it is whole again."""

    left: int
    resets_in: float
    #: Whether there was nothing left to take.
    is_refused: bool = False


class Counter(Protocol):
    """Counts calls for all processes that share it."""

    def take(self, quotas: Sequence[Quota]) -> list[Balance]:
        """Take one call from each quota at once, or from none where one of them has nothing left."""
        ...


class MemoryCounter:
    """Counts the calls of this process alone."""

    #: Keys that are remembered; beyond them, those whose windows have ended are forgotten, then the oldest.
    MOST = 100_000

    def __init__(self) -> None:
        self._counts: dict[str, tuple[int, float]] = {}
        self._lock = threading.Lock()

    def take(self, quotas: Sequence[Quota]) -> list[Balance]:
        """Take one call from each quota, or from none."""
        now = time.monotonic()
        with self._lock:
            found = [self._found(quota, now) for quota in quotas]
            refused = [used >= quota.most for quota, (used, _) in zip(quotas, found, strict=True)]
            spent = 0 if any(refused) else 1
            for quota, (used, ends_at) in zip(quotas, found, strict=True):
                self._counts[quota.key] = used + spent, ends_at
            if len(self._counts) > self.MOST:
                self._forget(now)
        return [
            Balance(quota.most - used - spent, min(ends_at - now, quota.seconds), is_refused)
            for quota, (used, ends_at), is_refused in zip(quotas, found, refused, strict=True)
        ]

    def _found(self, quota: Quota, now: float) -> tuple[int, float]:
        used, ends_at = self._counts.get(quota.key, (0, 0.0))
        return (used, ends_at) if ends_at > now else (0, now + quota.seconds)

    def _forget(self, now: float) -> None:
        kept = {key: count for key, count in self._counts.items() if count[1] > now}
        for key in list(kept)[: max(0, len(kept) - self.MOST // 2)]:
            del kept[key]
        self._counts = kept


class CounterWithFallback:
    """Counts in one place, and while that is down in this process, so that each process still holds the limits.

    ``failures`` are what the place raises where it is down. It is then asked once in ``pause`` seconds, by one call,
    and the log has one line in ``silence`` seconds.
    """

    def __init__(
        self, counter: Counter, failures: tuple[type[Exception], ...], *, pause: float = 1.0, silence: float = 60.0
    ) -> None:
        self._counter, self._failures = counter, failures
        self._pause, self._silence = pause, silence
        self._memory = MemoryCounter()
        self._is_down = False
        self._asked_again_at = self._told_again_at = 0.0

    def take(self, quotas: Sequence[Quota]) -> list[Balance]:
        """Take one call from each quota, or from none."""
        if self._is_down:
            now = time.monotonic()
            if now < self._asked_again_at:
                return self._memory.take(quotas)
            # whoever comes while this call asks does not wait for the answer
            self._asked_again_at = now + self._pause
        try:
            taken = self._counter.take(quotas)
        except self._failures as error:
            self._tell_down(error)
            return self._memory.take(quotas)
        if self._is_down:
            self._is_down = False
            self._told_again_at = 0.0
            logger.warning("rate limits are counted for all processes together again")
        return taken

    def _tell_down(self, error: Exception) -> None:
        now = time.monotonic()
        self._is_down, self._asked_again_at = True, now + self._pause
        if now >= self._told_again_at:
            self._told_again_at = now + self._silence
            logger.error("rate limits: Redis fails (%s); each process counts for itself", type(error).__name__)
