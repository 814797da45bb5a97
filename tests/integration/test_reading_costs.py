"""What reading costs does not grow with what is read."""

from django.db.backends.base.base import BaseDatabaseWrapper

from tests.goals import g14


def test_a_list_costs_one_query_however_many_rows_it_has(database: BaseDatabaseWrapper) -> None:
    for function, counts in g14.figures(database).items():
        # SQLite's transactions begin with a statement of their own
        begun = 1 if database.vendor == "sqlite" and function == "getAllTouchedSpecimens" else 0
        assert counts == (1 + begun,) * 3, function
