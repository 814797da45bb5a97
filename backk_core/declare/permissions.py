"""Who may call a function: the six rules, usable as decorators and as attributes; and when an owner does not matter."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, TypeVar

T = TypeVar("T")

_ATTRIBUTE = "backk_rules"


@dataclass(frozen=True, slots=True)
class Rule:
    """One statement of who is allowed: decorates a service or a method, or is a function class's ``authorization``."""

    def __call__(self, target: T) -> T:
        own: tuple[Rule, ...] = vars(target).get(_ATTRIBUTE, ())
        setattr(target, _ATTRIBUTE, (*own, self))
        return target


@dataclass(frozen=True, slots=True)
class EveryUser(Rule):
    """Anyone, with or without a token."""


@dataclass(frozen=True, slots=True)
class UserRoles(Rule):
    """Users whose token has at least one of the roles."""

    roles: frozenset[str]


@dataclass(frozen=True, slots=True)
class OwnResources(Rule):
    """A signed-in user, for rows whose ``field`` is that user (``id``, ``user_account_id``, ``subject``, …)."""

    field: str


@dataclass(frozen=True, slots=True)
class ClusterInternal(Rule):
    """Other services of the cluster that prove it with a credential."""


@dataclass(frozen=True, slots=True)
class InsideService(Rule):
    """Only code of this service: no transport knows the function."""


@dataclass(frozen=True, slots=True)
class TestsOnly(Rule):
    """Tests, outside production, with any valid token."""

    __test__ = False


allow_for_every_user = EveryUser()
allow_for_cluster_internal = ClusterInternal()
allow_inside_service = InsideService()
allow_for_tests = TestsOnly()


def allow_for_user_roles(*roles: str) -> UserRoles:
    """Allow users that have at least one of ``roles``. ValueError where none is named."""
    if not roles:
        raise ValueError("name at least one role: allow_for_user_roles('admin')")
    return UserRoles(frozenset(roles))


def allow_for_own_resources(field: str) -> OwnResources:
    """Allow signed-in users for rows whose ``field`` (Python name) holds their own id."""
    return OwnResources(field)


_of_all_owners: ContextVar[bool] = ContextVar("backk_of_all_owners", default=False)


@contextmanager
def all_owners(reason: str) -> Iterator[None]:
    """Let the store touch rows of every owner in a block, or in a function that is decorated so.

    For functions on own resources that touch others too: ``with all_owners("a cart holds what others sell"):``. The
    caller is still the owner in the argument. ValueError where no reason is said.
    """
    if not reason.strip():
        raise ValueError("say why rows of others may be touched: all_owners('a cart holds what others sell')")
    before = _of_all_owners.set(True)
    try:
        yield
    finally:
        _of_all_owners.reset(before)


def concerns_all_owners() -> bool:
    """Tell whether the code that runs may touch rows of every owner."""
    return _of_all_owners.get()


def rules_of(target: Any) -> tuple[Rule, ...]:
    """Return the rules said on a method, or on a class itself or the nearest of its bases that says any."""
    if isinstance(target, type):
        for base in target.__mro__:
            if _ATTRIBUTE in vars(base):
                rules: tuple[Rule, ...] = vars(base)[_ATTRIBUTE]
                return rules
        return ()
    found: tuple[Rule, ...] = getattr(target, _ATTRIBUTE, ())
    return found
