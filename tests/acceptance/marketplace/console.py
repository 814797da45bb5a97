"""Documents whose `console` blocks are typed into a shell: what stands after a command is what it prints."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

_END = "----end of a command----"


def commands_of(document: str) -> list[tuple[str, str]]:
    """Return the commands of a document's console blocks, each with what it prints by the document."""
    found: list[tuple[str, str]] = []
    for block in re.findall(r"^```console\n(.*?)^```$", document, re.MULTILINE | re.DOTALL):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            first, *rest = part.splitlines()
            continued = [line[2:] if line.startswith("> ") else "" for line in rest if re.match(r">( |$)", line)]
            printed = rest[len(continued) :]
            found.append(("\n".join([first, *continued]), "\n".join(printed)))
    return found


def typed(commands: list[str], directory: Path, environment: Mapping[str, str]) -> list[str]:
    """Type commands into one shell; return what each prints."""
    script = "".join(f"{command}\necho\necho '{_END}'\n" for command in commands)
    done = subprocess.run(
        ["bash"], input=script, capture_output=True, text=True, cwd=directory, env=environment, check=False
    )
    assert done.returncode == 0, done.stderr
    return [part.strip("\n") for part in done.stdout.split(_END)[:-1]]
