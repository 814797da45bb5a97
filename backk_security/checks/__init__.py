"""What keeps a project from starting when its tokens, keys, passwords or secret fields would guard nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core import checks

from . import fields, keys, tokens


def check_security(**_: Any) -> list[checks.CheckMessage]:
    """Check settings of tokens and keys, and declarations of secret fields."""
    return list(_all())


def _all() -> Iterator[checks.CheckMessage]:
    yield from tokens.check_authentication()
    for problem in (*keys.problems(), *fields.problems()):
        yield checks.Error(problem.message, hint=problem.hint, obj=problem.place, id=problem.id)
