"""What the functions about sales items take and answer, and what others are told."""

from typing import Annotated

from backk_core import (
    Argument,
    EntityId,
    PostQueryOperations,
    Result,
    UserDefinedFilter,
    array_max_size,
    array_min_size,
    array_not_unique,
    array_unique,
    between,
    is_any_string,
    max_length,
    pick,
)
from example_project.sales_items.models import Area, Category, SalesItem, State

Price = Annotated[float, between(0, 1_000_000_000)]
Areas = Annotated[list[Area], array_max_size(10), array_unique]
Categories = Annotated[list[Category], array_max_size(10), array_unique]
#: As many as a cart or an order has.
SalesItemIds = Annotated[list[EntityId], array_min_size(0), array_max_size(50), array_unique]


class UserAccountId(Argument):
    """Names a user."""

    user_account_id: EntityId


class IdAndUserAccountId(Argument):
    """Names a sales item and a user."""

    id: EntityId
    user_account_id: EntityId


class GetSalesItems(PostQueryOperations):
    """Which sales items are wanted: an empty list means any."""

    text_filter: Annotated[str, max_length(512), is_any_string] = ""
    min_price: Price = 0
    max_price: Price = 1_000_000_000
    areas: Areas = []
    product_departments: Categories = []
    product_categories: Categories = []
    product_sub_categories: Categories = []


class GetSalesItemsByUserDefinedFilters(PostQueryOperations):
    """Conditions that the client writes itself."""

    filters: Annotated[list[UserDefinedFilter], array_max_size(10), array_not_unique] = []


class FollowedUserSalesItem(
    Result, fields=pick(SalesItem, "id", "title", "price", "previous_price", "primary_image_data_uri")
):
    """What somebody whom the caller follows sells."""

    id: str
    title: str
    price: float
    previous_price: float | None
    primary_image_data_uri: str
    user_account_id: EntityId
    display_name: Annotated[str, max_length(128), is_any_string]


class ReservationLimit(Argument):
    """How long a sales item may be reserved."""

    max_sales_item_reservation_duration_in_minutes: Annotated[int, between(-1, 15)] = 15


class UnsoldLimit(Argument):
    """How long a sales item may be for sale."""

    deletable_unsold_sales_item_min_age_in_months: Annotated[int, between(-1, 12)] = 4


# inside the service


class Reservation(Argument):
    """Who reserves which sales items, and the state that they have before."""

    sales_item_ids: SalesItemIds
    buyer_user_account_id: EntityId
    required_state: State = State.FOR_SALE


class Sale(Argument):
    """Who buys which sales items."""

    sales_item_ids: SalesItemIds
    buyer_user_account_id: EntityId


class Release(Argument):
    """Who reserved sales items and lets them go: the given ones, or all where none is given."""

    buyer_user_account_id: EntityId
    sales_item_ids: SalesItemIds = []


class ReturnToSale(Argument):
    """Which sold sales items are for sale again."""

    sales_item_ids: SalesItemIds


# what others are told


class PriceChange(Argument):
    """A sales item's new price, and who wants to know of it."""

    sales_item_id: EntityId
    title: str
    previous_price: Price
    price: Price
    user_account_ids: list[EntityId]
