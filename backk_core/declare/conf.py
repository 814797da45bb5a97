"""What a project can set: Django's ``BACKK`` dictionary first, the environment's variables next, defaults last."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields, replace
from functools import lru_cache
from typing import Any, TypeVar, cast, get_type_hints

import msgspec
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.signals import setting_changed

from backk_core.declare.patterns import compile_pattern

T = TypeVar("T")


def from_environment(variable: str, default: Any, read: Callable[[str], Any] = str) -> Any:
    """Declare a setting that an environment variable may give; ``read`` makes the value of its text."""
    return field(metadata={"variable": variable, "read": read}, default=default)


def flag(text: str) -> bool:
    """Read a yes or no."""
    return text.strip().lower() in {"1", "true", "yes", "on"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Conf:
    """The settings of a microservice. Keys of ``BACKK`` are these names in upper case."""

    #: "development", "test" or "production".
    environment: str = from_environment("BACKK_ENVIRONMENT", "")
    microservice_name: str = from_environment("MICROSERVICE_NAME", "")
    microservice_namespace: str = from_environment("MICROSERVICE_NAMESPACE", "default")
    #: Longest body in bytes.
    max_request_content_length: int = from_environment("MAX_REQUEST_CONTENT_LENGTH_IN_BYTES", 131_072, int)
    #: Arrays and objects within each other that an argument may have.
    max_json_depth: int = from_environment("BACKK_MAX_JSON_DEPTH", 64, int)
    #: Proxies in front of the service, whose X-Forwarded-For tells who calls; 0: whoever connects is who calls.
    trusted_proxies: int = from_environment("BACKK_TRUSTED_PROXIES", 0, int)
    #: Host name of the API gateway, the origin that CORS allows in production.
    api_gateway_fqdn: str = from_environment("API_GATEWAY_FQDN", "")
    #: Seconds until a call ends with 504, where its function says nothing else.
    deadline: float = from_environment("BACKK_DEADLINE_IN_SECONDS", 30.0, float)
    #: Seconds that a client may take to send its body.
    body_timeout: float = from_environment("BACKK_BODY_TIMEOUT_IN_SECONDS", 15.0, float)
    #: Threads of the ASGI door, each with its own database connection.
    asgi_threads: int = from_environment("BACKK_ASGI_THREADS", 4, int)
    #: Wire names that GET may call besides those marked so: an RE2 pattern; empty: none.
    get_allowed_pattern: str = ""
    #: Wire names that GET may never call.
    get_denied: tuple[str, ...] = ()
    #: The cache (a key of CACHES) that keeps answers.
    cache: str = "default"
    #: Functions whose answers to GET calls are kept although they do not say so: RE2 pattern; empty: none.
    cached_pattern: str = ""
    #: Seconds that those are kept.
    cached_seconds: float = 60.0
    #: Most calls in one batch; 0: batches are off.
    max_batch_size: int = from_environment("BACKK_MAX_BATCH_SIZE", 0, int)
    #: Threads that help with batches whose calls run side by side, each with its own database connection.
    batch_threads: int = from_environment("BACKK_BATCH_THREADS", 4, int)
    #: Remote functions (``microservice.namespace/service.function``) that a batch may call: RE2 pattern; empty: none.
    batch_remote_pattern: str = ""
    #: Dotted names of authenticators, asked in order who calls.
    authenticators: tuple[str, ...] = ()
    #: Dotted names of interceptors, outermost first.
    interceptors: tuple[str, ...] = ()
    #: MIDDLEWARE entries that the project can do without on service calls.
    middleware_not_needed: tuple[str, ...] = ()
    #: Prepared statements on PostgreSQL; switch off behind a pooler that cannot keep them.
    prepared_statements: bool = from_environment("BACKK_PREPARED_STATEMENTS", True, flag)
    #: Whether PostgreSQL writes answers as JSON itself: less work here, more there.
    json_by_database: bool = from_environment("BACKK_JSON_BY_DATABASE", False, flag)
    #: Database alias that entities are kept in.
    database: str = "default"
    #: Whether callers may see the API's description: ``metadataService`` and the page at ``/docs``.
    publish_metadata: bool = from_environment("BACKK_PUBLISH_METADATA", True, flag)
    #: Seconds for which an account that was found is not asked for again; who changes one waits as long. 0: never.
    account_lease: float = from_environment("BACKK_ACCOUNT_LEASE_IN_SECONDS", 0.0, float)
    #: Whether AI agents are answered at ``/mcp``, by the ASGI door.
    mcp: bool = from_environment("BACKK_MCP", False, flag)
    #: The project's own liveness, readiness and start-up checks: dotted names of functions that return True if well.
    liveness_checks: tuple[str, ...] = ()
    readiness_checks: tuple[str, ...] = ()
    startup_checks: tuple[str, ...] = ()

    @property
    def in_production(self) -> bool:
        return self.environment == "production"


#: The settings of all of our apps that are installed: each adds its own, so that an unknown key is seen.
_groups: list[type[Any]] = [Conf]


def settings_group(cls: type[T]) -> type[T]:
    """Make a frozen dataclass of an app's own settings known; its keys live in ``BACKK`` too."""
    _groups.append(cls)
    return cls


def read_settings(cls: type[T]) -> T:
    """Return an app's settings: from ``BACKK``, else from the environment. ImproperlyConfigured where one is wrong."""
    given: dict[str, Any] = dict(getattr(settings, "BACKK", {}))
    values: dict[str, Any] = {}
    for known in fields(cast(Any, cls)):
        key = known.name.upper()
        variable = known.metadata.get("variable")
        if key in given:
            value = given[key]
            values[known.name] = tuple(value) if isinstance(value, list) else value
        elif variable and os.environ.get(variable):
            try:
                values[known.name] = known.metadata["read"](os.environ[variable])
            except ValueError as error:
                msg = f"{variable}={os.environ[variable]!r}: {error}"
                raise ImproperlyConfigured(msg) from None
    found = cls(**values)
    if faults := list(_wrong_types(found)):
        raise ImproperlyConfigured("; ".join(faults))
    return found


def _wrong_types(found: Any) -> Iterator[str]:
    for name, kind in get_type_hints(type(found)).items():
        value = getattr(found, name)
        try:
            msgspec.convert(value, kind)
        except msgspec.ValidationError:
            yield f"BACKK[{name.upper()!r}] is {value!r}: it is of type {getattr(kind, '__name__', kind)}"


def _refuse_unknown_keys() -> None:
    known = sorted(known.name.upper() for group in _groups for known in fields(group))
    unknown = sorted(set(getattr(settings, "BACKK", {})) - set(known))
    if unknown:
        msg = f"BACKK has unknown keys {', '.join(unknown)}; it knows {', '.join(known)}"
        raise ImproperlyConfigured(msg)


def _is_pattern(pattern: str) -> bool:
    try:
        return bool(compile_pattern(pattern))
    except ValueError:
        return False


#: What a value must be besides being of its type.
_RULES: tuple[tuple[str, Callable[[Any], bool], str], ...] = (
    ("environment", {"development", "test", "production"}.__contains__, "it is 'development', 'test' or 'production'"),
    ("max_request_content_length", lambda value: value > 0, "it is a positive number of bytes"),
    ("max_json_depth", lambda value: 1 <= value <= 500, "it is 1 to 500, which Python's own stack can bear"),
    ("trusted_proxies", lambda value: value >= 0, "it is 0 (none) or how many there are"),
    ("deadline", lambda value: value > 0, "it is a positive number of seconds"),
    ("body_timeout", lambda value: value > 0, "it is a positive number of seconds"),
    ("asgi_threads", lambda value: value > 0, "it is at least 1"),
    ("batch_threads", lambda value: value >= 0, "it is 0 (none help) or more"),
    ("max_batch_size", lambda value: value >= 0, "it is 0 (no batches) or more"),
    ("get_allowed_pattern", _is_pattern, "it is an RE2 pattern"),
    ("cached_pattern", _is_pattern, "it is an RE2 pattern"),
    (
        "account_lease",
        lambda value: 0 <= value <= 5,
        "it is 0 (off) to 5 seconds, for which who changes an account waits",
    ),
    ("cached_seconds", lambda value: value > 0, "it is a positive number of seconds"),
    ("batch_remote_pattern", _is_pattern, "it is an RE2 pattern"),
)


@lru_cache(maxsize=1)
def conf() -> Conf:
    """Return the core's settings. ImproperlyConfigured names what is wrong with them."""
    _refuse_unknown_keys()
    found = read_settings(Conf)
    if not found.environment:
        found = replace(found, environment="development" if settings.DEBUG else "production")
    if not found.microservice_name:
        # overridden settings do not know their module
        found = replace(found, microservice_name=os.environ.get("DJANGO_SETTINGS_MODULE", "").split(".")[0])
    if faults := [
        f"BACKK[{name.upper()!r}] is {getattr(found, name)!r}: {text}"
        for name, accepts, text in _RULES
        if not accepts(getattr(found, name))
    ]:
        raise ImproperlyConfigured("; ".join(faults))
    return found


def forget_when_changed(cached: Any) -> None:
    """Clear a cached function of settings when a test overrides them."""

    def forget(*, setting: str, **_: Any) -> None:
        if setting in {"BACKK", "DEBUG"}:
            cached.cache_clear()

    setting_changed.connect(forget, weak=False)


forget_when_changed(conf)
