"""What the README says happens when its lines are typed."""

import os
import re
import shlex
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).parents[2]
QUICKSTART = ROOT / "docs" / "quickstart"
README = (ROOT / "README.md").read_text()
CONSOLE = re.findall(r"^\$ curl (.+)\n(.+)$", README, re.MULTILINE)


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


def test_the_requests_of_the_readme_get_the_answers_of_the_readme(quickstart: str) -> None:
    assert len(CONSOLE) >= 4
    for typed, shown in CONSOLE:
        address, flag, body = shlex.split(typed)
        assert flag == "-d"
        answer = httpx.post(address.replace("http://127.0.0.1:3001", quickstart), content=body)
        assert answer.text == shown


@pytest.mark.parametrize("block", re.findall(r"```python\n# (\S+)\n(.*?)```", README, re.DOTALL), ids=lambda b: b[0])
def test_the_code_of_the_readme_is_that_of_the_quickstart(block: tuple[str, str]) -> None:
    file, code = block
    assert code.strip() in (QUICKSTART / file).read_text()


def test_what_the_readme_links_to_exists() -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", README)
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []
