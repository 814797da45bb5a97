"""The result in words: ratios, and tables for the terminal and for the page docs/benchmarks.md."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from string import Template

from benchmarks.cases import GOODS_AN_ORDER, PAGE_SIZE, ROW_COUNT, SHOWN, TAGS_AN_ITEM, Case
from benchmarks.load import CONNECTIONS
from benchmarks.measuring import UNREMARKABLE, Figures, Plan, Result
from benchmarks.peers import Kind

# Measured on another machine, in one run with the bare callable, whose figures of that run are below.
ORIGINAL = {Case.CREATE: 769, Case.ROWS: 569, Case.ROW: 597, Case.INVALID: 2_683}
BARE_BESIDE_ORIGINAL = {Case.CREATE: 5_745, Case.ROWS: 6_278, Case.ROW: 10_314, Case.INVALID: 34_509}
ORIGINAL_TITLE = "original Backk on Node 20, scaled"

PAGE = Path(__file__).with_name("page.md")
DISTRIBUTIONS = (
    "Django",
    "djangorestframework",
    "django-ninja",
    "fastapi",
    "litestar",
    "SQLAlchemy",
    "asyncpg",
    "pydantic",
    "msgspec",
    "psycopg",
    "granian",
    "uvicorn",
)


@dataclass(frozen=True)
class Line:
    """One row of the comparison: calls a second in each case that it has; `result` is None where not measured here."""

    title: str
    kind: Kind
    calls: dict[Case, float]
    result: Result | None = None


@dataclass(frozen=True)
class Comparison:
    """All rows, and the one to which ratios refer: the project's WSGI door, or the first row where it is missing."""

    lines: Sequence[Line]
    reference: Line
    failures: Sequence[Result]

    def ratio(self, line: Line, case: Case) -> float:
        """How many times the calls of this row the reference answers."""
        return self.reference.calls[case] / line.calls[case]

    def processor_ratio(self, line: Line, case: Case) -> float:
        """How many times the processor time of the reference's server this row's server takes for a call."""
        if not (self.reference.result and line.result):
            raise ValueError("only what was measured has a processor time")
        return line.result.figures[case].server_time / self.reference.result.figures[case].server_time

    @property
    def shown(self) -> list[Case]:
        """The cases that were measured, in the order of tables and charts."""
        return [case for case in SHOWN if case in self.reference.calls]

    @property
    def foreign_share(self) -> float:
        """The largest share of a core that other programs used in any figure."""
        return max(
            figures.foreign_share for line in self.lines if line.result for figures in line.result.figures.values()
        )

    def of_kind(self, kind: Kind) -> list[Line]:
        return [line for line in self.lines if line.kind is kind]


def compare(results: Sequence[Result]) -> Comparison:
    """Raise SystemExit where nothing was measured."""
    measured = [result for result in results if not result.failure]
    if not measured:
        raise SystemExit("Nothing was measured.")
    lines = [
        Line(
            result.peer.title,
            result.peer.kind,
            {case: figures.calls_per_second for case, figures in result.figures.items()},
            result,
        )
        for result in measured
    ]
    bare = next((line for line in lines if line.kind is Kind.BARE), None)
    if bare:
        scaled = {case: ORIGINAL[case] * calls / BARE_BESIDE_ORIGINAL[case] for case, calls in bare.calls.items()}
        lines.append(Line(ORIGINAL_TITLE, Kind.ORIGINAL, scaled))
    reference = next((line for line in lines if line.result and line.result.peer.is_reference), lines[0])
    return Comparison(lines, reference, [result for result in results if result.failure])


Rows = list[list[str]]
Cell = Callable[[Line, Case], str]


def table_of(cases: Sequence[Case], lines: Sequence[Line], cell: Cell) -> Rows:
    return [["", *(case.title for case in cases)]] + [
        [line.title, *(cell(line, case) if case in line.calls else "" for case in cases)] for line in lines
    ]


def calls_table(comparison: Comparison) -> Rows:
    def cell(line: Line, case: Case) -> str:
        return f"{line.calls[case]:,.0f} ({comparison.ratio(line, case):.2g}x)"

    return table_of(comparison.shown, comparison.lines, cell)


def latency_table(comparison: Comparison) -> Rows:
    return figures_table(comparison, lambda figures: f"{figures.p50 / 1000:.2f} / {figures.p99 / 1000:.2f}")


def processor_table(comparison: Comparison) -> Rows:
    rows = figures_table(comparison, lambda figures: f"{figures.server_time:.0f} + {figures.database_time:.0f}")
    rows[0].append("memory")
    for row, line in zip(rows[1:], (line for line in comparison.lines if line.result), strict=True):
        row.append(f"{line.result.memory / 2**20:.0f} MiB" if line.result else "")
    return rows


def figures_table(comparison: Comparison, cell: Callable[[Figures], str]) -> Rows:
    def cell_of(line: Line, case: Case) -> str:
        return cell(line.result.figures[case]) if line.result else ""

    return table_of(comparison.shown, [line for line in comparison.lines if line.result], cell_of)


def aims(comparison: Comparison) -> Rows:
    """The ratios that the project aims at, against what was measured; empty where the project was not measured."""
    if comparison.reference.kind is not Kind.OURS:
        return []
    rows = [
        [words, *(least_ratio(lines, ratio, case) for case in comparison.shown)]
        for words, kind, ratio in (
            ("5 x the original", Kind.ORIGINAL, comparison.ratio),
            ("2.5 x every peer", Kind.PEER, comparison.ratio),
            ("the same, by processor time", Kind.PEER, comparison.processor_ratio),
            ("0.8 x the bare callable", Kind.BARE, comparison.ratio),
            ("the same, by processor time", Kind.BARE, comparison.processor_ratio),
        )
        if (lines := comparison.of_kind(kind))
    ]
    return [["aim", *(case.title for case in comparison.shown)], *rows] if rows else []


def least_ratio(lines: Sequence[Line], ratio: Callable[[Line, Case], float], case: Case) -> str:
    ratios = [ratio(line, case) for line in lines if case in line.calls]
    return f"{min(ratios):.2f}" if ratios else ""


# --- for the terminal ------------------------------------------------------------------------------------------------


def as_text(comparison: Comparison) -> str:
    """Everything, aligned with blanks."""
    parts = [
        ("Calls a second " + explain_ratio(comparison), calls_table(comparison)),
        ("Latency in ms, p50 / p99", latency_table(comparison)),
        ("Processor time in µs a call, server + PostgreSQL, and memory after the load", processor_table(comparison)),
        ("The project's aims, and the least ratio measured", aims(comparison)),
    ]
    told = "\n".join(f"\n{heading}\n{aligned(rows)}" for heading, rows in parts if rows)
    return "\n".join([told, *warnings(comparison)])


def aligned(rows: Rows) -> str:
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  "
        + row[0].ljust(widths[0])
        + "".join("  " + cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))
        for row in rows
    )


def explain_ratio(comparison: Comparison) -> str:
    return f"(In brackets: how many times as many {comparison.reference.title} answers)"


def warnings(comparison: Comparison) -> list[str]:
    told = [f"\nNot measured: {result.peer.title}: {result.failure.splitlines()[-1]}" for result in comparison.failures]
    if comparison.foreign_share > UNREMARKABLE:
        told.append(
            f"\nOther programs used up to {comparison.foreign_share:.0%} of a core meanwhile: "
            "trust the processor times more than the calls a second."
        )
    return told


# --- for the documentation -------------------------------------------------------------------------------------------


def as_markdown(comparison: Comparison, plan: Plan, machine: str, postgresql: str) -> str:
    """The page docs/benchmarks.md."""
    aimed = aims(comparison)
    return Template(PAGE.read_text()).substitute(
        ratio=explain_ratio(comparison).strip("()"),
        calls=markdown_table(calls_table(comparison)),
        original=ORIGINAL_TITLE,
        aims=f"\n## Against the project's aims\n\n{markdown_table(aimed)}\n" if aimed else "",
        connections=CONNECTIONS,
        latency=markdown_table(latency_table(comparison)),
        processor=markdown_table(processor_table(comparison)),
        warnings="\n".join([*warnings(comparison), ""]),
        row_count=f"{ROW_COUNT:,}",
        page_size=PAGE_SIZE,
        tags=TAGS_AN_ITEM,
        goods=GOODS_AN_ORDER,
        machine=machine,
        postgresql=postgresql,
        versions=", ".join(f"{name} {version(name)}" for name in DISTRIBUTIONS),
        **vars(plan),
    )


def markdown_table(rows: Rows) -> str:
    head, *body = rows
    rule = ["---"] + ["--:"] * (len(head) - 1)
    return "\n".join("| " + " | ".join(row) + " |" for row in (head, rule, *body))
