"""Runs prepared SQL on Django's own database connection, with everything that Django's cursors take care of."""

from __future__ import annotations

import datetime
import decimal
import itertools
import uuid
from collections.abc import Callable, Sequence
from typing import Any
from weakref import WeakKeyDictionary

from django.db import NotSupportedError, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from backk_core.declare.conf import conf

_numbers = itertools.count(1)


class Statement:
    """SQL with ``%s`` placeholders, known to PostgreSQL's connections by a name."""

    __slots__ = ("name", "native", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        pieces = text.replace("%%", "\0").split("%s")
        native = pieces[0] + "".join(f"${number}{piece}" for number, piece in enumerate(pieces[1:], 1))
        self.native = native.replace("\0", "%").encode()
        self.name = f"backk_{next(_numbers)}".encode()

    def __repr__(self) -> str:
        return f"Statement({self.text!r})"


def connection() -> BaseDatabaseWrapper:
    """Return this thread's connection to the entities' database."""
    return connections[conf().database]


def fetch_rows(db: BaseDatabaseWrapper, statement: Statement, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Return all rows as Python values, as Django's cursor gives them."""
    with db.cursor() as cursor:
        cursor.execute(statement.text, parameters)
        return list(cursor.fetchall())


def fetch_texts(db: BaseDatabaseWrapper, statement: Statement, parameters: Sequence[Any]) -> list[list[bytes | None]]:
    """Return all rows as the texts that PostgreSQL sent: bytes, None for NULL."""
    if is_watched(db):
        return [
            [None if value is None else str(value).encode() for value in row]
            for row in fetch_rows(db, statement, parameters)
        ]
    result = _run(db, statement, parameters)
    width = range(result.nfields)
    value = result.get_value
    return [[value(row, column) for column in width] for row in range(result.ntuples)]


def execute(db: BaseDatabaseWrapper, statement: Statement, parameters: Sequence[Any]) -> int:
    """Run a statement that returns no rows; return how many rows it changed."""
    if db.vendor != "postgresql" or is_watched(db):
        with db.cursor() as cursor:
            cursor.execute(statement.text, parameters)
            return int(cursor.rowcount)
    count = _run(db, statement, parameters).command_tuples
    return int(count or 0)


def fetch_value(db: BaseDatabaseWrapper, statement: Statement, parameters: Sequence[Any]) -> Any:
    """Return the one number that a statement answers, None where it answers no row."""
    if db.vendor != "postgresql" or is_watched(db):
        rows = fetch_rows(db, statement, parameters)
        return rows[0][0] if rows else None
    result = _run(db, statement, parameters)
    if not result.ntuples:
        return None
    text = result.get_value(0, 0)
    return None if text is None else int(text)


def is_watched(db: BaseDatabaseWrapper) -> bool:
    """Tell whether somebody wraps or logs this connection's statements: then Django's cursor must run them."""
    return bool(db.execute_wrappers) or db.queries_logged


# PostgreSQL, by libpq: what a psycopg cursor does for a statement costs more than the statement.

#: The statements that a connection knows; gone with the connection.
_prepared: WeakKeyDictionary[Any, set[bytes]] = WeakKeyDictionary()

_CONNECTION_OK = 0
_IDLE, _IN_TRANSACTION = 0, 2
_COMMAND_OK, _TUPLES_OK = 1, 2


def _run(db: BaseDatabaseWrapper, statement: Statement, parameters: Sequence[Any]) -> Any:
    db.ensure_connection()
    db.validate_no_broken_transaction()
    texts = [_text(value) for value in parameters]
    with db.wrap_database_errors:
        raw = db.connection
        pgconn = raw.pgconn
        if not raw.autocommit and pgconn.transaction_status == _IDLE:
            _succeeded(raw, pgconn.exec_(b"BEGIN"))
        if not conf().prepared_statements:
            return _succeeded(raw, pgconn.exec_params(statement.native, texts))
        known = _prepared.get(raw)
        if known is None:
            known = _prepared[raw] = set()
        if statement.name not in known:
            _succeeded(raw, pgconn.prepare(statement.name, statement.native))
            known.add(statement.name)
        result = pgconn.exec_prepared(statement.name, texts)
        if result.status in (_TUPLES_OK, _COMMAND_OK):
            return result
        if _is_stale_plan(result) and pgconn.transaction_status == _IDLE:
            # a migration changed the table under the plan
            known.discard(statement.name)
            _succeeded(raw, pgconn.exec_(b"DEALLOCATE " + statement.name))
            _succeeded(raw, pgconn.prepare(statement.name, statement.native))
            known.add(statement.name)
            return _succeeded(raw, pgconn.exec_prepared(statement.name, texts))
        return _succeeded(raw, result)


def _succeeded(raw: Any, result: Any) -> Any:
    if result.status in (_TUPLES_OK, _COMMAND_OK):
        return result
    from psycopg import OperationalError, errors

    if raw.pgconn.status != _CONNECTION_OK:
        # libpq says it without an SQLSTATE, which would make any error of it
        raise OperationalError("the connection is lost")
    raise errors.error_from_result(result, encoding="utf-8")


def _is_stale_plan(result: Any) -> bool:
    from psycopg.pq import DiagnosticField

    return bool(
        result.error_field(DiagnosticField.SQLSTATE) == b"0A000"
        and b"cached plan" in (result.error_field(DiagnosticField.MESSAGE_PRIMARY) or b"")
    )


def _text(value: Any) -> bytes | None:
    if value is None:
        return None
    write = _TEXTS.get(type(value))
    if write is None:
        for known, writer in _TEXTS.items():
            if isinstance(value, known):
                return writer(value)
        msg = f"a {type(value).__name__} is no parameter of a prepared statement"
        raise NotSupportedError(msg)
    return write(value)


def _array(items: Sequence[Any]) -> bytes:
    return b"{" + b",".join(b"NULL" if item is None else _quoted(item) for item in items) + b"}"


def _quoted(item: Any) -> bytes:
    text = _text(item) or b""
    return b'"' + text.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'


_TEXTS: dict[type, Callable[[Any], bytes]] = {
    str: str.encode,
    bool: lambda value: b"t" if value else b"f",
    int: lambda value: b"%d" % value,
    float: lambda value: repr(value).encode(),
    datetime.datetime: lambda value: value.isoformat().encode(),
    datetime.date: lambda value: value.isoformat().encode(),
    datetime.time: lambda value: value.isoformat().encode(),
    decimal.Decimal: lambda value: str(value).encode(),
    uuid.UUID: lambda value: value.hex.encode(),
    list: _array,
    tuple: _array,
    memoryview: lambda value: b"\\x" + value.hex().encode(),
    bytes: lambda value: b"\\x" + value.hex().encode(),
}
