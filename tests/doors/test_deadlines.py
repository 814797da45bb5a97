"""A call whose deadline passes ends with 504, the database's work for it ends too, and nothing of it remains."""

import time
from collections.abc import Callable

from tests.doors.running import Running

#: How many statements of others than the one who asks are running, or wait in an open transaction.
BUSY = {
    "postgresql": "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
    "AND pid <> pg_backend_pid() AND state <> 'idle'",
    "mariadb": "SELECT count(*) FROM information_schema.processlist WHERE db = database() "
    "AND id <> connection_id() AND command <> 'Sleep'",
}
OPEN_TRANSACTIONS = {
    "postgresql": "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
    "AND pid <> pg_backend_pid() AND xact_start IS NOT NULL",
    "mariadb": "SELECT count(*) FROM information_schema.innodb_trx t "
    "JOIN information_schema.processlist p ON p.id = t.trx_mysql_thread_id WHERE p.db = database()",
}


def becomes_true(condition: Callable[[], bool]) -> bool:
    for _ in range(100):
        if condition():
            return True
        time.sleep(0.05)
    return False


def rests(server: Running) -> bool:
    """Tell whether the database comes to rest: no statement of the server runs, no transaction of it is open."""
    if server.database.kind == "sqlite":
        # who could write at once met nobody who holds a lock
        return becomes_true(lambda: server.database.ask("BEGIN IMMEDIATE") == [])
    return becomes_true(
        lambda: (
            not server.database.number(BUSY[server.database.kind])
            and not server.database.number(OPEN_TRANSACTIONS[server.database.kind])
        )
    )


def things(server: Running) -> int:
    return server.database.number("SELECT count(*) FROM doors_thing")


def test_a_read_that_takes_too_long_is_ended(server: Running) -> None:
    answer = server.post("probeService.getInTime", {"seconds": 20})
    assert answer.body == b'{"errorCode":"error.22","statusCode":504,"message":"Deadline exceeded"}'
    assert rests(server)


def test_a_read_in_time_is_answered(server: Running) -> None:
    assert server.post("probeService.getInTime", {"seconds": 0.01}).status == 200


def test_a_write_that_takes_too_long_has_not_happened(server: Running) -> None:
    answer = server.post("thingService.createThingInTime", {"code": "late", "title": "x", "seconds": 20})
    assert (answer.error, rests(server), things(server)) == ((504, "error.22"), True, 0)


def test_a_write_that_takes_too_long_outside_of_the_database_has_not_happened_either(server: Running) -> None:
    answer = server.post("thingService.createThingInPythonTime", {"code": "late", "title": "x", "seconds": 0.5})
    assert (answer.error, rests(server), things(server)) == ((504, "error.22"), True, 0)


def test_a_write_that_waits_for_a_lock_gives_up(server: Running) -> None:
    id = server.post("thingService.createThing", {"code": "locked", "title": "before"}).data["_id"]
    other = server.database.connect()
    cursor = other.cursor()
    try:
        cursor.execute("BEGIN IMMEDIATE" if server.database.kind == "sqlite" else "START TRANSACTION")
        cursor.execute(f"UPDATE doors_thing SET title = 'theirs' WHERE id = {id}")
        # longer than SQLite's own time limit for locks the client would not wait
        answer = server.post("thingService.updateThingInTime", {"_id": id, "title": "ours"})
        cursor.execute("COMMIT")
    finally:
        cursor.close()
        other.close()
    assert answer.error == (504, "error.22")
    assert server.post("thingService.getThing", {"_id": id}).data["title"] == "theirs"


def test_calls_after_one_that_took_too_long_are_not_disturbed(server: Running) -> None:
    for _ in range(3):
        assert server.post("probeService.getInTime", {"seconds": 20}).status == 504
        assert [server.post("thingService.getThings", {}).status for _ in range(20)] == [200] * 20


def test_a_transaction_that_a_function_forgets_is_ended(server: Running) -> None:
    for _ in range(10):
        server.post("probeService.leaveTransactionOpen")
    if server.database.kind != "mariadb":  # its driver does not tell of open transactions
        assert rests(server)
    assert server.post("thingService.createThing", {"code": "after", "title": "x"}).status == 200
    assert things(server) == 1


def test_a_second_statement_of_a_function_for_one_is_refused(server: Running) -> None:
    assert (server.post("probeService.askTwice").status, rests(server)) == (500, True)
