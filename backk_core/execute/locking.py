"""Rows that nobody else changes until the transaction ends."""

from __future__ import annotations

from typing import Any, NoReturn

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.transaction import TransactionManagementError

from backk_core.describe.contracts import TypeContract
from backk_core.execute.filters import Condition
from backk_core.execute.plain_reads import entities_of
from backk_core.execute.tables import column_of, exists


def for_update(db: BaseDatabaseWrapper) -> str:
    """Return the end of a SELECT that locks its rows; SQLite's transactions lock everything from their beginning.

    Rows that refer to the locked ones may still be made meanwhile, where the database knows the difference.
    """
    if not db.features.has_select_for_update:
        return ""
    return f" {db.ops.for_update_sql(no_key=db.features.has_select_for_no_key_update)}"


def locked_entities(db: BaseDatabaseWrapper, contract: TypeContract, condition: Condition) -> list[Any]:
    """Lock the rows that a condition names, in the order of their keys; return them as entities, or views."""
    if not db.in_atomic_block:
        refuse_without_transaction()
    ending = f" ORDER BY {column_of(db, contract.key)}{for_update(db)}"
    # of a view only what it shows is read: an entity may have pictures
    is_whole = contract.cls is contract.model
    fields = tuple(field for field in contract.stored if is_whole or field.name in contract.by_name)
    return entities_of(db, contract, fields, condition, ending)


def is_there(db: BaseDatabaseWrapper, contract: TypeContract, condition: Condition) -> bool:
    """Tell whether there is such a row, which is then locked where a transaction is open."""
    return held_key(db, contract, condition) is not None if db.in_atomic_block else exists(db, contract, condition)


def held_key(db: BaseDatabaseWrapper, contract: TypeContract, condition: Condition) -> Any:
    """Lock the first row that a condition names, and return its key; None where there is none."""
    fields = (contract.key,)
    ending = f" ORDER BY {column_of(db, contract.key)} LIMIT 1{for_update(db)}"
    found = entities_of(db, contract, fields, condition, ending)
    return found[0].pk if found else None


def refuse_without_transaction() -> NoReturn:
    """Raise what is wrong with a lock that would be gone at once."""
    raise TransactionManagementError("a lock lasts as long as its transaction: with self.store.transaction(): …")
