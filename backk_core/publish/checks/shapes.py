"""What a type must keep: names that travel to the wire and back, and nothing answered that its entity holds back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.db.models import Model

from backk_core.declare import naming
from backk_core.declare.access import Access, access_of
from backk_core.describe.contracts import FieldContract, Problem, held_type

from .lines import with_name
from .subjects import Shape, origin_of


def names_round_trip(shape: Shape) -> Iterator[Problem]:
    """A property's name comes back from the wire as it was."""
    for field in _travelling(shape):
        owner, name = origin_of(shape.contract.cls, field)
        if field.primary_key or (naming.round_trips(field.name) and field.name.isascii()):
            continue
        other = naming.to_python(naming.to_wire(name)).replace("__", "_").strip("_")
        message = f"{owner.__name__}.{name} is {field.wire_name} on the wire, and that is not {name} again."
        yield shape.problem("E201", message, with_name(owner, name, other if other != name else "another_name"), name)


def wire_names_differ(shape: Shape) -> Iterator[Problem]:
    """No two properties of a type have one name on the wire."""
    found: dict[str, list[FieldContract]] = defaultdict(list)
    for field in _travelling(shape):
        found[field.wire_name].append(field)
    for wire_name, fields in found.items():
        if len(fields) > 1:
            names = " and ".join(field.name for field in fields)
            last = origin_of(shape.contract.cls, fields[-1])[1]
            hint = with_name(shape.contract.cls, last, f"other_{last}")
            yield shape.problem("E202", f"{shape.title}: {names} are both {wire_name} on the wire.", hint, last)


def argument_holds_no_entity(shape: Shape) -> Iterator[Problem]:
    """An argument takes the parts of an entity that it names; which ones a whole entity would let in, nobody said."""
    if shape.contract.is_entity or not shape.is_sent:
        return
    for field in shape.contract.fields:
        held = held_type(field)
        if held is not None and held.is_entity:
            part = f'class {held.name}Part(Argument, fields=pick({held.name}, "{held.fields[-1].name}"))'
            message = (
                f"{shape.title}.{field.name} holds the entity {held.name}: nobody said which of its fields may be sent."
            )
            yield shape.problem("E203", message, f"{part}: …", field.name)


def secrets_stay(shape: Shape) -> Iterator[Problem]:
    """A result has no field that its entity never answers: neither taken over nor declared again."""
    if shape.contract.is_entity or not shape.is_answered:
        return
    origins = {
        name: origin_of(shape.contract.cls, field) for name, field in shape.contract.by_name.items() if field.leaves
    }
    entities = {owner for owner, _ in origins.values() if issubclass(owner, Model)}
    for name, (owner, own_name) in origins.items():
        for entity in {owner} if owner in entities else entities:
            access = _access(entity, own_name)
            if access is not None and not access.read:
                kept = f"{entity.__name__}.{own_name}"
                message = f"{shape.title}.{name} would answer what {kept} holds back: it is {access.name}."
                hint = f"class {shape.title}(Result, fields=omit({entity.__name__}, {name!r}))"
                yield shape.problem("E204", message, hint, name)


def _access(entity: Any, name: str) -> Access | None:
    """Return the access mode of an entity's field, None where it has no such field."""
    fields = {field.name: field for field in entity._meta.concrete_fields} | getattr(entity, "backk_transients", {})
    return access_of(fields.get(name))


def _travelling(shape: Shape) -> Iterator[FieldContract]:
    for field in shape.contract.fields:
        if field.access is None or field.access.read or field.access.create or field.access.update:
            yield field


#: What is checked of every type.
CHECKS = (names_round_trip, wire_names_differ, argument_holds_no_entity, secrets_stay)
