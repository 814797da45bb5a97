"""Makes rules of ours out of Django's own validators, so that fields with those are judged and described alike."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

from django.core import validators as django

from .arrays import ArrayMaxSize, ArrayMinSize
from .base import Kind, Validator, judge
from .internet import IsEmail, IsIp, IsUrl
from .matching import Matches, NotMatches
from .moments import MaxDate, MinDate
from .patterns import from_python
from .quantities import IsDecimalNumber, IsDivisibleBy, MaxValue, MinValue, is_number
from .texts import MaxLength, MinLength, NotContains

_ARRAYS = "django.contrib.postgres.validators"


@dataclass(frozen=True, eq=False)
class DjangoRule(Validator):
    """A validator of Django's protocol that has no rule of ours: called as it is, described by its name alone."""

    validator: Callable[[Any], None]
    kinds = frozenset[Kind]({"any"})

    @property
    def name(self) -> str:
        return getattr(self.validator, "__name__", type(self.validator).__name__)

    @property
    def arguments(self) -> tuple[Any, ...]:
        return ()

    @property
    def message(self) -> str:
        return "is not valid"

    def accepts(self, value: Any) -> bool:
        return judge(self._passes, value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DjangoRule) and self.validator == other.validator

    def __hash__(self) -> int:
        return hash((DjangoRule, self.name))

    def _passes(self, value: Any) -> bool:
        self.validator(value)
        return True


def from_django(validator: Any) -> Validator | None:
    """The rule that says the same as a validator of Django's protocol; None for file validators, which judge no value.

    Raises PatternError where a pattern is more than RE2 can express.
    """
    if isinstance(validator, Validator):
        return validator
    if isinstance(validator, django.FileExtensionValidator) or validator is django.validate_image_file_extension:
        return None
    made = _by_function(validator) or _by_class(validator)
    return DjangoRule(validator) if made is None else made


def _by_function(validator: Any) -> Validator | None:
    functions: Mapping[Any, Validator] = {
        django.validate_ipv4_address: IsIp(4),
        django.validate_ipv6_address: IsIp(6),
        django.validate_ipv46_address: IsIp(),
        django.validate_integer: Matches(r"^-?\d+\z"),
    }
    return next((rule for known, rule in functions.items() if known is validator), None)


def _by_class(validator: Any) -> Validator | None:
    kind = type(validator)
    if kind.__module__ == _ARRAYS and kind.__name__ in _ARRAY_MAKERS:
        return _ARRAY_MAKERS[kind.__name__](validator.limit_value)
    if callable(getattr(validator, "limit_value", None)):
        return None
    maker = _MAKERS.get(kind)
    return maker(validator) if maker else None


def _pattern(validator: django.RegexValidator) -> Validator:
    compiled = re.compile(validator.regex)
    pattern = from_python(compiled.pattern, compiled.flags)
    return NotMatches(pattern) if validator.inverse_match else Matches(pattern)


def _bound(limit: Any, of_number: Callable[[Any], Validator], of_day: Callable[[Any], Validator]) -> Validator | None:
    if isinstance(limit, date):
        return of_day(limit)
    return of_number(limit) if is_number(limit) else None


def _step(validator: django.StepValueValidator) -> Validator | None:
    return IsDivisibleBy(validator.limit_value) if validator.offset is None else None


_ARRAY_MAKERS: Mapping[str, Callable[[int], Validator]] = MappingProxyType(
    {"ArrayMinLengthValidator": ArrayMinSize, "ArrayMaxLengthValidator": ArrayMaxSize}
)
_MAKERS: Mapping[type, Callable[[Any], Validator | None]] = MappingProxyType(
    {
        django.MinValueValidator: lambda v: _bound(v.limit_value, MinValue, MinDate),
        django.MaxValueValidator: lambda v: _bound(v.limit_value, MaxValue, MaxDate),
        django.MinLengthValidator: lambda v: MinLength(v.limit_value),
        django.MaxLengthValidator: lambda v: MaxLength(v.limit_value),
        django.DecimalValidator: lambda v: IsDecimalNumber(v.max_digits, v.decimal_places),
        django.StepValueValidator: _step,
        django.RegexValidator: _pattern,
        django.EmailValidator: lambda _: IsEmail(),
        django.URLValidator: lambda v: IsUrl(tuple(v.schemes), require_protocol=True, require_tld=False),
        django.ProhibitNullCharactersValidator: lambda _: NotContains("\x00"),
    }
)
