"""How a value is encrypted (AES-256-GCM, bound to its field and row) and found again (HMAC-SHA256).

A sealed value is ``v1.<key id>.<base64url of nonce, ciphertext, tag>``. What is authenticated with it, and not in it,
is the declared field (``app.Model.field``) and the random key of its row: moved to another column or row it is not
readable. Each field has its own keys, derived from the ring's (HKDF, RFC 5869), so that 2^32 values of one field may be
encrypted with random nonces before a key should be replaced (NIST SP 800-38D, section 8.3).
"""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from backk_core.declare.conf import forget_when_changed
from backk_security.keyring import KeyRings, configured_key_rings

_VERSION = "v1"
_NONCE = 12
_TAG = 16
_ROW_KEY = 16


class EncryptionError(Exception):
    """A value that cannot be encrypted or decrypted; says which field, never what was in it."""


def new_row_key() -> str:
    """Return the random key that binds a new row's encrypted values to it: 22 characters."""
    return _text(secrets.token_bytes(_ROW_KEY))


def is_sealed(value: str) -> bool:
    """Tell whether a column's text has the form of an encrypted value."""
    return value.startswith(f"{_VERSION}.")


class Cipher:
    """Encrypts and decrypts with the keys of two rings."""

    def __init__(self, rings: KeyRings) -> None:
        self._rings = rings
        self._ciphers: dict[tuple[str, str], AESGCM] = {}
        self._index_keys: dict[tuple[str, str], bytes] = {}

    @property
    def prefix(self) -> str:
        """What the values that the active key encrypted begin with."""
        return f"{_VERSION}.{self._rings.values.active}."

    @property
    def index_prefix(self) -> str:
        """What the indexes that the active key made begin with."""
        return f"{self._rings.indexes.active}."

    def seal(self, value: bytes, field: str, row_key: str) -> str:
        """Encrypt a value with the active key."""
        key_id = self._rings.values.active
        nonce = secrets.token_bytes(_NONCE)
        sealed = self._cipher(key_id, field).encrypt(nonce, value, _bound_to(key_id, field, row_key))
        return f"{_VERSION}.{key_id}.{_text(nonce + sealed)}"

    def open(self, sealed: str, field: str, row_key: str) -> bytes:
        """Decrypt a value.

        EncryptionError where its key is unknown, it was changed, or it belongs to another field or row.
        """
        version, _, rest = sealed.partition(".")
        key_id, _, text = rest.partition(".")
        if version != _VERSION or not text:
            raise EncryptionError(f"{field} has a value that is not encrypted")
        if key_id not in self._rings.values.keys:
            raise EncryptionError(f"{field} has a value of the key {key_id[:16]!r}, which is not among the keys")
        try:
            raw = base64.b64decode(text.translate(_TO_STANDARD) + "=" * (-len(text) % 4), validate=True)
            if len(raw) < _NONCE + _TAG:
                raise EncryptionError(f"{field} has a value that was cut")
            bound = _bound_to(key_id, field, row_key)
            return self._cipher(key_id, field).decrypt(raw[:_NONCE], raw[_NONCE:], bound)
        except (InvalidTag, binascii.Error, ValueError):
            raise EncryptionError(f"{field} has a value that was changed, or belongs elsewhere") from None

    def index(self, value: bytes, field: str) -> str:
        """Return by what a value is found: ``<key id>.<64 hexadecimal digits>`` of the active index key."""
        return self._index(self._rings.indexes.active, value, field)

    def indexes(self, value: bytes, field: str) -> list[str]:
        """Return all by which a value may be found, one for each index key."""
        return [self._index(key_id, value, field) for key_id in self._rings.indexes.keys]

    def _index(self, key_id: str, value: bytes, field: str) -> str:
        key = self._index_keys.get((key_id, field))
        if key is None:
            key = self._index_keys[key_id, field] = _derived(self._rings.indexes.keys[key_id], "index", field)
        return f"{key_id}.{hmac.digest(key, value, 'sha256').hex()}"

    def _cipher(self, key_id: str, field: str) -> AESGCM:
        cipher = self._ciphers.get((key_id, field))
        if cipher is None:
            key = _derived(self._rings.values.keys[key_id], "value", field)
            cipher = self._ciphers[key_id, field] = AESGCM(key)
        return cipher


def _derived(key: bytes, purpose: str, field: str) -> bytes:
    info = f"backk {_VERSION} {purpose} {field}".encode()
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=info).derive(key)


def _bound_to(key_id: str, field: str, row_key: str) -> bytes:
    return f"{_VERSION}\0{key_id}\0{field}\0{row_key}".encode()


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


_TO_STANDARD = str.maketrans("-_", "+/")


@lru_cache(maxsize=1)
def cipher() -> Cipher:
    """Return the cipher of the project's keys. ImproperlyConfigured where they are incomplete."""
    return Cipher(configured_key_rings())


forget_when_changed(cipher)
