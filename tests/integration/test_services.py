import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from tests.servers import MARIADB, POSTGRESQL, REDIS, Server, skip_or_fail

SERVICES = Path(__file__).parents[2] / "deploy" / "services"


def connect_to_postgresql() -> Any:
    psycopg = pytest.importorskip("psycopg", reason="needs psycopg")
    return psycopg.connect(
        host=POSTGRESQL.host, port=POSTGRESQL.port, user="backk", dbname="backk", connect_timeout=10, autocommit=True
    )


@pytest.fixture
def table() -> Iterator[str]:
    with connect_to_postgresql() as connection:
        connection.execute("CREATE TABLE survives_a_crash (id int PRIMARY KEY)")
    yield "survives_a_crash"
    with connect_to_postgresql() as connection:
        connection.execute("DROP TABLE survives_a_crash")


def run_services(command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([SERVICES, command], capture_output=True, text=True, check=False)


@pytest.fixture
def own_servers() -> None:
    for server in (POSTGRESQL, MARIADB, REDIS):
        server.require()
    if run_services("status").returncode:
        skip_or_fail("needs servers of this checkout, and others answer at their ports: run `make services`")


def test_a_crash_of_postgresql_loses_nothing_that_was_committed(own_servers: None, table: str) -> None:
    for alias in connections:
        connections[alias].close()
    with connect_to_postgresql() as connection:
        connection.execute("INSERT INTO survives_a_crash SELECT generate_series(1, 1000)")
        restarted = run_services("restart-postgresql")
        assert restarted.returncode == 0, restarted.stderr
        with pytest.raises(Exception, match=r"terminat|closed|lost"):
            connection.execute("SELECT 1")
    with connect_to_postgresql() as connection:
        assert connection.execute("SELECT count(*) FROM survives_a_crash").fetchone() == (1000,)


def test_starting_what_already_runs_changes_nothing(own_servers: None) -> None:
    before = run_services("status").stdout
    started = run_services("start")
    assert (started.returncode, started.stderr) == (0, "")
    assert f"redis://{REDIS.address}/0" in started.stdout
    assert run_services("status").stdout == before


def test_postgresql_sorts_by_language_so_that_no_test_passes_by_the_locale_alone() -> None:
    POSTGRESQL.require()
    with connect_to_postgresql() as connection:
        assert connection.execute("SELECT 'a' < 'B', 'a' < 'B' COLLATE \"C\"").fetchone() == (True, False)


def test_mariadb_compares_strings_byte_by_byte() -> None:
    MARIADB.require()
    driver = pytest.importorskip("MySQLdb", reason="needs mysqlclient: run `make services`")
    connection = driver.connect(
        host=MARIADB.host, port=MARIADB.port, user="backk", passwd="backk", db="information_schema"
    )
    try:
        cursor = connection.cursor()
        cursor.execute("SELECT @@character_set_server, @@collation_server")
        assert cursor.fetchone() == ("utf8mb4", "utf8mb4_nopad_bin")
    finally:
        connection.close()


def test_redis_answers() -> None:
    server: Server = REDIS.require()
    with socket.create_connection((server.host, server.port), timeout=10) as connection:
        connection.sendall(b"PING\r\n")
        assert connection.recv(64) == b"+PONG\r\n"
