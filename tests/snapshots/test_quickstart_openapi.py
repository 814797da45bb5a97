"""The quickstart's OpenAPI document, kept as a file so that each change of it is looked at.

After a change that is meant: ``pytest tests/snapshots --update-snapshots``, and read the difference.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from drf_spectacular.validation import validate_schema
from openapi_spec_validator import validate

ROOT = Path(__file__).parents[2]
SNAPSHOT = Path(__file__).with_name("quickstart.openapi.yaml")


def generated(*options: str) -> str:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    done = subprocess.run(
        [sys.executable, "-W", "error", "manage.py", "generate_openapi", *options],
        cwd=ROOT / "docs" / "quickstart",
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def test_the_quickstarts_document_is_the_one_that_was_looked_at(pytestconfig: pytest.Config) -> None:
    if pytestconfig.getoption("--update-snapshots"):
        generated("--output", str(SNAPSHOT))
    generated("--check", str(SNAPSHOT))


def test_the_document_that_was_looked_at_is_valid() -> None:
    description = yaml.safe_load(SNAPSHOT.read_text())
    validate(description)
    validate_schema(description)
