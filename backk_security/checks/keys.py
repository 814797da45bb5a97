"""Whether keys and passwords are there, and hard to guess, where a project is in production."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from backk_core.declare.conf import conf
from backk_core.declare.sealing import SealedField
from backk_core.describe.contracts import Problem
from backk_core.describe.source import place_of_setting
from backk_security.conf import SecurityConf, security_conf
from backk_security.fields import EncryptedField, HashedField
from backk_security.inventory import entities
from backk_security.keyring import SHORTEST, configured_key_rings

#: The least that Argon2id may cost: memory in KiB times passes (OWASP Password Storage Cheat Sheet: 19 MiB, 2 passes).
_LEAST_MEMORY, _LEAST_PRODUCT = 7_168, 35_840
_PROOFS_BY_OTHER_MEANS = frozenset({"passfile", "service", "sslcert", "ssl", "read_default_file"})
_SHORTEST_PASSWORD, _FEWEST_CHARACTERS = 16, 8


def problems() -> Iterator[Problem]:
    """Yield what is wrong with keys and passwords; keys count where a field is encrypted or sealed."""
    try:
        in_production, chosen = conf().in_production, security_conf()
    except ImproperlyConfigured:
        # the core's own check tells
        return
    kinds = {type(field) for model in entities() for field in model._meta.local_concrete_fields}
    if EncryptedField in kinds or _has_sealed_fields():
        yield from _keys(in_production=in_production)
    if in_production:
        if HashedField in kinds:
            yield from _hashing(chosen)
        yield from _database_passwords()
        yield from _redis_passwords()


def _has_sealed_fields() -> bool:
    return any(isinstance(field, SealedField) for model in apps.get_models() for field in model._meta.local_fields)


def _keys(*, in_production: bool) -> Iterator[Problem]:
    hint = "ENCRYPTION_KEY and ENCRYPTION_INDEX_KEY, each: openssl rand -base64 32"
    try:
        rings = configured_key_rings()
    except ImproperlyConfigured as error:
        yield Problem("backk.E911", place_of_setting("BACKK"), str(error), hint)
        return
    if not in_production:
        return
    for name, ring in (("encryption", rings.values), ("index", rings.indexes)):
        if weak := ring.weak:
            message = f"The {name} keys {', '.join(weak)} can be guessed: a key is {SHORTEST} random bytes."
            yield Problem("backk.E912", place_of_setting("BACKK"), message, hint)
    if rings.shared:
        message = "A key encrypts values and makes blind indexes too: who learns one of them has both."
        yield Problem("backk.E913", place_of_setting("BACKK"), message, hint)


def _hashing(chosen: SecurityConf) -> Iterator[Problem]:
    memory, passes = chosen.password_hash_memory, chosen.password_hash_passes
    if memory < _LEAST_MEMORY or memory * passes < _LEAST_PRODUCT:
        message = f"Passwords are hashed with {memory} KiB and {passes} passes: too cheap for who tries them all."
        yield Problem(
            "backk.E914", place_of_setting("BACKK"), message, '"PASSWORD_HASH_MEMORY": 65536, "PASSWORD_HASH_PASSES": 3'
        )


def _database_passwords() -> Iterator[Problem]:
    databases: dict[str, dict[str, Any]] = settings.DATABASES
    for alias, known in databases.items():
        if "sqlite" in known.get("ENGINE", "") or not known.get("HOST"):
            continue
        password, options = known.get("PASSWORD") or "", known.get("OPTIONS") or {}
        # the server may ask for a certificate, or the password may stand in a file
        if not password and not _PROOFS_BY_OTHER_MEANS.isdisjoint(options):
            continue
        if _is_weak(password, known.get("USER", ""), known.get("NAME", "")):
            message = f"The password of the database {alias!r} is missing, or can be guessed."
            hint = f'"PASSWORD": os.environ["…"], {_SHORTEST_PASSWORD} random characters'
            yield Problem("backk.E915", place_of_setting("DATABASES"), message, hint)


def _redis_passwords() -> Iterator[Problem]:
    for alias, known in settings.CACHES.items():
        location = known.get("LOCATION") or ()
        for url in [location] if isinstance(location, str) else location:
            if not str(url).startswith(("redis://", "rediss://")):
                continue
            options: dict[str, Any] = known.get("OPTIONS") or {}
            password = urlsplit(str(url)).password or options.get("PASSWORD") or options.get("password") or ""
            if _is_weak(password, alias):
                message = f"The Redis password of the cache {alias!r} is missing, or can be guessed."
                yield Problem(
                    "backk.E916", place_of_setting("CACHES"), message, "redis://:<16 random characters>@host:6379/0"
                )


def _is_weak(password: str, *names: Any) -> bool:
    return (
        len(password) < _SHORTEST_PASSWORD
        or len(set(password)) < _FEWEST_CHARACTERS
        or any(str(name) and password.lower().strip("0123456789") == str(name).lower() for name in names)
    )
