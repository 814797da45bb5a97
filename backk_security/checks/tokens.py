"""Whether the settings of tokens would let anybody in."""

from __future__ import annotations

from typing import Any

from django.core import checks
from django.core.exceptions import ImproperlyConfigured

from backk_core.declare.conf import conf
from backk_security.authentication import TokenVerifier
from backk_security.conf import security_conf


def check_authentication(**_: Any) -> list[checks.CheckMessage]:
    """Check the settings of tokens."""
    try:
        in_production, settings = conf().in_production, security_conf()
        TokenVerifier(settings, in_production=in_production)
    except (ImproperlyConfigured, ValueError, OSError) as error:
        return [checks.Error(str(error), id="backk.E901")]
    if in_production and settings.jwt_sign_secret:
        return [
            checks.Error(
                "JWT_SIGN_SECRET is set in production, where tokens of a shared secret are never accepted.",
                hint="unset JWT_SIGN_SECRET, and set AUTH_SERVER_PUBLIC_KEY_URL, JWT_ISSUER and JWT_AUDIENCE",
                id="backk.E902",
            )
        ]
    if in_production and settings.auth_server_public_key_url.startswith("http://"):
        return [
            checks.Error(
                "AUTH_SERVER_PUBLIC_KEY_URL is not encrypted: whoever is in between can make tokens.",
                hint="AUTH_SERVER_PUBLIC_KEY_URL=https://…",
                id="backk.E903",
            )
        ]
    return []
