"""How often functions are called, how it ends and how long it takes, as Prometheus reads it."""

from __future__ import annotations

import os
import time
from functools import lru_cache
from typing import Any

from django.core.exceptions import PermissionDenied
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest, multiprocess

from backk_core.declare.conf import forget_when_changed
from backk_core.declare.errors import CallError, NotAuthorized
from backk_core.describe.registry import Registry
from backk_core.execute.call import Call, Reply
from backk_core.execute.extensions import Next
from backk_observability.conf import observability_conf

#: Seconds: from a call that asks one row to one that its deadline ends.
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_SEVERAL_PROCESSES = "PROMETHEUS_MULTIPROC_DIR"

#: What this process has measured; with several processes each writes files, and whoever is asked adds them up.
REGISTRY = CollectorRegistry()
SECONDS = Histogram(
    "backk_call_duration_seconds",
    "Seconds from a call's first interceptor to its answer.",
    ("function", "status"),
    registry=REGISTRY,
    buckets=_BUCKETS,
)
DEPRECATED = Counter(
    "backk_deprecated_calls_total",
    "Calls of functions that are on their way out, by who calls: a service's name, user or anonymous.",
    ("function", "caller"),
    registry=REGISTRY,
)


class CallMetrics:
    """The interceptor that measures calls. Functions and statuses are few; nothing that a caller sends is a label."""

    #: Documents need not say that a call may come too soon.
    may_refuse = False

    def __init__(self) -> None:
        self._observe: dict[tuple[str, int], Any] = {}

    def __call__(self, call: Call, next: Next) -> Reply:  # noqa: A002 - an interceptor's word
        """Let a call pass, and note how long it took."""
        started = time.perf_counter()
        status = 500
        try:
            reply = next(call)
            status = reply.status
        except CallError as error:
            status = error.status
            raise
        except PermissionDenied:
            # Django's word for what is answered like NotAuthorized
            status = NotAuthorized.status
            raise
        finally:
            observe = self._observe.get((call.wire_name, status))
            if observe is None:
                observe = self._found(call.wire_name, status)
            observe(time.perf_counter() - started)
            if call.contract.options.deprecation is not None:
                DEPRECATED.labels(call.wire_name, _caller(call)).inc()
        return reply

    def _found(self, function: str, status: int) -> Any:
        observe = self._observe[function, status] = SECONDS.labels(function, str(status)).observe
        return observe


def _caller(call: Call) -> str:
    """Return who calls, so far that nobody is named: a service of the cluster by its name, people by none."""
    try:
        principal = call.principal
    except CallError:
        return "anonymous"
    if principal is None:
        return "anonymous"
    if not principal.is_internal:
        return "user"
    # a service's token says who signed it, its certificate whom it is for
    name = principal.issuer or principal.claims.get("iss") or principal.claims.get("identity") or ""
    return f"service {name}".strip()


@lru_cache(maxsize=8)
def call_metrics(_: Registry) -> CallMetrics | None:
    """Return what measures calls, None where the project's settings want no metrics."""
    return CallMetrics() if observability_conf().metrics else None


forget_when_changed(call_metrics)


def rendered() -> tuple[bytes, str]:
    """Return what Prometheus reads, and its content type: of all processes, where there are several."""
    if _SEVERAL_PROCESSES not in os.environ:
        return generate_latest(REGISTRY), CONTENT_TYPE_LATEST
    together = CollectorRegistry()
    multiprocess.MultiProcessCollector(together)  # type: ignore[no-untyped-call]
    return generate_latest(together), CONTENT_TYPE_LATEST
