"""Finds a value that several rules accept together, for generated tests and documentation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time
from types import MappingProxyType
from typing import Any

from .base import Kind, Validator
from .literals import is_plain_decimal

_ROUNDS = 12
_PLAIN: Mapping[Kind, tuple[Any, ...]] = MappingProxyType(
    {
        "any": ("sample",),
        "string": ("sample", "Sample", "1", "a", "a1", "A-1", "sample text"),
        "number": (1, 0, 1.5, -1, 10),
        "boolean": (True, False),
        "timestamp": (datetime(2030, 1, 15, 12, tzinfo=UTC),),
        "date": (date(2030, 1, 15),),
        "time": (time(12),),
        "array": ([],),
        "object": ({},),
    }
)


def sample_for(validators: Sequence[Validator], kind: Kind) -> Any:
    """A value of the kind that every validator accepts.

    It starts from each validator's own sample and lets the others amend it. Raises LookupError, which says to give a
    test value, where none is found.
    """
    for candidate in _candidates(validators, kind):
        found = _amended(candidate, validators)
        if found is not None and all(rule.accepts(found) for rule in validators):
            return found
    names = ", ".join(rule.metadata() for rule in validators)
    raise LookupError(f"no {kind} is known that keeps all of: {names}. Give the field a test value")


def _candidates(validators: Sequence[Validator], kind: Kind) -> Iterator[Any]:
    for rule in validators:
        try:
            sample = rule.sample()
        except LookupError:
            continue
        yield from _of_kind(sample, kind)
    yield from _PLAIN[kind]


def _of_kind(sample: Any, kind: Kind) -> Iterator[Any]:
    """The sample as a value of the kind; rules about moments judge several kinds and have a sample of one."""
    if kind == "timestamp" and isinstance(sample, date) and not isinstance(sample, datetime):
        yield datetime(sample.year, sample.month, sample.day, 12, tzinfo=UTC)
    elif kind == "date" and isinstance(sample, datetime):
        yield sample.date()
    elif kind == "time" and isinstance(sample, datetime):
        yield sample.time()
    elif kind == "number" and isinstance(sample, str):
        if is_plain_decimal(sample):
            yield int(sample) if sample.isdigit() else float(sample)
    else:
        yield sample


def _amended(candidate: Any, validators: Sequence[Validator]) -> Any:
    """The candidate after the rules that refuse it have amended it in turn; None where they go on in a circle."""
    for _ in range(_ROUNDS):
        refusing = next((rule for rule in validators if not rule.accepts(candidate)), None)
        if refusing is None:
            return candidate
        try:
            candidate = refusing.amend(candidate)
        except (LookupError, StopIteration, OverflowError):
            return None
    return None
