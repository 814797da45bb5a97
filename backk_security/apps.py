"""The Django app of authentication, secrets, limits and captchas."""

from typing import Any

from django.apps import AppConfig

from backk_core.declare.sealing import Seal, seal_with
from backk_core.declare.stored_forms import adapt_fields_with


def _secured(entity: Any, name: str, field: Any) -> Any:
    # Django loads this module before there may be models
    from backk_security.fields import secured

    return secured(entity, name, field)


def _cipher() -> Seal:
    from backk_security.encryption import cipher

    return cipher()


adapt_fields_with(_secured)
seal_with(_cipher)


class BackkSecurityConfig(AppConfig):
    """Security of Backk."""

    name = "backk_security"
    verbose_name = "Backk security"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register checks, what limits and guards calls, and what proves this microservice to others."""
        from django.core import checks

        from backk_core.execute.credentials import prove_with
        from backk_core.execute.extensions import guard_with, intercept_with
        from backk_core.execute.repetition import answer_once_with
        from backk_security.captcha import captcha_guard
        from backk_security.checks import check_security
        from backk_security.idempotency import once
        from backk_security.rate_limit import rate_limiter
        from backk_security.service_tokens import bearer_credential

        checks.register(check_security, "backk")
        intercept_with(rate_limiter)
        guard_with(captcha_guard)
        answer_once_with(once)
        prove_with(bearer_credential)
