"""The result as a picture: an SVG of one bar a peer and case, readable on light and on dark."""

from html import escape

from benchmarks.cases import SHOWN
from benchmarks.peers import Kind
from benchmarks.report import Comparison, Line

LABELS_WIDTH = 280
COLUMN_WIDTH = 170
BAR_WIDTH = 105
ROW_HEIGHT = 26
HEAD_HEIGHT = 46
WIDTH = LABELS_WIDTH + len(SHOWN) * COLUMN_WIDTH

# Mid tones, which stand out from white and from near-black alike; the text follows the reader's colour scheme.
COLOURS = {
    Kind.OURS: "#0d9488",
    Kind.PEER: "#7488a8",
    Kind.PLAIN: "#a8a29e",
    Kind.BARE: "#a8a29e",
    Kind.CEILING: "#a8a29e",
    Kind.ORIGINAL: "#c08457",
}
STYLE = """
text { font: 13px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; fill: #1f2328; }
.head { font-weight: 600; }
.ours { font-weight: 600; }
.value { font-size: 12px; font-variant-numeric: tabular-nums; }
@media (prefers-color-scheme: dark) { text { fill: #e6edf3; } }
"""


def draw(comparison: Comparison) -> str:
    """An SVG document."""
    height = HEAD_HEIGHT + len(comparison.lines) * ROW_HEIGHT + 8
    described = "Calls a second, more is better: " + "; ".join(
        f"{line.title}: "
        + ", ".join(f"{case.title} {line.calls[case]:,.0f}" for case in comparison.shown if case in line.calls)
        for line in comparison.lines
    )
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" role="img">',
            f"<title>Calls a second, one process on one core</title><desc>{escape(described)}</desc>",
            f"<style>{STYLE}</style>",
            text(0, 20, "Calls a second, more is better", "head"),
            *(text(column_of(at), 20, case.title, "head") for at, case in enumerate(comparison.shown)),
            *(part for number, line in enumerate(comparison.lines) for part in row(comparison, number, line)),
            "</svg>",
            "",
        ]
    )


def row(comparison: Comparison, number: int, line: Line) -> list[str]:
    top = HEAD_HEIGHT + number * ROW_HEIGHT
    style = "ours" if line.kind is Kind.OURS else ""
    parts = [text(0, top + 12, line.title, style)]
    for at, case in enumerate(comparison.shown):
        if case not in line.calls:
            continue
        most = max(other.calls.get(case, 0) for other in comparison.lines)
        width = max(2.0, BAR_WIDTH * line.calls[case] / most)
        x = column_of(at)
        size = f'width="{width:.1f}" height="{ROW_HEIGHT - 9}"'
        parts.append(f'<rect x="{x}" y="{top}" {size} rx="2" fill="{COLOURS[line.kind]}"/>')
        parts.append(text(x + width + 6, top + 13, f"{line.calls[case]:,.0f}", f"value {style}".strip()))
    return parts


def column_of(at: int) -> int:
    return LABELS_WIDTH + at * COLUMN_WIDTH


def text(x: float, y: float, words: str, style: str) -> str:
    return f'<text x="{x:.0f}" y="{y:.0f}" class="{style}">{escape(words)}</text>'
