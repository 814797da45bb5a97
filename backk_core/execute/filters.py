"""Which rows an operation is about: Django's Q, literal SQL and what clients defined, as one SQL condition."""

from __future__ import annotations

import datetime
import decimal
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache, reduce
from types import MappingProxyType
from typing import Any, NamedTuple, cast

from django.core.exceptions import EmptyResultSet, FieldDoesNotExist
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model, Q

from backk_core.declare.errors import InvalidArgument, Violation
from backk_core.declare.patterns import compile_pattern
from backk_core.declare.store import Filter, PathFilter, SqlFilter
from backk_core.declare.stored_forms import StoredForm
from backk_core.declare.types import UserDefinedFilter
from backk_core.describe.contracts import FieldContract, TypeContract
from backk_core.describe.field_kinds import (
    BOOLEAN,
    DATE,
    DECIMAL,
    FLOAT,
    ID,
    INTEGER,
    STRING,
    TIME,
    TIMESTAMP,
    UUID,
    FieldKind,
    is_plain,
)
from backk_core.execute.columns import by_code_point, column_sql, placeholder
from backk_core.execute.field_functions import FUNCTIONS, simple_lower
from backk_core.execute.queries import ROOT, below, path_named, paths_of


class Condition(NamedTuple):
    """A SQL condition with ``%s`` placeholders and their values, ready for the database; empty: no condition."""

    sql: str = ""
    parameters: tuple[Any, ...] = ()
    #: Whether a client chose the shape, so that its SQL is not worth remembering.
    from_client: bool = False

    @property
    def where(self) -> str:
        """The WHERE clause, empty where there is no condition."""
        return f" WHERE {self.sql}" if self.sql else ""


NO_CONDITION = Condition()
NOTHING = Condition("1 = 0")


def all_of_them(conditions: Iterable[Condition]) -> Condition:
    """Join conditions by AND."""
    real = [condition for condition in conditions if condition.sql]
    if len(real) < 2:
        return real[0] if real else NO_CONDITION
    return Condition(
        " AND ".join(f"({condition.sql})" for condition in real),
        tuple(value for condition in real for value in condition.parameters),
        any(condition.from_client for condition in real),
    )


class Conditions(NamedTuple):
    """Which roots a reading is about, and which rows of the paths below them."""

    root: Condition
    below: Mapping[str, Condition] = MappingProxyType({})

    @property
    def from_client(self) -> bool:
        """Whether a client chose the shape of one of them."""
        return self.root.from_client or any(condition.from_client for condition in self.below.values())


NO_CONDITIONS = Conditions(NO_CONDITION)


def conditions_of(db: BaseDatabaseWrapper, contract: TypeContract, filters: Sequence[Filter]) -> Conditions:
    """Return the conditions that all filters together amount to.

    InvalidArgument where a client's is wrong; ValueError where the path of ``at`` is.
    """
    if not filters:
        return NO_CONDITIONS
    found: dict[str, list[Condition]] = {}
    for given in filters:
        if isinstance(given, PathFilter):
            path = path_named(contract, given.path)
            inner = conditions_of(db, paths_of(contract)[path], given.filters)
            found.setdefault(path, []).append(inner.root)
            for name, condition in inner.below.items():
                found.setdefault(below(path, name), []).append(condition)
        elif isinstance(given, Q):
            found.setdefault(ROOT, []).append(_of_q(db, contract, given))
        elif isinstance(given, SqlFilter):
            found.setdefault(ROOT, []).append(_of_sql(db, given))
        else:
            from backk_core.execute.client_filters import client_conditions

            wanted = [given] if isinstance(given, UserDefinedFilter) else given
            for path, condition in client_conditions(db, contract, wanted).items():
                found.setdefault(path, []).append(condition)
    root = all_of_them(found.pop(ROOT, ()))
    return Conditions(root, {path: all_of_them(conditions) for path, conditions in found.items()})


def condition_of(db: BaseDatabaseWrapper, contract: TypeContract, filters: Sequence[Filter]) -> Condition:
    """Return the condition of the rows that are written. InvalidArgument where a client's is wrong.

    ValueError, and InvalidArgument, where one is about sub-entities: it would leave out no root.
    """
    if any(isinstance(given, PathFilter) for given in filters):
        msg = f"at(…) says which sub-entities are read, not which rows of {contract.name} are written"
        raise ValueError(msg)
    conditions = conditions_of(db, contract, filters)
    for path in conditions.below:
        raise InvalidArgument([Violation(("subEntityPath",), f"has an unknown path: {path[:64]}")])
    return conditions.root


# Django's Q


_COMPARISONS: Mapping[str, str] = {"exact": "=", "gt": ">", "gte": ">=", "lt": "<", "lte": "<="}


def _of_q(db: BaseDatabaseWrapper, contract: TypeContract, q: Q) -> Condition:
    plain = _plain_q(db, contract, q)
    if plain is not None:
        return plain
    model = cast("type[Model]", contract.model)
    inner = model._base_manager.using(db.alias).filter(q).order_by().values("pk").query
    try:
        text, parameters = inner.get_compiler(connection=db).as_sql()
    except EmptyResultSet:
        return NOTHING
    if db.vendor == "postgresql":
        text = _with_types(text, parameters)
    if db.vendor == "mysql":
        # it changes no table that it reads in the same statement, unless what it reads is a table of its own
        text = f"SELECT * FROM ({text}) backk_keys"
    return Condition(f"{column_sql(db, contract.key)} IN ({text})", tuple(parameters))


def _with_types(text: str, parameters: Sequence[Any]) -> str:
    """Return SQL whose numbers have the types that Django's cursor gives them, not those of their neighbours."""
    first, *others = text.replace("%%", "\0").split("%s")
    types = map(_number_type, parameters)
    pieces = (
        f"CAST(%s AS {known}){other}" if known else f"%s{other}" for known, other in zip(types, others, strict=True)
    )
    return "".join((first, *pieces)).replace("\0", "%%")


def _number_type(value: Any) -> str | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return "integer" if -(2**31) <= value < 2**31 else "bigint" if -(2**63) <= value < 2**63 else "numeric"
    return "double precision" if isinstance(value, float) else None


def _plain_q(db: BaseDatabaseWrapper, contract: TypeContract, q: Q) -> Condition | None:
    """Return the condition of a Q over the entity's own columns; None where only Django's compiler knows it."""
    parts: list[Condition] = []
    for child in q.children:
        part = (
            _plain_q(db, contract, child) if isinstance(child, Q) else _plain_lookup(db, contract, *cast("Any", child))
        )
        if part is None:
            return None
        if part.sql:
            parts.append(part)
    if not parts:
        return NO_CONDITION
    text = _joined(q.connector, [part.sql for part in parts])
    if q.negated:
        # as in Python, a NULL is not equal: SQL's NOT would leave it out
        text = f"NOT coalesce(({text}), FALSE)"
    return Condition(text, tuple(value for part in parts for value in part.parameters))


def _joined(connector: str, parts: Sequence[str]) -> str:
    if connector != Q.XOR:
        return f" {connector} ".join(f"({part})" for part in parts)
    # true where an odd number of them is, as Django has it
    return reduce("({}) <> ({})".format, [f"coalesce(({part}), FALSE)" for part in parts])


def _plain_lookup(db: BaseDatabaseWrapper, contract: TypeContract, path: str, value: Any) -> Condition | None:
    name, _, lookup = path.partition("__")
    lookup = lookup or "exact"
    field = _own_field(contract, name)
    if field is None or field.column is None:
        return None
    column = column_sql(db, field)
    if lookup == "exact" and value is None:
        return Condition(f"{column} IS NULL")
    if lookup == "isnull" and isinstance(value, bool):
        return Condition(f"{column} IS {'' if value else 'NOT '}NULL")
    if lookup in _TEXT_LOOKUPS and field.kind is STRING and isinstance(value, str) and is_plain(field.model_field):
        return _text_lookup(db, column, lookup, value)
    if isinstance(field.model_field, StoredForm):
        return _found(db, field.model_field, lookup, value)
    values = _values(lookup, value)
    if values is None or not all(_is_taken(field.kind, item) for item in values):
        return None
    adapt, mark = adapter(db, field), placeholder(db, field.kind) if is_plain(field.model_field) else "%s"
    adapted = [adapt(item) for item in values]
    if lookup == "in":
        return among(db, field, adapted)
    if lookup == "range":
        return Condition(f"{column} BETWEEN {mark} AND {mark}", tuple(adapted))
    return Condition(f"{column} {_COMPARISONS[lookup]} {mark}", tuple(adapted))


#: What the values of a kind are in Python; what else there is (a number for a text, an expression) Django converts.
_TAKEN: Mapping[FieldKind, type | tuple[type, ...]] = {
    STRING: str,
    INTEGER: int,
    FLOAT: (int, float),
    BOOLEAN: bool,
    DECIMAL: decimal.Decimal,
    ID: (int, str),
    UUID: uuid.UUID,
    TIMESTAMP: datetime.datetime,
    DATE: datetime.date,
    TIME: datetime.time,
}


def _is_taken(kind: FieldKind, value: Any) -> bool:
    if kind is INTEGER and isinstance(value, int) and not -(2**63) <= value < 2**63:
        return False
    return isinstance(value, _TAKEN.get(kind, object)) and (kind is BOOLEAN or not isinstance(value, bool))


def _values(lookup: str, value: Any) -> list[Any] | None:
    """Return what a lookup compares with, None where that is Django's business."""
    if lookup in _COMPARISONS:
        return None if value is None or hasattr(value, "resolve_expression") else [value]
    if lookup == "in" and isinstance(value, list | tuple | set | frozenset):
        return [item for item in value if item is not None]
    if lookup == "range" and isinstance(value, list | tuple) and len(value) == 2 and None not in value:
        return list(value)
    return None


_TEXT_LOOKUPS = {"iexact", "contains", "startswith", "endswith", "regex"}
_TEXT_LOOKUPS |= {f"i{name}" for name in _TEXT_LOOKUPS - {"iexact"}}
#: How a part of a text is compared, its wildcard, and what must be escaped; Django's LIKE ignores case on SQLite.
_PARTS: Mapping[str, tuple[str, str, Mapping[str, str]]] = {
    "sqlite": ("GLOB", "*", {"[": "[[]", "*": "[*]", "?": "[?]"}),
    "postgresql": ("LIKE", "%", {"\\": "\\\\", "%": "\\%", "_": "\\_"}),
    "mysql": ("LIKE", "%", {"\\": "\\\\", "%": "\\%", "_": "\\_"}),
}


def _text_lookup(db: BaseDatabaseWrapper, column: str, lookup: str, value: str) -> Condition:
    """Return a condition on a text that means the same on every database, whatever its collation."""
    ignores_case = lookup.startswith("i")
    if lookup.endswith("regex"):
        operator = "~" if db.vendor == "postgresql" else "REGEXP"
        return Condition(f"{by_code_point(db, column)} {operator} %s", (f"(?i){value}" if ignores_case else value,))
    if ignores_case:
        column, value = FUNCTIONS["LOWER"].say(db, column, STRING), simple_lower(value) or ""
    elif db.vendor == "mysql":
        column = by_code_point(db, column)
    if lookup == "iexact":
        return Condition(f"{column} = %s", (value,))
    operator, wildcard, escapes = _PARTS[db.vendor]
    part = "".join(escapes.get(letter, letter) for letter in value)
    before = "" if lookup.endswith("startswith") else wildcard
    after = "" if lookup.endswith("endswith") else wildcard
    return Condition(f"{column} {operator} %s", (f"{before}{part}{after}",))


def _found(db: BaseDatabaseWrapper, form: StoredForm, lookup: str, value: Any) -> Condition | None:
    """Return the condition that a field with a stored form has a value; None where Django says what is wrong."""
    values = _values(lookup, value)
    if form.search_column is None or lookup not in ("exact", "in") or values is None:
        return None
    return found_by(db, form.search_column, [known for item in values for known in form.searched(item)])


def found_by(db: BaseDatabaseWrapper, column: str, texts: Sequence[str]) -> Condition:
    """Return the condition that a column by which stored forms are found has one of the texts."""
    if not texts:
        return NOTHING
    quoted = db.ops.quote_name(column)
    if db.vendor == "postgresql":
        return Condition(f"{quoted} = ANY(%s)", (list(texts),))
    return Condition(f"{quoted} IN ({', '.join(['%s'] * len(texts))})", tuple(texts), from_client=len(texts) > 8)


def among(db: BaseDatabaseWrapper, field: FieldContract, values: Sequence[Any]) -> Condition:
    """Return the condition that a field has one of the (adapted) values; one shape however many, where that can be."""
    column = column_sql(db, field)
    if not values:
        return NOTHING
    if db.vendor == "postgresql":
        marks = placeholder(db, field.kind, many=True) if is_plain(field.model_field) else "%s"
        return Condition(f"{column} = ANY({marks})", (list(values),))
    return Condition(f"{column} IN ({', '.join(['%s'] * len(values))})", tuple(values), from_client=len(values) > 8)


def _own_field(contract: TypeContract, name: str) -> FieldContract | None:
    if name == "pk":
        return contract.key
    if name in contract.stored_by_name:
        return contract.stored_by_name[name]
    try:
        field = cast("type[Model]", contract.model)._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    return contract.stored_by_name.get(getattr(field, "attname", ""))


Adapt = Callable[[Any], Any]


@lru_cache(maxsize=4096)
def _adapter(alias: str, field: FieldContract) -> Adapt:
    from django.db import connections

    model_field = field.model_field
    if field.kind is ID:
        return lambda value: None if value is None else _key(value)
    if field.kind in (STRING, INTEGER, BOOLEAN) and type(model_field).__module__.startswith("django.db.models"):
        return lambda value: value
    if field.kind is FLOAT:
        # 0.0 is added, so that -0.0 is stored as 0
        return lambda value: None if value is None else value + 0.0
    return lambda value: model_field.get_db_prep_save(value, connections[alias])


def adapter(db: BaseDatabaseWrapper, field: FieldContract) -> Adapt:
    """Return what makes a database parameter of a field's Python value."""
    return _adapter(db.alias, field)


def _key(value: Any) -> int:
    """Return the number of an id; 0, which no row has, where it is none."""
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and int(text) < 2**63 else 0


# literal SQL


#: Texts, quoted names, casts and array slices, in which a colon begins no parameter; else the parameter's name.
_NAMED = compile_pattern(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|[a-zA-Z0-9_\])]::?|::|:([a-zA-Z_][a-zA-Z0-9_]*)""")


def _of_sql(db: BaseDatabaseWrapper, given: SqlFilter) -> Condition:
    names: list[str] = []

    def replaced(match: Any) -> str:
        if match.group(1) is None:
            return str(match.group(0))
        names.append(match.group(1))
        return "%s"

    text = _NAMED.sub(replaced, given.expression.replace("%", "%%"))
    if set(names) != set(given.parameters):
        msg = f"sql({given.expression!r}) names {sorted(set(names))} and is given {sorted(given.parameters)}"
        raise ValueError(msg)
    return Condition(text, tuple(db.ops.adapt_unknown_value(given.parameters[name]) for name in names))
