"""Generated files: written where they differ, removed when they are no longer made, nobody else's touched."""

from __future__ import annotations

from pathlib import Path

import pytest

from backk_core.publish.clients.writing import MANIFEST, content_hash, is_made_of, write_files


def test_files_are_written_where_they_differ(tmp_path: Path) -> None:
    first = write_files(tmp_path, {"a/b.ts": b"1", "c.ts": b"2"}, "one")
    assert (first.changed, first.removed, first.total) == (2, 0, 2)
    before = (tmp_path / "c.ts").stat().st_mtime_ns
    second = write_files(tmp_path, {"a/b.ts": b"3", "c.ts": b"2"}, "two")
    assert (second.changed, second.removed) == (1, 0)
    assert (tmp_path / "a" / "b.ts").read_bytes() == b"3"
    assert (tmp_path / "c.ts").stat().st_mtime_ns == before


def test_what_is_no_longer_made_goes_with_its_directory_and_nothing_else(tmp_path: Path) -> None:
    write_files(tmp_path, {"a/b.ts": b"1", "c.ts": b"2"}, "one")
    (tmp_path / "own.ts").write_text("mine")
    assert write_files(tmp_path, {"c.ts": b"2"}, "two").removed == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([MANIFEST, "c.ts", "own.ts"])


def test_what_it_was_made_of_is_known_until_somebody_changes_a_file(tmp_path: Path) -> None:
    made_of = content_hash([b"contracts", b"generator"])
    assert not is_made_of(tmp_path, made_of)
    write_files(tmp_path, {"a.ts": b"1"}, made_of)
    assert is_made_of(tmp_path, made_of)
    assert not is_made_of(tmp_path, content_hash([b"contracts", b"other"]))
    (tmp_path / "a.ts").write_text("changed by hand")
    assert not is_made_of(tmp_path, made_of)


def test_parts_are_told_apart_where_they_meet() -> None:
    assert content_hash([b"ab", b"c"]) != content_hash([b"a", b"bc"])


@pytest.mark.parametrize("manifest", [b"", b"[", b"[]", b'{"files": 1}', b'{"files": {"../outside": "x"}}'])
def test_a_broken_manifest_removes_nothing(tmp_path: Path, manifest: bytes) -> None:
    outside = tmp_path / "outside"
    outside.write_text("mine")
    directory = tmp_path / "made"
    directory.mkdir()
    (directory / MANIFEST).write_bytes(manifest)
    write_files(directory, {"a.ts": b"1"}, "one")
    assert outside.read_text() == "mine"
