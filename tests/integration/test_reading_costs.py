"""What reading costs does not grow with what is read."""

from typing import Any

import pytest
from django.db.backends.base.base import BaseDatabaseWrapper

from tests.databases import KINDS, fresh_database
from tests.goals import g14

#: Below the roots.
PATHS = 10


def test_a_list_costs_one_query_however_many_rows_it_has(database: BaseDatabaseWrapper) -> None:
    for function, counts in g14.figures(database).items():
        # SQLite's transactions begin with a statement of their own
        begun = 1 if database.vendor == "sqlite" and function == "getAllTouchedSpecimens" else 0
        assert counts == (1 + begun,) * 3, function


@pytest.mark.parametrize("kind", KINDS)
def test_a_list_of_three_levels_costs_as_many_queries_as_it_has_paths(kind: str, django_db_blocker: Any) -> None:
    with django_db_blocker.unblock(), fresh_database(kind, ("relations",)) as db:
        for function, counts in g14.nested_figures(db).items():
            assert len(set(counts)) == 1, (function, counts)
            # PostgreSQL answers all paths at once; elsewhere a transaction holds them together
            assert counts[0] <= (1 if kind == "postgresql" else 1 + PATHS + 3), function
