"""The functions of fields that clients may filter by: what each means, and how each database says it."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from backk_core.describe.field_kinds import DATE, DECIMAL, FLOAT, INTEGER, STRING, TIME, TIMESTAMP, FieldKind
from backk_core.execute.columns import by_code_point

#: Says a function of a column in SQL: the database, the quoted column and its kind.
Say = Callable[[BaseDatabaseWrapper, str, FieldKind], str]

_NUMBERS = frozenset({INTEGER, FLOAT, DECIMAL})
_TEXTS = frozenset({STRING})
_DAYS = frozenset({DATE, TIMESTAMP})
_TIMES = frozenset({TIME, TIMESTAMP})


@dataclass(frozen=True, slots=True)
class FieldFunction:
    """One function: the kinds of fields that it takes, and the kind of its result (None: the field's)."""

    takes: frozenset[FieldKind]
    gives: FieldKind | None
    say: Say


# numbers


def _abs(db: BaseDatabaseWrapper, column: str, kind: FieldKind) -> str:
    # the least integer has no opposite among integers
    if kind is INTEGER and db.vendor == "postgresql":
        return f"abs({column}::numeric)"
    if kind is INTEGER and db.vendor == "mysql":
        return f"abs(CAST({column} AS DECIMAL(20)))"
    if kind is INTEGER:
        return f"CASE {column} WHEN -9223372036854775808 THEN 9223372036854775808.0 ELSE abs({column}) END"
    return f"abs({column})"


def _ceiling(db: BaseDatabaseWrapper, column: str, kind: FieldKind) -> str:
    if kind is INTEGER:
        return column
    return f"backk_ceiling({column})" if db.vendor == "sqlite" else f"ceiling({column})"


def _floor(db: BaseDatabaseWrapper, column: str, kind: FieldKind) -> str:
    if kind is INTEGER:
        return column
    return f"backk_floor({column})" if db.vendor == "sqlite" else f"floor({column})"


def _round(db: BaseDatabaseWrapper, column: str, kind: FieldKind) -> str:
    """Half away from zero, which adding a half and cutting off is not: 0.49999999999999994 + 0.5 is 1."""
    if kind is INTEGER:
        return column
    if kind is DECIMAL and db.vendor != "sqlite":
        return f"round({column})"
    size = f"abs({column})"
    whole = _floor(db, size, kind)
    away = f"CASE WHEN {size} - {whole} >= 0.5 THEN {whole} + 1 ELSE {whole} END"
    return f"CASE WHEN {column} < 0 THEN -({away}) ELSE {away} END"


# texts


def _length(db: BaseDatabaseWrapper, column: str, _: FieldKind) -> str:
    if db.vendor == "postgresql":
        return f"char_length({column})::bigint"
    return f"length({column})" if db.vendor == "sqlite" else f"char_length({column})"


def _cased(name: str) -> Say:
    def say(db: BaseDatabaseWrapper, column: str, _: FieldKind) -> str:
        if db.vendor == "sqlite":
            return by_code_point(db, f"backk_{name}({column})")
        if db.vendor == "mysql":
            return by_code_point(db, f"{name}({column} COLLATE {_mysql_letters(db.alias)})")
        letters = _postgresql_letters(db.alias)
        if letters is not None:
            return by_code_point(db, f'({name}({column} COLLATE "{letters}"))')
        table = _lower_table() if name == "lower" else _upper_table()
        sources, targets = "".join(map(chr, table)), "".join(table.values())
        return by_code_point(db, f"(translate({column}, '{sources}', '{targets}'))")

    return say


def _trimmed(name: str) -> Say:
    return lambda db, column, _: by_code_point(db, f"({name}({column}))")


@lru_cache(maxsize=64)
def _mysql_letters(alias: str) -> str:
    """Return the collation whose letters are those of Unicode 14 (MariaDB 10.10), or the newest before it."""
    db: Any = connections[alias]
    if not db.mysql_is_mariadb:
        return "utf8mb4_0900_as_cs"
    return "utf8mb4_uca1400_nopad_as_cs" if db.mysql_version >= (10, 10) else "utf8mb4_unicode_520_nopad_ci"


@lru_cache(maxsize=64)
def _postgresql_letters(alias: str) -> str | None:
    """Return the collation that maps letter by letter, None where the server has none of them."""
    db: Any = connections[alias]
    db.ensure_connection()
    with db.wrap_database_errors:
        # not through Django's cursor: a function that may send one statement only has its own to send
        found = db.connection.execute(
            "SELECT collname FROM pg_collation WHERE collname IN ('pg_c_utf8', 'C.utf8', 'C.UTF-8')"
            " AND collencoding IN (-1, 6) ORDER BY collname DESC LIMIT 1"
        ).fetchone()
    return None if found is None else str(found[0])


# moments, in UTC


def _part(postgresql: str, sqlite: Mapping[FieldKind, str], mysql: str) -> Say:
    def say(db: BaseDatabaseWrapper, column: str, kind: FieldKind) -> str:
        if db.vendor == "postgresql":
            moment = f"{column} AT TIME ZONE 'UTC'" if kind is TIMESTAMP else column
            return postgresql.format(moment)
        return (sqlite[kind] if db.vendor == "sqlite" else mysql).format(column)

    return say


def _piece(day: int | None, time: int | None) -> dict[FieldKind, str]:
    """Return how SQLite cuts two digits out of its texts: of "2024-12-31 23:59:58.5", "2024-12-31" or "23:59:58"."""
    places = {DATE: day, TIMESTAMP: day if day is not None else 11 + (time or 0), TIME: time}
    return {kind: f"CAST(substr({{0}}, {at}, 2) AS INTEGER)" for kind, at in places.items() if at is not None}


_WHOLE_YEAR = "CAST(substr({0}, 1, 4) AS INTEGER)"
_QUARTER = "(CAST(substr({0}, 6, 2) AS INTEGER) + 2) / 3"
_WEEKDAY = "(CAST(strftime('%%w', substr({0}, 1, 10)) AS INTEGER) + 6) %% 7"
#: A week has the number of its Thursday (ISO 8601).
_WEEK = "(CAST(strftime('%%j', date(substr({0}, 1, 10), '-3 days', 'weekday 4')) AS INTEGER) - 1) / 7 + 1"


def _both(sqlite: str) -> dict[FieldKind, str]:
    return {DATE: sqlite, TIMESTAMP: sqlite}


#: By the name that clients use. WEEK is that of ISO 8601; WEEKDAY is 0 on Monday, as in MySQL; all times are UTC.
FUNCTIONS: Mapping[str, FieldFunction] = {
    "ABS": FieldFunction(_NUMBERS, None, _abs),
    "CEILING": FieldFunction(_NUMBERS, None, _ceiling),
    "FLOOR": FieldFunction(_NUMBERS, None, _floor),
    "ROUND": FieldFunction(_NUMBERS, None, _round),
    "LENGTH": FieldFunction(_TEXTS, INTEGER, _length),
    "LOWER": FieldFunction(_TEXTS, STRING, _cased("lower")),
    "UPPER": FieldFunction(_TEXTS, STRING, _cased("upper")),
    "LTRIM": FieldFunction(_TEXTS, STRING, _trimmed("ltrim")),
    "RTRIM": FieldFunction(_TEXTS, STRING, _trimmed("rtrim")),
    "TRIM": FieldFunction(_TEXTS, STRING, _trimmed("trim")),
    "DAY": FieldFunction(_DAYS, INTEGER, _part("extract(day FROM {0})::bigint", _piece(9, None), "day({0})")),
    "MONTH": FieldFunction(_DAYS, INTEGER, _part("extract(month FROM {0})::bigint", _piece(6, None), "month({0})")),
    "YEAR": FieldFunction(_DAYS, INTEGER, _part("extract(year FROM {0})::bigint", _both(_WHOLE_YEAR), "year({0})")),
    "QUARTER": FieldFunction(
        _DAYS, INTEGER, _part("extract(quarter FROM {0})::bigint", _both(_QUARTER), "quarter({0})")
    ),
    "WEEK": FieldFunction(_DAYS, INTEGER, _part("extract(week FROM {0})::bigint", _both(_WEEK), "week({0}, 3)")),
    "WEEKDAY": FieldFunction(
        _DAYS, INTEGER, _part("(extract(isodow FROM {0}) - 1)::bigint", _both(_WEEKDAY), "weekday({0})")
    ),
    "HOUR": FieldFunction(_TIMES, INTEGER, _part("extract(hour FROM {0})::bigint", _piece(None, 1), "hour({0})")),
    "MINUTE": FieldFunction(_TIMES, INTEGER, _part("extract(minute FROM {0})::bigint", _piece(None, 4), "minute({0})")),
    "SECOND": FieldFunction(
        _TIMES, INTEGER, _part("floor(extract(second FROM {0}))::bigint", _piece(None, 7), "second({0})")
    ),
}


# SQLite knows the letters of ASCII only, and perhaps no rounding at all: Python says these for it.


def _letters(change: Callable[[str], str]) -> dict[int, str]:
    """Return Unicode's simple mapping: each letter to one letter, or to itself where its partner is several."""
    found = {}
    for code in range(sys.maxunicode + 1):
        letter = chr(code)
        if (other := change(letter)) != letter and len(other) == 1:
            found[code] = other
    return found


@cache
def _lower_table() -> dict[int, str]:
    return {**_letters(str.lower), 0x130: "i"}


@cache
def _upper_table() -> dict[int, str]:
    # the capitals of Greek letters with an iota below are one letter each, which Python writes as two
    return {
        **_letters(str.upper),
        **{code + low: chr(code + low + 8) for code in (0x1F80, 0x1F90, 0x1FA0) for low in range(8)},
        0x1FB3: "\u1fbc",
        0x1FC3: "\u1fcc",
        0x1FF3: "\u1ffc",
    }


def simple_lower(text: str | None) -> str | None:
    """Return a text in lower case, letter by letter (Unicode's simple case mapping): its length stays."""
    return text if text is None else text.lower() if text.isascii() else text.translate(_lower_table())


def simple_upper(text: str | None) -> str | None:
    """Return a text in upper case, letter by letter (Unicode's simple case mapping): its length stays."""
    return text if text is None else text.upper() if text.isascii() else text.translate(_upper_table())


def _whole(step: Callable[[float], int]) -> Callable[[float | None], float | None]:
    # SQLite has no integer for 1e300
    return lambda value: None if value is None else value if math.isinf(value) else float(step(value))


def give_sqlite_functions(raw: Any) -> None:
    """Register the functions that SQLite lacks on one of its connections."""
    for name, function in (
        ("backk_lower", simple_lower),
        ("backk_upper", simple_upper),
        ("backk_floor", _whole(math.floor)),
        ("backk_ceiling", _whole(math.ceil)),
    ):
        raw.create_function(name, 1, function, deterministic=True)
