"""The rules of shopping carts, each as somebody outside sees it."""

from __future__ import annotations

import pytest

from tests.acceptance.marketplace.running import Answer, Marketplace, Person

SERVICE = "shoppingCartService"


def state_of(market: Marketplace, item: str) -> str:
    return str(market.nobody("salesItemService.getSalesItem", {"_id": item}).data["state"])


def refused(answer: Answer) -> bool:
    message = "Sales item is already in shopping cart, reserved in another user's shopping cart or sold"
    return (answer.status, answer.error, answer.error and answer.message) == (400, f"{SERVICE}.1", message)


def end_reservations(market: Marketplace) -> None:
    argument = {"maxSalesItemReservationDurationInMinutes": -1}
    function = "salesItemService.changeExpiredReservedSalesItemStatesToForSale"
    assert market.administrator(function, argument).status == 200


def test_a_user_has_one_cart_which_is_made_when_first_asked_for(buyer: Person) -> None:
    first, second = (buyer(f"{SERVICE}.getShoppingCart", {"userAccountId": buyer.id}).data for _ in range(2))
    assert first == second == {"_id": first["_id"], "userAccountId": buyer.id, "salesItems": []}


def test_a_cart_shows_what_is_in_it(market: Marketplace, seller: Person, buyer: Person) -> None:
    item = seller.sells()
    buyer.adds(item)
    cart = buyer(f"{SERVICE}.getShoppingCart", {"userAccountId": buyer.id}).data
    facts = market.nobody("salesItemService.getSalesItem", {"_id": item}).data
    names = ("_id", "title", "price", "shippingCost", "primaryImageThumbnailDataUri")
    assert cart["salesItems"] == [{name: facts[name] for name in names}]


def test_what_is_added_is_reserved(market: Marketplace, seller: Person, buyer: Person, stranger: Person) -> None:
    item = seller.sells()
    assert buyer.adds(item).status == 200
    assert (state_of(market, item), buyer.cart()) == ("reserved", [item])
    assert refused(buyer.adds(item))
    assert refused(stranger.adds(item))
    assert stranger.cart() == []
    buyer.places()
    assert refused(stranger.adds(item))
    assert stranger.adds("999999999").error == "error.4"


def test_one_s_own_items_may_be_bought(market: Marketplace, seller: Person) -> None:
    item = seller.sells()
    assert seller.adds(item).status == 200
    assert seller.places().status == 200
    assert state_of(market, item) == "sold"


def test_what_is_removed_is_for_sale_again(market: Marketplace, seller: Person, buyer: Person) -> None:
    item, other = seller.sells(), seller.sells()
    buyer.adds(item)
    buyer.adds(other)
    assert buyer.removes(item).status == 200
    assert (state_of(market, item), buyer.cart()) == ("forSale", [other])
    assert buyer.removes(item).error == "error.4"


def test_nobody_removes_what_somebody_else_has_reserved(
    market: Marketplace, seller: Person, buyer: Person, stranger: Person
) -> None:
    item = seller.sells()
    buyer.adds(item)
    assert stranger.removes(item).error == "error.4"
    assert stranger.empties().status == 200
    assert (state_of(market, item), buyer.cart()) == ("reserved", [item])


def test_an_emptied_cart_is_made_anew_and_its_items_are_for_sale(
    market: Marketplace, seller: Person, buyer: Person
) -> None:
    items = [seller.sells(), seller.sells()]
    for item in items:
        buyer.adds(item)
    assert buyer.empties().status == 200
    assert [state_of(market, item) for item in items] == ["forSale", "forSale"]
    assert buyer.cart() == []
    assert buyer.empties().status == 200


def test_what_is_no_longer_reserved_is_dropped(market: Marketplace, seller: Person, buyer: Person) -> None:
    kept, lost = seller.sells(), seller.sells()
    buyer.adds(lost)
    end_reservations(market)
    buyer.adds(kept)
    assert buyer.cart() == [kept]


def test_what_somebody_else_has_reserved_meanwhile_is_dropped_and_stays_theirs(
    market: Marketplace, seller: Person, buyer: Person, stranger: Person
) -> None:
    item = seller.sells()
    buyer.adds(item)
    end_reservations(market)
    assert stranger.adds(item).status == 200
    assert buyer.places().error == "salesItemService.3"
    # the link in the buyer's cart gives no right to it
    assert buyer.removes(item).status == 200
    assert (buyer.cart(), stranger.cart(), state_of(market, item)) == ([], [item], "reserved")


def test_a_cart_has_at_most_50_items(market: Marketplace, seller: Person, buyer: Person) -> None:
    items = [seller.sells() for _ in range(51)]
    assert [buyer.adds(item).status for item in items[:50]] == [200] * 50
    full = buyer.adds(items[50])
    assert (full.status, full.error, state_of(market, items[50])) == (422, "error.7", "forSale")


@pytest.mark.parametrize("function", ["getShoppingCart", "emptyShoppingCart"])
def test_a_cart_is_its_user_s_alone(
    market: Marketplace, seller: Person, buyer: Person, stranger: Person, function: str
) -> None:
    buyer.adds(seller.sells())
    argument = {"userAccountId": buyer.id}
    assert stranger(f"{SERVICE}.{function}", argument).error == "error.6"
    assert market.nobody(f"{SERVICE}.{function}", argument).error == "error.17"
    assert len(buyer.cart()) == 1
    assert market.administrator(f"{SERVICE}.{function}", argument).status == 200


@pytest.mark.parametrize("function", ["addToShoppingCart", "removeFromShoppingCart"])
def test_nobody_fills_another_user_s_cart(
    market: Marketplace, seller: Person, buyer: Person, stranger: Person, function: str
) -> None:
    item = seller.sells()
    if function == "removeFromShoppingCart":
        buyer.adds(item)
    before = state_of(market, item)
    argument = {"userAccountId": buyer.id, "salesItemId": item}
    assert stranger(f"{SERVICE}.{function}", argument).error == "error.6"
    assert state_of(market, item) == before
    assert market.administrator(f"{SERVICE}.{function}", argument).status == 200
    assert state_of(market, item) != before


def test_there_is_no_cart_of_an_account_that_does_not_exist(market: Marketplace) -> None:
    for id in ("999999999", "abc"):
        assert market.administrator(f"{SERVICE}.getShoppingCart", {"userAccountId": id}).error == "error.4"
