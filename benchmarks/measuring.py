"""The run: rounds in which every peer is checked and measured in turn, and the medians over the rounds."""

import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field

from benchmarks import load
from benchmarks.cases import Case, WrongAnswer, check
from benchmarks.database import Database, seconds_between
from benchmarks.load import Load
from benchmarks.machine import Cores, busy_seconds
from benchmarks.peers import Peer
from benchmarks.serving import DidNotStart, Served, prepare, serve

# A share of a core that other programs may use before it is worth a remark.
UNREMARKABLE = 0.1


@dataclass(frozen=True)
class Plan:
    """How much is measured: rounds, and seconds of load (warming up first) for each case of each peer in a round."""

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
    figures: Mapping[Case, Figures]
    memory: int
    failure: str = ""


Say = Callable[[str], None]


@dataclass(frozen=True)
class Run:
    """One run over a database and the cores of this machine, and what it has measured so far."""

    plan: Plan
    database: Database
    cores: Cores
    say: Say
    cases: Sequence[Case] = tuple(Case)
    figures: dict[tuple[Peer, Case], list[Figures]] = field(default_factory=dict)
    memory: dict[Peer, list[int]] = field(default_factory=dict)
    failures: dict[Peer, str] = field(default_factory=dict)

    def measure(self, peers: Sequence[Peer]) -> list[Result]:
        """Measure all peers, interleaved; one that fails or answers wrongly is left out from then on and says why.

        All servers run the whole time, so that in each case the peers are measured seconds after each other; those
        whose turn it is not are idle.
        """
        with ExitStack() as stack:
            servers = self._start(peers, stack)
            for number in range(self.plan.rounds):
                self.database.seed()
                for turn, case in enumerate(self.cases):
                    self.say(f"round {number + 1} of {self.plan.rounds}, {case.title}")
                    for peer in rotated(list(servers), number * len(self.cases) + turn):
                        if peer not in self.failures and peer.kind.answers(case):
                            self._measure_peer(peer, case, servers[peer])
                for peer, server in servers.items():
                    self.memory.setdefault(peer, []).append(server.memory_bytes())
        return [self._result(peer) for peer in peers]

    def _start(self, peers: Sequence[Peer], stack: ExitStack) -> dict[Peer, Served]:
        servers = {}
        for peer in peers:
            self.say(f"starting {peer.title}")
            try:
                prepare(peer, self.database.environment)
                servers[peer] = stack.enter_context(serve(peer, self.database.environment, self.cores.server))
            except DidNotStart as error:
                self._leave_out(peer, error)
        return servers

    def _measure_peer(self, peer: Peer, case: Case, server: Served) -> None:
        try:
            verify(peer, case, server)
            if self.plan.warm_up_seconds:
                self._load(peer, case, server, self.plan.warm_up_seconds)
            figures = self._figures(peer, case, server)
            verify(peer, case, server)
        except (WrongAnswer, OSError) as error:
            self._leave_out(peer, error)
            return
        self.figures.setdefault((peer, case), []).append(figures)
        self.say(
            f"    {peer.title:38}{figures.calls_per_second:9,.0f} calls/s   p99 {figures.p99 / 1000:7.2f} ms"
            f"   {figures.server_time:6.0f} µs a call{remark_on(figures)}"
        )

    def _figures(self, peer: Peer, case: Case, server: Served) -> Figures:
        started, busy = time.monotonic(), busy_seconds()
        server_seconds, database_times = server.processor_seconds(), self.database.processor_times()
        seen = self._load(peer, case, server, self.plan.seconds)
        server_seconds = server.processor_seconds() - server_seconds
        database_seconds = seconds_between(database_times, self.database.processor_times())
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

    def _load(self, peer: Peer, case: Case, server: Served, seconds: int) -> Load:
        return load.run(
            peer.wire,
            case,
            server.port,
            seconds,
            self.cores.generator,
            under_way=lambda: self.database.settle(self.cores),
        )

    def _leave_out(self, peer: Peer, error: Exception) -> None:
        self.failures[peer] = str(error).strip() or repr(error)
        self.say(f"    {peer.title} is left out: {self.failures[peer]}")

    def _result(self, peer: Peer) -> Result:
        if peer in self.failures:
            return Result(peer, {}, 0, self.failures[peer])
        figures = {case: median_of(self.figures[peer, case]) for case in self.cases if peer.kind.answers(case)}
        return Result(peer, figures, round(statistics.median(self.memory[peer])))


def median_of(rounds: Sequence[Figures]) -> Figures:
    """The medians over the calmer half of the rounds: other programs only ever make figures worse."""
    most = statistics.median(figures.foreign_share for figures in rounds)
    calm = [figures for figures in rounds if figures.foreign_share <= most]
    columns = zip(*(vars(figures).values() for figures in calm), strict=True)
    return Figures(*(statistics.median(column) for column in columns))


def rotated(peers: Sequence[Peer], number: int) -> Iterator[Peer]:
    """Another peer begins each time, so that none always runs first."""
    start = number % len(peers) if peers else 0
    yield from (*peers[start:], *peers[:start])


def verify(peer: Peer, case: Case, server: Served) -> None:
    check(case, peer.wire, *server.ask(peer.wire.request(case)))


def refuse_wrong_answers(case: Case, seen: Load) -> None:
    if seen.wrong or seen.broken or not seen.calls:
        raise WrongAnswer(
            f"{case.title}: of {seen.calls} calls under load {seen.wrong} had a wrong status"
            f" and {seen.broken} a broken connection"
        )


def remark_on(figures: Figures) -> str:
    share = figures.foreign_share
    return f"   (others used {share:.0%} of a core)" if share > UNREMARKABLE else ""
