"""The Redis server behind one of the project's caches: a client of our own that gives up soon."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string
from django_redis.cache import RedisCache
from redis import BlockingConnectionPool, ConnectionPool, Redis
from redis.backoff import NoBackoff
from redis.exceptions import NoScriptError, RedisError
from redis.retry import Retry

#: What is raised where the server does not do what it is asked.
FAILURES: tuple[type[Exception], ...] = (RedisError, OSError)

#: What is raised where it has not seen a script that it is asked for by its digest.
UNKNOWN_SCRIPT: type[Exception] = NoScriptError

#: Seconds that a call waits for the server, where the cache's options say nothing else.
_PATIENCE = 0.5


def is_redis(alias: str) -> bool:
    """Tell whether a cache is kept in Redis by django-redis."""
    try:
        backend = import_string(settings.CACHES.get(alias, {}).get("BACKEND", ""))
    except ImportError:
        return False
    return isinstance(backend, type) and issubclass(backend, RedisCache)


def client_of(alias: str) -> Any:
    """Return a client of the cache's server, for all threads. ImproperlyConfigured where the cache is not in Redis.

    It neither waits as long as a cache may nor repeats by itself what may have been done: where a script counts, twice
    is wrong, and a call should not wait for what only guards it.
    """
    if not is_redis(alias):
        msg = f"the cache {alias!r} is not kept in Redis by django-redis"
        raise ImproperlyConfigured(msg)
    cache: Any = caches[alias]
    shared: Any = cache.client.get_client(write=True)
    pool = shared.connection_pool
    if type(pool) not in (ConnectionPool, BlockingConnectionPool):
        # one that finds its server by other means, such as Sentinel's
        return shared
    options = {**pool.connection_kwargs, "retry": Retry(NoBackoff(), 0)}
    for name in ("socket_timeout", "socket_connect_timeout"):
        options[name] = options.get(name) or _PATIENCE
    return Redis(connection_pool=ConnectionPool(connection_class=pool.connection_class, **options))
