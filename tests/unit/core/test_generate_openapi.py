"""manage.py generate_openapi writes the document, and tells when a written one is out of date."""

import json
from io import StringIO
from pathlib import Path

import pytest
import yaml
from django.core.management import CommandError, call_command

from backk_core.describe.registry import registry
from backk_core.publish.openapi import document


def printed(*options: str) -> str:
    output = StringIO()
    call_command("generate_openapi", *options, stdout=output)
    return output.getvalue()


def test_it_prints_yaml_unless_told_otherwise() -> None:
    assert yaml.safe_load(printed()) == document(registry())
    assert json.loads(printed("--format", "json")) == document(registry())


@pytest.mark.parametrize(("name", "is_json"), [("api.yaml", False), ("api.json", True), ("api", False)])
def test_a_files_name_says_its_format(tmp_path: Path, name: str, *, is_json: bool) -> None:
    file = tmp_path / name
    assert printed("--output", str(file)) == ""
    assert file.read_text().startswith("{") is is_json
    assert file.read_text().endswith("\n")
    assert printed("--check", str(file)) == ""


def test_a_file_that_is_out_of_date_is_refused_with_what_differs(tmp_path: Path) -> None:
    file = tmp_path / "api.yaml"
    printed("--output", str(file))
    file.write_text(file.read_text().replace("/tagService.createTag:", "/tagService.makeTag:"))
    with pytest.raises(
        CommandError, match=r"out of date(.|\n)*-  /tagService.makeTag:(.|\n)*\+  /tagService.createTag:"
    ):
        printed("--check", str(file))


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="No such file"):
        printed("--check", str(tmp_path / "none.yaml"))
