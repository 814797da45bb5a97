"""The load: wrk on its own core, which keeps 16 connections busy with one request."""

import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.cases import INVALID_STATUSES, Case, Wire
from benchmarks.machine import on_core

CONNECTIONS = 16
SECONDS_TO_GET_UNDER_WAY = 0.1
SCRIPT = Path(__file__).with_name("load.lua")
ROOT = SCRIPT.parents[1]


@dataclass(frozen=True)
class Load:
    """What wrk saw: calls a second, latencies in microseconds, answers with a wrong status, broken connections.

    `generator_seconds` is the processor time that wrk itself took.
    """

    calls: int
    seconds: float
    p50: float
    p99: float
    wrong: int
    broken: int
    generator_seconds: float

    @property
    def calls_per_second(self) -> float:
        return self.calls / self.seconds


def require_wrk() -> None:
    """Install wrk where it is missing; raise SystemExit where that is not possible."""
    if shutil.which("wrk"):
        return
    if subprocess.run([ROOT / "deploy" / "debian-packages", "wrk"], check=False).returncode:
        raise SystemExit("The load generator wrk is needed.")


def run(wire: Wire, case: Case, port: int, seconds: int, core: int, under_way: Callable[[], object]) -> Load:
    """Keep one case busy for so many seconds; `under_way` is called once all connections are in use."""
    request = wire.request(case)
    statuses = ",".join(map(str, INVALID_STATUSES)) if case is Case.INVALID else ""
    command = ["wrk", "--threads", "1", "--connections", str(CONNECTIONS), "--duration", f"{seconds}s"]
    command += ["--timeout", "10s", "--script", str(SCRIPT), f"http://127.0.0.1:{port}"]
    command += ["--", request.method, request.path, request.body, statuses]
    before = os.times()
    with on_core(core):
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        time.sleep(SECONDS_TO_GET_UNDER_WAY)
        under_way()
        output, _ = process.communicate()
    except BaseException:
        process.kill()
        process.wait()
        raise
    after = os.times()
    figures = json.loads(next(line for line in output.splitlines() if line.startswith("{")))
    return Load(
        calls=figures["requests"],
        seconds=figures["microseconds"] / 1e6,
        p50=figures["p50"],
        p99=figures["p99"],
        wrong=figures["wrong"],
        broken=figures["broken"],
        generator_seconds=after.children_user + after.children_system - before.children_user - before.children_system,
    )
