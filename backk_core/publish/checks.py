"""What keeps a project from starting, as Django system checks: declarations that are incomplete or contradictory."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core import checks
from django.core.exceptions import ImproperlyConfigured

from backk_core.declare.conf import conf
from backk_core.describe.contracts import Problem
from backk_core.describe.registry import Registry, registry

TAG = "backk"


def problems_of(known: Registry) -> list[Problem]:
    """Return every problem of a project's declarations."""
    return list(known.problems)


def check_declarations(**_: Any) -> list[checks.CheckMessage]:
    """Check the project's settings and declarations."""
    try:
        conf()
        found: Iterable[Problem] = problems_of(registry())
    except ImproperlyConfigured as error:
        return [checks.Error(str(error), id="backk.E001")]
    return [
        checks.Error(problem.message, hint=problem.hint, obj=_Place(problem.place), id=problem.id) for problem in found
    ]


class _Place:
    """Where a problem is, as Django's check messages print it."""

    def __init__(self, place: str) -> None:
        self._place = place

    def __str__(self) -> str:
        return self._place


def refuse_errors() -> None:
    """Raise ImproperlyConfigured, telling every error, where one of our checks finds any."""
    errors = [
        message for message in checks.run_checks(tags=[TAG]) if message.is_serious() and not message.is_silenced()
    ]
    if errors:
        raise ImproperlyConfigured("the server does not start:\n" + "\n".join(str(error) for error in errors))
