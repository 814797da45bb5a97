"""What a sales item is."""

from django.db import models

from backk_core import between, is_any_string, is_data_uri, min_length, private, read_only, read_write
from backk_core.models import Entity, HasTimestamps, HasVersion, array_of


class Area(models.TextChoices):
    """Where things are sold."""

    AREA1 = "Area1"
    AREA2 = "Area2"
    AREA3 = "Area3"


class Category(models.TextChoices):
    """What kind of thing is sold."""

    VEHICLES = "Vehicles"
    CLOTHES = "Clothes"


class State(models.TextChoices):
    """How far a sale has come."""

    FOR_SALE = "forSale"
    RESERVED = "reserved"
    SOLD = "sold"


class SalesItem(HasVersion, HasTimestamps, Entity):
    """A second-hand thing that is for sale, reserved or sold."""

    title = read_write(models.CharField(max_length=64, validators=[is_any_string, min_length(1)]))
    description = read_write(models.CharField(max_length=1024, validators=[is_any_string]))
    area = read_write(models.CharField(max_length=5, choices=Area))
    product_department = read_write(models.CharField(max_length=8, choices=Category))
    product_category = read_write(models.CharField(max_length=8, choices=Category))
    product_sub_category = read_write(models.CharField(max_length=8, choices=Category))
    price = read_write(models.FloatField(validators=[between(0, 1_000_000_000)]))
    previous_price = read_only(models.FloatField(null=True, validators=[between(0, 1_000_000_000)]))
    shipping_cost = read_write(models.FloatField(validators=[between(0, 1_000_000_000)]))
    primary_image_data_uri = read_write(models.TextField(max_length=10_485_760, validators=[is_data_uri]))
    secondary_image_data_uris = read_write(
        array_of(models.TextField(max_length=10_485_760, validators=[is_data_uri]), max=10)
    )
    state = read_only(models.CharField(max_length=8, choices=State, default=State.FOR_SALE))
    reserved_at_timestamp = private(models.DateTimeField(null=True))

    class Meta:
        indexes = [models.Index(fields=["state", "-created_at_timestamp"])]

    def __str__(self) -> str:
        return self.title
