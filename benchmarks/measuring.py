"""The run: rounds in which every peer is checked and measured in turn, and the medians over the rounds."""

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from benchmarks import load
from benchmarks.cases import Case, WrongAnswer, check
from benchmarks.database import Database, seconds_between
from benchmarks.load import Load
from benchmarks.machine import Cores, busy_seconds
from benchmarks.peers import Peer
from benchmarks.serving import DidNotStart, Served, prepare, serve


@dataclass(frozen=True)
class Plan:
    """How much is measured: rounds, and seconds of load for each case of each peer in a round."""

    rounds: int
    seconds: int
    warm_up_seconds: int = 1


@dataclass(frozen=True)
class Figures:
    """One peer in one case.

    Latencies are in microseconds, as are `server_time` and `database_time`: processor time a call, in the server's
    processes and in PostgreSQL's that serve it. `foreign_share` is how much of one core others used meanwhile.
    """

    calls_per_second: float
    p50: float
    p99: float
    server_time: float
    database_time: float
    foreign_share: float


@dataclass(frozen=True)
class Result:
    """One peer's medians, its memory in bytes after the load, or the reason why it was not measured."""

    peer: Peer
    figures: dict[Case, Figures]
    memory: int
    failure: str = ""


Say = Callable[[str], None]


class Measurements:
    """What was measured so far; `results` gives the medians."""

    def __init__(self, peers: Sequence[Peer]) -> None:
        self.peers = peers
        self.figures: dict[tuple[Peer, Case], list[Figures]] = {}
        self.memory: dict[Peer, list[int]] = {}
        self.failures: dict[Peer, str] = {}

    def results(self) -> list[Result]:
        return [self.result_of(peer) for peer in self.peers]

    def result_of(self, peer: Peer) -> Result:
        if peer in self.failures:
            return Result(peer, {}, 0, self.failures[peer])
        figures = {case: median_of(self.figures[peer, case]) for case in Case}
        return Result(peer, figures, round(statistics.median(self.memory[peer])))


def median_of(rounds: Sequence[Figures]) -> Figures:
    columns = zip(*(vars(figures).values() for figures in rounds), strict=True)
    return Figures(*(statistics.median(column) for column in columns))


def run(peers: Sequence[Peer], plan: Plan, database: Database, cores: Cores, say: Say) -> Measurements:
    """Measure all peers, interleaved; one that fails or answers wrongly is left out from then on and says why."""
    measured = Measurements(peers)
    for number in range(plan.rounds):
        for peer in rotated(peers, number):
            if peer in measured.failures:
                continue
            say(f"round {number + 1} of {plan.rounds}  {peer.title}")
            try:
                measure_peer(peer, plan, database, cores, measured, say)
            except (DidNotStart, WrongAnswer, OSError) as error:
                measured.failures[peer] = str(error).strip()
                say(f"    left out: {measured.failures[peer]}")
    return measured


def rotated(peers: Sequence[Peer], number: int) -> Iterator[Peer]:
    """Another peer begins each round, so that none always runs first or after the same neighbour."""
    start = number % len(peers)
    yield from (*peers[start:], *peers[:start])


def measure_peer(peer: Peer, plan: Plan, database: Database, cores: Cores, measured: Measurements, say: Say) -> None:
    prepare(peer, database.environment)
    database.seed()
    with serve(peer, database.environment, cores.server) as server:
        for case in Case:
            verify(peer, case, server)
            load.run(peer.wire, case, server.port, plan.warm_up_seconds, cores.generator)
            database.settle(cores)
            figures = measure(peer, case, plan, database, cores, server)
            say(
                f"    {case.title:9}{figures.calls_per_second:9,.0f} calls/s   p99 {figures.p99 / 1000:7.2f} ms"
                f"   {figures.server_time:6.0f} µs a call{note_on(figures)}"
            )
            verify(peer, case, server)
            measured.figures.setdefault((peer, case), []).append(figures)
        measured.memory.setdefault(peer, []).append(server.memory_bytes())


def verify(peer: Peer, case: Case, server: Served) -> None:
    check(case, peer.wire, *server.ask(peer.wire.request(case)))


def note_on(figures: Figures) -> str:
    return f"   (others used {figures.foreign_share:.0%} of a core)" if figures.foreign_share > 0.1 else ""


def measure(peer: Peer, case: Case, plan: Plan, database: Database, cores: Cores, server: Served) -> Figures:
    started, busy = time.monotonic(), busy_seconds()
    server_seconds, database_times = server.processor_seconds(), database.processor_times()
    seen = load.run(peer.wire, case, server.port, plan.seconds, cores.generator)
    server_seconds = server.processor_seconds() - server_seconds
    database_seconds = seconds_between(database_times, database.processor_times())
    foreign = busy_seconds() - busy - server_seconds - database_seconds - seen.generator_seconds
    refuse_wrong_answers(case, seen)
    return Figures(
        calls_per_second=seen.calls_per_second,
        p50=seen.p50,
        p99=seen.p99,
        server_time=server_seconds / seen.calls * 1e6,
        database_time=database_seconds / seen.calls * 1e6,
        foreign_share=max(0.0, foreign) / (time.monotonic() - started),
    )


def refuse_wrong_answers(case: Case, seen: Load) -> None:
    if seen.wrong or seen.broken or not seen.calls:
        raise WrongAnswer(
            f"{case.title}: of {seen.calls} calls under load {seen.wrong} had a wrong status"
            f" and {seen.broken} a broken connection"
        )
