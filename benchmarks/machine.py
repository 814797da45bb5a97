"""The machine: its cores, who runs on which, how much processor time and memory processes took, and its description."""

import datetime
import os
import platform
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Cores:
    """The measured server has a core for itself; the load generator has another.

    PostgreSQL has the rest, and where there is none shares the generator's.
    """

    server: int
    generator: int
    database: frozenset[int]


def share_cores() -> Cores:
    """Raise SystemExit on a machine with a single core, where server and generator would measure each other."""
    usable = sorted(os.sched_getaffinity(0))
    if len(usable) < 2:
        raise SystemExit("Two processor cores are needed: one for the server, one for the load.")
    server, generator, *rest = usable
    return Cores(server, generator, frozenset(rest or [generator]))


@contextmanager
def on_core(core: int) -> Iterator[None]:
    """What is started inside stays on this core; this process itself goes back to where it was."""
    usable = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, usable)


def move(pids: Iterable[int], cores: Iterable[int]) -> bool:
    """Move processes to these cores; False where this user may not."""
    cores = set(cores)
    try:
        for pid in pids:
            with suppress(ProcessLookupError):
                os.sched_setaffinity(pid, cores)
    except PermissionError:
        return False
    return True


def process_tree(pid: int) -> list[int]:
    """A process and all its descendants."""
    tree = [pid]
    with suppress(FileNotFoundError, ProcessLookupError):
        for children in (PROC / str(pid) / "task").glob("*/children"):
            for child in children.read_text().split():
                tree += process_tree(int(child))
    return tree


def is_running(pid: int) -> bool:
    """False for a process that has ended, collected by its parent or not."""
    try:
        return "\nState:\tZ" not in (PROC / str(pid) / "status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False


def processor_seconds(pids: Iterable[int]) -> float:
    """Time on a processor so far, all threads together; 0 for what has ended or may not be read."""
    nanoseconds = 0
    for pid in pids:
        with suppress(OSError):
            for schedstat in (PROC / str(pid) / "task").glob("*/schedstat"):
                nanoseconds += int(schedstat.read_text().split()[0])
    return nanoseconds / 1e9


def memory_bytes(pids: Iterable[int]) -> int:
    """Resident memory of a family of processes: what each has for itself, and the largest share of common pages."""
    private, shared = 0, [0]
    for pid in pids:
        with suppress(OSError):
            kibibytes = {
                name: int(size)
                for name, size in re.findall(
                    r"^(Rss|Private_\w+):\s+(\d+) kB", (PROC / str(pid) / "smaps_rollup").read_text(), re.MULTILINE
                )
            }
            own = sum(size for name, size in kibibytes.items() if name.startswith("Private_"))
            private += own
            shared.append(kibibytes["Rss"] - own)
    return (private + max(shared)) * 1024


def busy_seconds() -> float:
    """Time that all cores together were not idle so far, stolen time included."""
    user, nice, system, _idle, _waiting, irq, softirq, steal = map(
        int, (PROC / "stat").read_text().splitlines()[0].split()[1:9]
    )
    return (user + nice + system + irq + softirq + steal) / TICKS_PER_SECOND


def describe() -> str:
    """One line: processor, cores, memory, system, Python, date."""
    model = re.search(r"^model name\s*:\s*(.+)$", (PROC / "cpuinfo").read_text(), re.MULTILINE)
    memory = re.search(r"^MemTotal:\s+(\d+)", (PROC / "meminfo").read_text(), re.MULTILINE)
    gibibytes = round(int(memory[1]) / 2**20) if memory else 0
    return (
        f"{model[1] if model else platform.machine()}, {len(os.sched_getaffinity(0))} cores, {gibibytes} GiB, "
        f"{platform.system()} {platform.release().split('-')[0]}, Python {platform.python_version()}, "
        f"{datetime.datetime.now(datetime.UTC):%Y-%m-%d}"
    )
