"""The reference page is what the docstrings say.

After a change that is meant: ``pytest tests/snapshots --update-snapshots``, and read the difference.
"""

import pytest

from tests.snapshots.printed import compare_page
from tests.snapshots.reference import reference


def test_the_reference_is_what_the_docstrings_say(pytestconfig: pytest.Config) -> None:
    compare_page("reference.md", "## `backk_core`\n", reference(), pytestconfig)


def test_every_public_name_says_what_it_is() -> None:
    assert "| … |" not in reference()
