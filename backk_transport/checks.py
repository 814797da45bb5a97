"""What a project must have for what it sends to be kept safely."""

from __future__ import annotations

from typing import Any

from django.core import checks
from django.core.exceptions import ImproperlyConfigured

from backk_core.declare.conf import conf
from backk_core.declare.sealing import is_sealing


def check_transport(**_: Any) -> list[checks.CheckMessage]:
    """Warn where a production keeps arguments of messages as they are."""
    try:
        in_production = conf().in_production
    except ImproperlyConfigured:
        # the core's own check tells
        return []
    if not in_production or is_sealing():
        return []
    return [
        checks.Warning(
            "The outbox keeps arguments of messages as they are: a copy of the database shows them.",
            hint='INSTALLED_APPS = [… "backk_security" …]',
            obj="backk_transport",
            id="backk.W801",
        )
    ]
