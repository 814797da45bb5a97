"""What a project can set: Django's ``BACKK`` dictionary first, the environment's variables next, defaults last."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.signals import setting_changed


def _environment(variable: str, default: Any, read: Callable[[str], Any] = str) -> Any:
    return field(metadata={"variable": variable, "read": read}, default=default)


def _flag(text: str) -> bool:
    return text.strip().lower() in {"1", "true", "yes", "on"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Conf:
    """The settings of a microservice. Keys of ``BACKK`` are these names in upper case."""

    #: "development", "test" or "production".
    environment: str = _environment("BACKK_ENVIRONMENT", "")
    microservice_name: str = _environment("MICROSERVICE_NAME", "")
    microservice_namespace: str = _environment("MICROSERVICE_NAMESPACE", "default")
    #: Longest body in bytes.
    max_request_content_length: int = _environment("MAX_REQUEST_CONTENT_LENGTH_IN_BYTES", 131_072, int)
    #: Host name of the API gateway, the origin that CORS allows in production.
    api_gateway_fqdn: str = _environment("API_GATEWAY_FQDN", "")
    #: Seconds until a call ends with 504, where its function says nothing else.
    deadline: float = _environment("BACKK_DEADLINE_IN_SECONDS", 30.0, float)
    #: Seconds that a client may take to send its body.
    body_timeout: float = _environment("BACKK_BODY_TIMEOUT_IN_SECONDS", 15.0, float)
    #: Threads of the ASGI door, each with its own database connection.
    asgi_threads: int = _environment("BACKK_ASGI_THREADS", 4, int)
    #: Wire names that GET may call besides those marked so: an RE2 pattern; empty: none.
    get_allowed_pattern: str = ""
    #: Wire names that GET may never call.
    get_denied: tuple[str, ...] = ()
    #: Most calls in one batch; 0: batches are off.
    max_batch_size: int = _environment("BACKK_MAX_BATCH_SIZE", 0, int)
    #: Remote functions (``microservice.namespace/service.function``) that a batch may call: RE2 pattern; empty: none.
    batch_remote_pattern: str = ""
    #: Dotted names of authenticators, asked in order who calls.
    authenticators: tuple[str, ...] = ()
    #: Dotted names of interceptors, outermost first.
    interceptors: tuple[str, ...] = ()
    #: MIDDLEWARE entries that the project can do without on service calls.
    middleware_not_needed: tuple[str, ...] = ()
    #: Prepared statements on PostgreSQL; switch off behind a pooler that cannot keep them.
    prepared_statements: bool = _environment("BACKK_PREPARED_STATEMENTS", True, _flag)
    #: Whether PostgreSQL writes answers as JSON itself: less work here, more there.
    json_by_database: bool = _environment("BACKK_JSON_BY_DATABASE", False, _flag)
    #: Database alias that entities are kept in.
    database: str = "default"
    #: The project's own liveness, readiness and start-up checks: dotted names of functions that return True if well.
    liveness_checks: tuple[str, ...] = ()
    readiness_checks: tuple[str, ...] = ()
    startup_checks: tuple[str, ...] = ()

    @property
    def in_production(self) -> bool:
        return self.environment == "production"


def _read() -> Conf:
    given: dict[str, Any] = dict(getattr(settings, "BACKK", {}))
    values: dict[str, Any] = {}
    for known in fields(Conf):
        key = known.name.upper()
        variable = known.metadata.get("variable")
        if key in given:
            value = given.pop(key)
            values[known.name] = tuple(value) if isinstance(value, list) else value
        elif variable and os.environ.get(variable):
            try:
                values[known.name] = known.metadata["read"](os.environ[variable])
            except ValueError as error:
                raise ImproperlyConfigured(f"{variable}={os.environ[variable]!r}: {error}") from None
    if given:
        known_keys = ", ".join(sorted(known.name.upper() for known in fields(Conf)))
        raise ImproperlyConfigured(f"BACKK has unknown keys {', '.join(sorted(given))}; it knows {known_keys}")
    values.setdefault("environment", "development" if settings.DEBUG else "production")
    # overridden settings do not know their module
    values.setdefault("microservice_name", os.environ.get("DJANGO_SETTINGS_MODULE", "").split(".")[0])
    conf = Conf(**values)
    if conf.environment not in {"development", "test", "production"}:
        raise ImproperlyConfigured(
            f"BACKK['ENVIRONMENT'] is {conf.environment!r}: it is 'development', 'test' or 'production'"
        )
    return conf


@lru_cache(maxsize=1)
def conf() -> Conf:
    """Return the settings. ImproperlyConfigured names what is wrong with them."""
    return _read()


def _forget(*, setting: str, **_: Any) -> None:
    if setting in {"BACKK", "DEBUG"}:
        conf.cache_clear()


setting_changed.connect(_forget, dispatch_uid="backk_core.conf")
