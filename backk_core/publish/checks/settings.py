"""What a project's settings must be for its services to be safe and to work."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.checks.security.base import check_secret_key
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from backk_core.declare.conf import conf
from backk_core.describe.contracts import Problem
from backk_core.describe.registry import Registry
from backk_core.describe.source import place_of_setting
from backk_core.execute.answer_cache import caching_of

#: Keys of BACKK that name classes or functions, and keys of REST_FRAMEWORK that do and are used here.
_BACKK_NAMES = ("AUTHENTICATORS", "INTERCEPTORS", "LIVENESS_CHECKS", "READINESS_CHECKS", "STARTUP_CHECKS")
_REST_FRAMEWORK_NAMES = ("DEFAULT_AUTHENTICATION_CLASSES", "DEFAULT_THROTTLE_CLASSES")


def _problem(id: str, setting: str, message: str, hint: str) -> Problem:
    return Problem(f"backk.{id}", place_of_setting(setting), message, hint)


def production_is_closed() -> Iterator[Problem]:
    """In production hosts are named, errors tell nothing, and what is signed cannot be forged."""
    if not conf().in_production:
        return
    if not settings.ALLOWED_HOSTS:
        yield _problem(
            "E002", "ALLOWED_HOSTS", "ALLOWED_HOSTS is empty in production.", 'ALLOWED_HOSTS = ["api.example.com"]'
        )
    if settings.DEBUG:
        yield _problem(
            "E003", "DEBUG", "DEBUG is on in production: errors would show code and settings.", "DEBUG = False"
        )
    if check_secret_key(None):
        hint = 'SECRET_KEY = os.environ["SECRET_KEY"]  (made by django.core.management.utils.get_random_secret_key())'
        yield _problem("E004", "SECRET_KEY", "SECRET_KEY is too short or too plain for production.", hint)


def session_authentication_is_off() -> Iterator[Problem]:
    """Nobody is authenticated by a cookie: calls have no CSRF check, and any page could send one."""
    from rest_framework.authentication import SessionAuthentication

    for setting, name, found in _named():
        if isinstance(found, type) and issubclass(found, SessionAuthentication):
            message = f"{name} authenticates by cookie, and service calls have no CSRF check."
            tokens = "rest_framework.authentication.TokenAuthentication"
            hint = f'REST_FRAMEWORK = {{"DEFAULT_AUTHENTICATION_CLASSES": [{tokens!r}]}}'
            yield _problem("E006", setting, message, hint)


def names_can_be_imported() -> Iterator[Problem]:
    """What settings name exists and can be made."""
    for setting, name, found in _named():
        if isinstance(found, Exception):
            yield _problem(
                "E007",
                setting,
                f"{setting} names {name}, which cannot be used: {found}.",
                f'{setting} = {{… "package.module.Name" …}}',
            )


def _named() -> Iterator[tuple[str, str, Any]]:
    """Yield setting, name, and what the name stands for: an exception where it cannot be had."""
    for setting, keys in (("BACKK", _BACKK_NAMES), ("REST_FRAMEWORK", _REST_FRAMEWORK_NAMES)):
        for key in keys:
            for item in getattr(settings, setting, {}).get(key, ()):
                yield setting, str(item), _made(item, is_made=key != "DEFAULT_AUTHENTICATION_CLASSES")


def _made(item: Any, *, is_made: bool) -> Any:
    try:
        found = import_string(item) if isinstance(item, str) else item
        if is_made and isinstance(found, type):
            # a throttle without its rate says so only when it is made
            found()
    except (ImportError, RuntimeError, TypeError, ImproperlyConfigured) as error:
        return error
    return found


def database_is_known() -> Iterator[Problem]:
    """Entities are kept in one of the project's databases, and moments have a time zone."""
    name = conf().database
    if name not in settings.DATABASES:
        hint = f'BACKK = {{"DATABASE": {next(iter(settings.DATABASES), "default")!r}}}'
        yield _problem("E008", "BACKK", f'BACKK["DATABASE"] is {name!r}, which DATABASES does not have.', hint)
        return
    if not settings.USE_TZ:
        yield _problem(
            "E010", "USE_TZ", "USE_TZ is off: moments on the wire are UTC and could not be stored.", "USE_TZ = True"
        )
    database = settings.DATABASES[name]
    if database.get("ATOMIC_REQUESTS"):
        message = (
            f"ATOMIC_REQUESTS of {name!r} wraps calls in a second transaction: behind Django's handler none is retried."
        )
        yield _problem("W012", "DATABASES", message, '"ATOMIC_REQUESTS": False')
    if _is_in_memory(database) and conf().environment != "test" and conf().asgi_threads > 1:
        message = (
            f"{name!r} is an SQLite database in memory: every thread of the ASGI door would have its own, empty one."
        )
        yield _problem("W011", "DATABASES", message, '"NAME": BASE_DIR / "db.sqlite3"')


def _is_in_memory(database: dict[str, Any]) -> bool:
    name = str(database.get("NAME") or ":memory:")
    return database.get("ENGINE", "").endswith("sqlite3") and (
        name == ":memory:" or "mode=memory" in name or name == "file::memory:"
    )


def cache_suits_answers(registry: Registry) -> Iterator[Problem]:
    """The cache of answers is one of the project's, shared by its processes, and does not keep calls waiting."""
    alias = conf().cache
    if not any(caching_of(function) is not None for function in registry.functions.values()):
        return
    if alias not in settings.CACHES:
        hint = f'BACKK = {{"CACHE": {next(iter(settings.CACHES), "default")!r}}}'
        yield _problem("E015", "BACKK", f'BACKK["CACHE"] is {alias!r}, which CACHES does not have.', hint)
        return
    known = settings.CACHES[alias]
    backend, options = str(known.get("BACKEND", "")), known.get("OPTIONS") or {}
    hint = f"CACHES = {{{alias!r}: backk_security.redis_cache_from_environment()}}"
    if conf().in_production and backend.endswith("LocMemCache"):
        message = (
            f"The cache {alias!r} is in each process's memory: a change is not told to the other processes' answers."
        )
        yield _problem("W016", "CACHES", message, hint)
    if "redis" in backend.lower() and not {"SOCKET_TIMEOUT", "socket_timeout"} & set(options):
        message = f"The cache {alias!r} has no time-out: calls would wait for a Redis that does not answer."
        yield _problem("W017", "CACHES", message, hint)


def denied_functions_exist(registry: Registry) -> Iterator[Problem]:
    """What GET may never call is a function: a name with a slip in it would leave the function open."""
    for name in conf().get_denied:
        if name not in registry.functions:
            known = ", ".join(sorted(registry.functions))
            yield _problem("E009", "BACKK", f'BACKK["GET_DENIED"] has {name}, which is no function.', f"one of {known}")


#: What is checked of the settings alone.
CHECKS = (production_is_closed, session_authentication_is_off, names_can_be_imported, database_is_known)
