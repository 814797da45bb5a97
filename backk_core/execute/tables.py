"""An entity's table in SQL: its names, its keys, and the rows of it that a call may touch."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from functools import lru_cache
from typing import Any, cast

from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model

from backk_core.declare.errors import (
    EntityNotFound,
)
from backk_core.describe.contracts import FieldContract, TypeContract
from backk_core.describe.field_kinds import is_plain
from backk_core.describe.registry import registry
from backk_core.execute.authorization import Bound, bounds_of_call, tenant_of_call
from backk_core.execute.building import key_of
from backk_core.execute.columns import placeholder
from backk_core.execute.filters import Condition, adapter, all_of_them, among
from backk_core.execute.statements import Statement, database, fetch_value


def contract_and_database(entity_type: type[Any]) -> tuple[TypeContract, BaseDatabaseWrapper]:
    """Return an entity type's contract and the connection that the current call uses."""
    return registry().type_contract(entity_type), database()


def all_or_nothing(db: BaseDatabaseWrapper) -> AbstractContextManager[None]:
    """Return the transaction of an operation of several statements; a part of the one that is open, where one is."""
    return cast("AbstractContextManager[None]", transaction.atomic(using=db.alias))


def table_of(db: BaseDatabaseWrapper, contract: TypeContract) -> str:
    """Return the quoted name of an entity's table."""
    return db.ops.quote_name(cast("type[Model]", contract.model)._meta.db_table)


def column_of(db: BaseDatabaseWrapper, field: FieldContract) -> str:
    """Return the quoted name of a field's column."""
    return db.ops.quote_name(field.column or "")


#: The statements of operations, by their SQL: shapes are few, since no value is in them.
statement_for = lru_cache(maxsize=1024)(Statement)


def statement_of(condition: Condition, text: str) -> Statement:
    """Return the statement of a text; remembered, unless a client made up its condition."""
    return Statement(text) if condition.from_client else statement_for(text)


def has_key(db: BaseDatabaseWrapper, contract: TypeContract, id: Any) -> Condition:
    """Return the condition that a row has an id. EntityNotFound where no row can have it."""
    return Condition(_is_key(db.alias, contract), (key_value(db, contract, id),))


@lru_cache(maxsize=1024)
def _is_key(alias: str, contract: TypeContract) -> str:
    db, key = connections[alias], contract.key
    # an id may be too large for a column of 32 bits, which has then no such row
    mark = placeholder(db, key.kind) if is_plain(key.model_field) else "%s"
    return f"{column_of(db, key)} = {mark}"


def key_value(db: BaseDatabaseWrapper, contract: TypeContract, id: Any) -> Any:
    """Return the database's value of an id. EntityNotFound where no row can have it."""
    if contract.key.kind.name == "id":
        return key_of(id, contract)
    try:
        return adapter(db, contract.key)(contract.key.model_field.to_python(id))
    except Exception:  # noqa: BLE001 - whatever a key field cannot read is nobody's key
        raise EntityNotFound(contract.name, id) from None


def has_one_of(db: BaseDatabaseWrapper, contract: TypeContract, ids: Sequence[str | int]) -> Condition:
    """Return the condition that a row has one of the ids; those that no row can have are left out."""
    keys = []
    for id in ids:
        try:
            keys.append(key_value(db, contract, id))
        except EntityNotFound:
            continue
    return among(db, contract.key, keys)


def in_scope(db: BaseDatabaseWrapper, contract: TypeContract, condition: Condition) -> Condition:
    """Add the conditions of owner and tenant where the call may touch only rows of theirs."""
    return _bound(db, condition, bounds_of_call(contract))


def in_tenant(db: BaseDatabaseWrapper, contract: TypeContract, condition: Condition) -> Condition:
    """Add the tenant's condition to that of entities that are referred to, whoever owns them."""
    return _bound(db, condition, tenant_of_call(contract))


def _bound(db: BaseDatabaseWrapper, condition: Condition, bounds: Sequence[Bound]) -> Condition:
    if not bounds:
        return condition
    return all_of_them(
        [
            condition,
            *(Condition(f"{column_of(db, field)} = %s", (adapter(db, field)(value),)) for field, value in bounds),
        ]
    )


def exists(db: BaseDatabaseWrapper, contract: TypeContract, condition: Condition) -> bool:
    """Tell whether there is a row."""
    statement = statement_for(f"SELECT 1 FROM {table_of(db, contract)}{condition.where}")
    return fetch_value(db, statement, condition.parameters) is not None
