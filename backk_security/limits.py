"""How often calls may come: the words of a rate limit, and which functions and callers they are about."""

from __future__ import annotations

from dataclasses import dataclass

from backk_core.declare.patterns import compile_pattern
from backk_core.describe.contracts import ServiceFunctionContract

_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400}
_FORM = compile_pattern(
    r"([0-9]{1,9})/(?:([0-9]{1,5}) )?(second|minute|hour|day)s?"
    r" (?:(in all)|per ((?:caller|address|function)(?: and (?:caller|address|function))?))"
    r"(?: on ([A-Za-z][A-Za-z0-9]*(?:\.[A-Za-z][A-Za-z0-9]*)?))?"
)

#: What stands in messages as the way to write one.
EXAMPLES = '"100/minute per caller", "10/second per address", "5/10 minutes per caller on userAccountService"'


class NotALimit(ValueError):
    """A text says no limit; its message says what would."""

    def __init__(self, text: str) -> None:
        super().__init__(
            f"{text!r} is no rate limit: <calls>/<second, minute, hour or day> per <caller, address or function>"
            f" (or in all), such as {EXAMPLES}"
        )


@dataclass(frozen=True, slots=True)
class Limit:
    """So many calls in so many seconds, counted apart for each caller, address or function."""

    #: As it was written.
    text: str
    most: int
    seconds: int
    #: What is counted apart: "caller", "address", "function"; nothing where all calls count together.
    per: frozenset[str]
    #: The wire name of the service or function that it is about; empty: all.
    on: str = ""

    @classmethod
    def said(cls, text: str, on: str = "") -> Limit:
        """Read a limit; ``on`` is the function that it stands at. NotALimit where it is none."""
        match = _FORM.fullmatch(text)
        if match is None or (on and match.group(6)):
            raise NotALimit(text)
        most, length, unit, _, per, named = match.groups()
        if not int(most) or (length is not None and not int(length)):
            raise NotALimit(text)
        seconds = int(length or 1) * _SECONDS[unit]
        return cls(text, int(most), seconds, frozenset(per.split(" and ") if per else ()), on or named or "")

    def concerns(self, contract: ServiceFunctionContract) -> bool:
        """Tell whether a function's calls count."""
        return self.on in ("", contract.service_name, contract.wire_name)
