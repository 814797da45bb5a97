"""A cache in Redis as the environment describes it, with the time-outs and the form of values that a service needs."""

from __future__ import annotations

import os
from typing import Any

#: Seconds that a call waits for Redis: what a cache can save is less.
_PATIENCE = 0.25


def redis_cache_from_environment(variables: str = "REDIS_CACHE") -> dict[str, Any]:
    """Return an entry of Django's ``CACHES``: ``CACHES = {"default": redis_cache_from_environment()}``.

    ``REDIS_CACHE_HOST`` says where Redis is, ``REDIS_CACHE_PORT`` (6379), ``REDIS_CACHE_PASSWORD`` and
    ``REDIS_CACHE_TLS`` (``true``) the rest; without a host the cache is in the process's memory. Values are kept as
    JSON: whoever can write into Redis can run nothing here, as pickled values would let them.
    """
    host = os.environ.get(f"{variables}_HOST", "")
    if not host:
        return {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    encrypted = os.environ.get(f"{variables}_TLS", "").lower() in {"1", "true", "yes", "on"}
    port = os.environ.get(f"{variables}_PORT") or "6379"
    password = os.environ.get(f"{variables}_PASSWORD", "")
    address = f"[{host}]" if ":" in host and not host.startswith("[") else host
    return {
        "BACKEND": "django_redis.cache.RedisCache",
        "LOCATION": f"{'rediss' if encrypted else 'redis'}://{address}:{port}/0",
        "OPTIONS": {
            **({"PASSWORD": password} if password else {}),
            "SERIALIZER": "django_redis.serializers.json.JSONSerializer",
            "SOCKET_CONNECT_TIMEOUT": _PATIENCE,
            "SOCKET_TIMEOUT": _PATIENCE,
        },
    }
