"""Whether rate limits can be read, are about something, and are counted where all processes see it."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings

from backk_core.describe.contracts import Problem
from backk_core.describe.registry import Registry
from backk_core.describe.source import place_of_setting
from backk_security.conf import security_conf
from backk_security.limits import Limit, NotALimit
from backk_security.redis_server import is_redis

_HINT = 'BACKK = {"RATE_LIMITS": ["100/minute per caller", "10/second per address"]}'


def problems(known: Registry) -> Iterator[Problem]:
    """Yield what is wrong with the limits of settings and functions."""
    chosen = security_conf()
    names = {*known.services, *known.functions}
    for text in chosen.rate_limits:
        try:
            limit = Limit.said(text)
        except NotALimit as error:
            yield Problem("backk.E931", place_of_setting("BACKK"), f"{error}.", _HINT)
            continue
        if limit.on and limit.on not in names:
            message = f"The rate limit {text!r} is on {limit.on}, which is no service or function."
            yield Problem("backk.E932", place_of_setting("BACKK"), message, f"on one of {', '.join(sorted(names))}")
    for function in known.all_functions():
        for text in function.options.rate_limits:
            try:
                Limit.said(text, on=function.wire_name)
            except NotALimit as error:
                message = f"{function.wire_name}: {error}."
                yield Problem("backk.E931", function.place, message, '@rate_limit("5/minute per caller")')
        if function.options.rate_limits and function.options.no_rate_limit is not None:
            message = f"{function.wire_name} is limited, and is left out of limits."
            hint = f"@no_rate_limit({function.options.no_rate_limit!r})  or @rate_limit(…)"
            yield Problem("backk.E933", function.place, message, hint)
    yield from _cache(chosen.rate_limit_cache)


def _cache(named: str) -> Iterator[Problem]:
    if named and not is_redis(named):
        message = f"RATE_LIMIT_CACHE is {named!r}, which is no cache that django-redis keeps in Redis."
        known = [alias for alias in settings.CACHES if is_redis(alias)] or ["default"]
        backend = '{"BACKEND": "django_redis.cache.RedisCache", …}'
        hint = f'BACKK = {{"RATE_LIMIT_CACHE": {known[0]!r}}}, CACHES = {{{known[0]!r}: {backend}}}'
        yield Problem("backk.E934", place_of_setting("BACKK"), message, hint)
