"""The keys of encrypted fields and of their blind indexes: where they come from, which is active, which are weak."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from backk_core.declare.conf import conf, forget_when_changed
from backk_security.conf import SecurityConf, security_conf

#: Bytes that a key must have in production, and how many of them must differ: what typed keys lack.
SHORTEST = 32
_FEWEST_DIFFERENT = 16
_LONGEST_ID = 16
_ID_CHARACTERS = "abcdefghijklmnopqrstuvwxyz0123456789-"

#: The id of the key that ``ENCRYPTION_KEY`` gives, and of the one that development makes up.
_ONLY, _MADE_UP = "0", "dev"


@dataclass(frozen=True, repr=False)
class KeyRing:
    """Keys by their ids; the active one encrypts, all of them decrypt."""

    keys: Mapping[str, bytes]
    active: str

    @property
    def weak(self) -> tuple[str, ...]:
        """The ids of keys that are too short, or have too few different bytes."""
        return tuple(
            key_id for key_id, key in self.keys.items() if len(key) < SHORTEST or len(set(key)) < _FEWEST_DIFFERENT
        )


@dataclass(frozen=True, repr=False)
class KeyRings:
    """Both rings: of values and of blind indexes."""

    values: KeyRing
    indexes: KeyRing

    @property
    def shared(self) -> bool:
        """Whether one key is in both rings: who learns one would have the other."""
        return not set(self.values.keys.values()).isdisjoint(self.indexes.keys.values())


@dataclass(frozen=True, repr=False)
class _Source:
    """The settings that one ring is made of, and what they are called in messages."""

    only: str
    listed: str
    directory: str
    active: str
    name: str


def key_rings(settings: SecurityConf, *, in_production: bool) -> KeyRings:
    """Return the rings of the settings. ImproperlyConfigured where a key is missing, unreadable or ambiguous."""
    return KeyRings(
        _ring(
            _Source(
                settings.encryption_key,
                settings.encryption_keys,
                settings.encryption_keys_directory,
                settings.encryption_active_key,
                "ENCRYPTION_",
            ),
            in_production=in_production,
        ),
        _ring(
            _Source(
                settings.index_key,
                settings.index_keys,
                settings.index_keys_directory,
                settings.index_active_key,
                "ENCRYPTION_INDEX_",
            ),
            in_production=in_production,
        ),
    )


def _ring(source: _Source, *, in_production: bool) -> KeyRing:
    found: dict[str, bytes] = {}
    for key_id, key in _given(source):
        if not key_id or len(key_id) > _LONGEST_ID or key_id.strip(_ID_CHARACTERS):
            msg = f"{key_id[:32]!r} is no id of a key: 1 to {_LONGEST_ID} lower-case letters, digits and hyphens"
            raise ImproperlyConfigured(msg)
        if key_id in found:
            msg = f"{source.name}KEYS: the id {key_id!r} is given twice"
            raise ImproperlyConfigured(msg)
        found[key_id] = key
    if not found:
        if in_production:
            msg = f"{source.name}KEY or {source.name}KEYS_DIRECTORY is missing: encrypted fields need it in production"
            raise ImproperlyConfigured(msg)
        found[_MADE_UP] = hashlib.sha256(f"{source.name}{settings.SECRET_KEY}".encode()).digest()
    active = source.active or (next(iter(found)) if source.listed or len(found) == 1 else "")
    if active not in found:
        msg = f"{source.name}ACTIVE_KEY is {active!r}: it must be one of {', '.join(sorted(found))}"
        raise ImproperlyConfigured(msg)
    return KeyRing(found, active)


def _given(source: _Source) -> Iterator[tuple[str, bytes]]:
    for entry in filter(None, (part.strip() for part in source.listed.split(","))):
        key_id, _, text = entry.partition(":")
        key = _decoded(text)
        if key is None:
            msg = f"{source.name}KEYS: the key {key_id[:32]!r} is no base64: {source.name}KEYS=id:base64,id:base64"
            raise ImproperlyConfigured(msg)
        yield key_id, key
    if source.directory:
        yield from _in_directory(Path(source.directory), source.name)
    if source.only:
        yield _ONLY, _material(source.only.encode())


def _in_directory(directory: Path, name: str) -> Iterator[tuple[str, bytes]]:
    try:
        # a mounted secret has files that begin with a dot beside its keys
        for file in sorted(directory.iterdir()):
            if not file.name.startswith(".") and file.is_file():
                yield file.name, _material(file.read_bytes())
    except OSError as error:
        msg = f"{name}KEYS_DIRECTORY={str(directory)!r} cannot be read: {type(error).__name__}"
        raise ImproperlyConfigured(msg) from None


def _material(given: bytes) -> bytes:
    """Return a key's bytes: what a base64 text of enough bytes stands for, else what was given."""
    try:
        decoded = _decoded(given.decode("ascii").strip())
    except UnicodeDecodeError:
        return given
    return decoded if decoded is not None and len(decoded) >= SHORTEST else given.strip()


def _decoded(text: str) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None


@lru_cache(maxsize=1)
def configured_key_rings() -> KeyRings:
    """Return the rings of the project's settings. ImproperlyConfigured where they are incomplete."""
    return key_rings(security_conf(), in_production=conf().in_production)


forget_when_changed(configured_key_rings)
