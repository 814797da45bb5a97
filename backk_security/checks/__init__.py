"""What keeps a project from starting when its tokens, keys, secret fields, limits or captchas would guard nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core import checks
from django.core.exceptions import ImproperlyConfigured

from backk_core.declare.conf import conf
from backk_core.describe.contracts import Problem
from backk_core.describe.registry import Registry, registry
from backk_security.conf import security_conf

from . import captchas, fields, keys, limits, tokens


def check_security(**_: Any) -> list[checks.CheckMessage]:
    """Check settings of tokens, keys, limits and captchas, and declarations of fields and functions."""
    return list(_all())


def _all() -> Iterator[checks.CheckMessage]:
    yield from tokens.check_authentication()
    for problem in (*keys.problems(), *fields.problems(), *_of_functions()):
        yield checks.Error(problem.message, hint=problem.hint, obj=problem.place, id=problem.id)


def _of_functions() -> Iterator[Problem]:
    try:
        conf(), security_conf()
        known = registry()
    except ImproperlyConfigured:
        # the core's own check tells
        return
    yield from problems_of(known)


def problems_of(known: Registry) -> Iterator[Problem]:
    """Yield what is wrong with the limits and captchas of some services."""
    yield from limits.problems(known)
    yield from captchas.problems(known)
