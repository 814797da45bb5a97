"""Lists of 100,000 items are found by indexes, whichever list it is."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.acceptance.marketplace.plans import CALLS
from tests.acceptance.marketplace.running import database, environment
from tests.doors.running import ROOT


def test_no_list_reads_the_whole_table(tmp_path: Path) -> None:
    with database("postgresql", tmp_path) as used:
        command = [sys.executable, "-m", "tests.acceptance.marketplace.plans"]
        asked = subprocess.run(
            command, cwd=ROOT, env=environment(used), capture_output=True, text=True, check=False, timeout=300
        )
    assert asked.returncode == 0, asked.stderr
    plans = json.loads(asked.stdout)
    assert plans.keys() == CALLS.keys()
    whole = [name for name, nodes in plans.items() for kind, table, _ in nodes if (kind, table) == SEQUENTIAL]
    by_index = [name for name, nodes in plans.items() if any(index.startswith("sales_items_") for *_, index in nodes)]
    assert (whole, by_index) == ([], list(CALLS))


SEQUENTIAL = ("Seq Scan", "sales_items_salesitem")
