"""What a project must have for what it sends to be kept, and to reach others, safely."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core import checks
from django.core.exceptions import ImproperlyConfigured

from backk_core.declare.conf import conf
from backk_core.declare.sealing import is_sealing
from backk_transport.conf import Address, addresses

_OBJECT = "backk_transport"


def check_transport(**_: Any) -> list[checks.CheckMessage]:
    """Refuse addresses that are none; warn where a production keeps or sends what others could read."""
    try:
        in_production = conf().in_production
    except ImproperlyConfigured:
        # the core's own check tells
        return []
    found: list[checks.CheckMessage] = []
    if in_production and not is_sealing():
        found.append(
            checks.Warning(
                "The outbox keeps arguments of messages as they are: a copy of the database shows them.",
                hint='INSTALLED_APPS = [… "backk_security" …]',
                obj=_OBJECT,
                id="backk.W801",
            )
        )
    try:
        known = addresses()
    except ImproperlyConfigured as refusal:
        hint = 'BACKK = {"REMOTE_SERVICES": {"notification-service": "https://notifications.example.com"}}'
        return [*found, checks.Error(str(refusal), hint=hint, obj=_OBJECT, id="backk.E802")]
    for name, address in known.items():
        found += _of_address(name, address)
        if in_production and not address.is_encrypted:
            found.append(
                checks.Warning(
                    f"Calls to {name} are not encrypted: who is on the way reads credentials and arguments.",
                    hint="https://, or silence this where a service mesh encrypts what leaves the pod",
                    obj=_OBJECT,
                    id="backk.W803",
                )
            )
    return found


def _of_address(name: str, address: Address) -> Iterator[checks.CheckMessage]:
    for word in ("ca_file", "certificate_file", "key_file"):
        path: str = getattr(address, word)
        if path and not Path(path).is_file():
            yield checks.Error(
                f"{word} of {name} is not there: no call would reach it.",
                hint=f"BACKK['REMOTE_SERVICES'] says {path}: mount it, or correct the path",
                obj=_OBJECT,
                id="backk.E802",
            )
