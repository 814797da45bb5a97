"""Rows written as JSON straight from what the database sent, without making entities of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, cast

import msgspec
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from backk_core.declare.stored_forms import StoredForm
from backk_core.describe.contracts import FieldContract
from backk_core.describe.field_kinds import is_plain
from backk_core.execute.encoding import COUNT, encode_json
from backk_core.execute.nested_plan import comes_as_json
from backk_core.execute.plan import ReadPlan, converters_of, dumpers_of
from backk_core.execute.statements import fetch_rows, is_watched, run_prepared, text_loader

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
    # "t" and "true"
    "boolean": "b'true' if {}[0] == 116 else b'false'",
    "id": "b'\"%b\"' % {}",
    "local_id": "text({}.decode())",
    "decimal": "b'\"%b\"' % {}",
    "uuid": "b'\"%b\"' % {}",
    "date": "b'\"%b\"' % {}",
    "timestamp": "timestamp({})",
}


@lru_cache(maxsize=4096)
def texts_suffice(fields: tuple[FieldContract, ...]) -> bool:
    """Tell whether each column's text can be written without making a Python value of it."""
    return all(field.kind.name in _WRITERS and is_plain(field.model_field) for field in fields)


#: Gives what is below a row by the row's key, as one JSON array; the second argument where nothing is.
Below = Callable[..., bytes]
TextWriter = Callable[[TextAt, Iterable[int], Sequence[Below]], list[bytes]]
#: Puts each row's object into the list that its last argument has for what the row belongs to.
TextGrouper = Callable[[TextAt, Iterable[int], Sequence[Below], Mapping[bytes | None, list[bytes]]], object]
_EMPTY = b"[]"


@lru_cache(maxsize=1024)
def text_writer(
    members: tuple[FieldContract, ...],
    *,
    counted: bool,
    places: tuple[int, ...] = (),
    key_at: int = 0,
    alias: str | None = None,
) -> TextWriter:
    """Return a function that writes the rows of PostgreSQL's texts as JSON objects.

    It is compiled from the columns' kinds: one expression without a call for what needs none. ``places`` are the
    columns of the members that are stored, where those are not the first ones, with the count's as the last; what is
    written from Python's values is so for a database of this ``alias`` only.
    """
    row, known = _row_source(members, counted=counted, places=places, key_at=key_at, alias=alias)
    # the source has names of this module and column numbers in it, nothing that anybody sent
    return cast("TextWriter", eval(f"lambda at, rows, below: [{row} for row in rows]", known))  # noqa: S307


@lru_cache(maxsize=1024)
def text_grouper(
    members: tuple[FieldContract, ...],
    parent_at: int,
    *,
    counted: bool,
    places: tuple[int, ...],
    key_at: int,
    alias: str,
) -> TextGrouper:
    """Return a function that writes rows as ``text_writer`` does, by the text in the column ``parent_at``."""
    row, known = _row_source(members, counted=counted, places=places, key_at=key_at, alias=alias)
    grouped = f"lambda at, rows, below, groups: [groups[at(row, {parent_at})].append({row}) for row in rows]"
    return cast("TextGrouper", eval(grouped, known))  # noqa: S307


def _row_source(
    members: tuple[FieldContract, ...], *, counted: bool, places: tuple[int, ...], key_at: int, alias: str | None
) -> tuple[str, dict[str, Any]]:
    """Return Python that writes one row, and what its names mean."""
    known: dict[str, Any] = {"text": encode_json, "timestamp": _timestamp, "empty": _EMPTY}
    template, values, relations = [], [], 0
    columns = iter(places or range(len(members) + 1))
    for member in members:
        template.append(f'"{member.wire_name}":%b'.encode())
        if member.relation is not None:
            values.append(f"below[{relations}](at(row, {key_at}), empty)")
            relations += 1
            continue
        column = next(columns)
        text, write = f"at(row, {column})", _WRITERS.get(member.kind.name)
        if write is None or not is_plain(member.model_field):
            known[f"write_{column}"] = _written_value(alias or "", member)
            write = f"write_{column}({{}})"
        if member.nullable:
            values.append(f"b'null' if (v := {text}) is None else {write.format('v')}")
        else:
            values.append(write.format(text))
    if counted:
        template.append(f'"{COUNT}":%b'.encode())
        values.append(f"at(row, {next(columns)})")
    known["template"] = b"{" + b",".join(template) + b"}"
    return f"template % ({', '.join(f'({value})' for value in values)},)", known


def _written_value(alias: str, field: FieldContract) -> Callable[[bytes], bytes]:
    """Return what writes a text of PostgreSQL by way of Python's value."""
    if comes_as_json(field):
        return bytes
    load, steps = value_loader(alias, field), [*converters_of(connections[alias], (field,)), *dumpers_of((field,))]

    def write(text: bytes) -> bytes:
        value = load(text)
        for _, step in steps:
            value = step(value)
        return encode_json(value)

    return write


@lru_cache(maxsize=4096)
def value_loader(alias: str, field: FieldContract) -> Callable[[bytes], Any]:
    """Return what makes of a text of PostgreSQL what its driver makes of a column's value."""
    db = connections[alias]
    if comes_as_json(field):
        return bytes.decode
    # what has a form of its own is read as a text, whatever else comes with it
    known = None if isinstance(field.model_field, StoredForm) else field.model_field.db_type(db)
    return text_loader(db, (known or "text").partition("(")[0])


@lru_cache(maxsize=1024)
def value_writer(
    alias: str, members: tuple[FieldContract, ...], *, counted: bool, places: tuple[int, ...] = (), key_at: int = 0
) -> Callable[[Row, Sequence[Below]], bytes]:
    """Return a function that writes one row of Python values as a JSON object; ``places`` as in ``text_writer``."""
    db = connections[alias]
    stored = tuple(member for member in members if member.relation is None)
    steps = [*converters_of(db, stored), *((at, _unless_none(dump)) for at, dump in dumpers_of(stored))]
    names = [member.wire_name for member in members] + ([COUNT] if counted else [])
    width = len(stored) + counted
    relations = [at for at, member in enumerate(members) if member.relation is not None]

    def write(row: Row, below: Sequence[Below]) -> bytes:
        values = [row[at] for at in places] if places else list(row[:width])
        for position, step in steps:
            values[position] = step(values[position])
        for at, find in zip(relations, below, strict=True):
            values.insert(at, msgspec.Raw(find(row[key_at], _EMPTY)))
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
            texts = text_writer(plan.fields, counted=plan.counted)(at, range(rows), ())
        return b",".join(texts), None if version is None or not rows else at(0, version)
    found = fetch_rows(db, plan.statement, parameters)
    if plan.as_json:
        return b",".join([str(row[0]).encode() for row in found]), _version(found, None if version is None else 1)
    write = value_writer(db.alias, plan.fields, counted=plan.counted)
    return b",".join([write(row, ()) for row in found]), _version(found, version)


def walked_rows(db: BaseDatabaseWrapper, plan: ReadPlan, parameters: Row) -> tuple[list[bytes], Sequence[Row]]:
    """Run a plan of a walked list; return its rows as JSON objects, and each row's place in the order."""
    if db.vendor == "postgresql" and not is_watched(db) and texts_suffice(plan.fields):
        result = run_prepared(db, plan.statement, parameters)
        at, rows, columns = result.get_value, result.ntuples, range(plan.position_at, result.nfields)
        places = [[None if (text := at(row, c)) is None else text.decode() for c in columns] for row in range(rows)]
        return text_writer(plan.fields, counted=plan.counted)(at, range(rows), ()), places
    found = fetch_rows(db, plan.statement, parameters)
    write = value_writer(db.alias, plan.fields, counted=plan.counted)
    return [write(row, ()) for row in found], [row[plan.position_at :] for row in found]


def _version(rows: Sequence[Row], position: int | None) -> bytes | None:
    return b"%d" % rows[0][position] if rows and position is not None else None
