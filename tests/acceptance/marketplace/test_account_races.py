"""Accounts that are changed by several people, or in several windows, at once: over HTTP, with committed data."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from tests.acceptance.marketplace.accounts import AMEX, MASTERCARD, account_of, card
from tests.acceptance.marketplace.running import Answer, Caller, Marketplace

CREATE, UPDATE, GET, DELETE = (
    f"userAccountService.{name}UserAccount" for name in ("create", "update", "get", "delete")
)


def at_once(calls: Sequence[Callable[[], Answer]]) -> list[Answer]:
    """Make calls at the same time; return their answers, of which none is an internal error."""
    answers: list[Answer | None] = [None] * len(calls)
    gate = threading.Barrier(len(calls))

    def make(position: int) -> None:
        gate.wait()
        answers[position] = calls[position]()

    threads = [threading.Thread(target=make, args=(position,)) for position in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = [answer for answer in answers if answer is not None]
    assert len(found) == len(calls)
    assert [answer.body for answer in found if answer.status >= 500] == []
    return found


def test_of_those_who_sign_up_at_once_with_one_subject_one_has_an_account(served: Marketplace) -> None:
    subject = uuid.uuid4().hex
    caller = Caller(served, subject)
    answers = at_once([lambda: caller(CREATE, account_of(subject))] * 8)
    assert sorted(answer.status for answer in answers) == [200] + [409] * 7
    assert caller(GET).status == 200


def test_two_windows_that_choose_another_default_card_leave_exactly_one(served: Marketplace) -> None:
    for _ in range(5):
        somebody = served.sign_up()
        first = [card(), card(MASTERCARD, is_default=False), card(AMEX, is_default=False)]
        assert somebody(UPDATE, {"_id": somebody.id, "paymentMethods": first}).status == 200

        def choose(chosen: str, somebody: Any = somebody) -> Callable[[], Answer]:
            others = [{"id": "0", "isDefault": False}, {"id": chosen, "isDefault": True}]
            return lambda: somebody(UPDATE, {"_id": somebody.id, "paymentMethods": others})

        answers = at_once([choose("1"), choose("2")])
        methods = somebody(GET).data["paymentMethods"]
        assert [method["isDefault"] for method in methods].count(True) == 1
        assert sorted(answer.status for answer in answers) == [200, 400]


def test_likes_of_those_who_leave_meanwhile_are_taken_back(served: Marketplace) -> None:
    seller = served.sign_up()
    item = seller.sells()
    likers = [served.sign_up() for _ in range(6)]
    for liker in likers[:3]:
        assert liker.likes(item).status == 200
    leaving = [lambda liker=liker: liker(DELETE, {"_id": liker.id}) for liker in likers[:3]]
    coming = [lambda liker=liker: liker.likes(item) for liker in likers]
    at_once([*leaving, *coming])
    likes = served.nobody("salesItemService.getSalesItem", {"_id": item}).data["likeCount"]
    linked = served.database.number(
        f"SELECT count(*) FROM sales_items_salesitem_liking_user_accounts WHERE salesitem_id = {item}"
    )
    assert likes == linked == 3


def test_who_follows_somebody_who_leaves_follows_nobody(served: Marketplace) -> None:
    for _ in range(5):
        ann, bob = served.sign_up(), served.sign_up()
        follow = partial(ann, "userAccountService.followUser", {"_id": ann.id, "followedUserAccountId": bob.id})
        followed, left = at_once([follow, partial(bob, DELETE, {"_id": bob.id})])
        assert left.status == 200
        assert followed.status in (200, 400, 404)
        assert ann(GET).data["followedUserAccounts"] == []
