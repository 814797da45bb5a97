"""What a project can set about what its service tells."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from backk_core.declare.conf import flag, forget_when_changed, from_environment, read_settings, settings_group


@settings_group
@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class ObservabilityConf:
    """The settings of metrics. Keys of ``BACKK`` are these names in upper case."""

    #: Whether calls are counted and timed.
    metrics: bool = from_environment("BACKK_METRICS", False, flag)
    #: The bearer token with which the page of metrics is read; wanted in production.
    metrics_token: str = from_environment("BACKK_METRICS_TOKEN", "")


@lru_cache(maxsize=1)
def observability_conf() -> ObservabilityConf:
    """Return the settings. ImproperlyConfigured names what is wrong with them."""
    return read_settings(ObservabilityConf)


forget_when_changed(observability_conf)
