"""G14: reading a list costs the same number of queries for 1, 50 and 500 rows, on every database, and at three levels.

`python -m tests.goals.g14` prints the figure; databases that do not answer are left out and said so.
"""

import os
import sys
from typing import Any

SIZES = (1, 50, 500)
FUNCTIONS = ("getAllSpecimens", "getAllTouchedSpecimens")
#: People, their cards and friends, and what those have.
NESTED_FUNCTIONS = ("getEveryPerson", "getEveryTouchedPerson")


class Count:
    """Counts the statements that go to the database while it is in the way."""

    def __init__(self) -> None:
        self.statements = 0

    def __call__(self, execute: Any, *arguments: Any) -> Any:
        self.statements += 1
        return execute(*arguments)


def queries(db: Any, function: str, size: int) -> int:
    """Keep so many rows; return how many statements one call that answers all of them sends."""
    from backk_core.execute.store import DatabaseStore
    from tests.apps.reading.models import Specimen
    from tests.calls import answer

    store = DatabaseStore()
    store.delete_all(Specimen)
    store.create_many([Specimen(label=str(number), tags=["a", "b"]) for number in range(size)])
    count = Count()
    with db.execute_wrapper(count):
        rows = answer(f"specimenService.{function}")["data"]
    assert len(rows) == size
    return count.statements


def nested_queries(db: Any, function: str, size: int) -> int:
    """Keep so many roots with something at each path below; return how many statements one call sends."""
    from tests.calls import answer
    from tests.people import keep_alike

    keep_alike(db.alias, size)
    count = Count()
    with db.execute_wrapper(count):
        rows = answer(f"peopleService.{function}")["data"]
    assert len(rows) == size
    assert rows[-1]["cards"][1]["things"][0]["words"]
    return count.statements


def nested_figures(db: Any) -> dict[str, tuple[int, ...]]:
    """Return the numbers of queries for each number of roots at three levels, by function."""
    from django.test import override_settings

    with override_settings(BACKK={"ENVIRONMENT": "test", "DATABASE": db.alias}):
        return {function: tuple(nested_queries(db, function, size) for size in SIZES) for function in NESTED_FUNCTIONS}


def figures(db: Any) -> dict[str, tuple[int, ...]]:
    """Return the numbers of queries for each size, by function."""
    from django.test import override_settings

    with override_settings(BACKK={"ENVIRONMENT": "test", "DATABASE": db.alias}):
        return {function: tuple(queries(db, function, size) for size in SIZES) for function in FUNCTIONS}


def main() -> int:
    """Print the figure; return 1 where a number of rows costs more queries than another."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    from tests.databases import KINDS, fresh_database
    from tests.servers import MARIADB, POSTGRESQL

    servers = {"postgresql": POSTGRESQL, "mariadb": MARIADB}
    failed = False
    for kind in KINDS:
        if kind in servers and (reason := servers[kind].missing()):
            print(f"G14 {kind}: not tried, {reason}")
            continue
        with fresh_database(kind, ("reading", "relations")) as db:
            for function, counts in {**figures(db), **nested_figures(db)}.items():
                failed = failed or len(set(counts)) > 1
                told = ", ".join(f"{count} for {size} rows" for count, size in zip(counts, SIZES, strict=True))
                print(f"G14 {kind}, {function}: queries {told}")
    print("G14 missed" if failed else "G14 reached")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
