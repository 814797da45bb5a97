"""A thread's own connection to Redis: what becomes of it when the server, its scripts or the process change."""

import os
import threading
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
import redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from backk_security.counters import Quota
from backk_security.redis_counter import RedisCounter
from tests.servers import REDIS


@pytest.fixture
def client() -> Iterator[redis.Redis]:
    name = f"counter-{uuid.uuid4().hex}"
    pool = redis.ConnectionPool(port=REDIS.require().port, client_name=name, retry=Retry(NoBackoff(), 0))
    yield redis.Redis(connection_pool=pool)
    pool.disconnect()


def quota(most: int = 100) -> Quota:
    return Quota(uuid.uuid4().hex, most, 60)


def connections_of(client: redis.Redis) -> list[dict[str, Any]]:
    """The connections of this client at the server, but for the one that asks."""
    name, own = client.client_getname(), client.client_id()
    return [each for each in client.client_list() if each["name"] == name and int(each["id"]) != own]


def test_all_calls_of_a_thread_use_one_connection_that_is_closed_when_it_ends(client: redis.Redis) -> None:
    counter, shared, seen = RedisCounter(client), quota(), []

    def take() -> None:
        for _ in range(5):
            counter.take([shared])
        seen.append(len(connections_of(client)))

    take()
    thread = threading.Thread(target=take)
    thread.start()
    thread.join()
    # the thread's own, this one's, and those from which each thread asks what there is
    assert seen == [1, 2]
    assert len(connections_of(client)) == 1


def test_a_connection_that_the_server_closed_meanwhile_is_replaced_before_anything_is_asked(
    client: redis.Redis,
) -> None:
    counter, each = RedisCounter(client), quota()
    counter.take([each])
    for known in connections_of(client):
        client.client_kill_filter(_id=known["id"])
    assert counter.take([each])[0].left == 98


def test_scripts_that_the_server_has_lost_are_sent_again_and_the_call_counts_once(client: redis.Redis) -> None:
    counter, each = RedisCounter(client), quota()
    counter.take([each])
    client.script_flush()
    assert [counter.take([each])[0].left for _ in range(2)] == [98, 97]


def test_a_forked_process_asks_over_a_connection_of_its_own(client: redis.Redis) -> None:
    counter, each = RedisCounter(client), quota()
    counter.take([each])
    before = {known["id"] for known in connections_of(client)}
    (told, telling), (waiting, going_on) = os.pipe(), os.pipe()
    child = os.fork()
    if child == 0:
        os.write(telling, bytes([counter.take([each])[0].left]))
        os.read(waiting, 1)
        os._exit(0)
    try:
        assert os.read(told, 1) == bytes([98])
        assert len({known["id"] for known in connections_of(client)} - before) == 1
    finally:
        os.write(going_on, b".")
        os.waitpid(child, 0)
        for end in (told, telling, waiting, going_on):
            os.close(end)
    # the parent's is as it was
    assert counter.take([each])[0].left == 97
    assert {known["id"] for known in connections_of(client)} == before


def test_what_the_server_refuses_is_an_error_and_the_next_call_is_answered(client: redis.Redis) -> None:
    counter, wrong, right = RedisCounter(client), quota(), quota()
    client.rpush("{backk-limits}:" + wrong.key, "no number")
    with pytest.raises(RedisError):
        counter.take([wrong])
    assert counter.take([right])[0].left == 99
