"""The marketplace's integration tests, run by Newman: green against the marketplace, red where a rule of it is broken."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.marketplace.running import ROOT, Marketplace, environment, serving
from tests.doors.running import Database
from tests.node_programs import PACKAGES, node, run_node

pytestmark = pytest.mark.acceptance


@pytest.fixture(scope="module")
def collection(stored: Database, tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("collection")
    command = [sys.executable, "-m", "django", "generate_integration_tests", "--output", str(output)]
    command += ["--steps", "example_project/integration_tests", "--environment", str(output / "environment.json")]
    subprocess.run(command, cwd=ROOT, env=environment(stored), check=True)
    return output


def run(collection: Path, market: Marketplace) -> dict[str, Any]:
    """Return Newman's report of one run."""
    node()
    [file] = collection.glob("*.postman_collection.json")
    report = collection / "report.json"
    options = ["--environment", "environment.json", "--env-var", f"baseUrl={market.client.base_url}"]
    options += ["--reporters", "json", "--reporter-json-export", str(report)]
    done = run_node(PACKAGES / "newman" / "bin" / "newman.js", "run", file.name, *options, cwd=collection)
    found: dict[str, Any] = json.loads(report.read_text())["run"]
    assert (done.returncode == 0) == (not found["failures"]), done.stderr
    return found


def failed(report: dict[str, Any]) -> set[str]:
    return {failure["source"]["name"] for failure in report["failures"]}


def test_all_is_green_against_the_marketplace(collection: Path, market: Marketplace) -> None:
    report = run(collection, market)
    assert [(f["source"]["name"], f["error"]["message"]) for f in report["failures"]] == []
    assert report["stats"]["requests"]["total"] > 350
    assert report["stats"]["assertions"]["total"] > 1300


#: File, what stands in it, what is written instead, and the requests that must tell of it.
BROKEN = [
    (
        "orders/services.py",
        'note that an order was paid: once."""\n\n    authorization = allow_for_user_roles("vitjaPaymentGateway")',
        'note that an order was paid: once."""\n\n    authorization = __import__("backk_core").allow_for_every_user',
        "payOrder without a token",
    ),
    (
        "orders/services.py",
        "        if order.transaction_id is not None:\n            raise OrderAlreadyPaid\n        order.payment_amount",
        "        order.payment_amount",
        "it is paid once",
    ),
    (
        "sales_items/models.py",
        "    description = read_write(\n        ui_hints",
        "    description = read_only(\n        ui_hints",
        "the seller puts a bicycle up for sale",
    ),
]


def test_it_is_red_where_rules_are_broken(collection: Path, stored: Database, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "example_project", tmp_path / "example_project")
    for name, line, other, _ in BROKEN:
        file = tmp_path / "example_project" / name
        text = file.read_text()
        found = text.lower().find(line.lower())
        assert found >= 0, line
        file.write_text(text[:found] + other + text[found + len(line) :])
    with serving(stored, tmp_path, source=tmp_path) as broken:
        names = failed(run(collection, broken))
    assert {request for *_, request in BROKEN} <= names
    assert "createTag without name" not in names
