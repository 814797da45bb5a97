"""Rules about the patterns that occur in a string."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from re import error as ForeignPatternError  # noqa: N812
from typing import Any

from .base import spell
from .patterns import PatternSet, compile_patterns, to_ecma
from .texts import TextRule


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

        generator = Rstr(random.Random(0))  # noqa: S311 - the same sample every time
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
        for candidate in ("sample", "1", "", "-", "A", "ä"):
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


def _generate(generator: Any, pattern: str) -> str:
    try:
        return str(generator.xeger(pattern.replace("\\z", "\\Z")))
    except (ForeignPatternError, LookupError, TypeError, ValueError, OverflowError):
        return ""


matches = Matches
not_matches = NotMatches
length_and_matches = LengthAndMatches
length_and_matches_all = LengthAndMatchesAll
max_length_and_matches = MaxLengthAndMatches
max_length_and_matches_all = MaxLengthAndMatchesAll
