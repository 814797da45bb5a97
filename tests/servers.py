"""Where the real servers of the tests are, and what happens to a test when one of them does not answer."""

import os
import socket
from dataclasses import dataclass
from typing import Any

import pytest


@dataclass(frozen=True)
class Server:
    """A server that `make services` starts; `variable` names the environment variable that holds another port."""

    name: str
    variable: str
    default_port: int
    host: str = "127.0.0.1"

    @property
    def port(self) -> int:
        return int(os.environ.get(self.variable) or self.default_port)

    @property
    def address(self) -> str:
        return f"{self.host}:{self.port}"

    def answers(self) -> bool:
        try:
            socket.create_connection((self.host, self.port), timeout=2).close()
        except OSError:
            return False
        return True

    def require(self) -> "Server":
        """This server, answering.

        Where it does not, the test is skipped; where CI or BACKK_REQUIRE_SERVERS is set, it fails.
        """
        if not self.answers():
            reason = f"needs {self.name} at {self.address}: run `make services`"
            if _servers_are_mandatory():
                pytest.fail(reason, pytrace=False)
            pytest.skip(reason)
        return self


POSTGRESQL = Server("PostgreSQL", "BACKK_POSTGRESQL_PORT", 15432)
MARIADB = Server("MariaDB", "BACKK_MARIADB_PORT", 13306)
REDIS = Server("Redis", "BACKK_REDIS_PORT", 16379)


def database_from_environment() -> dict[str, Any]:
    """Django's settings of the database that BACKK_TEST_DATABASE names.

    Raises KeyError where it names none of sqlite, postgresql and mariadb.
    """
    return database_settings(os.environ.get("BACKK_TEST_DATABASE") or "sqlite")


def database_settings(kind: str) -> dict[str, Any]:
    """Django's settings of one of the databases sqlite, postgresql and mariadb, not asking whether it answers."""
    return {
        "sqlite": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"},
        "postgresql": _server_settings("django.db.backends.postgresql", POSTGRESQL),
        "mariadb": _server_settings("django.db.backends.mysql", MARIADB)
        | {"OPTIONS": {"charset": "utf8mb4", "isolation_level": "read committed"}},
    }[kind]


def _server_settings(engine: str, server: Server) -> dict[str, Any]:
    return {
        "ENGINE": engine,
        "NAME": "backk",
        "USER": "backk",
        "PASSWORD": "backk",
        "HOST": server.host,
        "PORT": server.port,
    }


def _servers_are_mandatory() -> bool:
    return any(os.environ.get(name, "") not in {"", "0", "false"} for name in ("CI", "BACKK_REQUIRE_SERVERS"))
