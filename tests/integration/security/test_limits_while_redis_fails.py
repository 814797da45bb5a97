"""Redis stopped, started, hung and emptied while calls come: the limits hold as docs/limits.md says."""

import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import caches
from django.test import override_settings

from backk_core import Service, allow_for_every_user, own_transactions
from backk_core.execute.call import Call
from backk_security.limits import Limit
from backk_security.rate_limit import RateLimiter, configured_counter
from tests.callers import Caller
from tests.doors.running import unused_port
from tests.servers import skip_or_fail

pytestmark = pytest.mark.django_db


@allow_for_every_user
class PingService(Service):
    @own_transactions("keeps nothing")
    def ping(self) -> None: ...


class OwnRedis:
    """A Redis of this test's own, which it may stop."""

    def __init__(self, program: str, directory: Path) -> None:
        self._program, self._directory = program, directory
        self.port = unused_port()
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen(
            [self._program, "--bind", "127.0.0.1", "--port", str(self.port), "--save", "", "--appendonly", "no"],
            cwd=self._directory,
            stdout=subprocess.DEVNULL,
        )
        for _ in range(400):
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
                connection.sendall(b"PING\r\n")
                if connection.recv(16).startswith(b"+PONG"):
                    return
            time.sleep(0.02)
        raise AssertionError("Redis does not start")

    def send_signal(self, number: int) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[OwnRedis]:
    program = shutil.which("redis-server")
    if program is None:
        skip_or_fail("needs redis-server: run `make services`")
    server = OwnRedis(program, tmp_path)
    server.start()
    cache = {"BACKEND": "django_redis.cache.RedisCache", "LOCATION": f"redis://127.0.0.1:{server.port}/0"}
    with override_settings(CACHES={"default": cache}, BACKK={"ENVIRONMENT": "test"}):
        yield server
        caches["default"].client.close()
    server.stop()


def process(*limits: str) -> Caller:
    """What one process of a service is: a limiter and a connection to Redis of its own."""
    return Caller([PingService], [RateLimiter(map(Limit.said, limits), configured_counter())])


def ping(caller: Caller, address: str = "192.0.2.1") -> int:
    return caller.pipeline.execute(Call("pingService.ping", b"", remote_address=address)).status


def wait_until(condition: Any) -> None:
    for _ in range(500):
        if condition():
            return
        time.sleep(0.02)
    pytest.fail("it did not happen")


def is_counted_in_redis(caller: Caller, server: OwnRedis) -> bool:
    """Make a call from nowhere else; tell whether Redis has its count."""
    import redis as driver

    with driver.Redis(port=server.port) as client:
        before = client.dbsize()
        ping(caller, f"10.{before % 256}.{id(server) % 256}.{time.monotonic_ns() % 256}")
        return client.dbsize() > before


def test_processes_share_a_limit_and_hold_it_each_while_redis_is_down(redis: OwnRedis) -> None:
    one, other = process("3/hour per caller"), process("3/hour per caller")
    assert [ping(one), ping(other), ping(one), ping(other)] == [200, 200, 200, 429]
    redis.stop()
    # another caller: each process lets it call three times, none of them more
    assert [ping(one, "192.0.2.9") for _ in range(5)] == [200, 200, 200, 429, 429]
    assert [ping(other, "192.0.2.9") for _ in range(5)] == [200, 200, 200, 429, 429]
    redis.start()
    wait_until(lambda: is_counted_in_redis(one, redis) and is_counted_in_redis(other, redis))
    assert [ping(one, "192.0.2.8"), ping(other, "192.0.2.8"), ping(one, "192.0.2.8"), ping(other, "192.0.2.8")] == [
        *[200, 200, 200],
        429,
    ]


def test_a_service_that_starts_while_redis_is_down_answers(redis: OwnRedis) -> None:
    redis.stop()
    assert [ping(process("1/hour per caller")) for _ in range(2)] == [200, 200]
    started = process("1/hour per caller")
    assert [ping(started), ping(started)] == [200, 429]


def test_under_load_no_call_fails_while_redis_comes_and_goes(redis: OwnRedis) -> None:
    caller, statuses, stop = process("1000000/hour per caller"), [], threading.Event()

    def load() -> None:
        while not stop.is_set():
            statuses.append(ping(caller))

    threads = [threading.Thread(target=load) for _ in range(4)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(3):
            calls = len(statuses)
            wait_until(lambda calls=calls: len(statuses) > calls + 50)
            redis.stop()
            calls = len(statuses)
            wait_until(lambda calls=calls: len(statuses) > calls + 50)
            redis.start()
            wait_until(lambda: is_counted_in_redis(caller, redis))
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert set(statuses) == {200}


def test_a_redis_that_hangs_keeps_one_call_waiting_and_not_all(redis: OwnRedis) -> None:
    caller = process("2/hour per caller")
    assert ping(caller, "192.0.2.7") == 200
    redis.send_signal(signal.SIGSTOP)
    try:
        assert [ping(caller) for _ in range(4)] == [200, 200, 429, 429]
    finally:
        redis.send_signal(signal.SIGCONT)
    wait_until(lambda: is_counted_in_redis(caller, redis))


def test_a_redis_that_forgets_its_scripts_is_told_again(redis: OwnRedis) -> None:
    import redis as driver

    caller = process("2/hour per caller")
    assert ping(caller) == 200
    with driver.Redis(port=redis.port) as client:
        client.script_flush()
    assert [ping(caller), ping(caller)] == [200, 429]


def test_a_count_that_has_lost_its_end_gets_one(redis: OwnRedis) -> None:
    import redis as driver

    caller = process("2/hour per caller")
    ping(caller)
    with driver.Redis(port=redis.port) as client:
        (key,) = client.keys()
        client.persist(key)
        ping(caller)
        assert 0 < client.ttl(key) <= 3600
