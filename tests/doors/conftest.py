from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.doors.running import ASGI, DOORS, VIEW, WSGI, Door, Running, Started


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
