"""Keeps the accounts of those who buy and sell: everybody has the say over their own."""

from __future__ import annotations

from typing import Unpack

from ._backk import AsyncCaller, Caller, CallOptions, Many, One, Operation, data_of, whole
from .types import (
    City,
    CreatedUserAccount,
    GetUserAccount,
    Id,
    IdAndFollowedUserAccountId,
    IdAndSalesItemId,
    OwnUserAccountCreate,
    UserAccountSelection,
    UserAccountUpdate,
)

_DELETE_ALL_USER_ACCOUNTS: Operation[None] = Operation(
    "userAccountService.deleteAllUserAccounts",
    None,
    whole,
    repeats="once",
)
_CREATE_USER_ACCOUNT: Operation[CreatedUserAccount] = Operation(
    "userAccountService.createUserAccount",
    One[CreatedUserAccount],
    data_of,
    repeats="once",
)
_GET_USER_ACCOUNT: Operation[UserAccountSelection] = Operation(
    "userAccountService.getUserAccount",
    One[UserAccountSelection],
    data_of,
    repeats="reads",
)
_UPDATE_USER_ACCOUNT: Operation[None] = Operation(
    "userAccountService.updateUserAccount",
    None,
    whole,
    repeats="once",
)
_DELETE_USER_ACCOUNT: Operation[None] = Operation(
    "userAccountService.deleteUserAccount",
    None,
    whole,
    repeats="once",
)
_GET_CITIES: Operation[list[City]] = Operation(
    "userAccountService.getCities",
    Many[City],
    data_of,
    repeats="reads",
)
_FOLLOW_USER: Operation[None] = Operation(
    "userAccountService.followUser",
    None,
    whole,
    repeats="once",
)
_UNFOLLOW_USER: Operation[None] = Operation(
    "userAccountService.unfollowUser",
    None,
    whole,
    repeats="once",
)
_ADD_TO_FAVORITE_SALES_ITEMS: Operation[None] = Operation(
    "userAccountService.addToFavoriteSalesItems",
    None,
    whole,
    repeats="once",
)
_REMOVE_FROM_FAVORITE_SALES_ITEMS: Operation[None] = Operation(
    "userAccountService.removeFromFavoriteSalesItems",
    None,
    whole,
    repeats="once",
)


class UserAccountService:
    """Keeps the accounts of those who buy and sell: everybody has the say over their own."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def delete_all_user_accounts(self, **options: Unpack[CallOptions]) -> None:
        """Delete every account, and what goes with it.

        For users with the role vitjaAdmin or tests.
        """
        self._caller.call(_DELETE_ALL_USER_ACCOUNTS, None, options)

    def create_user_account(self, argument: OwnUserAccountCreate, **options: Unpack[CallOptions]) -> CreatedUserAccount:
        """Sign up.

        For users with the role vitjaAdmin or users, on what is their own.
        """
        return self._caller.call(_CREATE_USER_ACCOUNT, argument, options)

    def get_user_account(
        self, argument: GetUserAccount | None = None, **options: Unpack[CallOptions]
    ) -> UserAccountSelection:
        """Look at one's own account, with the favourites that are still for sale.

        For users with the role vitjaAdmin or users, on what is their own.
        """
        return self._caller.call(_GET_USER_ACCOUNT, argument, options)

    def update_user_account(self, argument: UserAccountUpdate, **options: Unpack[CallOptions]) -> None:
        """Change what is sent; of payment methods those that are sent, by their ids.

        For users with the role vitjaAdmin or users, on what is their own.
        """
        self._caller.call(_UPDATE_USER_ACCOUNT, argument, options)

    def delete_user_account(self, argument: Id, **options: Unpack[CallOptions]) -> None:
        """Leave the marketplace. Orders stay: others have bought and sold, too.

        For users with the role vitjaAdmin or users, on what is their own.
        """
        self._caller.call(_DELETE_USER_ACCOUNT, argument, options)

    def get_cities(self, **options: Unpack[CallOptions]) -> list[City]:
        """List the cities that users live in.

        For everyone.
        """
        return self._caller.call(_GET_CITIES, None, options)

    def follow_user(self, argument: IdAndFollowedUserAccountId, **options: Unpack[CallOptions]) -> None:
        """Follow somebody: they see who follows them.

        For users with the role vitjaAdmin or users, on what is their own.
        """
        self._caller.call(_FOLLOW_USER, argument, options)

    def unfollow_user(self, argument: IdAndFollowedUserAccountId, **options: Unpack[CallOptions]) -> None:
        """Follow somebody no more.

        For users with the role vitjaAdmin or users, on what is their own.
        """
        self._caller.call(_UNFOLLOW_USER, argument, options)

    def add_to_favorite_sales_items(self, argument: IdAndSalesItemId, **options: Unpack[CallOptions]) -> None:
        """Remember a thing, be it one's own.

        For users with the role vitjaAdmin or users, on what is their own.
        """
        self._caller.call(_ADD_TO_FAVORITE_SALES_ITEMS, argument, options)

    def remove_from_favorite_sales_items(self, argument: IdAndSalesItemId, **options: Unpack[CallOptions]) -> None:
        """Remember a thing no more.

        For users with the role vitjaAdmin or users, on what is their own.
        """
        self._caller.call(_REMOVE_FROM_FAVORITE_SALES_ITEMS, argument, options)


class AsyncUserAccountService:
    """Keeps the accounts of those who buy and sell: everybody has the say over their own."""

    def __init__(self, caller: AsyncCaller) -> None:
        self._caller = caller

    async def delete_all_user_accounts(self, **options: Unpack[CallOptions]) -> None:
        """Delete every account, and what goes with it.

        For users with the role vitjaAdmin or tests.
        """
        await self._caller.call(_DELETE_ALL_USER_ACCOUNTS, None, options)

    async def create_user_account(
        self, argument: OwnUserAccountCreate, **options: Unpack[CallOptions]
    ) -> CreatedUserAccount:
        """Sign up.

        For users with the role vitjaAdmin or users, on what is their own.
        """
        return await self._caller.call(_CREATE_USER_ACCOUNT, argument, options)

    async def get_user_account(
        self, argument: GetUserAccount | None = None, **options: Unpack[CallOptions]
    ) -> UserAccountSelection:
        """Look at one's own account, with the favourites that are still for sale.

        For users with the role vitjaAdmin or users, on what is their own.
        """
        return await self._caller.call(_GET_USER_ACCOUNT, argument, options)

    async def update_user_account(self, argument: UserAccountUpdate, **options: Unpack[CallOptions]) -> None:
        """Change what is sent; of payment methods those that are sent, by their ids.

        For users with the role vitjaAdmin or users, on what is their own.
        """
        await self._caller.call(_UPDATE_USER_ACCOUNT, argument, options)

    async def delete_user_account(self, argument: Id, **options: Unpack[CallOptions]) -> None:
        """Leave the marketplace. Orders stay: others have bought and sold, too.

        For users with the role vitjaAdmin or users, on what is their own.
        """
        await self._caller.call(_DELETE_USER_ACCOUNT, argument, options)

    async def get_cities(self, **options: Unpack[CallOptions]) -> list[City]:
        """List the cities that users live in.

        For everyone.
        """
        return await self._caller.call(_GET_CITIES, None, options)

    async def follow_user(self, argument: IdAndFollowedUserAccountId, **options: Unpack[CallOptions]) -> None:
        """Follow somebody: they see who follows them.

        For users with the role vitjaAdmin or users, on what is their own.
        """
        await self._caller.call(_FOLLOW_USER, argument, options)

    async def unfollow_user(self, argument: IdAndFollowedUserAccountId, **options: Unpack[CallOptions]) -> None:
        """Follow somebody no more.

        For users with the role vitjaAdmin or users, on what is their own.
        """
        await self._caller.call(_UNFOLLOW_USER, argument, options)

    async def add_to_favorite_sales_items(self, argument: IdAndSalesItemId, **options: Unpack[CallOptions]) -> None:
        """Remember a thing, be it one's own.

        For users with the role vitjaAdmin or users, on what is their own.
        """
        await self._caller.call(_ADD_TO_FAVORITE_SALES_ITEMS, argument, options)

    async def remove_from_favorite_sales_items(
        self, argument: IdAndSalesItemId, **options: Unpack[CallOptions]
    ) -> None:
        """Remember a thing no more.

        For users with the role vitjaAdmin or users, on what is their own.
        """
        await self._caller.call(_REMOVE_FROM_FAVORITE_SALES_ITEMS, argument, options)
