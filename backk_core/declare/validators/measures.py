"""Rules about notations of measurable things: colours, places on the globe, amounts of money."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .base import Kind
from .encodings import consists_of
from .literals import is_plain_decimal
from .quantities import is_number
from .texts import TextRule

_DIGITS = b"0123456789"
_LONGEST_COLOR = 128
_LONGEST_COORDINATE = 64
_LONGEST_AMOUNT = 64


class IsHexColor(TextRule):
    """A colour as 3, 4, 6 or 8 hexadecimal digits (CSS Color 4), with the number sign or without."""

    name = "isHexColor"
    message = "must be a hexadecimal color"
    example = "#ff8800"
    schema = {"pattern": "^#?[0-9a-fA-F]{3,8}$"}

    def accepts(self, value: Any) -> bool:
        if not isinstance(value, str) or len(value) > 9:
            return False
        digits = value.removeprefix("#")
        return consists_of(digits, b"0123456789abcdefABCDEF") and _color(f"#{digits}") is not None


class IsRgbColor(TextRule):
    """A colour as `rgb(…)` or `rgba(…)` (CSS Color 4) within the ranges of its parts."""

    name = "isRgbColor"
    message = "must be RGB color"
    example = "rgb(255,136,0)"
    schema = {"pattern": "^[Rr][Gg][Bb]", "maxLength": _LONGEST_COLOR}

    def accepts(self, value: Any) -> bool:
        color = _color(value) if _is_function(value, "rgb") else None
        return color is not None and all(0 <= part <= 1 for part in (*color.coordinates, color.alpha))


class IsHsl(TextRule):
    """A colour as `hsl(…)` or `hsla(…)` (CSS Color 4)."""

    name = "isHSL"
    message = "must be a HSL color"
    example = "hsl(32,100%,50%)"
    schema = {"pattern": "^[Hh][Ss][Ll]", "maxLength": _LONGEST_COLOR}

    def accepts(self, value: Any) -> bool:
        return _is_function(value, "hsl") and _color(value) is not None


class IsLatitude(TextRule):
    """A latitude from -90 to 90 degrees, as a number or as a string of one."""

    name = "isLatitude"
    message = "must be a latitude string or number"
    example = "60.1699"
    kinds = frozenset[Kind]({"string", "number"})

    def accepts(self, value: Any) -> bool:
        return _is_angle(value, 90)

    def json_schema(self) -> dict[str, Any]:
        return {"minimum": -90, "maximum": 90, "maxLength": _LONGEST_COORDINATE}


class IsLongitude(TextRule):
    """A longitude from -180 to 180 degrees, as a number or as a string of one."""

    name = "isLongitude"
    message = "must be a longitude string or number"
    example = "24.9384"
    kinds = frozenset[Kind]({"string", "number"})

    def accepts(self, value: Any) -> bool:
        return _is_angle(value, 180)

    def json_schema(self) -> dict[str, Any]:
        return {"minimum": -180, "maximum": 180, "maxLength": _LONGEST_COORDINATE}


class IsLatLong(TextRule):
    """A latitude and a longitude with a comma between them, in parentheses or not."""

    name = "isLatLong"
    message = "must be a latitude,longitude string"
    example = "60.1699,24.9384"
    schema = {"pattern": "^[^,]+,[^,]+$", "maxLength": 2 * _LONGEST_COORDINATE}

    def accepts(self, value: Any) -> bool:
        if not isinstance(value, str) or len(value) > 2 * _LONGEST_COORDINATE or value.count(",") != 1:
            return False
        if value.startswith("(") != value.endswith(")"):
            return False
        latitude, longitude = value.removeprefix("(").removesuffix(")").split(",")
        return _is_angle(latitude, 90) and _is_angle(longitude.removeprefix(" "), 180)


@dataclass(frozen=True)
class IsCurrency(TextRule):
    """An amount of money: sign, symbol, groups of thousands or none, decimal places or none; at most 64 characters."""

    symbol: str = "$"
    thousands_separator: str = ","
    decimal_separator: str = "."
    decimal_places: int = 2
    name = "isCurrency"
    message = "must be a currency"

    @property
    def arguments(self) -> tuple[Any, ...]:
        return () if self == is_currency else self.constructor_arguments

    def accepts(self, value: Any) -> bool:
        if not isinstance(value, str) or len(value) > _LONGEST_AMOUNT:
            return False
        amount = value.removeprefix("-").removeprefix(self.symbol)
        whole, point, places = amount.partition(self.decimal_separator)
        if point and not (len(places) == self.decimal_places and consists_of(places, _DIGITS)):
            return False
        return self._is_whole(whole) if whole else bool(point)

    def json_schema(self) -> dict[str, Any]:
        return {"maxLength": _LONGEST_AMOUNT}

    def sample(self) -> str:
        return f"{self.symbol}1{self.thousands_separator}000{self.decimal_separator}{'0' * self.decimal_places}"

    def _is_whole(self, whole: str) -> bool:
        first, *groups = whole.split(self.thousands_separator)
        is_started = consists_of(first, _DIGITS) and (first == "0" or first[0] != "0")
        if not groups:
            return is_started
        return is_started and first != "0" and len(first) <= 3 and all(map(_is_group, groups))


def _is_group(digits: str) -> bool:
    return len(digits) == 3 and consists_of(digits, _DIGITS)


def _is_angle(value: Any, greatest: int) -> bool:
    if isinstance(value, str):
        return len(value) <= _LONGEST_COORDINATE and is_plain_decimal(value) and -greatest <= float(value) <= greatest
    return is_number(value) and -greatest <= value <= greatest


def _is_function(value: Any, function: str) -> bool:
    return isinstance(value, str) and len(value) <= _LONGEST_COLOR and value[:3].lower() == function and "(" in value


def _color(text: str) -> Any:
    """The colour that CSS reads from the text, in any case, otherwise None."""
    from tinycss2.color4 import parse_color

    return parse_color(text.lower())


is_hex_color = IsHexColor()
is_rgb_color = IsRgbColor()
is_hsl = IsHsl()
is_latitude = IsLatitude()
is_longitude = IsLongitude()
is_lat_long = IsLatLong()
is_currency = IsCurrency()
is_currency_with = IsCurrency
