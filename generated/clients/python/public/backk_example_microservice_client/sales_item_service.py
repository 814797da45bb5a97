"""Sells second-hand things."""

from __future__ import annotations

from typing import Unpack

import msgspec
from msgspec import UNSET, UnsetType

from ._backk import AsyncCaller, Caller, CallOptions, Many, One, Operation, data_of, whole
from .types import (
    FollowedUserSalesItem,
    GetSalesItems,
    GetSalesItemsByUserDefinedFilters,
    Id,
    IdAndUserAccountId,
    OwnSalesItemCreate,
    ReservationLimit,
    SalesItem,
    SalesItemSelection,
    SalesItemUpdate,
    UnsoldLimit,
    UserAccountId,
)


class GetSalesItemsRow(SalesItemSelection, kw_only=True):
    """A row, with how many there are on all pages."""

    count: int | UnsetType = msgspec.field(default=UNSET, name="_count")


_DELETE_ALL_SALES_ITEMS: Operation[None] = Operation(
    "salesItemService.deleteAllSalesItems",
    None,
    whole,
    repeats="once",
)
_GET_SALES_ITEMS: Operation[list[GetSalesItemsRow]] = Operation(
    "salesItemService.getSalesItems",
    Many[GetSalesItemsRow],
    data_of,
    repeats="reads",
)
_GET_SALES_ITEMS_BY_USER_DEFINED_FILTERS: Operation[list[SalesItemSelection]] = Operation(
    "salesItemService.getSalesItemsByUserDefinedFilters",
    Many[SalesItemSelection],
    data_of,
    repeats="reads",
)
_GET_FOLLOWED_USERS_SALES_ITEMS: Operation[list[FollowedUserSalesItem]] = Operation(
    "salesItemService.getFollowedUsersSalesItems",
    Many[FollowedUserSalesItem],
    data_of,
    repeats="reads",
)
_GET_SALES_ITEM: Operation[SalesItem] = Operation(
    "salesItemService.getSalesItem",
    One[SalesItem],
    data_of,
    repeats="reads",
)
_DELETE_SALES_ITEM: Operation[None] = Operation(
    "salesItemService.deleteSalesItem",
    None,
    whole,
    repeats="once",
)
_CHANGE_EXPIRED_RESERVED_SALES_ITEM_STATES_TO_FOR_SALE: Operation[None] = Operation(
    "salesItemService.changeExpiredReservedSalesItemStatesToForSale",
    None,
    whole,
    repeats="once",
)
_DELETE_OLD_UNSOLD_SALES_ITEMS_DAILY: Operation[None] = Operation(
    "salesItemService.deleteOldUnsoldSalesItemsDaily",
    None,
    whole,
    repeats="once",
)
_CREATE_SALES_ITEM: Operation[SalesItem] = Operation(
    "salesItemService.createSalesItem",
    One[SalesItem],
    data_of,
    repeats="once",
)
_UPDATE_SALES_ITEM: Operation[None] = Operation(
    "salesItemService.updateSalesItem",
    None,
    whole,
    repeats="once",
)
_FOLLOW_SALES_ITEM_PRICE_CHANGE: Operation[None] = Operation(
    "salesItemService.followSalesItemPriceChange",
    None,
    whole,
    repeats="once",
)
_UNFOLLOW_SALES_ITEM_PRICE_CHANGE: Operation[None] = Operation(
    "salesItemService.unfollowSalesItemPriceChange",
    None,
    whole,
    repeats="once",
)
_TOGGLE_LIKE_SALES_ITEM: Operation[None] = Operation(
    "salesItemService.toggleLikeSalesItem",
    None,
    whole,
    repeats="once",
)


class SalesItemService:
    """Sells second-hand things."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def delete_all_sales_items(self, **options: Unpack[CallOptions]) -> None:
        """Delete every sales item.

        For users with the role vitjaAdmin or tests.

        Raises MaximumSalesItemCountExceeded, NotForSale, InvalidSalesItemState.
        """
        self._caller.call(_DELETE_ALL_SALES_ITEMS, None, options)

    def get_sales_items(
        self, argument: GetSalesItems | None = None, **options: Unpack[CallOptions]
    ) -> list[GetSalesItemsRow]:
        """Find what is for sale, the newest first.

        For everyone.

        Raises MaximumSalesItemCountExceeded, NotForSale, InvalidSalesItemState.
        """
        return self._caller.call(_GET_SALES_ITEMS, argument, options)

    def get_sales_items_by_user_defined_filters(
        self, argument: GetSalesItemsByUserDefinedFilters | None = None, **options: Unpack[CallOptions]
    ) -> list[SalesItemSelection]:
        """Find sales items by conditions that the client writes.

        For everyone.

        Raises MaximumSalesItemCountExceeded, NotForSale, InvalidSalesItemState.
        """
        return self._caller.call(_GET_SALES_ITEMS_BY_USER_DEFINED_FILTERS, argument, options)

    def get_followed_users_sales_items(
        self, argument: UserAccountId, **options: Unpack[CallOptions]
    ) -> list[FollowedUserSalesItem]:
        """List what those sell whom the caller follows, the latest change first.

        For users with the role vitjaAdmin or users, on what is their own.

        Raises MaximumSalesItemCountExceeded, NotForSale, InvalidSalesItemState.
        """
        return self._caller.call(_GET_FOLLOWED_USERS_SALES_ITEMS, argument, options)

    def get_sales_item(self, argument: Id, **options: Unpack[CallOptions]) -> SalesItem:
        """Look at one thing.

        For everyone.

        Raises MaximumSalesItemCountExceeded, NotForSale, InvalidSalesItemState.
        """
        return self._caller.call(_GET_SALES_ITEM, argument, options)

    def delete_sales_item(self, argument: Id, **options: Unpack[CallOptions]) -> None:
        """Take a thing off the market.

        For users with the role vitjaAdmin or users, on what is their own.

        Raises MaximumSalesItemCountExceeded, NotForSale, InvalidSalesItemState.
        """
        self._caller.call(_DELETE_SALES_ITEM, argument, options)

    def change_expired_reserved_sales_item_states_to_for_sale(
        self, argument: ReservationLimit | None = None, **options: Unpack[CallOptions]
    ) -> None:
        """Put up for sale again what was reserved for too long.

        For users with the role vitjaAdmin.

        Raises MaximumSalesItemCountExceeded, NotForSale, InvalidSalesItemState.
        """
        self._caller.call(_CHANGE_EXPIRED_RESERVED_SALES_ITEM_STATES_TO_FOR_SALE, argument, options)

    def delete_old_unsold_sales_items_daily(
        self, argument: UnsoldLimit | None = None, **options: Unpack[CallOptions]
    ) -> None:
        """Delete what nobody bought for a long time.

        For users with the role vitjaAdmin.

        Raises MaximumSalesItemCountExceeded, NotForSale, InvalidSalesItemState.
        """
        self._caller.call(_DELETE_OLD_UNSOLD_SALES_ITEMS_DAILY, argument, options)

    def create_sales_item(self, argument: OwnSalesItemCreate, **options: Unpack[CallOptions]) -> SalesItem:
        """Put a thing up for sale.

        For users with the role vitjaAdmin or users, on what is their own.

        Raises MaximumSalesItemCountExceeded, NotForSale, InvalidSalesItemState.
        """
        return self._caller.call(_CREATE_SALES_ITEM, argument, options)

    def update_sales_item(self, argument: SalesItemUpdate, **options: Unpack[CallOptions]) -> None:
        """Change a thing that is still for sale; a new price remembers the old one, and is told to who follows
        it.

        For users with the role vitjaAdmin or users, on what is their own.

        Raises MaximumSalesItemCountExceeded, NotForSale, InvalidSalesItemState.
        """
        self._caller.call(_UPDATE_SALES_ITEM, argument, options)

    def follow_sales_item_price_change(self, argument: IdAndUserAccountId, **options: Unpack[CallOptions]) -> None:
        """Let the caller hear of a thing's new prices.

        For users with the role vitjaAdmin or users, on what is their own.

        Raises MaximumSalesItemCountExceeded, NotForSale, InvalidSalesItemState.
        """
        self._caller.call(_FOLLOW_SALES_ITEM_PRICE_CHANGE, argument, options)

    def unfollow_sales_item_price_change(self, argument: IdAndUserAccountId, **options: Unpack[CallOptions]) -> None:
        """Let the caller hear no more of a thing's new prices.

        For users with the role vitjaAdmin or users, on what is their own.

        Raises MaximumSalesItemCountExceeded, NotForSale, InvalidSalesItemState.
        """
        self._caller.call(_UNFOLLOW_SALES_ITEM_PRICE_CHANGE, argument, options)

    def toggle_like_sales_item(self, argument: IdAndUserAccountId, **options: Unpack[CallOptions]) -> None:
        """Like a thing, or take the like back.

        For users with the role vitjaAdmin or users, on what is their own.

        Raises MaximumSalesItemCountExceeded, NotForSale, InvalidSalesItemState.
        """
        self._caller.call(_TOGGLE_LIKE_SALES_ITEM, argument, options)


class AsyncSalesItemService:
    """Sells second-hand things."""

    def __init__(self, caller: AsyncCaller) -> None:
        self._caller = caller

    async def delete_all_sales_items(self, **options: Unpack[CallOptions]) -> None:
        """Delete every sales item.

        For users with the role vitjaAdmin or tests.

        Raises MaximumSalesItemCountExceeded, NotForSale, InvalidSalesItemState.
        """
        await self._caller.call(_DELETE_ALL_SALES_ITEMS, None, options)

    async def get_sales_items(
        self, argument: GetSalesItems | None = None, **options: Unpack[CallOptions]
    ) -> list[GetSalesItemsRow]:
        """Find what is for sale, the newest first.

        For everyone.

        Raises MaximumSalesItemCountExceeded, NotForSale, InvalidSalesItemState.
        """
        return await self._caller.call(_GET_SALES_ITEMS, argument, options)

    async def get_sales_items_by_user_defined_filters(
        self, argument: GetSalesItemsByUserDefinedFilters | None = None, **options: Unpack[CallOptions]
    ) -> list[SalesItemSelection]:
        """Find sales items by conditions that the client writes.

        For everyone.

        Raises MaximumSalesItemCountExceeded, NotForSale, InvalidSalesItemState.
        """
        return await self._caller.call(_GET_SALES_ITEMS_BY_USER_DEFINED_FILTERS, argument, options)

    async def get_followed_users_sales_items(
        self, argument: UserAccountId, **options: Unpack[CallOptions]
    ) -> list[FollowedUserSalesItem]:
        """List what those sell whom the caller follows, the latest change first.

        For users with the role vitjaAdmin or users, on what is their own.

        Raises MaximumSalesItemCountExceeded, NotForSale, InvalidSalesItemState.
        """
        return await self._caller.call(_GET_FOLLOWED_USERS_SALES_ITEMS, argument, options)

    async def get_sales_item(self, argument: Id, **options: Unpack[CallOptions]) -> SalesItem:
        """Look at one thing.

        For everyone.

        Raises MaximumSalesItemCountExceeded, NotForSale, InvalidSalesItemState.
        """
        return await self._caller.call(_GET_SALES_ITEM, argument, options)

    async def delete_sales_item(self, argument: Id, **options: Unpack[CallOptions]) -> None:
        """Take a thing off the market.

        For users with the role vitjaAdmin or users, on what is their own.

        Raises MaximumSalesItemCountExceeded, NotForSale, InvalidSalesItemState.
        """
        await self._caller.call(_DELETE_SALES_ITEM, argument, options)

    async def change_expired_reserved_sales_item_states_to_for_sale(
        self, argument: ReservationLimit | None = None, **options: Unpack[CallOptions]
    ) -> None:
        """Put up for sale again what was reserved for too long.

        For users with the role vitjaAdmin.

        Raises MaximumSalesItemCountExceeded, NotForSale, InvalidSalesItemState.
        """
        await self._caller.call(_CHANGE_EXPIRED_RESERVED_SALES_ITEM_STATES_TO_FOR_SALE, argument, options)

    async def delete_old_unsold_sales_items_daily(
        self, argument: UnsoldLimit | None = None, **options: Unpack[CallOptions]
    ) -> None:
        """Delete what nobody bought for a long time.

        For users with the role vitjaAdmin.

        Raises MaximumSalesItemCountExceeded, NotForSale, InvalidSalesItemState.
        """
        await self._caller.call(_DELETE_OLD_UNSOLD_SALES_ITEMS_DAILY, argument, options)

    async def create_sales_item(self, argument: OwnSalesItemCreate, **options: Unpack[CallOptions]) -> SalesItem:
        """Put a thing up for sale.

        For users with the role vitjaAdmin or users, on what is their own.

        Raises MaximumSalesItemCountExceeded, NotForSale, InvalidSalesItemState.
        """
        return await self._caller.call(_CREATE_SALES_ITEM, argument, options)

    async def update_sales_item(self, argument: SalesItemUpdate, **options: Unpack[CallOptions]) -> None:
        """Change a thing that is still for sale; a new price remembers the old one, and is told to who follows
        it.

        For users with the role vitjaAdmin or users, on what is their own.

        Raises MaximumSalesItemCountExceeded, NotForSale, InvalidSalesItemState.
        """
        await self._caller.call(_UPDATE_SALES_ITEM, argument, options)

    async def follow_sales_item_price_change(
        self, argument: IdAndUserAccountId, **options: Unpack[CallOptions]
    ) -> None:
        """Let the caller hear of a thing's new prices.

        For users with the role vitjaAdmin or users, on what is their own.

        Raises MaximumSalesItemCountExceeded, NotForSale, InvalidSalesItemState.
        """
        await self._caller.call(_FOLLOW_SALES_ITEM_PRICE_CHANGE, argument, options)

    async def unfollow_sales_item_price_change(
        self, argument: IdAndUserAccountId, **options: Unpack[CallOptions]
    ) -> None:
        """Let the caller hear no more of a thing's new prices.

        For users with the role vitjaAdmin or users, on what is their own.

        Raises MaximumSalesItemCountExceeded, NotForSale, InvalidSalesItemState.
        """
        await self._caller.call(_UNFOLLOW_SALES_ITEM_PRICE_CHANGE, argument, options)

    async def toggle_like_sales_item(self, argument: IdAndUserAccountId, **options: Unpack[CallOptions]) -> None:
        """Like a thing, or take the like back.

        For users with the role vitjaAdmin or users, on what is their own.

        Raises MaximumSalesItemCountExceeded, NotForSale, InvalidSalesItemState.
        """
        await self._caller.call(_TOGGLE_LIKE_SALES_ITEM, argument, options)
