"""What the functions about orders take, and what others are told."""

import datetime
from typing import Annotated

from backk_core import (
    Argument,
    EntityId,
    array_max_size,
    array_min_size,
    array_not_unique,
    between,
    is_any_string,
    is_url,
    max_length,
    non_null,
    pick,
)
from example_project.orders.models import Order, OrderItem

Amount = Annotated[float, between(0, 1_000_000_000)]


class PlaceOrderArgument(Argument, fields=pick(Order, "payment_gateway")):
    """Who buys what is in their cart, and how they pay."""

    user_account_id: EntityId
    payment_gateway: str
    #: Not used: a user has one cart.
    shopping_cart_id: Annotated[str, max_length(24), is_any_string]
    i_agree_with_terms_and_conditions: bool
    #: Where the payment gateway sends the user afterwards.
    ui_redirect_url: Annotated[str, max_length(4096), is_url]


class PayOrderArgument(
    Argument,
    fields=non_null(pick(Order, "id", "payment_amount", "payment_gateway", "transaction_id", "transaction_timestamp")),
):
    """What the payment gateway says of a payment."""

    id: str
    payment_amount: float
    payment_gateway: str
    transaction_id: str
    transaction_timestamp: datetime.datetime


class OrderItemId(Argument, fields=non_null(pick(Order, "id", "version"))):
    """Names an item of an order whose version is known; -1 is any version."""

    id: str
    version: int
    order_item_id: EntityId


class RemoveOrderItemArgument(OrderItemId):
    """Names an item of a user's order."""

    user_account_id: EntityId


class OrderItemForDelivery(
    Argument, fields=non_null(pick(OrderItem, "local_id", "delivery_timestamp", "tracking_url"))
):
    """When an order item was sent, and where its way can be seen."""

    local_id: str
    delivery_timestamp: datetime.datetime
    tracking_url: str


class DeliverOrderItemArgument(Argument, fields=non_null(pick(Order, "id", "version"))):
    """Which item of an order is on its way."""

    id: str
    version: int
    order_items: Annotated[list[OrderItemForDelivery], array_min_size(1), array_max_size(1), array_not_unique]


class UnpaidLimit(Argument):
    """How long an order may be unpaid."""

    unpaid_order_time_to_live_in_minutes: Annotated[int, between(-1, 10)] = 10


# what others are told


class OrderNotice(Argument):
    """An order that was paid."""

    order_id: EntityId
    user_account_id: EntityId


class DeliveryNotice(Argument):
    """An order item that is on its way."""

    order_id: EntityId
    order_item_id: EntityId
    user_account_id: EntityId
    delivery_timestamp: datetime.datetime
    tracking_url: Annotated[str, max_length(3072)]


class OrderRefund(Argument):
    """A payment that goes back as a whole."""

    order_id: EntityId
    transaction_id: Annotated[str, max_length(256)]
    amount: Amount


class OrderItemRefund(OrderRefund):
    """The part of a payment that goes back for one order item."""

    order_item_id: EntityId
