"""Runs prepared SQL on Django's own database connection, with everything that Django's cursors take care of."""

from __future__ import annotations

import datetime
import decimal
import itertools
import uuid
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any, cast
from weakref import WeakKeyDictionary

from django.conf import settings
from django.db import DataError, NotSupportedError, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from backk_core.declare.conf import conf
from backk_core.execute.call import find_call

_numbers = itertools.count(1)


#: Statements that one connection of PostgreSQL keeps prepared: clients choose orders and fields, and so shapes.
MOST_PREPARED = 256


class Statement:
    """SQL with ``%s`` placeholders, known to PostgreSQL's connections by a name once it was sent twice."""

    __slots__ = ("is_worth_preparing", "name", "native", "of_sqlite", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        pieces = text.replace("%%", "\0").split("%s")
        native = pieces[0] + "".join(f"${number}{piece}" for number, piece in enumerate(pieces[1:], 1))
        self.native = native.replace("\0", "%").encode()
        self.of_sqlite = "?".join(pieces).replace("\0", "%")
        self.name = f"backk_{next(_numbers)}".encode()
        #: Set by its first use: a shape that a client made up is seldom seen again.
        self.is_worth_preparing = False

    def __repr__(self) -> str:
        return f"Statement({self.text!r})"


def database() -> BaseDatabaseWrapper:
    """Return this thread's connection to the entities' database: the current call's, where there is one."""
    call = find_call()
    return call.db if call is not None and call.db is not None else connections[conf().database]


def fetch_rows(db: BaseDatabaseWrapper, statement: Statement, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Return all rows as Python values, as Django's cursor gives them."""
    if db.vendor == "sqlite" and not is_watched(db):
        return _fetch_from_sqlite(db, statement, parameters)
    with db.cursor() as cursor:
        cursor.execute(statement.text, parameters)
        return list(cursor.fetchall())


def _fetch_from_sqlite(db: BaseDatabaseWrapper, statement: Statement, parameters: Sequence[Any]) -> list[Any]:
    # what Django's cursor does for a statement costs twice what SQLite does
    db.ensure_connection()
    db.validate_thread_sharing()
    db.validate_no_broken_transaction()
    with db.wrap_database_errors:
        rows: list[Any] = db.connection.execute(statement.of_sqlite, parameters).fetchall()
        return rows


def execute(db: BaseDatabaseWrapper, statement: Statement, parameters: Sequence[Any]) -> int:
    """Run a statement that returns no rows; return how many rows it changed."""
    if db.vendor != "postgresql" or is_watched(db):
        with db.cursor() as cursor:
            cursor.execute(statement.text, parameters)
            return int(cursor.rowcount)
    count = run_prepared(db, statement, parameters).command_tuples
    return int(count or 0)


def fetch_value(db: BaseDatabaseWrapper, statement: Statement, parameters: Sequence[Any]) -> Any:
    """Return the one number that a statement answers, None where it answers no row."""
    if db.vendor != "postgresql" or is_watched(db):
        rows = fetch_rows(db, statement, parameters)
        return rows[0][0] if rows else None
    result = run_prepared(db, statement, parameters)
    if not result.ntuples:
        return None
    text = result.get_value(0, 0)
    return None if text is None else int(text)


def fetch_first(db: BaseDatabaseWrapper, statement: Statement, parameters: Sequence[Any]) -> Sequence[Any] | None:
    """Return the first row that a statement answers, None where it answers none; PostgreSQL's values are texts."""
    if db.vendor != "postgresql" or is_watched(db):
        rows = fetch_rows(db, statement, parameters)
        return rows[0] if rows else None
    result = run_prepared(db, statement, parameters)
    if not result.ntuples:
        return None
    values = [result.get_value(0, column) for column in range(result.nfields)]
    return [None if value is None else value.decode() for value in values]


def is_watched(db: BaseDatabaseWrapper) -> bool:
    """Tell whether somebody wraps or logs this connection's statements: then Django's cursor must run them."""
    return bool(db.execute_wrappers) or db.queries_logged


# PostgreSQL, by libpq: what a psycopg cursor does for a statement costs more than the statement.

#: The names of the statements that a connection knows, the least recently used first; gone with the connection.
_prepared: WeakKeyDictionary[Any, OrderedDict[bytes, None]] = WeakKeyDictionary()

_CONNECTION_OK = 0
_IDLE, _IN_TRANSACTION = 0, 2
_COMMAND_OK, _TUPLES_OK = 1, 2


def run_prepared(db: BaseDatabaseWrapper, statement: Statement, parameters: Sequence[Any]) -> Any:
    """Run a statement on PostgreSQL; return libpq's result, whose values are texts."""
    db.ensure_connection()
    db.validate_no_broken_transaction()
    texts = [_text(value) for value in parameters]
    with db.wrap_database_errors:
        raw = db.connection
        pgconn = raw.pgconn
        if not raw.autocommit and pgconn.transaction_status == _IDLE:
            _succeeded(pgconn, pgconn.exec_(b"BEGIN"))
        known = _known(raw)
        if statement.name in known:
            known.move_to_end(statement.name)
        elif not conf().prepared_statements or not statement.is_worth_preparing:
            statement.is_worth_preparing = True
            return _succeeded(pgconn, pgconn.exec_params(statement.native, texts))
        else:
            _prepare(pgconn, known, statement)
        result = pgconn.exec_prepared(statement.name, texts)
        if result.status in (_TUPLES_OK, _COMMAND_OK):
            return result
        if _is_stale_plan(result) and pgconn.transaction_status == _IDLE:
            # a migration changed the table under the plan
            _forget(pgconn, known, statement.name)
            _prepare(pgconn, known, statement)
            return _succeeded(pgconn, pgconn.exec_prepared(statement.name, texts))
        return _succeeded(pgconn, result)


def _known(raw: Any) -> OrderedDict[bytes, None]:
    known = _prepared.get(raw)
    if known is None:
        known = _prepared[raw] = OrderedDict()
    return known


def _prepare(pgconn: Any, known: OrderedDict[bytes, None], statement: Statement) -> None:
    while len(known) >= MOST_PREPARED:
        _forget(pgconn, known, next(iter(known)))
    _succeeded(pgconn, pgconn.prepare(statement.name, statement.native))
    known[statement.name] = None


def _forget(pgconn: Any, known: OrderedDict[bytes, None], name: bytes) -> None:
    _succeeded(pgconn, pgconn.exec_(b"DEALLOCATE " + name))
    del known[name]


def _succeeded(pgconn: Any, result: Any) -> Any:
    if result.status in (_TUPLES_OK, _COMMAND_OK):
        return result
    from psycopg import OperationalError, errors

    if pgconn.status != _CONNECTION_OK:
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
        return _text_by_psycopg(value)
    return write(value)


def _text_by_psycopg(value: Any) -> bytes | None:
    from psycopg import ProgrammingError
    from psycopg.adapt import PyFormat, Transformer

    try:
        dumped = Transformer().get_dumper(value, PyFormat.TEXT).dump(value)
    except ProgrammingError as error:
        msg = f"a {type(value).__name__} is no parameter of a prepared statement"
        raise NotSupportedError(msg) from error
    return None if dumped is None else bytes(dumped)


class _Adapters:
    """What psycopg asks how values are read: Django's way, and of no connection in particular."""

    connection = None

    def __init__(self, db: Any) -> None:
        from django.db.backends.postgresql.psycopg_any import get_adapters_template

        self.adapters = get_adapters_template(settings.USE_TZ, db.timezone)


def text_loader(db: BaseDatabaseWrapper, sql_type: str) -> Callable[[bytes], Any]:
    """Return what makes of a text of PostgreSQL the Python value that a cursor of Django's gives."""
    from psycopg.adapt import PyFormat, Transformer

    context: Any = _Adapters(db)
    oid = context.adapters.types.get_oid(sql_type) if context.adapters.types.get(sql_type) is not None else 0
    loader = Transformer(context).get_loader(oid, PyFormat.as_pq(PyFormat.TEXT))
    return cast("Callable[[bytes], Any]", loader.load)


def _string(value: str) -> bytes:
    # libpq's texts end at a NUL: what follows would be lost without a word
    if "\0" in value:
        msg = "PostgreSQL's texts cannot contain NUL characters"
        raise DataError(msg)
    return value.encode()


def _array(items: Sequence[Any]) -> bytes:
    return b"{" + b",".join(b"NULL" if item is None else _quoted(item) for item in items) + b"}"


def _quoted(item: Any) -> bytes:
    text = _text(item) or b""
    return b'"' + text.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'


_TEXTS: dict[type, Callable[[Any], bytes]] = {
    str: _string,
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
