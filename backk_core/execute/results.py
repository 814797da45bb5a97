"""Results that the store answers: encoded where nobody needs to look at them, entities where somebody does."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Generic, TypeVar

from backk_core.declare.types import Many, One

T = TypeVar("T")


class Excerpt(list[T]):
    """What was read of a relation where a page or a condition may have left out the rest.

    An entity that is written with it loses nothing that is not in it. ``is_as_read``: whether it has what was read.
    """

    def __init__(self, items: Iterable[T]) -> None:
        super().__init__(items)
        self._read = tuple(self)

    @property
    def is_as_read(self) -> bool:
        return len(self) == len(self._read) and all(one is other for one, other in zip(self, self._read, strict=True))


class EncodedOne(One[T], Generic[T]):
    """One object as JSON text; it becomes an entity when it is touched."""

    __slots__ = ("_load", "text", "version")

    def __init__(self, text: bytes, version: bytes | None, load: Callable[[], T]) -> None:
        self.metadata: dict[str, Any] = {}
        self.text = text
        self.version = version
        self._load = load

    @property
    def data(self) -> T:
        try:
            return self._data
        except AttributeError:
            self._data = self._load()
            return self._data

    @property
    def touched(self) -> bool:
        """Whether somebody has looked at it, and perhaps changed it."""
        return hasattr(self, "_data")


class EncodedMany(Many[T], Generic[T]):
    """A list of objects as JSON texts; they become entities when they are touched."""

    __slots__ = ("_load", "count", "texts")

    def __init__(self, texts: bytes, load: Callable[[], Many[T]]) -> None:
        self.metadata: dict[str, Any] = {}
        self.texts = texts
        #: The total before paging of the entities, None where nobody asked for it.
        self.count: int | None = None
        self._load = load

    @property
    def data(self) -> list[T]:
        try:
            return self._data
        except AttributeError:
            loaded = self._load()
            self._data = loaded.data
            self.count = loaded.count if isinstance(loaded, CountedMany) else None
            return self._data

    @property
    def touched(self) -> bool:
        """Whether somebody has looked at it, and perhaps changed it."""
        return hasattr(self, "_data")


class CountedMany(Many[T], Generic[T]):
    """A list of entities with the total before paging."""

    __slots__ = ("count",)

    def __init__(self, data: list[T], count: int) -> None:
        super().__init__(data)
        self.count = count
