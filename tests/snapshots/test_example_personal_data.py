"""What happens to personal data in the example, kept as a page so that each change of it is looked at.

After a change that is meant: ``pytest tests/snapshots --update-snapshots``, and read the difference.
"""

import pytest

from tests.snapshots.printed import compare_page, printed


def test_what_happens_to_personal_data_in_the_example_is_what_was_looked_at(pytestconfig: pytest.Config) -> None:
    compare_page("personal-data.md", "## Fields", printed("personal_data", "--format", "markdown"), pytestconfig)
