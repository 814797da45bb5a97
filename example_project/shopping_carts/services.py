"""What can be done with shopping carts.

A cart is changed only by who has locked the account of its user: so there is one, even before it is first made.
"""

from django.db.models import Q

from backk_core import (
    CrudEntityService,
    EntityNotFound,
    One,
    ResponseFields,
    ServiceFunction,
    Store,
    agent_tool,
    all_owners,
    allow_for_own_resources,
    allow_for_tests,
    allow_for_user_roles,
    allow_inside_service,
    at,
    own_transactions,
)
from example_project.sales_items.arguments import Release, Reservation, ReturnToSale, UserAccountId
from example_project.sales_items.errors import InvalidSalesItemState
from example_project.sales_items.locks import LockedAccount
from example_project.sales_items.models import SalesItem, State
from example_project.sales_items.services import SalesItemService
from example_project.shopping_carts.arguments import Holding, UserAccountIdAndSalesItemId
from example_project.shopping_carts.errors import SalesItemNotAvailable
from example_project.shopping_carts.models import MAX_SALES_ITEMS, ShoppingCart

_CONTENT = ResponseFields(include_response_fields=["_id", "userAccountId", "salesItems._id"])


@allow_for_user_roles("vitjaAdmin")
class ShoppingCartService(CrudEntityService):
    """Keeps what users are about to buy."""

    errors = (SalesItemNotAvailable,)

    def __init__(self, store: Store, sales_items: SalesItemService) -> None:
        super().__init__(store)
        self.sales_items = sales_items

    @allow_for_tests
    def delete_all_shopping_carts(self) -> None:
        """Delete every cart."""
        self.store.delete_all(ShoppingCart)

    @agent_tool
    @allow_for_own_resources("user_account_id")
    @own_transactions("its transaction writes from the beginning: what is no longer reserved is dropped")
    def get_shopping_cart(self, argument: UserAccountId) -> One[ShoppingCart]:
        """Look into the user's cart, which is made where there is none."""
        with self.store.transaction():
            cart = self.get_locked_shopping_cart(argument).data
            reserved = _reserved_by(argument.user_account_id)
            self.store.remove_sub_entities(ShoppingCart, cart.pk, "sales_items", ~reserved)
            return self.store.get_first(ShoppingCart, None, Q(id=cart.pk), at("sales_items", reserved))

    # inside the service

    @allow_inside_service
    def get_locked_shopping_cart(self, argument: UserAccountId) -> One[ShoppingCart]:
        """Return the user's cart as it is, made where there is none; nobody else changes it meanwhile."""
        self.store.lock(LockedAccount, argument.user_account_id)
        own = Q(user_account_id=argument.user_account_id)
        if not self.store.lock_all(ShoppingCart, own):
            self.store.create(ShoppingCart(user_account_id=int(argument.user_account_id)))
        return self.store.get_first(ShoppingCart, _CONTENT, own)

    @allow_inside_service
    @all_owners("whoever undoes an order fills its buyer's cart")
    def update_with_reserved(self, argument: Holding) -> None:
        """Put things that the user has reserved into their cart, and drop what they have reserved no longer."""
        cart = Q(user_account_id=argument.user_account_id)
        reserved = _reserved_by(argument.user_account_id)
        self.store.remove_sub_entities(ShoppingCart, cart, "sales_items", ~reserved)
        self.store.add_sub_entities(ShoppingCart, cart, "sales_items", argument.sales_item_ids)

    @allow_inside_service
    @all_owners("whoever undoes an order fills its buyer's cart")
    def update_with_sold(self, argument: Holding) -> None:
        """Reserve sold things again for the user, in their cart; those that find no room there are for sale."""
        user = argument.user_account_id
        self.get_locked_shopping_cart(UserAccountId(user_account_id=user))
        room = MAX_SALES_ITEMS - self.store.count(SalesItem, _reserved_by(user))
        # by ascending id, as sales items are locked
        ids = sorted(argument.sales_item_ids, key=int)
        kept, left_out = ids[:room], ids[room:]
        self.sales_items.update_sales_items_to_reserved(
            Reservation(sales_item_ids=kept, buyer_user_account_id=user, required_state=State.SOLD)
        )
        self.sales_items.update_sold_sales_items_to_for_sale(ReturnToSale(sales_item_ids=left_out))
        self.update_with_reserved(Holding(user_account_id=user, sales_item_ids=kept))

    @allow_inside_service
    @all_owners("whoever completes an order empties its buyer's cart")
    def delete_shopping_cart(self, argument: UserAccountId) -> None:
        """Put up for sale again what the user has reserved, and delete the cart: it is made anew when asked for."""
        user = argument.user_account_id
        self.store.lock_all(LockedAccount, Q(id=user))
        self.store.lock_all(ShoppingCart, Q(user_account_id=user))
        self.sales_items.update_reserved_sales_items_to_for_sale(Release(buyer_user_account_id=user))
        self.store.delete_all(ShoppingCart, Q(user_account_id=user))


def _reserved_by(user_account_id: str) -> Q:
    return Q(state=State.RESERVED, buyer_user_account_id=user_account_id)


@agent_tool
class AddToShoppingCart(ServiceFunction):
    """Reserve a thing for the user."""

    service = "shoppingCartService"
    authorization = allow_for_own_resources("user_account_id")

    def __init__(self, store: Store, carts: ShoppingCartService, sales_items: SalesItemService) -> None:
        super().__init__(store)
        self.carts = carts
        self.sales_items = sales_items

    def execute(self, argument: UserAccountIdAndSalesItemId) -> None:
        user = argument.user_account_id
        self.carts.get_locked_shopping_cart(UserAccountId(user_account_id=user))
        try:
            self.sales_items.update_sales_items_to_reserved(
                Reservation(sales_item_ids=[argument.sales_item_id], buyer_user_account_id=user)
            )
        except InvalidSalesItemState:
            raise SalesItemNotAvailable from None
        self.carts.update_with_reserved(Holding(user_account_id=user, sales_item_ids=[argument.sales_item_id]))


class RemoveFromShoppingCart(ServiceFunction):
    """Put a thing up for sale again that the user has reserved."""

    service = "shoppingCartService"
    authorization = allow_for_own_resources("user_account_id")

    def __init__(self, store: Store, carts: ShoppingCartService, sales_items: SalesItemService) -> None:
        super().__init__(store)
        self.carts = carts
        self.sales_items = sales_items

    def execute(self, argument: UserAccountIdAndSalesItemId) -> None:
        user, item = argument.user_account_id, argument.sales_item_id
        cart = self.carts.get_locked_shopping_cart(UserAccountId(user_account_id=user)).data
        # locks the thing; it stays as it is where somebody else has it by now
        self.sales_items.update_reserved_sales_items_to_for_sale(
            Release(sales_item_ids=[item], buyer_user_account_id=user)
        )
        if not self.store.remove_sub_entities(ShoppingCart, cart.pk, "sales_items", Q(id=item)):
            raise EntityNotFound(SalesItem.__name__, item)


class EmptyShoppingCart(ServiceFunction):
    """Put everything up for sale again that the user has reserved."""

    service = "shoppingCartService"
    authorization = allow_for_own_resources("user_account_id")

    def __init__(self, store: Store, carts: ShoppingCartService) -> None:
        super().__init__(store)
        self.carts = carts

    def execute(self, argument: UserAccountId) -> None:
        self.carts.delete_shopping_cart(argument)
