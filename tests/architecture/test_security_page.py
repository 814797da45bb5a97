"""The page of security names tests that exist, and leaves no row without a test or a word on why there is none."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "security.md"
NAMED = re.compile(r"`(tests/[a-z0-9_/]+\.py)::([a-z0-9_]+)`")
#: Numbers of the standard's requirements, of its sections where a range of them is meant.
REQUIREMENT = re.compile(r"V([0-9]{1,2})\.[0-9]{1,2}(\.[0-9]{1,2})?")


@cache
def functions_of(file: str) -> frozenset[str]:
    tree = ast.parse((ROOT / file).read_text())
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def rows(text: str) -> list[list[str]]:
    """The rows of the tables but for their headings."""
    lines = [line for line in text.splitlines() if line.startswith("| ")]
    cells = [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]
    return [row for row in cells if row[-1] != "held by"]


def missing(text: str) -> list[str]:
    """Name the tests of a text that do not exist."""
    return [
        f"{file}::{name}"
        for file, name in NAMED.findall(text)
        if not (ROOT / file).exists() or name not in functions_of(file)
    ]


def test_every_test_that_the_page_names_exists() -> None:
    text = PAGE.read_text()
    assert len(NAMED.findall(text)) > 100
    assert text.count("tests/") == len(NAMED.findall(text))
    assert missing(text) == []


@pytest.mark.parametrize(
    "name", ["tests/unit/core/test_replies.py::test_nothing", "tests/unit/core/test_no.py::test_x"]
)
def test_a_test_that_is_not_there_would_be_seen(name: str) -> None:
    assert missing(f"held by `{name}`") == [name]


def test_every_row_has_a_test_or_says_whose_it_is_or_that_it_is_missing() -> None:
    assert [row[0] for row in rows(PAGE.read_text()) if not row[-1] and "**" not in row[1]] == []


def test_all_ten_risks_of_the_api_top_10_are_there_in_their_order() -> None:
    named = [row[0].split(":2023 ")[0] for row in rows(PAGE.read_text()) if ":2023 " in row[0]]
    assert named == [f"API{number}" for number in range(1, 11)]


def test_requirements_of_the_standard_are_in_its_order_by_chapter() -> None:
    found = [REQUIREMENT.match(row[0]) for row in rows(PAGE.read_text().split("## OWASP ASVS")[1])]
    assert None not in found
    chapters = [int(match[1]) for match in found if match is not None]
    assert chapters == sorted(chapters)
    assert {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16} == set(chapters)
