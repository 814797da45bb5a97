"""G18: changes of a contract are classified as breaking their clients or not, 60 of them without error.

``python -m tests.goals.g18`` prints how many are.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any, NamedTuple

Document = dict[str, Any]

ITEM: Document = {
    "type": "object",
    "properties": {
        "_id": {"type": "string", "maxLength": 24, "pattern": "^[a-f0-9]{1,24}$"},
        "title": {"type": "string", "minLength": 1, "maxLength": 64},
        "price": {"type": "number", "minimum": 0, "maximum": 1000},
        "state": {"type": "string", "enum": ["forSale", "sold"]},
        "note": {"type": ["string", "null"], "maxLength": 9},
        "tags": {"type": "array", "items": {"$ref": "#/components/schemas/Tag"}, "maxItems": 5},
        "more": {"type": "object", "additionalProperties": {"type": "integer", "minimum": 0}},
    },
    "required": ["_id", "title"],
}


def _base() -> Document:
    answer = {
        "type": "object",
        "properties": {"metadata": {"type": "object"}, "data": {"$ref": "#/components/schemas/Item"}},
        "required": ["metadata", "data"],
    }
    operation = {
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/ItemCreate"}}},
        },
        "responses": {
            "200": {
                "headers": {"ETag": {"schema": {"type": "string"}}},
                "content": {"application/json": {"schema": answer}},
            },
            "400": {"content": {"application/json": {"examples": {"error.5": {}, "itemService.1": {}}}}},
        },
        "security": [{"bearerAuth": ["admin"]}, {"bearerAuth": ["seller"]}],
    }
    quiet: Document = {"responses": {"200": {"description": "Success."}}, "security": []}
    return {
        "openapi": "3.1.0",
        "paths": {
            "/itemService.createItem": {"post": operation},
            "/itemService.getAll": {"get": copy.deepcopy(quiet), "post": quiet},
        },
        "components": {
            "schemas": {
                "Item": copy.deepcopy(ITEM),
                "ItemCreate": {**copy.deepcopy(ITEM), "additionalProperties": False},
                "Tag": {"type": "object", "properties": {"name": {"type": "string"}, "in": {}}, "required": ["name"]},
            }
        },
    }


def _operation(document: Document) -> Document:
    found: Document = document["paths"]["/itemService.createItem"]["post"]
    return found


def _at(name: str, schema: str, change: Callable[[Document], object]) -> Callable[[Document], object]:
    return lambda document: change(document["components"]["schemas"][schema]["properties"][name])


def _set(**values: Any) -> Callable[[Document], object]:
    return lambda node: node.update(values)


def _drop(*names: str) -> Callable[[Document], object]:
    return lambda node: [node.pop(name) for name in names]


class Mutation(NamedTuple):
    """A change, and what clients that send the value and clients that receive it have of it (None: no such client)."""

    name: str
    change: Callable[[Document, str], object]
    breaks_sender: bool | None
    breaks_receiver: bool | None


def _of_field(name: str, field: str, change: Callable[[Document], object], *, sender: bool, receiver: bool) -> Mutation:
    return Mutation(name, lambda document, schema: _at(field, schema, change)(document), sender, receiver)


def _of_type(name: str, change: Callable[[Document], object], *, sender: bool, receiver: bool) -> Mutation:
    return Mutation(name, lambda document, schema: change(document["components"]["schemas"][schema]), sender, receiver)


def _of_function(name: str, change: Callable[[Document], object], *, breaks: bool) -> Mutation:
    return Mutation(name, lambda document, _: change(document), breaks, None)


FIELDS = [
    _of_field("longer text", "title", _set(maxLength=128), sender=False, receiver=True),
    _of_field("shorter text", "title", _set(maxLength=8), sender=True, receiver=False),
    _of_field("text without limit", "title", _drop("maxLength"), sender=False, receiver=True),
    _of_field("text may be empty", "title", _drop("minLength"), sender=False, receiver=True),
    _of_field("greater maximum", "price", _set(maximum=2000), sender=False, receiver=True),
    _of_field("smaller maximum", "price", _set(maximum=10), sender=True, receiver=False),
    _of_field("greater minimum", "price", _set(minimum=1), sender=True, receiver=False),
    _of_field("smaller minimum", "price", _set(minimum=-1), sender=False, receiver=True),
    _of_field("whole numbers only", "price", _set(type="integer"), sender=True, receiver=False),
    _of_field("text for a number", "price", _set(type="string"), sender=True, receiver=True),
    _of_field("one value more", "state", _set(enum=["forSale", "sold", "lost"]), sender=False, receiver=True),
    _of_field("one value less", "state", _set(enum=["sold"]), sender=True, receiver=False),
    _of_field("any text", "state", _drop("enum"), sender=False, receiver=True),
    _of_field("never null", "note", _set(type="string"), sender=True, receiver=False),
    _of_field("may be null", "title", _set(type=["string", "null"]), sender=False, receiver=True),
    _of_field("another pattern", "_id", _set(pattern="^[0-9]+$"), sender=True, receiver=True),
    _of_field("a pattern more", "title", _set(pattern="^a"), sender=True, receiver=False),
    _of_field("no pattern", "_id", _drop("pattern"), sender=False, receiver=True),
    _of_field("more elements", "tags", _set(maxItems=9), sender=False, receiver=True),
    _of_field("fewer elements", "tags", _set(maxItems=2), sender=True, receiver=False),
    _of_field("at least one element", "tags", _set(minItems=1), sender=True, receiver=False),
    _of_field("a rule more", "title", lambda node: node.update({"x-validations": ["isEmail()"]}), sender=True, receiver=False),
    _of_field("a format", "title", _set(format="email"), sender=True, receiver=False),
    _of_field("documentation", "title", _set(description="The title."), sender=False, receiver=False),
    _of_field("smaller entries", "more", lambda node: node["additionalProperties"].update(minimum=5), sender=True, receiver=False),
    _of_type("a property is gone", lambda node: node["properties"].pop("note"), sender=True, receiver=True),
    _of_type("a new property", lambda node: node["properties"].update(x={"type": "string"}), sender=False, receiver=False),
    _of_type(
        "a new property that is needed",
        lambda node: (node["properties"].update(x={"type": "string"}), node["required"].append("x")),
        sender=True,
        receiver=False,
    ),
    _of_type("a property is needed", lambda node: node["required"].append("price"), sender=True, receiver=False),
    _of_type("a property is needed no more", lambda node: node["required"].remove("title"), sender=False, receiver=True),
]  # fmt: skip

FUNCTIONS = [
    _of_function("a function is gone", lambda d: d["paths"].pop("/itemService.getAll"), breaks=True),
    _of_function("a new function", lambda d: d["paths"].update({"/a.b": {"post": {}}}), breaks=False),
    _of_function("no GET", lambda d: d["paths"]["/itemService.getAll"].pop("get"), breaks=True),
    _of_function("GET too", lambda d: d["paths"]["/itemService.createItem"].update(get={}), breaks=False),
    _of_function("a token is wanted", lambda d: d["paths"]["/itemService.getAll"]["post"].update(security=[{"bearerAuth": []}]), breaks=True),
    _of_function("for everyone", lambda d: _operation(d).update(security=[]), breaks=False),
    _of_function("a role less", lambda d: _operation(d)["security"].pop(), breaks=True),
    _of_function("a role more", lambda d: _operation(d)["security"].append({"bearerAuth": ["owner"]}), breaks=False),
    _of_function("any token", lambda d: _operation(d).update(security=[{"bearerAuth": []}]), breaks=False),
    _of_function("an argument may be left out", lambda d: _operation(d)["requestBody"].update(required=False), breaks=False),
    _of_function("no argument", lambda d: _operation(d).pop("requestBody"), breaks=True),
    _of_function(
        "an argument that must be sent",
        lambda d: d["paths"]["/itemService.getAll"]["post"].update(requestBody={"required": True, "content": {}}),
        breaks=True,
    ),
    _of_function(
        "an argument that may be sent",
        lambda d: d["paths"]["/itemService.getAll"]["post"].update(requestBody={"content": {}}),
        breaks=False,
    ),
    _of_function("another status", lambda d: _operation(d)["responses"].update({"201": _operation(d)["responses"].pop("200")}), breaks=True),
    _of_function("a status of errors more", lambda d: _operation(d)["responses"].update({"409": {}}), breaks=False),
    _of_function("a status of errors less", lambda d: _operation(d)["responses"].pop("400"), breaks=False),
    _of_function(
        "an error more",
        lambda d: _operation(d)["responses"]["400"]["content"]["application/json"]["examples"].update({"itemService.2": {}}),
        breaks=False,
    ),
    _of_function(
        "an error less",
        lambda d: _operation(d)["responses"]["400"]["content"]["application/json"]["examples"].pop("itemService.1"),
        breaks=False,
    ),
    _of_function("a header less", lambda d: _operation(d)["responses"]["200"].pop("headers"), breaks=True),
    _of_function("another kind of answer", lambda d: _operation(d)["responses"]["200"].update(content={"text/csv": {}}), breaks=True),
    _of_function("no answer", lambda d: _operation(d)["responses"]["200"].pop("content"), breaks=True),
    _of_function(
        "an answer where there was none",
        lambda d: d["paths"]["/itemService.getAll"]["post"]["responses"]["200"].update(content={"application/json": {}}),
        breaks=True,
    ),
    _of_function("it is deprecated", lambda d: _operation(d).update(deprecated=True), breaks=False),
    _of_function("other words", lambda d: _operation(d).update(summary="Makes an item."), breaks=False),
]  # fmt: skip


class Verdict(NamedTuple):
    """One change as it was judged, and as it should be."""

    name: str
    judged: bool
    expected: bool


def verdicts() -> list[Verdict]:
    """Judge each change, for those that send a value and those that receive it."""
    from backk_core.publish.contract_differences import differences

    found = []
    for mutation in (*FIELDS, *FUNCTIONS):
        for schema, expected in (("ItemCreate", mutation.breaks_sender), ("Item", mutation.breaks_receiver)):
            if expected is None:
                continue
            changed = _base()
            mutation.change(changed, schema)
            breaks = any(difference.breaks for difference in differences(_base(), changed))
            found.append(Verdict(f"{mutation.name} ({schema})", breaks, expected))
    return found


def main() -> None:
    found = verdicts()
    wrong = [verdict.name for verdict in found if verdict.judged != verdict.expected]
    print(
        f"G18: {len(found)} changes of a contract judged, {len(wrong)} wrongly{': ' if wrong else ''}{', '.join(wrong)}"
    )
    raise SystemExit(bool(wrong))


if __name__ == "__main__":
    from django import setup

    setup()
    main()
