"""Who calls, told by a JSON Web Token (RFC 7519) in the Authorization header (RFC 6750)."""

from __future__ import annotations

import base64
import binascii
import warnings
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import jwt
from django.core.exceptions import ImproperlyConfigured
from jwt.warnings import InsecureKeyLengthWarning

from backk_core.declare.conf import conf, forget_when_changed
from backk_core.declare.errors import NotAuthorized
from backk_core.execute.call import Call, Principal
from backk_security.conf import SecurityConf, security_conf
from backk_security.jwks import Jwks

#: A token with hundreds of roles has some 6 KB; what is longer is not looked at.
_LONGEST = 16_384

_ASYMMETRIC = ("RS256", "ES256", "EdDSA")


class BadToken(NotAuthorized):
    """A token that is refused; ``reason`` is for the log, never for the caller."""

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason


class JwtAuthenticator:
    """Reads bearer tokens: of the configured identity provider, and in development of a shared secret.

    List it in ``BACKK["AUTHENTICATORS"]``. ImproperlyConfigured where settings would let anybody in.
    """

    def __init__(self) -> None:
        self._verifier = TokenVerifier(security_conf(), in_production=conf().in_production)

    def authenticate(self, call: Call) -> Principal | None:
        """Return who calls, None where the call has no bearer token. BadToken where that is bad."""
        header = call.header("authorization")
        if not header:
            return None
        scheme, _, token = header.partition(" ")
        if scheme.lower() != "bearer":
            return None
        return self._verifier.principal(token.strip())


class TokenVerifier:
    """Verifies tokens by the settings of a microservice."""

    def __init__(self, settings: SecurityConf, *, in_production: bool) -> None:
        self._settings, self._in_production = settings, in_production
        self._roles_path = tuple(settings.jwt_roles_claim_path.split("."))
        self._secret = "" if in_production else settings.jwt_sign_secret
        self._jwks: Jwks | None = None
        if settings.auth_server_public_key_url:
            if in_production and not (settings.jwt_issuer and settings.jwt_audience):
                msg = "BACKK needs JWT_ISSUER and JWT_AUDIENCE in production: tokens for others must not be ours"
                raise ImproperlyConfigured(msg)
            self._jwks = Jwks(
                settings.auth_server_public_key_url,
                ca_file=settings.auth_server_ca_file,
                pause=settings.jwks_pause,
                lifetime=settings.jwks_lifetime,
            )

    def principal(self, token: str) -> Principal:
        """Return whom a token names. BadToken where it is forged, expired, for somebody else or no token at all."""
        claims = self._claims(_compact(token))
        subject = claims.get("sub")
        if not isinstance(subject, str) or not 0 < len(subject) <= 255:
            raise BadToken("no subject")
        return Principal(subject=subject, roles=self._roles(claims), claims=claims)

    def _claims(self, token: str) -> dict[str, Any]:
        try:
            header = jwt.get_unverified_header(token)
        except (jwt.PyJWTError, ValueError, RecursionError) as error:
            raise BadToken("not a token") from error
        algorithm, key_id = header.get("alg"), header.get("kid")
        if algorithm in _ASYMMETRIC and self._jwks is not None:
            # the key's own algorithm is the only one: a token cannot choose how it is verified
            key = self._jwks.key(key_id) if isinstance(key_id, str) and 0 < len(key_id) <= 256 else None
            if key is None:
                raise BadToken("unknown key")
            return self._decoded(token, key, key.algorithm_name)
        if algorithm == "HS256" and self._secret:
            return self._decoded(token, self._secret, "HS256")
        raise BadToken("algorithm not allowed")

    def _decoded(self, token: str, key: Any, algorithm: str) -> dict[str, Any]:
        settings = self._settings
        required = ["exp", "sub"] if self._in_production else []
        required += ["iss"] if settings.jwt_issuer else []
        required += ["aud"] if settings.jwt_audience else []
        try:
            with warnings.catch_warnings():
                # a short secret is allowed in development, where it guards nothing
                warnings.simplefilter("ignore", InsecureKeyLengthWarning)
                return jwt.decode(
                    token,
                    key,
                    algorithms=[algorithm],
                    issuer=settings.jwt_issuer or None,
                    audience=settings.jwt_audience or None,
                    leeway=settings.jwt_leeway,
                    options={"require": required, "verify_aud": bool(settings.jwt_audience)},
                )
        except (jwt.PyJWTError, ValueError, TypeError, OverflowError, RecursionError) as error:
            raise BadToken(type(error).__name__) from error

    def _roles(self, claims: Mapping[str, Any]) -> frozenset[str]:
        found: Any = claims
        for step in self._roles_path:
            found = found.get(step) if isinstance(found, Mapping) else None
        if isinstance(found, str):
            return frozenset(found.split())
        return frozenset(role for role in found if isinstance(role, str)) if isinstance(found, list) else frozenset()


def _compact(token: str) -> str:
    """Return a token in its compact form; some clients send the base64 of it."""
    if len(token) > _LONGEST:
        raise BadToken("too long")
    if token.count(".") == 2:
        return token
    try:
        text = (
            base64.b64decode(token.translate(_TO_STANDARD) + "=" * (-len(token) % 4), validate=True)
            .decode("ascii")
            .strip()
        )
    except (binascii.Error, ValueError) as error:
        raise BadToken("not a token") from error
    if text.count(".") != 2:
        raise BadToken("not a token")
    return text


_TO_STANDARD = str.maketrans("-_", "+/")


@lru_cache(maxsize=1)
def token_verifier() -> TokenVerifier:
    """Return the verifier of the project's settings."""
    return TokenVerifier(security_conf(), in_production=conf().in_production)


forget_when_changed(token_verifier)
