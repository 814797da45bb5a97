"""Two who want the same at the same moment: one wins, nothing is lost, and nobody meets an error of the server."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest

from tests.acceptance.marketplace.concurrency import at_once
from tests.acceptance.marketplace.running import Marketplace, Person, database, payment, sales_item, serving

ROUNDS = 4


@pytest.fixture(scope="module", params=["postgresql", "mariadb"])
def market(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Marketplace]:
    """The marketplace on a database whose transactions run side by side."""
    directory = tmp_path_factory.mktemp("races")
    with database(request.param, directory) as used, serving(used, directory) as marketplace:
        yield marketplace


@pytest.fixture
def seller(market: Marketplace) -> Person:
    return market.sign_up()


def test_of_two_buyers_one_wins(market: Marketplace, seller: Person) -> None:
    buyers = [market.sign_up() for _ in range(4)]
    for _ in range(ROUNDS):
        item = seller.sells()
        answers = at_once([partial(buyer.adds, item) for buyer in buyers])
        assert sorted(answer.error for answer in answers) == ["", *["shoppingCartService.1"] * 3]
        winner = next(buyer for buyer, answer in zip(buyers, answers, strict=True) if answer.status == 200)
        assert [buyer.cart().count(item) for buyer in buyers] == [int(buyer is winner) for buyer in buyers]


def test_two_tabs_of_a_buyer_fill_one_cart(market: Marketplace, seller: Person) -> None:
    for _ in range(ROUNDS):
        buyer, items = market.sign_up(), [seller.sells() for _ in range(4)]
        answers = at_once([partial(buyer.adds, item) for item in items])
        assert [answer.status for answer in answers] == [200] * 4
        assert sorted(buyer.cart()) == sorted(items)


def test_a_cart_that_is_first_asked_for_twice_at_once_is_one(market: Marketplace) -> None:
    for _ in range(ROUNDS):
        buyer = market.sign_up()
        argument = {"userAccountId": buyer.id}
        answers = at_once([partial(buyer, "shoppingCartService.getShoppingCart", argument)] * 4)
        assert len({answer.data["_id"] for answer in answers}) == 1


def test_likes_of_all_are_counted(market: Marketplace, seller: Person) -> None:
    likers, item = [market.sign_up() for _ in range(6)], seller.sells()
    for expected in (6, 0):
        answers = at_once([partial(liker.likes, item) for liker in likers])
        assert [answer.status for answer in answers] == [200] * 6
        found = market.nobody("salesItemService.getSalesItem", {"_id": item}).data
        assert found["likeCount"] == expected


def test_two_likes_of_one_user_are_none(market: Marketplace, seller: Person) -> None:
    liker = market.sign_up()
    for _ in range(ROUNDS):
        item = seller.sells()
        assert [answer.status for answer in at_once([partial(liker.likes, item)] * 4)] == [200] * 4
        assert market.nobody("salesItemService.getSalesItem", {"_id": item}).data["likeCount"] == 0


def test_of_two_payments_one_counts(market: Marketplace, seller: Person) -> None:
    buyer = market.sign_up()
    for _ in range(ROUNDS):
        order = buyer.buys(seller.sells())
        pay = [
            partial(market.gateway, "orderService.payOrder", payment(order, transactionId=f"t{number}"))
            for number in range(3)
        ]
        answers = at_once(pay)
        assert sorted(answer.error for answer in answers) == ["", "orderService.4", "orderService.4"]
        paid = buyer("orderService.getOrder", {"_id": order}).data["transactionId"]
        assert answers[int(paid[1:])].status == 200
        told = market.messages("orderNotificationsService.sendOrderCreateNotifications")
        assert [about for _, about in told].count(order) == 1


def test_an_order_is_either_paid_or_discarded(market: Marketplace, seller: Person) -> None:
    buyer = market.sign_up()
    for _ in range(ROUNDS):
        item = seller.sells()
        order = buyer.buys(item)
        paid, discarded = at_once(
            [
                partial(market.gateway, "orderService.payOrder", payment(order)),
                partial(market.gateway, "orderService.discardUnpaidOrder", {"_id": order}),
            ]
        )
        assert (paid.error, discarded.error) in (("", "orderService.4"), ("error.4", ""))
        state = market.nobody("salesItemService.getSalesItem", {"_id": item}).data["state"]
        assert state == ("sold" if paid.status == 200 else "reserved")
        assert buyer.empties().status == 200


def test_a_cart_is_ordered_once(market: Marketplace, seller: Person) -> None:
    for _ in range(ROUNDS):
        buyer, items = market.sign_up(), [seller.sells(), seller.sells()]
        for item in items:
            buyer.adds(item)
        answers = at_once([buyer.places] * 3)
        assert sorted(answer.error for answer in answers) == ["", "salesItemService.3", "salesItemService.3"]


def test_two_tabs_that_add_the_100th_item_add_one(market: Marketplace) -> None:
    person = market.sign_up()
    for _ in range(98):
        person.sells()
    create = [partial(person, "salesItemService.createSalesItem", sales_item(person.id))] * 4
    answers = at_once(create)
    assert sorted(answer.error for answer in answers) == ["", "", "salesItemService.1", "salesItemService.1"]
    count = f"SELECT count(*) FROM sales_items_salesitem WHERE user_account_id = {person.id}"
    assert market.database.number(count) == 100


def test_an_update_and_a_deletion_do_not_meet(market: Marketplace, seller: Person) -> None:
    for _ in range(ROUNDS):
        item = seller.sells(price=10)
        updated, deleted = at_once(
            [
                partial(seller, "salesItemService.updateSalesItem", {"_id": item, "price": 9}),
                partial(seller, "salesItemService.deleteSalesItem", {"_id": item}),
            ]
        )
        assert deleted.status == 200
        assert updated.error in ("", "error.4")
        assert market.nobody("salesItemService.getSalesItem", {"_id": item}).error == "error.4"
        told = market.messages("salesItemNotificationService.sendPriceChangeNotifications")
        assert [about for _, about in told].count(item) == (1 if updated.status == 200 else 0)


def test_of_two_changes_of_a_price_neither_is_lost(market: Marketplace, seller: Person) -> None:
    for _ in range(ROUNDS):
        item = seller.sells(price=10)
        change = "salesItemService.updateSalesItem"
        at_once([partial(seller, change, {"_id": item, "price": price}) for price in (20, 30)])
        found = market.nobody("salesItemService.getSalesItem", {"_id": item}).data
        assert (found["price"], found["previousPrice"]) in ((20, 30), (30, 20))


def test_a_buyer_and_an_expiry_leave_an_item_in_one_cart(market: Marketplace, seller: Person) -> None:
    buyers = [market.sign_up() for _ in range(2)]
    expire = "salesItemService.changeExpiredReservedSalesItemStatesToForSale"
    limit = {"maxSalesItemReservationDurationInMinutes": -1}
    for _ in range(ROUNDS):
        item = seller.sells()
        buyers[0].adds(item)
        at_once([partial(market.administrator, expire, limit), partial(buyers[1].adds, item), buyers[0].places])
        state = market.nobody("salesItemService.getSalesItem", {"_id": item}).data["state"]
        holders = sum(item in buyer.cart() for buyer in buyers)
        assert holders == (1 if state == "reserved" else 0)
