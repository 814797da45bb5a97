"""How entities are deleted with what hangs on them: their parts, the parts of those, and all their links."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, cast

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model, QuerySet, signals

from backk_core.declare.relations import SubEntity
from backk_core.describe.contracts import FieldContract, TypeContract
from backk_core.describe.registry import registry
from backk_core.execute.filters import Condition, among
from backk_core.execute.statements import execute, fetch_rows
from backk_core.execute.tables import all_or_nothing, column_of, in_scope, statement_of, table_of

#: Keys that one statement names.
_MOST_KEYS = 1000


@dataclass(frozen=True, slots=True)
class Branch:
    """Rows that are nothing without those that they name in ``column``, and what hangs on them in turn."""

    model: type[Model]
    column: str
    branches: tuple[Branch, ...] = ()


def deleted(db: BaseDatabaseWrapper, contract: TypeContract, condition: Condition) -> int:
    """Delete rows in the caller's scope and what hangs on them; return how many rows those are.

    One statement where nothing hangs on them; one for each table where parts and links do; Django's way where other
    entities refer to them, or somebody listens.
    """
    scoped = in_scope(db, contract, condition)
    if _goes_alone(contract):
        return _delete(db, contract, scoped)
    with all_or_nothing(db):
        return deleted_parts(db, contract, scoped)


def deleted_parts(db: BaseDatabaseWrapper, contract: TypeContract, condition: Condition) -> int:
    """Delete rows whoever calls, in the transaction that is open; return how many those are."""
    branches = branches_of(cast("type[Model]", contract.model))
    if branches is None:
        return _deleted_by_django(db, contract, condition)
    if not branches:
        return _delete(db, contract, condition)
    count = 0
    for keys in _keys(db, contract, condition):
        for branch in branches:
            _cut(db, contract.key, branch, keys)
        count += _delete(db, contract, among(db, contract.key, keys))
    return count


def _delete(db: BaseDatabaseWrapper, contract: TypeContract, condition: Condition) -> int:
    statement = statement_of(condition, f"DELETE FROM {table_of(db, contract)}{condition.where}")
    return execute(db, statement, condition.parameters)


def _cut(db: BaseDatabaseWrapper, key: FieldContract, branch: Branch, keys: Sequence[Any]) -> None:
    """Delete the rows of a branch that name one of the keys, those that hang on them first."""
    condition = among(db, replace(key, column=branch.column), keys)
    if branch.branches:
        # not a subquery, for which MariaDB would read and lock the whole table
        part = registry().type_contract(branch.model)
        for found in _keys(db, part, condition):
            for inner in branch.branches:
                _cut(db, part.key, inner, found)
    text = f"DELETE FROM {db.ops.quote_name(branch.model._meta.db_table)}{condition.where}"
    execute(db, statement_of(condition, text), condition.parameters)


def _keys(db: BaseDatabaseWrapper, contract: TypeContract, condition: Condition) -> Iterator[Sequence[Any]]:
    """Lock the rows; yield their keys, as many at a time as one statement may name."""
    text = f"SELECT {column_of(db, contract.key)} FROM {table_of(db, contract)}{condition.where}"
    if db.features.has_select_for_update:
        # in one order, so that two who delete the same rows wait for each other instead of colliding
        text += f" ORDER BY {column_of(db, contract.key)} FOR UPDATE"
    keys = [key for (key,) in fetch_rows(db, statement_of(condition, text), condition.parameters)]
    for start in range(0, len(keys), _MOST_KEYS):
        yield keys[start : start + _MOST_KEYS]


def _deleted_by_django(db: BaseDatabaseWrapper, contract: TypeContract, condition: Condition) -> int:
    model = cast("type[Model]", contract.model)
    rows: QuerySet[Model] = model._default_manager.using(db.alias).all()
    if condition.sql:
        rows = rows.filter(pk__in=[key for some in _keys(db, contract, condition) for key in some])
    _, by_model = rows.delete()
    return by_model.get(model._meta.label, 0)


@lru_cache(maxsize=1024)
def _goes_alone(contract: TypeContract) -> bool:
    return branches_of(cast("type[Model]", contract.model)) == ()


@lru_cache(maxsize=1024)
def branches_of(model: type[Model]) -> tuple[Branch, ...] | None:
    """Return what hangs on a model's rows, None where that is not parts and links alone."""
    meta: Any = model._meta
    listened = any(signal.has_listeners(model) for signal in (signals.pre_delete, signals.post_delete))
    generic = any(hasattr(field, "bulk_related_objects") for field in meta.private_fields)
    if listened or generic or meta.parents:
        return None
    branches = []
    for relation in meta.get_fields(include_hidden=True):
        # a link table is met as the one that has the foreign keys
        if not relation.auto_created or relation.concrete or relation.many_to_many:
            continue
        child: Any = relation.related_model
        inner: tuple[Branch, ...] | None = () if child._meta.auto_created else None
        if issubclass(child, SubEntity) and relation.field.name == "parent":
            inner = branches_of(child)
        if inner is None:
            return None
        branches.append(Branch(child, relation.field.column, inner))
    return tuple(branches)
