"""What a sales item is."""

from django.db import models

from backk_core import between, is_any_string, is_data_uri, pick, private, read_only, read_write, ui_hints
from backk_core.models import (
    Entity,
    EntityIdField,
    EntityView,
    HasOwner,
    HasTimestamps,
    HasVersion,
    TimestampField,
    array_of,
    many_to_many,
)
from example_project.tags.models import Tag


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


class SalesItem(HasVersion, HasTimestamps, HasOwner, Entity):
    """A second-hand thing that is for sale, reserved or sold."""

    title = read_write(ui_hints(label="Title", order=1)(models.CharField(max_length=64, validators=[is_any_string])))
    description = read_write(
        ui_hints(label="Description", widget="textarea", order=2)(
            models.CharField(max_length=1024, validators=[is_any_string])
        )
    )
    tags = read_write(many_to_many(Tag, max=25))
    area = read_write(models.CharField(max_length=5, choices=Area))
    product_department = read_write(models.CharField(max_length=8, choices=Category))
    product_category = read_write(models.CharField(max_length=8, choices=Category))
    product_sub_category = read_write(models.CharField(max_length=8, choices=Category))
    price = read_write(ui_hints(label="Price (€)", order=3)(models.FloatField(validators=[between(0, 1_000_000_000)])))
    previous_price = read_only(models.FloatField(null=True, validators=[between(0, 1_000_000_000)]))
    shipping_cost = read_write(models.FloatField(validators=[between(0, 1_000_000_000)]))
    primary_image_data_uri = read_write(models.TextField(max_length=10_485_760, validators=[is_data_uri]))
    secondary_image_data_uris = read_write(
        array_of(models.TextField(max_length=10_485_760, validators=[is_data_uri]), max=10)
    )
    primary_image_thumbnail_data_uri = read_only(models.TextField(max_length=1_048_576, validators=[is_data_uri]))
    like_count = read_only(models.IntegerField(default=0, validators=[between(0, 2_147_483_647)]))
    state = read_only(models.CharField(max_length=8, choices=State, default=State.FOR_SALE))
    #: Whose cart it is in, or who bought it.
    buyer_user_account_id = private(EntityIdField(null=True))
    reserved_at_timestamp = private(TimestampField(null=True))
    liking_user_accounts = private(many_to_many("user_accounts.UserAccount"))
    price_following_user_accounts = private(many_to_many("user_accounts.UserAccount"))

    class Meta:
        indexes = [
            models.Index(fields=["state", "-created_at_timestamp", "-id"]),
            models.Index(fields=["state", "price"]),
            models.Index(fields=["state", "reserved_at_timestamp"]),
            models.Index(fields=["user_account_id", "state"]),
        ]

    def __str__(self) -> str:
        return self.title


class FavoriteSalesItem(
    EntityView, fields=pick(SalesItem, "id", "title", "price", "previous_price", "primary_image_data_uri")
):
    """A sales item that a user likes to look at again."""


class OwnSalesItem(
    EntityView,
    fields=pick(
        SalesItem,
        "id",
        "created_at_timestamp",
        "last_modified_timestamp",
        "title",
        "price",
        "previous_price",
        "primary_image_data_uri",
        "primary_image_thumbnail_data_uri",
        "state",
    ),
):
    """A sales item, as its seller's page shows it."""


class ShoppingCartOrOrderSalesItem(
    EntityView, fields=pick(SalesItem, "id", "title", "price", "shipping_cost", "primary_image_thumbnail_data_uri")
):
    """A sales item, as a cart or an order shows it."""
