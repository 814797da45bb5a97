"""Remembered accounts: who has heard that an account is gone, or locked, may rely on it in every process."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from tests.acceptance.marketplace.running import Caller, Marketplace, account, database, serving

pytestmark = pytest.mark.acceptance

LEASE = "0.4"


@pytest.fixture(scope="module")
def processes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Marketplace, Marketplace]]:
    directory = tmp_path_factory.mktemp("leases")
    lease = {"BACKK_ACCOUNT_LEASE_IN_SECONDS": LEASE}
    with (
        database("sqlite", directory) as used,
        serving(used, directory, **lease) as one,
        serving(used, directory, **lease) as other,
    ):
        yield one, other


class Hammer:
    """Asks for somebody's own things all the time, and notes when each call that was let in began."""

    def __init__(self, market: Marketplace, subject: str, account_id: str) -> None:
        self.let_in: list[float] = []
        self.refused = 0
        self._caller = Caller(market, subject)
        self._argument = {"userAccountId": account_id}
        self._goes_on = True
        self._thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        while self._goes_on:
            began = time.monotonic()
            if self._caller("salesItemService.getFollowedUsersSalesItems", self._argument).status == 200:
                self.let_in.append(began)
            else:
                self.refused += 1

    def __enter__(self) -> Hammer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._goes_on = False
        self._thread.join()


def test_after_a_deletion_is_answered_no_process_lets_the_account_in(
    processes: tuple[Marketplace, Marketplace],
) -> None:
    one, other = processes
    person = one.sign_up()
    with Hammer(other, str(person.subject), person.id) as hammer:
        while len(hammer.let_in) < 20:
            time.sleep(0.01)
        assert person("userAccountService.deleteUserAccount", {"_id": person.id}).status == 200
        answered = time.monotonic()
        time.sleep(0.3)
    assert max(hammer.let_in) < answered
    assert hammer.refused > 5


def test_who_signs_up_again_at_once_is_known_by_the_new_account(processes: tuple[Marketplace, Marketplace]) -> None:
    one, other = processes
    person = one.sign_up()
    own = {"userAccountId": person.id}
    there = Caller(other, person.subject)
    assert there("salesItemService.getFollowedUsersSalesItems", own).status == 200
    assert person("userAccountService.deleteUserAccount", {"_id": person.id}).status == 200
    again = person("userAccountService.createUserAccount", account(str(person.subject))).data["_id"]
    assert there("salesItemService.getFollowedUsersSalesItems", own).status == 403
    assert there("salesItemService.getFollowedUsersSalesItems", {"userAccountId": again}).status == 200
