"""Rules about what a string contains: its characters, its length, its patterns."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from re import error as ForeignPatternError
from typing import Any

from .base import Kind, Validator, spell
from .patterns import PatternSet, compile_patterns, to_ecma

_ENOUGH = "sample"


class TextRule(Validator):
    """A rule that judges strings; `example` is its sample and `schema` its JSON Schema."""

    kinds: frozenset[Kind] = frozenset({"string"})
    example: str = ""
    schema: Mapping[str, Any] = {}

    def json_schema(self) -> dict[str, Any]:
        return dict(self.schema)

    def sample(self) -> Any:
        return self.example or super().sample()


class IsAnyString(TextRule):
    """Any string at all."""

    name = "isAnyString"
    message = "must be a string"
    example = _ENOUGH

    def accepts(self, value: Any) -> bool:
        return isinstance(value, str)


@dataclass(frozen=True)
class Contains(TextRule):
    """The seed occurs in the string."""

    seed: str
    name = "contains"

    @property
    def message(self) -> str:
        return f"must contain a {self.seed} string"

    def accepts(self, value: Any) -> bool:
        return isinstance(value, str) and self.seed in value

    def sample(self) -> str:
        return self.seed

    def amend(self, value: Any) -> str:
        return f"{value}{self.seed}"


@dataclass(frozen=True)
class NotContains(TextRule):
    """The seed does not occur in the string."""

    seed: str
    name = "notContains"

    def __post_init__(self) -> None:
        if not self.seed:
            raise ValueError("every string contains the empty string: give not_contains() a seed")

    @property
    def message(self) -> str:
        return f"should not contain a {self.seed} string"

    def accepts(self, value: Any) -> bool:
        return isinstance(value, str) and self.seed not in value

    def sample(self) -> str:
        return "b" if "a" in self.seed else "a"

    def amend(self, value: Any) -> str:
        return str(value).replace(self.seed, "")


class IsAlpha(TextRule):
    """Only the letters a-z and A-Z, at least one."""

    name = "isAlpha"
    message = "must contain only letters (a-zA-Z)"
    example = _ENOUGH
    schema = {"pattern": "^[a-zA-Z]+$"}

    def accepts(self, value: Any) -> bool:
        return isinstance(value, str) and value.isascii() and value.isalpha()


class IsAlphanumeric(TextRule):
    """Only the letters a-z, A-Z and the digits 0-9, at least one."""

    name = "isAlphanumeric"
    message = "must contain only letters and numbers"
    example = _ENOUGH
    schema = {"pattern": "^[a-zA-Z0-9]+$"}

    def accepts(self, value: Any) -> bool:
        return isinstance(value, str) and value.isascii() and value.isalnum()


class IsAscii(TextRule):
    """Only characters up to U+007F, at least one."""

    name = "isAscii"
    message = "must contain only ASCII characters"
    example = _ENOUGH
    schema = {"pattern": "^[\\x00-\\x7f]+$"}

    def accepts(self, value: Any) -> bool:
        return isinstance(value, str) and value != "" and value.isascii()


@dataclass(frozen=True)
class Length(TextRule):
    """From so many to so many characters (code points), both included."""

    shortest: int
    longest: int
    name = "length"

    def __post_init__(self) -> None:
        if not 0 <= self.shortest <= self.longest:
            raise ValueError(f"length({self.shortest}, {self.longest}) accepts nothing: write the shortest first")

    @property
    def message(self) -> str:
        return f"must be longer than or equal to {self.shortest} and shorter than or equal to {self.longest} characters"

    @property
    def native(self) -> Mapping[str, Any]:
        return {"min_length": self.shortest, "max_length": self.longest}

    def accepts(self, value: Any) -> bool:
        return isinstance(value, str) and self.shortest <= len(value) <= self.longest

    def json_schema(self) -> dict[str, Any]:
        return {"minLength": self.shortest, "maxLength": self.longest}

    def sample(self) -> str:
        return fit_length(_ENOUGH, self.shortest, self.longest)

    def amend(self, value: Any) -> str:
        return fit_length(str(value), self.shortest, self.longest)


@dataclass(frozen=True)
class MinLength(TextRule):
    """At least so many characters (code points)."""

    limit: int
    name = "minLength"

    @property
    def message(self) -> str:
        return f"must be longer than or equal to {self.limit} characters"

    @property
    def native(self) -> Mapping[str, Any]:
        return {"min_length": self.limit}

    def accepts(self, value: Any) -> bool:
        return isinstance(value, str) and len(value) >= self.limit

    def json_schema(self) -> dict[str, Any]:
        return {"minLength": self.limit}

    def sample(self) -> str:
        return self.amend(_ENOUGH)

    def amend(self, value: Any) -> str:
        return fit_length(str(value), self.limit, max(self.limit, len(str(value))))


@dataclass(frozen=True)
class MaxLength(TextRule):
    """At most so many characters (code points)."""

    limit: int
    name = "maxLength"

    @property
    def message(self) -> str:
        return f"must be shorter than or equal to {self.limit} characters"

    @property
    def native(self) -> Mapping[str, Any]:
        return {"max_length": self.limit}

    def accepts(self, value: Any) -> bool:
        return isinstance(value, str) and len(value) <= self.limit

    def json_schema(self) -> dict[str, Any]:
        return {"maxLength": self.limit}

    def sample(self) -> str:
        return self.amend(_ENOUGH)

    def amend(self, value: Any) -> str:
        return str(value)[: self.limit]


@dataclass(frozen=True)
class IsByteLength(TextRule):
    """From so many to so many bytes in UTF-8, both included."""

    shortest: int
    longest: int
    name = "isByteLength"

    @property
    def message(self) -> str:
        return f"byte length must fall into ({self.shortest}, {self.longest}) range"

    def violation(self, field: str) -> str:
        return f"{field}'s {self.message}"

    def accepts(self, value: Any) -> bool:
        if not isinstance(value, str) or len(value) > self.longest:
            return False
        return self.shortest <= len(value.encode("utf-8", "surrogatepass")) <= self.longest

    def json_schema(self) -> dict[str, Any]:
        return {"maxLength": self.longest}

    def sample(self) -> str:
        return fit_length(_ENOUGH, self.shortest, self.longest)

    def amend(self, value: Any) -> str:
        return fit_length(str(value), self.shortest, self.longest)


class IsLowercase(TextRule):
    """No character that has a lower-case form."""

    name = "isLowercase"
    message = "must be a lowercase string"
    example = _ENOUGH
    schema = {"pattern": "^[^A-Z]*$"}

    def accepts(self, value: Any) -> bool:
        return isinstance(value, str) and value == value.lower()

    def amend(self, value: Any) -> str:
        return str(value).lower()


class IsUppercase(TextRule):
    """No character that has an upper-case form."""

    name = "isUppercase"
    message = "must be uppercase"
    example = _ENOUGH.upper()
    schema = {"pattern": "^[^a-z]*$"}

    def accepts(self, value: Any) -> bool:
        return isinstance(value, str) and value == value.upper()

    def amend(self, value: Any) -> str:
        return str(value).upper()


@dataclass(frozen=True, init=False)
class PatternRule(TextRule):
    """Patterns in RE2's dialect that are looked for anywhere in the string: anchor them with ^ and $ where needed.

    Raises PatternError at declaration where RE2 cannot express a pattern.
    """

    patterns: tuple[str, ...]
    compiled: PatternSet = field(repr=False, compare=False)

    def __init__(self, *patterns: str) -> None:
        object.__setattr__(self, "patterns", patterns)
        object.__setattr__(self, "compiled", compile_patterns(*patterns))

    @property
    def constructor_arguments(self) -> tuple[Any, ...]:
        return self.patterns

    @property
    def arguments(self) -> tuple[Any, ...]:
        return self.shown

    @property
    def shown(self) -> tuple[str, ...]:
        """The patterns between slashes, as the original shows them."""
        return tuple(f"/{pattern}/" for pattern in self.patterns)

    @property
    def longest_text(self) -> int | None:
        """The greatest number of characters that these patterns judge in time; longer strings are refused."""
        return self.compiled.longest_text

    def json_schema(self) -> dict[str, Any]:
        known = [translated for translated in map(to_ecma, self.patterns) if translated is not None]
        if len(known) == 1:
            return {"pattern": known[0]}
        return {"allOf": [{"pattern": pattern} for pattern in known]} if known else {}

    def sample(self) -> str:
        # The generator reads Python's dialect, which RE2's is close to; what it makes is judged before it is used.
        from rstr import Rstr

        generator = Rstr(random.Random(0))
        for _ in range(20):
            generated = [_generate(generator, pattern) for pattern in self.patterns]
            for candidate in (*generated, "".join(generated)):
                if self.accepts(candidate):
                    return candidate
        return str(super().sample())


class Matches(PatternRule):
    """Every one of the patterns occurs."""

    name = "matches"

    @property
    def message(self) -> str:
        return f"must match {spell(self.shown)} regular expression"

    def accepts(self, value: Any) -> bool:
        return isinstance(value, str) and self.compiled.found_all(value)


class NotMatches(PatternRule):
    """None of the patterns occurs; a string too long to be judged is refused."""

    name = "notMatches"

    @property
    def message(self) -> str:
        return f"must not match {spell(self.shown)} regular expression"

    def accepts(self, value: Any) -> bool:
        return isinstance(value, str) and self.compiled.found_none(value)

    def json_schema(self) -> dict[str, Any]:
        return {}

    def sample(self) -> str:
        for candidate in (_ENOUGH, "1", "", "-", "A", "ä"):
            if self.accepts(candidate):
                return candidate
        return str(super().sample())


@dataclass(frozen=True, init=False)
class LengthAndMatches(PatternRule):
    """From so many to so many characters, and the pattern occurs."""

    shortest: int
    longest: int
    name = "lengthAndMatches"
    match_word = "must match"

    def __init__(self, shortest: int, longest: int, *patterns: str) -> None:
        if not 0 <= shortest <= longest:
            raise ValueError(f"a length from {shortest} to {longest} accepts nothing: write the shortest first")
        super().__init__(*patterns)
        object.__setattr__(self, "shortest", shortest)
        object.__setattr__(self, "longest", longest)

    @property
    def arguments(self) -> tuple[Any, ...]:
        return (self.shortest, self.longest, self.shown)

    @property
    def constructor_arguments(self) -> tuple[Any, ...]:
        return (self.shortest, self.longest, *self.patterns)

    @property
    def message(self) -> str:
        return f"length must be between {self.shortest}-{self.longest} and {self.match_word} {spell(self.shown)}"

    def accepts(self, value: Any) -> bool:
        return isinstance(value, str) and self.shortest <= len(value) <= self.longest and self.compiled.found_all(value)

    def json_schema(self) -> dict[str, Any]:
        return {"minLength": self.shortest, "maxLength": self.longest, **super().json_schema()}


class LengthAndMatchesAll(LengthAndMatches):
    """From so many to so many characters, and every one of the patterns occurs."""

    name = "lengthAndMatchesAll"
    match_word = "must match all:"


class MaxLengthAndMatches(LengthAndMatches):
    """At most so many characters, and the pattern occurs."""

    name = "maxLengthAndMatches"

    def __init__(self, longest: int, *patterns: str) -> None:
        super().__init__(0, longest, *patterns)

    @property
    def arguments(self) -> tuple[Any, ...]:
        return super().arguments[1:]

    @property
    def constructor_arguments(self) -> tuple[Any, ...]:
        return super().constructor_arguments[1:]

    @property
    def message(self) -> str:
        return f"length must be {self.longest} or less and {self.match_word} {spell(self.shown)}"


class MaxLengthAndMatchesAll(MaxLengthAndMatches):
    """At most so many characters, and every one of the patterns occurs."""

    name = "maxLengthAndMatchesAll"
    match_word = "must match all:"


# Half-width are ASCII's printable characters and Unicode's half-width forms (UAX #11); all others are full-width.
_HALF_WIDTH = r"\x{20}-\x{7E}\x{FF61}-\x{FFDC}\x{FFE8}-\x{FFEE}"
_full_width = compile_patterns(f"[^{_HALF_WIDTH}]")
_half_width = compile_patterns(f"[{_HALF_WIDTH}]")


class IsFullWidth(TextRule):
    """At least one full-width character."""

    name = "isFullWidth"
    message = "must contain a full-width characters"
    example = "カタカナ"

    def accepts(self, value: Any) -> bool:
        return isinstance(value, str) and _full_width.found_all(value)


class IsHalfWidth(TextRule):
    """At least one half-width character."""

    name = "isHalfWidth"
    message = "must contain a half-width characters"
    example = _ENOUGH

    def accepts(self, value: Any) -> bool:
        return isinstance(value, str) and _half_width.found_all(value)


class IsVariableWidth(TextRule):
    """At least one full-width and one half-width character."""

    name = "isVariableWidth"
    message = "must contain a full-width and half-width characters"
    example = "カタカナ 1"

    def accepts(self, value: Any) -> bool:
        return isinstance(value, str) and _full_width.found_all(value) and _half_width.found_all(value)


class IsMultibyte(TextRule):
    """At least one character beyond ASCII."""

    name = "isMultibyte"
    message = "must contain one or more multibyte chars"
    example = "äiti"
    schema = {"pattern": "[^\\x00-\\x7f]"}

    def accepts(self, value: Any) -> bool:
        return isinstance(value, str) and not value.isascii()


class IsSurrogatePair(TextRule):
    """At least one character beyond U+FFFF, which UTF-16 writes as a pair of surrogates."""

    name = "isSurrogatePair"
    message = "must contain any surrogate pairs chars"
    example = "𠮷野"

    def accepts(self, value: Any) -> bool:
        return isinstance(value, str) and len(value.encode("utf-16-le", "surrogatepass")) > 2 * len(value)


def fit_length(text: str, shortest: int, longest: int) -> str:
    """The text cut, or lengthened by its own last character, to a length within the bounds."""
    if len(text) < shortest:
        return text + (text[-1:] or "a") * (shortest - len(text))
    return text[:longest]


def _generate(generator: Any, pattern: str) -> str:
    try:
        return str(generator.xeger(pattern.replace("\\z", "\\Z")))
    except (ForeignPatternError, LookupError, TypeError, ValueError, OverflowError):
        return ""


is_any_string = IsAnyString()
contains = Contains
not_contains = NotContains
is_alpha = IsAlpha()
is_alphanumeric = IsAlphanumeric()
is_ascii = IsAscii()
length = Length
min_length = MinLength
max_length = MaxLength
is_byte_length = IsByteLength
is_lowercase = IsLowercase()
is_uppercase = IsUppercase()
matches = Matches
not_matches = NotMatches
length_and_matches = LengthAndMatches
length_and_matches_all = LengthAndMatchesAll
max_length_and_matches = MaxLengthAndMatches
max_length_and_matches_all = MaxLengthAndMatchesAll
is_full_width = IsFullWidth()
is_half_width = IsHalfWidth()
is_variable_width = IsVariableWidth()
is_multibyte = IsMultibyte()
is_surrogate_pair = IsSurrogatePair()
