"""Where the peers' PostgreSQL is: the runner says it in the environment."""

import os
from urllib.parse import urlsplit

URL = os.environ.get("BENCHMARK_DATABASE", "postgresql://backk:backk@127.0.0.1:15432/backk_benchmark")
# As many connections as the load generator holds open, so that no peer waits for its own pool.
CONNECTIONS = 16


def sqlalchemy_url() -> str:
    return URL.replace("postgresql://", "postgresql+asyncpg://", 1)


def django_database() -> dict[str, object]:
    """A value of Django's DATABASES: connections stay open, nobody asks the server whether they still are."""
    parts = urlsplit(URL)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": parts.username or "",
        "PASSWORD": parts.password or "",
        "HOST": parts.hostname or "",
        "PORT": parts.port or "",
        "CONN_MAX_AGE": None,
    }
