"""Databases that go away, run out or are locked: reads are asked again, writes are never doubled, 503 says come back."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.doors.running import (
    ASGI,
    DOORS,
    ROOT,
    WSGI,
    Database,
    Door,
    Running,
    Started,
    database,
    running,
    unused_port,
)
from tests.doors.speaking import Answer
from tests.servers import skip_or_fail

UNAVAILABLE = b'{"errorCode":"error.21","statusCode":503,"message":"Temporarily unavailable"}'


def kill_connections(used: Database) -> int:
    """End all connections of the servers, as an administrator or a crash would; return how many there were."""
    if used.kind == "postgresql":
        return used.number(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    found = used.ask("SELECT id FROM information_schema.processlist WHERE db = database() AND id <> connection_id()")
    for (number,) in found:
        used.ask(f"KILL {number}")
    return len(found)


def things(server: Running) -> int:
    return server.database.number("SELECT count(*) FROM doors_thing")


def becomes_true(condition: Callable[[], Any]) -> bool:
    for _ in range(200):
        if condition():
            return True
        time.sleep(0.05)
    return False


def is_unavailable(answer: Answer) -> bool:
    return answer.status == 503 and answer.body == UNAVAILABLE and int(answer.headers["Retry-After"]) > 0


ON_SERVERS = [(door, "postgresql") for door in DOORS] + [(WSGI, "mariadb")]


@pytest.fixture(params=ON_SERVERS, ids=lambda combination: f"{combination[0].name}-{combination[1]}")
def server(request: pytest.FixtureRequest, started: Started) -> Running:
    """A running server whose database is one: every door on PostgreSQL, one door on MariaDB."""
    found = started.server(*request.param)
    found.database.empty()
    return found


def in_background(server: Running, wire_name: str, argument: Any) -> Future[Answer]:
    pool = ThreadPoolExecutor(1)
    future = pool.submit(server.post, wire_name, argument)
    pool.shutdown(wait=False)
    return future


# connections that die


def test_dead_connections_are_replaced_and_nobody_notices(server: Running) -> None:
    with ThreadPoolExecutor(12) as pool:
        list(pool.map(lambda _: server.post("probeService.getAfterAWhile", {"seconds": 0.1}), range(12)))
    for wire_name, argument in (("thingService.getThings", {}), ("probeService.getAdminWord", None)):
        assert server.post("thingService.getThings", {}).status == 200
        assert kill_connections(server.database) > 0
        with ThreadPoolExecutor(12) as pool:
            calls = [pool.submit(server.post, wire_name, argument, Authorization="Token root") for _ in range(24)]
        assert Counter(call.result().status for call in calls) == {200: 24}
    assert kill_connections(server.database) > 0
    # a write is not sent twice: the farewell of the server must have arrived
    assert becomes_true(lambda: kill_connections(server.database) == 0)
    # a backend leaves the list a moment before it has said it
    time.sleep(0.5)
    statuses = [
        server.post("thingService.createThing", {"code": f"n{number}", "title": "x"}).status for number in range(24)
    ]
    assert (Counter(statuses), things(server)) == ({200: 24}, 24)


def test_a_read_whose_connection_dies_is_asked_again(server: Running) -> None:
    call = in_background(server, "probeService.getFromBusyDatabase", {"seconds": 0.6})
    time.sleep(0.3)
    assert kill_connections(server.database) > 0
    answer = call.result(20)
    assert answer.body == b'{"metadata":{},"data":{"value":"done"}}', server.log.read_text()[-2000:]


def test_a_write_whose_connection_dies_is_503_and_has_not_happened(server: Running) -> None:
    argument = {"code": "once", "title": "x", "seconds": 0.6}
    call = in_background(server, "thingService.createThingSlowly", argument)
    time.sleep(0.3)
    assert kill_connections(server.database) > 0
    assert is_unavailable(call.result(20))
    assert things(server) == 0
    assert server.post("thingService.createThingSlowly", {**argument, "seconds": 0}).status == 200
    assert things(server) == 1


def test_a_write_whose_outcome_is_unknown_is_503_and_never_doubled(started: Started) -> None:
    server = started.server(WSGI, "postgresql")
    server.database.empty()
    # COMMIT itself takes its time
    server.database.ask(
        "CREATE FUNCTION hesitate() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.6); RETURN NULL; END $$"
    )
    server.database.ask(
        "CREATE CONSTRAINT TRIGGER hesitates AFTER INSERT ON doors_note DEFERRABLE INITIALLY DEFERRED "
        "FOR EACH ROW EXECUTE FUNCTION hesitate()"
    )
    try:
        call = in_background(server, "noteService.createNote", {"text": "once"})
        time.sleep(0.3)
        assert kill_connections(server.database) > 0
        assert is_unavailable(call.result(20))
    finally:
        server.database.ask("DROP FUNCTION hesitate() CASCADE")
    assert server.database.number("SELECT count(*) FROM doors_note") == 0


def test_calls_that_fail_leave_no_transaction_open(server: Running) -> None:
    for wire_name, argument in (
        ("thingService.createBrokenThing", {"code": "a", "title": "x"}),
        ("thingService.createHeavyThing", {"code": "a", "title": "x"}),
        ("thingService.createThing", {"code": "?", "title": ""}),
        ("thingService.updateThing", {"_id": "4711", "title": "x", "version": 5}),
        ("probeService.fail", {"word": "x"}),
    ):
        for _ in range(10):
            assert server.post(wire_name, argument).status >= 400
    in_transaction = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in trans%'"
        if server.database.kind == "postgresql"
        else "SELECT count(*) FROM information_schema.innodb_trx t "
        "JOIN information_schema.processlist p ON p.id = t.trx_mysql_thread_id WHERE p.db = database()"
    )
    assert becomes_true(lambda: server.database.number(in_transaction) == 0)
    assert things(server) == 0


# databases that have no more


def test_exhausted_connections_are_503(started: Started) -> None:
    used = started.database("postgresql")
    user = f"limited_{os.getpid()}"
    used.ask(f"CREATE ROLE {user} LOGIN CONNECTION LIMIT 2")
    used.ask(f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {user}")
    try:
        with running(WSGI, used, started.directory, DOORS_USER=user) as server:
            with ThreadPoolExecutor(6) as pool:
                calls = [pool.submit(server.post, "probeService.getFromBusyDatabase", {"seconds": 1}) for _ in range(6)]
            answers = [call.result() for call in calls]
            assert {answer.status for answer in answers} == {200, 503}
            assert all(is_unavailable(answer) for answer in answers if answer.status != 200)
    finally:
        used.ask(f"DROP OWNED BY {user}")
        used.ask(f"DROP ROLE {user}")


def test_a_locked_sqlite_database_is_503_and_can_still_be_read(started: Started) -> None:
    used = started.database("sqlite")
    used.empty()
    with running(WSGI, used, started.directory, DOORS_LOCK_TIMEOUT="0.3") as server:
        other = used.connect()
        other.execute("BEGIN IMMEDIATE")
        try:
            for _ in range(3):
                assert is_unavailable(server.post("thingService.createThing", {"code": "a", "title": "x"}))
            assert server.post("thingService.getThings", {}).data == []
        finally:
            other.execute("ROLLBACK")
            other.close()
        assert server.post("thingService.createThing", {"code": "a", "title": "x"}).status == 200
        assert things(server) == 1


def test_many_writers_on_sqlite_all_succeed(started: Started) -> None:
    server = started.server(WSGI, "sqlite")
    server.database.empty()
    with ThreadPoolExecutor(8) as pool:
        calls = [
            pool.submit(
                server.post, "thingService.createThingAndWait", {"code": f"w{n}", "title": "x", "seconds": 0.01}
            )
            for n in range(80)
        ]
    assert Counter(call.result().status for call in calls) == {200: 80}
    assert things(server) == 80


# a server that is restarted


class OwnServers:
    """PostgreSQL, MariaDB and Redis of this test alone."""

    def __init__(self, directory: Path) -> None:
        self.ports = {name: unused_port() for name in ("POSTGRESQL", "MARIADB", "REDIS")}
        self._environment = {
            **os.environ,
            "BACKK_SERVICES_DIR": str(directory),
            **{f"BACKK_{name}_PORT": str(port) for name, port in self.ports.items()},
        }

    def __call__(self, command: str) -> None:
        subprocess.run([ROOT / "deploy" / "services", command], check=True, env=self._environment, capture_output=True)


@pytest.fixture(scope="module")
def own_servers(started: Started) -> Iterator[OwnServers]:
    servers = OwnServers(Path(f"/tmp/backk-doors-{os.getpid()}"))
    servers("start")
    try:
        yield servers
    finally:
        servers("stop")
        subprocess.run(["rm", "-rf", f"/tmp/backk-doors-{os.getpid()}"], check=True)


@pytest.fixture(scope="module", params=[WSGI, ASGI], ids=lambda door: door.name)
def restartable(request: pytest.FixtureRequest, own_servers: OwnServers, started: Started) -> Iterator[Running]:
    door: Door = request.param
    with database("postgresql", started.directory, port=own_servers.ports["POSTGRESQL"]) as used:
        with running(door, used, started.directory) as server:
            yield server


class Callers:
    """Clients that create notes and read them, over and over, and remember what they were told."""

    def __init__(self, server: Running, count: int) -> None:
        self.server = server
        self.written: dict[str, int] = {}
        self.read: Counter[int] = Counter()
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._call, args=(number,)) for number in range(count)]

    def __enter__(self) -> Callers:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _call(self, number: int) -> None:
        for step in range(100_000):
            if self._stop.is_set():
                return
            text = f"{number}-{step}"
            self.written[text] = self.server.post("noteService.createNote", {"text": text}).status
            self.read[self.server.post("thingService.getThings", {}).status] += 1


def test_restarts_of_postgresql_lose_and_double_nothing(restartable: Running, own_servers: OwnServers) -> None:
    restartable.database.empty()
    with Callers(restartable, 4) as callers:
        for _ in range(3):
            time.sleep(0.7)
            own_servers("restart-postgresql")
        written = len(callers.written)
        # it is back without anybody's help
        assert becomes_true(lambda: list(callers.written.values())[-1] == 200 and len(callers.written) > written + 20)
    statuses = Counter(callers.written.values())
    assert 500 not in statuses, [l for l in restartable.log.read_text().splitlines() if "answered 500" in l]
    assert set(statuses) <= {200, 503} and set(callers.read) <= {200, 503}, (statuses, callers.read)
    assert statuses[200] > 20
    stored = Counter(text for (text,) in restartable.database.ask("SELECT text FROM doors_note"))
    assert [text for text, status in callers.written.items() if status == 200 and text not in stored] == []
    assert [text for text, count in stored.items() if count > 1] == []


def test_without_a_database_every_call_that_needs_it_is_503(restartable: Running, own_servers: OwnServers) -> None:
    own_servers("stop")
    try:
        assert is_unavailable(restartable.post("thingService.getThings", {}))
        assert is_unavailable(restartable.post("thingService.createThing", {"code": "a", "title": "x"}))
        # the project's authenticator asks the database too
        assert is_unavailable(restartable.post("probeService.getAdminWord", None, Authorization="Token root"))
        assert is_unavailable(restartable.post("probeService.getCaller", None, Authorization="Token root"))
        assert restartable.post("thingService.createThing", {}).error == (400, "error.5")
        assert restartable.post("fooService.bar").error == (404, "error.8")
    finally:
        own_servers("start")
    assert restartable.post("thingService.getThings", {}).status == 200


def test_exhausted_connections_of_mariadb_are_503(own_servers: OwnServers, started: Started) -> None:
    if importlib.util.find_spec("MySQLdb") is None:
        skip_or_fail("needs MariaDB's driver MySQLdb: run `make services`")
    with database("mariadb", started.directory, port=own_servers.ports["MARIADB"]) as used:
        with running(WSGI, used, started.directory) as server, ExitStack() as stack:
            used.ask("SET GLOBAL max_connections = 10")
            kill_connections(used)
            try:
                while True:
                    stack.callback(used.connect().close)
            except Exception as error:
                assert error.args[0] == 1040
            assert is_unavailable(server.post("thingService.getThings", {}))
            assert is_unavailable(server.post("thingService.createThing", {"code": "a", "title": "x"}))
            stack.close()
            assert server.post("thingService.getThings", {}).status == 200
