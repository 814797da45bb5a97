"""Keeps the words that describe sales items."""

from __future__ import annotations

from typing import Unpack

from ._backk import AsyncCaller, Caller, CallOptions, Many, One, Operation, data_of, whole
from .types import Tag, TagCreate, TagName

_DELETE_ALL_TAGS: Operation[None] = Operation(
    "tagService.deleteAllTags",
    None,
    whole,
    repeats="once",
)
_CREATE_TAG: Operation[Tag] = Operation(
    "tagService.createTag",
    One[Tag],
    data_of,
    repeats="once",
)
_GET_TAGS_BY_NAME: Operation[list[Tag]] = Operation(
    "tagService.getTagsByName",
    Many[Tag],
    data_of,
    repeats="reads",
)


class TagService:
    """Keeps the words that describe sales items."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def delete_all_tags(self, **options: Unpack[CallOptions]) -> None:
        """Delete every tag.

        For tests.
        """
        self._caller.call(_DELETE_ALL_TAGS, None, options)

    def create_tag(self, argument: TagCreate, **options: Unpack[CallOptions]) -> Tag:
        """Make a tag.

        For everyone.
        """
        return self._caller.call(_CREATE_TAG, argument, options)

    def get_tags_by_name(self, argument: TagName, **options: Unpack[CallOptions]) -> list[Tag]:
        """Find the tags that have the given text in their names.

        For everyone.
        """
        return self._caller.call(_GET_TAGS_BY_NAME, argument, options)


class AsyncTagService:
    """Keeps the words that describe sales items."""

    def __init__(self, caller: AsyncCaller) -> None:
        self._caller = caller

    async def delete_all_tags(self, **options: Unpack[CallOptions]) -> None:
        """Delete every tag.

        For tests.
        """
        await self._caller.call(_DELETE_ALL_TAGS, None, options)

    async def create_tag(self, argument: TagCreate, **options: Unpack[CallOptions]) -> Tag:
        """Make a tag.

        For everyone.
        """
        return await self._caller.call(_CREATE_TAG, argument, options)

    async def get_tags_by_name(self, argument: TagName, **options: Unpack[CallOptions]) -> list[Tag]:
        """Find the tags that have the given text in their names.

        For everyone.
        """
        return await self._caller.call(_GET_TAGS_BY_NAME, argument, options)
