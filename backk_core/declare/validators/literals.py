"""Rules about strings that hold a value of another type: numbers, booleans, moments, JSON, tokens."""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode
from datetime import datetime
from typing import Annotated, Any

import msgspec

from .periods import reads_as_iso8601
from .texts import TextRule

_LONGEST_MOMENT = 64
# RFC 7519 sets no limit; servers take at most this much in a header.
_LONGEST_TOKEN = 65_536
_TIMESTAMP = Annotated[datetime, msgspec.Meta(tz=True)]
_DIGITS = frozenset("0123456789")


class _JoseHeader(msgspec.Struct):
    alg: str


class IsBooleanString(TextRule):
    """One of `true`, `false`, `1`, `0`."""

    name = "isBooleanString"
    message = "must be a boolean string"
    example = "true"
    schema = {"enum": ["true", "false", "1", "0"]}

    def accepts(self, value: Any) -> bool:
        return isinstance(value, str) and value in ("true", "false", "1", "0")


class IsNumberString(TextRule):
    """Digits with an optional sign and an optional point that digits follow: `-1`, `+0.5`, `.5`."""

    name = "isNumberString"
    message = "must be a number string"
    example = "1.5"
    schema = {"pattern": "^[+-]?([0-9]*[.])?[0-9]+$"}

    def accepts(self, value: Any) -> bool:
        return isinstance(value, str) and is_plain_decimal(value)


class IsDecimal(TextRule):
    """A decimal number: digits with an optional sign and decimal places, without an exponent."""

    name = "isDecimal"
    message = "is not a valid decimal number."
    example = "1.5"
    schema = {"pattern": "^[+-]?([0-9]*[.])?[0-9]+$"}

    def accepts(self, value: Any) -> bool:
        return isinstance(value, str) and is_plain_decimal(value)


class IsDateString(TextRule):
    """A date and a time to the second, with an optional fraction and offset (ISO 8601 extended format)."""

    name = "isDateString"
    message = "must be a ISOString"
    example = "2024-02-29T12:30:00.000Z"
    schema = {"pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}"}

    def accepts(self, value: Any) -> bool:
        if not isinstance(value, str) or len(value) > _LONGEST_MOMENT or value[10:11] != "T":
            return False
        return _is_moment(value, datetime)


class IsRfc3339(TextRule):
    """A date-time of RFC 3339, section 5.6, with its offset; leap seconds are valid."""

    name = "isRFC3339"
    message = "must be RFC 3339 date"
    example = "2024-02-29T12:30:00Z"
    schema = {"pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}"}

    def accepts(self, value: Any) -> bool:
        if not isinstance(value, str) or len(value) > _LONGEST_MOMENT:
            return False
        if value[16:19] == ":60":
            value = f"{value[:16]}:59{value[19:]}"
        # The decoder also knows offsets without their colon, which the RFC does not.
        return value[-1:] in "zZ" or value[-3:-2] == ":" if _is_moment(value, _TIMESTAMP) else False


class IsIso8601(TextRule):
    """A date, or a date and a time, in any precision and format of ISO 8601: calendar, week and ordinal dates.

    Fractions of hours and minutes, expanded years and years beyond 1 to 9999 are refused.
    """

    name = "isIso8601"
    message = "must be a valid ISO 8601 date string"
    example = "2024-02-29T12:30:00Z"

    def accepts(self, value: Any) -> bool:
        if not isinstance(value, str) or not 4 <= len(value) <= _LONGEST_MOMENT:
            return False
        return reads_as_iso8601(value)


class IsJson(TextRule):
    """A JSON text (RFC 8259) that is an object or an array; nested deeper than the decoder goes, it is refused."""

    name = "isJson"
    message = "must be a json string"
    example = '{"key": "value"}'

    def accepts(self, value: Any) -> bool:
        return isinstance(value, str) and value.lstrip(" \t\r\n")[:1] in ("{", "[") and _holds(value, msgspec.Raw)


class IsJwt(TextRule):
    """A signed JSON web token in compact form (RFC 7515, RFC 7519): its shape, not its signature."""

    name = "isJwt"
    message = "must be a jwt string"
    example = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"
    schema = {"pattern": "^[A-Za-z0-9_-]+[.][A-Za-z0-9_-]+[.][A-Za-z0-9_-]*$"}

    def accepts(self, value: Any) -> bool:
        if not isinstance(value, str) or not value.isascii() or len(value) > _LONGEST_TOKEN:
            return False
        parts = value.split(".", 3)
        if len(parts) != 3:
            return False
        header, claims, signature = map(_base64url, parts)
        return signature is not None and _holds(header, _JoseHeader) and _holds(claims, dict[str, msgspec.Raw])


class IsMilitaryTime(TextRule):
    """A time of day from 00:00 to 23:59, with or without the colon."""

    name = "isMilitaryTime"
    message = "must be a valid representation of military time in the format HH:MM"
    example = "23:59"
    schema = {"pattern": "^([01][0-9]|2[0-3]):?[0-5][0-9]$"}

    def accepts(self, value: Any) -> bool:
        if not isinstance(value, str):
            return False
        digits = value[:2] + value[3:] if value[2:3] == ":" else value
        return len(digits) == 4 and _DIGITS.issuperset(digits) and digits[:2] < "24" and digits[2:] < "60"


def is_plain_decimal(text: str) -> bool:
    """Tells whether the text is digits with an optional sign and an optional point that digits follow."""
    whole, point, places = text[text[:1] in ("+", "-") :].partition(".")
    return text.isascii() and (places.isdigit() and (not whole or whole.isdigit()) if point else whole.isdigit())


def _is_moment(text: str, expected: Any) -> bool:
    try:
        msgspec.convert(text, expected)
    except (msgspec.ValidationError, UnicodeEncodeError):
        return False
    return True


def _holds(document: str | bytes | None, expected: Any) -> bool:
    """Tells whether the JSON document is well-formed and of the expected type."""
    try:
        msgspec.json.decode(document or b"", type=expected)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return False
    return True


def _base64url(part: str) -> bytes | None:
    if "=" in part or not part.replace("-", "").replace("_", "").isalnum():
        return b"" if part == "" else None
    try:
        return urlsafe_b64decode(part + "=" * (-len(part) % 4))
    except (binascii.Error, ValueError):
        return None


is_boolean_string = IsBooleanString()
is_number_string = IsNumberString()
is_decimal = IsDecimal()
is_date_string = IsDateString()
is_rfc3339 = IsRfc3339()
is_iso8601 = IsIso8601()
is_json = IsJson()
is_jwt = IsJwt()
is_military_time = IsMilitaryTime()
