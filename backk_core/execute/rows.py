"""Rows written as JSON straight from what the database sent, without making entities of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, cast

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from backk_core.describe.contracts import FieldContract
from backk_core.describe.field_kinds import is_plain
from backk_core.execute.codec import encode_json
from backk_core.execute.plan import COUNT, ReadPlan, converters_of, dumpers_of
from backk_core.execute.statements import fetch_rows, is_watched, run_prepared

#: Gives the text of a row and a column, None for NULL.
TextAt = Callable[[int, int], bytes | None]
Row = Sequence[Any]


def _timestamp(text: bytes) -> bytes:
    # "2026-11-24 06:55:00.12+00": seconds have as many decimals as they need
    return b'"%bT%b.%bZ"' % (text[:10], text[11:19], text[20:-3].ljust(3, b"0")[:3])


#: By kind: Python that writes a text as JSON. What PostgreSQL writes of a number is JSON already: of a float
#: it writes the shortest digits, which are the wire's; but a zero has no sign there, and infinity is no number.
_WRITERS: Mapping[str, str] = {
    "string": "text({}.decode())",
    "integer": "{}",
    "float": "(b'0' if (number := {}) == b'-0' else number if number[-1] < 58 else b'null')",
    "boolean": "b'true' if {} == b't' else b'false'",
    "id": "b'\"%b\"' % {}",
    "decimal": "b'\"%b\"' % {}",
    "uuid": "b'\"%b\"' % {}",
    "date": "b'\"%b\"' % {}",
    "timestamp": "timestamp({})",
}


@lru_cache(maxsize=4096)
def texts_suffice(fields: tuple[FieldContract, ...]) -> bool:
    """Tell whether each column's text can be written without making a Python value of it."""
    return all(field.kind.name in _WRITERS and is_plain(field.model_field) for field in fields)


@lru_cache(maxsize=1024)
def text_writer(fields: tuple[FieldContract, ...], *, counted: bool) -> Callable[[TextAt, int], list[bytes]]:
    """Return a function that writes the rows of PostgreSQL's texts as JSON objects.

    It is compiled from the columns' kinds: one expression without a call for what needs none.
    """
    template, values = [], []
    for column, field in enumerate(fields):
        template.append(f'"{field.wire_name}":%b'.encode())
        text, write = f"at(row, {column})", _WRITERS[field.kind.name]
        if field.nullable:
            values.append(f"b'null' if (v := {text}) is None else {write.format('v')}")
        else:
            values.append(write.format(text))
    if counted:
        template.append(f'"{COUNT}":%b'.encode())
        values.append(f"at(row, {len(fields)})")
    known = {"template": b"{" + b",".join(template) + b"}", "text": encode_json, "timestamp": _timestamp}
    source = f"lambda at, rows: [template % ({', '.join(f'({value})' for value in values)},) for row in range(rows)]"
    # the source has names of this module and column numbers in it, nothing that anybody sent
    return cast("Callable[[TextAt, int], list[bytes]]", eval(source, known))  # noqa: S307


@lru_cache(maxsize=1024)
def value_writer(alias: str, fields: tuple[FieldContract, ...], *, counted: bool) -> Callable[[Row], bytes]:
    """Return a function that writes one row of Python values as a JSON object."""
    db = connections[alias]
    names = [field.wire_name for field in fields] + ([COUNT] if counted else [])
    steps = [*converters_of(db, fields), *((at, _unless_none(dump)) for at, dump in dumpers_of(fields))]

    def write(row: Row) -> bytes:
        values = list(row[: len(names)])
        for position, step in steps:
            values[position] = step(values[position])
        return encode_json(dict(zip(names, values, strict=True)))

    return write


def _unless_none(dump: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: None if value is None else dump(value)


def written_rows(db: BaseDatabaseWrapper, plan: ReadPlan, parameters: Row) -> tuple[bytes, bytes | None]:
    """Run a plan; return its rows as JSON objects, joined by commas, and the version of the first."""
    version = plan.version_at
    if db.vendor == "postgresql" and not is_watched(db) and (plan.as_json or texts_suffice(plan.fields)):
        result = run_prepared(db, plan.statement, parameters)
        at, rows = result.get_value, result.ntuples
        if plan.as_json:
            texts = [at(row, 0) for row in range(rows)]
            version = 1 if version is not None else None
        else:
            texts = text_writer(plan.fields, counted=plan.counted)(at, rows)
        return b",".join(texts), None if version is None or not rows else at(0, version)
    found = fetch_rows(db, plan.statement, parameters)
    if plan.as_json:
        return b",".join([str(row[0]).encode() for row in found]), _version(found, None if version is None else 1)
    write = value_writer(db.alias, plan.fields, counted=plan.counted)
    return b",".join([write(row) for row in found]), _version(found, version)


def walked_rows(db: BaseDatabaseWrapper, plan: ReadPlan, parameters: Row) -> tuple[list[bytes], Sequence[Row]]:
    """Run a plan of a walked list; return its rows as JSON objects, and each row's place in the order."""
    if db.vendor == "postgresql" and not is_watched(db) and texts_suffice(plan.fields):
        result = run_prepared(db, plan.statement, parameters)
        at, rows, columns = result.get_value, result.ntuples, range(plan.position_at, result.nfields)
        places = [[None if (text := at(row, c)) is None else text.decode() for c in columns] for row in range(rows)]
        return text_writer(plan.fields, counted=plan.counted)(at, rows), places
    found = fetch_rows(db, plan.statement, parameters)
    write = value_writer(db.alias, plan.fields, counted=plan.counted)
    return [write(row) for row in found], [row[plan.position_at :] for row in found]


def _version(rows: Sequence[Row], position: int | None) -> bytes | None:
    return b"%d" % rows[0][position] if rows and position is not None else None
