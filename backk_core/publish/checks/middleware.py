"""Which MIDDLEWARE entries the doors skip, answering before Django's handler, and which calls can do without."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from django.conf import settings

from backk_core.declare.conf import conf
from backk_core.describe.contracts import Problem
from backk_core.describe.source import place_of_setting

_DOORS = ("backk_core.wsgi.application", "backk_core.asgi.application")

#: Django's own middlewares that a call needs not pass, why, and the settings that make one needed after all.
NOT_NEEDED: Mapping[str, tuple[str, tuple[str, ...]]] = MappingProxyType(
    {
        "django.middleware.security.SecurityMiddleware": (
            "the doors send Strict-Transport-Security and nosniff themselves; the other headers are for pages",
            ("SECURE_SSL_REDIRECT",),
        ),
        "django.middleware.common.CommonMiddleware": (
            "a function's address needs no slash or www, and replies have their length",
            ("DISALLOWED_USER_AGENTS", "PREPEND_WWW"),
        ),
        "django.middleware.csrf.CsrfViewMiddleware": (
            "calls carry a token, not a cookie that a browser adds by itself; session authentication is refused",
            (),
        ),
        "django.middleware.clickjacking.XFrameOptionsMiddleware": (
            "the doors send X-Frame-Options and frame-ancestors",
            (),
        ),
        "django.contrib.messages.middleware.MessageMiddleware": ("messages are for pages", ()),
        "django.contrib.sessions.middleware.SessionMiddleware": ("calls have no session", ()),
        "django.contrib.auth.middleware.AuthenticationMiddleware": ("authenticators tell who calls, not sessions", ()),
    }
)


def door_skips_nothing() -> Iterator[Problem]:
    """Where a door serves the project, it skips no middleware that the project counts on."""
    named = [name for name in (settings.WSGI_APPLICATION, getattr(settings, "ASGI_APPLICATION", None)) if name]
    if not named or any(name in _DOORS for name in named):
        yield from skipped_middleware()


def skipped_middleware() -> Iterator[Problem]:
    """Yield a problem for each MIDDLEWARE entry that a door would skip and nobody said to be needless."""
    waived = conf().middleware_not_needed
    for name in settings.MIDDLEWARE:
        needed_for = [setting for setting in NOT_NEEDED.get(name, ("", ()))[1] if getattr(settings, setting, None)]
        if name in waived or (name in NOT_NEEDED and not needed_for):
            continue
        because = f" (and {', '.join(needed_for)} asks for it)" if needed_for else ""
        listed = ", ".join(repr(each) for each in (*waived, name))
        yield Problem(
            "backk.E005",
            place_of_setting("MIDDLEWARE"),
            f"the door answers service calls without {name}{because}: serve them by Django's handler, or do without.",
            f'BACKK = {{"MIDDLEWARE_NOT_NEEDED": [{listed}]}}',
        )


#: What is checked of the settings alone.
CHECKS = (door_skips_nothing,)
