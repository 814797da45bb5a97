"""Each guard measured in one process, in turns; the calls go through the whole pipeline, but no server.

What a guard adds does not depend on the door through which a call comes.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import django
import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core.management import call_command
from jwt.algorithms import RSAAlgorithm

AIM = 60
CALLS = 200
SUBJECT = "5f0c1d7e-8a3b-4f60-9d0e-2f1c7b6a9e11"
#: So many that none is refused.
LIMITS = ("100000000/hour per caller", "100000000/hour per address")


@dataclass
class Guarded:
    """One way to ask for the row, and what its calls took: microseconds of processor and of clock, a round each."""

    title: str
    call: Callable[[], None]
    processor: list[float] = field(default_factory=list)
    clock: list[float] = field(default_factory=list)

    def measure(self) -> None:
        clock, processor = time.perf_counter_ns(), time.process_time_ns()
        for _ in range(CALLS):
            self.call()
        self.processor.append((time.process_time_ns() - processor) / CALLS / 1000)
        self.clock.append((time.perf_counter_ns() - clock) / CALLS / 1000)


def served_key() -> Any:
    """Serve a new key's public half on this machine, as an identity provider does; return the key."""
    key = rsa.generate_private_key(65537, 2048)
    published = RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
    document = json.dumps({"keys": [{**published, "kid": "1", "alg": "RS256", "use": "sig"}]}).encode()

    class Keys(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(document)))
            self.end_headers()
            self.wfile.write(document)

        def log_message(self, *_: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Keys)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    os.environ["GUARDS_KEYS_URL"] = f"http://127.0.0.1:{server.server_address[1]}/keys"
    return key


def token_of(key: Any) -> str:
    claims = {
        "iss": "https://id.example.com",
        "aud": "notes",
        "sub": SUBJECT,
        "exp": int(time.time()) + 3600,
        "realm_access": {"roles": ["reader"]},
    }
    return jwt.encode(claims, key, algorithm="RS256", headers={"kid": "1"})


def guarded(token: str) -> list[Guarded]:
    """Return the ways to ask, each checked once."""
    from backk_core.describe.registry import build
    from backk_core.execute.call import Call, HeaderMap
    from backk_core.publish.assembly import build_pipeline
    from backk_observability.metrics import CallMetrics
    from backk_security.counters import Counter, MemoryCounter
    from backk_security.database_counter import DatabaseCounter
    from backk_security.limits import Limit
    from backk_security.rate_limit import RateLimiter
    from backk_security.redis_counter import RedisCounter
    from backk_security.redis_server import FAILURES, client_of
    from benchmarks.guards.services import RoledNoteService

    # where no service knows accounts, nobody is looked up
    without_accounts = build([RoledNoteService])
    header = HeaderMap({"authorization": f"Bearer {token}"})

    def way(
        title: str,
        name: str,
        header: Any,
        limits: Sequence[str] = (),
        counter: Counter | None = None,
        known: Any = None,
        metrics: Sequence[Any] = (),
    ) -> Guarded:
        limiter = [RateLimiter(map(Limit.said, limits), counter)] if counter else []
        execute = build_pipeline(known=known, innermost=[*metrics, *limiter]).execute

        def call() -> None:
            reply = execute(Call(name, b'{"_id":"1"}', header=header, remote_address="192.0.2.1", transport="http"))
            if reply.status != 200:
                raise SystemExit(f"{title}: {reply.status} {reply.body!r}")

        call()
        return Guarded(title, call)

    own = ("noteService.getOwn", header)
    ways = [
        way("for everyone, no token", "noteService.getForEveryone", HeaderMap({})),
        way("a role: token", "roledNoteService.getForRole", header, known=without_accounts),
        way(
            "a role: token, a limit and metrics",
            "roledNoteService.getForRole",
            header,
            LIMITS[:1],
            MemoryCounter(),
            without_accounts,
            [CallMetrics()],
        ),
        way("own row: token, account, owner", *own),
        way("the same, a limit in this process", *own, LIMITS[:1], MemoryCounter()),
        way("the same, a limit and metrics", *own, LIMITS[:1], MemoryCounter(), metrics=[CallMetrics()]),
        way("the same, two limits in this process", *own, LIMITS, MemoryCounter()),
        way("the same, a limit in the database", *own, LIMITS[:1], DatabaseCounter()),
    ]
    redis = RedisCounter(client_of("redis"))
    with suppress(*FAILURES):
        redis.take([])
        ways.append(way("the same, a limit in Redis", *own, LIMITS[:1], redis))
        ways.append(way("the same, two limits in Redis", *own, LIMITS, redis))
    return ways


def calm(rounds: Sequence[float]) -> float:
    """Return the median of the lower half: other programs only ever make figures worse."""
    return statistics.median(sorted(rounds)[: max(1, len(rounds) // 2)])


def table(ways: Sequence[Guarded]) -> str:
    """Tell what each way takes, and what that is more than the first."""
    rows = [("", "processor µs", "adds", "clock µs", "adds")]
    for way in ways:
        cells = [way.title]
        for own, first in ((way.processor, ways[0].processor), (way.clock, ways[0].clock)):
            cells += [f"{calm(own):.0f}", f"{calm(own) - calm(first):+.0f}" if way is not ways[0] else ""]
        rows.append((cells[0], cells[1], cells[2], cells[3], cells[4]))
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    return "\n".join(
        "  " + row[0].ljust(widths[0]) + "".join("  " + row[column].rjust(widths[column]) for column in range(1, 5))
        for row in rows
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.guards", description=__doc__)
    parser.add_argument("--rounds", type=int, default=15, help=f"of {CALLS} calls each (15)")
    rounds = parser.parse_args().rounds
    key = served_key()
    os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.guards.settings"
    django.setup()
    from django.conf import settings
    from django.db import connection

    from benchmarks.guards.models import Note, Somebody

    call_command("migrate", run_syncdb=True, verbosity=0)
    try:
        somebody, _ = Somebody._default_manager.get_or_create(subject=SUBJECT)
        Note._default_manager.update_or_create(pk=1, defaults={"text": "a row", "user_account_id": somebody.pk})
        ways = guarded(token_of(key))
        for number in range(rounds):
            for turn in range(len(ways)):
                ways[(number + turn) % len(ways)].measure()
        print(f"\nWhat guards add to a call, in this process, {connection.vendor} (the aim: {AIM} µs)\n{table(ways)}")
    finally:
        if connection.vendor == "sqlite":
            connection.close()
            Path(settings.DATABASES["default"]["NAME"]).unlink(missing_ok=True)
