"""Keeps what users bought."""

from __future__ import annotations

from typing import Unpack

from ._backk import AsyncCaller, Caller, CallOptions, One, Operation, data_of, whole
from .types import (
    DeliverOrderItemArgument,
    Id,
    Order,
    OrderItemId,
    PayOrderArgument,
    PlaceOrderArgument,
    RemoveOrderItemArgument,
    UnpaidLimit,
)

_DELETE_ALL_ORDERS: Operation[None] = Operation(
    "orderService.deleteAllOrders",
    None,
    whole,
    repeats="once",
)
_GET_ORDER: Operation[Order] = Operation(
    "orderService.getOrder",
    One[Order],
    data_of,
    repeats="reads",
)
_PLACE_ORDER: Operation[Order] = Operation(
    "orderService.placeOrder",
    One[Order],
    data_of,
    repeats="once",
    redirects=True,
)
_DISCARD_UNPAID_ORDER: Operation[None] = Operation(
    "orderService.discardUnpaidOrder",
    None,
    whole,
    repeats="once",
)
_PAY_ORDER: Operation[None] = Operation(
    "orderService.payOrder",
    None,
    whole,
    repeats="once",
)
_DELETE_UNPAID_ORDERS: Operation[None] = Operation(
    "orderService.deleteUnpaidOrders",
    None,
    whole,
    repeats="once",
)
_REMOVE_UNDELIVERED_ORDER_ITEM: Operation[None] = Operation(
    "orderService.removeUndeliveredOrderItem",
    None,
    whole,
    repeats="once",
)
_DELETE_UNDELIVERED_PAID_ORDER: Operation[None] = Operation(
    "orderService.deleteUndeliveredPaidOrder",
    None,
    whole,
    repeats="once",
)
_DELIVER_ORDER_ITEM: Operation[None] = Operation(
    "orderService.deliverOrderItem",
    None,
    whole,
    repeats="once",
)
_RECEIVE_ORDER_ITEM: Operation[None] = Operation(
    "orderService.receiveOrderItem",
    None,
    whole,
    repeats="once",
)
_RETURN_ORDER_ITEM: Operation[None] = Operation(
    "orderService.returnOrderItem",
    None,
    whole,
    repeats="once",
)
_RECEIVE_RETURNED_ORDER_ITEM: Operation[None] = Operation(
    "orderService.receiveReturnedOrderItem",
    None,
    whole,
    repeats="once",
)


class OrderService:
    """Keeps what users bought."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def delete_all_orders(self, **options: Unpack[CallOptions]) -> None:
        """Delete every order.

        For users with the role vitjaAdmin or tests.

        Raises OrderItemDelivered, InvalidOrderItemState, OrderDelivered, OrderAlreadyPaid,
        OrderItemAlreadyDelivered, OrderNotPaid, ShoppingCartEmpty, TermsNotAgreed.
        """
        self._caller.call(_DELETE_ALL_ORDERS, None, options)

    def get_order(self, argument: Id, **options: Unpack[CallOptions]) -> Order:
        """Look at an order.

        For users with the role vitjaAdmin or users, on what is their own.

        Raises OrderItemDelivered, InvalidOrderItemState, OrderDelivered, OrderAlreadyPaid,
        OrderItemAlreadyDelivered, OrderNotPaid, ShoppingCartEmpty, TermsNotAgreed.
        """
        return self._caller.call(_GET_ORDER, argument, options)

    def place_order(self, argument: PlaceOrderArgument, **options: Unpack[CallOptions]) -> Order:
        """Buy what is in the user's cart.

        For users with the role vitjaAdmin or users, on what is their own.

        Raises OrderItemDelivered, InvalidOrderItemState, OrderDelivered, OrderAlreadyPaid,
        OrderItemAlreadyDelivered, OrderNotPaid, ShoppingCartEmpty, TermsNotAgreed.
        """
        return self._caller.call(_PLACE_ORDER, argument, options)

    def discard_unpaid_order(self, argument: Id, **options: Unpack[CallOptions]) -> None:
        """Undo an order whose payment was given up: its items are in the buyer's cart again.

        For users with the role vitjaAdmin or users with the role vitjaPaymentGateway.

        Raises OrderItemDelivered, InvalidOrderItemState, OrderDelivered, OrderAlreadyPaid,
        OrderItemAlreadyDelivered, OrderNotPaid, ShoppingCartEmpty, TermsNotAgreed.
        """
        self._caller.call(_DISCARD_UNPAID_ORDER, argument, options)

    def pay_order(self, argument: PayOrderArgument, **options: Unpack[CallOptions]) -> None:
        """Note that an order was paid: once.

        For users with the role vitjaAdmin or users with the role vitjaPaymentGateway.

        Raises OrderItemDelivered, InvalidOrderItemState, OrderDelivered, OrderAlreadyPaid,
        OrderItemAlreadyDelivered, OrderNotPaid, ShoppingCartEmpty, TermsNotAgreed.
        """
        self._caller.call(_PAY_ORDER, argument, options)

    def delete_unpaid_orders(self, argument: UnpaidLimit | None = None, **options: Unpack[CallOptions]) -> None:
        """Undo orders that were not paid in time: their items are for sale again.

        For users with the role vitjaAdmin.

        Raises OrderItemDelivered, InvalidOrderItemState, OrderDelivered, OrderAlreadyPaid,
        OrderItemAlreadyDelivered, OrderNotPaid, ShoppingCartEmpty, TermsNotAgreed.
        """
        self._caller.call(_DELETE_UNPAID_ORDERS, argument, options)

    def remove_undelivered_order_item(self, argument: RemoveOrderItemArgument, **options: Unpack[CallOptions]) -> None:
        """Take back one item of a paid order that is not on its way yet.

        For users with the role vitjaAdmin or users, on what is their own.

        Raises OrderItemDelivered, InvalidOrderItemState, OrderDelivered, OrderAlreadyPaid,
        OrderItemAlreadyDelivered, OrderNotPaid, ShoppingCartEmpty, TermsNotAgreed.
        """
        self._caller.call(_REMOVE_UNDELIVERED_ORDER_ITEM, argument, options)

    def delete_undelivered_paid_order(self, argument: Id, **options: Unpack[CallOptions]) -> None:
        """Take back a paid order of which nothing is on its way yet.

        For users with the role vitjaAdmin or users, on what is their own.

        Raises OrderItemDelivered, InvalidOrderItemState, OrderDelivered, OrderAlreadyPaid,
        OrderItemAlreadyDelivered, OrderNotPaid, ShoppingCartEmpty, TermsNotAgreed.
        """
        self._caller.call(_DELETE_UNDELIVERED_PAID_ORDER, argument, options)

    def deliver_order_item(self, argument: DeliverOrderItemArgument, **options: Unpack[CallOptions]) -> None:
        """Note that an order item is on its way.

        For users with the role vitjaAdmin or users with the role vitjaLogisticsPartner.

        Raises OrderItemDelivered, InvalidOrderItemState, OrderDelivered, OrderAlreadyPaid,
        OrderItemAlreadyDelivered, OrderNotPaid, ShoppingCartEmpty, TermsNotAgreed.
        """
        self._caller.call(_DELIVER_ORDER_ITEM, argument, options)

    def receive_order_item(self, argument: OrderItemId, **options: Unpack[CallOptions]) -> None:
        """Note that an order item has arrived.

        For users with the role vitjaAdmin or users with the role vitjaLogisticsPartner.

        Raises OrderItemDelivered, InvalidOrderItemState, OrderDelivered, OrderAlreadyPaid,
        OrderItemAlreadyDelivered, OrderNotPaid, ShoppingCartEmpty, TermsNotAgreed.
        """
        self._caller.call(_RECEIVE_ORDER_ITEM, argument, options)

    def return_order_item(self, argument: OrderItemId, **options: Unpack[CallOptions]) -> None:
        """Note that an order item is on its way back.

        For users with the role vitjaAdmin or users with the role vitjaLogisticsPartner.

        Raises OrderItemDelivered, InvalidOrderItemState, OrderDelivered, OrderAlreadyPaid,
        OrderItemAlreadyDelivered, OrderNotPaid, ShoppingCartEmpty, TermsNotAgreed.
        """
        self._caller.call(_RETURN_ORDER_ITEM, argument, options)

    def receive_returned_order_item(self, argument: OrderItemId, **options: Unpack[CallOptions]) -> None:
        """Note that an order item has come back: it is for sale again, and its buyer gets the money back.

        For users with the role vitjaAdmin or users with the role vitjaLogisticsPartner.

        Raises OrderItemDelivered, InvalidOrderItemState, OrderDelivered, OrderAlreadyPaid,
        OrderItemAlreadyDelivered, OrderNotPaid, ShoppingCartEmpty, TermsNotAgreed.
        """
        self._caller.call(_RECEIVE_RETURNED_ORDER_ITEM, argument, options)


class AsyncOrderService:
    """Keeps what users bought."""

    def __init__(self, caller: AsyncCaller) -> None:
        self._caller = caller

    async def delete_all_orders(self, **options: Unpack[CallOptions]) -> None:
        """Delete every order.

        For users with the role vitjaAdmin or tests.

        Raises OrderItemDelivered, InvalidOrderItemState, OrderDelivered, OrderAlreadyPaid,
        OrderItemAlreadyDelivered, OrderNotPaid, ShoppingCartEmpty, TermsNotAgreed.
        """
        await self._caller.call(_DELETE_ALL_ORDERS, None, options)

    async def get_order(self, argument: Id, **options: Unpack[CallOptions]) -> Order:
        """Look at an order.

        For users with the role vitjaAdmin or users, on what is their own.

        Raises OrderItemDelivered, InvalidOrderItemState, OrderDelivered, OrderAlreadyPaid,
        OrderItemAlreadyDelivered, OrderNotPaid, ShoppingCartEmpty, TermsNotAgreed.
        """
        return await self._caller.call(_GET_ORDER, argument, options)

    async def place_order(self, argument: PlaceOrderArgument, **options: Unpack[CallOptions]) -> Order:
        """Buy what is in the user's cart.

        For users with the role vitjaAdmin or users, on what is their own.

        Raises OrderItemDelivered, InvalidOrderItemState, OrderDelivered, OrderAlreadyPaid,
        OrderItemAlreadyDelivered, OrderNotPaid, ShoppingCartEmpty, TermsNotAgreed.
        """
        return await self._caller.call(_PLACE_ORDER, argument, options)

    async def discard_unpaid_order(self, argument: Id, **options: Unpack[CallOptions]) -> None:
        """Undo an order whose payment was given up: its items are in the buyer's cart again.

        For users with the role vitjaAdmin or users with the role vitjaPaymentGateway.

        Raises OrderItemDelivered, InvalidOrderItemState, OrderDelivered, OrderAlreadyPaid,
        OrderItemAlreadyDelivered, OrderNotPaid, ShoppingCartEmpty, TermsNotAgreed.
        """
        await self._caller.call(_DISCARD_UNPAID_ORDER, argument, options)

    async def pay_order(self, argument: PayOrderArgument, **options: Unpack[CallOptions]) -> None:
        """Note that an order was paid: once.

        For users with the role vitjaAdmin or users with the role vitjaPaymentGateway.

        Raises OrderItemDelivered, InvalidOrderItemState, OrderDelivered, OrderAlreadyPaid,
        OrderItemAlreadyDelivered, OrderNotPaid, ShoppingCartEmpty, TermsNotAgreed.
        """
        await self._caller.call(_PAY_ORDER, argument, options)

    async def delete_unpaid_orders(self, argument: UnpaidLimit | None = None, **options: Unpack[CallOptions]) -> None:
        """Undo orders that were not paid in time: their items are for sale again.

        For users with the role vitjaAdmin.

        Raises OrderItemDelivered, InvalidOrderItemState, OrderDelivered, OrderAlreadyPaid,
        OrderItemAlreadyDelivered, OrderNotPaid, ShoppingCartEmpty, TermsNotAgreed.
        """
        await self._caller.call(_DELETE_UNPAID_ORDERS, argument, options)

    async def remove_undelivered_order_item(
        self, argument: RemoveOrderItemArgument, **options: Unpack[CallOptions]
    ) -> None:
        """Take back one item of a paid order that is not on its way yet.

        For users with the role vitjaAdmin or users, on what is their own.

        Raises OrderItemDelivered, InvalidOrderItemState, OrderDelivered, OrderAlreadyPaid,
        OrderItemAlreadyDelivered, OrderNotPaid, ShoppingCartEmpty, TermsNotAgreed.
        """
        await self._caller.call(_REMOVE_UNDELIVERED_ORDER_ITEM, argument, options)

    async def delete_undelivered_paid_order(self, argument: Id, **options: Unpack[CallOptions]) -> None:
        """Take back a paid order of which nothing is on its way yet.

        For users with the role vitjaAdmin or users, on what is their own.

        Raises OrderItemDelivered, InvalidOrderItemState, OrderDelivered, OrderAlreadyPaid,
        OrderItemAlreadyDelivered, OrderNotPaid, ShoppingCartEmpty, TermsNotAgreed.
        """
        await self._caller.call(_DELETE_UNDELIVERED_PAID_ORDER, argument, options)

    async def deliver_order_item(self, argument: DeliverOrderItemArgument, **options: Unpack[CallOptions]) -> None:
        """Note that an order item is on its way.

        For users with the role vitjaAdmin or users with the role vitjaLogisticsPartner.

        Raises OrderItemDelivered, InvalidOrderItemState, OrderDelivered, OrderAlreadyPaid,
        OrderItemAlreadyDelivered, OrderNotPaid, ShoppingCartEmpty, TermsNotAgreed.
        """
        await self._caller.call(_DELIVER_ORDER_ITEM, argument, options)

    async def receive_order_item(self, argument: OrderItemId, **options: Unpack[CallOptions]) -> None:
        """Note that an order item has arrived.

        For users with the role vitjaAdmin or users with the role vitjaLogisticsPartner.

        Raises OrderItemDelivered, InvalidOrderItemState, OrderDelivered, OrderAlreadyPaid,
        OrderItemAlreadyDelivered, OrderNotPaid, ShoppingCartEmpty, TermsNotAgreed.
        """
        await self._caller.call(_RECEIVE_ORDER_ITEM, argument, options)

    async def return_order_item(self, argument: OrderItemId, **options: Unpack[CallOptions]) -> None:
        """Note that an order item is on its way back.

        For users with the role vitjaAdmin or users with the role vitjaLogisticsPartner.

        Raises OrderItemDelivered, InvalidOrderItemState, OrderDelivered, OrderAlreadyPaid,
        OrderItemAlreadyDelivered, OrderNotPaid, ShoppingCartEmpty, TermsNotAgreed.
        """
        await self._caller.call(_RETURN_ORDER_ITEM, argument, options)

    async def receive_returned_order_item(self, argument: OrderItemId, **options: Unpack[CallOptions]) -> None:
        """Note that an order item has come back: it is for sale again, and its buyer gets the money back.

        For users with the role vitjaAdmin or users with the role vitjaLogisticsPartner.

        Raises OrderItemDelivered, InvalidOrderItemState, OrderDelivered, OrderAlreadyPaid,
        OrderItemAlreadyDelivered, OrderNotPaid, ShoppingCartEmpty, TermsNotAgreed.
        """
        await self._caller.call(_RECEIVE_RETURNED_ORDER_ITEM, argument, options)
