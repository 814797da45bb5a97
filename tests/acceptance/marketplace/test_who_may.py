"""Whether everybody is let in where the marketplace's rules let them in, and nowhere else: G9, in small."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.acceptance.marketplace.running import database, environment, serving
from tests.acceptance.marketplace.verdicts import Trial, table
from tests.acceptance.marketplace.world import Answer, Belongings, callers, make_world
from tests.doors.running import ROOT, Database
from tests.goals import g9


def told(*options: str) -> list[str]:
    """Return what G9 prints, without what each finding is; it must be reached."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.goals.g9", *options],
        cwd=ROOT,
        env=environment(Database("sqlite", "")),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.splitlines()


def test_everybody_is_let_in_where_the_table_says_and_nobody_gets_at_what_is_anothers() -> None:
    calls, attacks, verdict = told("--attacks")
    assert calls.endswith("calls by everybody: 0 findings")
    assert attacks.endswith("attacks: 0 findings")
    assert int(calls.split()[0].replace(",", "")) >= len(table()) * len(callers()) * 2
    assert verdict == "G9 reached"


def test_a_line_that_is_made_wrong_is_found_out() -> None:
    figure, _ = told("--mutations", "--sample", "45")
    killed, _, tried, *_ = figure.split()
    assert killed == tried
    assert int(tried) >= 3


def test_a_real_server_refuses_whom_the_table_refuses(tmp_path: Path) -> None:
    with database("sqlite", tmp_path) as used, serving(used, tmp_path) as market:

        def knock(wire_name: str, body: bytes, headers: Mapping[str, str], method: str) -> Answer:
            sent = market.client.request(
                method, f"/{wire_name}", content=body if method == "POST" else None, headers=headers,
                params={"arg": body} if method == "GET" and body else None,
            )  # fmt: skip
            return Answer(sent.status_code, sent.content)

        trial = Trial(make_world(knock), {name: g9.examples()[name] for name in table()}, {"http": knock})
        known = [caller for caller in callers() if "locked" not in caller.name]
        assert list(trial.findings(known, only_harmless=True)) == []
    assert trial.calls > 500


@pytest.mark.parametrize(
    ("answer", "finding"),
    [
        (Answer(200, b'{"metadata":{},"data":null}'), "allowed instead of"),
        (Answer(404, b'{"errorCode":"error.4"}'), "absent instead of"),
        (Answer(500, b'{"errorCode":"error.500"}'), "broken (500) instead of"),
        (Answer(403, b"{}"), "403  instead of"),
        (Answer(200, b'{"metadata":{},"data":{"lastName":"Sirkutti"}}'), "reveals Sirkutti"),
    ],
)
def test_a_wrong_verdict_is_found(answer: Answer, finding: str) -> None:
    world = dict.fromkeys(("ann", "carol"), Belongings("ann", "1"))
    trial = Trial(world, dict.fromkeys(table()), {"wrong": lambda *_: answer})
    found = list(trial.findings(callers(), ["POST"]))
    assert any(finding in each for each in found)


def test_a_function_that_the_table_or_the_code_alone_has_is_found() -> None:
    trial = Trial({}, {**dict.fromkeys(table()), "tagService.new": None}, {})
    assert list(trial.findings([])) == ["tagService.new is in one of the table and the code alone"]
