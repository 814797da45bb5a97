"""How a field's values are kept: the words that say it, and the names that mean personal data."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any, TypeVar

F = TypeVar("F")

_ATTRIBUTE = "backk_secrecy"


@dataclass(frozen=True, slots=True)
class Encrypted:
    """Encrypted, and found by ``=`` and ``IN`` where it is searchable; ``known_as`` is its name for the cipher."""

    searchable: bool = False
    known_as: str = ""
    because: str = "declared"


@dataclass(frozen=True, slots=True)
class Hashed:
    """Kept as a hash that tells whether a value is the right one, and nothing else."""

    because: str = "declared"


@dataclass(frozen=True, slots=True)
class NotEncrypted:
    """Kept as it is, for a reason, although its name means personal data."""

    reason: str


@dataclass(frozen=True, slots=True)
class NotHashed:
    """Kept as it is, for a reason, although its name means a password."""

    reason: str


Secrecy = Encrypted | Hashed | NotEncrypted | NotHashed


def encrypted(field: F, *, searchable: bool = False, known_as: str = "") -> F:
    """Keep a field's values encrypted; ``searchable`` ones are found by ``=`` and ``IN``.

    A field that says ``unique=True`` or ``db_index=True`` is searchable. ``known_as`` is what ``app.Model.field`` was
    when the first value was encrypted: to be said when one of the three is renamed.
    """
    return _marked(field, Encrypted(searchable, known_as))


def not_encrypted(field: F, reason: str) -> F:
    """Keep a field's values as they are although its name means personal data. ValueError without a reason."""
    if not reason.strip():
        raise ValueError("say why it is not encrypted: not_encrypted(models.CharField(…), 'it is on the shop front')")
    return _marked(field, NotEncrypted(reason))


def hashed(field: F) -> F:
    """Keep a password as its Argon2id hash: never read, never searched, only verified."""
    return _marked(field, Hashed())


def not_hashed(field: F, reason: str) -> F:
    """Keep a field's values as they are although its name means a password. ValueError without a reason."""
    if not reason.strip():
        raise ValueError("say why it is not hashed: not_hashed(models.CharField(…), 'it is only the length')")
    return _marked(field, NotHashed(reason))


def secrecy_of(field: Any) -> Secrecy | None:
    """Return what was said of a field, None where nobody said anything."""
    found = getattr(field, _ATTRIBUTE, None)
    return found if isinstance(found, Secrecy) else None


def _marked(field: F, secrecy: Secrecy) -> F:
    # an attribute of the instance, as access modes are: see backk_core.declare.access
    setattr(field, _ATTRIBUTE, secrecy)
    return field


# names


@dataclass(frozen=True, slots=True)
class _Names:
    """Names that mean personal data: as a part, as the whole, as the last word."""

    parts: tuple[str, ...]
    wholes: frozenset[str]
    endings: frozenset[str]


_PASSWORDS = ("password", "passphrase")


@lru_cache(maxsize=1)
def _names() -> _Names:
    """Read the list; a comment before each part of it says how its names are compared."""
    found: dict[str, list[str]] = {"anywhere": [], "whole": [], "end": []}
    rule = ""
    for line in files("backk_security").joinpath("personal_data_names.txt").read_text().splitlines():
        if line.startswith("#"):
            rule = next((known for known in found if known in line), rule)
        elif line:
            found[rule].append(line)
    return _Names(tuple(found["anywhere"]), frozenset(found["whole"]), frozenset(found["end"]))


@lru_cache(maxsize=4096)
def why_personal(name: str) -> str | None:
    """Return why a property of this (Python) name is personal data, None where it is not known to be."""
    plain, names = name.lower().replace("_", ""), _names()
    for part in names.parts:
        if part in plain:
            return f"{part!r} is in its name"
    if plain in names.wholes:
        return "its name"
    last = name.lower().rpartition("_")[2]
    return f"its name ends with {last!r}" if last in names.endings else None


def why_password(name: str) -> str | None:
    """Return why a property of this name is a password, None where it is not known to be."""
    plain = name.lower().replace("_", "")
    return next((f"{part!r} is in its name" for part in _PASSWORDS if part in plain), None)
