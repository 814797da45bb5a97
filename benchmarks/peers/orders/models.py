"""Sales items with tags, and orders whose items hold sales items."""

from django.db import models

from backk_core import between, is_ascii, min_length, pick, read_only, read_write
from backk_core.models import Entity, EntityView, SubEntity, many_to_many, owned


class Tag(Entity):
    """A word to find things by."""

    name = read_write(models.CharField(max_length=64, validators=[is_ascii, min_length(1)]))

    class Meta:
        db_table = "backk_tag"


class TaggedSalesItem(Entity):
    """A second-hand thing with a price and tags."""

    name = read_write(models.CharField(max_length=128, validators=[is_ascii, min_length(1)]))
    price = read_write(models.FloatField(validators=[between(0, 1_000_000_000)]))
    tags = read_write(many_to_many(Tag, max=25))

    class Meta:
        db_table = "backk_tagged_sales_item"


class OrderedSalesItem(EntityView, fields=pick(TaggedSalesItem, "id", "name", "price")):
    """A sales item, as an order shows it."""


class OrderItem(SubEntity):
    """One sales item of an order."""

    state = read_only(models.CharField(max_length=16, validators=[is_ascii]))
    goods = read_only(many_to_many(OrderedSalesItem, max=1))

    class Meta:
        db_table = "backk_order_item"


class Order(Entity):
    """What somebody bought at once."""

    payer = read_only(models.CharField(max_length=64, validators=[is_ascii]))
    items = read_only(owned(OrderItem, max=50))

    class Meta:
        db_table = "backk_order"
