"""Shopping carts in the admin."""

from django.contrib import admin

from example_project.back_office import EntityAdmin
from example_project.shopping_carts.models import ShoppingCart


@admin.register(ShoppingCart)
class ShoppingCartAdmin(EntityAdmin):
    """Carts, and what is in them."""

    list_display = ("id", "user_account_id")
    search_fields = ("=user_account_id",)
    readonly_fields = ("content",)

    @admin.display(description="sales items")
    def content(self, cart: ShoppingCart) -> str:
        """Name what is in a cart."""
        return ", ".join(item.title for item in cart.sales_items)
