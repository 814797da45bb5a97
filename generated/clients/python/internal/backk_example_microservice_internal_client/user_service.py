"""Shows who buys and sells."""

from __future__ import annotations

from typing import Unpack

from ._backk import AsyncCaller, Caller, CallOptions, Many, One, Operation, data_of
from .types import GetUsers, Id, User, UserSelection

_GET_USERS: Operation[list[UserSelection]] = Operation(
    "userService.getUsers",
    Many[UserSelection],
    data_of,
    repeats="reads",
)
_GET_USER: Operation[User] = Operation(
    "userService.getUser",
    One[User],
    data_of,
    repeats="reads",
)


class UserService:
    """Shows who buys and sells."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def get_users(self, argument: GetUsers | None = None, **options: Unpack[CallOptions]) -> list[UserSelection]:
        """Find people by a part of their names.

        For everyone.
        """
        return self._caller.call(_GET_USERS, argument, options)

    def get_user(self, argument: Id, **options: Unpack[CallOptions]) -> User:
        """Look at somebody's page.

        For everyone.
        """
        return self._caller.call(_GET_USER, argument, options)


class AsyncUserService:
    """Shows who buys and sells."""

    def __init__(self, caller: AsyncCaller) -> None:
        self._caller = caller

    async def get_users(self, argument: GetUsers | None = None, **options: Unpack[CallOptions]) -> list[UserSelection]:
        """Find people by a part of their names.

        For everyone.
        """
        return await self._caller.call(_GET_USERS, argument, options)

    async def get_user(self, argument: Id, **options: Unpack[CallOptions]) -> User:
        """Look at somebody's page.

        For everyone.
        """
        return await self._caller.call(_GET_USER, argument, options)
