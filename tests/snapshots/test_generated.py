"""What is generated of the marketplace and kept in ``generated/`` is what its code says: `make generated` renews it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_what_is_kept_is_what_the_code_says(tmp_path: Path) -> None:
    command = [str(ROOT / "deploy" / "generated"), str(Path(sys.executable).parent), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    made, kept = (files_of(directory) for directory in (tmp_path, ROOT / "generated"))
    differing = sorted(name for name in made.keys() | kept.keys() if made.get(name) != kept.get(name))
    assert differing == [], "run `make generated`, and read the difference"


def files_of(directory: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(directory)): path.read_bytes()
        for path in directory.rglob("*")
        if path.is_file() and "node_modules" not in path.parts
    }
