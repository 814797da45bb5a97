"""The kinds of values: how the wire, Python and PostgreSQL write each, and which Django fields hold it."""

from __future__ import annotations

import datetime
import decimal
import math
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import msgspec
from django.db import models

from backk_core.declare.entities import ArrayField, EntityIdField, LocalIdField

#: How PostgreSQL writes a column as JSON: by ``to_json``, its text as a string, a timestamp, or not at all.
SqlForm = Literal["json", "text", "timestamp", "none"]

Convert = Callable[[Any], Any]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FieldKind:
    """One kind of value.

    ``wire_type`` is what msgspec decodes; ``load`` makes Python's value of that, ``dump`` the reverse (None: nothing to
    do); ``expected`` ends the sentence "<field> must be …" for a value of the wrong type; ``family`` is the word that
    validators use for it.
    """

    name: str
    family: str
    wire_type: Any
    expected: str
    load: Convert | None = None
    dump: Convert | None = None
    sql_form: SqlForm = "none"
    json_type: dict[str, Any]
    #: Whether values can be checked; what cannot must not be sent.
    can_validate: bool = True


def float_to_wire(value: float) -> Any:
    """Return a float as it is written on the wire: like PostgreSQL's float8out, the same digits on every database.

    None where it is no number (JSON has no infinity).
    """
    size = abs(value)
    if size < 1e15:
        if value == int(value):
            return int(value)
        if size >= 1e-4:
            return value
    if not math.isfinite(value):
        return None
    mantissa, _, exponent = _shortest(value).partition("e")
    if not exponent:
        digits = mantissa.rstrip("0").rstrip(".").lstrip("-").replace(".", "")
        exponent = f"+{len(str(int(size))) - 1}"
        digits = digits.rstrip("0")
        mantissa = ("-" if value < 0 else "") + digits[0] + ("." + digits[1:] if digits[1:] else "")
    return msgspec.Raw(f"{mantissa}e{exponent}".encode())


def _shortest(value: float) -> str:
    """Return the fewest digits that are nearer to this float than to any other.

    Python also takes digits that are just as near to the next float, where readers round to this one; PostgreSQL does
    not. Only beyond 2**53 are there such digits.
    """
    text = repr(value)
    if abs(value) < 2**53 or not _is_halfway(text, value):
        return text
    mantissa = text.partition("e")[0].lstrip("-").replace(".", "")
    candidates = (format(value, f".{places}e") for places in range(len(mantissa.rstrip("0")), 17))
    return next(digits for digits in candidates if float(digits) == value and not _is_halfway(digits, value))


def _is_halfway(digits: str, value: float) -> bool:
    """Tell whether digits stand exactly between a large float and one of its neighbours."""
    quarters = 4 * (abs(int(decimal.Decimal(digits))) - abs(int(value)))
    ulp = int(math.ulp(value))
    # below a power of two the floats are half as far from each other
    return abs(quarters) == 2 * ulp or (quarters == -ulp and abs(math.frexp(value)[0]) == 0.5)


def timestamp_to_wire(moment: datetime.datetime) -> str:
    """Return a moment as ISO 8601 in UTC with milliseconds and ``Z``."""
    if moment.tzinfo is not datetime.UTC:
        moment = moment.replace(tzinfo=datetime.UTC) if moment.tzinfo is None else moment.astimezone(datetime.UTC)
    return moment.isoformat(timespec="milliseconds")[:-6] + "Z"


def timestamp_from_wire(moment: datetime.datetime) -> datetime.datetime:
    """Return a moment that was sent, in UTC and without what is below its milliseconds."""
    moment = moment.astimezone(datetime.UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


_DECIMAL_CHARACTERS = frozenset("0123456789+-.eE")


def decimal_from_wire(text: str) -> decimal.Decimal:
    """Return the decimal number of a text; ValueError where it is none, not finite, or in digits of other scripts."""
    if not _DECIMAL_CHARACTERS.issuperset(text):
        raise ValueError(text)
    try:
        return decimal.Decimal(text)
    except decimal.InvalidOperation:
        raise ValueError(text) from None


def decimal_to_wire(value: decimal.Decimal, places: int | None = None) -> str:
    """Return a decimal as plain digits, never with an exponent, with so many of them after the point."""
    return format(value or abs(value), "f" if places is None else f".{places}f")


def is_id(text: str) -> bool:
    """Tell whether a text can be an id: hexadecimal digits in lower case."""
    return not text.strip("0123456789abcdef")


STRING = FieldKind(
    name="string", family="string", wire_type=str, expected="a string", sql_form="json", json_type={"type": "string"}
)
INTEGER = FieldKind(
    name="integer",
    family="number",
    wire_type=int,
    expected="an integer number",
    sql_form="json",
    json_type={"type": "integer"},
)
FLOAT = FieldKind(
    name="float",
    family="number",
    wire_type=float,
    expected="a number conforming to the specified constraints",
    dump=float_to_wire,
    sql_form="json",
    json_type={"type": "number"},
)
BOOLEAN = FieldKind(
    name="boolean",
    family="boolean",
    wire_type=bool,
    expected="a boolean value",
    sql_form="json",
    json_type={"type": "boolean"},
)
DECIMAL = FieldKind(
    name="decimal",
    family="number",
    wire_type=str,
    load=decimal_from_wire,
    expected="a decimal number in a string",
    dump=decimal_to_wire,
    sql_form="text",
    json_type={"type": "string", "format": "decimal"},
)
ID = FieldKind(
    name="id",
    family="string",
    wire_type=Annotated[str, msgspec.Meta(min_length=1, max_length=24)],
    expected="a string of 1 to 24 hexadecimal digits",
    dump=str,
    sql_form="text",
    json_type={"type": "string", "maxLength": 24, "pattern": "^[a-f0-9]{1,24}$"},
)
#: A sub-entity's own id, within its parent.
LOCAL_ID = FieldKind(
    name="local_id",
    family="string",
    wire_type=ID.wire_type,
    expected=ID.expected,
    sql_form="text",
    json_type=ID.json_type,
)
#: What a string of hexadecimal digits names.
IDS = frozenset({ID, LOCAL_ID})
UUID = FieldKind(
    name="uuid",
    family="string",
    wire_type=uuid.UUID,
    expected="a UUID",
    dump=str,
    sql_form="text",
    json_type={"type": "string", "format": "uuid"},
)
TIMESTAMP = FieldKind(
    name="timestamp",
    family="timestamp",
    wire_type=Annotated[datetime.datetime, msgspec.Meta(tz=True)],
    expected="an ISO 8601 timestamp with time zone",
    load=timestamp_from_wire,
    dump=timestamp_to_wire,
    sql_form="timestamp",
    json_type={"type": "string", "format": "date-time"},
)
DATE = FieldKind(
    name="date",
    family="date",
    wire_type=datetime.date,
    expected="an ISO 8601 date",
    dump=datetime.date.isoformat,
    sql_form="text",
    json_type={"type": "string", "format": "date"},
)
TIME = FieldKind(
    name="time",
    family="time",
    wire_type=Annotated[datetime.time, msgspec.Meta(tz=False)],
    expected="an ISO 8601 time",
    dump=datetime.time.isoformat,
    # the format of that name wants an offset (RFC 3339), which a time of day has not
    json_type={"type": "string", "pattern": r"^([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]+)?$"},
)
ARRAY = FieldKind(
    name="array", family="array", wire_type=list, expected="an array", sql_form="json", json_type={"type": "array"}
)
OBJECT = FieldKind(name="object", family="object", wire_type=dict, expected="an object", json_type={"type": "object"})
MAP = FieldKind(name="map", family="object", wire_type=dict, expected="an object", json_type={"type": "object"})
#: JSON that is handed on as it came.
JSON = FieldKind(name="json", family="any", wire_type=msgspec.Raw, expected="any value", json_type={})
ANY = FieldKind(name="any", family="any", wire_type=Any, expected="any value", json_type={})
#: What we can keep and answer, but not check: never sent.
OPAQUE = FieldKind(name="opaque", family="any", wire_type=Any, expected="any value", json_type={}, can_validate=False)

#: Django's field classes and their kinds; the first that a field is an instance of counts.
FIELD_KINDS: list[tuple[type[models.Field[Any, Any]], FieldKind]] = [
    (EntityIdField, ID),
    (models.AutoField, ID),
    (models.BigAutoField, ID),
    (models.SmallAutoField, ID),
    (models.BooleanField, BOOLEAN),
    (models.IntegerField, INTEGER),
    (models.FloatField, FLOAT),
    (models.DecimalField, DECIMAL),
    (models.UUIDField, UUID),
    (models.DateTimeField, TIMESTAMP),
    (models.DateField, DATE),
    (models.TimeField, TIME),
    (models.FileField, OPAQUE),
    (models.GenericIPAddressField, STRING),
    (LocalIdField, LOCAL_ID),
    (models.CharField, STRING),
    (models.TextField, STRING),
    (ArrayField, ARRAY),
]

#: Python's annotations and their kinds.
ANNOTATION_KINDS: dict[Any, FieldKind] = {
    str: STRING,
    int: INTEGER,
    float: FLOAT,
    bool: BOOLEAN,
    decimal.Decimal: DECIMAL,
    uuid.UUID: UUID,
    datetime.datetime: TIMESTAMP,
    datetime.date: DATE,
    datetime.time: TIME,
    Any: ANY,
    msgspec.Raw: JSON,
}


def register_field_kind(field_class: type[models.Field[Any, Any]], kind: FieldKind) -> None:
    """Say of which kind a third-party field's values are; call it in the ``ready`` of an app."""
    FIELD_KINDS.insert(0, (field_class, kind))


def kind_of(field: models.Field[Any, Any]) -> FieldKind:
    """Return the kind of a Django field; OPAQUE where no class of it is known."""
    if isinstance(field, models.ForeignKey):
        return kind_of(field.target_field)
    for field_class, kind in FIELD_KINDS:
        if isinstance(field, field_class):
            return kind
    return OPAQUE


def is_plain(field: models.Field[Any, Any]) -> bool:
    """Tell whether a field's column holds just what Python sees: one of Django's or our own classes, not a subclass."""
    return type(field).__module__.startswith(("django.db.models", "backk_core.", "django.contrib.postgres"))
