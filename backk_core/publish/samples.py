"""Examples of what travels: for each type values, as they are on the wire, that its rules accept."""

from __future__ import annotations

import datetime
import decimal
from collections.abc import Mapping
from typing import Any

import msgspec

from backk_core.declare.errors import InvalidArgument
from backk_core.declare.types import PostQueryOperations, ResponseFields
from backk_core.declare.validators import sample_for
from backk_core.describe.contracts import MISSING, FieldContract, Mode, TypeContract
from backk_core.describe.field_kinds import ARRAY, DECIMAL, FLOAT, IDS, INTEGER, MAP, OBJECT, UUID
from backk_core.execute.diagnosis import diagnosed
from backk_core.execute.encoding import encode_json

#: What is tried first: likely values, and moments that are the same on every day.
_LIKELY: Mapping[str, tuple[Any, ...]] = {
    "string": ("Sample text", "Sample"),
    "number": (1,),
    "boolean": (True,),
    "timestamp": (datetime.datetime(2030, 1, 15, 12, tzinfo=datetime.UTC),),
    "date": (datetime.date(2030, 1, 15),),
    "time": (datetime.time(12),),
}
_UUID = "6ba7b810-9dad-41d1-80b4-00c04fd430c8"
#: What guards an update against a stale entity: an example cannot know its present value.
_GUARDS = frozenset({"version", "lastModifiedTimestamp"})


class Sampler:
    """Makes examples, each once."""

    def __init__(self) -> None:
        self._known: dict[tuple[object, Mode], Any] = {}
        self._underway: set[type] = set()

    def example(self, contract: TypeContract, mode: Mode) -> dict[str, Any]:
        """Return an example of a type. LookupError where no value is known that its rules accept."""
        key = (contract if contract.entries is not None else contract.cls, mode)
        if key not in self._known:
            try:
                self._known[key] = self._made(contract, mode)
            except LookupError as failure:
                self._known[key] = failure
        known = self._known[key]
        if isinstance(known, LookupError):
            raise known
        return dict(known)

    def _made(self, contract: TypeContract, mode: Mode) -> dict[str, Any]:
        if contract.entries is not None:
            entries: dict[str, Any] = self._value(contract.entries, mode)
            return entries
        if contract.cls in self._underway:
            raise LookupError(f"{contract.name} contains itself")
        self._underway.add(contract.cls)
        try:
            example = self._properties(contract, mode)
        finally:
            self._underway.discard(contract.cls)
        if mode is not Mode.READ:
            try:
                diagnosed(encode_json(example), contract, mode)
            except InvalidArgument as refusal:
                raise LookupError(f"{contract.name}: {refusal.message}") from refusal
        return example

    def _properties(self, contract: TypeContract, mode: Mode) -> dict[str, Any]:
        example: dict[str, Any] = {}
        for field in contract.answered if mode is Mode.READ else contract.entering(mode):
            needed = field.is_required(mode)
            if not needed and (not contract.is_entity or field.wire_name in _GUARDS) and mode is not Mode.READ:
                continue
            try:
                example[field.wire_name] = self._value(field, mode)
            except LookupError:
                if mode is Mode.READ and field.nullable:
                    example[field.wire_name] = None
                elif needed or mode is Mode.READ:
                    raise
        return example

    def _value(self, field: FieldContract, mode: Mode) -> Any:
        if field.sample is not MISSING:
            return self._dumped(field, field.sample)
        if field.kind is OBJECT and field.type is not None:
            return self.example(field.type, field.inner_mode(mode))
        if field.kind is ARRAY and field.element is not None:
            element = field.element
            for items in ([self._value(element, field.inner_mode(mode))], sample_for(field.validators, "array")):
                if all(rule.accepts(items) for rule in field.validators):
                    return items
            raise LookupError(field.wire_name)
        if field.kind is MAP and field.element is not None:
            return {sample_for(field.names, "string"): self._value(field.element, mode)}
        if field.choices is not None:
            return self._dumped(field, field.choices[0])
        if field.kind in IDS:
            return "1"
        if field.kind is UUID:
            return _UUID
        return self._dumped(field, self._sample(field))

    def _sample(self, field: FieldContract) -> Any:
        rules, family = field.validators, field.kind.family
        likely = (9.95, *_LIKELY["number"]) if field.kind in (FLOAT, DECIMAL) else _LIKELY.get(family, ())
        for value in likely:
            sample = decimal.Decimal(str(value)) if field.kind is DECIMAL else value
            if all(rule.accepts(sample) for rule in rules):
                return sample
        sample = sample_for(rules, family)  # type: ignore[arg-type]
        if field.kind is INTEGER and not isinstance(sample, int):
            raise LookupError(field.wire_name)
        return decimal.Decimal(str(sample)) if field.kind is DECIMAL else sample

    def _dumped(self, field: FieldContract, value: Any) -> Any:
        return msgspec.json.decode(encode_json(value if field.kind.dump is None else field.kind.dump(value)))


def query_example(contract: TypeContract) -> dict[str, Any]:
    """Return what makes an example of a query say more than its required properties do."""
    if issubclass(contract.cls, PostQueryOperations):
        return {
            "sortBys": [{"subEntityPath": "", "fieldName": "_id", "sortDirection": "ASC"}],
            "paginations": [{"subEntityPath": "", "pageNumber": 1, "pageSize": 50}],
        }
    return {"includeResponseFields": ["_id"]} if issubclass(contract.cls, ResponseFields) else {}
