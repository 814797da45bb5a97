"""What every place that counts calls must do: Redis, and each database."""

import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from django.db import connections, transaction
from django.test import override_settings

from backk_core.execute.call import Call, entered
from backk_security import database_counter
from backk_security.counters import Counter, MemoryCounter, Quota
from backk_security.database_counter import DatabaseCounter, RateLimitCount
from backk_security.redis_counter import RedisCounter
from tests.databases import KINDS, fresh_database
from tests.servers import REDIS

DATABASES = pytest.mark.parametrize("place", KINDS, indirect=True)


@pytest.fixture(scope="session", params=["memory", "redis", *KINDS])
def place(request: pytest.FixtureRequest, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[Any]:
    """Something that counts, and the alias of its database."""
    if request.param == "memory":
        yield MemoryCounter(), None
    elif request.param == "redis":
        import redis

        yield RedisCounter(redis.Redis(port=REDIS.require().port)), None
    else:
        file = str(tmp_path_factory.mktemp("limits") / "limits.sqlite3")
        with (
            django_db_blocker.unblock(),
            fresh_database(request.param, ("backk_security",), sqlite_file=file) as db,
            override_settings(BACKK={"DATABASE": db.alias, "ENVIRONMENT": "test"}),
        ):
            yield DatabaseCounter(), db.alias
            with suppress(connections.exception_class):
                connections[f"{db.alias} beside"].close()


@pytest.fixture
def counter(place: Any, django_db_blocker: Any) -> Iterator[Counter]:
    with (
        django_db_blocker.unblock(),
        override_settings(BACKK={"DATABASE": place[1] or "default", "ENVIRONMENT": "test"}),
    ):
        yield place[0]


def quota(most: int, seconds: int = 60) -> Quota:
    return Quota(uuid.uuid4().hex, most, seconds)


def in_threads(number: int, work: Any) -> None:
    def run() -> None:
        try:
            work()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_a_quota_gives_as_many_as_it_has_and_says_what_is_left(counter: Counter) -> None:
    three = quota(3)
    balances = [counter.take([three])[0] for _ in range(5)]
    assert [balance.left for balance in balances] == [2, 1, 0, 0, 0]
    assert [balance.is_refused for balance in balances] == [False, False, False, True, True]
    assert all(0 < balance.resets_in <= 60 for balance in balances)


def test_many_at_once_get_exactly_what_there_is(counter: Counter) -> None:
    hundred, taken = quota(100), []

    def take() -> None:
        taken.extend(counter.take([hundred])[0].is_refused for _ in range(25))

    in_threads(8, take)
    assert (len(taken), taken.count(False)) == (200, 100)


def test_many_at_once_that_take_from_several_quotas_in_any_order_get_exactly_what_there_is(counter: Counter) -> None:
    wide, narrow, taken = quota(1000), quota(40), []

    def take() -> None:
        for turn in range(12):
            quotas = [wide, narrow] if turn % 2 else [narrow, wide]
            taken.append(any(balance.is_refused for balance in counter.take(quotas)))

    in_threads(6, take)
    assert (len(taken), taken.count(False)) == (72, 40)
    # what one quota refused cost the other nothing
    assert counter.take([wide])[0].left == 1000 - 40 - 1


def test_one_that_has_nothing_left_takes_nothing_from_the_others(counter: Counter) -> None:
    full, empty = quota(10), quota(1)
    assert [balance.is_refused for balance in counter.take([full, empty])] == [False, False]
    assert [(balance.left, balance.is_refused) for balance in counter.take([full, empty])] == [(9, False), (0, True)]
    assert counter.take([full])[0].left == 8


def test_a_quota_that_nobody_took_from_is_not_begun_by_another_s_refusal(counter: Counter) -> None:
    empty, untouched = quota(1), quota(5)
    counter.take([empty])
    refused = counter.take([empty, untouched])
    assert [balance.is_refused for balance in refused] == [True, False]
    assert counter.take([untouched])[0].left == 4


def test_when_its_window_has_ended_a_quota_is_whole_again(counter: Counter) -> None:
    short = quota(2, seconds=1)
    first = [counter.take([short])[0] for _ in range(3)]
    assert [balance.is_refused for balance in first] == [False, False, True]
    time.sleep(first[-1].resets_in + 0.05)
    again = [counter.take([short])[0] for _ in range(3)]
    assert [balance.is_refused for balance in again] == [False, False, True]


@DATABASES
def test_what_is_left_of_windows_that_have_ended_is_deleted(counter: Counter, place: Any) -> None:
    ended, going_on = quota(1, seconds=1), quota(1, seconds=60)
    wait = counter.take([ended])[0].resets_in
    counter.take([going_on])
    time.sleep(wait + 0.05)
    database_counter.sweep(place[1])
    kept = set(RateLimitCount.objects.using(place[1]).values_list("digest", flat=True))
    assert ended.key not in kept
    assert going_on.key in kept


@DATABASES
def test_what_a_batch_s_transaction_undoes_was_counted_all_the_same(counter: Counter, place: Any) -> None:
    three = quota(3)
    batch, part = Call("batch.run", b""), Call("some.thing", b"")
    part.outer = batch
    with transaction.atomic(using=place[1]), entered(part):
        counter.take([three])
        transaction.set_rollback(True, using=place[1])
    # the one writer of SQLite is the transaction
    counted = 0 if connections[place[1]].vendor == "sqlite" else 1
    assert counter.take([three])[0].left == 2 - counted


def test_no_more_keys_are_remembered_in_a_process_than_it_can_bear() -> None:
    counter = MemoryCounter()
    counter.MOST = 10  # type: ignore[misc]
    last = [quota(1) for _ in range(50)]
    for each in last:
        counter.take([each])
    assert len(counter._counts) <= 10
    assert counter.take([last[-1]])[0].is_refused
