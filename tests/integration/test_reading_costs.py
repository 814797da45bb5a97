"""What reading costs does not grow with what is read."""

from typing import Any

import pytest
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import override_settings

from backk_core.execute.store import DatabaseStore
from tests.apps.reading.models import Specimen
from tests.calls import answer
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


def test_postgresql_plans_a_page_once_and_not_for_each_call(django_db_blocker: Any) -> None:
    page = {"subEntityPath": "", "pageNumber": 1, "pageSize": 20}
    query = {"includeResponseFields": ["label"], "paginations": [page]}
    with django_db_blocker.unblock(), fresh_database("postgresql", ("reading",)) as db:
        with override_settings(BACKK={"ENVIRONMENT": "test", "DATABASE": db.alias}):
            DatabaseStore().create_many([Specimen(label=str(number)) for number in range(500)])
            for _ in range(10):
                assert len(answer("specimenService.getSpecimens", query)["data"]) == 20
        with db.cursor() as cursor:
            cursor.execute(
                "SELECT generic_plans, custom_plans FROM pg_prepared_statements WHERE statement LIKE '%LIMIT%'"
            )
            ((generic, custom),) = cursor.fetchall()
    # the first call only is not prepared
    assert (generic, custom) == (9, 0)
