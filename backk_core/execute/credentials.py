"""How this microservice proves itself to others: where the app that knows how comes in."""

from __future__ import annotations

from collections.abc import Callable

#: Returns what an Authorization header says to the microservice ``name.namespace``; ImproperlyConfigured without keys.
Prove = Callable[[str], str]

# what an app registered while it was loaded
_provers: list[Prove] = []


def prove_with(prove: Prove) -> None:
    """Let an app prove this microservice to others. Belongs in ``ready`` of its AppConfig."""
    if prove not in _provers:
        _provers.append(prove)


def own_credential(destination: str) -> str | None:
    """Return what proves this microservice to another one, None where no app can prove anything."""
    return _provers[0](destination) if _provers else None
