"""How columns and values are compared: by code point and by value, the same on every database and in every locale."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from backk_core.describe.contracts import FieldContract
from backk_core.describe.field_kinds import DECIMAL, LOCAL_ID, STRING, UUID, FieldKind

_TEXTS = frozenset({STRING, LOCAL_ID})
#: PostgreSQL's type of each kind's values. Without it the server takes the column's type, and refuses a number that
#: is too large for the column instead of finding that no row has it.
_POSTGRESQL_TYPES = {
    "string": "text",
    "local_id": "text",
    "integer": "bigint",
    "float": "double precision",
    "boolean": "boolean",
    "decimal": "numeric",
    "id": "bigint",
    "uuid": "uuid",
    "timestamp": "timestamptz",
    "date": "date",
    "time": "time",
}


def placeholder(db: BaseDatabaseWrapper, kind: FieldKind, *, many: bool = False) -> str:
    """Return the placeholder of a value of a kind, or of an array of them (PostgreSQL alone has those)."""
    if db.vendor == "postgresql":
        known = _POSTGRESQL_TYPES.get(kind.name)
        return f"CAST(%s AS {known}{'[]' if many else ''})" if known is not None else "%s"
    if db.vendor == "sqlite" and kind is DECIMAL:
        # a text is not equal to the number that it writes, unless a column stands opposite
        return "CAST(%s AS NUMERIC)"
    return "%s"


def column_sql(db: BaseDatabaseWrapper, field: FieldContract) -> str:
    """Return the quoted name of a field's column."""
    return db.ops.quote_name(field.column or "")


def by_code_point(db: BaseDatabaseWrapper, text: str) -> str:
    """Return a SQL text expression as one that is compared by code point, blanks at the end included."""
    if db.vendor == "postgresql":
        return f'{text} COLLATE "C"'
    if db.vendor == "mysql":
        return f"{text} COLLATE {_binary_collation(db.alias)}"
    return f"{text} COLLATE BINARY"


@lru_cache(maxsize=64)
def _binary_collation(alias: str) -> str:
    return "utf8mb4_nopad_bin" if _is_mariadb(alias) else "utf8mb4_0900_bin"


def _is_mariadb(alias: str) -> bool:
    db: Any = connections[alias]
    return bool(db.mysql_is_mariadb)


def comparable(db: BaseDatabaseWrapper, field: FieldContract) -> str:
    """Return a column as it is put in order and found different: texts by code point, UUIDs by their digits."""
    column = column_sql(db, field)
    if field.kind in _TEXTS and (db.vendor != "sqlite" or _has_own_collation(field)):
        return by_code_point(db, column)
    if field.kind is UUID and db.vendor == "mysql":
        return f"CAST({column} AS CHAR)"
    return column


def equatable(db: BaseDatabaseWrapper, field: FieldContract) -> str:
    """Return a column as it is compared for equality; the column itself, so that its index is used, where it can be."""
    if field.kind in _TEXTS and (db.vendor == "mysql" or _has_own_collation(field)):
        return comparable(db, field)
    return column_sql(db, field)


def _has_own_collation(field: FieldContract) -> bool:
    return bool(getattr(field.model_field, "db_collation", None))
