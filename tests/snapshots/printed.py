"""What a command of the example prints, in an environment of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def printed(*arguments: str) -> str:
    """Return what ``manage.py`` prints of the example."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    done = subprocess.run(
        [sys.executable, "-W", "error", "manage.py", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def compare_page(name: str, heading: str, generated: str, config: pytest.Config) -> None:
    """Hold a page of the documentation against what is printed now, from a heading on; or write it, where asked to."""
    page = ROOT / "docs" / name
    before, rest = page.read_text().split(heading, 1)
    if config.getoption("--update-snapshots"):
        page.write_text(before + generated)
    else:
        assert heading + rest == generated
