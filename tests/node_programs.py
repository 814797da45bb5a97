"""Node and its locked packages, for the tests of generated clients, collections and pages."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.servers import skip_or_fail

#: Where `make node` installed npm's packages. Node looks for modules in the folders above a file: what a test makes
#: outside links to it (`link_packages`).
HOME = Path(os.environ.get("BACKK_NODE_HOME", "") or Path(__file__).parent / "node")
PACKAGES = HOME / "node_modules"


def node() -> Path:
    """Node itself, usable. The test is skipped where it is missing, or fails where CI is set."""
    beside = Path(sys.executable).parent / "node"
    found = beside if beside.exists() else Path(shutil.which("node") or "/nowhere")
    if not found.exists() or not PACKAGES.exists():
        skip_or_fail("needs Node and npm's packages: run `make node`")
    return found


def run_node(*arguments: str | Path, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a script of Node's to its end; what it printed is in the result, whatever its exit code."""
    command = [str(part) for part in (node(), *arguments)]
    return subprocess.run(
        command, cwd=cwd, env={**os.environ, **environment}, capture_output=True, text=True, timeout=300, check=False
    )


def program(name: str) -> Path:
    """The script of a program that an npm package brings, such as ``tsc``: ``run_node(program("tsc"), …)``."""
    node()
    return (PACKAGES / ".bin" / name).resolve(strict=True)


def link_packages(directory: Path) -> None:
    """Let scripts in a directory import the locked packages."""
    node()
    (directory / "node_modules").symlink_to(PACKAGES, target_is_directory=True)
