"""Whatever is kept comes back byte for byte the same from every database, by every way of reading it."""

import datetime
import decimal
import json
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from django.db import connections
from django.test import override_settings
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from backk_core.describe.registry import registry
from backk_core.execute.store import DatabaseStore
from tests.apps.reading.models import Specimen
from tests.calls import reply_to
from tests.databases import KINDS, fresh_database

STORE = DatabaseStore()
GET, TOUCHED = "specimenService.getSpecimens", "specimenService.getTouchedSpecimens"


@pytest.fixture(scope="module")
def aliases(django_db_blocker: Any) -> Iterator[list[str]]:
    """All databases beside each other."""
    with django_db_blocker.unblock(), ExitStack() as stack:
        yield [stack.enter_context(fresh_database(kind, ("reading",))).alias for kind in KINDS]


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=60)
BIG = st.integers(-(2**63), 2**63 - 1)
FLOATS = st.floats(allow_nan=False, allow_infinity=False)
# MariaDB keeps no UUID whose version and variant do not belong together
UUIDS = st.uuids(version=4) | st.uuids(version=1) | st.just(uuid.UUID(int=0))
MOMENTS = st.datetimes(timezones=st.just(datetime.UTC)).map(
    lambda moment: moment.replace(microsecond=moment.microsecond // 1000 * 1000)
)
PRICES = st.decimals(-999999999999, 999999999999, places=3, allow_nan=False, allow_infinity=False)


def _moment(moment: datetime.datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


ROWS = st.fixed_dictionaries(
    {
        "label": TEXTS,
        "note": st.none() | TEXTS,
        "amount": st.none() | st.integers(-(2**31), 2**31 - 1),
        "big": st.none() | BIG,
        "ratio": st.none() | FLOATS,
        "price": st.none() | PRICES.map(lambda price: f"{price:.3f}"),
        "flag": st.none() | st.booleans(),
        "code": st.none() | UUIDS.map(str),
        "day": st.none() | st.dates().map(datetime.date.isoformat),
        "moment": st.none() | MOMENTS.map(_moment),
        "ownerId": st.none() | st.integers(0, 2**63 - 1).map(str),
        "tags": st.none() | st.lists(TEXTS, max_size=4),
        "numbers": st.none() | st.lists(BIG, max_size=4),
        "ratios": st.none() | st.lists(FLOATS, max_size=4),
        "flags": st.none() | st.lists(st.booleans(), max_size=4),
    }
)


def row(**given_values: Any) -> dict[str, Any]:
    names = [field.wire_name for field in registry().type_contract(Specimen).answered if not field.primary_key]
    return {**dict.fromkeys(names), "label": "x", **given_values}


def body_of(function: str) -> bytes:
    reply = reply_to(function, {"sortBys": [{"fieldName": "_id"}]})
    assert reply.status == 200, reply.body
    return reply.body


def ways_of(alias: str) -> list[dict[str, Any]]:
    """Return the settings under which a database is read in different ways."""
    base = {"DATABASE": alias, "ENVIRONMENT": "test"}
    if not alias.startswith("postgresql"):
        return [base]
    return [base, {**base, "JSON_BY_DATABASE": True}, {**base, "PREPARED_STATEMENTS": False}]


def answers(alias: str, rows: list[dict[str, Any]]) -> dict[str, bytes]:
    """Keep the rows in an empty database; return what each way of reading them answers."""
    found: dict[str, bytes] = {}
    with override_settings(BACKK={"DATABASE": alias, "ENVIRONMENT": "test"}):
        STORE.delete_all(Specimen)
        first: int | None = None
        created: list[bytes] = []
        for values in rows:
            reply = reply_to("specimenService.createSpecimen", values)
            assert reply.status == 200, (alias, reply.body)
            data = json.loads(reply.body)["data"]
            first = int(data["_id"]) if first is None else first
            created.append(reply.body.replace(b'{"_id":"%d"' % int(data["_id"]), b'{"_id":"%d"' % len(created)))
        found[f"{alias} created"] = b"".join(created)
        for way in ways_of(alias):
            with override_settings(BACKK=way):
                for function in (GET, TOUCHED):
                    found[f"{alias} {function} {way}"] = _from_zero(body_of(function), first or 0)
                # somebody looks at the statements, so that Django's cursors run them
                with connections[alias].execute_wrapper(lambda execute, *arguments: execute(*arguments)):
                    found[f"{alias} watched {way}"] = _from_zero(body_of(GET), first or 0)
    return found


def _from_zero(body: bytes, first: int) -> bytes:
    """Count ids from 0: each database has gone on counting."""
    for number in range(60):
        body = body.replace(b'"_id":"%d"' % (first + number), b'"_id":"#%d"' % number)
    return body


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(rows=st.lists(ROWS, min_size=1, max_size=5))
@example([row(ratio=value) for value in (1e15, -1e15, 999999999999999.0, 1e14, 1e16, 123456789012345680.0)])
@example([row(ratio=value) for value in (1e-5, 1e-4, 0.00012, 5e-324, 2.2250738585072014e-308, -0.0, 0.0, 1.0, 1e300)])
@example([row(ratio=value) for value in (1.7976931348623157e308, -1.7976931348623157e308, 0.1, 1 / 3, 1e22, 1e21)])
@example([row(ratios=[1e15, 1e-5, -0.0, 5e-324, 3.0, 1e16, 2.5], numbers=[-(2**63), 2**63 - 1], flags=[True, False])])
@example([row(label=text) for text in ("", " ", "a ", "\u2028\u2029", "\x01\x1f\x7f\x80", "\U0001f600", '"\\/', "%s")])
@example([row(label=text) for text in ("\n\r\t\b\f", "NULL", "null", "{}", "'", "\ufffe\uffff", "e\u0301", "\\u0041")])
@example([row(tags=["NULL", "", '"', "\\", "{a,b}", ",", " ", "\n", "\U0001f600", "'", "%"]), row(tags=[])])
@example([row(moment="0001-01-01T00:00:00.000Z", day="0001-01-01"), row(moment="9999-12-31T23:59:59.999Z")])
@example([row(moment="2024-02-29T12:00:00.000Z"), row(moment="2024-02-29T12:00:00.100Z"), row(day="9999-12-31")])
@example([row(moment="1582-10-10T12:00:00.001Z", day="1582-10-10"), row(moment="0099-06-01T01:02:03.040Z")])
@example([row(price=value) for value in ("0.000", "-0.001", "999999999999.999", "-999999999999.999", "100.000")])
def test_all_databases_answer_what_was_sent(aliases: list[str], rows: list[dict[str, Any]]) -> None:
    found: dict[str, bytes] = {}
    for alias in aliases:
        found |= answers(alias, rows)
    read = {name: body for name, body in found.items() if not name.endswith("created")}
    expected = next(iter(read.values()))
    for name, body in read.items():
        assert body == expected, name
    created = {name: body for name, body in found.items() if name.endswith("created")}
    assert len(set(created.values())) == 1, created
    told = json.loads(expected)["data"]
    for values, sent in zip(told, rows, strict=True):
        assert {name: value for name, value in values.items() if name != "_id"} == sent


def test_what_is_created_is_answered_as_it_is_read(aliases: list[str]) -> None:
    for alias in aliases:
        with override_settings(BACKK={"DATABASE": alias, "ENVIRONMENT": "test"}):
            STORE.delete_all(Specimen)
            sent = row(price="1.5", ratio=3.0, moment="2024-01-01T02:00:00+02:00", code=str(uuid.UUID(int=0)).upper())
            created = reply_to("specimenService.createSpecimen", sent).body
            assert created.replace(b'"data":{', b'"data":[{')[:-1] + b"]}" == body_of(GET)


def test_a_value_that_other_programs_wrote_is_still_json(aliases: list[str]) -> None:
    for alias in aliases:
        with override_settings(BACKK={"DATABASE": alias, "ENVIRONMENT": "test"}):
            STORE.delete_all(Specimen)
            Specimen(label="x", price=decimal.Decimal("-0.000")).save(using=alias)
            zero = "'-0'::float8" if alias.startswith("postgresql") else "-0.0e0"
            with connections[alias].cursor() as cursor:
                cursor.execute(f"UPDATE reading_specimen SET ratio = {zero}")
            for way in ways_of(alias):
                with override_settings(BACKK=way):
                    for function in (GET, TOUCHED):
                        assert b'"ratio":0,"price":"0.000"' in body_of(function), way


def test_infinity_is_null_since_json_has_no_word_for_it(aliases: list[str]) -> None:
    alias = next(alias for alias in aliases if alias.startswith("postgresql"))
    with override_settings(BACKK={"DATABASE": alias, "ENVIRONMENT": "test"}):
        STORE.delete_all(Specimen)
        STORE.create_many([Specimen(label="x", ratio=1.5) for _ in range(3)])
        with connections[alias].cursor() as cursor:
            # a table that was not made for us
            cursor.execute("ALTER TABLE reading_specimen DROP CONSTRAINT reading_specimen_ratio_bounds")
        for number, value in enumerate(("Infinity", "-Infinity", "NaN")):
            with connections[alias].cursor() as cursor:
                rows = "SELECT id FROM reading_specimen ORDER BY id LIMIT 1 OFFSET %s"
                cursor.execute(f"UPDATE reading_specimen SET ratio = %s WHERE id = ({rows})", [value, number])
        for way in ways_of(alias):
            with override_settings(BACKK=way):
                for function in (GET, TOUCHED):
                    assert [row["ratio"] for row in json.loads(body_of(function))["data"]] == [None] * 3
