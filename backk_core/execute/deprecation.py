"""How callers hear that a function is on its way out: headers of every answer (RFC 9745, RFC 8594, RFC 8288)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from email.utils import format_datetime
from functools import lru_cache

from backk_core.declare.service import Deprecation


@lru_cache(maxsize=256)
def deprecation_headers(deprecation: Deprecation) -> tuple[tuple[str, str], ...]:
    """Return ``Deprecation``, and ``Sunset`` and ``Link`` where end and successor are known."""
    headers = [("Deprecation", f"@{int(_midnight(deprecation.since).timestamp())}")]
    if deprecation.sunset is not None:
        headers.append(("Sunset", format_datetime(_midnight(deprecation.sunset), usegmt=True)))
    if deprecation.use is not None:
        # beside this function, whatever the prefix of a gateway
        headers.append(("Link", f'<{deprecation.use}>; rel="successor-version"'))
    return tuple(headers)


def advice(deprecation: Deprecation) -> str:
    """Return what people are told: since when, how long, what instead."""
    said = f"Deprecated since {deprecation.since.isoformat()}"
    if deprecation.sunset is not None:
        said += f", may be gone from {deprecation.sunset.isoformat()} on"
    return f"{said}; call {deprecation.use} instead." if deprecation.use is not None else f"{said}."


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
