"""What a shopping cart is."""

from backk_core import read_only, read_write
from backk_core.models import Entity, EntityIdField, many_to_many
from example_project.sales_items.models import ShoppingCartOrOrderSalesItem

#: How many things a cart may have.
MAX_SALES_ITEMS = 50


class ShoppingCart(Entity):
    """The things that a user has reserved; every user has one cart."""

    user_account_id = read_write(EntityIdField(unique=True))
    sales_items = read_only(many_to_many(ShoppingCartOrOrderSalesItem, max=MAX_SALES_ITEMS))

    def __str__(self) -> str:
        return f"shopping cart {self.pk}"
