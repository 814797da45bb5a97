"""What can be done with shopping carts.

A cart is changed only by who has locked the account of its user: so there is one, even before it is first made.
"""

from django.db.models import Q

from backk_core import (
    CrudEntityService,
    EntityNotFound,
    Many,
    One,
    ResponseFields,
    ServiceFunction,
    Store,
    allow_for_own_resources,
    allow_for_tests,
    allow_for_user_roles,
    allow_inside_service,
    at,
    own_transactions,
)
from example_project.sales_items.arguments import Release, Reservation, UserAccountId
from example_project.sales_items.errors import InvalidSalesItemState
from example_project.sales_items.models import SalesItem, State
from example_project.sales_items.services import SalesItemService
from example_project.shopping_carts.arguments import Refill, UserAccountIdAndSalesItemId
from example_project.shopping_carts.errors import SalesItemNotAvailable
from example_project.shopping_carts.models import MAX_SALES_ITEMS, ShoppingCart
from example_project.user_accounts.models import AccountKey

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

    @allow_for_own_resources("user_account_id")
    @own_transactions("what is no longer reserved is dropped before the cart is read")
    def get_shopping_cart(self, argument: UserAccountId) -> One[ShoppingCart]:
        """Look into the user's cart, which is made where there is none."""
        with self.store.transaction():
            cart = self.get_locked_shopping_cart(argument).data
            mine = Q(state=State.RESERVED, buyer_user_account_id=argument.user_account_id)
            self.store.remove_sub_entities(ShoppingCart, cart.pk, "sales_items", ~mine)
            return self.store.get_first(ShoppingCart, None, Q(id=cart.pk), at("sales_items", mine))

    # inside the service

    @allow_inside_service
    def get_locked_shopping_cart(self, argument: UserAccountId) -> One[ShoppingCart]:
        """Return the user's cart, made where there is none, with its items' ids; nobody else changes it meanwhile."""
        self.store.lock(AccountKey, argument.user_account_id)
        own = Q(user_account_id=argument.user_account_id)
        if self.store.lock_all(ShoppingCart, own):
            return self.store.get_first(ShoppingCart, _CONTENT, own)
        return self.store.create(ShoppingCart(user_account_id=int(argument.user_account_id, 16)))

    @allow_inside_service
    def update_to_hold_again(self, argument: Refill) -> None:
        """Reserve sold things again for their buyer, in the buyer's cart; what finds no room there is for sale."""
        cart = self.get_locked_shopping_cart(UserAccountId(user_account_id=argument.user_account_id)).data

    @allow_inside_service
    def delete_shopping_cart(self, argument: UserAccountId) -> None:
        """Empty the user's cart: what is in it is for sale again. It is made anew when it is next asked for."""
        self.sales_items.update_reserved_sales_items_to_for_sale(
            Release(buyer_user_account_id=argument.user_account_id)
        )
        self.store.delete_all(ShoppingCart, Q(user_account_id=argument.user_account_id))
