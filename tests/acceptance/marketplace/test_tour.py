"""The tour through the marketplace happens as its document tells."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.acceptance.marketplace.console import commands_of, typed
from tests.doors.running import ROOT, unused_port

TOUR = ROOT / "docs" / "marketplace-tour.md"
MAKEFILE = (ROOT / "Makefile").read_text()


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """The marketplace as `make run` serves it, with an empty database."""
    assert "$(BIN)/python manage.py migrate" in MAKEFILE
    serve = re.search(r"^SERVE = .*python (manage\.py runserver --noreload) ", MAKEFILE, re.MULTILINE)
    assert serve
    port = unused_port()
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DATABASE", "JWT_", "DJANGO_"))}
    environment = {**kept, "DATABASE_NAME": str(tmp_path / "tour.sqlite3")}
    subprocess.run([sys.executable, "manage.py", "migrate", "--verbosity", "0"], cwd=ROOT, env=environment, check=True)
    command = [sys.executable, *serve.group(1).split(), f"127.0.0.1:{port}"]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL) as server:
        try:
            _wait_for(f"http://127.0.0.1:{port}")
            yield f"http://127.0.0.1:{port}", environment
        finally:
            server.terminate()
            server.wait(20)


def _wait_for(address: str) -> None:
    for _ in range(300):
        try:
            httpx.get(f"{address}/livenessCheckService.isMicroserviceAlive")
        except httpx.TransportError:
            time.sleep(0.2)
        else:
            return
    pytest.fail(f"nothing answers at {address}")


@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")
def test_what_the_tour_types_prints_what_the_tour_says(served: tuple[str, dict[str, str]]) -> None:
    address, environment = served
    told = commands_of(TOUR.read_text())
    assert len(told) > 40
    commands = [
        command.replace("http://127.0.0.1:3001", address).replace(".venv/bin/python", sys.executable)
        for command, _ in told
    ]
    printed = typed(commands, ROOT, environment)
    assert list(zip([command for command, _ in told], printed, strict=True)) == told


def test_commands_and_what_they_print_are_told_apart() -> None:
    document = "```console\n$ a() {\n> b\n> }\n$ a\none\ntwo\n```\n\n```console\n$ c\n```\n```\nnot this\n```\n"
    assert commands_of(document) == [("a() {\nb\n}", ""), ("a", "one\ntwo"), ("c", "")]
