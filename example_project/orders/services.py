"""What can be done with orders: placing, paying, delivering, returning."""

from datetime import timedelta

from django.db.models import Q
from django.utils.timezone import now

from backk_core import (
    Argument,
    CrudEntityService,
    EntityNotFound,
    Id,
    One,
    ResponseFields,
    ServiceFunction,
    Store,
    VersionConflict,
    allow_for_own_resources,
    allow_for_tests,
    allow_for_user_roles,
    redirect_in_production,
)
from backk_transport import RemoteServices
from example_project.orders.arguments import (
    DeliverOrderItemArgument,
    DeliveryNotice,
    OrderItemId,
    OrderItemRefund,
    OrderNotice,
    OrderRefund,
    PayOrderArgument,
    PlaceOrderArgument,
    RemoveOrderItemArgument,
    UnpaidLimit,
)
from example_project.orders.errors import (
    InvalidOrderItemState,
    OrderAlreadyPaid,
    OrderDelivered,
    OrderItemAlreadyDelivered,
    OrderItemDelivered,
    OrderNotPaid,
    ShoppingCartEmpty,
    TermsNotAgreed,
)
from example_project.orders.models import Order, OrderItem, OrderItemState
from example_project.orders.payment import payment_page
from example_project.sales_items.arguments import ReturnToSale, Sale, UserAccountId
from example_project.sales_items.locks import LockedAccount
from example_project.sales_items.models import ShoppingCartOrOrderSalesItem
from example_project.sales_items.services import SalesItemService
from example_project.shopping_carts.arguments import Holding
from example_project.shopping_carts.services import ShoppingCartService

_STATES = ResponseFields(exclude_response_fields=["orderItems.salesItems"])
_SOLD = ResponseFields(
    include_response_fields=[
        "_id",
        "orderItems.id",
        "orderItems.state",
        "orderItems.salesItems._id",
        "orderItems.salesItems.price",
        "orderItems.salesItems.shippingCost",
    ]
)


@allow_for_user_roles("vitjaAdmin")
class OrderService(CrudEntityService):
    """Keeps what users bought."""

    errors = (
        OrderItemDelivered,
        InvalidOrderItemState,
        OrderDelivered,
        OrderAlreadyPaid,
        OrderItemAlreadyDelivered,
        OrderNotPaid,
        ShoppingCartEmpty,
        TermsNotAgreed,
    )

    @allow_for_tests
    def delete_all_orders(self) -> None:
        """Delete every order."""
        self.store.delete_all(Order)

    @allow_for_own_resources("user_account_id")
    def get_order(self, argument: Id) -> One[Order]:
        """Look at an order."""
        return self.store.get_by_id(Order, argument.id)


class _OrderFunction(ServiceFunction):
    """What the functions that change orders have in common."""

    service = "orderService"

    def __init__(
        self, store: Store, sales_items: SalesItemService, carts: ShoppingCartService, remote_services: RemoteServices
    ) -> None:
        super().__init__(store)
        self.sales_items = sales_items
        self.carts = carts
        self.remote_services = remote_services

    def locked(self, order_id: str) -> Order:
        """Return an order that nobody else changes meanwhile, and the states of its items. EntityNotFound."""
        self.store.lock(Order, order_id)
        return self.store.get_by_id(Order, order_id, _STATES).data

    def locked_item(self, order_id: str, version: int, item_id: str) -> tuple[Order, OrderItem]:
        """Return an order, locked, and one of its items. EntityNotFound; VersionConflict, unless ``version`` is -1."""
        order = self.locked(order_id)
        if version not in (-1, order.version):
            raise VersionConflict
        for item in order.order_items:
            if item.local_id == item_id:
                return order, item
        raise EntityNotFound(OrderItem.__name__, item_id)

    def sold_in(self, order: Order, item: OrderItem | None = None) -> list[ShoppingCartOrOrderSalesItem]:
        """Return the sales items of an order, or of one of its items, as far as they are still there."""
        items = self.store.get_by_id(Order, order.pk, _SOLD).data.order_items
        return [
            sold for known in items if item is None or item.local_id == known.local_id for sold in known.sales_items
        ]

    def put_up_for_sale(self, sold: list[ShoppingCartOrOrderSalesItem]) -> None:
        """Put up for sale again what was sold."""
        self.sales_items.update_sold_sales_items_to_for_sale(ReturnToSale(sales_item_ids=_ids(sold)))

    def tell(self, function: str, argument: Argument, *, microservice: str, about: Order) -> None:
        """Send something about an order to another microservice; what is sent about one order stays in order."""
        self.remote_services.send(function, argument, microservice=microservice, ordering_key=str(about.pk))

    def take_back(self, order: Order, item: OrderItem, sold: list[ShoppingCartOrOrderSalesItem]) -> None:
        """Put up for sale again what an order item was about, and let its payment go back."""
        self.put_up_for_sale(sold)
        refund = OrderItemRefund(
            order_id=str(order.pk),
            order_item_id=item.local_id,
            transaction_id=order.transaction_id or "",
            amount=sum(thing.price + thing.shipping_cost for thing in sold),
        )
        self.tell("refundService.refundOrderItem", refund, microservice="refund-service", about=order)


def _ids(sold: list[ShoppingCartOrOrderSalesItem]) -> list[str]:
    return [str(thing.pk) for thing in sold]


# placing and paying


@redirect_in_production(payment_page)
class PlaceOrder(_OrderFunction):
    """Buy what is in the user's cart."""

    authorization = allow_for_own_resources("user_account_id")

    def execute(self, argument: PlaceOrderArgument) -> One[Order]:
        if not argument.i_agree_with_terms_and_conditions:
            raise TermsNotAgreed
        buyer = argument.user_account_id
        wanted = self.carts.get_locked_shopping_cart(UserAccountId(user_account_id=buyer)).data.sales_items
        if not wanted:
            raise ShoppingCartEmpty
        self.sales_items.update_sales_items_to_sold(Sale(sales_item_ids=_ids(wanted), buyer_user_account_id=buyer))
        order = Order(user_account_id=int(buyer), payment_gateway=argument.payment_gateway)
        order.order_items = [_item_of(thing) for thing in wanted]
        return self.store.get_by_id(Order, self.store.create(order).data.pk)


def _item_of(thing: ShoppingCartOrOrderSalesItem) -> OrderItem:
    item = OrderItem()
    item.sales_items = [thing]
    return item


class DiscardUnpaidOrder(_OrderFunction):
    """Undo an order whose payment was given up: its items are in the buyer's cart again."""

    authorization = allow_for_user_roles("vitjaPaymentGateway")

    def execute(self, argument: Id) -> None:
        buyer = _buyer_of(self.store, argument.id)
        has_account = bool(self.store.lock_all(LockedAccount, Q(id=buyer)))
        order = self.locked(argument.id)
        if order.transaction_id is not None:
            raise OrderAlreadyPaid
        sold = self.sold_in(order)
        if has_account:
            self.carts.update_with_sold(Holding(user_account_id=buyer, sales_item_ids=_ids(sold)))
        else:
            self.put_up_for_sale(sold)
        self.store.delete_by_id(Order, order.pk)


class PayOrder(_OrderFunction):
    """Note that an order was paid: once."""

    authorization = allow_for_user_roles("vitjaPaymentGateway")

    def execute(self, argument: PayOrderArgument) -> None:
        buyer = _buyer_of(self.store, argument.id)
        self.store.lock_all(LockedAccount, Q(id=buyer))
        order = self.store.lock(Order, argument.id)
        if order.transaction_id is not None:
            raise OrderAlreadyPaid
        order.payment_amount = argument.payment_amount
        order.payment_gateway = argument.payment_gateway
        order.transaction_id = argument.transaction_id
        order.transaction_timestamp = argument.transaction_timestamp
        self.store.update(order)
        self.carts.delete_shopping_cart(UserAccountId(user_account_id=buyer))
        self.tell(
            "orderNotificationsService.sendOrderCreateNotifications",
            OrderNotice(order_id=str(order.pk), user_account_id=buyer),
            microservice="notification-service",
            about=order,
        )


def _buyer_of(store: Store, order_id: str) -> str:
    """Return whose account is to be locked before an order is: that never changes. EntityNotFound."""
    buyer = ResponseFields(include_response_fields=["_id", "userAccountId"])
    return str(store.get_by_id(Order, order_id, buyer).data.user_account_id)


class DeleteUnpaidOrders(_OrderFunction):
    """Undo orders that were not paid in time: their items are for sale again."""

    def execute(self, argument: UnpaidLimit) -> None:
        limit = now() - timedelta(minutes=argument.unpaid_order_time_to_live_in_minutes)
        orders = self.store.lock_all(Order, Q(transaction_id=None, created_at_timestamp__lte=limit))
        sold = [thing for order in orders for thing in self.sold_in(order)]
        self.put_up_for_sale(sold)
        self.store.delete_by_ids(Order, [order.pk for order in orders])


# changing one's mind


class RemoveUndeliveredOrderItem(_OrderFunction):
    """Take back one item of a paid order that is not on its way yet."""

    authorization = allow_for_own_resources("user_account_id")

    def execute(self, argument: RemoveOrderItemArgument) -> None:
        order, item = self.locked_item(argument.id, argument.version, argument.order_item_id)
        if order.transaction_id is None:
            raise OrderNotPaid
        if item.state != OrderItemState.TO_BE_DELIVERED:
            raise OrderItemDelivered
        self.take_back(order, item, self.sold_in(order, item))
        self.store.remove_sub_entities(Order, order.pk, "order_items", Q(local_id=item.local_id))


class DeleteUndeliveredPaidOrder(_OrderFunction):
    """Take back a paid order of which nothing is on its way yet."""

    authorization = allow_for_own_resources("user_account_id")

    def execute(self, argument: Id) -> None:
        order = self.locked(argument.id)
        if order.transaction_id is None:
            raise OrderNotPaid
        if any(item.state != OrderItemState.TO_BE_DELIVERED for item in order.order_items):
            raise OrderDelivered
        self.put_up_for_sale(self.sold_in(order))
        self.store.delete_by_id(Order, order.pk)
        refund = OrderRefund(
            order_id=str(order.pk), transaction_id=order.transaction_id, amount=order.payment_amount or 0
        )
        self.tell("refundService.refundOrder", refund, microservice="refund-service", about=order)


# on the way, and back


class DeliverOrderItem(_OrderFunction):
    """Note that an order item is on its way."""

    authorization = allow_for_user_roles("vitjaLogisticsPartner")

    def execute(self, argument: DeliverOrderItemArgument) -> None:
        sent = argument.order_items[0]
        order, item = self.locked_item(argument.id, argument.version, sent.local_id)
        if item.state != OrderItemState.TO_BE_DELIVERED:
            raise OrderItemAlreadyDelivered
        item.state = OrderItemState.DELIVERING
        item.delivery_timestamp = sent.delivery_timestamp
        item.tracking_url = sent.tracking_url
        self.store.update(order)
        notice = DeliveryNotice(
            order_id=str(order.pk),
            order_item_id=item.local_id,
            user_account_id=str(order.user_account_id),
            delivery_timestamp=sent.delivery_timestamp,
            tracking_url=sent.tracking_url,
        )
        self.tell(
            "orderNotificationsService.sendOrderItemDeliveryNotification",
            notice,
            microservice="notification-service",
            about=order,
        )


class _CarryOrderItem(_OrderFunction):
    """Note how far an order item has come."""

    authorization = allow_for_user_roles("vitjaLogisticsPartner")

    def in_state(self, state: OrderItemState, argument: OrderItemId) -> tuple[Order, OrderItem]:
        """Return an order, locked, and its item. InvalidOrderItemState where that has another state."""
        order, item = self.locked_item(argument.id, argument.version, argument.order_item_id)
        if item.state != state:
            raise InvalidOrderItemState
        return order, item


class ReceiveOrderItem(_CarryOrderItem):
    """Note that an order item has arrived."""

    def execute(self, argument: OrderItemId) -> None:
        order, item = self.in_state(OrderItemState.DELIVERING, argument)
        item.state = OrderItemState.DELIVERED
        self.store.update(order)


class ReturnOrderItem(_CarryOrderItem):
    """Note that an order item is on its way back."""

    def execute(self, argument: OrderItemId) -> None:
        order, item = self.in_state(OrderItemState.DELIVERED, argument)
        item.state = OrderItemState.RETURNING
        self.store.update(order)


class ReceiveReturnedOrderItem(_CarryOrderItem):
    """Note that an order item has come back: it is for sale again, and its buyer gets the money back."""

    def execute(self, argument: OrderItemId) -> None:
        order, item = self.in_state(OrderItemState.RETURNING, argument)
        self.take_back(order, item, self.sold_in(order, item))
        item.state = OrderItemState.RETURNED
        self.store.update(order)
