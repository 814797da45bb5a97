"""A shape of reading (entity, fields, order, condition, page) turned into SQL once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import Col

from backk_core.declare.errors import InvalidArgument, Violation
from backk_core.declare.stored_forms import StoredForm
from backk_core.declare.types import Pagination, PostQueryOperations, ResponseFields, SortBy
from backk_core.describe.contracts import FieldContract, TypeContract
from backk_core.describe.field_kinds import ARRAY, FLOAT, is_plain
from backk_core.execute.codec import Encode, Projection, dumper
from backk_core.execute.columns import column_sql, comparable
from backk_core.execute.filters import Condition
from backk_core.execute.statements import Statement

#: The name of the total before paging, inside a row.
COUNT = "_count"

Direction = Literal["ASC", "DESC"]


class Step(NamedTuple):
    """One step of an order."""

    field: FieldContract
    direction: Direction


class Page(NamedTuple):
    """Which rows of a list: ``size`` rows after ``offset`` rows."""

    size: int
    offset: int


_FIRST_PAGE = Page(50, 0)


def order_of(query: ResponseFields | None, contract: TypeContract) -> tuple[Step, ...]:
    """Return the order that the query asks for, the key last. InvalidArgument names a field that cannot be in it."""
    wanted: Sequence[SortBy] = query.sort_bys if isinstance(query, PostQueryOperations) else ()
    if not wanted:
        return _by_key(contract)
    steps: list[Step] = []
    for sort_by in (*(s for s in wanted if s.sub_entity_path != "*"), *(s for s in wanted if s.sub_entity_path == "*")):
        field = contract.by_wire_name.get(sort_by.field_name)
        if sort_by.sub_entity_path not in ("", "*"):
            raise InvalidArgument([Violation(("sortBys",), f"has an unknown path: {sort_by.sub_entity_path[:64]}")])
        if field is None or not _has_an_order(field):
            if sort_by.sub_entity_path == "*":
                continue
            raise InvalidArgument([Violation(("sortBys",), f"has an unknown field: {sort_by.field_name[:64]}")])
        if all(step.field is not field for step in steps):
            steps.append(Step(field, sort_by.sort_direction))
    if all(step.field is not contract.key for step in steps):
        steps.append(Step(contract.key, "ASC"))
    return tuple(steps)


def _has_an_order(field: FieldContract) -> bool:
    """Tell whether rows can be put in order by a field, and the caller may see that order."""
    stored = field.column is not None and not isinstance(field.model_field, StoredForm)
    return field.leaves and stored and field.kind is not ARRAY


@lru_cache(maxsize=1024)
def _by_key(contract: TypeContract) -> tuple[Step, ...]:
    return (Step(contract.key, "ASC"),)


def page_of(query: ResponseFields | None) -> Page | None:
    """Return the page that the query asks for: the first of 50 where it does not say, None where there is no query."""
    if query is None:
        return None
    wanted: Sequence[Pagination] = query.paginations if isinstance(query, PostQueryOperations) else ()
    if not wanted:
        return _FIRST_PAGE
    by_path = {pagination.sub_entity_path: pagination for pagination in reversed(wanted)}
    for path in by_path:
        if path not in ("", "*"):
            raise InvalidArgument([Violation(("paginations",), f"has an unknown path: {path[:64]}")])
    pagination = by_path.get("") or by_path.get("*") or Pagination()
    return Page(pagination.page_size, (pagination.page_number - 1) * pagination.page_size)


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
    paged: bool
    counted: bool
    #: Whether what may not be answered is read too, because code looks at it.
    all_columns: bool
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
    fields = contract.stored if shape.all_columns else columns_of(contract, shape.projection)
    quote = db.ops.quote_name
    if shape.as_json:
        columns = [f"{_json_form(quote(field.column or ''), field)} AS {quote(field.wire_name)}" for field in fields]
    else:
        columns = [_selected(db, field) for field in fields]
    model: Any = contract.model
    table = quote(model._meta.db_table)
    if shape.counted:
        columns.append(f"{_total(table, shape)} AS {quote(COUNT)}")
    if shape.walked:
        columns += [f"{_position(db, step)} AS backk_{place}" for place, step in enumerate(shape.order)]
    text = f"SELECT {', '.join(columns)} FROM {table}"
    text += f" WHERE {shape.where}" if shape.where else ""
    text += " ORDER BY " + ", ".join(order_sql(db, step) for step in shape.order) if shape.order else ""
    text += " LIMIT %s OFFSET %s" if shape.paged else ""
    if shape.as_json:
        version = ', r."version"' if any(field.wire_name == "version" for field in fields) else ""
        text = f"SELECT CAST(row_to_json(r) AS text){version} FROM ({text}) r"
    return ReadPlan(Statement(text), fields, shape.as_json, shape.counted)


_remembered = lru_cache(maxsize=1024)(_planned)


def _selected(db: BaseDatabaseWrapper, field: FieldContract) -> str:
    column = db.ops.quote_name(field.column or "")
    return field.model_field.selected(db, column) if isinstance(field.model_field, StoredForm) else column


def _total(table: str, shape: Shape) -> str:
    if shape.counted_where is None:
        return "count(*) OVER ()"
    where = f" WHERE {shape.counted_where}" if shape.counted_where else ""
    return f"(SELECT count(*) FROM {table}{where})"


def _position(db: BaseDatabaseWrapper, step: Step) -> str:
    """Return a column as the database keeps it, not as its driver converts it."""
    column = column_sql(db, step.field)
    if db.vendor == "postgresql":
        return f"CAST({column} AS text)"
    return f"+{column}" if db.vendor == "sqlite" else column


def columns_of(contract: TypeContract, projection: Projection | None) -> tuple[FieldContract, ...]:
    """Return the stored fields that a projection needs, in order of declaration."""
    wanted = None if projection is None else dict(projection)
    return tuple(
        field
        for field in contract.answered
        if field.column is not None and (wanted is None or field.wire_name in wanted)
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
