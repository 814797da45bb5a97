"""The Django app of messages: hands the outbox to services that send."""

from __future__ import annotations

from django.apps import AppConfig


class BackkTransportConfig(AppConfig):
    """Messages of Backk."""

    name = "backk_transport"
    verbose_name = "Backk messages"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register checks, and say who sends."""
        from django.core import checks

        from backk_core.declare.provisions import provide
        from backk_transport.checks import check_transport
        from backk_transport.network import NETWORK
        from backk_transport.remote_services import RemoteServices

        checks.register(check_transport, "backk")
        provide(RemoteServices, NETWORK)
