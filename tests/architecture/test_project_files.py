import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = [*sorted((ROOT / "requirements").glob("*.txt")), ROOT / "benchmarks" / "requirements.txt"]
SCRIPTS = [path for path in sorted((ROOT / "deploy").iterdir()) if path.is_file() and path.read_bytes()[:2] == b"#!"]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


def requirements_of(lock: Path) -> list[str]:
    lines = re.sub(r"\\\n\s*", "", lock.read_text()).splitlines()
    return [line for line in lines if line.strip() and not line.startswith("#")]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_a_lock_pins_every_requirement_with_hashes_and_names_no_registry(lock: Path) -> None:
    requirements = requirements_of(lock)
    assert requirements
    pinned = re.compile(r"\S+==\S+ .*?(--hash=sha256:[0-9a-f]{64}\s*)+")
    assert [line for line in requirements if not pinned.fullmatch(line)] == []
    assert "://" not in lock.read_text()


def test_what_the_distribution_needs_is_locked() -> None:
    locked = {re.split(r"==", line)[0].lower() for line in requirements_of(ROOT / "requirements" / "runtime.txt")}
    needed = {re.split(r"[\[<>=!~ ;]", line)[0].lower() for line in PYPROJECT["project"]["dependencies"]}
    assert needed <= locked, "run `make lock`"


def test_the_wheel_is_built_by_the_same_backend_everywhere() -> None:
    (backend,) = PYPROJECT["build-system"]["requires"]
    assert any(line.startswith(f"{backend} ") for line in requirements_of(ROOT / "requirements" / "development.txt"))


def test_the_readme_names_only_targets_that_make_knows() -> None:
    named = set(re.findall(r"\bmake ([a-z0-9-]+)", (ROOT / "README.md").read_text()))
    known = set(re.findall(r"^([a-z0-9-]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert named
    assert named <= known


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_called_the_wrong_way_tells_its_usage_and_does_nothing(script: Path) -> None:
    called = subprocess.run([script], capture_output=True, text=True, check=False)
    assert (called.returncode, called.stdout) == (2, "")
    assert called.stderr.startswith(f"usage: deploy/{script.name} ")
