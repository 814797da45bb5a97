"""Types of the surface in TypeScript: what a program may write, and what is known of each property when it runs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from backk_core.declare.validators import Validator
from backk_core.describe.contracts import FieldContract, Mode, TypeContract
from backk_core.describe.field_kinds import ANY, ARRAY, IDS, JSON, MAP, OBJECT, OPAQUE
from backk_core.publish.clients.surface import ClientType, Surface
from backk_core.publish.clients.typescript.rules import rule_expression
from backk_core.publish.clients.typescript.text import indented, remark
from backk_core.publish.uses import Use

_BY_JSON_TYPE = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean"}
#: Kinds whose name here is not their name in the contracts.
_KINDS = {"float": "number", "local_id": "id", "json": "any", "opaque": "any"}


def type_declaration(surface: Surface, known: ClientType) -> str:
    """Return the interface of a type, and for an argument's what its properties are bound to."""
    parts = [remark(known.contract.documentation), _interface(surface, known)]
    if not known.use.is_answer and known.contract.entries is None:
        parts.append(f"\n{_description(surface, known)}")
    return "".join(parts)


def rules_of(known: ClientType) -> Iterator[Validator]:
    """Yield every rule of a type's properties that a client hears of."""
    if not known.use.is_answer:
        for field in known.fields:
            yield from _rules_of(field)


def _rules_of(field: FieldContract) -> Iterator[Validator]:
    yield from field.validators
    yield from field.names
    if field.element is not None:
        yield from _rules_of(field.element)


# what a program may write


def _interface(surface: Surface, known: ClientType) -> str:
    if known.contract.entries is not None:
        return f"export type {known.name} = {_type_of(surface, known, known.contract.entries)};\n"
    lines = [f"{remark(field.documentation)}{_property(surface, known, field)}" for field in known.fields]
    return f"export interface {known.name} {{\n{indented(''.join(lines))}}}\n"


def _property(surface: Surface, known: ClientType, field: FieldContract) -> str:
    mark = "" if known.requires(field) else "?"
    return f"readonly {field.wire_name}{mark}: {_type_of(surface, known, field)};\n"


def _type_of(surface: Surface, known: ClientType, field: FieldContract) -> str:
    plain = _plain_type(surface, known, field)
    return f"{plain} | null" if field.nullable and plain != "unknown" else plain


def _plain_type(surface: Surface, known: ClientType, field: FieldContract) -> str:
    if field.kind is ARRAY and field.element is not None:
        element = _type_of(surface, surface.inside(known, field), field.element)
        return f"readonly ({element})[]" if "|" in element else f"readonly {element}[]"
    if field.kind is MAP and field.element is not None:
        return f"{{ readonly [name: string]: {_type_of(surface, surface.inside(known, field), field.element)} }}"
    if field.kind is OBJECT and (held := surface.held(field, known.use)) is not None:
        return held.name
    if field.choices is not None:
        return " | ".join(json.dumps(choice) for choice in surface.choices(field))
    if field.kind in (ANY, JSON, OPAQUE):
        return "unknown"
    return _BY_JSON_TYPE[str(field.kind.json_type["type"])]


# what is known when it runs


def _description(surface: Surface, known: ClientType) -> str:
    contract, use = known.contract, known.use
    names = f"keyof {known.name} & string" if known.fields else "never"
    entries = "".join(f"{field.wire_name}: {_field(surface, known, field)},\n" for field in known.fields)
    more = {}
    if elsewhere := _elsewhere(contract, use):
        more["elsewhere"] = json.dumps(elsewhere)
    if use is Use.PART:
        more["part"] = _part(contract)
    options = f", {{ {', '.join(f'{name}: {value}' for name, value in more.items())} }}" if more else ""
    body = f"() => ({{\n{indented(entries)}}})" if entries else "() => ({})"
    return (
        f"export const {known.name}: ObjectType<{names}> = "
        f"/* @__PURE__ */ objectType({json.dumps(known.name)}, {body}{options});\n"
    )


def _field(surface: Surface, known: ClientType, field: FieldContract) -> str:
    facts: dict[str, str] = {"kind": json.dumps(_KINDS.get(field.kind.name, field.kind.name))}
    if known.requires(field):
        facts["required"] = "true"
    if field.nullable:
        facts["nullable"] = "true"
    if field.choices is not None:
        facts["choices"] = json.dumps(surface.choices(field))
    here, there = _judged(field.validators)
    if field.choices is None and here and field.kind not in IDS:
        facts["rules"] = f"[{', '.join(here)}]"
    if there:
        facts["atServer"] = json.dumps(there)
    if field.element is not None:
        facts["element"] = _field(surface, surface.inside(known, field), field.element)
    if field.kind is OBJECT and (held := surface.held(field, known.use)) is not None:
        facts["type"] = f"() => {held.name}"
    names, _ = _judged(field.names)
    if names:
        facts["names"] = f"[{', '.join(names)}]"
    if field.documentation:
        facts["documentation"] = json.dumps(field.documentation, ensure_ascii=False)
    if field.ui:
        facts["ui"] = json.dumps(dict(field.ui), ensure_ascii=False)
    return f"{{ {', '.join(f'{name}: {value}' for name, value in facts.items())} }}"


def _judged(rules: Iterable[Validator]) -> tuple[list[str], list[str]]:
    """Return the expressions of rules that are judged here, and how the metadata spells the others."""
    here, there = [], []
    for rule in rules:
        expression = rule_expression(rule)
        if expression is None:
            there.append(rule.metadata())
        else:
            here.append(expression)
    return here, there


def _elsewhere(contract: TypeContract, use: Use) -> list[str]:
    """Return the properties that are known but not allowed in this use; the others do not exist for callers."""
    allowed = contract.entering_by_wire_name(use.mode)
    return [
        field.wire_name
        for field in contract.fields
        if field.wire_name not in allowed
        and field.access is not None
        and (field.leaves or field.enters(Mode.CREATE) or field.enters(Mode.UPDATE))
    ]


def _part(contract: TypeContract) -> str:
    entering = contract.entering(Mode.PART)
    needed = [field.wire_name for field in entering if field.required and field.enters(Mode.CREATE)]
    foreign = [field.wire_name for field in entering if not field.enters(Mode.CREATE)]
    facts = {"identity": contract.identity.wire_name, "needed": needed, "foreign": foreign}
    return f"{{ {', '.join(f'{name}: {json.dumps(value)}' for name, value in facts.items())} }}"
