"""The identity provider's public keys: fetched when one is missing, kept while the provider is down (RFC 7517)."""

from __future__ import annotations

import logging
import ssl
import threading
import time
import urllib.request
from collections import deque
from typing import Any

import msgspec
from jwt import PyJWK, PyJWTError

logger = logging.getLogger("backk_security")

#: A JWKS document is a few kilobytes; a longer one is not read.
_LONGEST = 262_144
_TIMEOUT = 5
#: Requests that may follow each other without a pause.
_BURST = 5

#: What each kind of key may sign; symmetric keys never come from a provider.
_ALGORITHMS = {"RSA": ("RS256",), "EC": ("ES256",), "OKP": ("EdDSA",)}


class Jwks:
    """The keys of one provider by their ids.

    A key that is not known is asked for, in the long run once in ``pause`` seconds however many tokens name others; a
    few times at once, so that a forged key id does not keep a new key from being found. Keys older than ``lifetime``
    seconds are asked for again, and stay in use where the provider does not answer.
    """

    def __init__(self, url: str, *, ca_file: str = "", pause: float = 10, lifetime: float = 300) -> None:
        if not url.startswith(("https://", "http://")):
            msg = f"{url!r} is no address of a JWKS document: https://…"
            raise ValueError(msg)
        self._url, self._pause, self._lifetime = url, pause, lifetime
        self._context = ssl.create_default_context(cafile=ca_file or None) if url.startswith("https://") else None
        self._keys: dict[str, PyJWK] = {}
        self._fetched_at = float("-inf")
        self._asked_at: deque[float] = deque(maxlen=_BURST)
        self._lock = threading.Lock()

    def key(self, key_id: str) -> PyJWK | None:
        """Return the key of an id, None where the provider does not have it either."""
        if key_id not in self._keys:
            with self._lock:
                if key_id not in self._keys:
                    self._ask()
        elif time.monotonic() - self._fetched_at > self._lifetime and self._lock.acquire(blocking=False):
            # one thread asks, the others go on with what is known
            try:
                self._ask()
            finally:
                self._lock.release()
        return self._keys.get(key_id)

    def _ask(self) -> None:
        now = time.monotonic()
        if len(self._asked_at) == _BURST and now - self._asked_at[0] < self._pause * _BURST:
            return
        self._asked_at.append(now)
        try:
            found = self._fetch()
        except (OSError, ValueError, msgspec.MsgspecError) as error:
            logger.warning("the identity provider's keys could not be fetched: %s", type(error).__name__)
            return
        if found:
            self._keys, self._fetched_at = found, time.monotonic()

    def _fetch(self) -> dict[str, PyJWK]:
        with urllib.request.urlopen(self._url, timeout=_TIMEOUT, context=self._context) as answer:  # noqa: S310 - see __init__
            body = answer.read(_LONGEST + 1)
        if len(body) > _LONGEST:
            msg = "the document is too long"
            raise ValueError(msg)
        document = msgspec.json.decode(body, type=dict[str, Any])
        keys: dict[str, PyJWK] = {}
        for published in document.get("keys", ()):
            key = _usable(published)
            if key is not None:
                keys[str(published["kid"])] = key
        return keys


def _usable(published: Any) -> PyJWK | None:
    """Return a published key that may verify tokens, None where it is for something else."""
    if not isinstance(published, dict) or not isinstance(published.get("kid"), str):
        return None
    algorithms = _ALGORITHMS.get(str(published.get("kty")), ())
    algorithm = published.get("alg", algorithms[0] if algorithms else None)
    if algorithm not in algorithms or published.get("use", "sig") != "sig":
        return None
    try:
        return PyJWK(published, algorithm=algorithm)
    except PyJWTError:
        return None
