"""Passwords: Argon2id through Django's hashers, verified at an even pace, no more at once than memory allows."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.contrib.auth.hashers import Argon2PasswordHasher, BasePasswordHasher, identify_hasher
from django.db.models import Model

from backk_core.declare.conf import forget_when_changed
from backk_core.declare.errors import TemporarilyUnavailable
from backk_core.execute.call import find_call
from backk_security.conf import SecurityConf, security_conf

#: Seconds that a password waits for its turn, where no call's deadline says less.
_PATIENCE = 10.0


@dataclass(frozen=True, slots=True, repr=False)
class PasswordHash:
    """What is kept of a password: algorithm, its parameters, salt and hash, as Django writes them."""

    encoded: str

    def __repr__(self) -> str:
        return "PasswordHash(…)"


class _Argon2id(Argon2PasswordHasher):
    """Django's hasher with the costs that the settings say."""

    def __init__(self, settings: SecurityConf) -> None:
        self.memory_cost = settings.password_hash_memory
        self.time_cost = settings.password_hash_passes
        self.parallelism = settings.password_hash_lanes


class _Hashing:
    """Hashes and verifies, so many passwords at one time as the settings allow."""

    def __init__(self, settings: SecurityConf) -> None:
        self.hasher = _Argon2id(settings)
        self._turns = threading.BoundedSemaphore(settings.password_hashes_at_once)
        self._nobodys: str | None = None

    def encode(self, password: str) -> str:
        with self._turn():
            return str(self.hasher.encode(password, self.hasher.salt()))

    def verify(self, password: str, encoded: str) -> bool:
        hasher = self._hasher_of(encoded)
        if hasher is None:
            return self.verify_nobody(password)
        try:
            with self._turn():
                return bool(hasher.verify(password, encoded))
        except ValueError:
            # a hash that was cut
            return self.verify_nobody(password)

    def verify_nobody(self, password: str) -> bool:
        """Take as long as verifying takes, and find that it was wrong."""
        if self._nobodys is None:
            self._nobodys = self.encode("nobody has this password")
        with self._turn():
            self.hasher.verify(password, self._nobodys)
        return False

    def is_outdated(self, encoded: str) -> bool:
        """Tell whether a hash was made by another algorithm or with other costs."""
        return self._hasher_of(encoded) is not self.hasher or bool(self.hasher.must_update(encoded))

    def _hasher_of(self, encoded: str) -> BasePasswordHasher | None:
        if encoded.startswith(f"{self.hasher.algorithm}$"):
            return self.hasher
        try:
            # hashes that were brought along from another system; PASSWORD_HASHERS says which are accepted
            return identify_hasher(encoded)
        except ValueError:
            return None

    @contextmanager
    def _turn(self) -> Iterator[None]:
        call = find_call()
        patience = _PATIENCE if call is None else max(0.0, min(_PATIENCE, call.remaining))
        if not self._turns.acquire(timeout=patience):
            raise TemporarilyUnavailable
        try:
            yield
        finally:
            self._turns.release()


@lru_cache(maxsize=1)
def _hashing() -> _Hashing:
    return _Hashing(security_conf())


forget_when_changed(_hashing)


def hash_of(password: str) -> PasswordHash:
    """Return the hash of a password. TemporarilyUnavailable where too many others are being hashed."""
    return PasswordHash(_hashing().encode(password))


def verify(entity: Model | None, name: str, given: str) -> bool:
    """Tell whether ``given`` is the password that the entity's field ``name`` keeps.

    None instead of an entity, as of a user that does not exist, is refused, and takes as long. A hash of an older
    algorithm or of other costs is replaced when the password is right. TemporarilyUnavailable where too many others are
    being verified.
    """
    hashing = _hashing()
    kept = None if entity is None else getattr(entity, name)
    if entity is None or kept is None:
        return hashing.verify_nobody(given)
    if not isinstance(kept, PasswordHash):
        msg = f"{type(entity).__name__}.{name} is no hashed field, or was not saved: hashed(models.CharField(…))"
        raise TypeError(msg)
    if not hashing.verify(given, kept.encoded):
        return False
    if hashing.is_outdated(kept.encoded):
        _replace(entity, name, kept, PasswordHash(hashing.encode(given)))
    return True


def _replace(entity: Model, name: str, kept: PasswordHash, renewed: PasswordHash) -> None:
    """Write a renewed hash, unless the password was changed in the meantime."""
    rows: Any = type(entity)._base_manager.using(entity._state.db)
    if rows.filter(pk=entity.pk, **{name: kept}).update(**{name: renewed}):
        setattr(entity, name, renewed)
