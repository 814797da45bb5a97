"""The identity provider's public keys: fetched when one is missing, kept while the provider is down (RFC 7517)."""

from __future__ import annotations

import http.client
import logging
import threading
import time
from collections import deque
from typing import Any

import msgspec
from jwt import PyJWK, PyJWTError

from backk_security.outgoing import Outgoing

logger = logging.getLogger("backk_security")

#: A JWKS document is a few kilobytes; a longer one is not read.
_LONGEST = 262_144
_TIMEOUT = 5
#: Requests that may follow each other without a pause.
_BURST = 5

#: What each kind of key signs, and on which curve; symmetric keys never come from a provider.
_ALGORITHMS = {("RSA", None): "RS256", ("EC", "P-256"): "ES256", ("OKP", "Ed25519"): "EdDSA"}
#: The shortest RSA modulus that may sign, in bits (NIST SP 800-131A).
_SHORTEST_RSA = 2048


class KeysUnavailable(Exception):
    """The provider has not answered yet, not even once."""


class Jwks:
    """The keys of one provider by their ids.

    A key that is not known is asked for, in the long run once in ``pause`` seconds however many tokens name others; a
    few times at once, so that a forged key id does not keep a new key from being found. Keys older than ``lifetime``
    seconds are asked for again beside the calls, and stay in use where the provider does not answer.
    """

    def __init__(self, url: str, *, ca_file: str = "", pause: float = 10, lifetime: float = 300) -> None:
        if not url.startswith(("https://", "http://")):
            msg = f"{url!r} is no address of a JWKS document: https://…"
            raise ValueError(msg)
        self._url, self._pause, self._lifetime = url, pause, lifetime
        self._outgoing = Outgoing(ca_file=ca_file, longest=_LONGEST)
        self._keys: dict[str, PyJWK] = {}
        self._fetched_at = float("-inf")
        self._asked_at: deque[float] = deque(maxlen=_BURST)
        self._begun = 0
        self._lock = threading.Lock()

    def key(self, key_id: str) -> PyJWK | None:
        """Return the key of an id, None where the provider does not have it either.

        KeysUnavailable where the provider has never answered.
        """
        key = self._keys.get(key_id)
        if key is None:
            return self._asked(key_id)
        if time.monotonic() - self._fetched_at > self._lifetime:
            self._renew()
        return key

    def _asked(self, key_id: str) -> PyJWK | None:
        begun = self._begun
        with self._lock:
            # a request that began after this token came is as good as one of our own
            if key_id not in self._keys and self._begun == begun:
                self._ask()
        if not self._keys:
            raise KeysUnavailable
        return self._keys.get(key_id)

    def _renew(self) -> None:
        """Ask for the keys again in a thread of its own: no call waits for that."""
        if not self._lock.acquire(blocking=False):
            return
        try:
            threading.Thread(target=self._ask_and_release, name="backk-jwks", daemon=True).start()
        except RuntimeError:
            self._lock.release()

    def _ask_and_release(self) -> None:
        try:
            self._ask()
        finally:
            self._lock.release()

    def _ask(self) -> None:
        now = time.monotonic()
        if len(self._asked_at) == _BURST and now - self._asked_at[0] < self._pause * _BURST:
            return
        self._asked_at.append(now)
        self._begun += 1
        try:
            found = self._fetch()
        except (OSError, ValueError, msgspec.MsgspecError, http.client.HTTPException) as error:
            logger.warning("the identity provider's keys could not be fetched: %s", type(error).__name__)
            return
        if not found:
            logger.warning("the identity provider's document has no key that may verify tokens")
            return
        self._keys, self._fetched_at = found, time.monotonic()

    def _fetch(self) -> dict[str, PyJWK]:
        body = self._outgoing.fetch(self._url, timeout=_TIMEOUT)
        published = msgspec.json.decode(body, type=dict[str, Any]).get("keys")
        keys = (_usable(key) for key in (published if isinstance(published, list) else ()))
        return {str(key.key_id): key for key in keys if key is not None}


def _usable(published: Any) -> PyJWK | None:
    """Return a published key that may verify tokens, None where it is for something else."""
    if not isinstance(published, dict) or not isinstance(published.get("kid"), str):
        return None
    kind, curve = published.get("kty"), published.get("crv")
    algorithm = _ALGORITHMS.get((kind, curve)) if isinstance(kind, str) and isinstance(curve, str | None) else None
    if algorithm is None or published.get("alg", algorithm) != algorithm or published.get("use", "sig") != "sig":
        return None
    try:
        key = PyJWK(published, algorithm=algorithm)
    except (PyJWTError, ValueError, TypeError):
        return None
    return key if kind != "RSA" or key.key.key_size >= _SHORTEST_RSA else None
