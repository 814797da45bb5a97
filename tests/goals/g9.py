"""G9: every function, called by everybody at every door, lets in whom the rules let in; without any one of its lines it would be seen.

`python -m tests.goals.g9` tries everybody at one door, `--full` at all and in all batches; `--attacks` lets one user go for what is
another's, `--mutations` makes each line that says who may do what wrong, and counts the mutants that are found out (`--sample N`: every
Nth alone).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import os
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.acceptance.marketplace.mutants import Mutant
    from tests.acceptance.marketplace.world import Knock

#: How the words begin by which a check at start-up found a mutant out.
AT_START = "at start-up: "
_FOR_MOST = ("executeInSequenceWithoutTransaction",)
_BATCHES = (
    *_FOR_MOST,
    "executeInParallelWithoutTransaction",
    "executeInSequenceInsideTransaction",
    "executeInParallelInsideTransaction",
)


def set_up(directory: Path) -> Path:
    """Set Django up for a marketplace of its own; return where its database will be."""
    from tests.acceptance.marketplace.running import environment
    from tests.doors.running import Database

    database = directory / "template.sqlite3"
    os.environ |= environment(Database("sqlite", str(database)), DJANGO_SETTINGS_MODULE="tests.goals.g9_settings")
    import django

    django.setup()
    return database


def make_template(database: Path) -> None:
    """Make the tables, and a marketplace in which everybody has something; keep what that is beside it."""
    from django.core.management import call_command

    from tests.acceptance.marketplace.world import Place, make_world

    call_command("migrate", verbosity=0)
    place = Place(database)
    place.prepare()
    world = make_world(doors()["wsgi"])
    place.lock_account(world["carol"].account)
    facts = {name: asdict(belongings) for name, belongings in world.items()}
    database.with_suffix(".json").write_text(json.dumps({"world": facts, "examples": examples()}))


def doors(*, all_of_them: bool = False) -> dict[str, Any]:
    """Return the doors, the first that of most projects."""
    from django.core.wsgi import get_wsgi_application

    from backk_core.publish.wsgi import wsgi_door
    from tests.acceptance.marketplace.world import asgi_knock, batch_knock, wsgi_knock

    wsgi = wsgi_knock(wsgi_door(get_wsgi_application()))
    found = {"wsgi": wsgi}
    if all_of_them:
        from django.core.asgi import get_asgi_application

        from backk_core.publish.asgi import AsgiDoor

        found["asgi"] = asgi_knock(AsgiDoor(get_asgi_application()), asyncio.Runner())
        found["view"] = wsgi_knock(get_wsgi_application())
    for kind in _BATCHES if all_of_them else _FOR_MOST:
        found[f"batch {kind}"] = batch_knock(wsgi, kind)
    return found


def examples() -> dict[str, Any]:
    """Return an example of every function's argument, None where it takes none."""
    from backk_core.describe.registry import registry
    from backk_core.publish.samples import Sampler

    sampler = Sampler()
    return {
        known.wire_name: sampler.example(known.argument, known.argument_mode) if known.argument else None
        for known in registry().all_functions()
    }


@contextmanager
def marketplace(template: Path) -> Iterator[tuple[dict[str, Any], Any]]:
    """Give this process a copy of the marketplace; the value is who has what, and the copy."""
    from django.db import connections

    from tests.acceptance.marketplace.world import Belongings, Place

    with tempfile.TemporaryDirectory() as directory:
        copy = Path(directory) / "marketplace.sqlite3"
        # what the template's process wrote last may still be beside its file
        with closing(sqlite3.connect(template)) as made, closing(sqlite3.connect(copy)) as live:
            made.backup(live)
        connections.close_all()
        connections["default"].settings_dict["NAME"] = connections.settings["default"]["NAME"] = str(copy)
        kept = json.loads(template.with_suffix(".json").read_text())
        place = Place(copy)
        place.save()
        yield {name: Belongings(**facts) for name, facts in kept["world"].items()}, place


# in a process each, so that each has its own registry


def tried(template: Path, *, all_doors: bool) -> tuple[int, list[str]]:
    """Call everything as everybody; return how many calls that were, and what was found."""
    from tests.acceptance.marketplace.verdicts import Trial
    from tests.acceptance.marketplace.world import callers

    with marketplace(template) as (world, place):
        trial = Trial(world, examples(), doors(all_of_them=all_doors), place)
        found = list(trial.findings(callers()))
        return trial.calls, found


def attacked(template: Path, *, all_doors: bool) -> tuple[int, list[str]]:
    """Let bob go for what is ann's; return how many attacks that were, and which got anywhere."""
    from tests.acceptance.marketplace.attacks import FEW_SPELLINGS, SPELLINGS, Attacks

    with marketplace(template) as (world, place):
        known = doors(all_of_them=True) if all_doors else {"wsgi": doors()["wsgi"]}
        attacks = Attacks(world, place, known, SPELLINGS if all_doors else FEW_SPELLINGS)
        found = list(attacks.findings())
        return attacks.sent, found


def judged(work: tuple[Path, Mutant]) -> tuple[str, str]:
    """Put a mutant into this process; return it, and how it was found out: empty where it survives."""
    template, mutant = work
    from django.core.exceptions import ImproperlyConfigured

    from backk_core.describe.registry import registry
    from backk_core.publish.assembly import build_pipeline
    from backk_core.publish.checks import refuse_errors
    from tests.acceptance.marketplace.world import pipeline_knock

    registry.cache_clear()
    try:
        mutant.load()
        found = _first_finding(template, mutant, pipeline_knock(build_pipeline()))
        if found is None:
            # last, since they take longest
            refuse_errors()
    except (ImproperlyConfigured, TypeError, AttributeError) as refusal:
        found = f"{AT_START}{str(refusal)[:300]}"
    return str(mutant), found or ""


def _first_finding(template: Path, mutant: Mutant, knock: Knock) -> str | None:
    from tests.acceptance.marketplace.attacks import Attacks
    from tests.acceptance.marketplace.verdicts import Trial
    from tests.acceptance.marketplace.world import callers

    with marketplace(template) as (world, place):
        trial = Trial(world, examples(), {"no": knock}, place, first=[mutant.service])
        found = next(trial.findings(callers(), ["POST"]), None)
        return found or next(Attacks(world, place, {"no": knock}, ["{}"]).by_ids(), None)


def run(function: Any, *arguments: Any, **options: Any) -> Any:
    """Return what a function returns in a process of its own."""
    with multiprocessing.get_context("fork").Pool(1) as pool:
        return pool.apply(function, arguments, options)


def mutated(template: Path, every: int, *, aloud: bool) -> list[tuple[str, str]]:
    """Judge every mutant, or every so manieth; return each, and how it was found out."""
    from tests.acceptance.marketplace.mutants import mutants

    work = [(template, mutant) for mutant in mutants()][::every]
    outcomes: list[tuple[str, str]] = []
    with multiprocessing.get_context("fork").Pool(2, maxtasksperchild=1) as pool:
        for mutant, how in pool.imap(judged, work, chunksize=1):
            if aloud:
                print(f"{mutant}\n\t{how}", flush=True)
            outcomes.append((mutant, how))
    return outcomes


def _report(what: str, count: int, found: list[str]) -> int:
    print("\n".join(found), end="\n" if found else "")
    print(f"{count:,} {what}: {len(found)} findings")
    return len(found)


def _report_mutants(outcomes: list[tuple[str, str]]) -> int:
    survivors = [mutant for mutant, how in outcomes if not how]
    at_start = sum(how.startswith(AT_START) for _, how in outcomes)
    print("\n".join(f"survives: {mutant}" for mutant in survivors), end="\n" if survivors else "")
    killed = len(outcomes) - len(survivors)
    print(f"{killed} of {len(outcomes)} mutants found out, {at_start} of them before the start")
    return len(survivors)


def main() -> int:
    """Print the figures; return 1 where somebody gets anywhere, or a mutant survives."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true", help="all doors and batches, and the attacks")
    parser.add_argument("--attacks", action="store_true", help="let one user go for what is another's")
    parser.add_argument("--mutations", action="store_true", help="make each line wrong")
    parser.add_argument("--sample", type=int, default=1, metavar="N", help="every Nth mutant alone")
    parser.add_argument("--verbose", action="store_true", help="say how each mutant was found out")
    chosen = parser.parse_args()
    found = 0
    with tempfile.TemporaryDirectory() as directory:
        template = set_up(Path(directory))
        run(make_template, template)
        if chosen.mutations:
            found += _report_mutants(mutated(template, chosen.sample, aloud=chosen.verbose))
        else:
            found += _report("calls by everybody", *run(tried, template, all_doors=chosen.full))
        if chosen.full or chosen.attacks:
            found += _report("attacks", *run(attacked, template, all_doors=chosen.full))
    print("G9 missed" if found else "G9 reached")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
