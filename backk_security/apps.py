"""The Django app of authentication and secrets."""

from django.apps import AppConfig


class BackkSecurityConfig(AppConfig):
    """Security of Backk."""

    name = "backk_security"
    verbose_name = "Backk security"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register checks, and make the app's settings known."""
        from django.core import checks

        from backk_security.checks import check_authentication

        checks.register(check_authentication, "backk")
