"""Orders in the admin."""

from django.contrib import admin

from example_project.back_office import EntityAdmin, PartInline
from example_project.orders.models import Order, OrderItem


class OrderItemInline(PartInline):
    """How far the items of an order have come."""

    model = OrderItem
    readonly_fields = ("sold",)

    @admin.display(description="sales items")
    def sold(self, item: OrderItem) -> str:
        """Name what was sold."""
        return ", ".join(thing.title for thing in item.sales_items)


@admin.register(Order)
class OrderAdmin(EntityAdmin):
    """Orders, the newest first."""

    list_display = ("id", "user_account_id", "payment_gateway", "payment_amount", "created_at_timestamp")
    list_filter = ("payment_gateway",)
    search_fields = ("=user_account_id",)
    inlines = (OrderItemInline,)
