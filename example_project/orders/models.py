"""What an order is."""

from django.db import models

from backk_core import between, is_alphanumeric, is_url, read_only
from backk_core.models import (
    Entity,
    HasOwner,
    HasTimestamps,
    HasVersion,
    SubEntity,
    TimestampField,
    many_to_many,
    owned,
)
from example_project.sales_items.models import ShoppingCartOrOrderSalesItem


class PaymentGateway(models.TextChoices):
    """Who takes the money."""

    PAYTRAIL = "Paytrail"
    PAYPAL = "PayPal"
    KLARNA = "Klarna"


class OrderItemState(models.TextChoices):
    """How far the delivery of an order item has come."""

    TO_BE_DELIVERED = "toBeDelivered"
    DELIVERING = "delivering"
    DELIVERED = "delivered"
    RETURNING = "returning"
    RETURNED = "returned"


class OrderItem(SubEntity):
    """One sales item of an order, on its way to the buyer or back."""

    sales_items = read_only(many_to_many(ShoppingCartOrOrderSalesItem, max=1))
    delivery_timestamp = read_only(TimestampField(null=True))
    state = read_only(models.CharField(max_length=13, choices=OrderItemState, default=OrderItemState.TO_BE_DELIVERED))
    tracking_url = read_only(models.CharField(max_length=3072, null=True, validators=[is_url]))

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="delivery_is_told_once_it_began",
                condition=models.Q(state=OrderItemState.TO_BE_DELIVERED, delivery_timestamp=None)
                | ~models.Q(state=OrderItemState.TO_BE_DELIVERED) & models.Q(delivery_timestamp__isnull=False),
            )
        ]


class Order(HasVersion, HasTimestamps, HasOwner, Entity):
    """What a user bought at once. Its owner is a plain id: an order outlives the account."""

    payment_amount = read_only(models.FloatField(null=True, validators=[between(0, 1_000_000_000)]))
    order_items = read_only(owned(OrderItem, max=50))
    payment_gateway = read_only(models.CharField(max_length=8, choices=PaymentGateway))
    transaction_id = read_only(models.CharField(max_length=256, null=True, validators=[is_alphanumeric]))
    transaction_timestamp = read_only(TimestampField(null=True))

    class Meta:
        indexes = [models.Index(fields=["transaction_id", "created_at_timestamp"])]

    def __str__(self) -> str:
        return f"order {self.pk}"
