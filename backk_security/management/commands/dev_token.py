"""Prints a token for development and tests."""

from __future__ import annotations

import time
import warnings
from argparse import ArgumentParser
from typing import Any

import jwt
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError
from jwt.warnings import InsecureKeyLengthWarning

from backk_core.declare.conf import conf
from backk_security.conf import security_conf
from backk_security.service_tokens import LONGEST_LIFE, own_address, service_token


class Command(BaseCommand):
    """``manage.py dev_token --subject alice --role vitjaAdmin``, ``manage.py dev_token --service orders.default``."""

    help = "Print a user's token, or a service's, that the configured secret signs; not in production."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add subject, roles, lifetime and further claims."""
        parser.add_argument("--subject", default="developer", help="whom the token names (sub)")
        parser.add_argument("--role", action="append", default=[], help="a role; may be given several times")
        parser.add_argument("--issuer", default="", help="whom it comes from (iss); without it the configured one")
        parser.add_argument("--service", default="", help="a token of this service of the cluster instead of a user's")
        parser.add_argument("--minutes", type=int, default=60, help="how long it is valid")

    def handle(self, **options: Any) -> None:
        """Print the token."""
        settings = security_conf()
        if conf().in_production:
            raise CommandError("no tokens of ours are valid in production: ask the identity provider")
        if options["service"]:
            self.stdout.write(_service_token(options["service"], options["minutes"]))
            return
        if not settings.jwt_sign_secret:
            raise CommandError("set JWT_SIGN_SECRET in the environment, or in BACKK, to any text")
        now = int(time.time())
        claims: dict[str, Any] = {"sub": options["subject"], "iat": now, "exp": now + 60 * options["minutes"]}
        if issuer := options["issuer"] or settings.jwt_issuer or next(iter(settings.jwt_issuers), ""):
            claims["iss"] = issuer
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


def _service_token(service: str, minutes: int) -> str:
    lifetime = min(60 * minutes, LONGEST_LIFE)
    try:
        return service_token(own_address(), issuer=service, lifetime=lifetime)
    except ImproperlyConfigured as error:
        raise CommandError(str(error)) from error
