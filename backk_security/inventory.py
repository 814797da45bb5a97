"""Which fields hold personal data and passwords, how each is kept and why, and which functions answer or take it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from django.apps import apps
from django.db import models

from backk_core.declare.access import access_of
from backk_core.declare.entities import EntityBase
from backk_core.describe.contracts import FieldContract, Mode, ServiceFunctionContract, TypeContract, held_type
from backk_core.describe.registry import Registry
from backk_security.fields import EncryptedField, HashedField, can_be_secret
from backk_security.secrecy import NotEncrypted, NotHashed, secrecy_of, why_password, why_personal

Kept = Literal["encrypted", "encrypted, searchable", "hashed", "plain", "not kept"]

#: What a function is read from, the properties that cross the wire there, and where they lead.
_Place: TypeAlias = tuple[TypeContract, Mode]


@dataclass(frozen=True, slots=True)
class Entry:
    """One field: how its values are kept and why, and the wire names of the functions that answer and take it."""

    #: The entity; the type of an argument or of an answer where the property is kept nowhere.
    entity: str
    field: str
    access: str
    kept: Kept
    why: str
    shown_by: tuple[str, ...]
    taken_by: tuple[str, ...]


def inventory(registry: Registry) -> Iterator[Entry]:
    """Yield every field that is encrypted or hashed, or would be by its name; then what only passes through."""
    shown, taken = _functions(registry, _answered), _functions(registry, _taken)
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
                    taken_by=tuple(taken.get(field, ())),
                )
    yield from _passing(shown, taken)


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


_Crossing: TypeAlias = tuple[TypeContract, FieldContract]


def _passing(shown: dict[Any, list[str]], taken: dict[Any, list[str]]) -> Iterator[Entry]:
    """Yield the properties of arguments and answers that are no entity's, by the same names."""
    for key in {**shown, **taken}:
        if isinstance(key, tuple):
            name, field = key
            why = why_password(field) or why_personal(field)
            if why is not None:
                yield Entry(name, field, "", "not kept", why, tuple(shown.get(key, ())), tuple(taken.get(key, ())))


def _functions(
    registry: Registry, crossing: Callable[[ServiceFunctionContract], Iterable[_Crossing]]
) -> dict[Any, list[str]]:
    """Return by Django's field, or by the names of type and property where there is none, the functions it crosses."""
    found: dict[Any, list[str]] = {}
    for function in registry.all_functions():
        crossed = dict.fromkeys(
            (contract.name, field.name) if field.transient or field.model_field is None else field.model_field
            for contract, field in crossing(function)
            # what holds others is no value
            if held_type(field) is None
        )
        for known in crossed:
            found.setdefault(known, []).append(function.wire_name)
    return found


def _answered(function: ServiceFunctionContract) -> Iterator[_Crossing]:
    """Yield the properties that a function's answer may have, however deep."""
    return _crossing(function.result, Mode.READ)


def _taken(function: ServiceFunctionContract) -> Iterator[_Crossing]:
    """Yield the properties that a function's argument may have, however deep."""
    return _crossing(function.argument, function.argument_mode)


def _crossing(contract: TypeContract | None, mode: Mode) -> Iterator[_Crossing]:
    seen: set[_Place] = set()
    waiting = [(contract, mode)] if contract is not None else []
    while waiting:
        place = waiting.pop()
        if place in seen:
            continue
        seen.add(place)
        known, mode = place
        properties = known.answered if mode is Mode.READ else known.entering(mode)
        for field in (*properties, *((known.entries,) if known.entries is not None else ())):
            yield known, field
            inner = held_type(field)
            # of an entity that is only referred to nothing is written
            if inner is not None and (mode is Mode.READ or field.relation is None or field.relation.is_owned):
                waiting.append((inner, field.inner_mode(mode)))
