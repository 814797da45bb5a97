"""The doors of the small project as running servers, each with a database of its own whose data are committed."""

from __future__ import annotations

import http.client
import itertools
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from tests.doors.speaking import Answer, call, exchange
from tests.servers import MARIADB, POSTGRESQL, Server

ROOT = Path(__file__).parents[2]
PYTHON = Path(sys.executable)
TABLES = ("doors_thing", "doors_note", "doors_sample")


@dataclass(frozen=True)
class Door:
    """One way into the project, and the server that production would put there."""

    name: str
    application: str
    #: What SIGTERM leaves as exit status.
    exit_status: int
    is_asgi: bool = False

    def command(self, port: int) -> list[str]:
        if self.is_asgi:
            return [
                *(
                    str(PYTHON),
                    "-m",
                    "uvicorn",
                    "--host",
                    "127.0.0.1",
                    "--port",
                    str(port),
                    "--ws",
                    "none",
                    "--log-level",
                    "warning",
                ),
                *("--loop", "uvloop", "--http", "httptools", "--timeout-graceful-shutdown", "5"),
                *("--no-proxy-headers", self.application),
            ]
        return [
            *(str(PYTHON), "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)),
            *("--blocking-threads", "8", "--no-ws", "--workers-kill-timeout", "5", "--http1-buffer-size", "262144"),
            *("--log-level", "warning", self.application),
        ]


VIEW = Door("view", "tests.apps.doors.wsgi:application", 0)
WSGI = Door("wsgi", "backk_core.wsgi:application", 0)
ASGI = Door("asgi", "backk_core.asgi:application", -signal.SIGTERM, is_asgi=True)
DOORS = (VIEW, WSGI, ASGI)


@dataclass(frozen=True)
class Database:
    """A database of one of the three kinds that the project's servers use and the tests look into."""

    kind: str
    name: str
    port: int = 0

    def connect(self) -> Any:
        """Return a DB-API connection in autocommit."""
        if self.kind == "postgresql":
            import psycopg

            return psycopg.connect(
                host="127.0.0.1", port=self.port, user="backk", dbname=self.name, connect_timeout=10, autocommit=True
            )
        if self.kind == "mariadb":
            import MySQLdb

            return MySQLdb.connect(
                host="127.0.0.1", port=self.port, user="backk", passwd="backk", db=self.name, autocommit=True
            )
        return sqlite3.connect(self.name, isolation_level=None, timeout=5)

    def ask(self, statement: str) -> list[tuple[Any, ...]]:
        """Run one statement; return its rows."""
        with closing(self.connect()) as connection, closing(connection.cursor()) as cursor:
            cursor.execute(statement)
            return list(cursor.fetchall()) if cursor.description else []

    def number(self, statement: str) -> int:
        """Run a statement that answers one number."""
        return int(self.ask(statement)[0][0])

    def empty(self) -> None:
        for table in TABLES:
            self.ask(f"DELETE FROM {table}")

    @property
    def environment(self) -> dict[str, str]:
        return {
            "DOORS_DATABASE": self.kind,
            "DOORS_NAME": self.name,
            **({"DOORS_PORT": str(self.port)} if self.port else {}),
        }


_MAINTENANCE = {"postgresql": "postgres", "mariadb": "information_schema"}
_SERVERS: Mapping[str, Server] = {"postgresql": POSTGRESQL, "mariadb": MARIADB}


#: Several databases of one process stand beside each other.
_NUMBERS = itertools.count(1)


@contextmanager
def database(kind: str, directory: Path, *, port: int | None = None) -> Iterator[Database]:
    """Make a database with the project's tables; drop it in the end. Skips or fails where its server does not answer."""
    if kind == "sqlite":
        made = Database(kind, str(directory / "doors.sqlite3"))
    else:
        if port is None:
            port = _SERVERS[kind].require().port
        made = Database(kind, f"doors_{os.getpid()}_{next(_NUMBERS)}", port)
        administration = replace(made, name=_MAINTENANCE[kind])
        administration.ask(f"CREATE DATABASE {made.name}")
    try:
        subprocess.run(
            [PYTHON, "-m", "django", "migrate", "--run-syncdb", "--verbosity", "0"],
            check=True,
            cwd=ROOT,
            env=environment(made),
        )
        yield made
    finally:
        if kind != "sqlite":
            force = " WITH (FORCE)" if kind == "postgresql" else ""
            administration.ask(f"DROP DATABASE {made.name}{force}")


def environment(used: Database, **more: str) -> dict[str, str]:
    """Return the environment variables of a process of the project."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DOORS_", "BACKK_", "GRANIAN_"))}
    return {
        **kept,
        **used.environment,
        "DJANGO_SETTINGS_MODULE": "tests.apps.doors.settings",
        "PYTHONPATH": str(ROOT),
        "PYTHONUNBUFFERED": "1",
        **more,
    }


@dataclass
class Running:
    """A server that answers."""

    door: Door
    database: Database
    port: int
    process: subprocess.Popen[bytes]
    log: Path
    kept: list[Any] = field(default_factory=list)

    def post(self, wire_name: str, argument: Any = None, **headers: str) -> Answer:
        """Call a function; ``headers`` have underscores for hyphens."""
        return call(self.port, wire_name, argument, {name.replace("_", "-"): value for name, value in headers.items()})

    def send(self, *pieces: bytes, answers: int = 1) -> list[Answer]:
        """Send bytes as they are over one connection; return the answers that come, at most so many."""
        return exchange(self.port, pieces, answers)

    def connect(self, timeout: float = 10) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=timeout)

    def terminate(self) -> None:
        self.process.send_signal(signal.SIGTERM)


def unused_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
    return port


@contextmanager
def running(
    door: Door, used: Database, directory: Path, *, command: Sequence[str] = (), port: int | None = None, **more: str
) -> Iterator[Running]:
    """Start a server, wait until it answers, and end it."""
    port = port or unused_port()
    log = directory / f"{door.name}-{used.kind}-{port}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            list(command) or door.command(port),
            cwd=ROOT,
            env=environment(used, **more),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    try:
        _wait_until_it_answers(port, process, log)
        yield Running(door, used, port, process, log)
    finally:
        _end(process)


def _wait_until_it_answers(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    answered: object = None
    for _ in range(400):
        if process.poll() is not None:
            break
        try:
            answered = call(port, "probeService.getNothing", None, {})
            if answered.status == 200:
                return
        except (OSError, http.client.HTTPException) as error:
            answered = error
        time.sleep(0.05)
    raise AssertionError(
        f"the server does not answer as it should ({answered}):\n{log.read_text(errors='replace')[-4000:]}"
    )


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)


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
