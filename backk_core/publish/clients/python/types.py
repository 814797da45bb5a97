"""Types of the surface in Python: one msgspec struct each, with the bounds that msgspec judges."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from backk_core.describe.contracts import FieldContract
from backk_core.describe.field_kinds import ANY, ARRAY, DATE, JSON, MAP, OBJECT, OPAQUE, TIME, TIMESTAMP, UUID
from backk_core.execute.decoding import native_bounds
from backk_core.publish.clients.python.text import annotated, docstring, import_line, indented, quoted
from backk_core.publish.clients.surface import ClientType, Surface

_BY_KIND = {TIMESTAMP: "datetime.datetime", DATE: "datetime.date", TIME: "datetime.time", UUID: "uuid.UUID"}
_BY_JSON_TYPE = {"string": "str", "integer": "int", "number": "float", "boolean": "bool"}


def types_module(surface: Surface) -> str:
    """Return the module of all types."""
    declared = [_declaration(surface, known) for known in surface.types if known.contract.entries is None]
    # what a map holds is declared before it
    maps = [
        f"\n{known.name} = {_type_of(surface, known, known.contract.entries)}\n"
        for known in surface.types
        if known.contract.entries is not None
    ]
    body = "".join(declared) + "".join(["\n", *maps] if maps else [])
    names = sorted(known.name for known in surface.types)
    exported = "".join(f"    {quoted(name)},\n" for name in names)
    return (
        '"""What travels: the types of arguments and answers."""\n\n'
        "from __future__ import annotations\n\n"
        f"{_imports(body)}"
        f"{body}\n__all__ = [\n{exported}]\n"
    )


def _imports(body: str) -> str:
    """Return the statements that import what a body of declarations uses."""

    def used(*names: str) -> list[str]:
        return [name for name in names if re.search(rf"\b{name}\b", body)]

    ours = used("msgspec.field") and ["import msgspec\n"]
    standard = [f"import {name}\n" for name in used("datetime", "uuid")]
    standard.append(import_line("typing", used("Annotated", "Any", "Literal")))
    return "".join([*standard, "\n", *ours, import_line("msgspec", used("UNSET", "Meta", "Struct", "UnsetType"))])


def _declaration(surface: Surface, known: ClientType) -> str:
    fields = "".join(_field(surface, known, field) for field in known.fields)
    options = 'rename="camel", kw_only=True'
    strict = "" if known.use.is_answer else ", forbid_unknown_fields=True"
    head = f"\n\nclass {known.name}(Struct, {options}{strict}):\n"
    return head + indented(
        docstring(known.contract.documentation, f"{known.name}.") + ("\n" + fields if fields else "")
    )


def _field(surface: Surface, known: ClientType, field: FieldContract) -> str:
    kind = _type_of(surface, known, field)
    name = None if _camel(field.name) == field.wire_name else field.wire_name
    value = ""
    if known.requires(field):
        value = f" = msgspec.field(name={quoted(name)})" if name is not None else ""
    else:
        kind = f"{kind} | UnsetType"
        value = f" = msgspec.field(default=UNSET, name={quoted(name)})" if name is not None else " = UNSET"
    remark = "".join(f"#: {line}\n" for line in field.documentation.splitlines() if line.strip())
    return remark + annotated(field.name, kind, value)


def _camel(name: str) -> str:
    """Return what msgspec's own renaming makes of a name."""
    made: Any = msgspec.defstruct("Renamed", [(name, int)], rename="camel")
    encoded: str = made.__struct_encode_fields__[0]
    return encoded


def _type_of(surface: Surface, known: ClientType, field: FieldContract) -> str:
    plain = _plain_type(surface, known, field)
    bounds = {} if known.use.is_answer or field.choices is not None else native_bounds(field)
    if bounds:
        keywords = ", ".join(f"{keyword}={bound!r}" for keyword, bound in sorted(bounds.items()))
        plain = f"Annotated[{plain}, Meta({keywords})]"
    return f"{plain} | None" if field.nullable and plain != "Any" else plain


def _plain_type(surface: Surface, known: ClientType, field: FieldContract) -> str:
    if field.kind is ARRAY and field.element is not None:
        return f"list[{_type_of(surface, surface.inside(known, field), field.element)}]"
    if field.kind is MAP and field.element is not None:
        return f"dict[str, {_type_of(surface, surface.inside(known, field), field.element)}]"
    if field.kind is OBJECT and (held := surface.held(field, known.use)) is not None:
        return held.name
    if field.choices is not None:
        return f"Literal[{', '.join(quoted(c) if isinstance(c, str) else repr(c) for c in surface.choices(field))}]"
    if field.kind in (ANY, JSON, OPAQUE):
        return "Any"
    return _BY_KIND.get(field.kind) or _BY_JSON_TYPE[str(field.kind.json_type["type"])]
