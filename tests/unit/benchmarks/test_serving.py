import os
import sys
from pathlib import Path

import pytest

from benchmarks.cases import Request, Resources
from benchmarks.machine import is_running, process_tree
from benchmarks.peers import Kind, Peer, Server
from benchmarks.serving import DidNotStart, prepare, serve

CORE = min(os.sched_getaffinity(0))


def peer_of(server: Server, preparation: tuple[str, ...] = ()) -> Peer:
    return Peer("any", "any", Kind.PEER, server, "unused", Resources(), preparation=preparation)


class Script(Server):
    """A server that is a Python script with a port as its argument."""

    def command(self, python: str, application: str, port: int) -> list[str]:
        return [python, self.name, str(port)]


def script(path: Path, text: str) -> Script:
    path.write_text(text)
    return Script(str(path), ())


FAMILY = """
import http.server, signal, subprocess, sys
stubborn = "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(60)"
child = subprocess.Popen([sys.executable, "-c", stubborn])
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")
    def log_message(self, *args): ...
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""


def test_a_server_and_the_child_that_ignores_its_end_are_gone_after_an_interruption(tmp_path: Path) -> None:
    family: list[int] = []

    def use_and_interrupt() -> None:
        with serve(peer_of(script(tmp_path / "server.py", FAMILY)), {}, CORE) as server:
            assert server.ask(Request("GET", "/")) == (200, b"ok")
            family.extend(process_tree(server.pid))
            assert os.sched_getaffinity(server.pid) == {CORE}
            assert server.memory_bytes() > 0
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        use_and_interrupt()
    assert len(family) == 2
    assert [pid for pid in family if is_running(pid)] == []


def test_a_server_that_ends_at_once_tells_what_it_wrote(tmp_path: Path) -> None:
    broken = script(tmp_path / "server.py", "raise RuntimeError('no such setting')")
    with pytest.raises(DidNotStart, match="no such setting"), serve(peer_of(broken), {}, CORE):
        pass


def test_a_preparation_that_fails_tells_what_it_wrote() -> None:
    failing = peer_of(Server(sys.executable, ()), ("-c", "raise SystemExit('no such migration')"))
    with pytest.raises(DidNotStart, match="no such migration"):
        prepare(failing, {})
