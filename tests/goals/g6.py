"""G6: calls with idempotency keys, sent again and again by many clients while the database drops their connections.

`python -m tests.goals.g6 [--full] [--database postgresql|mariadb|sqlite]`; 40 keys, each sent 50 times, on each database that answers, or 1,000 with `--full`.
"""

from __future__ import annotations

import argparse
import http.client
import random
import subprocess
import sys
import tempfile
import threading
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

RETRIES = 50
#: Keys whose calls are sent at the same time.
TOGETHER = 20
SETTINGS = {"DJANGO_SETTINGS_MODULE": "tests.goals.g6_settings"}

_OTHERS = {
    "postgresql": (
        "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
        "SELECT pg_terminate_backend({})",
    ),
    "mariadb": (
        "SELECT id FROM information_schema.processlist WHERE db = database() AND id <> connection_id()",
        "KILL {}",
    ),
}


@dataclass
class Outcome:
    """What came of the keys."""

    keys: int
    calls: int = 0
    #: Connections that the database was told to drop.
    dropped: int = 0
    #: Calls that were told to come again, and did.
    again: int = 0
    effects: int = 0
    #: Keys whose calls had more than one answer, or the wrong one.
    different: int = 0
    #: Calls with a changed body that were not refused with 422.
    taken: int = 0
    statuses: Counter[int] = field(default_factory=Counter)

    @property
    def is_good(self) -> bool:
        return self.effects == self.keys and not self.different and not self.taken

    def __str__(self) -> str:
        return (
            f"{self.keys:,} keys, {self.calls:,} calls, {self.dropped} connections dropped, {self.again} calls told to come "
            f"again: {self.effects:,} effects, {self.different} keys with different answers, {self.taken} changed bodies taken"
        )


def tried(server: Any, keys: int, retries: int = RETRIES) -> Outcome:
    """Send calls of so many keys, each so often, from eight clients at a time."""
    outcome, lock = Outcome(keys), threading.Lock()
    answers: dict[int, set[tuple[int, bytes, str | None]]] = defaultdict(set)
    names = [str(uuid.UUID(int=random.getrandbits(128))) for _ in range(keys)]

    def send(number: int, title: str) -> Any:
        headers = {"Idempotency-Key": f'"{names[number]}"', "Content-Type": "application/json"}
        if number % 2:
            headers["Authorization"] = "Token someone"
        while True:
            try:
                answer = server.post("thingService.createThing", {"code": f"c{number}", "title": title}, **headers)
            except (OSError, http.client.HTTPException):
                answer = None
            with lock:
                outcome.calls += 1
                if answer is not None and answer.status < 500:
                    outcome.statuses[answer.status] += 1
                    return answer
                outcome.again += 1

    def attempt(number: int) -> None:
        answer = send(number, "a title")
        with lock:
            answers[number].add((answer.status, answer.body, answer.headers["ETag"]))

    def change(number: int) -> None:
        if send(number, "another title").error != (422, "error.24"):
            with lock:
                outcome.taken += 1

    with ThreadPoolExecutor(8) as pool, _connections_dropped(server.database, outcome):
        for first in range(0, keys, TOGETHER):
            chunk = range(first, min(first + TOGETHER, keys))
            attempts = [number for number in chunk for _ in range(retries)]
            random.shuffle(attempts)
            list(pool.map(attempt, attempts))
            list(pool.map(change, chunk))
    outcome.effects = server.database.number("SELECT count(*) FROM doors_thing")
    outcome.different = sum(len(found) != 1 or next(iter(found))[0] != 200 for found in answers.values())
    return outcome


@contextmanager
def _connections_dropped(database: Any, outcome: Outcome) -> Iterator[None]:
    """Let the database end connections of the server, a few each second."""
    if database.kind not in _OTHERS:
        yield
        return
    others, end = _OTHERS[database.kind]
    stop = threading.Event()

    def drop() -> None:
        while not stop.wait(random.uniform(0.05, 0.3)):
            found = database.ask(others)
            if found:
                try:
                    database.ask(end.format(random.choice(found)[0]))
                except Exception:
                    # it has ended by itself meanwhile
                    continue
                outcome.dropped += 1

    thread = threading.Thread(target=drop)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


@contextmanager
def server_of(kind: str, directory: Path) -> Iterator[Any]:
    """A server with the app that knows keys, on a database of its own."""
    from tests.doors.running import PYTHON, ROOT, WSGI, database, environment, running

    with database(kind, directory) as used:
        command = [PYTHON, "-m", "django", "migrate", "backk_security", "--verbosity", "0"]
        subprocess.run(command, check=True, cwd=ROOT, env=environment(used, **SETTINGS))
        with running(WSGI, used, directory, **SETTINGS) as server:
            yield server


def main() -> int:
    """Print the figures; return 1 where a key had not exactly one effect."""
    from tests.servers import MARIADB, POSTGRESQL

    parser = argparse.ArgumentParser()
    parser.add_argument("--full", action="store_true", help="1,000 keys")
    parser.add_argument("--database", choices=("sqlite", "postgresql", "mariadb"), help="only on this one")
    options = parser.parse_args()
    keys = 1000 if options.full else 40
    servers = {"postgresql": POSTGRESQL, "mariadb": MARIADB}
    missed = False
    for kind in [options.database] if options.database else ("sqlite", "postgresql", "mariadb"):
        if kind in servers and (reason := servers[kind].missing()):
            print(f"G6 {kind}: not tried, {reason}")
            continue
        with tempfile.TemporaryDirectory() as name, server_of(kind, Path(name)) as server:
            outcome = tried(server, keys)
        print(f"G6 {kind}: {outcome}", flush=True)
        missed = missed or not outcome.is_good
    print("G6 missed" if missed else "G6 reached")
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
