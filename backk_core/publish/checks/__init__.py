"""What keeps a project from starting, as Django system checks: declarations that are incomplete or contradictory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.core import checks
from django.core.exceptions import ImproperlyConfigured

from backk_core.declare.conf import conf
from backk_core.describe.contracts import Problem
from backk_core.describe.registry import Registry, registry

from . import fields, functions, middleware, services, settings, shapes
from .databases import CHECKS as DATABASE_CHECKS
from .subjects import Project

TAG = "backk"


def problems_of(known: Registry) -> list[Problem]:
    """Return every problem of a project's declarations, each once, what was found while contracts were built first."""
    project = Project(known)
    found = [
        *known.problems,
        *(problem for shape in project.shapes for check in shapes.CHECKS for problem in check(shape)),
        *(problem for field in project.fields for check in fields.CHECKS for problem in check(field)),
        *(problem for function in project.functions for check in functions.CHECKS for problem in check(function)),
        *(problem for service in project.services for check in services.CHECKS for problem in check(service)),
        *(problem for check in services.PROJECT_CHECKS for problem in check(project)),
    ]
    return list(dict.fromkeys(found))


def problems_of_settings() -> list[Problem]:
    """Return every problem of a project's settings."""
    return [problem for check in (*settings.CHECKS, *middleware.CHECKS) for problem in check()]


def check_declarations(**_: Any) -> list[checks.CheckMessage]:
    """Check the project's settings and declarations."""
    try:
        conf()
        known = registry()
        found = [*problems_of_settings(), *problems_of(known)]
        found += [*settings.denied_functions_exist(known), *settings.cache_suits_answers(known)]
    except ImproperlyConfigured as error:
        return [checks.Error(str(error), obj=_Place("settings"), id="backk.E001")]
    return list(_messages(found))


def check_databases(databases: Sequence[str] | None = None, **_: Any) -> list[checks.CheckMessage]:
    """Check the databases that Django was told to check."""
    return list(
        _messages(problem for alias in databases or () for check in DATABASE_CHECKS for problem in check(alias))
    )


def _messages(problems: Iterable[Problem]) -> Iterator[checks.CheckMessage]:
    for problem in problems:
        kind = checks.Warning if problem.id.startswith("backk.W") else checks.Error
        yield kind(problem.message, hint=problem.hint, obj=_Place(problem.place), id=problem.id)


class _Place:
    """Where a problem is, as Django's check messages print it."""

    def __init__(self, place: str) -> None:
        self._place = place

    def __str__(self) -> str:
        return self._place


def refuse_errors(more: Iterable[Problem] = ()) -> None:
    """Raise ImproperlyConfigured, telling every error, where one of our checks or of Django's about models finds any.

    ``more`` are problems that only the caller can know of.
    """
    found = [*checks.run_checks(tags=[TAG, checks.Tags.models]), *_messages(more)]
    errors = dict.fromkeys(str(message) for message in found if message.is_serious() and not message.is_silenced())
    if errors:
        raise ImproperlyConfigured("\n".join((f"{len(errors)} errors keep the server from starting:", *errors)))
