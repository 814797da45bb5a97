"""Sales items and orders as the Django peers know them."""

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models


class SalesItem(models.Model):
    name = models.CharField(max_length=128, validators=[RegexValidator(r"\A[\x00-\x7f]*\Z", "Enter only ASCII.")])
    price = models.FloatField(validators=[MinValueValidator(0), MaxValueValidator(1_000_000_000)])

    class Meta:
        db_table = "sales_item"


class Tag(models.Model):
    name = models.CharField(max_length=64)

    class Meta:
        db_table = "peer_tag"
        ordering = ["id"]


class TaggedSalesItem(models.Model):
    name = models.CharField(max_length=128)
    price = models.FloatField()
    tags = models.ManyToManyField(Tag)

    class Meta:
        db_table = "peer_tagged_sales_item"
        ordering = ["id"]


class Order(models.Model):
    payer = models.CharField(max_length=64)

    class Meta:
        db_table = "peer_order"


class OrderItem(models.Model):
    row_id = models.BigAutoField(primary_key=True)
    local_id = models.CharField(max_length=24)
    state = models.CharField(max_length=16)
    order = models.ForeignKey(Order, models.CASCADE, related_name="items")
    goods = models.ManyToManyField(TaggedSalesItem)

    class Meta:
        db_table = "peer_order_item"
        ordering = ["row_id"]
