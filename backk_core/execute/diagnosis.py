"""What is wrong with an argument: every violation at once, found by the slow way when the fast decoder refused."""

from __future__ import annotations

import json
import math
from typing import Any

import msgspec

from backk_core.declare.conf import conf
from backk_core.declare.errors import InvalidArgument, Violation
from backk_core.declare.validators import ObjectRule, Validator
from backk_core.describe.contracts import FieldContract, Mode, TypeContract
from backk_core.describe.field_kinds import ANY, ARRAY, FLOAT, IDS, INTEGER, JSON, MAP, OBJECT, is_id
from backk_core.execute.nesting import is_deeper_than

Path = tuple[str | int, ...]

#: What is wrong with brackets in brackets in brackets.
TOO_DEEP = "it is nested too deeply"
#: More violations than this are not listed: an argument of a million bad elements must not make a huge answer.
MOST_VIOLATIONS = 100


def diagnosed(body: bytes, contract: TypeContract, mode: Mode) -> dict[str, Any]:
    """Return the checked values of a JSON argument by Python names. InvalidArgument lists every violation."""
    try:
        return Diagnosis(mode).argument(parsed(body), contract)
    except RecursionError:
        # what the reader could follow may still be too deep to judge
        raise InvalidArgument(TOO_DEEP) from None


def parsed(body: bytes) -> dict[str, Any]:
    """Return the JSON object of a body; an empty body is an empty object. InvalidArgument where it is none."""
    if is_deeper_than(conf().max_json_depth, body):
        raise InvalidArgument(TOO_DEEP)
    try:
        raw = _read(body.decode("utf-8") or "{}")
    except UnicodeDecodeError:
        raise InvalidArgument("it is not UTF-8") from None
    except RecursionError:
        raise InvalidArgument(TOO_DEEP) from None
    except ValueError as error:
        raise InvalidArgument(f"it is not JSON: {error}") from None
    if not isinstance(raw, dict):
        raise InvalidArgument("it must be a JSON object")
    return raw


#: What is wrong with a number beyond a float's range where any value may be.
_UNKEPT = "must have no number beyond the range of double precision"


def _integer(digits: str) -> int | float:
    try:
        return int(digits)
    except ValueError:
        # more digits than Python reads: infinity, which is out of every range
        return float(digits)


def _no_constant(name: str) -> Any:
    msg = f"{name} is no JSON value"
    raise ValueError(msg)


#: Not msgspec's reader: this one tells where a number is out of range or a text is no Unicode.
_read = json.JSONDecoder(parse_int=_integer, parse_constant=_no_constant).decode


class Diagnosis:
    """Collects the violations of one argument."""

    def __init__(self, mode: Mode) -> None:
        self._mode = mode
        self._violations: list[Violation] = []

    def argument(self, raw: dict[str, Any], contract: TypeContract) -> dict[str, Any]:
        """Return the checked values. InvalidArgument lists what is wrong."""
        values: dict[str, Any]
        if contract.entries is not None:
            values = self._value(raw, contract.entries, (), self._mode)
        else:
            values = self._object(raw, contract, (), self._mode)
        if self._violations:
            raise InvalidArgument(self._violations)
        return values

    def _refuse(self, path: Path, message: str, unknown: str | None = None) -> None:
        if len(self._violations) < MOST_VIOLATIONS:
            self._violations.append(Violation(path, message, unknown=unknown))

    def _refuse_by(self, rule: Validator, path: Path, value: Any) -> None:
        if len(self._violations) < MOST_VIOLATIONS:
            self._violations.append(Violation(path, rule.message, rule.violation(str(path[-1]), value)))

    def _object(self, raw: dict[str, Any], contract: TypeContract, path: Path, mode: Mode) -> dict[str, Any]:
        before = len(self._violations)
        known = contract.entering_by_wire_name(mode)
        for name in raw:
            if name not in known:
                self._unknown(name, contract, path)
        values: dict[str, Any] = {}
        for wire_name, field in known.items():
            if wire_name in raw:
                values[field.name] = self._field(raw[wire_name], field, (*path, wire_name), mode)
            elif field.is_required(mode):
                self._refuse((*path, wire_name), "should not be null or undefined")
        if mode is Mode.PART and contract.identity.name not in values:
            self._new_part(values, contract, path)
        if len(self._violations) == before:
            self._object_rules(values, contract, path)
        return values

    def _new_part(self, values: dict[str, Any], contract: TypeContract, path: Path) -> None:
        """Judge a part without an id of its own: it is a new one."""
        for field in contract.entering(Mode.PART):
            if field.name not in values and field.required and field.enters(Mode.CREATE):
                self._refuse((*path, field.wire_name), "should not be null or undefined")
            elif field.name in values and not field.enters(Mode.CREATE):
                self._refuse((*path, field.wire_name), "is not allowed")

    def _unknown(self, name: str, contract: TypeContract, path: Path) -> None:
        field = contract.by_wire_name.get(name)
        if (
            field is not None
            and field.access is not None
            and (field.leaves or field.enters(Mode.CREATE) or field.enters(Mode.UPDATE))
        ):
            self._refuse((*path, name), "is not allowed")
        else:
            self._refuse(path, f"property {_shown(name)} should not exist", _shown(name))

    def _object_rules(self, values: dict[str, Any], contract: TypeContract, path: Path) -> None:
        view: _View | None = None
        for field in contract.fields:
            for rule in field.validators:
                if isinstance(rule, ObjectRule) and field.name in values:
                    view = view or _View(values, contract)
                    if not rule.accepts_object(view, values[field.name]):
                        self._refuse_by(rule, (*path, field.wire_name), values[field.name])

    def _field(self, raw: Any, field: FieldContract, path: Path, mode: Mode) -> Any:
        if raw is None:
            if field.kind is JSON:
                return msgspec.Raw(b"null")
            if not field.nullable and field.kind is not ANY:
                self._refuse(path, "should not be null or undefined")
            return None
        return self._value(raw, field, path, mode)

    def _value(self, raw: Any, field: FieldContract, path: Path, mode: Mode) -> Any:
        before = len(self._violations)
        value = self._typed(raw, field, path, mode)
        if len(self._violations) > before:
            return None
        if field.choices is not None:
            plain = value.value if field.enumeration is not None else value
            if plain not in field.choices:
                self._refuse(path, f"must be one of the following values: {', '.join(map(str, field.choices))}")
                return None
        for rule in field.validators:
            if not rule.accepts(value):
                self._refuse_by(rule, path, value)
        return value

    def _typed(self, raw: Any, field: FieldContract, path: Path, mode: Mode) -> Any:
        kind = field.kind
        if kind is ARRAY:
            return self._array(raw, field, path, mode)
        if kind is OBJECT:
            if not isinstance(raw, dict):
                self._refuse(path, f"must be {kind.expected}")
                return None
            assert field.type is not None
            return self._object(raw, field.type, path, field.inner_mode(mode))
        if kind is MAP:
            return self._map(raw, field, path, mode)
        if kind is JSON:
            # whoever it is handed on to looks into it
            return self._passed_on(raw, path)
        if kind is ANY:
            return self._anything(raw, path)
        if isinstance(raw, str) and not self._is_text(raw, path):
            return None
        if isinstance(raw, float) and not math.isfinite(raw):
            self._refuse(path, f"must be {kind.expected}")
            return None
        if kind is INTEGER and isinstance(raw, float) and raw.is_integer():
            raw = int(raw)
        if field.enumeration is not None:
            return self._member(raw, field, path)
        return self._converted(raw, field, path)

    def _converted(self, raw: Any, field: FieldContract, path: Path) -> Any:
        kind = field.kind
        try:
            value = msgspec.convert(raw, kind.wire_type, builtin_types=())
            value = kind.load(value) if kind.load is not None else value
        except (msgspec.ValidationError, OverflowError, ValueError):
            self._refuse(path, f"must be {kind.expected}")
            return None
        if (kind is FLOAT and not math.isfinite(value)) or (kind in IDS and not is_id(value)):
            self._refuse(path, f"must be {kind.expected}")
            return None
        return value

    def _member(self, raw: Any, field: FieldContract, path: Path) -> Any:
        assert field.enumeration is not None
        try:
            return field.enumeration(raw)
        except ValueError:
            self._refuse(path, f"must be one of the following values: {', '.join(map(str, field.choices or ()))}")
            return None

    def _array(self, raw: Any, field: FieldContract, path: Path, mode: Mode) -> Any:
        if not isinstance(raw, list):
            self._refuse(path, "must be an array")
            return None
        element = field.element
        assert element is not None
        for rule in field.validators:
            # one million elements are refused for their number, not looked at one by one
            if "max_length" in rule.native and not rule.accepts(raw):
                self._refuse_by(rule, path, raw)
                return None
        inner = field.inner_mode(mode)
        return [self._field(item, element, (*path, index), inner) for index, item in enumerate(raw)]

    def _map(self, raw: Any, field: FieldContract, path: Path, mode: Mode) -> Any:
        if not isinstance(raw, dict):
            self._refuse(path, "must be an object")
            return None
        element = field.element
        assert element is not None
        for rule in field.validators:
            if "max_length" in rule.native and not rule.accepts(raw):
                self._refuse(path, rule.message)
                return None
        for name in raw:
            if self._is_text(name, (*path, _shown(name))):
                for rule in field.names:
                    if not rule.accepts(name):
                        self._refuse(path, f"property name {_shown(name)} {rule.message}")
        return {name: self._field(item, element, (*path, _shown(name)), mode) for name, item in raw.items()}

    def _passed_on(self, raw: Any, path: Path) -> Any:
        try:
            return msgspec.Raw(json.dumps(raw, allow_nan=False).encode())
        except ValueError:
            self._refuse(path, _UNKEPT)
            return None

    def _anything(self, raw: Any, path: Path) -> Any:
        if isinstance(raw, list):
            return [self._anything(item, (*path, index)) for index, item in enumerate(raw)]
        if isinstance(raw, dict):
            return {name: self._anything(item, (*path, _shown(name))) for name, item in raw.items()}
        if isinstance(raw, str):
            self._is_text(raw, path)
        elif isinstance(raw, float) and not math.isfinite(raw):
            self._refuse(path, _UNKEPT)
        return raw

    def _is_text(self, raw: str, path: Path) -> bool:
        if "\0" in raw:
            self._refuse(path, "must not contain NUL characters")
            return False
        try:
            raw.encode()
        except UnicodeEncodeError:
            self._refuse(path, "must not contain lone surrogates")
            return False
        return True


class _View:
    """The values of an object by attribute, for rules that look at several."""

    def __init__(self, values: dict[str, Any], contract: TypeContract) -> None:
        self.__dict__.update({field.name: None for field in contract.fields})
        self.__dict__.update(values)


def _shown(name: str) -> str:
    return name[:64].encode("unicode_escape").decode()
