"""The Django app of what a service tells about itself: registers what measures calls, and its checks."""

from __future__ import annotations

from django.apps import AppConfig


class BackkObservabilityConfig(AppConfig):
    """Observability of Backk."""

    name = "backk_observability"
    verbose_name = "Backk observability"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register what measures calls, where it is switched on."""
        from django.core import checks

        from backk_core.execute.extensions import intercept_with
        from backk_observability.checks import check_observability
        from backk_observability.metrics import call_metrics

        checks.register(check_observability, "backk")
        intercept_with(call_metrics)
