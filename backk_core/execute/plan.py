"""A shape of reading (entity, fields, order, condition, page) turned into SQL once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import Col

from backk_core.declare.stored_forms import StoredForm
from backk_core.describe.contracts import FieldContract, TypeContract
from backk_core.describe.field_kinds import FLOAT, LOCAL_ID, is_plain
from backk_core.execute.columns import column_sql, comparable
from backk_core.execute.encoding import COUNT, Encode, Projection, dumper
from backk_core.execute.filters import Condition
from backk_core.execute.queries import Step
from backk_core.execute.statements import Statement


@dataclass(frozen=True, slots=True)
class ReadPlan:
    """The SQL of one shape of reading.

    ``fields`` are its columns in order; ``as_json`` tells whether each row comes as one JSON text (and, where the
    entity has a version, that in a second column).
    """

    statement: Statement
    fields: tuple[FieldContract, ...]
    as_json: bool
    counted: bool

    @property
    def position_at(self) -> int:
        """The first of the columns that tell a row's place in the order, where the list is walked by steps."""
        return len(self.fields) + self.counted

    @property
    def version_at(self) -> int | None:
        """The position of the version among the columns, None where it is not one of them."""
        return next((at for at, field in enumerate(self.fields) if field.wire_name == "version"), None)


class Shape(NamedTuple):
    """What makes two reads the same SQL: everything but their values."""

    alias: str
    contract: TypeContract
    #: What the caller wants; None: all that may be answered.
    projection: Projection | None
    order: tuple[Step, ...]
    where: str
    #: How many rows at most; None where all are read. A number in the SQL: PostgreSQL plans anew at each use what it
    #: is told as a parameter, and that takes it longer than to read the rows.
    size: int | None
    #: Whether some are passed over; how many is a parameter, since those numbers are many.
    skips: bool
    counted: bool
    #: Whether code looks at the rows: then the key is read, and what may not be answered where all is wanted.
    for_code: bool
    as_json: bool
    #: Whether the values that rows are put in order by come along.
    walked: bool = False
    #: The condition of the rows to count, where that is not all of ``where``.
    counted_where: str | None = None


def read_plan(shape: Shape, condition: Condition) -> ReadPlan:
    """Return the plan of a shape, remembered unless a client made up its condition."""
    return _planned(shape) if condition.from_client else _remembered(shape)


def _planned(shape: Shape) -> ReadPlan:
    db, contract = connections[shape.alias], shape.contract
    fields = columns_of(contract, shape.projection, for_code=shape.for_code)
    quote = db.ops.quote_name
    if shape.as_json:
        columns = [f"{_json_form(quote(field.column or ''), field)} AS {quote(field.wire_name)}" for field in fields]
    else:
        columns = [selected(db, field) for field in fields]
    model: Any = contract.model
    table = quote(model._meta.db_table)
    if shape.counted:
        columns.append(f"{total(table, shape)} AS {quote(COUNT)}")
    if shape.walked:
        columns += [f"{position(db, step)} AS backk_{place}" for place, step in enumerate(shape.order)]
    text = f"SELECT {', '.join(columns)} FROM {table}"
    text += f" WHERE {shape.where}" if shape.where else ""
    text += " ORDER BY " + ", ".join(order_sql(db, step) for step in shape.order) if shape.order else ""
    text += limit_sql(shape)
    if shape.as_json:
        version = ', r."version"' if any(field.wire_name == "version" for field in fields) else ""
        text = f"SELECT CAST(row_to_json(r) AS text){version} FROM ({text}) r"
    return ReadPlan(Statement(text), fields, shape.as_json, shape.counted)


_remembered = lru_cache(maxsize=1024)(_planned)


def limit_sql(shape: Shape) -> str:
    """Return the end of a query's SQL that says which of its rows are read."""
    limit = f" LIMIT {shape.size}" if shape.size is not None else ""
    return f"{limit} OFFSET %s" if shape.skips else limit


def selected(db: BaseDatabaseWrapper, field: FieldContract) -> str:
    """Return the SQL that reads a field."""
    column = db.ops.quote_name(field.column or "")
    return field.model_field.selected(db, column) if isinstance(field.model_field, StoredForm) else column


def total(table: str, shape: Shape) -> str:
    """Return the SQL of the number of rows before paging."""
    if shape.counted_where is None:
        return "count(*) OVER ()"
    where = f" WHERE {shape.counted_where}" if shape.counted_where else ""
    return f"(SELECT count(*) FROM {table}{where})"


def position(db: BaseDatabaseWrapper, step: Step) -> str:
    """Return a column as the database keeps it, not as its driver converts it."""
    column = column_sql(db, step.field)
    if db.vendor == "postgresql":
        return f"CAST({column} AS text)"
    return f"+{column}" if db.vendor == "sqlite" else column


def columns_of(
    contract: TypeContract, projection: Projection | None, *, for_code: bool = False
) -> tuple[FieldContract, ...]:
    """Return the stored fields that a projection needs, in order of declaration; the key too where code looks at it."""
    wanted = None if projection is None else dict(projection)
    if for_code and wanted is None and contract.cls is contract.model:
        return contract.stored
    fields = tuple(
        field
        for field in contract.answered
        if field.column is not None and (wanted is None or field.wire_name in wanted)
    )
    if for_code and all(field.name != contract.key.name for field in fields):
        return (*fields, contract.key)
    return fields


@lru_cache(maxsize=4096)
def has_paths(contract: TypeContract, projection: Projection | None) -> bool:
    """Tell whether a projection reads more than the rows of one table."""
    wanted = None if projection is None else dict(projection)
    return any(
        field.relation is not None and (wanted is None or field.wire_name in wanted) for field in contract.answered
    )


@lru_cache(maxsize=4096)
def database_writes_json(contract: TypeContract, projection: Projection | None) -> bool:
    """Tell whether PostgreSQL can write the answer: every field plain, no name longer than a column's may be."""
    wanted = None if projection is None else dict(projection)
    return all(
        field.column is not None
        and field.kind.sql_form != "none"
        and (field.element is None or field.element.kind.sql_form == "json")
        and is_plain(field.model_field)
        and len(field.wire_name) < 64
        for field in contract.answered
        if wanted is None or field.wire_name in wanted
    )


def _json_form(column: str, field: FieldContract) -> str:
    form = field.kind.sql_form
    if form == "timestamp":
        return f"to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"
    if form == "text":
        return f"to_char({column}, 'YYYY-MM-DD')" if field.kind.family == "date" else f"{column}::text"
    if field.kind is FLOAT:
        return f"CASE WHEN abs({column}) < 'Infinity' THEN {column} + 0 END"
    return column


def order_sql(db: BaseDatabaseWrapper, step: Step) -> str:
    """Return one step of ORDER BY: by code point, nulls first where ascending, on every database."""
    column = comparable(db, step.field)
    if step.field.kind is LOCAL_ID:
        # "2" comes before "10"
        return f"length({column_sql(db, step.field)}) {step.direction}, {column} {step.direction}"
    nulls = ""
    if step.field.nullable and db.vendor == "postgresql":
        nulls = " NULLS FIRST" if step.direction == "ASC" else " NULLS LAST"
    return f"{column} {step.direction}{nulls}"


def converters_of(db: BaseDatabaseWrapper, fields: Sequence[FieldContract]) -> list[tuple[int, Any]]:
    """Return what Django does to each column's value, by position: only where it does anything."""
    found: list[tuple[int, Any]] = []
    for position, field in enumerate(fields):
        column = Col(field.model_field.model._meta.db_table, field.model_field)
        steps = [*db.ops.get_db_converters(column), *column.get_db_converters(db)]
        if steps:

            def convert(value: Any, steps: Any = tuple(steps), column: Any = column) -> Any:
                for step in steps:
                    value = step(value, column, db)
                return value

            found.append((position, convert))
    return found


def dumpers_of(fields: Sequence[FieldContract]) -> list[tuple[int, Encode]]:
    """Return what the wire wants done to each column's value, by position: only where it wants anything."""
    return [(position, dump) for position, field in enumerate(fields) if (dump := dumper(field)) is not None]
