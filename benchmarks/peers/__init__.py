"""Who is compared: how each peer is served and on which wire it answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from benchmarks.cases import Calls, Case, Resources, Wire

ROOT = Path(__file__).parents[2]
QUICKSTART = ROOT / "docs" / "quickstart"
DJANGO_PEERS = "benchmarks.peers.django_peers"
DJANGO_HANDLER = "benchmarks.peers.django_wsgi:application"

# The same for all that are served over WSGI; README.md tells what 1 to 16 threads give.
THREADS = 8


@dataclass(frozen=True)
class Server:
    """A server's command line without interpreter, application and port."""

    name: str
    arguments: tuple[str, ...]

    def command(self, python: str, application: str, port: int) -> list[str]:
        return [python, "-m", self.name, *self.arguments, "--host", "127.0.0.1", "--port", str(port), application]


def granian(threads: int = THREADS) -> Server:
    """The WSGI server, with so many threads for calls."""
    arguments = ("--interface", "wsgi", "--no-ws", "--log-level", "error", "--workers-kill-timeout", "5")
    return Server("granian", (*arguments, "--blocking-threads", str(threads)))


# uvloop and httptools are what `uvicorn[standard]` chooses; named, so that a missing one is an error and not slowness.
UVICORN = Server("uvicorn", ("--loop", "uvloop", "--http", "httptools", "--no-access-log", "--log-level", "warning"))


class Kind(Enum):
    """What a row of the comparison is: this project, a framework that somebody could choose instead, or a yardstick."""

    OURS = "this project"
    PEER = "another framework"
    PLAIN = "Django without a framework on top"
    BARE = "no framework"
    CEILING = "no framework and no cursor"
    ORIGINAL = "the original Backk"

    def answers(self, case: Case) -> bool:
        """Whether such a row has this case: the yardsticks read flat rows only."""
        return self in (Kind.OURS, Kind.PEER) or not case.is_nested


@dataclass(frozen=True, eq=False)
class Peer:
    """One application to measure.

    `name` is its word on the command line, `title` the one in tables. `preparation` are the arguments of Python that
    make its tables, where it has some of its own. Ratios refer to the peer that `is_reference`.
    """

    name: str
    title: str
    kind: Kind
    server: Server
    application: str
    wire: Wire
    environment: Mapping[str, str] = field(default_factory=dict)
    preparation: tuple[str, ...] = ()
    is_reference: bool = False


def django_peer(name: str, title: str, kind: Kind, urls: str, wire: Wire, apps: str = "") -> Peer:
    """A peer inside Django, under Django's own WSGI handler."""
    environment = {
        "DJANGO_SETTINGS_MODULE": f"{DJANGO_PEERS}.settings",
        "BENCHMARK_URLS": f"{DJANGO_PEERS}.{urls}",
        "BENCHMARK_APPS": apps,
    }
    return Peer(name, title, kind, granian(), DJANGO_HANDLER, wire, environment)


def door(name: str, title: str, server: Server, application: str) -> Peer:
    """The documentation's quickstart, and orders beside it, behind one of the project's three doors."""
    environment = {
        "DJANGO_SETTINGS_MODULE": "benchmarks.peers.orders.settings",
        "PYTHONPATH": f"{QUICKSTART}:{ROOT}",
        "SECRET_KEY": "only for measuring on this machine, and long enough for production",
        "DEBUG": "0",
    }
    migrate = (str(QUICKSTART / "manage.py"), "migrate", "--verbosity", "0")
    return Peer(name, title, Kind.OURS, server, application, Calls(), environment, migrate, name == REFERENCE)


# The door that the documentation recommends; ratios refer to it.
REFERENCE = "wsgi"

PEERS = (
    door("wsgi", "Backk for Django, WSGI door", granian(), "backk_core.wsgi:application"),
    door("asgi", "Backk for Django, ASGI door", UVICORN, "backk_core.asgi:application"),
    door("view", "Backk for Django, URL view", granian(), DJANGO_HANDLER),
    django_peer("drf", "Django REST framework", Kind.PEER, "rest_api", Resources(slash="/"), apps="rest_framework"),
    django_peer("ninja", "Django Ninja, sync", Kind.PEER, "ninja_api", Resources()),
    Peer(
        "fastapi",
        "FastAPI, SQLAlchemy, asyncpg",
        Kind.PEER,
        UVICORN,
        "benchmarks.peers.fastapi_api:app",
        Resources(),
    ),
    Peer(
        "litestar",
        "Litestar, SQLAlchemy, asyncpg",
        Kind.PEER,
        UVICORN,
        "benchmarks.peers.litestar_api:app",
        Resources(),
    ),
    django_peer("plain", "plain Django view, raw SQL, msgspec", Kind.PLAIN, "plain_view", Calls()),
    Peer(
        "bare",
        "bare WSGI callable, psycopg, msgspec",
        Kind.BARE,
        granian(),
        "benchmarks.peers.bare_wsgi:application",
        Calls(),
    ),
    Peer(
        "libpq",
        "the same, libpq prepared",
        Kind.CEILING,
        granian(),
        "benchmarks.peers.bare_libpq:application",
        Calls(),
    ),
)
