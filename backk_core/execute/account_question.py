"""The statement that asks for an account: written once, since most calls begin with it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from backk_core.describe.contracts import TypeContract
from backk_core.execute.authorization import Bound
from backk_core.execute.filters import Adapt, adapter
from backk_core.execute.statements import Statement
from backk_core.execute.tables import column_of, statement_for, table_of


@dataclass(frozen=True, slots=True)
class AccountQuestion:
    """Which row has these values: its key, and whether it is locked."""

    statement: Statement
    text: str
    adapts: tuple[Adapt, ...]

    def parameters(self, values: Iterable[Any]) -> tuple[Any, ...]:
        """Return the statement's parameters."""
        return tuple(adapt(value) for adapt, value in zip(self.adapts, values, strict=True))

    def within(
        self, db: BaseDatabaseWrapper, bounds: Sequence[Bound], parameters: tuple[Any, ...]
    ) -> tuple[Statement, tuple[Any, ...]]:
        """Return statement and parameters where the call may touch only rows of its owner or tenant."""
        text = self.text + "".join(f" AND {column_of(db, field)} = %s" for field, _ in bounds)
        return statement_for(text), (*parameters, *(adapter(db, field)(value) for field, value in bounds))


@lru_cache(maxsize=256)
def account_question(alias: str, contract: TypeContract, locked_by: str, names: tuple[str, ...]) -> AccountQuestion:
    """Return the question for an entity by the named fields. KeyError where it has no such field."""
    db = connections[alias]
    fields = [contract.stored_by_name[name] for name in names]
    locked = column_of(db, contract.stored_by_name[locked_by]) if locked_by else "0"
    wanted = " AND ".join(f"{column_of(db, field)} = %s" for field in fields)
    text = f"SELECT {column_of(db, contract.key)}, {locked} FROM {table_of(db, contract)} WHERE {wanted}"
    return AccountQuestion(Statement(text), text, tuple(adapter(db, field) for field in fields))
