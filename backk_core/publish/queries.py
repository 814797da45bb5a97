"""What a query may ask of one type: its fields, orders and pages, as a JSON Schema that narrows the query's own."""

from __future__ import annotations

import re
from typing import Any

from backk_core.declare.types import PostQueryOperations, ResponseFields
from backk_core.describe.contracts import FieldContract, TypeContract
from backk_core.execute.queries import EVERY, has_an_order, paths_of

#: Selections of types that contain themselves have to end somewhere.
_DEEPEST = 4


def narrowed(argument: TypeContract, result: TypeContract) -> dict[str, Any] | None:
    """Return what a query of ``argument``'s class can ask of ``result``, None where the class is no query."""
    if not issubclass(argument.cls, ResponseFields):
        return None
    paths, selections = _paths(result, _DEEPEST), _selections(result)
    excluded: dict[str, Any] = {"items": {"enum": paths}}
    if all(_child(field) is None for field in result.answered):
        # something has to be left
        excluded["maxItems"] = len(result.answered) - 1
    properties: dict[str, Any] = {
        "includeResponseFields": {"anyOf": [{"items": {"enum": paths}}, selections]},
        "excludeResponseFields": {"anyOf": [excluded, selections]},
    }
    if issubclass(argument.cls, PostQueryOperations) and result.is_entity:
        properties["sortBys"] = {"items": {"anyOf": _orders(result)}}
        properties["paginations"] = {"items": {"properties": {"subEntityPath": {"enum": [*paths_of(result), EVERY]}}}}
    described = f"What can be asked of {result.name}: its properties, and what it can be put in order by."
    return {"type": "object", "description": described, "properties": properties}


def _selections(result: TypeContract) -> dict[str, Any]:
    """A single GraphQL selection set or JSON object: as they are written with one blank where blanks may be."""
    return {"maxItems": 1, "items": {"pattern": f"^({_graphql(result, _DEEPEST)}|{_json(result, _DEEPEST)})$"}}


def _paths(contract: TypeContract, depth: int) -> list[str]:
    paths = []
    for field in contract.answered:
        paths.append(field.wire_name)
        child = _child(field)
        if child is not None and depth > 1:
            paths += [f"{field.wire_name}.{path}" for path in _paths(child, depth - 1)]
    return paths


def _graphql(contract: TypeContract, depth: int) -> str:
    names = []
    for field in contract.answered:
        child = _child(field)
        below = f"( {_graphql(child, depth - 1)})?" if child is not None and depth > 1 else ""
        names.append(re.escape(field.wire_name) + below)
    return r"\{( (" + "|".join(names) + r"))+ \}"


def _json(contract: TypeContract, depth: int) -> str:
    members = []
    for field in contract.answered:
        child = _child(field)
        below = f"|{_json(child, depth - 1)}" if child is not None and depth > 1 else ""
        members.append(f'"{re.escape(field.wire_name)}": (true{below})')
    member = "(" + "|".join(members) + ")"
    return r"\{" + member + f"(, {member})*" + r"\}"


def _orders(result: TypeContract) -> list[dict[str, Any]]:
    """Return what each path can be put in order by; the root's path need not be said."""
    orders = []
    for path, contract in paths_of(result).items():
        sortable = [field.wire_name for field in contract.answered if has_an_order(field)]
        order = {"properties": {"subEntityPath": {"enum": [path]}, "fieldName": {"enum": sortable}}}
        if sortable:
            orders.append(order | ({"required": ["subEntityPath"]} if path else {}))
    # what a path does not have is ignored there
    return [*orders, {"properties": {"subEntityPath": {"enum": [EVERY]}}, "required": ["subEntityPath"]}]


def _child(field: FieldContract) -> TypeContract | None:
    return field.type if field.type is not None else field.element.type if field.element is not None else None
