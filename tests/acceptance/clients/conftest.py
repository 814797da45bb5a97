"""The served marketplace, and its TypeScript client, compiled."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.clients.bridge import TypeScriptClient
from tests.acceptance.marketplace.running import ROOT, Marketplace, database, environment, serving
from tests.doors.running import Database
from tests.node_programs import link_packages, program, run_node


@pytest.fixture(scope="package")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    with database("sqlite", tmp_path_factory.mktemp("clients")) as used:
        yield used


@pytest.fixture(scope="package")
def market(stored: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Marketplace]:
    with serving(stored, tmp_path_factory.mktemp("serving")) as marketplace:
        yield marketplace


@pytest.fixture(scope="package")
def generated(stored: Database, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory of all clients for the public."""
    output = tmp_path_factory.mktemp("generated")
    command = [sys.executable, "-m", "django", "generate_clients", "--audience", "public", "--output", str(output)]
    subprocess.run(command, cwd=ROOT, env=environment(stored), check=True, stdout=subprocess.DEVNULL)
    return output


@pytest.fixture(scope="package")
def typescript(generated: Path) -> Path:
    """The directory of the compiled client, which the strictest compiler has accepted."""
    directory = generated / "typescript" / "public"
    link_packages(directory)
    compiled = run_node(program("tsc"), "--project", ".", cwd=directory)
    assert compiled.returncode == 0, compiled.stdout
    return directory


@pytest.fixture(scope="package")
def through_typescript(typescript: Path, market: Marketplace) -> Iterator[TypeScriptClient]:
    with TypeScriptClient(typescript, str(market.client.base_url)) as client:
        yield client
