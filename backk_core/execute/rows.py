"""Rows written as JSON straight from what the database sent, without making entities of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from backk_core.describe.contracts import FieldContract
from backk_core.describe.field_kinds import is_plain
from backk_core.execute.codec import encode_json
from backk_core.execute.plan import COUNT, ReadPlan, converters_of, dumpers_of
from backk_core.execute.statements import fetch_rows, fetch_texts, is_watched

#: Writes one column's text, as PostgreSQL sent it, as JSON.
TextToJson = Callable[[bytes], bytes]
Row = Sequence[Any]


def _quoted(text: bytes) -> bytes:
    return b'"%b"' % text


def _string(text: bytes) -> bytes:
    return encode_json(text.decode())


def _boolean(text: bytes) -> bytes:
    return b"true" if text == b"t" else b"false"


def _timestamp(text: bytes) -> bytes:
    # "2026-11-24 06:55:00.12+00": seconds have as many decimals as they need
    return b'"%bT%b.%bZ"' % (text[:10], text[11:19], text[20:-3].ljust(3, b"0")[:3])


def _as_it_is(text: bytes) -> bytes:
    return text


_BY_KIND: dict[str, TextToJson] = {
    "string": _string,
    "integer": _as_it_is,
    # PostgreSQL's shortest digits are what the wire has
    "float": _as_it_is,
    "boolean": _boolean,
    "id": _quoted,
    "decimal": _quoted,
    "uuid": _quoted,
    "date": _quoted,
    "timestamp": _timestamp,
}


@lru_cache(maxsize=4096)
def texts_suffice(fields: tuple[FieldContract, ...]) -> bool:
    """Tell whether each column's text can be written without making a Python value of it."""
    return all(field.kind.name in _BY_KIND and is_plain(field.model_field) for field in fields)


@lru_cache(maxsize=1024)
def text_writer(plan: ReadPlan) -> Callable[[Sequence[bytes | None]], bytes]:
    """Return a function that writes one row of PostgreSQL's texts as a JSON object."""
    writers: list[TextToJson] = [_BY_KIND[field.kind.name] for field in plan.fields]
    names = [field.wire_name for field in plan.fields]
    if plan.counted:
        writers.append(_as_it_is)
        names.append(COUNT)
    template = b"{" + b",".join(b'"%b":%%b' % name.encode().replace(b"%", b"%%") for name in names) + b"}"

    def write(row: Sequence[bytes | None]) -> bytes:
        return template % tuple(
            [b"null" if text is None else to_json(text) for to_json, text in zip(writers, row, strict=True)]
        )

    return write


@lru_cache(maxsize=1024)
def value_writer(alias: str, plan: ReadPlan) -> Callable[[Row], bytes]:
    """Return a function that writes one row of Python values as a JSON object."""
    db = connections[alias]
    names = [field.wire_name for field in plan.fields] + ([COUNT] if plan.counted else [])
    steps = [*converters_of(db, plan.fields), *((at, _unless_none(dump)) for at, dump in dumpers_of(plan.fields))]

    def write(row: Row) -> bytes:
        values = list(row)
        for position, step in steps:
            values[position] = step(values[position])
        return encode_json(dict(zip(names, values, strict=True)))

    return write


def _unless_none(dump: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: None if value is None else dump(value)


def written_rows(db: BaseDatabaseWrapper, plan: ReadPlan, parameters: Row) -> list[tuple[bytes, bytes | None]]:
    """Run a plan; return each row as a JSON object, with its version where it has one."""
    version = plan.version_at
    if plan.as_json:
        return [(row[0] or b"", row[1] if len(row) > 1 else None) for row in fetch_texts(db, plan.statement, parameters)]
    if db.vendor == "postgresql" and not is_watched(db) and texts_suffice(plan.fields):
        write_texts = text_writer(plan)
        texts = fetch_texts(db, plan.statement, parameters)
        return [(write_texts(row), None if version is None else row[version]) for row in texts]
    write = value_writer(db.alias, plan)
    rows = fetch_rows(db, plan.statement, parameters)
    return [(write(row), None if version is None else b"%d" % row[version]) for row in rows]
