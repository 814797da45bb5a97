"""The quality goals about hostile and frequent input, in small: nothing here is measured."""

from pathlib import Path
from typing import Any

import pytest

from tests.doors.running import WSGI, Running, Started
from tests.goals import g6, g10, g12, g13, g21


@pytest.mark.acceptance
def test_schemathesis_finds_nothing(started: Started) -> None:
    url = f"http://127.0.0.1:{started.server(WSGI, 'postgresql').port}"
    result = g10.tried(url, url + g10.DOCUMENT, examples=2, exclude=g10.MADE_TO_FAIL, phases="coverage")
    assert result.returncode == 0, result.stdout
    assert "nothing tried" not in g10.figure(result.stdout)


def test_whatever_is_sent_for_any_field_is_taken_or_refused_by_name(server: Running) -> None:
    found = g21.findings(server.port, 18)
    assert found.faults == []
    assert 0 < found.taken < found.sent


def test_deep_and_huge_bodies_are_refused() -> None:
    decode = g12.refusing_decoder()
    assert [kind for kind, body in g12.bodies() if g12._verdict(decode, body)] == []


def test_hostile_patterns_and_inputs_come_to_a_verdict() -> None:
    verdicts = [trial.run() for trial in g12.pairs(size=200)]
    assert len(verdicts) >= 300
    assert {True, False} == set(verdicts)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql", "mariadb"])
def test_an_idempotency_key_has_one_effect_however_often_it_is_sent(kind: str, tmp_path: Path) -> None:
    with g6.server_of(kind, tmp_path) as server:
        outcome = g6.tried(server, 6, retries=10)
    assert outcome.is_good, str(outcome)
    assert outcome.statuses == {200: 60, 422: 6}


@pytest.mark.parametrize("batch", [1, g13.BATCH])
@pytest.mark.parametrize("kind", ["redis", "postgresql"])
def test_a_limit_admits_exactly_as_many_as_it_says_from_all_processes_together(
    kind: str, batch: int, django_db_blocker: Any
) -> None:
    trial = g13.Trial(calls=160, workers=2, threads=4, limit=50)
    with django_db_blocker.unblock(), g13.place(kind) as where:
        outcome = g13.run(where, trial, batch)
    assert (outcome.admitted, outcome.refused, outcome.others) == (50, 110, 0)
