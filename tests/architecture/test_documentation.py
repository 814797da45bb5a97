"""The Python of the documents runs: all blocks of a page are one program."""

import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.test import modify_settings

import backk_core
import backk_core.models
from backk_core import Service, ServiceFunction
from backk_core.declare.access import access_of
from backk_core.describe import registry as registries
from backk_core.models import Entity

ROOT = Path(__file__).parents[2]
PAGES = [
    page for page in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))) if "```python" in page.read_text()
]
#: A page's entities belong to this app, which has no others.
APP = "tests.apps.documented"


def blocks_of(page: Path) -> Iterator[tuple[int, str]]:
    """Yield the line before each Python block, and its text."""
    text = page.read_text()
    for block in re.finditer(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        yield text.count("\n", 0, block.start(1)), block.group(1)


@pytest.fixture
def documented_app() -> Iterator[None]:
    with modify_settings(INSTALLED_APPS={"append": APP}):
        yield
        apps.all_models["documented"].clear()
    apps.clear_cache()


def run(page: Path) -> dict[str, Any]:
    """Run a page; what is ours and Django's `models` need not be imported in it."""
    names: dict[str, Any] = {name: getattr(backk_core, name) for name in backk_core.__all__}
    names |= {name: getattr(backk_core.models, name) for name in backk_core.models.__all__}
    exec("from django.db import models", names)
    names["__name__"] = f"{APP}.{page.stem}"
    for line, block in blocks_of(page):
        # blank lines before it, so that errors and sources are found at their place in the page
        exec(compile("\n" * line + block, str(page), "exec"), names)
    return names


@pytest.mark.parametrize("page", PAGES, ids=[page.name for page in PAGES])
def test_the_python_of_a_page_runs_is_complete_and_passes_its_own_tests(page: Path, documented_app: None) -> None:
    names = run(page)
    own = [found for found in names.values() if getattr(found, "__module__", None) == names["__name__"]]
    classes = [found for found in own if inspect.isclass(found)]

    known = registries.build(cls for cls in classes if issubclass(cls, Service | ServiceFunction))
    known.refuse_problems()
    assert all(function.rules for function in known.all_functions())
    for entity in (cls for cls in classes if issubclass(cls, Entity)):
        assert all(access_of(field) for field in entity._meta.local_concrete_fields)

    for name, test in names.items():
        if name.startswith("test_") and inspect.isfunction(test):
            test()


def test_the_pages_that_show_how_to_declare_and_to_test_are_among_them() -> None:
    assert {"README.md", "declaring.md", "testing.md"} <= {page.name for page in PAGES}
    assert sum(name.startswith("test_") for name in (ROOT / "docs" / "testing.md").read_text().split("def ")) >= 4


def test_what_a_page_cannot_do_fails_at_its_line(tmp_path: Path) -> None:
    page = tmp_path / "broken.md"
    page.write_text("# Broken\n\n```python\nnumber = 1\n```\n\n```python\nnumber + missing\n```\n")
    with pytest.raises(NameError, match="missing") as failure:
        run(page)
    assert (failure.traceback[-1].path.name, failure.traceback[-1].lineno) == ("broken.md", 7)
