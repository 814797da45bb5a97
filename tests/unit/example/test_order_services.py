"""Orders without a database, as a user of the framework tests their services."""

from __future__ import annotations

import pytest

from backk_core import EntityNotFound, Id
from backk_core.testing import FakeStore
from backk_transport.testing import FakeRemoteServices
from example_project.orders.arguments import PlaceOrderArgument
from example_project.orders.errors import ShoppingCartEmpty
from example_project.orders.models import Order
from example_project.orders.services import DiscardUnpaidOrder, PlaceOrder
from example_project.sales_items.arguments import UserAccountId
from example_project.sales_items.models import SalesItem, State
from example_project.sales_items.services import SalesItemService
from example_project.shopping_carts.arguments import UserAccountIdAndSalesItemId
from example_project.shopping_carts.services import AddToShoppingCart, ShoppingCartService
from example_project.user_accounts.models import UserAccount

KIND = {
    "area": "Area1",
    "product_department": "Vehicles",
    "product_category": "Vehicles",
    "product_sub_category": "Vehicles",
    "primary_image_data_uri": "data:,x",
    "secondary_image_data_uris": [],
}


class Market:
    """The services, on a store in memory with a buyer and a bicycle."""

    def __init__(self) -> None:
        self.store = FakeStore(
            UserAccount(id=1, subject="ann", display_name="Ann", image_data_uri="data:,x"),
            SalesItem(id=1, user_account_id=2, title="Bicycle", price=100, shipping_cost=10, **KIND),
        )
        self.remote_services = FakeRemoteServices()
        self.sales_items = SalesItemService(self.store)
        self.carts = ShoppingCartService(self.store, self.sales_items)

    def order(self) -> Order:
        place = PlaceOrder(self.store, self.sales_items, self.carts, self.remote_services)
        with self.store.transaction():
            return place.execute(
                PlaceOrderArgument(
                    user_account_id="1",
                    payment_gateway="Paytrail",
                    shopping_cart_id="",
                    i_agree_with_terms_and_conditions=True,
                    ui_redirect_url="https://example.com",
                )
            ).data

    def fill_cart(self) -> None:
        add = AddToShoppingCart(self.store, self.carts, self.sales_items)
        with self.store.transaction():
            add.execute(UserAccountIdAndSalesItemId(user_account_id="1", sales_item_id="1"))

    @property
    def state(self) -> str:
        return self.store.get_by_id(SalesItem, 1).data.state


def test_what_is_in_the_cart_is_bought() -> None:
    market = Market()
    market.fill_cart()
    assert market.state == State.RESERVED
    order = market.order()
    assert [thing.title for item in order.order_items for thing in item.sales_items] == ["Bicycle"]
    assert market.state == State.SOLD


def test_an_empty_cart_is_no_order() -> None:
    with pytest.raises(ShoppingCartEmpty):
        Market().order()


def test_a_discarded_order_is_in_the_cart_again() -> None:
    market = Market()
    market.fill_cart()
    order = market.order()
    discard = DiscardUnpaidOrder(market.store, market.sales_items, market.carts, market.remote_services)
    with market.store.transaction():
        discard.execute(Id(id=str(order.pk)))
    with market.store.transaction():
        cart = market.carts.get_locked_shopping_cart(UserAccountId(user_account_id="1")).data
    assert ([thing.title for thing in cart.sales_items], market.state) == (["Bicycle"], State.RESERVED)
    with pytest.raises(EntityNotFound):
        market.store.get_by_id(Order, order.pk)
