"""Who may do what in the example, kept as a page so that each change of it is looked at.

After a change that is meant: ``pytest tests/snapshots --update-snapshots``, and read the difference.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "who-may-do-what.md"
#: Where the table begins.
HEADING = "| function |"


def generated() -> str:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    done = subprocess.run(
        [sys.executable, "-W", "error", "manage.py", "who_may_do_what", "--format", "markdown"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_who_may_do_what_in_the_example_is_what_was_looked_at(pytestconfig: pytest.Config) -> None:
    before, table = PAGE.read_text().split(HEADING, 1)
    if pytestconfig.getoption("--update-snapshots"):
        PAGE.write_text(before + generated())
    else:
        assert HEADING + table == generated()
