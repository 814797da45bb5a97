"""The cluster's probes, on the chosen database, up and down."""

import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.test import override_settings

from backk_core.describe.registry import discovered
from backk_core.execute import health
from backk_core.services import LivenessCheckService, ReadinessCheckService, StartupCheckService
from tests.callers import Caller

ALIVE, READY = "livenessCheckService.isMicroserviceAlive", "readinessCheckService.isMicroserviceReady"
STARTED = "startupCheckService.isMicroserviceStarted"
SERVICES = (LivenessCheckService, ReadinessCheckService, StartupCheckService)

pytestmark = pytest.mark.django_db(transaction=True)


def passes() -> bool:
    return True


def fails() -> bool:
    return False


def raises() -> bool:
    raise RuntimeError("secret")


@pytest.fixture
def call() -> Caller:
    return Caller(SERVICES)


def database_at(port: int) -> dict[str, Any]:
    return {
        **connections.settings["default"],
        "ENGINE": "django.db.backends.postgresql",
        "HOST": "127.0.0.1",
        "PORT": port,
        "OPTIONS": {},
    }


@pytest.fixture
def replace_database() -> Iterator[Any]:
    """Lets probes meet another database: the test's own connection stays as it is."""
    kept = connections.settings["default"]

    def replace(settings: dict[str, Any]) -> None:
        connections.settings["default"] = settings

    yield replace
    connections.settings["default"] = kept


@pytest.fixture
def nobody() -> Iterator[int]:
    """A port where nobody answers."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]


@pytest.fixture
def silence() -> Iterator[int]:
    """A port where somebody accepts and never says anything."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("probe", [ALIVE, READY, STARTED])
def test_a_healthy_process_answers_everyone_with_200_and_nothing(call: Caller, probe: str, method: str) -> None:
    answer = call(probe, method=method)
    assert (answer.status, answer.body) == (200, None)
    assert answer.headers["Cache-Control"] == "no-store"


def test_every_project_has_the_probes() -> None:
    assert set(SERVICES) <= set(discovered())


def test_while_the_database_is_down_the_process_is_alive_but_not_ready(
    call: Caller, replace_database: Any, nobody: int
) -> None:
    replace_database(database_at(nobody))
    assert call(ALIVE).status == 200
    not_ready = call(READY)
    assert (not_ready.status, not_ready.body["errorCode"]) == (503, "error.19")
    not_started = call(STARTED)
    assert (not_started.status, not_started.body["errorCode"]) == (503, "error.20")


def test_when_the_database_is_back_the_process_is_ready_again(call: Caller, replace_database: Any, nobody: int) -> None:
    up = connections.settings["default"]
    assert call(READY).status == 200
    replace_database(database_at(nobody))
    assert call(READY).status == 503
    replace_database(up)
    assert call(READY).status == 200


def test_once_started_it_stays_started(call: Caller, replace_database: Any, nobody: int) -> None:
    assert call(STARTED).status == 200
    replace_database(database_at(nobody))
    assert call(STARTED).status == 200


def test_a_database_that_says_nothing_is_waited_for_by_one_thread_and_not_for_long(
    call: Caller, replace_database: Any, silence: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "PATIENCE", 0.05)
    replace_database(database_at(silence))
    before = threading.active_count()
    assert [call(READY).status for _ in range(3)] == [503] * 3
    assert threading.active_count() <= before + 1


def test_without_all_migrations_it_is_neither_ready_nor_started(call: Caller) -> None:
    recorder, last = MigrationRecorder(connection), MigrationLoader(connection).graph.leaf_nodes()[0]
    recorder.record_unapplied(*last)
    try:
        assert (call(READY).status, call(STARTED).status, call(ALIVE).status) == (503, 503, 200)
    finally:
        recorder.record_applied(*last)
    assert (call(READY).status, call(STARTED).status) == (200, 200)


@pytest.mark.parametrize(
    ("setting", "probe", "code"),
    [
        ("LIVENESS_CHECKS", ALIVE, "error.19"),
        ("READINESS_CHECKS", READY, "error.19"),
        ("STARTUP_CHECKS", STARTED, "error.20"),
    ],
)
def test_a_project_s_own_checks_count_too(
    setting: str, probe: str, code: str, caplog: pytest.LogCaptureFixture
) -> None:
    for failing in ("fails", "raises"):
        with override_settings(BACKK={setting: [f"{__name__}.passes", f"{__name__}.{failing}"]}):
            call = Caller(SERVICES)
        answer = call(probe)
        assert (answer.status, answer.body["errorCode"]) == (503, code)
        assert [call(other).status for other in (ALIVE, READY, STARTED) if other != probe] == [200, 200]
    assert "raised RuntimeError" in caplog.text
    assert "secret" not in caplog.text
    with override_settings(BACKK={setting: [f"{__name__}.passes"]}):
        call = Caller(SERVICES)
    assert call(probe).status == 200


def test_a_check_that_is_not_there_keeps_the_server_from_starting() -> None:
    with override_settings(BACKK={"READINESS_CHECKS": ["nowhere.check"]}), pytest.raises(ImproperlyConfigured):
        Caller(SERVICES)
