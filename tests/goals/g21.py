"""G21: whatever is sent for a field of any kind is taken, or refused with a 4xx that names the field: never a 5xx.

`python -m tests.goals.g21 [--full]` sends 60 values a field (6 without `--full`) to real doors with every database that answers
(without `--full`: one door on SQLite). What is taken is read back too.
"""

from __future__ import annotations

import argparse
import http.client
import json
import random
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

INPUTS, FEW_INPUTS = 60, 20
SAMPLE_FIELDS = (
    *("text", "longText", "word", "small", "whole", "big", "positive", "real", "exact", "flag", "uniqueId", "moment"),
    *("day", "hour", "thingId", "externalId", "state", "step", "words", "numbers"),
)
ARGUMENT_FIELDS = (
    *("part", "parts", "level", "letter", "count", "length", "since", "on", "at", "key", "ownerId", "ratio"),
    *("includeResponseFields", "excludeResponseFields", "sortBys", "paginations", "currentPageTokens"),
)
#: What no field may take.
NEVER_TAKEN = (r'"\u0000"', r'"a\u0000b"', r'"\ud800"', r'["\u0000"]', r'["\udc00"]')
#: What every field meets first.
ALWAYS = (
    *NEVER_TAKEN,
    *('"a"', '"1.5"', "9223372036854775808", "-9223372036854775809"),
    *("9223372036854775807", "1e999", "[" + "1," * 20_000 + "1]", "[" * 5000, "1.0", "true", "null", '"2026-11-24"'),
)
#: Refusals of a body that cannot be read, so that no field of it is known.
_UNREADABLE = ("it is not JSON", "it is not UTF-8", "it is nested too deeply", "Request is too long")


@dataclass
class Findings:
    """What came of all inputs."""

    sent: int = 0
    taken: int = 0
    faults: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{self.sent} inputs, {self.taken} taken, {self.sent - self.taken} refused, {len(self.faults)} faults"


def values(count: int, chance: random.Random) -> Iterator[str]:
    """Yield so many JSON values: hostile ones, random ones and good ones, and these in arrays and objects."""
    from tests.arguments import HOSTILE, KINDS

    for value in ALWAYS[:count]:
        yield value
    for _ in range(count - len(ALWAYS)):
        source = chance.random()
        if source < 0.45:
            value = chance.choice(HOSTILE)
        elif source < 0.7:
            value = chance.choice(chance.choice(KINDS).fitting)
        else:
            value = _random_value(chance)
        shape = chance.random()
        yield value if shape < 0.7 else f"[{value}]" if shape < 0.85 else f'[{{"name": {value}, "size": {value}}}]'


def _random_value(chance: random.Random) -> str:
    characters = [chr(chance.choice((chance.randrange(32, 127), chance.randrange(0x110000)))) for _ in range(8)]
    return chance.choice(
        (
            str(chance.randrange(-(2**70), 2**70)),
            str(chance.randrange(-(2**16), 2**16)),
            repr(chance.uniform(-1e6, 1e6)),
            repr(chance.uniform(0, 1) * 10 ** chance.randrange(-320, 308)),
            json.dumps("".join(characters[: chance.randrange(9)])),
            json.dumps(f"{chance.uniform(-1e6, 1e6):.{chance.randrange(6)}f}"),
            json.dumps(f"{chance.randrange(10000):04}-{chance.randrange(1, 14):02}-{chance.randrange(1, 33):02}"),
            json.dumps(
                f"{chance.randrange(1, 10000):04}-01-01T{chance.randrange(25):02}:00:00+{chance.randrange(24):02}:00"
            ),
            json.dumps(f"{chance.randrange(16**24):x}"),
        )
    )


class Trier:
    """Sends values to one server over one connection."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self.findings = Findings()

    def try_field(self, function: str, name: str, value: str, also: str = "") -> None:
        """Send one value; note a fault where it is answered with a 5xx, or refused without naming the field."""
        body = f'{{{also}"{name}": {value}}}'.encode("utf-8", "surrogatepass")
        status, answer = self._post(function, body)
        self.findings.sent += 1
        if status == 200:
            self.findings.taken += 1
            if value in NEVER_TAKEN:
                self._fault(function, name, value, "taken")
            if function == "createSample":
                self._read_back(name, value, answer)
            return
        message = str(answer.get("message", ""))
        named = name in message or any(reason in message for reason in _UNREADABLE)
        if not 400 <= status < 500 or not named:
            self._fault(function, name, value, f"{status} {message}")

    def _read_back(self, name: str, value: str, created: Any) -> None:
        status, read = self._post("getSample", json.dumps({"_id": created["data"]["_id"]}).encode())
        if status != 200 or read["data"] != created["data"]:
            self._fault("getSample", name, value, f"{status}: what was created is read otherwise")

    def _post(self, function: str, body: bytes) -> tuple[int, Any]:
        self._connection.request("POST", f"/sampleService.{function}", body, {"Connection": "keep-alive"})
        response = self._connection.getresponse()
        content = response.read()
        return response.status, json.loads(content) if content else {}

    def _fault(self, function: str, name: str, value: str, told: str) -> None:
        self.findings.faults.append(f"{function} {name}={value[:80]!r}: {told[:200]}")

    def close(self) -> None:
        self._connection.close()


def findings(port: int, count: int, seed: int = 1) -> Findings:
    """Try every field of every kind with so many values."""
    chance = random.Random(seed)
    trier = Trier(port)
    try:
        _, created = trier._post("createSample", b"{}")
        key = f'"_id": "{created["data"]["_id"]}", '
        for name in SAMPLE_FIELDS:
            for value in values(count, chance):
                trier.try_field("createSample", name, value)
                trier.try_field("updateSample", name, value, key)
        for name in ARGUMENT_FIELDS:
            for value in values(count, chance):
                trier.try_field("findSamples", name, value)
    finally:
        trier.close()
    return trier.findings


def main() -> int:
    """Print the figure; return 1 where there is a fault."""
    import os

    import django

    from tests.doors.running import ASGI, VIEW, WSGI, database, running
    from tests.servers import MARIADB, POSTGRESQL

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--full", action="store_true", help="60 values a field, at every door and on every database")
    full = options.parse_args().full
    combinations = [
        (WSGI, "sqlite"),
        (WSGI, "postgresql"),
        (ASGI, "postgresql"),
        (VIEW, "postgresql"),
        (WSGI, "mariadb"),
    ]
    servers = {"postgresql": POSTGRESQL, "mariadb": MARIADB}
    faults = 0
    with tempfile.TemporaryDirectory() as directory, ExitStack() as stack:
        known: dict[str, Any] = {}
        for door, kind in combinations if full else combinations[:1]:
            if kind in servers and (reason := servers[kind].missing()):
                print(f"G21 {door.name}, {kind}: not tried, {reason}")
                continue
            if kind not in known:
                known[kind] = stack.enter_context(database(kind, Path(directory)))
            with running(door, known[kind], Path(directory)) as server:
                found = findings(server.port, INPUTS if full else FEW_INPUTS)
            print(f"G21 {door.name}, {kind}: {len(SAMPLE_FIELDS) + len(ARGUMENT_FIELDS)} fields, {found}")
            for fault in found.faults[:20]:
                print(f"G21: {fault}")
            faults += len(found.faults)
    print("G21 missed" if faults else "G21 reached")
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
