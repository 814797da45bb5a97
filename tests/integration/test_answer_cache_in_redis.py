"""Kept answers in a real Redis: shared by processes, and stopped and started while calls are made."""

import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import caches
from django.db import connections
from django.test import override_settings

from backk_core import (
    CrudEntityService,
    Many,
    One,
    PostQueryOperations,
    allow_for_every_user,
    allow_get,
    cached_for_all,
)
from backk_core.execute.answer_shelf import PAUSE, shelf
from backk_security import redis_cache_from_environment
from tests.apps.calls.models import Thing
from tests.callers import Answer, Caller
from tests.doors.running import unused_port
from tests.servers import skip_or_fail

pytestmark = pytest.mark.django_db(transaction=True)


@allow_for_every_user
class ShelfService(CrudEntityService):
    """Reads things and changes them."""

    runs = 0

    @allow_get
    @cached_for_all(600)
    def get_things(self, query: PostQueryOperations) -> Many[Thing]:
        self.runs += 1
        return self.store.get_all(Thing, query)

    def create_thing(self, thing: Thing) -> One[Thing]:
        return self.store.create(thing)

    def update_thing(self, thing: Thing) -> None:
        self.store.update(thing)


class RedisServer:
    """A Redis of the test's own, that can be stopped."""

    def __init__(self, directory: Path) -> None:
        self.port, self._directory = unused_port(), directory
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [
            "redis-server",
            "--bind",
            "127.0.0.1",
            "--port",
            str(self.port),
            "--requirepass",
            "the word of the test",
        ]
        self._process = subprocess.Popen(
            [*command, "--dir", str(self._directory), "--save", "", "--appendonly", "no"], stdout=subprocess.DEVNULL
        )
        for _ in range(200):
            try:
                caches["default"].get("a")
            except Exception:
                time.sleep(0.05)
            else:
                return
        raise AssertionError("Redis does not answer")

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait(10)
            self._process = None

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Let it take connections, and answer nothing."""
        import signal

        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._process.send_signal(signal.SIGCONT)


@pytest.fixture
def redis(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RedisServer]:
    if shutil.which("redis-server") is None:
        skip_or_fail("needs redis-server: run `make services`")
    server = RedisServer(tmp_path)
    monkeypatch.setenv("REDIS_CACHE_HOST", "127.0.0.1")
    monkeypatch.setenv("REDIS_CACHE_PORT", str(server.port))
    monkeypatch.setenv("REDIS_CACHE_PASSWORD", "the word of the test")
    with override_settings(CACHES={"default": redis_cache_from_environment()}):
        server.start()
        yield server
        server.stop()


def get(call: Caller) -> list[str]:
    answer: Answer = call("shelfService.getThings", {}, method="GET")
    assert answer.status == 200
    return [row["name"] for row in answer.body["data"]]


def runs(call: Caller) -> int:
    found: int = call.services.get(ShelfService).runs
    return found


def come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the time pass in which a cache that failed is not asked."""
    monkeypatch.setattr(shelf(), "_asked_again_at", 0.0)


def test_processes_share_answers_and_what_lets_go_of_them(redis: RedisServer) -> None:
    one, other = Caller([ShelfService]), Caller([ShelfService])
    assert get(one) == get(other) == []
    assert (runs(one), runs(other)) == (1, 0)
    other("shelfService.createThing", {"name": "a"})
    assert get(one) == ["a"]


def test_what_is_in_redis_is_text_and_runs_nothing(redis: RedisServer) -> None:
    call = Caller([ShelfService])
    get(call)
    client: Any = caches["default"].client.get_client()  # type: ignore[attr-defined]
    kept = {key: client.get(key) for key in client.keys("*backk:*")}
    assert len(kept) == 2
    assert all(value.startswith(b'"') and value.isascii() for value in kept.values())


def test_calls_go_on_without_redis_and_with_it_again(redis: RedisServer, monkeypatch: pytest.MonkeyPatch) -> None:
    call = Caller([ShelfService])
    get(call)
    redis.stop()
    assert get(call) == []
    call("shelfService.createThing", {"name": "a"})
    assert get(call) == ["a"]
    redis.start()
    come_back(monkeypatch)
    before = runs(call)
    assert get(call) == get(call) == ["a"]
    assert runs(call) == before + 1


def test_a_redis_that_does_not_answer_keeps_one_call_waiting_and_not_the_next(redis: RedisServer) -> None:
    call = Caller([ShelfService])
    get(call)
    with redis.frozen():
        began = time.monotonic()
        for _ in range(20):
            get(call)
        # without the pause each of them would wait a quarter of a second
        assert shelf()._asked_again_at > began
        assert shelf()._asked_again_at <= time.monotonic() + PAUSE
    assert runs(call) == 21


def test_what_changed_while_redis_did_not_answer_is_let_go(redis: RedisServer, monkeypatch: pytest.MonkeyPatch) -> None:
    call = Caller([ShelfService])
    assert get(call) == []
    with redis.frozen():
        call("shelfService.createThing", {"name": "a"})
    come_back(monkeypatch)
    assert get(call) == ["a"]


def test_nobody_is_answered_what_was_true_before_his_own_change_while_redis_comes_and_goes(
    redis: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backk_core.execute.answer_shelf.PAUSE", 0.02)
    call = Caller([ShelfService])
    things = [Thing.objects.create(name=f"t{number}") for number in range(3)]
    stop, wrong = threading.Event(), []

    def change(number: int) -> None:
        try:
            for value in range(1, 1000):
                if stop.is_set():
                    return
                done = call(
                    "shelfService.updateThing", {"_id": str(things[number].pk), "name": f"t{number}", "amount": value}
                )
                assert done.status == 200, done
                answer = call("shelfService.getThings", {}, method="GET")
                found = {row["name"]: row["amount"] for row in answer.body["data"]}[f"t{number}"]
                if found != value:
                    wrong.append((number, value, found))
        except Exception as error:
            wrong.append((number, repr(error)))
        finally:
            connections["default"].close()

    threads = [threading.Thread(target=change, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for _ in range(5):
        time.sleep(0.2)
        redis.stop()
        time.sleep(0.1)
        redis.start()
    stop.set()
    for thread in threads:
        thread.join()
    assert wrong == []
