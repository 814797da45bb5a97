"""Prints a token for development and tests."""

from __future__ import annotations

import time
import warnings
from argparse import ArgumentParser
from typing import Any

import jwt
from django.core.management.base import BaseCommand, CommandError
from jwt.warnings import InsecureKeyLengthWarning

from backk_core.declare.conf import conf
from backk_security.conf import security_conf


class Command(BaseCommand):
    """``manage.py dev_token --subject alice --role vitjaAdmin``."""

    help = "Print a token that the configured JWT_SIGN_SECRET signs; not in production."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add subject, roles, lifetime and further claims."""
        parser.add_argument("--subject", default="developer", help="whom the token names (sub)")
        parser.add_argument("--role", action="append", default=[], help="a role; may be given several times")
        parser.add_argument("--minutes", type=int, default=60, help="how long it is valid")

    def handle(self, **options: Any) -> None:
        """Print the token."""
        settings = security_conf()
        if conf().in_production:
            raise CommandError("no tokens of ours are valid in production: ask the identity provider")
        if not settings.jwt_sign_secret:
            raise CommandError("set JWT_SIGN_SECRET in the environment, or in BACKK, to any text")
        now = int(time.time())
        claims: dict[str, Any] = {"sub": options["subject"], "iat": now, "exp": now + 60 * options["minutes"]}
        if settings.jwt_issuer:
            claims["iss"] = settings.jwt_issuer
        if settings.jwt_audience:
            claims["aud"] = settings.jwt_audience
        *parents, last = settings.jwt_roles_claim_path.split(".")
        place = claims
        for parent in parents:
            place = place.setdefault(parent, {})
        place[last] = options["role"]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", InsecureKeyLengthWarning)
            self.stdout.write(jwt.encode(claims, settings.jwt_sign_secret, algorithm="HS256"))
