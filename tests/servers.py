"""Where the real servers of the tests are, and what happens to a test when one of them does not answer."""

import importlib.util
import os
import socket
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import pytest
from django.core.exceptions import ImproperlyConfigured


@dataclass(frozen=True)
class Server:
    """A server that `make services` starts.

    `variable` names the environment variable that holds another port, `driver` the module without which Python cannot
    talk to it.
    """

    name: str
    variable: str
    default_port: int
    driver: str | None = None
    host: str = "127.0.0.1"

    @property
    def port(self) -> int:
        return int(os.environ.get(self.variable) or self.default_port)

    @property
    def address(self) -> str:
        return f"{self.host}:{self.port}"

    def missing(self) -> str | None:
        """What is not there and how to get it; None where the server can be used."""
        if self.driver and importlib.util.find_spec(self.driver) is None:
            return f"needs {self.name}'s driver {self.driver}: run `make services`"
        try:
            socket.create_connection((self.host, self.port), timeout=2).close()
        except OSError:
            return f"needs {self.name} at {self.address}: run `make services`"
        return None

    def require(self) -> "Server":
        """This server, usable.

        Where it is not, the test is skipped; where CI or BACKK_REQUIRE_SERVERS is set, it fails.
        """
        reason = self.missing()
        if reason:
            skip_or_fail(reason)
        return self


POSTGRESQL = Server("PostgreSQL", "BACKK_POSTGRESQL_PORT", 15432, driver="psycopg")
MARIADB = Server("MariaDB", "BACKK_MARIADB_PORT", 13306, driver="MySQLdb")
REDIS = Server("Redis", "BACKK_REDIS_PORT", 16379)

#: The name of this run's test database: several runs may share a server.
_TEST_NAME = f"test_backk_{os.getpid()}"


def skip_or_fail(reason: str) -> NoReturn:
    """End the test for want of a server: skipped, or failed where CI or BACKK_REQUIRE_SERVERS is set."""
    if any(os.environ.get(name, "") not in {"", "0", "false"} for name in ("CI", "BACKK_REQUIRE_SERVERS")):
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def chosen_database() -> dict[str, Any]:
    """Django's settings of the database that BACKK_TEST_DATABASE names: sqlite (where unset), postgresql or mariadb.

    Raises ImproperlyConfigured where it names another one, or one that does not answer.
    """
    kind = os.environ.get("BACKK_TEST_DATABASE") or "sqlite"
    server = {"sqlite": None, "postgresql": POSTGRESQL, "mariadb": MARIADB}.get(kind, kind)
    if isinstance(server, str):
        raise ImproperlyConfigured(f"BACKK_TEST_DATABASE is {kind!r}: it is sqlite, postgresql or mariadb")
    if server and (reason := server.missing()):
        raise ImproperlyConfigured(f"BACKK_TEST_DATABASE={kind} {reason}")
    return database_settings(kind)


def database_settings(kind: str) -> dict[str, Any]:
    """Django's settings of sqlite, postgresql or mariadb, whether it answers or not; KeyError for any other."""
    return {
        # a file, since the threads of a test have connections of their own
        "sqlite": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": ":memory:",
            "TEST": {"NAME": str(Path(tempfile.gettempdir()) / f"{_TEST_NAME}.sqlite3")},
        },
        "postgresql": _server_settings("django.db.backends.postgresql", POSTGRESQL),
        "mariadb": _server_settings("django.db.backends.mysql", MARIADB) | {"OPTIONS": {"charset": "utf8mb4"}},
    }[kind]


def _server_settings(engine: str, server: Server) -> dict[str, Any]:
    return {
        "ENGINE": engine,
        "NAME": "backk",
        "USER": "backk",
        "PASSWORD": "backk",
        "HOST": server.host,
        "PORT": server.port,
        "TEST": {"NAME": _TEST_NAME},
    }
