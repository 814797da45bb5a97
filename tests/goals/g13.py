"""G13: a limit of N under concurrent calls from several processes admits exactly N; a batch of 20 costs 20.

`python -m tests.goals.g13 [--full]` prints the figures; places that do not answer are left out and said so.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PLACES = ("redis", "postgresql", "mariadb", "sqlite")
BATCH = 20


@dataclass(frozen=True)
class Trial:
    """How many calls how many processes make, and how many of them the limit lets pass."""

    calls: int
    workers: int
    threads: int
    limit: int


FULL = Trial(calls=3000, workers=8, threads=8, limit=1000)
SMALL = Trial(calls=480, workers=3, threads=4, limit=160)


@dataclass(frozen=True)
class Outcome:
    """What the calls of a trial were answered."""

    admitted: int
    refused: int
    others: int
    seconds: float


def set_up() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()


@contextmanager
def place(kind: str) -> Iterator[dict[str, Any]]:
    """Make what counts calls; yield the settings that a process needs to count there. Skips where a server is missing."""
    from tests.databases import fresh_database
    from tests.servers import REDIS

    if kind == "redis":
        location = f"redis://127.0.0.1:{REDIS.require().port}/0"
        cache = {"BACKEND": "django_redis.cache.RedisCache", "LOCATION": location}
        yield {"caches": {"default": cache}, "database": None}
        return
    with tempfile.TemporaryDirectory() as directory:
        file = str(Path(directory) / "limits.sqlite3")
        with fresh_database(kind, ("backk_security",), sqlite_file=file) as db:
            made = {**db.settings_dict, "OPTIONS": {"timeout": 60} if kind == "sqlite" else db.settings_dict["OPTIONS"]}
            memory = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
            yield {"caches": {"default": memory}, "database": made}


def run(where: dict[str, Any], trial: Trial, batch: int = 1) -> Outcome:
    """Let processes call, ``batch`` calls in a request, all from the same moment on."""
    context = multiprocessing.get_context("spawn")
    settings = {
        "ENVIRONMENT": "production",
        # nobody has counted for it before
        "MICROSERVICE_NAME": f"g13-{uuid.uuid4().hex}",
        "RATE_LIMITS": [f"{trial.limit}/hour per caller on tallyService"],
        "MAX_BATCH_SIZE": BATCH,
    }
    begin, answers = context.Barrier(trial.workers + 1), context.SimpleQueue()
    shares = _shares(trial.calls // batch, trial.workers)
    workers = [
        context.Process(target=_work, args=(settings, where, share, batch, trial.threads, begin, answers))
        for share in shares
    ]
    for worker in workers:
        worker.start()
    begin.wait(120)
    began = time.perf_counter()
    statuses = [status for _ in workers for status in answers.get()]
    seconds = time.perf_counter() - began
    for worker in workers:
        worker.join()
    admitted, refused = statuses.count(200), statuses.count(429)
    return Outcome(admitted, refused, len(statuses) - admitted - refused, seconds)


def _shares(whole: int, among: int) -> list[int]:
    return [whole // among + (number < whole % among) for number in range(among)]


def _work(
    settings: dict[str, Any], where: dict[str, Any], requests: int, batch: int, threads: int, begin: Any, answers: Any
) -> None:
    set_up()
    from django.db import connections
    from django.test import override_settings

    if where["database"] is not None:
        connections.settings["g13"] = where["database"]
        settings = {**settings, "DATABASE": "g13"}
    statuses: list[int] = []
    with override_settings(BACKK=settings, CACHES=where["caches"]):
        call = _caller(batch)
        # whatever a first call costs is over before all begin
        call("probe")
        begin.wait(120)
        running = [threading.Thread(target=_call, args=(call, share, statuses)) for share in _shares(requests, threads)]
        for thread in running:
            thread.start()
        for thread in running:
            thread.join()
    answers.put(statuses)


def _call(call: Any, share: int, statuses: list[int]) -> None:
    from django.db import connections

    for _ in range(share):
        statuses.extend(call("tally"))
    connections.close_all()


def _caller(batch: int) -> Any:
    """Return what makes one request of so many calls, and returns their statuses."""
    from backk_core import Service, allow_for_every_user, no_rate_limit, own_transactions
    from backk_core.describe.registry import build
    from backk_core.execute.call import Call
    from backk_core.publish.assembly import build_pipeline
    from backk_core.services import MultipleServiceFunctionExecutionService

    @allow_for_every_user
    class TallyService(Service):
        @own_transactions("keeps nothing")
        def tally(self) -> None: ...

        @own_transactions("keeps nothing")
        @no_rate_limit("only warms up")
        def probe(self) -> None: ...

    pipeline = build_pipeline(known=build([TallyService, MultipleServiceFunctionExecutionService]))

    def call(function: str) -> list[int]:
        name, body = f"tallyService.{function}", b""
        if batch > 1:
            parts = {str(number): {"serviceFunctionName": name} for number in range(batch)}
            name = "multipleServiceFunctionExecutionService.executeInSequenceWithoutTransaction"
            body = json.dumps(parts).encode()
        reply = pipeline.execute(Call(name, body, remote_address="192.0.2.1"))
        if batch == 1:
            return [reply.status]
        return [part["statusCode"] for part in json.loads(reply.body).values()]

    return call


def main() -> int:
    """Print the figures; return 1 where a limit admits more or fewer than it says."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--full", action="store_true", help="3,000 calls from 8 processes, in Redis and PostgreSQL")
    is_full = options.parse_args().full
    trial, kinds = (FULL, PLACES[:2]) if is_full else (SMALL, PLACES)
    set_up()
    from tests.servers import MARIADB, POSTGRESQL, REDIS

    servers = {"redis": REDIS, "postgresql": POSTGRESQL, "mariadb": MARIADB}
    missed = False
    for kind in kinds:
        if kind in servers and (reason := servers[kind].missing()):
            print(f"G13 {kind}: not tried, {reason}")
            continue
        with place(kind) as where:
            for batch in (1, BATCH):
                outcome = run(where, trial, batch)
                missed = missed or (outcome.admitted, outcome.others) != (trial.limit, 0)
                told = f"in batches of {batch}" if batch > 1 else "one by one"
                print(
                    f"G13 {kind}: {trial.calls} calls {told} from {trial.workers} processes, limit {trial.limit}: "
                    f"{outcome.admitted} admitted, {outcome.refused} refused, {outcome.others} failed "
                    f"({outcome.seconds:.1f} s)"
                )
    print("G13 missed" if missed else "G13 reached")
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
