"""What each caller must be told by each function, by the table that was written by hand; and what is found instead."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.acceptance.marketplace.world import CANARIES, Answer, Caller, Knock, Place, World, argument_for

TABLE = Path(__file__).with_name("rules.md")
_ROLES = frozenset({"admin", "gateway", "carrier"})
#: Whoever they say they are, they may call only what everybody may.
_SHUT_OUT = frozenset({"forged", "forged internal", "locked", "locked admin"})
#: Who has no account in the marketplace.
_WITHOUT_ACCOUNT = frozenset({"stranger", "unknown role", "gateway", "carrier"})

ALLOWED, ABSENT, REFUSED, NO_TOKEN, UNKNOWN, NO_GET = "allowed", "absent", "403", "401", "unknown", "no GET"
_BY_ERROR = {
    (404, "error.4"): ABSENT,
    (403, "error.6"): REFUSED,
    (401, "error.17"): NO_TOKEN,
    (404, "error.8"): UNKNOWN,
    (404, "error.9"): UNKNOWN,
    (405, "error.15"): NO_GET,
}


@dataclass(frozen=True)
class Row:
    """One function of the table: who may call it."""

    function: str
    words: frozenset[str]

    @property
    def own(self) -> str | None:
        """How the argument names the owner: a property, ``row`` or ``token``; None where nobody's own is meant."""
        return next((word.removeprefix("own=") for word in self.words if word.startswith("own=")), None)

    def expected(self, caller: Caller, method: str) -> frozenset[str]:
        """Return the verdicts of which one must be heard."""
        if "inside" in self.words:
            return frozenset({UNKNOWN})
        if method == "GET" and "GET" not in self.words:
            return frozenset({NO_GET})
        if "everyone" in self.words:
            return frozenset({ALLOWED})
        if caller.name == "anonymous":
            return frozenset({NO_TOKEN})
        if caller.name in _SHUT_OUT:
            return frozenset({REFUSED})
        if "tests" in self.words or self.words & _ROLES & caller.roles:
            return frozenset({ALLOWED, ABSENT})
        return frozenset({self._of_own(caller)})

    def _of_own(self, caller: Caller) -> str:
        if self.own is None or caller.name == "internal":
            return REFUSED
        if self.own == "token":
            # they ask for their own
            return ABSENT if caller.name in _WITHOUT_ACCOUNT else ALLOWED
        if caller.name == "owner":
            return ALLOWED
        return ABSENT if self.own == "row" and caller.name not in _WITHOUT_ACCOUNT else REFUSED


def table() -> dict[str, Row]:
    """Return the rows by function."""
    lines = [line.split("|") for line in TABLE.read_text().splitlines() if line.startswith("| ")][2:]
    rows = [Row(cells[1].strip(), frozenset(cells[2].split())) for cells in lines]
    return {row.function: row for row in rows}


def verdict(answer: Answer) -> str:
    """Return what an answer says of whether the call was allowed."""
    if answer.status >= 500:
        return f"broken ({answer.status})"
    if answer.status in (401, 403, 404, 405):
        return _BY_ERROR.get((answer.status, answer.error), f"{answer.status} {answer.error}")
    return ALLOWED


@dataclass
class Trial:
    """Calls functions as everybody, at some doors; a place that is given goes back to what it was after each change."""

    world: World
    examples: Mapping[str, Any]
    doors: Mapping[str, Knock]
    place: Place | None = None
    calls: int = 0
    #: The services that are tried first.
    first: Sequence[str] = ()

    def findings(
        self, callers: Sequence[Caller], methods: Sequence[str] = ("POST", "GET"), *, only_harmless: bool = False
    ) -> Iterator[str]:
        """Yield what is not as the table says; ``only_harmless`` leaves out calls that may change something."""
        rows = table()
        yield from (f"{name} is in one of the table and the code alone" for name in rows.keys() ^ self.examples.keys())
        for row in sorted(rows.values(), key=lambda row: row.function.partition(".")[0] not in self.first):
            for caller in callers:
                for method in methods:
                    expected = row.expected(caller, method)
                    if only_harmless and ALLOWED in expected and method == "POST":
                        continue
                    for door, knock in self.doors.items():
                        # a batch is never asked by GET
                        if method == "POST" or "batch" not in door:
                            yield from self._finding(row, caller, method, door, knock, expected)

    def _finding(
        self, row: Row, caller: Caller, method: str, door: str, knock: Knock, expected: frozenset[str]
    ) -> Iterator[str]:
        example = self.examples.get(row.function)
        argument = argument_for(row.function, example, self.world[caller.names]) if example else {}
        body = json.dumps(argument).encode() if argument else b""
        answer = knock(row.function, body, caller.headers, method)
        self.calls += 1
        if answer.status < 400 and self.place is not None:
            self.place.restore()
        found, where = verdict(answer), f"{method} {row.function} by {caller.name} at the {door} door"
        if found not in expected:
            yield f"{where}: {found} instead of {' or '.join(sorted(expected))}: {answer.body[:200]!r}"
        if caller.name != "owner" and "admin" not in caller.roles:
            yield from (f"{where} reveals {canary}" for canary in seen_canaries(answer))


def seen_canaries(answer: Answer) -> list[str]:
    """Return what an answer tells of ann that she alone may see."""
    return [canary for canary in CANARIES if canary.encode() in answer.body]
