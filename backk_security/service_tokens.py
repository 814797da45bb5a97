"""Signed tokens by which services of a cluster prove themselves to each other: short-lived, each for one service."""

from __future__ import annotations

import time
from typing import Any

import jwt
from django.core.exceptions import ImproperlyConfigured

from backk_core.declare.conf import conf
from backk_core.execute.call import Call, Principal
from backk_security.authentication import (
    BadToken,
    bearer_token,
    is_moment,
    parsed_segment,
    read_header,
    reason_of,
)
from backk_security.conf import security_conf

#: What tells a service's token from a user's (RFC 8725, section 3.11), and the only algorithm.
TYPE, ALGORITHM = "service+jwt", "HS256"
#: Seconds that a token may be good for, whoever made it.
LONGEST_LIFE = 300
#: Bytes that a secret has at least (RFC 7518, section 3.2).
SHORTEST_SECRET = 32

_LONGEST, _LONGEST_NAME = 4096, 255
_REQUIRED = ["iss", "aud", "iat", "exp"]


def own_address() -> str:
    """Return what this microservice is called by others: ``<name>.<namespace>``."""
    return f"{conf().microservice_name}.{conf().microservice_namespace}"


def service_token(audience: str, *, issuer: str = "", lifetime: float = 60) -> str:
    """Return a token by which this microservice proves itself to another one, ``<name>.<namespace>``.

    Send it as ``Authorization: Bearer …``. ``issuer`` is who proves itself, ``lifetime`` in seconds.
    ImproperlyConfigured where there is no secret; ValueError where it would live longer than anybody accepts.
    """
    if not 0 < lifetime <= LONGEST_LIFE:
        raise ValueError(f"a service's token lives for 1 to {LONGEST_LIFE} seconds")
    now = int(time.time())
    claims = {"iss": issuer or own_address(), "aud": audience, "iat": now, "exp": now + int(lifetime)}
    return jwt.encode(claims, secrets()[0], algorithm=ALGORITHM, headers={"typ": TYPE})


def bearer_credential(audience: str) -> str:
    """Return what an Authorization header says to another microservice. ImproperlyConfigured without a secret."""
    return f"Bearer {service_token(audience)}"


def secrets() -> tuple[bytes, ...]:
    """Return the secrets; the first signs. ImproperlyConfigured where there is none, or one is too short."""
    found = tuple(secret.encode() for secret in security_conf().service_token_secrets)
    if not found or any(len(secret) < SHORTEST_SECRET for secret in found):
        msg = f"BACKK needs SERVICE_TOKEN_SECRETS of at least {SHORTEST_SECRET} bytes each: openssl rand -base64 32"
        raise ImproperlyConfigured(msg)
    return found


class ServiceTokenAuthenticator:
    """Knows services of the cluster by the tokens that they sign for this one.

    List it in ``BACKK["AUTHENTICATORS"]``, before the one of users' tokens. ImproperlyConfigured without a secret.
    """

    def __init__(self) -> None:
        self._secrets = secrets()
        self._audience = own_address()
        self._leeway = security_conf().jwt_leeway

    def authenticate(self, call: Call) -> Principal | None:
        """Return the service that calls, None where the call has no service's token. BadToken where that is bad."""
        token = bearer_token(call)
        if token is None or not _is_of_a_service(token):
            return None
        claims = self._claims(token)
        return Principal(is_internal=True, claims=claims)

    def _claims(self, token: str) -> dict[str, Any]:
        if read_header(token).get("alg") != ALGORITHM:
            raise BadToken("algorithm not allowed")
        # strictly: the library takes the last of two claims of one name, and a text for a number
        claims = parsed_segment(token, 1)
        if not all(is_moment(claims.get(name)) for name in ("exp", "nbf", "iat")):
            raise BadToken("malformed claim")
        self._verify(token)
        if claims["aud"] != self._audience:
            raise BadToken("wrong audience")
        if claims["exp"] - claims["iat"] > LONGEST_LIFE:
            raise BadToken("lives too long")
        issuer = claims["iss"]
        if not isinstance(issuer, str) or not 0 < len(issuer) <= _LONGEST_NAME or not issuer.isprintable():
            raise BadToken("wrong issuer")
        return claims

    def _verify(self, token: str) -> None:
        for secret in self._secrets:
            try:
                jwt.decode(
                    token,
                    secret,
                    algorithms=[ALGORITHM],
                    audience=self._audience,
                    leeway=self._leeway,
                    options={"require": _REQUIRED, "verify_sub": False},
                )
            except jwt.InvalidSignatureError:
                continue
            except jwt.MissingRequiredClaimError as error:
                raise BadToken(f"no {error.claim}") from error
            except (jwt.PyJWTError, ValueError, TypeError, OverflowError, RecursionError) as error:
                raise BadToken(reason_of(error)) from error
            return
        raise BadToken("bad signature")


def _is_of_a_service(token: str) -> bool:
    if len(token) > _LONGEST or not token.isascii() or token.count(".") != 2:
        return False
    try:
        kind = parsed_segment(token, 0).get("typ")
    except BadToken:
        return False
    # as media types are compared (RFC 7515, section 4.1.9)
    return isinstance(kind, str) and kind.lower().removeprefix("application/") == TYPE
