"""The benchmark's own virtual environment, for the runner and all servers: made where missing, then entered."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
ENVIRONMENT = ROOT / ".venv-benchmarks"
# The project's own and the peers'; locked to the same versions, so that all run on the same parts.
REQUIREMENTS = (ROOT / "requirements" / "runtime.txt", ROOT / "benchmarks" / "requirements.txt")
READY = ENVIRONMENT / ".benchmarks"


def enter(arguments: Sequence[str]) -> None:
    """Return inside the environment; otherwise make it where it is missing or old and start again in it."""
    if Path(sys.prefix) == ENVIRONMENT:
        return
    if not is_ready():
        if subprocess.run([ROOT / "deploy" / "environment", ENVIRONMENT, *REQUIREMENTS], check=False).returncode:
            raise SystemExit("The benchmark's environment could not be made.")
        READY.touch()
    python = str(ENVIRONMENT / "bin" / "python")
    os.execv(python, [python, "-m", "benchmarks", *arguments])


def is_ready() -> bool:
    newest = max(path.stat().st_mtime for path in REQUIREMENTS)
    return READY.exists() and READY.stat().st_mtime >= newest
