"""Rows of one table as entities, without a plan: what writing has to know of what is there."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model
from django.db.models.base import ModelState

from backk_core.declare.stored_forms import StoredForm
from backk_core.describe.contracts import FieldContract, TypeContract
from backk_core.execute.filters import Condition
from backk_core.execute.plan import converters_of
from backk_core.execute.statements import Statement, fetch_rows
from backk_core.execute.tables import column_of, statement_of, table_of


def entities_of(
    db: BaseDatabaseWrapper,
    contract: TypeContract,
    fields: tuple[FieldContract, ...],
    condition: Condition,
    ending: str = "",
) -> list[Any]:
    """Return the rows that a condition names as entities, or views, with some fields; ``ending`` ends the SELECT."""
    text = f"SELECT {selected(db.alias, fields)} FROM {table_of(db, contract)}{condition.where}{ending}"
    rows = values_of(db, fields, statement_of(condition, text), condition.parameters)
    names = [field.name for field in fields]
    return [_made(db, contract.cls, dict(zip(names, row, strict=True))) for row in rows]


def values_of(
    db: BaseDatabaseWrapper, fields: tuple[FieldContract, ...], statement: Statement, parameters: Sequence[Any]
) -> Sequence[Sequence[Any]]:
    """Return the rows of a statement whose columns are those of some fields, as Python sees their values."""
    rows = fetch_rows(db, statement, parameters)
    converters = _converters(db.alias, fields)
    if not converters:
        return rows
    converted = [list(row) for row in rows]
    for row in converted:
        for position, convert in converters:
            row[position] = convert(row[position])
    return converted


@lru_cache(maxsize=1024)
def selected(alias: str, fields: tuple[FieldContract, ...]) -> str:
    """Return the columns of some fields as a SELECT names them."""
    db = connections[alias]
    columns = []
    for field in fields:
        column, form = column_of(db, field), field.model_field
        columns.append(form.selected(db, column) if isinstance(form, StoredForm) else column)
    return ", ".join(columns)


@lru_cache(maxsize=1024)
def _converters(alias: str, fields: tuple[FieldContract, ...]) -> Sequence[tuple[int, Any]]:
    return converters_of(connections[alias], fields)


def _made(db: BaseDatabaseWrapper, cls: Any, state: dict[str, Any]) -> Any:
    entity = cls.__new__(cls)
    if issubclass(cls, Model):
        entity._state = model_state = ModelState()
        model_state.adding, model_state.db = False, db.alias
    entity.__dict__.update(state)
    return entity
