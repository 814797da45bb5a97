"""The quality goals about hostile input, in small: nothing here is measured."""

from pathlib import Path

import pytest

from tests.doors.running import WSGI, Running, Started
from tests.goals import g6, g10, g12, g21


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
