"""Keeps what users are about to buy."""

from __future__ import annotations

from typing import Unpack

from ._backk import AsyncCaller, Caller, CallOptions, One, Operation, data_of, whole
from .types import ShoppingCart, UserAccountId, UserAccountIdAndSalesItemId

_DELETE_ALL_SHOPPING_CARTS: Operation[None] = Operation(
    "shoppingCartService.deleteAllShoppingCarts",
    None,
    whole,
    repeats="once",
)
_GET_SHOPPING_CART: Operation[ShoppingCart] = Operation(
    "shoppingCartService.getShoppingCart",
    One[ShoppingCart],
    data_of,
    repeats="reads",
)
_ADD_TO_SHOPPING_CART: Operation[None] = Operation(
    "shoppingCartService.addToShoppingCart",
    None,
    whole,
    repeats="once",
)
_REMOVE_FROM_SHOPPING_CART: Operation[None] = Operation(
    "shoppingCartService.removeFromShoppingCart",
    None,
    whole,
    repeats="once",
)
_EMPTY_SHOPPING_CART: Operation[None] = Operation(
    "shoppingCartService.emptyShoppingCart",
    None,
    whole,
    repeats="once",
)


class ShoppingCartService:
    """Keeps what users are about to buy."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def delete_all_shopping_carts(self, **options: Unpack[CallOptions]) -> None:
        """Delete every cart.

        For users with the role vitjaAdmin or tests.

        Raises SalesItemNotAvailable.
        """
        self._caller.call(_DELETE_ALL_SHOPPING_CARTS, None, options)

    def get_shopping_cart(self, argument: UserAccountId, **options: Unpack[CallOptions]) -> ShoppingCart:
        """Look into the user's cart, which is made where there is none.

        For users with the role vitjaAdmin or users, on what is their own.

        Raises SalesItemNotAvailable.
        """
        return self._caller.call(_GET_SHOPPING_CART, argument, options)

    def add_to_shopping_cart(self, argument: UserAccountIdAndSalesItemId, **options: Unpack[CallOptions]) -> None:
        """Reserve a thing for the user.

        For users with the role vitjaAdmin or users, on what is their own.

        Raises SalesItemNotAvailable.
        """
        self._caller.call(_ADD_TO_SHOPPING_CART, argument, options)

    def remove_from_shopping_cart(self, argument: UserAccountIdAndSalesItemId, **options: Unpack[CallOptions]) -> None:
        """Put a thing up for sale again that the user has reserved.

        For users with the role vitjaAdmin or users, on what is their own.

        Raises SalesItemNotAvailable.
        """
        self._caller.call(_REMOVE_FROM_SHOPPING_CART, argument, options)

    def empty_shopping_cart(self, argument: UserAccountId, **options: Unpack[CallOptions]) -> None:
        """Put everything up for sale again that the user has reserved.

        For users with the role vitjaAdmin or users, on what is their own.

        Raises SalesItemNotAvailable.
        """
        self._caller.call(_EMPTY_SHOPPING_CART, argument, options)


class AsyncShoppingCartService:
    """Keeps what users are about to buy."""

    def __init__(self, caller: AsyncCaller) -> None:
        self._caller = caller

    async def delete_all_shopping_carts(self, **options: Unpack[CallOptions]) -> None:
        """Delete every cart.

        For users with the role vitjaAdmin or tests.

        Raises SalesItemNotAvailable.
        """
        await self._caller.call(_DELETE_ALL_SHOPPING_CARTS, None, options)

    async def get_shopping_cart(self, argument: UserAccountId, **options: Unpack[CallOptions]) -> ShoppingCart:
        """Look into the user's cart, which is made where there is none.

        For users with the role vitjaAdmin or users, on what is their own.

        Raises SalesItemNotAvailable.
        """
        return await self._caller.call(_GET_SHOPPING_CART, argument, options)

    async def add_to_shopping_cart(self, argument: UserAccountIdAndSalesItemId, **options: Unpack[CallOptions]) -> None:
        """Reserve a thing for the user.

        For users with the role vitjaAdmin or users, on what is their own.

        Raises SalesItemNotAvailable.
        """
        await self._caller.call(_ADD_TO_SHOPPING_CART, argument, options)

    async def remove_from_shopping_cart(
        self, argument: UserAccountIdAndSalesItemId, **options: Unpack[CallOptions]
    ) -> None:
        """Put a thing up for sale again that the user has reserved.

        For users with the role vitjaAdmin or users, on what is their own.

        Raises SalesItemNotAvailable.
        """
        await self._caller.call(_REMOVE_FROM_SHOPPING_CART, argument, options)

    async def empty_shopping_cart(self, argument: UserAccountId, **options: Unpack[CallOptions]) -> None:
        """Put everything up for sale again that the user has reserved.

        For users with the role vitjaAdmin or users, on what is their own.

        Raises SalesItemNotAvailable.
        """
        await self._caller.call(_EMPTY_SHOPPING_CART, argument, options)
