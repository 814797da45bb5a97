"""G17: keys rotated online over many rows with writers, and personal data that must be found nowhere.

`python -m tests.goals.g17 [--full] [--database postgresql|mariadb|sqlite]`; 2,000 rows, or 100,000 with `--full`.
"""

from __future__ import annotations

import argparse
import base64
import io
import json
import logging
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

OLD, NEW, INDEX = (base64.b64encode(bytes(range(first, first + 32))).decode() for first in (1, 51, 101))
QUICK = {"PASSWORD_HASH_MEMORY": 64, "PASSWORD_HASH_PASSES": 1, "PASSWORD_HASH_LANES": 1}


def settings_with(alias: str, keys: str) -> dict[str, Any]:
    return {
        "DATABASE": alias,
        "ENVIRONMENT": "production",
        "CAPTCHA_VERIFIER": "backk_security.captcha.Turnstile",
        "CAPTCHA_SECRET": "none is asked for here, and one must be given",
        "CAPTCHA_HOSTNAMES": ["shop.example.com"],
        "ENCRYPTION_KEYS": keys,
        "INDEX_KEYS": f"i1:{INDEX}",
        **QUICK,
    }


@dataclass
class Ledger:
    """What the writers wrote last, by e-mail address."""

    salaries: dict[str, float] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)
    writes: int = 0
    errors: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Outcome:
    rows: int
    writes: int
    seconds: float
    unreadable: int
    missed: int
    wrong: int
    errors: tuple[str, ...]
    report: str


def rotate_with_writers(db: Any, rows: int, writers: int = 3) -> Outcome:
    """Fill a database with the old key, then rotate while writers go on; count what went wrong."""
    from django.core.management import CommandError, call_command
    from django.test import override_settings

    ledger = Ledger()
    with override_settings(BACKK=settings_with(db.alias, f"old:{OLD}")):
        _fill(db, rows, ledger)
    report = io.StringIO()
    stop, threads = threading.Event(), []
    with override_settings(BACKK=settings_with(db.alias, f"new:{NEW},old:{OLD}")):
        for number in range(writers):
            threads.append(threading.Thread(target=_write, args=(db.alias, number, ledger, stop)))
            threads[-1].start()
        began = time.perf_counter()
        try:
            call_command("rotate_keys", "--batch", "200", stdout=report, stderr=io.StringIO())
        except CommandError as error:
            ledger.errors.append(str(error))
        seconds = time.perf_counter() - began
        stop.set()
        for thread in threads:
            thread.join()
    # from here on the old key does not exist
    with override_settings(BACKK=settings_with(db.alias, f"new:{NEW}")):
        unreadable, wrong = _compare(db, ledger)
    missed = _count_old(db)
    return Outcome(
        rows, ledger.writes, seconds, unreadable, missed, wrong, tuple(ledger.errors), report.getvalue().strip()
    )


def _fill(db: Any, rows: int, ledger: Ledger) -> None:
    from tests.apps.secrets.models import Person

    for first in range(0, rows, 1000):
        people = []
        for number in range(first, min(first + 1000, rows)):
            email = f"{number}@example.com"
            ledger.salaries[email] = float(number)
            people.append(Person(nick="n", email=email, salary=float(number), phone_number=str(number)))
        Person._default_manager.using(db.alias).bulk_create(people)


def _write(alias: str, number: int, ledger: Ledger, stop: threading.Event) -> None:
    """Change, make and read rows, each row by one writer only."""
    from django.db import OperationalError, connections

    from tests.apps.secrets.models import Person

    people = Person._default_manager.using(alias)
    choices = random.Random(number)
    own = [email for position, email in enumerate(ledger.salaries) if position % 7 == number]
    try:
        while not stop.is_set():
            email, salary = choices.choice(own), choices.random()
            try:
                if choices.random() < 0.1:
                    email = f"new-{number}-{len(own)}@example.com"
                    people.create(nick="n", email=email, salary=salary, phone_number=None)
                    own.append(email)
                else:
                    person = people.get(email=email)
                    person.salary = salary
                    person.save(update_fields=choices.choice([["salary"], ["salary", "email"], None]))
            except OperationalError:
                # a deadlock, or a lock that took too long: what was begun is undone
                continue
            with ledger.lock:
                ledger.salaries[email] = salary
                ledger.writes += 1
            stop.wait(0.001)
    except Exception as error:
        ledger.errors.append(f"writer: {type(error).__name__}: {error}")
    finally:
        connections[alias].close()


def _compare(db: Any, ledger: Ledger) -> tuple[int, int]:
    from backk_security.encryption import EncryptionError
    from tests.apps.secrets.models import Person

    people = Person._default_manager.using(db.alias)
    unreadable, found = 0, {}
    try:
        found = dict(people.values_list("email", "salary"))
    except EncryptionError:
        for key in people.values_list("pk", flat=True):
            try:
                found.update(people.filter(pk=key).values_list("email", "salary"))
            except EncryptionError:
                unreadable += 1
    wrong = sum(found.get(email) != salary for email, salary in ledger.salaries.items())
    wrong += len(found.keys() - ledger.salaries.keys())
    for email in random.Random(1).sample(sorted(ledger.salaries), min(200, len(ledger.salaries))):
        wrong += people.filter(email=email).count() != 1
    return unreadable, wrong


def _count_old(db: Any) -> int:
    encrypted = ("email", "salary", "phone_number", "aliases", "notes", "street_address")
    with db.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM secrets_person WHERE " + " OR ".join(f"{name} LIKE %s" for name in encrypted),
            ["v1.old.%"] * len(encrypted),
        )
        return int(cursor.fetchone()[0])


# canaries


@dataclass(frozen=True)
class Places:
    """Where canaries were looked for, and how many were found there."""

    canaries: int
    hits: dict[str, int]


def look_for_canaries(db: Any, canaries: int = 200) -> Places:
    """Send personal data through calls that succeed and fail; look for it in the database, logs and error answers."""
    from django.test import override_settings

    from backk_core.execute.call import Call
    from backk_core.publish.assembly import build_pipeline

    names = [f"canary{random.Random(number).getrandbits(96):024x}" for number in range(canaries)]
    log, refusals = io.StringIO(), []
    with override_settings(BACKK=settings_with(db.alias, f"new:{NEW}")), _logged(log):
        pipeline = build_pipeline()

        def call(name: str, argument: Any) -> None:
            reply = pipeline.execute(Call(f"personService.{name}", json.dumps(argument).encode()))
            if reply.status >= 400:
                refusals.append(reply.body.decode())

        for canary in names:
            person = _person(canary)
            call("createPerson", person)
            call("createPerson", person)
            call("createPerson", {**person, "phoneNumber": canary * 2, "birthDate": canary, "aliases": canary})
            call("getPersonByEmail", {"email": f"{canary}@example.org"})
            call("getPeople", {"filters": [{"fieldName": "email", "operator": "LIKE", "value": canary}]})
            call("updatePerson", {"_id": "1", "email": f"{canary}@example.com", "version": 4711})
        _break(db)
        for canary in names:
            call("getPersonByEmail", {"email": f"{canary}@example.com"})
    places = {"database": _dump(db), "log": log.getvalue(), "error answers": "\n".join(refusals)}
    assert len(refusals) >= 5 * canaries
    return Places(canaries, {place: sum(name in text for name in names) for place, text in places.items()})


def _person(canary: str) -> dict[str, Any]:
    return {
        "nick": "n",
        "email": f"{canary}@example.com",
        "phoneNumber": canary,
        "birthDate": "1990-02-28",
        "salary": 1,
        "seen": None,
        "secretNumber": 1,
        "balance": None,
        "aliases": [canary],
        "streetAddress": canary,
        "password": f"X!{canary[6:]}q",
    }


def _break(db: Any) -> None:
    with db.cursor() as cursor:
        cursor.execute("UPDATE secrets_person SET phone_number = 'v1.new.broken'")


def _dump(db: Any) -> str:
    """Return everything that a copy of the database would have, by the database's own program where there is one."""
    with db.cursor() as cursor:
        cursor.execute("SELECT * FROM secrets_person")
        text = "\n".join(str(row) for row in cursor.fetchall())
    if db.vendor == "sqlite" and Path(str(db.settings_dict["NAME"])).exists():
        text += Path(str(db.settings_dict["NAME"])).read_bytes().decode("latin-1")
    if db.vendor == "postgresql":
        known = db.settings_dict
        command = ["pg_dump", "-h", known["HOST"], "-p", str(known["PORT"]), "-U", known["USER"], known["NAME"]]
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
        except FileNotFoundError:
            return text
        text += done.stdout if not done.returncode else ""
    return text


@contextmanager
def _logged(target: io.StringIO) -> Iterator[None]:
    """Write every record of every logger, arguments and all."""

    class Everything(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            target.write(f"{record.getMessage()} {vars(record)}\n")

    root, handler = logging.getLogger(), Everything(logging.DEBUG)
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield
    finally:
        root.removeHandler(handler)
        root.setLevel(level)


def main() -> int:
    from tests.databases import fresh_database

    parser = argparse.ArgumentParser()
    parser.add_argument("--full", action="store_true", help="100,000 rows")
    parser.add_argument("--database", default="postgresql", choices=("postgresql", "mariadb", "sqlite"))
    options = parser.parse_args()
    with ExitStack() as stack:
        file = str(Path(stack.enter_context(tempfile.TemporaryDirectory())) / "g17.sqlite3")
        db = stack.enter_context(fresh_database(options.database, ("secrets",), sqlite_file=file))
        outcome = rotate_with_writers(db, 100_000 if options.full else 2_000)
        print(outcome.report)
        print(
            f"{options.database}: {outcome.rows:,} rows and {outcome.writes:,} writes meanwhile, {outcome.seconds:.1f} s: "
            f"{outcome.unreadable} unreadable, {outcome.missed} missed, {outcome.wrong} wrong"
        )
        for error in outcome.errors:
            print(error)
        places = look_for_canaries(db)
        print(f"{places.canaries} canaries: " + ", ".join(f"{hits} in {place}" for place, hits in places.hits.items()))
    bad = outcome.unreadable + outcome.missed + outcome.wrong + len(outcome.errors) + sum(places.hits.values())
    return 1 if bad or not outcome.writes else 0


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    sys.exit(main())
