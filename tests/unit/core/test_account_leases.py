"""Accounts are known for a moment where the project wants it: found ones, not locked, by subject and tenant."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models.signals import post_delete, post_save
from django.test import override_settings

from backk_core.declare.service import Account
from backk_core.execute import account_leases
from backk_core.execute.account_leases import AccountLeases, outlast_leases, watch_accounts
from tests.apps.calls.models import Thing


class Clock:
    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(account_leases, "time", made)
    return made


class Answers:
    """Answers a question, and counts how often it is asked."""

    def __init__(self, *accounts: Account | None) -> None:
        self.accounts = list(accounts)
        self.asked = 0

    def __call__(self) -> Account | None:
        self.asked += 1
        return self.accounts.pop(0) if len(self.accounts) > 1 else self.accounts[0]


def test_a_found_account_is_not_asked_for_again_while_its_lease_lasts(clock: Clock) -> None:
    leases, ask = AccountLeases(0.5), Answers(Account("1"))
    for _ in range(3):
        assert leases.found("ann", None, ask) == Account("1")
    assert ask.asked == 1
    clock.now += 0.5
    leases.found("ann", None, ask)
    assert ask.asked == 2


def test_a_lease_begins_before_the_question(clock: Clock) -> None:
    leases = AccountLeases(0.5)

    def slow() -> Account:
        clock.now += 0.4
        return Account("1")

    leases.found("ann", None, slow)
    clock.now += 0.1
    ask = Answers(Account("1"))
    leases.found("ann", None, ask)
    assert ask.asked == 1


@pytest.mark.parametrize("found", [None, Account("1", is_locked=True)])
def test_absent_and_locked_accounts_are_asked_for_each_time(clock: Clock, found: Account | None) -> None:
    leases, ask = AccountLeases(0.5), Answers(found)
    for _ in range(3):
        assert leases.found("ann", None, ask) == found
    assert ask.asked == 3


def test_each_subject_of_each_tenant_is_somebody_else(clock: Clock) -> None:
    leases = AccountLeases(0.5)
    keys: list[tuple[str, Any]] = [("ann", None), ("ann", 1), ("ann", 2), ("bob", 1)]
    found = [leases.found(subject, tenant, Answers(Account(str(n)))) for n, (subject, tenant) in enumerate(keys)]
    assert found == [Account("0"), Account("1"), Account("2"), Account("3")]


@pytest.mark.django_db(transaction=True)
def test_a_transaction_waits_once_after_its_commit_and_never_where_it_is_undone(clock: Clock) -> None:
    with override_settings(BACKK={"ACCOUNT_LEASE": 0.5}):
        with transaction.atomic():
            outlast_leases()
            outlast_leases()
            assert clock.slept == []
        assert clock.slept == [0.52]
        with transaction.atomic():
            outlast_leases()
            transaction.set_rollback(True)
        assert clock.slept == [0.52]
    assert connection.run_on_commit == []


@pytest.mark.django_db(transaction=True)
def test_what_the_admin_saves_and_deletes_waits_and_what_is_new_does_not(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(account_leases, "leased_models", lambda: frozenset({Thing}))
    with override_settings(BACKK={"ACCOUNT_LEASE": 0.5}):
        watch_accounts()
        try:
            thing = Thing.objects.create(name="a")
            assert clock.slept == []
            thing.save()
            thing.delete()
        finally:
            for signal in (post_save, post_delete):
                assert signal.disconnect(sender=Thing, dispatch_uid="backk_core.leases")
    assert clock.slept == [0.52, 0.52]


def test_no_signal_of_ours_keeps_django_from_deleting_fast() -> None:
    assert not post_delete.has_listeners(Thing)
    assert not post_save.has_listeners(Thing)
