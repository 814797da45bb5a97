"""Rules about what a string contains: its characters and how many they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .base import Kind, Validator
from .patterns import compile_patterns

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
    """Only characters up to U+007F; how many there must be, `min_length` says."""

    name = "isAscii"
    message = "must contain only ASCII characters"
    example = _ENOUGH
    schema = {"pattern": "^[\\x00-\\x7f]*$"}

    def accepts(self, value: Any) -> bool:
        return isinstance(value, str) and value.isascii()


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

    def violation(self, field: str, value: Any = None) -> str:
        return f"{field}'s {self.message}"

    def accepts(self, value: Any) -> bool:
        if not isinstance(value, str) or len(value) > self.longest:
            return False
        return self.shortest <= _size_in(value, "utf-8") <= self.longest

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
        return isinstance(value, str) and _size_in(value, "utf-16-le") > 2 * len(value)


def _size_in(text: str, encoding: str) -> int:
    """The number of bytes in the encoding, -1 for a text that is not valid Unicode (a lone surrogate)."""
    try:
        return len(text.encode(encoding))
    except UnicodeEncodeError:
        return -1


def fit_length(text: str, shortest: int, longest: int) -> str:
    """The text cut, or lengthened by its own last character, to a length within the bounds."""
    if len(text) < shortest:
        return text + (text[-1:] or "a") * (shortest - len(text))
    return text[:longest]


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
is_full_width = IsFullWidth()
is_half_width = IsHalfWidth()
is_variable_width = IsVariableWidth()
is_multibyte = IsMultibyte()
is_surrogate_pair = IsSurrogatePair()
