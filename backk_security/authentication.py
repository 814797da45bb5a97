"""Who calls, told by a JSON Web Token (RFC 7519) in the Authorization header (RFC 6750)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import math
import time
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import jwt
from django.core.exceptions import ImproperlyConfigured
from jwt.algorithms import HMACAlgorithm
from jwt.exceptions import InvalidSubjectError

from backk_core.declare.conf import conf, forget_when_changed
from backk_core.declare.errors import NotAuthorized, TemporarilyUnavailable
from backk_core.execute.call import Call, Principal
from backk_security.conf import SecurityConf, security_conf
from backk_security.jwks import Jwks, KeysUnavailable

#: A token with hundreds of roles has some 6 KB; what is longer is not looked at.
_LONGEST = 16_384
#: Accepted tokens that a process remembers.
_MOST_REMEMBERED = 4096

_ASYMMETRIC = ("RS256", "ES256", "EdDSA")

#: Headers by which a token brings its own key or asks for rules that we do not know (RFC 7515, section 4.1; RFC 7797).
_OWN_KEY = ("jwk", "jku", "x5c", "x5u")
_OWN_RULES = ("crit", "b64", "zip")

#: Why a token is refused, by what PyJWT raises; the first that fits counts.
_REASONS: tuple[tuple[type[Exception], str], ...] = (
    (jwt.ExpiredSignatureError, "expired"),
    (jwt.ImmatureSignatureError, "not yet valid"),
    (jwt.InvalidAudienceError, "wrong audience"),
    (jwt.InvalidIssuerError, "wrong issuer"),
    (InvalidSubjectError, "no subject"),
    (jwt.InvalidSignatureError, "bad signature"),
    (jwt.InvalidAlgorithmError, "algorithm not allowed"),
)


class BadToken(NotAuthorized):
    """A token that is refused; ``reason`` is for the log, and for the answer in development."""


class JwtAuthenticator:
    """Reads bearer tokens: of the configured identity provider, and in development of a shared secret.

    List it in ``BACKK["AUTHENTICATORS"]``. ImproperlyConfigured where settings would let anybody in.
    """

    def __init__(self) -> None:
        self._verifier = token_verifier()

    def authenticate(self, call: Call) -> Principal | None:
        """Return who calls, None where the call has no bearer token.

        BadToken where that is bad; TemporarilyUnavailable where the provider has not told its keys yet.
        """
        token = bearer_token(call)
        return None if token is None else self._verifier.principal(token)


class TokenVerifier:
    """Verifies tokens by the settings of a microservice."""

    def __init__(self, settings: SecurityConf, *, in_production: bool) -> None:
        self._settings, self._in_production = settings, in_production
        self._roles_path = tuple(settings.jwt_roles_claim_path.split("."))
        self._secret = None if in_production or not settings.jwt_sign_secret else _shared(settings.jwt_sign_secret)
        self._remembered: dict[bytes, tuple[float, Principal]] = {}
        urls = dict(settings.jwt_issuers)
        if settings.auth_server_public_key_url:
            urls[settings.jwt_issuer] = settings.auth_server_public_key_url
        if in_production and urls and not (all(urls) and settings.jwt_audience):
            msg = "BACKK needs JWT_ISSUER and JWT_AUDIENCE in production: tokens for others must not be ours"
            raise ImproperlyConfigured(msg)
        #: The keys of each issuer; that of ``""`` is whoever has the keys, in development.
        self._jwks = {
            issuer: Jwks(
                url, ca_file=settings.auth_server_ca_file, pause=settings.jwks_pause, lifetime=settings.jwks_lifetime
            )
            for issuer, url in urls.items()
        }
        self._issuers = sorted({*urls, settings.jwt_issuer} - {""})

    def principal(self, token: str) -> Principal:
        """Return whom a token names.

        BadToken where it is forged, expired, for somebody else or no token at all; TemporarilyUnavailable where the
        provider has not told its keys yet. An accepted token is remembered for a short while: verifying one takes
        longer than most calls.
        """
        if len(token) > _LONGEST:
            raise BadToken("too long")
        if not token.isascii():
            raise BadToken("not a token")
        digest = hashlib.sha256(token.encode()).digest()
        until, known = self._remembered.get(digest, (0.0, None))
        if known is not None and time.time() < until:
            return known
        principal = self._verified(_compact(token))
        self._remember(digest, principal)
        return principal

    def _verified(self, token: str) -> Principal:
        claims = self._claims(token)
        subject = claims.get("sub")
        if not isinstance(subject, str) or not 0 < len(subject) <= 255 or not subject.isprintable():
            raise BadToken("no subject")
        issuer = claims.get("iss")
        return Principal(
            subject=subject,
            roles=self._roles(claims),
            claims=claims,
            issuer=issuer if isinstance(issuer, str) else None,
        )

    def _remember(self, digest: bytes, principal: Principal) -> None:
        until = time.time() + self._settings.jwt_memory
        expires = principal.claims.get("exp")
        if expires is not None:
            until = min(until, expires + self._settings.jwt_leeway)
        if until <= time.time():
            return
        if len(self._remembered) >= _MOST_REMEMBERED:
            self._remembered = {}
        self._remembered[digest] = until, principal

    def _claims(self, token: str) -> dict[str, Any]:
        header = read_header(token)
        algorithm = header.get("alg")
        if algorithm in _ASYMMETRIC and self._jwks:
            issuer = self._issuer(token) if len(self._jwks) > 1 else next(iter(self._jwks))
            # the key's own algorithm is the only one: a token cannot choose how it is verified
            key = self._key(self._jwks[issuer], header.get("kid"))
            return self._decoded(token, key, [issuer] if issuer else self._issuers)
        if algorithm == "HS256" and self._secret is not None:
            return self._decoded(token, self._secret, self._issuers)
        raise BadToken("algorithm not allowed")

    def _issuer(self, token: str) -> str:
        """Return whom a token says it comes from: whose keys it must then have been signed with."""
        claimed = parsed_segment(token, 1).get("iss")
        if claimed is None:
            raise BadToken("no iss")
        if not isinstance(claimed, str) or claimed not in self._jwks:
            raise BadToken("wrong issuer")
        return claimed

    def _key(self, jwks: Jwks, key_id: Any) -> jwt.PyJWK:
        if not isinstance(key_id, str) or not 0 < len(key_id) <= 256 or not key_id.isprintable():
            raise BadToken("no key id")
        try:
            key = jwks.key(key_id)
        except KeysUnavailable:
            raise TemporarilyUnavailable from None
        if key is None:
            raise BadToken("unknown key")
        return key

    def _decoded(self, token: str, key: jwt.PyJWK, issuers: Sequence[str]) -> dict[str, Any]:
        settings = self._settings
        # strictly: the library takes the last of two claims of one name, and a text for a number
        claims = parsed_segment(token, 1)
        if not all(is_moment(claims.get(name)) for name in ("exp", "nbf", "iat")):
            raise BadToken("malformed claim")
        required = ["exp", "sub"] if self._in_production else []
        required += ["iss"] if issuers else []
        required += ["aud"] if settings.jwt_audience else []
        try:
            jwt.decode(
                token,
                key,
                algorithms=[key.algorithm_name],
                issuer=list(issuers) or None,
                audience=settings.jwt_audience or None,
                leeway=settings.jwt_leeway,
                options={"require": required, "verify_aud": bool(settings.jwt_audience)},
            )
        except jwt.MissingRequiredClaimError as error:
            raise BadToken(f"no {error.claim}") from error
        except (jwt.PyJWTError, ValueError, TypeError, OverflowError, RecursionError) as error:
            raise BadToken(reason_of(error)) from error
        return claims

    def _roles(self, claims: Mapping[str, Any]) -> frozenset[str]:
        found = _found(claims, self._roles_path)
        if isinstance(found, str):
            return frozenset(found.split())
        return frozenset(role for role in found if isinstance(role, str)) if isinstance(found, list) else frozenset()


def read_header(token: str) -> dict[str, Any]:
    """Return a compact token's header. BadToken where it is none, brings its own key or has rules of its own."""
    header = parsed_segment(token, 0)
    if any(name in header for name in _OWN_KEY):
        raise BadToken("brings its own key")
    if any(name in header for name in _OWN_RULES):
        raise BadToken("header not allowed")
    return header


def bearer_token(call: Call) -> str | None:
    """Return what a call has in ``Authorization: Bearer``, None where it has nothing there."""
    scheme, _, token = (call.header("authorization") or "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


class _AnyLength(HMACAlgorithm):
    """HS256 with a secret of any length, which guards nothing: development only."""

    def check_key_length(self, key: Any) -> str | None:
        return None


def _shared(secret: str) -> jwt.PyJWK:
    encoded = base64.urlsafe_b64encode(secret.encode()).rstrip(b"=").decode()
    key = jwt.PyJWK({"kty": "oct", "k": encoded}, algorithm="HS256")
    key.Algorithm = _AnyLength(HMACAlgorithm.SHA256)
    return key


def reason_of(error: Exception) -> str:
    """Return why a token is refused, by what the library raised."""
    for kind, reason in _REASONS:
        if isinstance(error, kind):
            return reason
    return "not a token" if isinstance(error, jwt.DecodeError) else "malformed claim"


def is_moment(value: Any) -> bool:
    """Tell whether a claim is a NumericDate (RFC 7519, section 2), or absent."""
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value))


def _found(place: Any, path: Sequence[str]) -> Any:
    """Return what a path of claims leads to; a claim's own name may have dots, as ``https://example.com/roles`` has."""
    if not path:
        return place
    if not isinstance(place, Mapping):
        return None
    for length in range(len(path), 0, -1):
        name = ".".join(path[:length])
        if name in place and (found := _found(place[name], path[length:])) is not None:
            return found
    return None


# the compact form (RFC 7515, section 7.1)


def _compact(token: str) -> str:
    """Return a token in its compact form; some clients send the base64 of it."""
    if token.count(".") == 2:
        return token
    try:
        text = base64.b64decode(token.translate(_TO_STANDARD) + "=" * (-len(token) % 4), validate=True).decode("ascii")
    except (binascii.Error, ValueError) as error:
        raise BadToken("not a token") from error
    text = text.strip()
    if text.count(".") != 2:
        raise BadToken("not a token")
    return text


_TO_STANDARD = str.maketrans("-_", "+/")


def parsed_segment(token: str, position: int) -> dict[str, Any]:
    """Return the JSON object of a token's header (0) or claims (1). BadToken where it is none, or names one twice."""
    segment = token.split(".")[position]
    try:
        text = base64.b64decode(segment.translate(_TO_STANDARD) + "=" * (-len(segment) % 4), validate=True)
        found = json.loads(text, object_pairs_hook=_unique)
    except (ValueError, RecursionError) as error:
        raise BadToken("not a token") from error
    if not isinstance(found, dict):
        raise BadToken("not a token")
    return found


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise BadToken("a name stands twice")
    return found


@lru_cache(maxsize=1)
def token_verifier() -> TokenVerifier:
    """Return the verifier of the project's settings."""
    return TokenVerifier(security_conf(), in_production=conf().in_production)


forget_when_changed(token_verifier)
