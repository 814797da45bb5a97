"""What travels: the types of arguments and answers."""

from __future__ import annotations

import datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType


class Tag(Struct, rename="camel", kw_only=True):
    """A word that describes sales items."""

    id: str = msgspec.field(name="_id")
    name: str


class TagCreate(Struct, rename="camel", kw_only=True, forbid_unknown_fields=True):
    """A word that describes sales items."""

    name: Annotated[str, Meta(max_length=64)]


class TagName(Struct, rename="camel", kw_only=True, forbid_unknown_fields=True):
    """A name, or a part of one."""

    name: Annotated[str, Meta(max_length=64)]


class SalesItemSelection(Struct, rename="camel", kw_only=True):
    """A second-hand thing that is for sale, reserved or sold."""

    id: str | UnsetType = msgspec.field(default=UNSET, name="_id")
    version: int | UnsetType = UNSET
    created_at_timestamp: datetime.datetime | UnsetType = UNSET
    last_modified_timestamp: datetime.datetime | UnsetType = UNSET
    user_account_id: str | UnsetType = UNSET
    title: str | UnsetType = UNSET
    description: str | UnsetType = UNSET
    area: Literal["Area1", "Area2", "Area3"] | UnsetType = UNSET
    product_department: Literal["Vehicles", "Clothes"] | UnsetType = UNSET
    product_category: Literal["Vehicles", "Clothes"] | UnsetType = UNSET
    product_sub_category: Literal["Vehicles", "Clothes"] | UnsetType = UNSET
    price: float | UnsetType = UNSET
    previous_price: float | None | UnsetType = UNSET
    shipping_cost: float | UnsetType = UNSET
    primary_image_data_uri: str | UnsetType = UNSET
    secondary_image_data_uris: list[str] | UnsetType = UNSET
    primary_image_thumbnail_data_uri: str | UnsetType = UNSET
    like_count: int | UnsetType = UNSET
    state: Literal["forSale", "reserved", "sold"] | UnsetType = UNSET
    tags: list[TagSelection] | UnsetType = UNSET


class TagSelection(Struct, rename="camel", kw_only=True):
    """A word that describes sales items."""

    id: str | UnsetType = msgspec.field(default=UNSET, name="_id")
    name: str | UnsetType = UNSET


class GetSalesItems(Struct, rename="camel", kw_only=True, forbid_unknown_fields=True):
    """Which sales items are wanted: an empty list means any."""

    include_response_fields: (
        Annotated[list[Annotated[str, Meta(max_length=65536, min_length=1)]], Meta(max_length=500)] | UnsetType
    ) = UNSET
    exclude_response_fields: (
        Annotated[list[Annotated[str, Meta(max_length=65536, min_length=1)]], Meta(max_length=500)] | UnsetType
    ) = UNSET
    sort_bys: Annotated[list[SortBy], Meta(max_length=25)] | UnsetType = UNSET
    paginations: Annotated[list[Pagination], Meta(max_length=100)] | UnsetType = UNSET
    current_page_tokens: Annotated[list[CurrentPageToken], Meta(max_length=100)] | UnsetType = UNSET
    text_filter: Annotated[str, Meta(max_length=512)] | UnsetType = UNSET
    min_price: Annotated[float, Meta(ge=0, le=1000000000)] | UnsetType = UNSET
    max_price: Annotated[float, Meta(ge=0, le=1000000000)] | UnsetType = UNSET
    areas: Annotated[list[Literal["Area1", "Area2", "Area3"]], Meta(max_length=10)] | UnsetType = UNSET
    product_departments: Annotated[list[Literal["Vehicles", "Clothes"]], Meta(max_length=10)] | UnsetType = UNSET
    product_categories: Annotated[list[Literal["Vehicles", "Clothes"]], Meta(max_length=10)] | UnsetType = UNSET
    product_sub_categories: Annotated[list[Literal["Vehicles", "Clothes"]], Meta(max_length=10)] | UnsetType = UNSET


class SortBy(Struct, rename="camel", kw_only=True, forbid_unknown_fields=True):
    """One step of an order: a field of the root (path ``""``), of a sub-entity, or of every path
    (``"*"``).
    """

    sub_entity_path: Annotated[str, Meta(max_length=2048)] | UnsetType = UNSET
    sort_expression: Annotated[str, Meta(max_length=0)] | UnsetType = UNSET
    field_name: Annotated[str, Meta(max_length=512, min_length=1)]
    sort_direction: Literal["ASC", "DESC"] | UnsetType = UNSET


class Pagination(Struct, rename="camel", kw_only=True, forbid_unknown_fields=True):
    """Which page of a path's rows is wanted; pages are numbered from 1."""

    sub_entity_path: Annotated[str, Meta(max_length=2048)] | UnsetType = UNSET
    page_number: Annotated[int, Meta(ge=1, le=100)] | UnsetType = UNSET
    page_size: Annotated[int, Meta(ge=1, le=100)] | UnsetType = UNSET


class CurrentPageToken(Struct, rename="camel", kw_only=True, forbid_unknown_fields=True):
    """The signed token of the page that the caller has now."""

    sub_entity_path: Annotated[str, Meta(max_length=2048)] | UnsetType = UNSET
    current_page_token: Annotated[str, Meta(max_length=4096)]


class GetSalesItemsByUserDefinedFilters(Struct, rename="camel", kw_only=True, forbid_unknown_fields=True):
    """Conditions that the client writes itself."""

    include_response_fields: (
        Annotated[list[Annotated[str, Meta(max_length=65536, min_length=1)]], Meta(max_length=500)] | UnsetType
    ) = UNSET
    exclude_response_fields: (
        Annotated[list[Annotated[str, Meta(max_length=65536, min_length=1)]], Meta(max_length=500)] | UnsetType
    ) = UNSET
    sort_bys: Annotated[list[SortBy], Meta(max_length=25)] | UnsetType = UNSET
    paginations: Annotated[list[Pagination], Meta(max_length=100)] | UnsetType = UNSET
    current_page_tokens: Annotated[list[CurrentPageToken], Meta(max_length=100)] | UnsetType = UNSET
    filters: Annotated[list[UserDefinedFilter], Meta(max_length=10)] | UnsetType = UNSET


class UserDefinedFilter(Struct, rename="camel", kw_only=True, forbid_unknown_fields=True):
    """A condition that the client wrote: a field or a function of it, an operator, and a value typed by
    the field.
    """

    sub_entity_path: Annotated[str, Meta(max_length=2048)] | UnsetType = UNSET
    field_name: Annotated[str, Meta(max_length=512)] | UnsetType = UNSET
    field_function: (
        Literal[
            "ABS",
            "CEILING",
            "FLOOR",
            "ROUND",
            "LENGTH",
            "LOWER",
            "LTRIM",
            "RTRIM",
            "TRIM",
            "UPPER",
            "DAY",
            "HOUR",
            "MINUTE",
            "MONTH",
            "QUARTER",
            "SECOND",
            "WEEK",
            "WEEKDAY",
            "YEAR",
        ]
        | None
        | UnsetType
    ) = UNSET
    operator: Literal[
        "=", "!=", ">", "<", ">=", "<=", "IN", "NOT IN", "LIKE", "NOT LIKE", "IS NULL", "IS NOT NULL", "OR"
    ]
    value: Any | UnsetType = UNSET
    or_filters: Annotated[list[OrFilter], Meta(max_length=10, min_length=2)] | None | UnsetType = UNSET


class OrFilter(Struct, rename="camel", kw_only=True, forbid_unknown_fields=True):
    """One alternative of a client's ``OR`` filter."""

    sub_entity_path: Annotated[str, Meta(max_length=2048)] | UnsetType = UNSET
    field_name: Annotated[str, Meta(max_length=512, min_length=1)]
    field_function: (
        Literal[
            "ABS",
            "CEILING",
            "FLOOR",
            "ROUND",
            "LENGTH",
            "LOWER",
            "LTRIM",
            "RTRIM",
            "TRIM",
            "UPPER",
            "DAY",
            "HOUR",
            "MINUTE",
            "MONTH",
            "QUARTER",
            "SECOND",
            "WEEK",
            "WEEKDAY",
            "YEAR",
        ]
        | None
        | UnsetType
    ) = UNSET
    operator: Literal[
        "=", "!=", ">", "<", ">=", "<=", "IN", "NOT IN", "LIKE", "NOT LIKE", "IS NULL", "IS NOT NULL", "OR"
    ]
    value: Any | UnsetType = UNSET


class FollowedUserSalesItem(Struct, rename="camel", kw_only=True):
    """What somebody whom the caller follows sells."""

    id: str = msgspec.field(name="_id")
    title: str
    price: float
    previous_price: float | None
    primary_image_data_uri: str
    user_account_id: str
    display_name: str


class UserAccountId(Struct, rename="camel", kw_only=True, forbid_unknown_fields=True):
    """Names a user."""

    user_account_id: str


class SalesItem(Struct, rename="camel", kw_only=True):
    """A second-hand thing that is for sale, reserved or sold."""

    id: str = msgspec.field(name="_id")
    version: int
    created_at_timestamp: datetime.datetime
    last_modified_timestamp: datetime.datetime
    user_account_id: str
    title: str
    description: str
    area: Literal["Area1", "Area2", "Area3"]
    product_department: Literal["Vehicles", "Clothes"]
    product_category: Literal["Vehicles", "Clothes"]
    product_sub_category: Literal["Vehicles", "Clothes"]
    price: float
    previous_price: float | None
    shipping_cost: float
    primary_image_data_uri: str
    secondary_image_data_uris: list[str]
    primary_image_thumbnail_data_uri: str
    like_count: int
    state: Literal["forSale", "reserved", "sold"]
    tags: list[Tag]


class Id(Struct, rename="camel", kw_only=True, forbid_unknown_fields=True):
    """Names one entity."""

    id: str = msgspec.field(name="_id")


class ReservationLimit(Struct, rename="camel", kw_only=True, forbid_unknown_fields=True):
    """How long a sales item may be reserved."""

    max_sales_item_reservation_duration_in_minutes: Annotated[int, Meta(ge=-1, le=15)] | UnsetType = UNSET


class UnsoldLimit(Struct, rename="camel", kw_only=True, forbid_unknown_fields=True):
    """How long a sales item may be for sale."""

    deletable_unsold_sales_item_min_age_in_months: Annotated[int, Meta(ge=-1, le=12)] | UnsetType = UNSET


class OwnSalesItemCreate(Struct, rename="camel", kw_only=True, forbid_unknown_fields=True):
    """A second-hand thing that is for sale, reserved or sold."""

    user_account_id: str | UnsetType = UNSET
    title: Annotated[str, Meta(max_length=64)]
    description: Annotated[str, Meta(max_length=1024)]
    area: Literal["Area1", "Area2", "Area3"]
    product_department: Literal["Vehicles", "Clothes"]
    product_category: Literal["Vehicles", "Clothes"]
    product_sub_category: Literal["Vehicles", "Clothes"]
    price: Annotated[float, Meta(ge=0, le=1000000000)]
    shipping_cost: Annotated[float, Meta(ge=0, le=1000000000)]
    primary_image_data_uri: Annotated[str, Meta(max_length=10485760)]
    secondary_image_data_uris: (
        Annotated[list[Annotated[str, Meta(max_length=10485760)]], Meta(max_length=10)] | UnsetType
    ) = UNSET
    tags: Annotated[list[TagUpdate], Meta(max_length=25)] | UnsetType = UNSET


class TagUpdate(Struct, rename="camel", kw_only=True, forbid_unknown_fields=True):
    """A word that describes sales items."""

    id: str = msgspec.field(name="_id")
    name: Annotated[str, Meta(max_length=64)] | UnsetType = UNSET


class SalesItemUpdate(Struct, rename="camel", kw_only=True, forbid_unknown_fields=True):
    """A second-hand thing that is for sale, reserved or sold."""

    id: str = msgspec.field(name="_id")
    version: Annotated[int, Meta(ge=-1, le=9007199254740991)] | UnsetType = UNSET
    last_modified_timestamp: datetime.datetime | UnsetType = UNSET
    user_account_id: str | UnsetType = UNSET
    title: Annotated[str, Meta(max_length=64)] | UnsetType = UNSET
    description: Annotated[str, Meta(max_length=1024)] | UnsetType = UNSET
    area: Literal["Area1", "Area2", "Area3"] | UnsetType = UNSET
    product_department: Literal["Vehicles", "Clothes"] | UnsetType = UNSET
    product_category: Literal["Vehicles", "Clothes"] | UnsetType = UNSET
    product_sub_category: Literal["Vehicles", "Clothes"] | UnsetType = UNSET
    price: Annotated[float, Meta(ge=0, le=1000000000)] | UnsetType = UNSET
    shipping_cost: Annotated[float, Meta(ge=0, le=1000000000)] | UnsetType = UNSET
    primary_image_data_uri: Annotated[str, Meta(max_length=10485760)] | UnsetType = UNSET
    secondary_image_data_uris: (
        Annotated[list[Annotated[str, Meta(max_length=10485760)]], Meta(max_length=10)] | UnsetType
    ) = UNSET
    tags: Annotated[list[TagUpdate], Meta(max_length=25)] | UnsetType = UNSET


class IdAndUserAccountId(Struct, rename="camel", kw_only=True, forbid_unknown_fields=True):
    """Names a sales item and a user."""

    id: str = msgspec.field(name="_id")
    user_account_id: str


class CreatedUserAccount(Struct, rename="camel", kw_only=True):
    """What a new account has that its owner does not know yet."""

    id: str = msgspec.field(name="_id")
    commission_discount_percentage: Literal[0, 25, 50]


class OwnUserAccountCreate(Struct, rename="camel", kw_only=True, forbid_unknown_fields=True):
    """Somebody who buys and sells."""

    subject: Annotated[str, Meta(max_length=255)] | UnsetType = UNSET
    display_name: Annotated[str, Meta(max_length=128)]
    first_name: Annotated[str, Meta(max_length=64)]
    last_name: Annotated[str, Meta(max_length=64)]
    email: Annotated[str, Meta(max_length=320)]
    #: this is an example of property documentation
    street_address: Annotated[str, Meta(max_length=512)]
    postal_code: Annotated[str, Meta(max_length=32)]
    city: Annotated[str, Meta(max_length=256)]
    phone_number: Annotated[str, Meta(max_length=32)]
    image_data_uri: Annotated[str, Meta(max_length=10485760)]
    captcha_token: Annotated[str, Meta(max_length=8192)]
    payment_methods: Annotated[list[PaymentMethodCreate], Meta(max_length=10)] | UnsetType = UNSET


class PaymentMethodCreate(Struct, rename="camel", kw_only=True, forbid_unknown_fields=True):
    """A card that a user pays with. Its verification code is checked and forgotten (PCI DSS, requirement
    3.3.1).
    """

    local_id: str | UnsetType = msgspec.field(default=UNSET, name="id")
    is_default: bool
    payment_method_type: Literal["creditCard"]
    credit_card_number: Annotated[str, Meta(max_length=19)]
    credit_card_expiration: Annotated[str, Meta(max_length=7)]
    card_verification_code: Annotated[str, Meta(max_length=4)]


class UserAccountSelection(Struct, rename="camel", kw_only=True):
    """Somebody who buys and sells."""

    id: str | UnsetType = msgspec.field(default=UNSET, name="_id")
    display_name: str | UnsetType = UNSET
    first_name: str | UnsetType = UNSET
    last_name: str | UnsetType = UNSET
    email: str | UnsetType = UNSET
    #: this is an example of property documentation
    street_address: str | UnsetType = UNSET
    postal_code: str | UnsetType = UNSET
    city: str | UnsetType = UNSET
    phone_number: str | UnsetType = UNSET
    commission_discount_percentage: Literal[0, 25, 50] | UnsetType = UNSET
    image_data_uri: str | UnsetType = UNSET
    payment_methods: list[PaymentMethodSelection] | UnsetType = UNSET
    favorite_sales_items: list[FavoriteSalesItemSelection] | UnsetType = UNSET
    own_sales_items: list[OwnSalesItemSelection] | UnsetType = UNSET
    orders: list[OrderSelection] | UnsetType = UNSET
    followed_user_accounts: list[FollowedUserAccountSelection] | UnsetType = UNSET
    following_user_accounts: list[FollowingUserAccountSelection] | UnsetType = UNSET


class PaymentMethodSelection(Struct, rename="camel", kw_only=True):
    """A card that a user pays with. Its verification code is checked and forgotten (PCI DSS, requirement
    3.3.1).
    """

    local_id: str | UnsetType = msgspec.field(default=UNSET, name="id")
    is_default: bool | UnsetType = UNSET
    payment_method_type: Literal["creditCard"] | UnsetType = UNSET
    credit_card_number: str | UnsetType = UNSET
    credit_card_expiration: str | UnsetType = UNSET


class FavoriteSalesItemSelection(Struct, rename="camel", kw_only=True):
    """A sales item that a user likes to look at again."""

    id: str | UnsetType = msgspec.field(default=UNSET, name="_id")
    title: str | UnsetType = UNSET
    price: float | UnsetType = UNSET
    previous_price: float | None | UnsetType = UNSET
    primary_image_data_uri: str | UnsetType = UNSET


class OwnSalesItemSelection(Struct, rename="camel", kw_only=True):
    """A sales item, as its seller's page shows it."""

    id: str | UnsetType = msgspec.field(default=UNSET, name="_id")
    created_at_timestamp: datetime.datetime | UnsetType = UNSET
    last_modified_timestamp: datetime.datetime | UnsetType = UNSET
    title: str | UnsetType = UNSET
    price: float | UnsetType = UNSET
    previous_price: float | None | UnsetType = UNSET
    primary_image_data_uri: str | UnsetType = UNSET
    primary_image_thumbnail_data_uri: str | UnsetType = UNSET
    state: Literal["forSale", "reserved", "sold"] | UnsetType = UNSET


class OrderSelection(Struct, rename="camel", kw_only=True):
    """What a user bought at once. Its owner is a plain id: an order outlives the account."""

    id: str | UnsetType = msgspec.field(default=UNSET, name="_id")
    version: int | UnsetType = UNSET
    created_at_timestamp: datetime.datetime | UnsetType = UNSET
    last_modified_timestamp: datetime.datetime | UnsetType = UNSET
    user_account_id: str | UnsetType = UNSET
    payment_amount: float | None | UnsetType = UNSET
    payment_gateway: Literal["Paytrail", "PayPal", "Klarna"] | UnsetType = UNSET
    transaction_id: str | None | UnsetType = UNSET
    transaction_timestamp: datetime.datetime | None | UnsetType = UNSET
    order_items: list[OrderItemSelection] | UnsetType = UNSET


class OrderItemSelection(Struct, rename="camel", kw_only=True):
    """One sales item of an order, on its way to the buyer or back."""

    local_id: str | UnsetType = msgspec.field(default=UNSET, name="id")
    delivery_timestamp: datetime.datetime | None | UnsetType = UNSET
    state: Literal["toBeDelivered", "delivering", "delivered", "returning", "returned"] | UnsetType = UNSET
    tracking_url: str | None | UnsetType = UNSET
    sales_items: list[ShoppingCartOrOrderSalesItemSelection] | UnsetType = UNSET


class ShoppingCartOrOrderSalesItemSelection(Struct, rename="camel", kw_only=True):
    """A sales item, as a cart or an order shows it."""

    id: str | UnsetType = msgspec.field(default=UNSET, name="_id")
    title: str | UnsetType = UNSET
    price: float | UnsetType = UNSET
    shipping_cost: float | UnsetType = UNSET
    primary_image_thumbnail_data_uri: str | UnsetType = UNSET


class FollowedUserAccountSelection(Struct, rename="camel", kw_only=True):
    """Somebody whom a user follows."""

    id: str | UnsetType = msgspec.field(default=UNSET, name="_id")
    display_name: str | UnsetType = UNSET
    city: str | UnsetType = UNSET
    image_data_uri: str | UnsetType = UNSET
    own_sales_items: list[OwnSalesItemSelection] | UnsetType = UNSET


class FollowingUserAccountSelection(Struct, rename="camel", kw_only=True):
    """Somebody who follows a user."""

    id: str | UnsetType = msgspec.field(default=UNSET, name="_id")
    display_name: str | UnsetType = UNSET
    city: str | UnsetType = UNSET
    image_data_uri: str | UnsetType = UNSET


class GetUserAccount(Struct, rename="camel", kw_only=True, forbid_unknown_fields=True):
    """How the caller wants to see their own account. Whose it is, the token says: ``subject`` is never
    sent.
    """

    include_response_fields: (
        Annotated[list[Annotated[str, Meta(max_length=65536, min_length=1)]], Meta(max_length=500)] | UnsetType
    ) = UNSET
    exclude_response_fields: (
        Annotated[list[Annotated[str, Meta(max_length=65536, min_length=1)]], Meta(max_length=500)] | UnsetType
    ) = UNSET
    sort_bys: Annotated[list[SortBy], Meta(max_length=25)] | UnsetType = UNSET
    paginations: Annotated[list[Pagination], Meta(max_length=100)] | UnsetType = UNSET
    current_page_tokens: Annotated[list[CurrentPageToken], Meta(max_length=100)] | UnsetType = UNSET


class UserAccountUpdate(Struct, rename="camel", kw_only=True, forbid_unknown_fields=True):
    """Somebody who buys and sells."""

    id: str = msgspec.field(name="_id")
    display_name: Annotated[str, Meta(max_length=128)] | UnsetType = UNSET
    first_name: Annotated[str, Meta(max_length=64)] | UnsetType = UNSET
    last_name: Annotated[str, Meta(max_length=64)] | UnsetType = UNSET
    email: Annotated[str, Meta(max_length=320)] | UnsetType = UNSET
    #: this is an example of property documentation
    street_address: Annotated[str, Meta(max_length=512)] | UnsetType = UNSET
    postal_code: Annotated[str, Meta(max_length=32)] | UnsetType = UNSET
    city: Annotated[str, Meta(max_length=256)] | UnsetType = UNSET
    phone_number: Annotated[str, Meta(max_length=32)] | UnsetType = UNSET
    image_data_uri: Annotated[str, Meta(max_length=10485760)] | UnsetType = UNSET
    payment_methods: Annotated[list[PaymentMethodPart], Meta(max_length=10)] | UnsetType = UNSET


class PaymentMethodPart(Struct, rename="camel", kw_only=True, forbid_unknown_fields=True):
    """A card that a user pays with. Its verification code is checked and forgotten (PCI DSS, requirement
    3.3.1).
    """

    local_id: str | UnsetType = msgspec.field(default=UNSET, name="id")
    is_default: bool | UnsetType = UNSET
    payment_method_type: Literal["creditCard"] | UnsetType = UNSET
    credit_card_number: Annotated[str, Meta(max_length=19)] | UnsetType = UNSET
    credit_card_expiration: Annotated[str, Meta(max_length=7)] | UnsetType = UNSET
    card_verification_code: Annotated[str, Meta(max_length=4)] | UnsetType = UNSET


class City(Struct, rename="camel", kw_only=True):
    """A city that users live in."""

    value: str


class IdAndFollowedUserAccountId(Struct, rename="camel", kw_only=True, forbid_unknown_fields=True):
    """The caller's account, and whom they follow."""

    id: str = msgspec.field(name="_id")
    followed_user_account_id: str


class IdAndSalesItemId(Struct, rename="camel", kw_only=True, forbid_unknown_fields=True):
    """The caller's account, and a thing they like to look at again."""

    id: str = msgspec.field(name="_id")
    sales_item_id: str


class UserSelection(Struct, rename="camel", kw_only=True):
    """Somebody who sells, as buyers see them."""

    id: str | UnsetType = msgspec.field(default=UNSET, name="_id")
    display_name: str | UnsetType = UNSET
    city: str | UnsetType = UNSET
    image_data_uri: str | UnsetType = UNSET
    own_sales_items: list[OwnSalesItemSelection] | UnsetType = UNSET
    followed_user_accounts: list[FollowedUserAccountSelection] | UnsetType = UNSET
    following_user_accounts: list[FollowingUserAccountSelection] | UnsetType = UNSET


class GetUsers(Struct, rename="camel", kw_only=True, forbid_unknown_fields=True):
    """Who is looked for: those who have the text in their display names, in upper and lower case as it is
    written.
    """

    include_response_fields: (
        Annotated[list[Annotated[str, Meta(max_length=65536, min_length=1)]], Meta(max_length=500)] | UnsetType
    ) = UNSET
    exclude_response_fields: (
        Annotated[list[Annotated[str, Meta(max_length=65536, min_length=1)]], Meta(max_length=500)] | UnsetType
    ) = UNSET
    sort_bys: Annotated[list[SortBy], Meta(max_length=25)] | UnsetType = UNSET
    paginations: Annotated[list[Pagination], Meta(max_length=100)] | UnsetType = UNSET
    current_page_tokens: Annotated[list[CurrentPageToken], Meta(max_length=100)] | UnsetType = UNSET
    display_name_filter: Annotated[str, Meta(max_length=256)] | UnsetType = UNSET


class User(Struct, rename="camel", kw_only=True):
    """Somebody who sells, as buyers see them."""

    id: str = msgspec.field(name="_id")
    display_name: str
    city: str
    image_data_uri: str
    own_sales_items: list[OwnSalesItem]
    followed_user_accounts: list[FollowedUserAccount]
    following_user_accounts: list[FollowingUserAccount]


class OwnSalesItem(Struct, rename="camel", kw_only=True):
    """A sales item, as its seller's page shows it."""

    id: str = msgspec.field(name="_id")
    created_at_timestamp: datetime.datetime
    last_modified_timestamp: datetime.datetime
    title: str
    price: float
    previous_price: float | None
    primary_image_data_uri: str
    primary_image_thumbnail_data_uri: str
    state: Literal["forSale", "reserved", "sold"]


class FollowedUserAccount(Struct, rename="camel", kw_only=True):
    """Somebody whom a user follows."""

    id: str = msgspec.field(name="_id")
    display_name: str
    city: str
    image_data_uri: str
    own_sales_items: list[OwnSalesItem]


class FollowingUserAccount(Struct, rename="camel", kw_only=True):
    """Somebody who follows a user."""

    id: str = msgspec.field(name="_id")
    display_name: str
    city: str
    image_data_uri: str


class ShoppingCart(Struct, rename="camel", kw_only=True):
    """The things that a user has reserved; every user has one cart."""

    id: str = msgspec.field(name="_id")
    user_account_id: str
    sales_items: list[ShoppingCartOrOrderSalesItem]


class ShoppingCartOrOrderSalesItem(Struct, rename="camel", kw_only=True):
    """A sales item, as a cart or an order shows it."""

    id: str = msgspec.field(name="_id")
    title: str
    price: float
    shipping_cost: float
    primary_image_thumbnail_data_uri: str


class UserAccountIdAndSalesItemId(Struct, rename="camel", kw_only=True, forbid_unknown_fields=True):
    """Names a user and a sales item."""

    user_account_id: str
    sales_item_id: str


class Order(Struct, rename="camel", kw_only=True):
    """What a user bought at once. Its owner is a plain id: an order outlives the account."""

    id: str = msgspec.field(name="_id")
    version: int
    created_at_timestamp: datetime.datetime
    last_modified_timestamp: datetime.datetime
    user_account_id: str
    payment_amount: float | None
    payment_gateway: Literal["Paytrail", "PayPal", "Klarna"]
    transaction_id: str | None
    transaction_timestamp: datetime.datetime | None
    order_items: list[OrderItem]


class OrderItem(Struct, rename="camel", kw_only=True):
    """One sales item of an order, on its way to the buyer or back."""

    local_id: str = msgspec.field(name="id")
    delivery_timestamp: datetime.datetime | None
    state: Literal["toBeDelivered", "delivering", "delivered", "returning", "returned"]
    tracking_url: str | None
    sales_items: list[ShoppingCartOrOrderSalesItem]


class PlaceOrderArgument(Struct, rename="camel", kw_only=True, forbid_unknown_fields=True):
    """Who buys what is in their cart, and how they pay."""

    user_account_id: str
    payment_gateway: Literal["Paytrail", "PayPal", "Klarna"]
    shopping_cart_id: Annotated[str, Meta(max_length=24)]
    i_agree_with_terms_and_conditions: bool
    ui_redirect_url: Annotated[str, Meta(max_length=4096)]


class PayOrderArgument(Struct, rename="camel", kw_only=True, forbid_unknown_fields=True):
    """What the payment gateway says of a payment."""

    id: str = msgspec.field(name="_id")
    payment_amount: Annotated[float, Meta(ge=0, le=1000000000)]
    payment_gateway: Literal["Paytrail", "PayPal", "Klarna"]
    transaction_id: Annotated[str, Meta(max_length=256)]
    transaction_timestamp: datetime.datetime


class UnpaidLimit(Struct, rename="camel", kw_only=True, forbid_unknown_fields=True):
    """How long an order may be unpaid."""

    unpaid_order_time_to_live_in_minutes: Annotated[int, Meta(ge=-1, le=10)] | UnsetType = UNSET


class RemoveOrderItemArgument(Struct, rename="camel", kw_only=True, forbid_unknown_fields=True):
    """Names an item of a user's order."""

    id: str = msgspec.field(name="_id")
    version: Annotated[int, Meta(ge=-1, le=9007199254740991)]
    order_item_id: str
    user_account_id: str


class DeliverOrderItemArgument(Struct, rename="camel", kw_only=True, forbid_unknown_fields=True):
    """Which item of an order is on its way."""

    id: str = msgspec.field(name="_id")
    version: Annotated[int, Meta(ge=-1, le=9007199254740991)]
    order_items: Annotated[list[OrderItemForDelivery], Meta(max_length=1, min_length=1)]


class OrderItemForDelivery(Struct, rename="camel", kw_only=True, forbid_unknown_fields=True):
    """When an order item was sent, and where its way can be seen."""

    local_id: str = msgspec.field(name="id")
    delivery_timestamp: datetime.datetime
    tracking_url: Annotated[str, Meta(max_length=3072)]


class OrderItemId(Struct, rename="camel", kw_only=True, forbid_unknown_fields=True):
    """Names an item of an order whose version is known; -1 is any version."""

    id: str = msgspec.field(name="_id")
    version: Annotated[int, Meta(ge=-1, le=9007199254740991)]
    order_item_id: str


class ServiceFunctionAnswer(Struct, rename="camel", kw_only=True):
    """What one call of a batch was answered: the status, and the body, null where that is empty."""

    status_code: int
    response: Any


class ServiceFunctionCall(Struct, rename="camel", kw_only=True, forbid_unknown_fields=True):
    """One call of a batch."""

    service_function_name: Annotated[str, Meta(max_length=512, min_length=1)]
    service_function_argument: Any | UnsetType = UNSET
    microservice_name: Annotated[str, Meta(max_length=253)] | None | UnsetType = UNSET
    microservice_namespace: Annotated[str, Meta(max_length=253)] | None | UnsetType = UNSET
    idempotency_key: Annotated[str, Meta(max_length=255)] | None | UnsetType = UNSET


ServiceFunctionAnswerMap = dict[str, ServiceFunctionAnswer]

ServiceFunctionCallMap = dict[str, ServiceFunctionCall]

__all__ = [
    "City",
    "CreatedUserAccount",
    "CurrentPageToken",
    "DeliverOrderItemArgument",
    "FavoriteSalesItemSelection",
    "FollowedUserAccount",
    "FollowedUserAccountSelection",
    "FollowedUserSalesItem",
    "FollowingUserAccount",
    "FollowingUserAccountSelection",
    "GetSalesItems",
    "GetSalesItemsByUserDefinedFilters",
    "GetUserAccount",
    "GetUsers",
    "Id",
    "IdAndFollowedUserAccountId",
    "IdAndSalesItemId",
    "IdAndUserAccountId",
    "OrFilter",
    "Order",
    "OrderItem",
    "OrderItemForDelivery",
    "OrderItemId",
    "OrderItemSelection",
    "OrderSelection",
    "OwnSalesItem",
    "OwnSalesItemCreate",
    "OwnSalesItemSelection",
    "OwnUserAccountCreate",
    "Pagination",
    "PayOrderArgument",
    "PaymentMethodCreate",
    "PaymentMethodPart",
    "PaymentMethodSelection",
    "PlaceOrderArgument",
    "RemoveOrderItemArgument",
    "ReservationLimit",
    "SalesItem",
    "SalesItemSelection",
    "SalesItemUpdate",
    "ServiceFunctionAnswer",
    "ServiceFunctionAnswerMap",
    "ServiceFunctionCall",
    "ServiceFunctionCallMap",
    "ShoppingCart",
    "ShoppingCartOrOrderSalesItem",
    "ShoppingCartOrOrderSalesItemSelection",
    "SortBy",
    "Tag",
    "TagCreate",
    "TagName",
    "TagSelection",
    "TagUpdate",
    "UnpaidLimit",
    "UnsoldLimit",
    "User",
    "UserAccountId",
    "UserAccountIdAndSalesItemId",
    "UserAccountSelection",
    "UserAccountUpdate",
    "UserDefinedFilter",
    "UserSelection",
]
