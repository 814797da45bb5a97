"""Which properties of an answer the caller wants: dotted paths, a GraphQL selection set, or JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, TypeAlias

from backk_core.declare.errors import InvalidArgument, Violation
from backk_core.declare.types import ResponseFields
from backk_core.describe.contracts import FieldContract, TypeContract
from backk_core.execute.encoding import Projection

#: What a client selected: wire names, each with what is selected below it (None: everything).
Selection: TypeAlias = "dict[str, Selection | None]"

_INCLUDE, _EXCLUDE = "includeResponseFields", "excludeResponseFields"
_DEEPEST = 32
#: Clients choose these texts, so that only short ones may stay in memory.
_LONGEST_REMEMBERED = 2048


def projection_of(query: ResponseFields | None, contract: TypeContract) -> Projection | None:
    """Return what the query asks for, None where that is everything. InvalidArgument names a field that is unknown."""
    if query is None:
        return None
    included, excluded = query.include_response_fields, query.exclude_response_fields
    if not included and not excluded:
        return None
    if sum(map(len, included)) + sum(map(len, excluded)) > _LONGEST_REMEMBERED:
        return _worked_out(contract, tuple(included), tuple(excluded))
    return _remembered(contract, tuple(included), tuple(excluded))


def _worked_out(contract: TypeContract, included: tuple[str, ...], excluded: tuple[str, ...]) -> Projection:
    chosen = _everything(contract)
    if included:
        selection = _parsed(included, _INCLUDE)
        _refuse_unknown(contract, selection, _INCLUDE)
        chosen = _select(contract, selection)
    if excluded:
        dropped = _parsed(excluded, _EXCLUDE)
        _refuse_unknown(contract, dropped, _EXCLUDE)
        chosen = _without(chosen, dropped, contract)
    if not chosen:
        raise _refused(_EXCLUDE if excluded else _INCLUDE, "must leave at least one field")
    return chosen


_remembered = lru_cache(maxsize=1024)(_worked_out)


def _everything(contract: TypeContract) -> Projection:
    return tuple((field.wire_name, None) for field in contract.answered)


def _child(field: FieldContract) -> TypeContract | None:
    if field.type is not None:
        return field.type
    return field.element.type if field.element is not None else None


def _refuse_unknown(contract: TypeContract, selection: Selection, argument: str, path: str = "") -> None:
    known = {field.wire_name: field for field in contract.answered}
    for name, below in selection.items():
        child = _child(known[name]) if name in known else None
        if name not in known or (below is not None and child is None):
            inner = "".join(f".{first}" for first in list(below or ())[:1]) if name in known else ""
            raise _refused(argument, f"has an unknown field: {f'{path}{name}{inner}'[:256]}")
        if below is not None and child is not None:
            _refuse_unknown(child, below, argument, f"{path}{name}.")


def _select(contract: TypeContract, selection: Selection) -> Projection:
    chosen: list[tuple[str, Projection | None]] = []
    for field in contract.answered:
        if field.wire_name in selection:
            below, child = selection[field.wire_name], _child(field)
            inner = None if below is None or child is None else _select(child, below)
            if inner != ():
                chosen.append((field.wire_name, inner))
    return tuple(chosen)


def _without(projection: Projection, dropped: Selection, contract: TypeContract) -> Projection:
    kept: list[tuple[str, Projection | None]] = []
    for name, below in projection:
        if name not in dropped:
            kept.append((name, below))
            continue
        inner, child = dropped[name], _child(contract.by_wire_name[name])
        if inner is not None and child is not None:
            left = _without(below if below is not None else _everything(child), inner, child)
            if left:
                kept.append((name, left))
    return tuple(kept)


def _parsed(given: Sequence[str], argument: str) -> Selection:
    first = given[0].strip()
    if len(given) == 1 and first.startswith("{"):
        return _json_selection(first, argument) if '"' in first else _graphql_selection(first, argument)
    selection: Selection = {}
    for path in given:
        node: Selection = selection
        *parents, last = path.split(".", maxsplit=_DEEPEST)
        for parent in parents:
            below = node.setdefault(parent, {})
            if below is None:
                break
            node = below
        else:
            # naming a sub-entity means all of its fields, however many of them were named before
            node[last] = None
    return selection


def _refused(argument: str, why: str) -> InvalidArgument:
    return InvalidArgument([Violation((argument,), why)])


def _json_selection(text: str, argument: str) -> Selection:
    try:
        raw = json.loads(text)
    except (ValueError, RecursionError):
        raise _refused(argument, "must be field paths, a GraphQL selection set or JSON") from None
    return _selected(raw, argument, 0)


def _selected(raw: Any, argument: str, depth: int) -> Selection:
    if not isinstance(raw, dict) or depth > _DEEPEST:
        raise _refused(argument, "must have true, false or an object for each field")
    selection: Selection = {}
    for name, wanted in raw.items():
        if isinstance(wanted, bool):
            if wanted:
                selection[name] = None
        else:
            selection[name] = _selected(wanted, argument, depth + 1)
    return selection


def _graphql_selection(text: str, argument: str) -> Selection:
    """Read a selection set of names only (GraphQL, October 2021, section 2.4); commas are white space there."""
    words = text.replace("{", " { ").replace("}", " } ").replace(",", " ").split()
    root: Selection = {}
    open_sets: list[Selection] = []
    last: str | None = None
    for position, word in enumerate(words):
        if word == "{":
            if position == 0:
                open_sets.append(root)
            elif last is None or not open_sets or len(open_sets) > _DEEPEST:
                raise _refused(argument, "has a { where a field name was expected")
            else:
                below = open_sets[-1][last] or {}
                open_sets[-1][last] = below
                open_sets.append(below)
            last = None
        elif not open_sets:
            raise _refused(argument, "goes on after its last }")
        elif word == "}":
            if not open_sets.pop():
                raise _refused(argument, "has a selection set without fields")
            last = None
        else:
            # a field may be named again, with more below it
            open_sets[-1].setdefault(word, None)
            last = word
    if open_sets:
        raise _refused(argument, "lacks a }")
    return root
