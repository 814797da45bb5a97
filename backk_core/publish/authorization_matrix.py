"""Who may do what: every function against the six rules, and what was waived for it, as one table from contracts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from backk_core.declare.naming import to_wire
from backk_core.declare.permissions import (
    ClusterInternal,
    EveryUser,
    InsideService,
    OwnResources,
    Rule,
    TestsOnly,
    UserRoles,
)
from backk_core.describe.contracts import ServiceFunctionContract
from backk_core.describe.registry import Registry
from backk_core.execute.encoding import encode_json

Format: TypeAlias = Literal["text", "markdown", "json"]

_HEADINGS = ("function", "everyone", "roles", "own", "cluster", "inside", "tests", "GET", "waived")
_YES = "yes"


@dataclass(frozen=True, slots=True)
class Line:
    """One function: whom its rules and its service's let in, by the words of the table."""

    function: str
    everyone: bool
    roles: tuple[str, ...]
    #: Wire name of the field that holds the owner.
    own: str | None
    cluster: bool
    inside: bool
    tests: bool
    allows_get: bool
    #: What does not hold for it, each with the reason that was given.
    waived: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, contract: ServiceFunctionContract) -> Line:
        """Return what a function's contract says."""

        def says(kind: type[Rule]) -> bool:
            return any(isinstance(rule, kind) for rule in contract.rules)

        options = contract.options
        reasons = {
            "captcha": options.no_captcha,
            "rate limit": options.no_rate_limit,
            "tenants": options.all_tenants,
        }
        owners = [rule.field for rule in contract.rules if isinstance(rule, OwnResources)]
        return cls(
            function=contract.wire_name,
            everyone=says(EveryUser),
            roles=tuple(
                sorted({role for rule in contract.rules if isinstance(rule, UserRoles) for role in rule.roles})
            ),
            own=("_id" if owners[0] == "id" else to_wire(owners[0])) if owners else None,
            cluster=says(ClusterInternal),
            inside=says(InsideService),
            tests=says(TestsOnly),
            allows_get=contract.allows_get,
            waived=tuple((what, reason) for what, reason in reasons.items() if reason is not None),
        )

    @property
    def cells(self) -> tuple[str, ...]:
        """What stands in the columns."""
        marks = [_YES if mark else "" for mark in (self.cluster, self.inside, self.tests, self.allows_get)]
        waived = "; ".join(f"{what}: {reason}" for what, reason in self.waived)
        return self.function, _YES if self.everyone else "", ", ".join(self.roles), self.own or "", *marks, waived

    @property
    def facts(self) -> dict[str, Any]:
        """The same for programs."""
        return {
            "function": self.function,
            "everyUser": self.everyone,
            "userRoles": self.roles,
            "ownResources": self.own,
            "clusterInternal": self.cluster,
            "insideService": self.inside,
            "tests": self.tests,
            "getAllowed": self.allows_get,
            "waived": dict(self.waived),
        }


def who_may_call(function: ServiceFunctionContract) -> str:
    """Return in words whom a function's rules and its service's let in: ``users with the role admin or tests``."""
    return " or ".join(dict.fromkeys(_in_words(rule) for rule in function.rules)) or "everyone"


def _in_words(rule: Rule) -> str:
    match rule:
        case EveryUser():
            return "everyone"
        case UserRoles(roles):
            return f"users with the role {' or '.join(sorted(roles))}"
        case OwnResources():
            return "users, on what is their own"
        case ClusterInternal():
            return "other services of the cluster"
        case TestsOnly():
            return "tests"
        case _:
            return "code of the service itself"


def lines_of(known: Registry, service: str | None = None) -> list[Line]:
    """Return the lines of a service's functions, or of all, by name. LookupError where there is no such service."""
    if service is not None and service not in known.services:
        raise LookupError(f"there is no service {service}; there are {', '.join(sorted(known.services))}")
    functions = (f for f in known.all_functions() if service in (None, f.service_name))
    return [Line.of(function) for function in sorted(functions, key=lambda function: function.wire_name)]


def rendered(lines: Iterable[Line], form: Format) -> str:
    """Return the table as text, as Markdown or as JSON."""
    found = list(lines)
    match form:
        case "json":
            return encode_json({"functions": [line.facts for line in found]}).decode() + "\n"
        case "markdown":
            escaped = [tuple(cell.replace("|", "\\|") for cell in line.cells) for line in found]
            rows = [_HEADINGS, ("---",) * len(_HEADINGS), *escaped]
            return "".join(f"| {' | '.join(row)} |\n".replace("|  |", "| |").replace("|  |", "| |") for row in rows)
        case "text":
            return "".join(_aligned([_HEADINGS, *(line.cells for line in found)]))


def _aligned(rows: list[tuple[str, ...]]) -> Iterator[str]:
    """Yield the rows with their columns under each other; those in which nothing stands are left out."""
    widths = [max(len(cell) for cell in column) for column in zip(*rows[1:], strict=True)] or [0] * len(rows[0])
    shown = [number for number, width in enumerate(widths) if width]
    for row in rows:
        cells = (row[number].ljust(max(widths[number], len(_HEADINGS[number]))) for number in shown)
        yield "  ".join(cells).rstrip() + "\n"
