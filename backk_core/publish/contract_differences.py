"""What a change of the API means for its clients: each difference of two OpenAPI documents, and whether it breaks them.

What clients send may be judged more gently than before, never more strictly; what they receive may
say more than before, never something else or less.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from backk_core.execute.encoding import encode_json

Schema = Mapping[str, Any]
#: Which way a value travels, as its client sees it.
Way = Literal["sent", "received"]
#: Whether fewer values pass than before, more, or others.
Shift = Literal["narrower", "wider", "other"]

#: Bounds that let fewer values pass when they grow, and when they shrink.
_FLOORS = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
_CEILINGS = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
#: Demands that are there or not; two different ones cannot be compared.
_DEMANDS = ("pattern", "format", "multipleOf", "uniqueItems", "const", "x-validations", "contentEncoding", "not")
_COMBINED = ("allOf", "anyOf", "oneOf", "propertyNames", "then")
_MOST_DEPTH = 64


@dataclass(frozen=True, order=True)
class Difference:
    """One difference: ``place`` is the function and the path of the value in it."""

    place: str
    what: str
    breaks: bool

    def __str__(self) -> str:
        return f"{'BREAKS' if self.breaks else 'ok    '} {self.place}: {self.what}"


def differences(old: Schema, new: Schema) -> list[Difference]:
    """Return every difference of two OpenAPI 3.1 documents, in order of place."""
    return sorted(set(_Comparison(old, new).all()))


class _Comparison:
    """Compares two documents, each of whose references it follows."""

    def __init__(self, old: Schema, new: Schema) -> None:
        self._old, self._new = old, new

    def all(self) -> Iterator[Difference]:
        was, now = self._old.get("paths", {}), self._new.get("paths", {})
        for path in was | now:
            name = path.removeprefix("/")
            if path not in now:
                yield Difference(name, "the function is gone", breaks=True)
            elif path not in was:
                yield Difference(name, "the function is new", breaks=False)
            else:
                yield from self._function(name, was[path], now[path])

    def _function(self, name: str, was: Schema, now: Schema) -> Iterator[Difference]:
        if ("get" in was) != ("get" in now):
            yield Difference(name, f"GET is {'no longer' if 'get' in was else 'now'} allowed", breaks="get" in was)
        before, after = was.get("post", {}), now.get("post", {})
        if before.get("deprecated") != after.get("deprecated"):
            yield Difference(
                name, f"it is {'now' if after.get('deprecated') else 'no longer'} deprecated", breaks=False
            )
        yield from self._security(name, before, after)
        yield from self._argument(name, before, after)
        yield from self._answers(name, before.get("responses", {}), after.get("responses", {}))

    def _security(self, name: str, before: Schema, after: Schema) -> Iterator[Difference]:
        was, now = ({encode_json(one) for one in side.get("security", ())} for side in (before, after))
        if was == now:
            return
        if not now:
            yield Difference(name, "it is now for everyone", breaks=False)
        elif not was:
            yield Difference(name, "it now wants a token", breaks=True)
        else:
            any_token = any(encode_json({scheme: []}) in now for scheme in _schemes(after))
            lost = bool(was - now) and not any_token
            yield Difference(name, f"{'fewer' if lost else 'more'} callers are allowed", breaks=lost)

    def _argument(self, name: str, before: Schema, after: Schema) -> Iterator[Difference]:
        was, now = before.get("requestBody"), after.get("requestBody")
        if was is None and now is not None:
            needed = bool(now.get("required"))
            yield Difference(name, f"it now takes an argument{', which must be sent' if needed else ''}", breaks=needed)
        elif was is not None and now is None:
            yield Difference(name, "it no longer takes an argument", breaks=True)
        elif was is not None and now is not None:
            if bool(was.get("required")) != bool(now.get("required")):
                needed = bool(now.get("required"))
                yield Difference(name, f"its argument {'must now' if needed else 'need not'} be sent", breaks=needed)
            yield from self._values(f"{name} argument", _content(was), _content(now), "sent")

    def _answers(self, name: str, was: Schema, now: Schema) -> Iterator[Difference]:
        for status in {**was, **now}:
            place, succeeds = f"{name} {status}", status < "400"
            if status not in now:
                yield Difference(place, "is no longer answered", breaks=succeeds)
            elif status not in was:
                yield Difference(place, "may now be answered", breaks=succeeds and status != "304")
            elif succeeds:
                before, after = self._followed(was[status], self._old), self._followed(now[status], self._new)
                yield from self._success(place, before, after)
            else:
                yield from self._errors(place, was[status], now[status])

    def _success(self, place: str, before: Schema, after: Schema) -> Iterator[Difference]:
        for header in before.get("headers", {}):
            if header not in after.get("headers", {}):
                yield Difference(place, f"the header {header} is gone", breaks=True)
        kinds, new_kinds = set(before.get("content", {})), set(after.get("content", {}))
        if kinds != new_kinds:
            yield Difference(place, f"the answer is now {', '.join(sorted(new_kinds)) or 'empty'}", breaks=True)
        elif kinds:
            yield from self._values(place, _content(before), _content(after), "received")

    def _errors(self, place: str, was: Schema, now: Schema) -> Iterator[Difference]:
        before, after = self._codes(was, self._old), self._codes(now, self._new)
        for code in sorted(before ^ after):
            yield Difference(
                place, f"{code} {'may now' if code in after else 'is no longer'} be answered", breaks=False
            )

    def _codes(self, response: Schema, document: Schema) -> set[str]:
        content = self._followed(response, document).get("content", {})
        return {code for kind in content.values() for code in kind.get("examples", {})}

    # values

    def _followed(self, node: Schema, document: Schema) -> Schema:
        """Return what a node refers to, itself where it is no reference."""
        while (reference := node.get("$ref")) is not None:
            target: Any = document
            for step in str(reference).removeprefix("#/").split("/"):
                target = target[step]
            node = target
        return node

    def _values(
        self, place: str, old: Schema, new: Schema, way: Way, seen: frozenset[tuple[int, int]] = frozenset()
    ) -> Iterator[Difference]:
        was, now = self._followed(old, self._old), self._followed(new, self._new)
        pair = (id(was), id(now))
        if pair in seen or len(seen) > _MOST_DEPTH:
            return
        seen |= {pair}
        for shift, what in _shifts(was, now):
            yield Difference(place, what, breaks=shift == "other" or (shift == "narrower") == (way == "sent"))
        yield from self._properties(place, was, now, way, seen)
        for part, suffix in (("items", "[]"), ("additionalProperties", "{}")):
            if isinstance(was.get(part), Mapping) and isinstance(now.get(part), Mapping):
                yield from self._values(f"{place}{suffix}", was[part], now[part], way, seen)
        for keyword in _COMBINED:
            yield from self._combined(place, keyword, was.get(keyword), now.get(keyword), way, seen)

    def _combined(
        self, place: str, keyword: str, was: Any, now: Any, way: Way, seen: frozenset[tuple[int, int]]
    ) -> Iterator[Difference]:
        if isinstance(was, list) and isinstance(now, list) and len(was) == len(now):
            for before, after in zip(was, now, strict=True):
                yield from self._values(place, before, after, way, seen)
        elif isinstance(was, Mapping) and isinstance(now, Mapping):
            yield from self._values(place, was, now, way, seen)
        elif was != now:
            yield Difference(place, f"{keyword} is another", breaks=True)

    def _properties(
        self, place: str, was: Schema, now: Schema, way: Way, seen: frozenset[tuple[int, int]]
    ) -> Iterator[Difference]:
        before, after = was.get("properties", {}), now.get("properties", {})
        needed, needs = set(was.get("required", ())), set(now.get("required", ()))
        for name in {**before, **after}:
            inner = f"{place}.{name}"
            if name not in after:
                yield Difference(inner, "is gone", breaks=True)
            elif name not in before:
                must = way == "sent" and name in needs
                yield Difference(inner, "is new, and must be sent" if must else "is new", breaks=must)
            else:
                if (name in needed) != (name in needs):
                    yield Difference(inner, _need(way, now=name in needs), breaks=(name in needs) == (way == "sent"))
                yield from self._values(inner, before[name], after[name], way, seen)


def _need(way: Way, *, now: bool) -> str:
    if way == "sent":
        return "must now be sent" if now else "need no longer be sent"
    return "is now always there" if now else "is no longer always there"


def _schemes(operation: Schema) -> set[str]:
    return {scheme for alternative in operation.get("security", ()) for scheme in alternative}


def _content(holder: Schema) -> Schema:
    """Return the schema of a body."""
    kinds: Mapping[str, Any] = holder.get("content", {})
    first: Mapping[str, Any] = next(iter(kinds.values()), {})
    found: Schema = first.get("schema", {})
    return found


def _shifts(was: Schema, now: Schema) -> Iterator[tuple[Shift, str]]:
    """Yield how the values that pass differ, as far as the two schemas themselves tell."""
    yield from _type_shifts(was, now)
    yield from _enumeration_shifts(was.get("enum"), now.get("enum"))
    for keyword in (*_FLOORS, *_CEILINGS):
        before, after = was.get(keyword), now.get(keyword)
        if before != after:
            grows = after is not None and (before is None or (after > before) == (keyword in _FLOORS))
            yield "narrower" if grows else "wider", f"{keyword} was {_said(before)}, is {_said(after)}"
    for keyword in _DEMANDS:
        before, after = was.get(keyword), now.get(keyword)
        if before != after:
            shift: Shift = "narrower" if before is None else "wider" if after is None else "other"
            if keyword == "x-validations" and before is not None and after is not None:
                shift = "narrower" if set(before) < set(after) else "wider" if set(after) < set(before) else "other"
            yield shift, f"{keyword} was {_said(before)}, is {_said(after)}"


def _type_shifts(was: Schema, now: Schema) -> Iterator[tuple[Shift, str]]:
    before, after = _types(was), _types(now)
    if before == after:
        return
    shift: Shift = "other"
    if not after or (before and _covers(after, before)):
        shift = "wider"
    elif not before or _covers(before, after):
        shift = "narrower"
    yield shift, f"was {_listed(before)}, is {_listed(after)}"


def _types(schema: Schema) -> set[str]:
    said = schema.get("type")
    return set(said) if isinstance(said, list) else {said} if said else set()


def _covers(more: set[str], fewer: set[str]) -> bool:
    return fewer <= (more | {"integer"} if "number" in more else more)


def _listed(types: set[str]) -> str:
    return " or ".join(sorted(types)) or "anything"


def _enumeration_shifts(was: Any, now: Any) -> Iterator[tuple[Shift, str]]:
    if was is None and now is None:
        return
    if was is None or now is None:
        yield ("narrower" if was is None else "wider"), f"the values were {_said(was)}, are {_said(now)}"
        return
    for value in was:
        if value not in now:
            yield "narrower", f"{value!r} is no longer a value"
    for value in now:
        if value not in was:
            yield "wider", f"{value!r} is now a value"


def _said(value: Any) -> str:
    return "not said" if value is None else str(value)


__all__ = ["Difference", "differences"]
