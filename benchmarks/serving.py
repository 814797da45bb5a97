"""A peer's server: started on its core, awaited, asked single questions, measured, ended whatever happens."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from benchmarks.cases import Request
from benchmarks.machine import is_running, memory_bytes, on_core, process_tree, processor_seconds
from benchmarks.peers import Peer

ROOT = Path(__file__).parents[1]
SECONDS_TO_START = 30
SECONDS_TO_STOP = 10
# Characters of a failed server's output: enough for the end of a traceback.
OUTPUT_SHOWN = 2_000


class DidNotStart(Exception):
    """A server that ended or stayed silent; the message is the end of what it wrote."""


@dataclass(frozen=True)
class Served:
    """A server that answers at `port`."""

    pid: int
    port: int

    def ask(self, request: Request) -> tuple[int, bytes]:
        """The status and body of one request."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        headers = {"Content-Type": "application/json"} if request.body else {}
        connection.request(request.method, request.path, request.body or None, headers)
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return answer.status, body

    def processor_seconds(self) -> float:
        return processor_seconds(process_tree(self.pid))

    def memory_bytes(self) -> int:
        return memory_bytes(process_tree(self.pid))


def prepare(peer: Peer, database: Mapping[str, str]) -> None:
    """Make the peer's own tables; raise DidNotStart with what was written where that fails."""
    if not peer.preparation:
        return
    done = subprocess.run(
        [sys.executable, *peer.preparation],
        cwd=ROOT,
        env=environment_of(peer, database),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise DidNotStart(done.stdout[-OUTPUT_SHOWN:])


def environment_of(peer: Peer, database: Mapping[str, str]) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), **database, **peer.environment}


@contextmanager
def serve(peer: Peer, database: Mapping[str, str], core: int) -> Iterator[Served]:
    """Serve a peer on this core, its database named in the environment; raise DidNotStart where it does not answer."""
    port = free_port()
    command = peer.server.command(sys.executable, peer.application, port)
    with TemporaryFile("w+") as output:
        process = start(command, environment_of(peer, database), core, output)
        try:
            await_answer(process, port, output)
            yield Served(process.pid, port)
        finally:
            end(process)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def start(command: list[str], environment: Mapping[str, str], core: int, output: IO[str]) -> subprocess.Popen[bytes]:
    """The server gets a session of its own, so that Ctrl-C reaches this process alone, which then ends the server."""
    with on_core(core):
        return subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def await_answer(process: subprocess.Popen[bytes], port: int, output: IO[str]) -> None:
    give_up = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < give_up and process.poll() is None:
        try:
            Served(process.pid, port).ask(Request("GET", "/"))
        except OSError:
            time.sleep(0.05)
        else:
            return
    output.seek(0)
    raise DidNotStart(output.read()[-OUTPUT_SHOWN:] or "it wrote nothing")


def end(process: subprocess.Popen[bytes]) -> None:
    """Ask the server to stop, wait, end what is left of it and its children, and wait until they are gone."""
    family = process_tree(process.pid)
    process.send_signal(signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        process.wait(SECONDS_TO_STOP)
    for pid in family:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    process.wait()
    give_up = time.monotonic() + SECONDS_TO_STOP
    while any(is_running(pid) for pid in family) and time.monotonic() < give_up:
        time.sleep(0.01)
