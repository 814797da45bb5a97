from collections.abc import Mapping
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from benchmarks.cases import Case
from benchmarks.chart import draw
from benchmarks.measuring import Figures, Plan, Result, median_of
from benchmarks.peers import PEERS, Kind
from benchmarks.report import BARE_BESIDE_ORIGINAL, ORIGINAL, aims, as_markdown, as_text, calls_table, compare

PLAN = Plan(5, 2)


def figures(calls: float, foreign_share: float = 0.0) -> Figures:
    return Figures(calls, 1_000, 2_000, 1e6 / calls, 20, foreign_share)


def results(calls: Mapping[str, float], foreign_share: float = 0.0) -> list[Result]:
    return [
        Result(peer, dict.fromkeys(cases, figures(calls[peer.name], foreign_share)), 50 * 2**20)
        for peer in PEERS
        if peer.name in calls and (cases := [case for case in Case if peer.kind.answers(case)])
    ]


MEASURED = {"wsgi": 9_000, "drf": 1_000, "ninja": 3_000, "bare": 10_000}


def test_ratios_refer_to_the_wsgi_door_and_name_the_least() -> None:
    rows = {row[0]: row[1:] for row in aims(compare(results(MEASURED)))}
    assert rows["2.5 x every peer"] == ["3.00"] * 6
    assert rows["0.8 x the bare callable"] == ["0.90"] * 4 + [""] * 2


def test_nested_cases_are_compared_with_frameworks_only() -> None:
    comparison = compare(results(MEASURED))
    rows = {row[0]: row[1:] for row in calls_table(comparison)}
    assert rows["Django Ninja, sync"][-2:] == ["3,000 (3x)"] * 2
    assert rows["bare WSGI callable, psycopg, msgspec"][-2:] == [""] * 2


def test_only_the_measured_cases_are_shown() -> None:
    measured = [replace(result, figures={Case.ORDER: figures(10)}) for result in results({"wsgi": 9_000, "drf": 1_000})]
    assert calls_table(compare(measured))[0] == ["", "one order"]


def test_the_original_is_scaled_by_the_bare_callable_of_the_same_run() -> None:
    scaled = next(line for line in compare(results(MEASURED)).lines if line.kind is Kind.ORIGINAL)
    assert scaled.calls[Case.ROW] == pytest.approx(ORIGINAL[Case.ROW] * 10_000 / BARE_BESIDE_ORIGINAL[Case.ROW])


def test_without_the_bare_callable_there_is_no_scaled_original() -> None:
    comparison = compare(results({"wsgi": 9_000, "drf": 1_000}))
    assert [line.title for line in comparison.lines if line.kind is Kind.ORIGINAL] == []


def test_without_the_project_ratios_refer_to_the_first_peer_and_no_aim_is_told() -> None:
    comparison = compare(results({"drf": 1_000, "ninja": 3_000}))
    assert comparison.reference.title == "Django REST framework"
    assert aims(comparison) == []


def test_a_peer_that_failed_is_not_in_the_tables_but_named_with_its_reason() -> None:
    failed = Result(next(peer for peer in PEERS if peer.name == "litestar"), {}, 0, "Traceback\nno such table")
    told = as_text(compare([*results(MEASURED), failed]))
    assert "Not measured: Litestar, SQLAlchemy, asyncpg: no such table" in told


def test_nothing_measured_is_an_error() -> None:
    with pytest.raises(SystemExit, match="Nothing was measured"):
        compare([])


def test_busy_neighbours_are_told() -> None:
    assert "Other programs used up to 70% of a core" in as_text(compare(results(MEASURED, foreign_share=0.7)))
    assert "Other programs" not in as_text(compare(results(MEASURED)))


def test_the_median_of_the_rounds_counts() -> None:
    assert median_of([figures(1), figures(5), figures(4)]).calls_per_second == 4


def test_rounds_that_other_programs_disturbed_do_not_count() -> None:
    rounds = [figures(100, 0.9), figures(900), figures(200, 0.8), figures(1_000, 0.01), figures(950, 0.02)]
    assert median_of(rounds).calls_per_second == 950


def test_the_chart_shows_every_row_and_its_longest_bar_is_the_fastest() -> None:
    comparison = compare(results(MEASURED))
    drawing = ElementTree.fromstring(draw(comparison))
    name = "{http://www.w3.org/2000/svg}"
    texts = [text.text for text in drawing.iter(f"{name}text")]
    assert all(line.title in texts for line in comparison.lines)
    first_bars = [float(bar.attrib["width"]) for bar in drawing.iter(f"{name}rect") if bar.attrib["x"] == "280"]
    calls = [line.calls[Case.CREATE] for line in comparison.lines]
    assert first_bars.index(max(first_bars)) == calls.index(max(calls))


def test_the_page_has_a_place_for_every_figure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.report.version", lambda name: "1.0")
    page = as_markdown(compare(results(MEASURED)), PLAN, "a machine", "15")
    assert "| Django Ninja, sync | 3,000 (3x) |" in page
    assert "Machine: a machine; PostgreSQL 15; Django 1.0" in page
    assert "$" not in page
