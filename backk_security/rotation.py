"""Rewrites what older keys encrypted with the active one, while others read and write; can be stopped at any time.

Which rows are left is told by the values themselves, which name their keys: whoever starts it again goes on with those.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, OperationalError, connections, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from backk_core.declare.sealing import SealedField
from backk_security.encryption import EncryptionError, cipher, is_sealed, new_row_key
from backk_security.fields import EncryptedField

#: How often a batch is tried that collides with writers, and how many passes may find nothing but locked rows.
_ATTEMPTS = 5
_PATIENCE = 100


@dataclass
class Summary:
    """What was done to one entity's rows."""

    entity: str
    rows: int = 0
    rewritten: int = 0
    #: Rows that a writer changed in between; they are looked at again.
    changed: int = 0
    #: Rows that no key of ours can read, or whose unique value stands in another row too.
    failed: set[Any] = field(default_factory=set)
    left: int = 0


@dataclass(frozen=True)
class Rotation:
    """Rewrites the rows of one entity in one database.

    ``adopted`` are the fields (``app.Model.field``) whose values are plain texts yet, which are encrypted then.
    """

    model: type[models.Model]
    db: BaseDatabaseWrapper
    batch: int = 500
    adopted: frozenset[str] = frozenset()

    @property
    def fields(self) -> list[EncryptedField | SealedField]:
        """The encrypted fields of the entity's own table, or the sealed ones."""
        found = self.model._meta.local_concrete_fields
        return [field for field in found if isinstance(field, EncryptedField | SealedField)]

    def run(self, tell: Callable[[Summary], None]) -> Summary:
        """Rewrite rows until none of another key is left but those that cannot be read; tell after each batch."""
        summary = Summary(self.model._meta.label, rows=self._count())
        fruitless = 0
        while (left := self._count(stale=True) - len(summary.failed)) > 0 and fruitless < _PATIENCE:
            before = summary.rewritten, len(summary.failed)
            self._pass(summary, tell)
            if (summary.rewritten, len(summary.failed)) == before:
                # what is left is locked by somebody
                fruitless += 1
                time.sleep(0.05)
            else:
                fruitless = 0
        summary.left = max(left, 0) + len(summary.failed)
        return summary

    def left(self) -> int:
        """Return how many rows have values of other keys than the active ones."""
        return self._count(stale=True)

    def _pass(self, summary: Summary, tell: Callable[[Summary], None]) -> None:
        last: Any = None
        while True:
            rows = self._batch(last, summary)
            if not rows:
                return
            last = rows[-1][0]
            tell(summary)

    def _batch(self, last: Any, summary: Summary) -> list[tuple[Any, ...]]:
        for attempt in range(_ATTEMPTS):
            done, failed = Summary(""), False
            try:
                with transaction.atomic(using=self.db.alias):
                    rows = self._stale_rows(last)
                    for row in rows:
                        self._rewrite(row, done)
            except IntegrityError:
                return self._one_by_one(last, summary)
            except OperationalError:
                # a deadlock with writers; they go first
                if attempt + 1 == _ATTEMPTS:
                    raise
                time.sleep(0.02 * 2**attempt)
                failed = True
            if not failed:
                break
        summary.rewritten += done.rewritten
        summary.changed += done.changed
        summary.failed |= done.failed
        return rows

    def _one_by_one(self, last: Any, summary: Summary) -> list[tuple[Any, ...]]:
        with transaction.atomic(using=self.db.alias):
            rows = self._stale_rows(last)
            for row in rows:
                try:
                    with transaction.atomic(using=self.db.alias):
                        self._rewrite(row, summary)
                except IntegrityError:
                    summary.failed.add(row[0])
        return rows

    # one row

    def _rewrite(self, row: tuple[Any, ...], summary: Summary) -> None:
        key, row_key, *values = row
        quote = self.db.ops.quote_name
        kept = {known: value for known, value in zip(self.fields, values, strict=True) if value is not None}
        try:
            plain = {known: self._opened(known, value, row_key) for known, value in kept.items()}
        except (EncryptionError, ValidationError, ValueError):
            summary.failed.add(key)
            return
        new_key = row_key if any(is_sealed(value) for value in kept.values()) else self._new_key(row_key)
        written: dict[str, Any] = {self._row_key_column: new_key}
        for known, value in plain.items():
            written |= known.rewritten(value, new_key)
        guards = {self._row_key_column: row_key, **{str(known.column): value for known, value in kept.items()}}
        sets = ", ".join(f"{quote(column)} = %s" for column in written)
        where = "".join(f" AND {quote(column)} = %s" for column in guards)
        sql = f"UPDATE {self._table} SET {sets} WHERE {quote(self._key_column)} = %s{where}"  # noqa: S608
        with self.db.cursor() as cursor:
            cursor.execute(sql, [*written.values(), key, *guards.values()])
            if cursor.rowcount:
                summary.rewritten += 1
            else:
                summary.changed += 1

    def _new_key(self, row_key: str) -> str:
        """Return the key of a row that had plain values only; sealed fields are bound to what the row has already."""
        return row_key if isinstance(self.fields[0], SealedField) else new_row_key()

    def _opened(self, known: EncryptedField | SealedField, value: str, row_key: str) -> bytes:
        if known.label in self.adopted and not is_sealed(value):
            if isinstance(known, SealedField):
                return value.encode()
            is_json = known.inner.get_internal_type() == "JSONField"
            plain = msgspec.json.decode(value) if is_json else known.inner.to_python(value)
            return msgspec.json.encode(known.inner.get_prep_value(plain))
        return cipher().open(value, known.label, row_key)

    # which rows

    def _stale_rows(self, last: Any) -> list[tuple[Any, ...]]:
        quote, key = self.db.ops.quote_name, self.db.ops.quote_name(self._key_column)
        columns = [self._key_column, self._row_key_column, *(str(known.column) for known in self.fields)]
        stale, parameters = self._stale()
        sql = f"SELECT {', '.join(map(quote, columns))} FROM {self._table} WHERE ({stale})"  # noqa: S608
        if last is not None:
            sql, parameters = f"{sql} AND {key} > %s", [*parameters, last]
        sql += f" ORDER BY {key} LIMIT {int(self.batch)}"
        if self.db.features.has_select_for_update_skip_locked:
            sql += " FOR UPDATE SKIP LOCKED"
        with self.db.cursor() as cursor:
            cursor.execute(sql, parameters)
            return list(cursor.fetchall())

    def _stale(self) -> tuple[str, list[Any]]:
        """Return the condition that a row has a value or an index of another key than the active one."""
        quote = self.db.ops.quote_name
        parts: list[str] = []
        parameters: list[Any] = []
        for known in self.fields:
            # null is not stale: NOT LIKE leaves it out
            parts.append(f"{quote(str(known.column))} NOT LIKE %s")
            parameters.append(f"{cipher().prefix}%")
            if isinstance(known, EncryptedField) and known.searchable:
                index, value = quote(str(known.index_field.column)), quote(str(known.column))
                parts.append(f"({value} IS NOT NULL AND ({index} IS NULL OR {index} NOT LIKE %s))")
                parameters.append(f"{cipher().index_prefix}%")
        return " OR ".join(parts), parameters

    def _count(self, *, stale: bool = False) -> int:
        condition, parameters = self._stale() if stale else ("1 = 1", [])
        with self.db.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {self._table} WHERE {condition}", parameters)  # noqa: S608
            return int(cursor.fetchone()[0])

    @property
    def _table(self) -> str:
        return self.db.ops.quote_name(self.model._meta.db_table)

    @property
    def _key_column(self) -> str:
        return str(self.model._meta.pk.column)

    @property
    def _row_key_column(self) -> str:
        return str(self.fields[0].row_key_field.column)


def rotations(alias: str, *, batch: int = 500, adopted: Sequence[str] = ()) -> Iterator[Rotation]:
    """Yield what there is to do in a database: one rotation for each model with encrypted or sealed fields."""
    tables = set(connections[alias].introspection.table_names())
    for model in apps.get_models():
        # a table of another database has no values here
        if model._meta.db_table not in tables:
            continue
        rotation = Rotation(model, connections[alias], batch, frozenset(adopted))
        if model._meta.managed and not model._meta.proxy and rotation.fields:
            yield rotation
