from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.doors.running import ASGI, DOORS, VIEW, WSGI, Database, Door, Running, database, running


class Started:
    """The databases and servers that the session has started, each once."""

    def __init__(self, stack: ExitStack, directory: Path) -> None:
        self.stack, self.directory = stack, directory
        self._databases: dict[str, Database] = {}
        self._servers: dict[tuple[str, str], Running] = {}
        self._failed: dict[tuple[str, str], str] = {}

    def database(self, kind: str) -> Database:
        if kind not in self._databases:
            self._databases[kind] = self.stack.enter_context(database(kind, self.directory))
        return self._databases[kind]

    def server(self, door: Door, kind: str) -> Running:
        key = door.name, kind
        if key in self._failed:
            pytest.fail(self._failed[key], pytrace=False)
        if key not in self._servers:
            try:
                self._servers[key] = self.stack.enter_context(running(door, self.database(kind), self.directory))
            except AssertionError as failure:
                self._failed[key] = str(failure)
                raise
        return self._servers[key]


@pytest.fixture(scope="session")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Started]:
    with ExitStack() as stack:
        yield Started(stack, tmp_path_factory.mktemp("doors"))


EVERYWHERE = [(VIEW, "postgresql"), (WSGI, "postgresql"), (ASGI, "postgresql"), (WSGI, "sqlite"), (WSGI, "mariadb")]


def _name(combination: tuple[Door, str]) -> str:
    return f"{combination[0].name}-{combination[1]}"


@pytest.fixture(params=EVERYWHERE, ids=_name)
def server(request: pytest.FixtureRequest, started: Started) -> Running:
    """A running server with empty tables: every door on PostgreSQL, and one door on every database."""
    door, kind = request.param
    found = started.server(door, kind)
    found.database.empty()
    return found


@pytest.fixture(params=DOORS, ids=lambda door: door.name)
def door_server(request: pytest.FixtureRequest, started: Started) -> Running:
    """Every door, on PostgreSQL, with empty tables: for what no database has a say in."""
    found = started.server(request.param, "postgresql")
    found.database.empty()
    return found
