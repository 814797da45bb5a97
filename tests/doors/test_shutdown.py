"""SIGTERM, as every rolling update sends it: calls in flight are answered, new ones go elsewhere."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.doors.running import DOORS, Door, Started, running
from tests.doors.speaking import read_answer, request_bytes


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
def test_calls_in_flight_are_finished_and_new_ones_are_not_taken(started: Started, door: Door) -> None:
    used = started.database("postgresql")
    used.empty()
    with running(door, used, started.directory) as server, ThreadPoolExecutor(4) as pool:
        idle = server.connect()
        idle.sendall(request_bytes("probeService.getNothing"))
        assert read_answer(idle) is not None
        stalled = server.connect()
        stalled.sendall(request_bytes("probeService.getNothing", b"{}      ")[:-6])
        waiting = pool.submit(server.post, "probeService.getAfterAWhile", {"seconds": 1.5})
        reading = pool.submit(server.post, "probeService.getFromBusyDatabase", {"seconds": 1.5})
        writing = pool.submit(
            server.post, "thingService.createThingSlowly", {"code": "last", "title": "x", "seconds": 1.5}
        )
        time.sleep(0.5)
        server.terminate()
        time.sleep(0.4)
        try:
            late = server.connect(timeout=2)
        except OSError:
            late = None
        if late is not None:
            late.sendall(request_bytes("thingService.createThing", b'{"code":"late","title":"x"}'))
            answer = read_answer(late)
            assert answer is None or answer.status == 503
            late.close()
        assert [call.result().status for call in (waiting, reading, writing)] == [200, 200, 200]
        # who stalls in a body does not keep the server from ending
        assert server.process.wait(20) == door.exit_status, server.log.read_text()
        idle.close()
        stalled.close()
    assert used.ask("SELECT code FROM doors_thing") == [("last",)]
    assert (
        used.number(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
            "AND xact_start IS NOT NULL AND query LIKE '%doors_thing%'"
        )
        == 0
    )
