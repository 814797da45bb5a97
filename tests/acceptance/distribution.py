"""How the wheel is built and installed into an environment that has nothing else of ours."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
_SOURCES = (
    "backk_core",
    "backk_transport",
    "backk_security",
    "backk_observability",
    "pyproject.toml",
    "README.md",
    "LICENSE",
)


def copy_sources(target: Path) -> Path:
    """The files that the wheel is made of, copied to a new directory."""
    target.mkdir(parents=True)
    for name in _SOURCES:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, target / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(ROOT / name, target / name)
    return target


def build_wheel(source: Path, target: Path) -> Path:
    """The wheel of a source directory, built by the locked backend."""
    run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(target), str(source)],
        target.parent,
    )
    (wheel,) = target.glob("*.whl")
    return wheel


def make_environment(directory: Path, wheel: Path) -> Path:
    """A new environment with the wheel and what it needs, in the locked versions; returns its programs' directory."""
    run([sys.executable, "-m", "venv", str(directory)], directory.parent)
    constraints = directory / "constraints.txt"
    constraints.write_text(_pins((ROOT / "requirements" / "runtime.txt").read_text()))
    run([f"{directory}/bin/pip", "install", "--quiet", "--constraint", str(constraints), str(wheel)], directory.parent)
    return directory / "bin"


def run(command: list[str], directory: Path) -> str:
    """What a command prints, run without this checkout's environment. AssertionError with its output where it fails."""
    done = subprocess.run(
        command,
        cwd=directory,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}"
    return done.stdout


def environment() -> dict[str, str]:
    """This process's variables without those that lead back to the checkout."""
    unwanted = {"DJANGO_SETTINGS_MODULE", "PYTHONPATH", "VIRTUAL_ENV", "MAKEFLAGS"}
    return {name: value for name, value in os.environ.items() if name not in unwanted} | {
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_NO_INPUT": "1",
    }


def _pins(lock: str) -> str:
    return "".join(f"{line}\n" for line in re.findall(r"^(\S+==\S+(?: ; .*?)?) \\$", lock, re.MULTILINE))
