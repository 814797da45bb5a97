"""The quickstart, served as its users serve it."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

QUICKSTART = Path(__file__).parents[2] / "docs" / "quickstart"


@pytest.fixture
def quickstart(tmp_path: Path) -> Iterator[str]:
    """The quickstart, served on an empty database as `make quickstart` serves it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "SQLITE_FILE": str(tmp_path / "quickstart.sqlite3")}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    manage = [sys.executable, "manage.py"]
    subprocess.run([*manage, "migrate", "--verbosity", "0"], cwd=QUICKSTART, env=environment, check=True)
    command = [*manage, "runserver", "--noreload", f"127.0.0.1:{port}"]
    with subprocess.Popen(command, cwd=QUICKSTART, env=environment, stdout=subprocess.DEVNULL) as server:
        address = f"http://127.0.0.1:{port}"
        try:
            _wait_for(address)
            yield address
        finally:
            server.terminate()
            server.wait(20)


def _wait_for(address: str) -> None:
    for _ in range(150):
        try:
            httpx.get(address)
        except httpx.TransportError:
            time.sleep(0.2)
        else:
            return
    pytest.fail(f"nothing answers at {address}")
