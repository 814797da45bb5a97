"""The only door to RE2: compiles patterns once, bounds what they cost, translates them between dialects."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise
from typing import NamedTuple

import re2

# RE2 is linear, but a pattern whose automaton outgrows its cache costs up to 15 ns a character and instruction
# (measured; 5 ms is the budget of a field). Below these sizes the automaton cannot outgrow it, whatever the text.
_FREE_PROGRAM = 24
_FREE_POSITIONS = 12
_STEPS_A_FIELD = 250_000
_SHORTEST_LIMIT = 64

_INSTEAD = {
    "(?=": "a second pattern in matches(), which is looked for independently",
    "(?!": "not_matches() with what must not occur",
    "(?<=": "the text before it as part of the pattern",
    "(?<!": "not_matches() with what must not occur",
    "(?P=": "should_be_true() with a function",
    "(?x": "the pattern on one line, without blanks and comments",
    "\\Z": "\\z",
    "\\u": "\\x{…}",
}


class PatternError(ValueError):
    """RE2 refuses the pattern; the message says what to write instead."""


class Token(NamedTuple):
    """A piece of a pattern: one character, an escape, or the opening of a group."""

    text: str
    in_class: bool


class PatternSet:
    """Patterns that are looked for in one pass over a text.

    `longest_text` is the greatest number of characters that is judged within the budget of a field, None where there is
    no such limit; longer texts match nothing. Raises PatternError.
    """

    __slots__ = ("_matcher", "_size", "longest_text")

    def __init__(self, patterns: Sequence[str]) -> None:
        if not patterns:
            raise PatternError("no pattern given: write matches(r'…')")
        options = _options()
        self.longest_text = _longest_text(patterns)
        self._matcher = re2.Set.SearchSet(options)
        for pattern in patterns:
            self._matcher.Add(pattern)
        self._matcher.Compile()
        self._size = len(patterns)

    def found_all(self, text: str) -> bool:
        """Tells whether each pattern occurs; a text that is not valid Unicode (a lone surrogate) matches nothing."""
        return self._count(text) == self._size

    def found_none(self, text: str) -> bool:
        """Tells whether no pattern occurs in a valid text within the limit."""
        return self._count(text) == 0

    def _count(self, text: str) -> int:
        if self.longest_text is not None and len(text) > self.longest_text:
            return -1
        try:
            matches = self._matcher.Match(text)
        except UnicodeEncodeError:
            return -1
        return len(matches) if matches else 0


@cache
def compile_patterns(*patterns: str) -> PatternSet:
    """The compiled set of these patterns, shared by all rules that have the same ones. Raises PatternError."""
    return PatternSet(patterns)


def to_ecma(pattern: str) -> str | None:
    """The same pattern in the dialect of JSON Schema (ECMA-262, `u` flag), or None where that could refuse more."""
    tokens = list(tokenize(pattern))
    translated = [_ecma_token(token, following) for token, following in zip(tokens, [*tokens[1:], None], strict=True)]
    return None if None in translated else "".join(filter(None, translated))


def from_python(pattern: str, flags: int = 0) -> str:
    """A pattern of Python's `re` in RE2's dialect. Raises PatternError where RE2 cannot express it."""
    if flags & re.VERBOSE:
        raise PatternError(f"RE2 has no verbose patterns: write {_INSTEAD['(?x']}")
    classes = {} if flags & re.ASCII else {"\\d": r"\p{Nd}", "\\w": r"\p{L}\p{N}_", "\\s": r"\s\v\x1c-\x1f\x{85}\p{Z}"}
    pieces = []
    for text, in_class in tokenize(pattern):
        if text == "\\Z":
            pieces.append("\\z")
        elif text.startswith("\\u"):
            pieces.append(f"\\x{{{text[2:]}}}")
        elif text.lower() in classes and (text.islower() or not in_class):
            inside = classes[text.lower()]
            pieces.append(inside if in_class else f"[{'' if text.islower() else '^'}{inside}]")
        else:
            pieces.append(text)
    letters = "".join(
        letter for letter, flag in (("i", re.IGNORECASE), ("m", re.MULTILINE), ("s", re.DOTALL)) if flags & flag
    )
    return (f"(?{letters})" if letters else "") + "".join(pieces)


def tokenize(pattern: str) -> Iterator[Token]:
    """Cuts a pattern into tokens; joined they are the pattern."""
    position, in_class, class_start = 0, False, -1
    while position < len(pattern):
        text = _piece_at(pattern, position, in_class)
        opens = not in_class and text == "["
        closes = in_class and text == "]" and position > class_start
        yield Token(text, in_class and not closes)
        position += len(text)
        if opens:
            in_class = True
            class_start = position + (pattern[position : position + 1] == "^")
        elif closes:
            in_class = False


def _piece_at(pattern: str, position: int, in_class: bool) -> str:
    rest = pattern[position : position + 40]
    if rest[0] == "\\":
        return _escape_at(rest)
    if in_class:
        return rest[: rest.find(":]") + 2] if rest.startswith("[:") and ":]" in rest else rest[0]
    if rest.startswith(("(?P<", "(?<")) and rest[3:4] not in ("=", "!") and ">" in rest:
        return rest[: rest.index(">") + 1]
    if rest.startswith("(?"):
        return rest[: next((i + 1 for i, letter in enumerate(rest) if i > 1 and not letter.isalpha()), len(rest))]
    return rest[0]


def _escape_at(rest: str) -> str:
    match rest[1:2]:
        case "x" | "p" | "P" if rest[2:3] == "{" and "}" in rest:
            return rest[: rest.index("}") + 1]
        case "x":
            return rest[:4]
        case "u":
            return rest[:6]
        case "p" | "P":
            return rest[:3]
    return rest[:2]


_ECMA_CLASSES = {"\\d": "0-9", "\\w": "0-9A-Za-z_", "\\s": "\\t\\n\\f\\r "}
_ECMA_KEPT = frozenset({"\\t", "\\n", "\\f", "\\r", *("\\" + c for c in "^$\\.*+?()[]{}|/")})


def _ecma_token(token: Token, following: Token | None) -> str | None:
    text, in_class = token
    if text in _ECMA_KEPT or text == "(?:":
        return text
    if text.startswith("(?") and text.endswith(">"):
        return "(?:"
    if text.startswith("\\"):
        return _ecma_escape(text, in_class)
    if text.startswith(("(?", "[:")) or (text == "{" and not in_class and not _is_digit(following)):
        return None
    if text == "." and not in_class:
        return "[^\\n]"
    return "\\[" if text == "[" and in_class else text


def _ecma_escape(text: str, in_class: bool) -> str | None:
    anchors = {"\\A": "^", "\\z": "$", "\\a": "\\x07", "\\v": "\\x0b"}
    if text in anchors:
        return anchors[text]
    if text in _ECMA_CLASSES:
        return _ECMA_CLASSES[text] if in_class else f"[{_ECMA_CLASSES[text]}]"
    if text.lower() in _ECMA_CLASSES and not in_class:
        return f"[^{_ECMA_CLASSES[text.lower()]}]"
    if text.startswith("\\x{"):
        return f"\\u{text[3:-1]:0>4}" if len(text) <= 8 else None
    if text.startswith("\\x"):
        return text
    if text[1:2].isalnum():
        return None
    return text if text == "\\-" and in_class else text[1:]


def _is_digit(token: Token | None) -> bool:
    return token is not None and token.text.isdigit()


def _options() -> re2.Options:
    options = re2.Options()
    options.log_errors = False
    options.never_capture = True
    return options


def _longest_text(patterns: Sequence[str]) -> int | None:
    limits = [_limit_of(pattern) for pattern in patterns]
    known = [limit for limit in limits if limit is not None]
    return min(known) // len(known) if known else None


def _limit_of(pattern: str) -> int | None:
    size = _program_size(pattern)
    if size <= _FREE_PROGRAM or _is_short(pattern) or _program_size(_one_letter_classes(pattern)) <= _FREE_POSITIONS:
        return None
    limit = _STEPS_A_FIELD // size
    if limit < _SHORTEST_LIMIT:
        raise PatternError(
            f"pattern {pattern!r} could take too long on {_SHORTEST_LIMIT} characters already ({size} instructions): "
            "write + and a length rule beside it instead of counted repetitions, or several patterns"
        )
    return limit


def _program_size(pattern: str) -> int:
    try:
        return int(re2.compile(pattern, _options()).programsize)
    except (re2.error, UnicodeEncodeError) as error:
        reason = error.args[0].decode() if isinstance(error, re2.error) else "not valid Unicode"
        advice = next((text for sign, text in _INSTEAD.items() if sign in pattern and sign in reason), None)
        advice = advice or "what the RE2 syntax has, or should_be_true() with a function"
        raise PatternError(f"RE2 refuses the pattern {pattern!r} ({reason}): write {advice} instead") from None


def _is_short(pattern: str) -> bool:
    """Tells whether the pattern is decided after a bounded number of characters: from the start, without * and +."""
    tokens = [text for text, in_class in tokenize(pattern) if not in_class]
    if tokens[:1] not in (["^"], ["\\A"]):
        return False
    depth = 0
    for text, following in pairwise([*tokens, ""]):
        depth += (text[0] == "(") - (text == ")")
        is_other_group = text.startswith("(?") and text != "(?:" and not text.endswith(">")
        if text in ("*", "+") or text + following == ",}" or is_other_group or (text == "|" and depth == 0):
            return False
    return True


def _one_letter_classes(pattern: str) -> str:
    """The pattern with each class as one letter: as many positions, without the bytes that Unicode classes add."""
    pieces = []
    for text, in_class in tokenize(pattern):
        if in_class or text == "[":
            continue
        is_class = text in ("]", ".") or (text[0] == "\\" and text[1:2].isalpha() and text not in ("\\A", "\\z", "\\b"))
        pieces.append("a" if is_class else text)
    return "".join(pieces)
