"""Which fields hold personal data and passwords, how each is kept and why, and which functions answer it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from django.apps import apps
from django.db import models

from backk_core.declare.access import access_of
from backk_core.declare.entities import EntityBase
from backk_core.describe.contracts import FieldContract, ServiceFunctionContract, TypeContract
from backk_core.describe.registry import Registry
from backk_security.fields import EncryptedField, HashedField, can_be_secret
from backk_security.secrecy import NotEncrypted, NotHashed, secrecy_of, why_personal

Kept = Literal["encrypted", "encrypted, searchable", "hashed", "plain"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One field: how its values are kept and why, and the wire names of the functions that answer it."""

    entity: str
    field: str
    access: str
    kept: Kept
    why: str
    shown_by: tuple[str, ...]


def inventory(registry: Registry) -> Iterator[Entry]:
    """Yield every field that is encrypted or hashed, or would be by its name."""
    shown = _shown(registry)
    for model in entities():
        for field in model._meta.local_concrete_fields:
            kept = _kept(field)
            if kept is not None:
                access = access_of(field)
                yield Entry(
                    entity=model._meta.label,
                    field=str(field.name),
                    access=access.name if access is not None else "private",
                    kept=kept[0],
                    why=kept[1],
                    shown_by=tuple(shown.get(field, ())),
                )


def entities() -> Iterator[Any]:
    """Yield the project's entities."""
    for model in apps.get_models():
        if isinstance(model, EntityBase):
            yield model


def _kept(field: models.Field[Any, Any]) -> tuple[Kept, str] | None:
    if isinstance(field, EncryptedField):
        return "encrypted, searchable" if field.searchable else "encrypted", field.because
    if isinstance(field, HashedField):
        return "hashed", field.because
    said = secrecy_of(field)
    if isinstance(said, NotEncrypted | NotHashed):
        return "plain", said.reason
    if why_personal(str(field.name)) and not can_be_secret(field):
        return "plain", "refers to another entity" if not isinstance(field, models.FileField) else "names a file"
    return None


def _shown(registry: Registry) -> dict[Any, list[str]]:
    found: dict[Any, list[str]] = {}
    for function in registry.all_functions():
        for field in _answered(function):
            found.setdefault(field, []).append(function.wire_name)
    return found


def _answered(function: ServiceFunctionContract) -> set[Any]:
    """Return Django's fields that a function's answer may have, however deep."""
    fields: set[Any] = set()
    seen: set[TypeContract] = set()
    waiting = [function.result] if function.result is not None else []
    while waiting:
        contract = waiting.pop()
        if contract not in seen:
            seen.add(contract)
            for field in (*contract.answered, *((contract.entries,) if contract.entries is not None else ())):
                fields.add(field.model_field)
                waiting += _types(field)
    return fields


def _types(field: FieldContract) -> Iterator[TypeContract]:
    if field.type is not None:
        yield field.type
    if field.element is not None:
        yield from _types(field.element)
