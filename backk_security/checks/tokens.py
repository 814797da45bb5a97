"""Whether the settings of tokens would let anybody in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from backk_core.declare.conf import conf
from backk_core.declare.service import TenantService
from backk_core.describe.registry import registry
from backk_security.authentication import JwtAuthenticator, TokenVerifier
from backk_security.client_certificates import ClientCertificateAuthenticator
from backk_security.conf import SecurityConf, security_conf
from backk_security.service_tokens import ServiceTokenAuthenticator

_FEWEST_CHARACTERS = 16


def check_authentication(**_: Any) -> list[checks.CheckMessage]:
    """Check the settings of tokens."""
    try:
        in_production, settings = conf().in_production, security_conf()
        TokenVerifier(settings, in_production=in_production)
    except (ImproperlyConfigured, ValueError, OSError) as error:
        return [checks.Error(str(error), id="backk.E901")]
    return [
        *(_in_production(settings) if in_production else ()),
        *_issuers(settings),
        *_services(settings, in_production=in_production),
    ]


def _in_production(settings: SecurityConf) -> Iterator[checks.CheckMessage]:
    if settings.jwt_sign_secret:
        yield checks.Error(
            "JWT_SIGN_SECRET is set in production, where tokens of a shared secret are never accepted.",
            hint="unset JWT_SIGN_SECRET, and set AUTH_SERVER_PUBLIC_KEY_URL, JWT_ISSUER and JWT_AUDIENCE",
            id="backk.E902",
        )
    urls = {"AUTH_SERVER_PUBLIC_KEY_URL": settings.auth_server_public_key_url}
    urls |= {f"JWT_ISSUERS[{issuer!r}]": url for issuer, url in settings.jwt_issuers.items()}
    for name, url in urls.items():
        if url.startswith("http://"):
            yield checks.Error(
                f"{name} is not encrypted: whoever is in between can make tokens.",
                hint="https://…",
                id="backk.E903",
            )


def _issuers(settings: SecurityConf) -> Iterator[checks.CheckMessage]:
    if len({*settings.jwt_issuers, settings.jwt_issuer} - {""}) < 2:
        return
    try:
        has_tenants = any(issubclass(cls, TenantService) for cls in registry().classes)
    except ImproperlyConfigured:
        # the core's own check tells
        return
    if not has_tenants:
        yield checks.Error(
            "JWT_ISSUERS names several issuers, and no service tells them apart: two of them may call two people the "
            "same.",
            hint="class FirmService(CrudEntityService, TenantService): def tenant_id_of(self, issuer: str): …",
            id="backk.E904",
        )


def _services(settings: SecurityConf, *, in_production: bool) -> Iterator[checks.CheckMessage]:
    """Yield what is wrong with how services of the cluster prove themselves."""
    try:
        listed = [import_string(name) for name in conf().authenticators]
    except ImportError:
        # the core's own check tells
        return
    if ServiceTokenAuthenticator in listed:
        yield from _service_tokens(settings, in_production=in_production)
        if JwtAuthenticator in listed[: listed.index(ServiceTokenAuthenticator)]:
            yield checks.Error(
                "AUTHENTICATORS asks JwtAuthenticator first, which refuses services' tokens as users'.",
                hint='"backk_security.service_tokens.ServiceTokenAuthenticator" before it',
                id="backk.E905",
            )
    given = settings.client_identity_header or settings.client_identity_proxies or settings.client_identities
    if given or ClientCertificateAuthenticator in listed:
        try:
            ClientCertificateAuthenticator()
        except ImproperlyConfigured as error:
            hint = '"CLIENT_IDENTITY_HEADER": "X-Client-Identity", "CLIENT_IDENTITY_PROXIES": ["10.0.0.5"], …'
            yield checks.Error(str(error), hint=hint, id="backk.E906")


def _service_tokens(settings: SecurityConf, *, in_production: bool) -> Iterator[checks.CheckMessage]:
    hint = "SERVICE_TOKEN_SECRETS=$(openssl rand -base64 32)"
    try:
        ServiceTokenAuthenticator()
    except ImproperlyConfigured as error:
        yield checks.Error(str(error), hint=hint, id="backk.E905")
        return
    secrets = settings.service_token_secrets
    if in_production and any(len(set(secret)) < _FEWEST_CHARACTERS for secret in secrets):
        yield checks.Error("A secret of SERVICE_TOKEN_SECRETS can be guessed.", hint=hint, id="backk.E905")
    if settings.jwt_sign_secret in secrets:
        message = "JWT_SIGN_SECRET is one of SERVICE_TOKEN_SECRETS: who may sign users' tokens could be any service."
        yield checks.Error(message, hint=hint, id="backk.E905")
