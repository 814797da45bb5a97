"""`manage.py runserver`, by Daphne: before Django's handler, and behind it."""

from collections.abc import Iterator

import pytest

from tests.doors.running import ASGI, PYTHON, Running, Started, running, unused_port
from tests.doors.speaking import call, request_bytes


@pytest.fixture(scope="module", params=["backk_core.asgi.application", "tests.apps.doors.asgi.application"])
def runserver(request: pytest.FixtureRequest, started: Started) -> Iterator[Running]:
    port = unused_port()
    command = [str(PYTHON), "-m", "django", "runserver", "--noreload", f"127.0.0.1:{port}"]
    used = started.database("sqlite")
    used.empty()
    with running(
        ASGI, used, started.directory, command=command, port=port, DOORS_ASGI_APPLICATION=request.param
    ) as server:
        yield server


def test_calls_are_answered(runserver: Running) -> None:
    created = runserver.post("thingService.createThing", {"code": "a", "title": "é"})
    assert (created.status, created.headers["ETag"]) == (200, '"1"')
    runserver.database.empty()
    assert runserver.post("doors.default/probeService.say/", {"word": "x"}).status == 201
    assert runserver.post("fooService.bar").error == (404, "error.8")
    assert runserver.post("probeService.say", b"{").error == (400, "error.5")


def test_bodies_in_chunks_are_read_and_long_ones_refused(runserver: Running) -> None:
    head = b"POST /probeService.say HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
    (answer,) = runserver.send(head + b'8\r\n{"word":\r\n4\r\n"x"}\r\n0\r\n\r\n')
    assert (answer.status, answer.data) == (201, {"value": "x"})
    (long,) = runserver.send(request_bytes("probeService.say", b" " * 131_073))
    assert long.error == (413, "error.16")


def test_hosts_are_checked_and_pages_are_djangos(runserver: Running) -> None:
    assert call(runserver.port, "probeService.getNothing", None, {"Host": "evil.example"}).error == (400, "error.5")
    assert call(runserver.port, "/plain", None, {}, method="GET").body == b"plain GET"
