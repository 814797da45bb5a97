"""Generated files in a directory of their own: written where they differ, removed when they are no longer made."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

#: Names the files that were generated, so that nobody else's are ever removed, and what they were made of.
MANIFEST = ".generated.json"


@dataclass(frozen=True, slots=True)
class Written:
    """How many files changed, were removed, and are there."""

    changed: int
    removed: int
    total: int


def content_hash(parts: Iterable[bytes]) -> str:
    """Return what tells whether anything changed of what files are made of."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.hexdigest()


def is_made_of(directory: Path, made_of: str) -> bool:
    """Tell whether a directory holds what was generated of just this, unchanged since."""
    manifest = _manifest(directory)
    return manifest.get("madeOf") == made_of and all(
        _hash_of(directory / path) == known for path, known in _files(manifest).items()
    )


def write_files(directory: Path, files: Mapping[str, bytes], made_of: str) -> Written:
    """Make a directory hold these files, and none that were generated before and are not among them.

    Each is there whole or as it was before. OSError where the directory cannot be written.
    """
    before = _files(_manifest(directory))
    changed = [path for path, content in files.items() if _read(directory / path) != content]
    for path in changed:
        _write(directory / path, files[path])
    gone = [path for path in before if path not in files and (directory / path).exists()]
    for path in gone:
        (directory / path).unlink()
        _remove_if_empty((directory / path).parent, directory)
    hashes = {path: hashlib.sha256(content).hexdigest() for path, content in sorted(files.items())}
    manifest = json.dumps({"madeOf": made_of, "files": hashes}, indent=2) + "\n"
    if _read(directory / MANIFEST) != manifest.encode():
        _write(directory / MANIFEST, manifest.encode())
    return Written(len(changed), len(gone), len(files))


def _manifest(directory: Path) -> dict[str, object]:
    content = _read(directory / MANIFEST)
    try:
        manifest = json.loads(content or b"{}")
    except ValueError:
        return {}
    return manifest if isinstance(manifest, dict) else {}


def _files(manifest: Mapping[str, object]) -> dict[str, str]:
    files = manifest.get("files")
    # a path that leads out of the directory was not written by us
    return {p: h for p, h in files.items() if ".." not in Path(p).parts} if isinstance(files, dict) else {}


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None


def _hash_of(path: Path) -> str:
    return hashlib.sha256(_read(path) or b"").hexdigest()


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        mask = os.umask(0)
        os.umask(mask)
        Path(name).chmod(0o666 & ~mask)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _remove_if_empty(directory: Path, top: Path) -> None:
    while directory != top and not any(directory.iterdir()):
        directory.rmdir()
        directory = directory.parent
