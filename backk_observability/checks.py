"""What keeps a project from starting when its metrics could be read by anybody."""

from __future__ import annotations

from typing import Any

from django.core import checks
from django.core.exceptions import ImproperlyConfigured

from backk_core.declare.conf import conf
from backk_observability.conf import observability_conf

SHORTEST_TOKEN = 16


def check_observability(**_: Any) -> list[checks.CheckMessage]:
    """Check the settings of metrics."""
    try:
        known, in_production = observability_conf(), conf().in_production
    except ImproperlyConfigured:
        # the core's own check tells
        return []
    if known.metrics and in_production and len(known.metrics_token) < SHORTEST_TOKEN:
        message = f"Metrics are on, and their page has no token of at least {SHORTEST_TOKEN} characters."
        hint = "BACKK_METRICS_TOKEN=$(openssl rand -hex 16), and the same as `credentials` of Prometheus' job"
        return [checks.Error(message, hint=hint, obj="settings", id="backk.E345")]
    return []
