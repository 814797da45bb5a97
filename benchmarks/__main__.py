"""The command line: prepares, measures, prints, and writes the documentation's page and picture."""

import argparse
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit

from benchmarks import environment
from benchmarks.cases import Case
from benchmarks.peers import PEERS, Peer

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "benchmarks.md"
PICTURE = ROOT / "docs" / "images" / "benchmark.svg"
SERVICES = ROOT / "deploy" / "services"
SECONDS_A_START = 2
# Of a core; figures of a busier machine are not worth publishing.
MOST_FOREIGN_SHARE = 0.5


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    names = ", ".join(peer.name for peer in PEERS)
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Measures this project and its peers side by side: one process on one core, the same PostgreSQL.",
        epilog=f"Peers: {names}. A whole run takes about ten minutes and writes docs/benchmarks.md and its picture.",
    )
    parser.add_argument("--quick", action="store_true", help="one short round, about a minute; writes nothing")
    parser.add_argument("--only", metavar="PEER,PEER", type=named_peers, default=PEERS, help="writes nothing")
    words = ", ".join(case.value for case in Case)
    parser.add_argument(
        "--cases",
        metavar="CASE,CASE",
        type=named_cases,
        default=tuple(Case),
        help=f"some of {words}; writes nothing",
    )
    parser.add_argument("--rounds", type=int, default=5, help="how many rounds (5); their median counts")
    parser.add_argument("--seconds", type=int, default=2, help="seconds of load a case and round (2)")
    parser.add_argument("--write", action="store_true", help="write page and picture in any case")
    parser.add_argument(
        "--database",
        metavar="URL",
        help="a PostgreSQL on this machine where the user may create databases; without it that of `make services`,"
        " which is started where it does not run",
    )
    return parser.parse_args(arguments)


def named_peers(words: str) -> tuple[Peer, ...]:
    named = words.split(",")
    unknown = set(named) - {peer.name for peer in PEERS}
    if unknown:
        raise argparse.ArgumentTypeError(f"unknown: {', '.join(sorted(unknown))}")
    return tuple(peer for peer in PEERS if peer.name in named)


def named_cases(words: str) -> tuple[Case, ...]:
    named = words.split(",")
    unknown = set(named) - {case.value for case in Case}
    if unknown:
        raise argparse.ArgumentTypeError(f"unknown: {', '.join(sorted(unknown))}")
    return tuple(case for case in Case if case.value in named)


def say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


@contextmanager
def postgresql(url: str | None) -> Iterator[str]:
    """The URL of a PostgreSQL that answers; the project's own is started, and stopped again, where it did not run."""
    port = os.environ.get("BACKK_POSTGRESQL_PORT", "15432")
    own = url is None
    url = url or f"postgresql://backk:backk@127.0.0.1:{port}/backk"
    if answers(url):
        yield url
    elif own and not subprocess.run([SERVICES, "start"], check=False, stdout=sys.stderr).returncode:
        try:
            yield url
        finally:
            subprocess.run([SERVICES, "stop"], check=False)
    else:
        raise SystemExit(f"No PostgreSQL answers at {urlsplit(url).hostname}:{urlsplit(url).port}.")


def answers(url: str) -> bool:
    parts = urlsplit(url)
    try:
        socket.create_connection((parts.hostname or "127.0.0.1", parts.port or 5432), timeout=2).close()
    except OSError:
        return False
    return True


def end_orderly(_signal: int, _frame: object) -> NoReturn:
    raise SystemExit(143)


def measure(options: argparse.Namespace) -> None:
    """Everything that needs the benchmark's environment."""
    from benchmarks import load
    from benchmarks.chart import draw
    from benchmarks.database import make_database
    from benchmarks.machine import describe, share_cores
    from benchmarks.measuring import Plan, Run
    from benchmarks.report import as_markdown, as_text, compare

    load.require_wrk()
    cores = share_cores()
    plan = Plan(1, 1, warm_up_seconds=0) if options.quick else Plan(options.rounds, options.seconds)
    a_round = len(options.cases) * (plan.seconds + plan.warm_up_seconds)
    peers = [peer for peer in options.only if any(map(peer.kind.answers, options.cases))]
    minutes = max(1, round(len(peers) * (plan.rounds * a_round + SECONDS_A_START) / 60))
    is_complete = options.only == PEERS and options.cases == tuple(Case)
    say(f"{len(peers)} peers, {plan.rounds} round(s), about {minutes} min")
    with postgresql(options.database) as server_url, make_database(server_url) as database:
        comparison = compare(Run(plan, database, cores, say, options.cases).measure(peers))
        version = database.version
        guards = cost_of_guards(database.environment, options) if is_complete else ""
    print(as_text(comparison))
    print(guards)
    whole = is_complete and not options.quick
    if whole and comparison.foreign_share > MOST_FOREIGN_SHARE and not options.write:
        say("\nNothing is written: the machine was too busy. --write writes all the same.")
    elif whole or options.write:
        PICTURE.parent.mkdir(parents=True, exist_ok=True)
        PICTURE.write_text(draw(comparison))
        PAGE.write_text(as_markdown(comparison, plan, describe(), version))
        say(f"\nWritten: {PAGE.relative_to(ROOT)}, {PICTURE.relative_to(ROOT)}")


def cost_of_guards(database: Mapping[str, str], options: argparse.Namespace) -> str:
    """What authentication, authorization and limits add to a call, measured in a process of its own."""
    say("what guards add to a call")
    rounds = "5" if options.quick else "31"
    command = [sys.executable, "-m", "benchmarks.guards", "--rounds", rounds]
    done = subprocess.run(command, env={**os.environ, **database}, stdout=subprocess.PIPE, text=True, check=False)
    return done.stdout if done.returncode == 0 else "\nNot measured: what guards add to a call."


def main() -> None:
    arguments = sys.argv[1:]
    options = parse(arguments)
    environment.enter(arguments)
    signal.signal(signal.SIGTERM, end_orderly)
    try:
        measure(options)
    except KeyboardInterrupt:
        raise SystemExit("Ended: servers and database are gone.") from None


main()
