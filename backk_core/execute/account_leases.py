"""Accounts that were found a moment ago: each is known for a short time, for which whoever changes one waits.

A lease begins before the account is asked for, and ends so many seconds later, by a clock that only goes forward. Who
changes an account waits as long after the commit, before the call is answered: what any process found before is
forgotten by then, without a word between them.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from django.db import connections, transaction
from django.db.models.signals import post_delete, post_save

from backk_core.declare.conf import conf, forget_when_changed
from backk_core.declare.service import Account, UserService
from backk_core.describe.registry import registry

#: Accounts that are known at most; beyond them all are asked for anew.
_MOST = 10_000
#: Seconds by which a wait is longer than a lease: clocks tell time in steps.
_MARGIN = 0.02


class AccountLeases:
    """The accounts that one process knows. Neither absences nor locked accounts are among them."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._known: dict[tuple[str, Any], tuple[Account, float]] = {}

    def found(self, subject: str, tenant_id: Any, ask: Callable[[], Account | None]) -> Account | None:
        """Return the account that is known, else the one that ``ask`` finds."""
        key = (subject, tenant_id)
        asked_at = time.monotonic()
        known = self._known.get(key)
        if known is not None and asked_at < known[1]:
            return known[0]
        account = ask()
        if account is not None and not account.is_locked:
            if len(self._known) >= _MOST:
                self._known = {}
            self._known[key] = (account, asked_at + self._seconds)
        elif known is not None:
            self._known.pop(key, None)
        return account


def leases_of(users: UserService | None) -> AccountLeases | None:
    """Return what remembers the accounts of a user service, None where the project, or the service, wants none."""
    seconds = conf().account_lease
    return AccountLeases(seconds) if users is not None and users.accounts_in is not None and seconds > 0 else None


@lru_cache(maxsize=1)
def leased_models() -> frozenset[Any]:
    """Return the entities whose rows are accounts that some process may know."""
    if conf().account_lease <= 0:
        return frozenset()
    return frozenset(
        cls.accounts_in for cls in registry().classes if issubclass(cls, UserService) and cls.accounts_in is not None
    )


forget_when_changed(leased_models)


def outlast_leases() -> None:
    """Let the transaction that is open wait, when it is committed, until no process knows what it has changed."""
    alias = conf().database
    # once for all changes of a transaction; those of a savepoint that is undone go with it
    if not any(entry[1] is _wait for entry in connections[alias].run_on_commit):
        transaction.on_commit(_wait, using=alias, robust=True)


def watch_accounts() -> None:
    """Let what is written to accounts without the store wait, too: signals, which no other model has to send."""
    for model in leased_models():
        post_save.connect(_written, sender=model, dispatch_uid="backk_core.leases")
        post_delete.connect(_written, sender=model, dispatch_uid="backk_core.leases")


def _written(*, created: bool = False, **_: Any) -> None:
    if not created:
        outlast_leases()


def _wait() -> None:
    time.sleep(conf().account_lease + _MARGIN)
