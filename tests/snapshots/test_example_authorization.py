"""Who may do what in the example, kept as a page so that each change of it is looked at.

After a change that is meant: ``pytest tests/snapshots --update-snapshots``, and read the difference.
"""

import pytest

from tests.snapshots.printed import compare_page, printed


def test_who_may_do_what_in_the_example_is_what_was_looked_at(pytestconfig: pytest.Config) -> None:
    compare_page("who-may-do-what.md", "| function |", printed("who_may_do_what", "--format", "markdown"), pytestconfig)
