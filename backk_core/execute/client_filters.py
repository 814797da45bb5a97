"""The filters that clients define: which fields, functions, operators and values they may name, and what those mean.

Of a field that is null only ``IS NULL`` holds: ``!=``, ``NOT IN`` and ``NOT LIKE`` leave it out as ``=`` does.
"""

from __future__ import annotations

import datetime
import decimal
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import msgspec
from django.core.exceptions import ValidationError
from django.db.backends.base.base import BaseDatabaseWrapper

from backk_core.declare.errors import InvalidArgument, Violation
from backk_core.declare.stored_forms import StoredForm
from backk_core.declare.types import OrFilter, UserDefinedFilter
from backk_core.describe.contracts import FieldContract, TypeContract
from backk_core.describe.field_kinds import (
    ARRAY,
    BOOLEAN,
    DATE,
    DECIMAL,
    FLOAT,
    ID,
    IDS,
    INTEGER,
    LOCAL_ID,
    STRING,
    TIME,
    TIMESTAMP,
    UUID,
    FieldKind,
    is_id,
    is_plain,
)
from backk_core.execute.columns import column_sql, comparable, equatable, placeholder
from backk_core.execute.field_functions import FUNCTIONS
from backk_core.execute.filters import NOTHING, Adapt, Condition, adapter, all_of_them, found_by
from backk_core.execute.queries import EVERY, ROOT, paths_of

#: Filters in one call, the alternatives of ``OR`` counted too.
MOST_FILTERS = 200
#: Values in all lists of one call.
MOST_VALUES = 1000
#: Characters of a pattern: matching takes time in proportion to the pattern's length times the text's.
LONGEST_PATTERN = 500

_NULLS = ("IS NULL", "IS NOT NULL")
_EQUALITY = ("=", "!=", "IN", "NOT IN")
_ORDER = (">", "<", ">=", "<=")
_PATTERNS = ("LIKE", "NOT LIKE")
_OPERATORS: dict[FieldKind, tuple[str, ...]] = {
    STRING: (*_EQUALITY, *_ORDER, *_PATTERNS, *_NULLS),
    BOOLEAN: (*_EQUALITY, *_NULLS),
    ARRAY: _NULLS,
    LOCAL_ID: (*_EQUALITY, *_NULLS),
    **dict.fromkeys((INTEGER, FLOAT, DECIMAL, ID, UUID, TIMESTAMP, DATE, TIME), (*_EQUALITY, *_ORDER, *_NULLS)),
}
#: What a field that its own class writes and reads (an encrypted one) can be asked.
_OPAQUE_OPERATORS = ("=", "IN", *_NULLS)

#: More digits than these no database keeps.
_MOST_DIGITS = 65


def client_conditions(
    db: BaseDatabaseWrapper, contract: TypeContract, filters: Sequence[UserDefinedFilter]
) -> Mapping[str, Condition]:
    """Return the conditions that the filters joined by AND amount to, by path.

    InvalidArgument lists all that is wrong.
    """
    if not filters:
        return {}
    if sum(1 + len(given.or_filters or ()) for given in filters) > MOST_FILTERS:
        raise InvalidArgument(f"it must not have more than {MOST_FILTERS} filters")
    reading = _Reading(db, contract)
    found: dict[str, list[Condition]] = {}
    for given in filters:
        for path in reading.paths(given):
            found.setdefault(path, []).append(reading.condition(given, path))
    if reading.violations:
        raise InvalidArgument(reading.violations)
    return {path: all_of_them(conditions)._replace(from_client=True) for path, conditions in found.items()}


@dataclass(frozen=True, slots=True)
class _Operand:
    """What a filter compares: SQL for equality, for order and for being null, and the kind of its values."""

    equal: str
    ordered: str
    plain: str
    kind: FieldKind
    mark: str
    marks: str
    operators: tuple[str, ...]
    adapt: Adapt
    #: Where values are found by another column: what that may hold of a row that has a value.
    searched: Callable[[Any], Sequence[Any]] | None = None

    def side(self, operator: str) -> str:
        """Return what stands on the left of an operator: for ``=`` and ``IN`` what an index may be found for."""
        return self.equal if operator in ("=", "IN") else self.ordered


class _Refused(Exception):
    """Ends the reading of one filter, which is wrong."""


class _Reading:
    """Reads the filters of one call and collects what is wrong with them."""

    def __init__(self, db: BaseDatabaseWrapper, contract: TypeContract) -> None:
        self.violations: list[Violation] = []
        self._db = db
        self._paths = paths_of(contract)
        self._readable: Mapping[str, FieldContract] = {}
        self._values = 0

    def paths(self, given: UserDefinedFilter) -> Sequence[str]:
        """Return the paths that a filter is about."""
        compared = (given.or_filters or ()) if given.operator == "OR" else [given]
        # an alternative is about the path of its filter, if it names none
        named = dict.fromkeys(one.sub_entity_path or given.sub_entity_path for one in compared)
        path, *others = named or (ROOT,)
        if others:
            self._note(("orFilters",), "must be about one path, all of them")
        if path in self._paths:
            return [path]
        if path != EVERY:
            self._note(("subEntityPath",), f"has an unknown path: {path[:64]}")
            return ()
        names = {one.field_name for one in compared}
        found = [known for known, held in self._paths.items() if names <= _readable(held).keys()]
        if not found:
            unknown = next(iter(names - _readable(self._paths[ROOT]).keys()))
            self._note(("fieldName",), f"has an unknown field: {unknown[:64]}")
        return found

    def condition(self, given: UserDefinedFilter, path: str) -> Condition:
        """Return the condition of one filter, or of the alternatives of an ``OR``, on the rows of a path."""
        self._readable = _readable(self._paths[path])
        if given.operator != "OR":
            if given.or_filters:
                self._note(("orFilters",), "must come with the operator OR")
            return self._comparison(given)
        alternatives = [self._comparison(alternative) for alternative in given.or_filters or ()]
        if not alternatives:
            self._note(("orFilters",), "must have the alternatives of the operator OR")
        return Condition(
            " OR ".join(f"({alternative.sql})" for alternative in alternatives),
            tuple(value for alternative in alternatives for value in alternative.parameters),
        )

    def _note(self, path: tuple[str | int, ...], message: str) -> None:
        if len(self.violations) < 100:
            self.violations.append(Violation(path, message))

    def _refuse(self, path: tuple[str | int, ...], message: str) -> _Refused:
        self._note(path, message)
        return _Refused()

    def _comparison(self, given: UserDefinedFilter | OrFilter) -> Condition:
        try:
            return self._compared(given)
        except _Refused:
            return NOTHING

    def _compared(self, given: UserDefinedFilter | OrFilter) -> Condition:
        operand, name, operator = self._operand(given), given.field_name, given.operator
        if operator not in operand.operators:
            raise self._refuse((name, "operator"), f"must be one of {', '.join(operand.operators)}")
        if operator in _NULLS:
            return Condition(f"{operand.plain} {operator}")
        if operand.searched is not None:
            wanted = self._elements(operand, name, given.value if operator == "IN" else [given.value])
            return found_by(self._db, operand.equal, [known for value in wanted for known in operand.searched(value)])
        if operator in ("IN", "NOT IN"):
            return self._listed(operand, name, operator, given.value)
        if operator in _PATTERNS:
            return self._like(operand, name, operator, given.value)
        value = self._adapted(operand, given.value, (name, "value"))
        if operator in _ORDER and value == _NOBODY and operand.kind is ID:
            raise self._refuse((name, "value"), "must be the digits of an id, to be put in order")
        sign = "<>" if operator == "!=" else operator
        return Condition(f"{operand.side(operator)} {sign} {operand.mark}", (value,))

    def _operand(self, given: UserDefinedFilter | OrFilter) -> _Operand:
        # one answer for a field that is not there and one that is private
        field = self._readable.get(given.field_name)
        if field is None or field.kind not in _OPERATORS:
            raise self._refuse(("fieldName",), f"has an unknown field: {given.field_name[:64]}")
        if given.field_function is None:
            return self._column(field)
        function = FUNCTIONS[given.field_function]
        if not is_plain(field.model_field) or field.kind not in function.takes:
            fitting = [name for name, known in FUNCTIONS.items() if field.kind in known.takes]
            said = f"must be one of {', '.join(fitting)}" if fitting else "should not be given"
            raise self._refuse((given.field_name, "fieldFunction"), said)
        kind = function.gives or field.kind
        expression = f"({function.say(self._db, column_sql(self._db, field), field.kind)})"
        return self._operand_of(expression, expression, expression, kind, _identity)

    def _column(self, field: FieldContract) -> _Operand:
        db, column = self._db, column_sql(self._db, field)
        if isinstance(field.model_field, StoredForm):
            return self._stored_form(field, field.model_field, column)
        if not is_plain(field.model_field):
            return _Operand(column, column, column, field.kind, "%s", "%s", _OPAQUE_OPERATORS, adapter(db, field))
        # a decimal is compared as it was sent: rounding it to the column's places would make it equal to what it is not
        adapt = _OWN_FORM[field.kind] if field.kind in _OWN_FORM else adapter(db, field)
        if field.kind is UUID and db.vendor == "mysql":
            # as text: MariaDB takes a UUID that it would not keep for null, from which nothing differs
            adapt = _then_text(adapt)
        return self._operand_of(equatable(db, field), comparable(db, field), column, field.kind, adapt)

    def _stored_form(self, field: FieldContract, form: StoredForm, column: str) -> _Operand:
        """Return the operand of a field whose column tells nothing of its values."""
        if form.search_column is None:
            return _Operand(column, column, column, field.kind, "%s", "%s", _NULLS, _identity)
        return _Operand(
            form.search_column, column, column, field.kind, "%s", "%s", _OPAQUE_OPERATORS, _identity, form.searched
        )

    def _operand_of(self, equal: str, ordered: str, plain: str, kind: FieldKind, adapt: Adapt) -> _Operand:
        db = self._db
        adapt = str if kind is DECIMAL and db.vendor == "sqlite" else adapt
        mark, marks = placeholder(db, kind), placeholder(db, kind, many=True)
        return _Operand(equal, ordered, plain, kind, mark, marks, _OPERATORS[kind], adapt)

    def _listed(self, operand: _Operand, name: str, operator: str, raw: Any) -> Condition:
        values = self._elements(operand, name, raw)
        if not values:
            return NOTHING if operator == "IN" else Condition(f"{operand.plain} IS NOT NULL")
        if self._db.vendor == "postgresql" and operand.marks != "%s":
            found = "= ANY" if operator == "IN" else "<> ALL"
            return Condition(f"{operand.side(operator)} {found}({operand.marks})", (values,))
        marks = ", ".join([operand.mark] * len(values))
        return Condition(f"{operand.side(operator)} {operator} ({marks})", tuple(values))

    def _elements(self, operand: _Operand, name: str, raw: Any) -> list[Any]:
        if not isinstance(raw, list):
            raise self._refuse((name, "value"), "must be an array")
        self._values += len(raw)
        if self._values > MOST_VALUES:
            raise self._refuse((name, "value"), f"must not bring the values of all filters to more than {MOST_VALUES}")
        before = len(self.violations)
        values = [self._element(operand, item, (name, "value", index)) for index, item in enumerate(raw)]
        if len(self.violations) > before:
            raise _Refused
        return values

    def _element(self, operand: _Operand, raw: Any, path: tuple[str | int, ...]) -> Any:
        try:
            return self._adapted(operand, raw, path)
        except _Refused:
            return None

    def _adapted(self, operand: _Operand, raw: Any, path: tuple[str | int, ...]) -> Any:
        value = self._value(operand.kind, raw, path)
        try:
            return operand.adapt(value)
        except (ArithmeticError, TypeError, ValueError, ValidationError):
            # a field of a third party's class has its own mind
            raise self._refuse(path, f"must be {operand.kind.expected}") from None

    def _like(self, operand: _Operand, name: str, operator: str, raw: Any) -> Condition:
        pattern = self._value(operand.kind, raw, (name, "value"))
        pieces = _pieces(pattern)
        if pieces is None:
            raise self._refuse((name, "value"), "must not end with a single backslash")
        if len(pieces) > LONGEST_PATTERN:
            raise self._refuse((name, "value"), f"must be shorter than or equal to {LONGEST_PATTERN} characters")
        if self._db.vendor == "sqlite":
            # SQLite's LIKE takes a for A
            return Condition(f"{operand.plain} {operator.replace('LIKE', 'GLOB')} %s", (_written(pieces, _GLOB),))
        return Condition(f"{operand.ordered} {operator} {operand.mark} ESCAPE '|'", (_written(pieces, _LIKE),))

    def _value(self, kind: FieldKind, raw: Any, path: tuple[str | int, ...]) -> Any:
        """Return Python's value of what was sent."""
        if raw is None:
            raise self._refuse(path, "should not be null: the operators for that are IS NULL and IS NOT NULL")
        if kind is INTEGER and isinstance(raw, float) and raw.is_integer():
            raw = int(raw)
        try:
            value = msgspec.convert(raw, kind.wire_type, builtin_types=())
            value = kind.load(value) if kind.load is not None else value
        except (msgspec.ValidationError, OverflowError, ValueError):
            value = None
        if value is None or not _is_sound(kind, value):
            raise self._refuse(path, f"must be {kind.expected}")
        return value


@lru_cache(maxsize=1024)
def _readable(contract: TypeContract) -> Mapping[str, FieldContract]:
    return {field.wire_name: field for field in contract.answered if field.column is not None}


def _identity(value: Any) -> Any:
    return value


def _then_text(adapt: Adapt) -> Adapt:
    return lambda value: str(adapt(value))


#: What no row's key is.
_NOBODY = -1


def _key(text: str) -> int:
    """Return the number of an id, as an answer writes it."""
    number = int(text) if text.isdigit() and len(text) < 20 else _NOBODY
    return number if str(number) == text and number < 2**63 else _NOBODY


_OWN_FORM: dict[FieldKind, Adapt] = {DECIMAL: _identity, ID: _key}


def _is_sound(kind: FieldKind, value: Any) -> bool:
    """Tell whether every database can take the value."""
    if isinstance(value, bool):
        return kind is BOOLEAN
    if isinstance(value, str):
        return "\0" not in value and _is_unicode(value) and (kind not in IDS or is_id(value))
    if isinstance(value, int):
        return -(2**63) <= value < 2**63
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, decimal.Decimal):
        return (
            value.is_finite() and len(value.as_tuple().digits) <= _MOST_DIGITS and abs(value.adjusted()) < _MOST_DIGITS
        )
    return not isinstance(value, datetime.time) or value.tzinfo is None


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


# patterns: each piece is "%" for any text, "_" for any one character, or a character with a mark before it


def _pieces(pattern: str) -> list[str] | None:
    """Return the pieces of a client's pattern, None where its last backslash has nothing to stand before."""
    pieces: list[str] = []
    characters = iter(pattern)
    for character in characters:
        if character == "\\":
            literal = next(characters, None)
            if literal is None:
                return None
            pieces.append("=" + literal)
        elif character in "%_":
            if character != "%" or pieces[-1:] != ["%"]:
                pieces.append(character)
        else:
            pieces.append("=" + character)
    return pieces


_LIKE = {"=%": "|%", "=_": "|_", "=|": "||"}
_GLOB = {"%": "*", "_": "?", "=*": "[*]", "=?": "[?]", "=[": "[[]"}


def _written(pieces: Sequence[str], special: dict[str, str]) -> str:
    return "".join(special.get(piece) or (piece if len(piece) == 1 else piece[1:]) for piece in pieces)
