"""The command that writes clients says what it did, and leaves alone what is up to date."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command


def said(output: Path, *options: str) -> list[str]:
    printed = io.StringIO()
    call_command("generate_clients", "--output", str(output), *options, stdout=printed)
    return printed.getvalue().splitlines()


def test_each_language_and_audience_has_a_directory(tmp_path: Path) -> None:
    assert len(said(tmp_path)) == 4
    for language in ("typescript", "python"):
        for audience in ("public", "internal"):
            assert (tmp_path / language / audience / "README.md").is_file()


def test_only_what_is_asked_for_is_written(tmp_path: Path) -> None:
    [line] = said(tmp_path, "--language", "python", "--audience", "public")
    assert "functions" in line
    assert [path.name for path in tmp_path.iterdir()] == ["python"]


def test_what_is_up_to_date_is_left_alone_if_that_is_wanted(tmp_path: Path) -> None:
    options = ("--language", "typescript", "--audience", "public")
    said(tmp_path, *options)
    [line] = said(tmp_path, *options, "--if-needed")
    assert line.endswith("up to date")
    (tmp_path / "typescript" / "public" / "src" / "rules.ts").write_text("changed by hand")
    [line] = said(tmp_path, *options, "--if-needed")
    assert "1 of" in line


def test_a_directory_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "typescript").write_text("a file is in the way")
    with pytest.raises(CommandError, match="typescript"):
        said(tmp_path, "--language", "typescript", "--audience", "public")
