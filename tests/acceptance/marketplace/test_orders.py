"""The rules of orders, each as somebody outside sees it."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.test import override_settings

from backk_core.testing import Client, user
from example_project.orders.services import OrderService, PlaceOrder
from example_project.sales_items.services import CreateSalesItem, SalesItemService
from example_project.shopping_carts.services import AddToShoppingCart, ShoppingCartService
from example_project.user_accounts.models import UserAccount
from example_project.user_accounts.services import UserAccountService
from tests.acceptance.marketplace.running import (
    Answer,
    Marketplace,
    Person,
    delivery,
    order_of,
    payment,
    sales_item,
)

SERVICE = "orderService"
TO_NOTIFICATIONS, TO_REFUNDS = "notification-service.default", "refund-service.default"


def state_of(market: Marketplace, item: str) -> str:
    return str(market.nobody("salesItemService.getSalesItem", {"_id": item}).data["state"])


def states(buyer: Person, order: str) -> list[str]:
    return [item["state"] for item in buyer(f"{SERVICE}.getOrder", {"_id": order}).data["orderItems"]]


def sent(market: Marketplace, function: str, order: str) -> list[str]:
    return [to for to, about in market.messages(function) if about == order]


def pay(market: Marketplace, order: str) -> None:
    assert market.gateway(f"{SERVICE}.payOrder", payment(order)).status == 200


def remove(buyer: Person, order: str, item: str = "0", version: int = -1) -> Answer:
    argument = {"_id": order, "version": version, "userAccountId": buyer.id, "orderItemId": item}
    return buyer(f"{SERVICE}.removeUndeliveredOrderItem", argument)


def move(market: Marketplace, function: str, order: str, version: int = -1) -> Answer:
    return market.carrier(f"{SERVICE}.{function}", {"_id": order, "version": version, "orderItemId": "0"})


# placing


def test_the_cart_s_items_become_sold_and_an_order(market: Marketplace, seller: Person, buyer: Person) -> None:
    items = [seller.sells(title="A"), seller.sells(title="B")]
    for item in items:
        buyer.adds(item)
    answer = buyer.places()
    order = answer.data
    assert (answer.status, "location" in answer.headers) == (200, False)
    assert [state_of(market, item) for item in items] == ["sold", "sold"]
    expected = [("0", "toBeDelivered", None, None, [items[0]]), ("1", "toBeDelivered", None, None, [items[1]])]
    found = [
        (
            item["id"],
            item["state"],
            item["deliveryTimestamp"],
            item["trackingUrl"],
            [thing["_id"] for thing in item["salesItems"]],
        )
        for item in order["orderItems"]
    ]
    assert found == expected
    facts = (order["paymentAmount"], order["transactionId"], order["transactionTimestamp"], order["paymentGateway"])
    assert (facts, order["userAccountId"]) == ((None, None, None, "Paytrail"), buyer.id)
    assert buyer(f"{SERVICE}.getOrder", {"_id": order["_id"]}).data == order


def test_an_empty_cart_is_no_order(buyer: Person) -> None:
    refused = buyer.places()
    message = "Cannot place order because shopping cart is empty"
    assert (refused.status, refused.error, refused.message) == (400, "orderService.7", message)


def test_the_terms_must_be_agreed_with(market: Marketplace, seller: Person, buyer: Person) -> None:
    item = seller.sells()
    buyer.adds(item)
    refused = buyer.places(iAgreeWithTermsAndConditions=False)
    message = "Terms and conditions were not agreed with"
    assert (refused.status, refused.error, refused.message) == (400, "orderService.8", message)
    assert (state_of(market, item), buyer.cart()) == ("reserved", [item])


def test_an_order_is_placed_once(seller: Person, buyer: Person) -> None:
    buyer.buys(seller.sells())
    refused = buyer.places()
    assert (refused.status, refused.error, refused.message) == (400, "salesItemService.3", "Invalid sales item state")
    assert buyer.cart() == []
    assert buyer.places().error == "orderService.7"


@pytest.mark.django_db
def test_in_production_the_buyer_is_sent_to_the_payment_gateway() -> None:
    # without a server: a development secret signs no tokens of production
    services = (UserAccountService, SalesItemService, CreateSalesItem, ShoppingCartService, AddToShoppingCart)
    client = Client(*services, OrderService, PlaceOrder, principal=user("ann"))
    ann = str(UserAccount.objects.create(subject="ann", display_name="Ann", image_data_uri="data:,x").pk)
    item = client.call(CreateSalesItem, sales_item(ann, price=20, shippingCost=5.5)).data["_id"]
    client.call(AddToShoppingCart, {"userAccountId": ann, "salesItemId": item})
    with override_settings(BACKK={**settings.BACKK, "ENVIRONMENT": "production"}):
        answer = client.call(PlaceOrder, order_of(ann))
    assert answer.status == 301
    location = urlsplit(answer.headers["location"])
    assert (location.scheme, location.netloc) == ("https", "pay.paytrail.com")
    assert parse_qs(location.query) == {
        "orderId": [answer.data["_id"]],
        "amount": ["25.50"],
        "redirectUrl": ["https://shop.example.com/thanks"],
    }


# paying


def test_a_payment_is_stored_as_it_is_sent_and_empties_the_cart(
    market: Marketplace, seller: Person, buyer: Person
) -> None:
    order = buyer.buys(seller.sells())
    left_over = seller.sells()
    buyer.adds(left_over)
    assert market.gateway(f"{SERVICE}.payOrder", payment(order, paymentAmount=1, paymentGateway="Klarna")).status == 200
    paid = buyer(f"{SERVICE}.getOrder", {"_id": order}).data
    assert (paid["paymentAmount"], paid["paymentGateway"], paid["transactionId"]) == (1, "Klarna", "abc123")
    assert paid["transactionTimestamp"] == "2026-11-24T08:00:00.000Z"
    assert (buyer.cart(), state_of(market, left_over)) == ([], "forSale")
    assert sent(market, "orderNotificationsService.sendOrderCreateNotifications", order) == [TO_NOTIFICATIONS]


def test_an_order_is_paid_once(market: Marketplace, seller: Person, buyer: Person) -> None:
    order = buyer.buys(seller.sells())
    pay(market, order)
    refused = market.gateway(f"{SERVICE}.payOrder", payment(order, transactionId="other"))
    assert (refused.status, refused.error, refused.message) == (400, "orderService.4", "Order already paid")
    assert buyer(f"{SERVICE}.getOrder", {"_id": order}).data["transactionId"] == "abc123"
    assert len(sent(market, "orderNotificationsService.sendOrderCreateNotifications", order)) == 1


@pytest.mark.parametrize("name", ["paymentAmount", "paymentGateway", "transactionId", "transactionTimestamp"])
def test_a_payment_is_whole(market: Marketplace, seller: Person, buyer: Person, name: str) -> None:
    order = buyer.buys(seller.sells())
    facts = payment(order)
    assert market.gateway(f"{SERVICE}.payOrder", {**facts, name: None}).error == "error.5"
    del facts[name]
    assert market.gateway(f"{SERVICE}.payOrder", facts).error == "error.5"


def test_a_discarded_order_s_items_are_reserved_and_in_the_cart_again(
    market: Marketplace, seller: Person, buyer: Person
) -> None:
    item = seller.sells()
    order = buyer.buys(item)
    assert buyer.cart() == []
    assert market.gateway(f"{SERVICE}.discardUnpaidOrder", {"_id": order}).status == 200
    assert (state_of(market, item), buyer.cart()) == ("reserved", [item])
    assert buyer(f"{SERVICE}.getOrder", {"_id": order}).error == "error.4"
    assert market.gateway(f"{SERVICE}.discardUnpaidOrder", {"_id": order}).error == "error.4"
    assert buyer.places().status == 200


def test_a_discarded_order_s_items_that_find_no_room_in_the_cart_are_for_sale(
    market: Marketplace, seller: Person, buyer: Person
) -> None:
    first, second = seller.sells(), seller.sells()
    order = buyer.buys(first, second)
    for _ in range(49):
        buyer.adds(seller.sells())
    assert market.gateway(f"{SERVICE}.discardUnpaidOrder", {"_id": order}).status == 200
    assert [state_of(market, item) for item in (first, second)] == ["reserved", "forSale"]
    assert len(buyer.cart()) == 50


def test_a_paid_order_is_not_discarded(market: Marketplace, seller: Person, buyer: Person) -> None:
    item = seller.sells()
    order = buyer.buys(item)
    pay(market, order)
    assert market.gateway(f"{SERVICE}.discardUnpaidOrder", {"_id": order}).error == "orderService.4"
    assert state_of(market, item) == "sold"


def test_orders_unpaid_for_too_long_are_deleted(market: Marketplace, seller: Person, buyer: Person) -> None:
    item, other = seller.sells(), seller.sells()
    paid = buyer.buys(other)
    pay(market, paid)
    order = buyer.buys(item)
    function, name = f"{SERVICE}.deleteUnpaidOrders", "unpaidOrderTimeToLiveInMinutes"
    assert market.administrator(function, {}).status == 200
    assert buyer(f"{SERVICE}.getOrder", {"_id": order}).status == 200
    assert market.administrator(function, {name: -1}).status == 200
    assert buyer(f"{SERVICE}.getOrder", {"_id": order}).error == "error.4"
    assert buyer(f"{SERVICE}.getOrder", {"_id": paid}).status == 200
    assert (state_of(market, item), state_of(market, other)) == ("forSale", "sold")
    for wrong in (-2, 11):
        assert market.administrator(function, {name: wrong}).error == "error.5"
    assert buyer(function, {name: -1}).error == "error.6"


# changing one's mind


def test_an_undelivered_item_is_removed_and_refunded(market: Marketplace, seller: Person, buyer: Person) -> None:
    items = [seller.sells(), seller.sells()]
    order = buyer.buys(*items)
    pay(market, order)
    assert remove(buyer, order, "0").status == 200
    assert [state_of(market, item) for item in items] == ["forSale", "sold"]
    assert remove(buyer, order, "0").error == "error.4"
    # the order may be left empty
    assert remove(buyer, order, "1").status == 200
    assert states(buyer, order) == []
    assert sent(market, "refundService.refundOrderItem", order) == [TO_REFUNDS, TO_REFUNDS]


def test_an_item_of_an_unpaid_order_is_not_removed(market: Marketplace, seller: Person, buyer: Person) -> None:
    order = buyer.buys(seller.sells())
    refused = remove(buyer, order)
    message = "Cannot update order which is not paid"
    assert (refused.status, refused.error, refused.message) == (400, "orderService.6", message)
    assert sent(market, "refundService.refundOrderItem", order) == []


def test_a_delivered_item_is_not_removed(market: Marketplace, seller: Person, buyer: Person) -> None:
    order = buyer.buys(seller.sells())
    pay(market, order)
    market.carrier(f"{SERVICE}.deliverOrderItem", delivery(order))
    for _ in range(2):
        refused = remove(buyer, order)
        message = "Cannot remove delivered order item"
        assert (refused.status, refused.error, refused.message) == (400, "orderService.1", message)
        move(market, "receiveOrderItem", order)


def test_an_item_is_removed_only_of_the_version_that_was_seen(
    market: Marketplace, seller: Person, buyer: Person
) -> None:
    order = buyer.buys(seller.sells())
    version = buyer(f"{SERVICE}.getOrder", {"_id": order}).data["version"]
    pay(market, order)
    stale = remove(buyer, order, version=version)
    assert (stale.status, stale.error) == (409, "error.1")
    assert remove(buyer, order, version=version + 1).status == 200


def test_an_undelivered_paid_order_is_deleted_and_refunded(market: Marketplace, seller: Person, buyer: Person) -> None:
    items = [seller.sells(), seller.sells()]
    order = buyer.buys(*items)
    refused = buyer(f"{SERVICE}.deleteUndeliveredPaidOrder", {"_id": order})
    assert refused.error == "orderService.6"
    pay(market, order)
    assert buyer(f"{SERVICE}.deleteUndeliveredPaidOrder", {"_id": order}).status == 200
    assert buyer(f"{SERVICE}.getOrder", {"_id": order}).error == "error.4"
    assert [state_of(market, item) for item in items] == ["forSale", "forSale"]
    assert sent(market, "refundService.refundOrder", order) == [TO_REFUNDS]


def test_an_order_with_a_delivered_item_is_not_deleted(market: Marketplace, seller: Person, buyer: Person) -> None:
    order = buyer.buys(seller.sells(), seller.sells())
    pay(market, order)
    market.carrier(f"{SERVICE}.deliverOrderItem", delivery(order))
    refused = buyer(f"{SERVICE}.deleteUndeliveredPaidOrder", {"_id": order})
    message = "Deleting order is not allowed when some or all of order items have been delivered"
    assert (refused.status, refused.error, refused.message) == (400, "orderService.3", message)
    assert states(buyer, order) == ["delivering", "toBeDelivered"]
    assert sent(market, "refundService.refundOrder", order) == []


# on the way, and back


def test_an_item_goes_from_state_to_state_and_nowhere_else(market: Marketplace, seller: Person, buyer: Person) -> None:
    item = seller.sells()
    order = buyer.buys(item)
    pay(market, order)
    steps = ["deliverOrderItem", "receiveOrderItem", "returnOrderItem", "receiveReturnedOrderItem"]
    reached = ["toBeDelivered", "delivering", "delivered", "returning", "returned"]

    def attempt(function: str) -> Answer:
        if function == "deliverOrderItem":
            return market.carrier(f"{SERVICE}.deliverOrderItem", delivery(order))
        return move(market, function, order)

    for position, step in enumerate([*steps, None]):
        for other in steps:
            if other != step:
                refused = attempt(other)
                if other == "deliverOrderItem":
                    message = "Cannot deliver order item which is already delivered"
                    assert (refused.error, refused.message) == ("orderService.5", message)
                else:
                    message = "Cannot update order item state due to invalid current state"
                    assert (refused.error, refused.message) == ("orderService.2", message)
        assert states(buyer, order) == [reached[position]]
        assert state_of(market, item) == ("forSale" if step is None else "sold")
        if step is not None:
            assert attempt(step).status == 200
    assert sent(market, "refundService.refundOrderItem", order) == [TO_REFUNDS]


def test_a_delivery_tells_when_and_where_it_can_be_tracked(market: Marketplace, seller: Person, buyer: Person) -> None:
    order = buyer.buys(seller.sells())
    pay(market, order)
    for missing in ("deliveryTimestamp", "trackingUrl"):
        assert market.carrier(f"{SERVICE}.deliverOrderItem", delivery(order, **{missing: None})).error == "error.5"
    assert market.carrier(f"{SERVICE}.deliverOrderItem", delivery(order)).status == 200
    (item,) = buyer(f"{SERVICE}.getOrder", {"_id": order}).data["orderItems"]
    assert (item["deliveryTimestamp"], item["trackingUrl"]) == (
        "2026-11-25T08:00:00.000Z",
        "https://carrier.example.com/track/1",
    )
    assert sent(market, "orderNotificationsService.sendOrderItemDeliveryNotification", order) == [TO_NOTIFICATIONS]


def test_a_stale_version_moves_nothing(market: Marketplace, seller: Person, buyer: Person) -> None:
    order = buyer.buys(seller.sells())
    version = buyer(f"{SERVICE}.getOrder", {"_id": order}).data["version"]
    pay(market, order)
    assert market.carrier(f"{SERVICE}.deliverOrderItem", delivery(order, version)).error == "error.1"
    assert market.carrier(f"{SERVICE}.deliverOrderItem", delivery(order, version + 1)).status == 200
    assert move(market, "receiveOrderItem", order, version + 1).error == "error.1"
    assert states(buyer, order) == ["delivering"]


def test_a_returned_item_may_be_bought_again(market: Marketplace, seller: Person, buyer: Person) -> None:
    item = seller.sells()
    order = buyer.buys(item)
    pay(market, order)
    market.carrier(f"{SERVICE}.deliverOrderItem", delivery(order))
    for function in ("receiveOrderItem", "returnOrderItem", "receiveReturnedOrderItem"):
        assert move(market, function, order).status == 200
    assert buyer.buys(item) != order


# for whom


def test_an_order_is_its_buyer_s_alone(market: Marketplace, seller: Person, buyer: Person, stranger: Person) -> None:
    order = buyer.buys(seller.sells())
    pay(market, order)
    for function in ("getOrder", "deleteUndeliveredPaidOrder"):
        foreign, absent = (stranger(f"{SERVICE}.{function}", {"_id": id}) for id in (order, "999999999"))
        assert (foreign.status, foreign.error) == (absent.status, absent.error) == (404, "error.4")
        assert market.nobody(f"{SERVICE}.{function}", {"_id": order}).error == "error.17"
    argument: dict[str, Any] = {"_id": order, "version": -1, "userAccountId": stranger.id, "orderItemId": "0"}
    assert stranger(f"{SERVICE}.removeUndeliveredOrderItem", argument).error == "error.4"
    argument["userAccountId"] = buyer.id
    assert stranger(f"{SERVICE}.removeUndeliveredOrderItem", argument).error == "error.6"
    assert stranger(f"{SERVICE}.placeOrder", order_of(buyer.id)).error == "error.6"
    assert states(buyer, order) == ["toBeDelivered"]
    assert market.administrator(f"{SERVICE}.getOrder", {"_id": order}).status == 200


GATEWAY = ("payOrder", "discardUnpaidOrder")
CARRIER = ("deliverOrderItem", "receiveOrderItem", "returnOrderItem", "receiveReturnedOrderItem")


@pytest.mark.parametrize("function", [*GATEWAY, *CARRIER])
def test_the_gateway_pays_and_the_carrier_carries(
    market: Marketplace, seller: Person, buyer: Person, function: str
) -> None:
    order = buyer.buys(seller.sells())
    argument: dict[str, Any] = {
        "payOrder": payment(order),
        "discardUnpaidOrder": {"_id": order},
        "deliverOrderItem": delivery(order),
    }.get(function, {"_id": order, "version": -1, "orderItemId": "0"})
    other = market.carrier if function in GATEWAY else market.gateway
    for caller in (buyer, seller, other):
        assert caller(f"{SERVICE}.{function}", argument).error == "error.6"
    assert market.nobody(f"{SERVICE}.{function}", argument).error == "error.17"
    assert states(buyer, order) == ["toBeDelivered"]
    # the administrator may call everything; whether the order is ready for it is another question
    assert market.administrator(f"{SERVICE}.{function}", argument).error in ("", "orderService.2")
