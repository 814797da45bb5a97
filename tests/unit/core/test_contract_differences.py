"""Which changes of the API break its clients, and how the gate tells them."""

from __future__ import annotations

import copy
import subprocess
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from backk_core.describe.registry import registry
from backk_core.publish.contract_differences import differences
from backk_core.publish.openapi import document
from tests.goals import g18


@pytest.mark.parametrize("verdict", g18.verdicts(), ids=lambda verdict: verdict.name)
def test_a_change_breaks_clients_or_does_not(verdict: g18.Verdict) -> None:
    assert verdict.judged == verdict.expected


def test_there_are_sixty_changes_of_both_kinds() -> None:
    found = g18.verdicts()
    assert len(found) >= 60
    assert {verdict.expected for verdict in found} == {True, False}


def test_a_document_does_not_differ_from_itself() -> None:
    whole = document(registry())
    assert differences(whole, copy.deepcopy(whole)) == []


def test_a_type_that_holds_itself_is_compared_to_its_end() -> None:
    old = g18._base()
    old["components"]["schemas"]["Tag"]["properties"]["in"] = {"$ref": "#/components/schemas/Tag"}
    new = copy.deepcopy(old)
    new["components"]["schemas"]["Tag"]["properties"]["name"]["maxLength"] = 3
    assert [str(found) for found in differences(old, new)] == [
        "ok     itemService.createItem 200.data.tags[].name: maxLength was not said, is 3",
        "BREAKS itemService.createItem argument.tags[].name: maxLength was not said, is 3",
    ]


def checked(*options: str) -> str:
    out = StringIO()
    call_command("check_contract", *options, stdout=out, no_color=True)
    return out.getvalue()


def snapshot(folder: Path, change: Any = None) -> Path:
    file = folder / "api.json"
    call_command("generate_openapi", "--output", str(file))
    if change is not None:
        file.write_text(file.read_text().replace(*change))
    return file


def test_the_gate_is_open_where_nothing_breaks(tmp_path: Path) -> None:
    assert checked("--against", str(snapshot(tmp_path))).strip() == "0 differences, 0 of them break clients"


def test_the_gate_is_shut_where_something_breaks(tmp_path: Path) -> None:
    file = snapshot(tmp_path, ("tagService.createTag", "tagService.makeTag"))
    with pytest.raises(CommandError, match="break clients"):
        checked("--against", str(file))
    said = checked("--against", str(file), "--allow-breaking")
    assert "BREAKS tagService.makeTag: the function is gone" in said
    assert "ok     tagService.createTag: the function is new" in said


def test_a_revision_is_compared_by_the_snapshot_in_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    snapshot(tmp_path)
    monkeypatch.chdir(tmp_path)
    for command in (
        ["init", "--quiet"],
        ["add", "api.json"],
        ["-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "--quiet", "--message", "API"],
    ):
        subprocess.run(["git", *command], check=True)
    assert "0 differences" in checked("--against", "HEAD", "--snapshot", "api.json")
    with pytest.raises(CommandError, match="nothing"):
        checked("--against", "nothing", "--snapshot", "api.json")


def test_what_is_no_snapshot_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "x.yaml"
    file.write_text("a: [")
    with pytest.raises(CommandError, match="no YAML or JSON"):
        checked("--against", str(file))
    file.write_text("a: 1")
    with pytest.raises(CommandError, match="no OpenAPI"):
        checked("--against", str(file))
    with pytest.raises(CommandError, match="--snapshot"):
        checked("--against", "HEAD")
