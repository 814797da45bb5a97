"""A small run of random steps by several users at once; ``make steps`` is the long one."""

from __future__ import annotations

from pathlib import Path

from tests.acceptance.marketplace.running import database, serving
from tests.acceptance.marketplace.steps import trade


def test_random_steps_of_several_users_leave_everything_as_it_must_be(tmp_path: Path) -> None:
    with database("postgresql", tmp_path) as used, serving(used, tmp_path) as market:
        run = trade(market, clients=8, steps=400, seed=7)
        assert run.faults() == []
        assert sum(run.answers.values()) == 400
