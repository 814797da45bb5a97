"""JSON Schemas (draft 2020-12, which OpenAPI 3.1 uses) of contracts, each type and use of it one named component."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any, TypeAlias

import msgspec

from backk_core.declare.types import UNSET
from backk_core.declare.validators import Validator
from backk_core.describe.contracts import MISSING, FieldContract, TypeContract
from backk_core.describe.field_kinds import ARRAY, MAP, OBJECT, STRING
from backk_core.publish.samples import Sampler
from backk_core.publish.type_names import first_free_name
from backk_core.publish.uses import Use

Schema: TypeAlias = dict[str, Any]

#: What joins two bounds of one keyword into the one that holds both.
_TIGHTER: Mapping[str, Any] = {
    **dict.fromkeys(("minimum", "exclusiveMinimum", "minLength", "minItems"), max),
    **dict.fromkeys(("maximum", "exclusiveMaximum", "maxLength", "maxItems"), min),
}
_OF_NUMBERS = frozenset({"minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum", "multipleOf"})
_OF_TEXTS = frozenset({"minLength", "maxLength", "pattern"})
#: No database stores a NUL, so that no text on the wire may have one.
_NO_NUL = "^[^\\x00]*$"


class Components:
    """The schemas of all types that a document names, made on demand."""

    def __init__(self) -> None:
        self.schemas: dict[str, Schema] = {}
        self._names: dict[tuple[type, Use], str] = {}
        self._sampler = Sampler()

    def ref(self, contract: TypeContract, use: Use) -> Schema:
        """Return the reference to a type's component; a map has no name, and is described where it stands."""
        if contract.entries is not None:
            return self._value(contract.entries, use)
        key = (contract.cls, use)
        if key not in self._names:
            name = self._names[key] = first_free_name(contract, use, self.schemas)
            self.schemas[name] = {}
            self.schemas[name].update(self._object(contract, use))
        return {"$ref": f"#/components/schemas/{self._names[key]}"}

    def example(self, contract: TypeContract, use: Use) -> Any:
        """Return an example that keeps every rule, as it is on the wire; LookupError where none is known."""
        return self._sampler.example(contract, use.mode)

    def _object(self, contract: TypeContract, use: Use) -> Schema:
        fields = tuple(use.fields(contract))
        schema: Schema = {"type": "object"}
        if contract.documentation:
            schema["description"] = contract.documentation
        schema["properties"] = {field.wire_name: self._property(field, use) for field in fields}
        required = [field.wire_name for field in fields if use.requires(field)]
        if required:
            schema["required"] = required
        if not use.is_answer:
            schema["additionalProperties"] = False
        with suppress(LookupError):
            schema["examples"] = [self.example(contract, use)]
        return schema

    def _property(self, field: FieldContract, use: Use) -> Schema:
        schema = self._value(field, use)
        if field.nullable:
            schema = nullable(schema)
        if field.documentation:
            schema = {**schema, "description": field.documentation}
        if field.ui:
            schema = {**schema, "x-ui": dict(field.ui)}
        if not use.is_answer:
            # an update leaves alone what is not sent
            default = MISSING if use in (Use.UPDATE, Use.PART) else _default(field)
            if default is not MISSING:
                schema["default"] = default
            rules = [rule.metadata() for rule in field.validators if not rule.native]
            if rules:
                schema["x-validations"] = rules
        return schema

    def _value(self, field: FieldContract, use: Use) -> Schema:
        if field.kind is OBJECT and field.type is not None:
            return self.ref(field.type, use.inside(field))
        if field.kind is ARRAY and field.element is not None:
            items = {"type": "array", "items": self._property(field.element, use.inside(field))}
            # sizes bind what is sent, not what is left after a removal
            return items if use.is_answer else merged(items, *_schemas(field.validators, "array"))
        if field.kind is MAP and field.element is not None:
            entries = {"type": "object", "additionalProperties": self._property(field.element, use)}
            if use.is_answer:
                return entries
            names = merged(*_schemas(field.names, "string"), *([{"pattern": _NO_NUL}] if field.names else []))
            rules = _schemas(field.validators, "object")
            return merged(entries, *([{"propertyNames": names}] if names else []), *rules)
        if field.choices is not None:
            wire = [_dumped(field, choice) for choice in field.choices]
            return {**{k: v for k, v in field.kind.json_type.items() if k == "type"}, "enum": wire}
        plain = field.kind.json_type
        schema = merged(plain, *_schemas(field.validators, plain.get("type", "")))
        if field.kind is STRING and not use.is_answer and _lets_nul_pass(field.validators, schema):
            schema = merged(schema, {"pattern": _NO_NUL})
        return schema


def merged(*schemas: Schema) -> Schema:
    """Return one schema that demands what all demand."""
    result: Schema = {}
    besides: list[Schema] = []
    for keyword, value in ((keyword, value) for schema in schemas for keyword, value in schema.items()):
        if keyword not in result:
            result[keyword] = value
        elif keyword in _TIGHTER:
            result[keyword] = _TIGHTER[keyword](result[keyword], value)
        elif keyword == "allOf":
            besides.extend(value)
        elif keyword == "type" and {result[keyword], value} == {"number", "integer"}:
            result[keyword] = "integer"
        elif keyword != "type" and result[keyword] != value:
            besides.append({keyword: value})
    if besides:
        # a part without a type would be of any
        typed = {"type": result["type"]} if "type" in result else {}
        result["allOf"] = [*result.get("allOf", ()), *({**typed, **part} for part in besides)]
    return result


def nullable(schema: Schema) -> Schema:
    """Return the schema that lets null pass too."""
    if "$ref" in schema:
        return {"anyOf": [schema, {"type": "null"}]}
    if "type" not in schema:
        return schema
    widened = {**schema, "type": [schema["type"], "null"]}
    if "allOf" in schema:
        widened["allOf"] = [nullable(part) for part in schema["allOf"]]
    if "enum" in schema:
        widened["enum"] = [*schema["enum"], None]
    return widened


def _schemas(rules: tuple[Validator, ...], json_type: str) -> Iterator[Schema]:
    """Yield what the rules contribute to a schema of that type; keywords about other types would only confuse."""
    foreign = _OF_NUMBERS if json_type == "string" else _OF_TEXTS if json_type in ("number", "integer") else frozenset()
    for rule in rules:
        schema = {keyword: value for keyword, value in rule.json_schema().items() if keyword not in foreign}
        if json_type == "string" and schema.get("type") in ("number", "integer"):
            del schema["type"]
        yield schema


def _lets_nul_pass(rules: tuple[Validator, ...], schema: Schema) -> bool:
    """Tell whether the rules accept a text with a NUL in it; tried out, since no pattern tells it of itself."""
    if "enum" in schema or "format" in schema or schema.get("maxLength") == 0:
        return False
    shortest = schema.get("minLength", 0)
    tried = ["\0" * max(1, shortest), "a" * max(0, shortest - 1) + "\0"]
    for rule in rules:
        try:
            sample = rule.sample()
        except LookupError:
            continue
        if isinstance(sample, str):
            tried += [sample[:-1] + "\0", sample + "\0"]
    return any(all(rule.accepts(text) for rule in rules) for text in tried)


def _default(field: FieldContract) -> Any:
    """Return a property's default as it is on the wire, MISSING where there is none to tell."""
    default = field.default() if field.default in (list, dict, str) else field.default
    if default is MISSING or default is UNSET or (default is None and not field.nullable) or callable(default):
        return MISSING
    try:
        return msgspec.to_builtins(_dumped(field, default))
    except (TypeError, ValueError, AttributeError):
        return MISSING


def _dumped(field: FieldContract, value: Any) -> Any:
    if isinstance(value, enum.Enum):
        value = value.value
    return value if value is None or field.kind.dump is None else field.kind.dump(value)
