"""Where kept answers are: one of Django's caches, which may be slow, forgetful or gone, and no call fails for it."""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

import msgspec
from django.core.cache import caches

from backk_core.declare.conf import conf, forget_when_changed

T = TypeVar("T")

logger = logging.getLogger("backk_core")

#: Seconds for which a cache that failed is not asked; then one call tries it.
PAUSE = 2.0
#: Seconds between two log lines about a cache that fails.
_LOG_PAUSE = 30.0


class _Sheet(msgspec.Struct, array_like=True):
    """An answer's text with the generations of the types that it was made of."""

    generations: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look into the cache found: a text, and the generations of types, which are current before that."""

    text: str | None
    #: None where the cache does not keep them.
    generations: tuple[str, ...] | None


class AnswerShelf:
    """Keeps texts in a cache, each for as long as the generations of some types stay the same.

    Everything in the cache is text: whoever can write there can change answers, and run nothing.
    """

    def __init__(self, alias: str, prefix: str) -> None:
        self._alias, self._prefix = alias, f"backk:{prefix}:"
        self._asked_again_at = 0.0
        self._logged_at = float("-inf")
        self._fails = False
        #: Types whose new generations the cache has not got yet; each time with a ticket of its own.
        self._owed: dict[str, object] = {}
        self._lock = threading.Lock()

    def look_up(self, key: str, types: Sequence[str]) -> Looked | None:
        """Return what is kept; None where the cache cannot be asked now."""
        return self._attempt(lambda: self._looked_up(key, types))

    def put(self, key: str, text: str, looked: Looked, seconds: float) -> None:
        """Keep a text that was made after a look into the cache."""
        if (generations := looked.generations) is None:
            return
        sheet = msgspec.json.encode(_Sheet(generations, text)).decode()
        self._attempt(lambda: self._cache.set(self._key(key), sheet, timeout=seconds))

    def forget(self, types: Iterable[str]) -> None:
        """Let go of all texts that were made of these types; if the cache fails, as soon as it is back."""
        with self._lock:
            self._owed.update((name, object()) for name in types)
        self._attempt(self._settle)

    @property
    def _cache(self) -> Any:
        return caches[self._alias]

    def _key(self, key: str) -> str:
        return f"{self._prefix}answer:{key}"

    def _generation(self, name: str) -> str:
        return f"{self._prefix}generation:{name}"

    def _looked_up(self, key: str, types: Sequence[str]) -> Looked:
        if self._owed:
            self._settle()
        keys = [self._generation(name) for name in types]
        found = self._cache.get_many([self._key(key), *keys])
        if missing := [name for name in keys if name not in found]:
            for name in missing:
                # a word that was never there before: what older ones were kept with stays out of date
                self._cache.add(name, secrets.token_hex(8), timeout=None)
            found |= self._cache.get_many(missing)
        generations = tuple(found.get(name) for name in keys)
        if None in generations:
            return Looked(None, None)
        sheet = msgspec.json.decode(found[self._key(key)], type=_Sheet) if self._key(key) in found else None
        is_current = sheet is not None and sheet.generations == generations
        return Looked(sheet.text if sheet is not None and is_current else None, generations)

    def _settle(self) -> None:
        with self._lock:
            owed = dict(self._owed)
        if owed:
            self._cache.set_many({self._generation(name): secrets.token_hex(8) for name in owed}, timeout=None)
        with self._lock:
            for name, ticket in owed.items():
                # one that was owed again meanwhile, after a later commit, stays owed
                if self._owed.get(name) is ticket:
                    del self._owed[name]

    def _attempt(self, action: Callable[[], T]) -> T | None:
        """Do something with the cache; None where it fails, or did a moment ago."""
        now = time.monotonic()
        if self._fails:
            if now < self._asked_again_at:
                return None
            # the others do not wait for it meanwhile
            self._asked_again_at = now + PAUSE
        try:
            done = action()
        except Exception as error:  # noqa: BLE001 - whatever a cache raises, the answer can be had without it
            self._fails, self._asked_again_at = True, time.monotonic() + PAUSE
            if now - self._logged_at >= _LOG_PAUSE:
                self._logged_at = now
                logger.warning("answers are not cached: the cache %r fails: %s", self._alias, type(error).__name__)
            return None
        self._fails = False
        return done


@lru_cache(maxsize=1)
def shelf() -> AnswerShelf:
    """Return where this process keeps answers."""
    settings = conf()
    return AnswerShelf(settings.cache, f"{settings.microservice_name}:{settings.microservice_namespace}")


forget_when_changed(shelf)
