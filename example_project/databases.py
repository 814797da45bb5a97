"""Which database the environment names: SQLite in a file, PostgreSQL or MariaDB."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

_ENGINES = {
    "sqlite": "django.db.backends.sqlite3",
    "postgresql": "django.db.backends.postgresql",
    "mariadb": "django.db.backends.mysql",
}
_PORTS = {"postgresql": "5432", "mariadb": "3306"}


def database_from(environment: Mapping[str, str], directory: Path) -> dict[str, Any]:
    """Return Django's settings of the database that ``DATABASE`` names; ``directory`` is where SQLite's file is.

    ``DATABASE_NAME``, ``_HOST``, ``_PORT``, ``_USER`` and ``_PASSWORD`` say more. ImproperlyConfigured where it is no
    database that the marketplace knows.
    """
    kind = environment.get("DATABASE", "sqlite")
    if kind not in _ENGINES:
        raise ImproperlyConfigured(f"DATABASE is {kind!r}: it is {', '.join(_ENGINES)}")
    if kind == "sqlite":
        # a writer waits for the one before it
        options: dict[str, Any] = {"timeout": 60, "transaction_mode": "IMMEDIATE"}
        name = environment.get("DATABASE_NAME", str(directory / "example.sqlite3"))
        return {"ENGINE": _ENGINES[kind], "NAME": name, "OPTIONS": options, "CONN_MAX_AGE": None}
    return {
        "ENGINE": _ENGINES[kind],
        "NAME": environment.get("DATABASE_NAME", "marketplace"),
        "HOST": environment.get("DATABASE_HOST", "127.0.0.1"),
        "PORT": environment.get("DATABASE_PORT", _PORTS[kind]),
        "USER": environment.get("DATABASE_USER", "backk"),
        "PASSWORD": environment.get("DATABASE_PASSWORD", ""),
        "OPTIONS": {"charset": "utf8mb4"} if kind == "mariadb" else {},
        "CONN_MAX_AGE": None,
    }
