"""Rules about countries: their ISO 3166-1 codes, and the shapes of their passport numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from string import ascii_uppercase, digits
from typing import Any

from .texts import TextRule

# Shapes of passport numbers: l is a letter, d a digit, x either, n either but I and O, g either but vowels and what
# looks alike in Germany; anything else stands for itself. No library has them; source: the countries' specifications as
# the validator.js project has collected them (version 13.15).
_PASSPORTS: Mapping[str, str] = {
    "AM": "llddddddd", "AR": "llldddddd", "AT": "lddddddd", "AU": "lddddddd", "AZ": "ldddddddd", "BE": "lldddddd",
    "BG": "ddddddddd", "BR": "lldddddd", "BY": "llddddddd", "CA": "lldddddd lddddddll", "CH": "lddddddd",
    "CN": "Gdddddddd Enddddddd", "CY": "ldddddd ldddddddd", "CZ": "dddddddd", "DE": "ggggggggg", "DK": "ddddddddd",
    "DZ": "ddddddddd", "EE": "lddddddd llddddddd", "ES": "xxdddddd xxxdddddd", "FI": "llddddddd", "FR": "ddllddddd",
    "GB": "ddddddddd", "GR": "llddddddd", "HR": "ddddddddd", "HU": "lldddddd llddddddd",
    "ID": "Addddddd Bddddddd Cddddddd", "IE": "xxddddddd", "IN": "lddddddd l-ddddddd", "IR": "ldddddddd",
    "IS": "Addddddd", "IT": "xxddddddd", "JM": "Addddddd", "JP": "llddddddd", "KR": "Mdddddddd Sdddddddd",
    "KZ": "lddddddd", "LI": "lddddd", "LT": "xxxxxxxx", "LU": "xxxxxxxx", "LV": "xxddddddd", "LY": "xxxxxxxx",
    "MT": "ddddddd", "MX": "ldddddddd", "MY": "Adddddddd Hdddddddd Kdddddddd", "MZ": "llddddddd ddllddddd",
    "NL": "llxxxxxxd",
    "NZ": "LAdddddd LDdddddd LFdddddd LHdddddd EAdddddd EPdddddd Ndddddd",
    "PH": "ldddddd ldddddddl lldddddd llddddddd", "PK": "llddddddd", "PL": "llddddddd", "PT": "ldddddd",
    "RO": "dddddddd ddddddddd", "RU": "ddddddddd", "SE": "dddddddd", "SK": "xddddddd", "SL": "Plddddddd",
    "TH": "ldddddd lddddddd lldddddd llddddddd", "TR": "ldddddddd", "UA": "lldddddd", "US": "ddddddddd ldddddddd",
    "ZA": "Tdddddddd Adddddddd Mdddddddd Ddddddddd",
}  # fmt: skip
_LETTERS: Mapping[str, str] = {
    "l": ascii_uppercase,
    "d": digits,
    "x": ascii_uppercase + digits,
    "n": "ABCDEFGHJKLMNPQRSTUVWXYZ" + digits,
    "g": "CFGHJKLMNPRTVWXYZ" + digits,
}
_LONGEST_PASSPORT = 32


class IsIso31661Alpha2(TextRule):
    """A two-letter country code of ISO 3166-1, in upper or lower case."""

    name = "isISO31661Alpha2"
    message = "must be a valid ISO31661 Alpha2 code"
    example = "FI"
    schema = {"pattern": "^[A-Za-z]{2}$"}

    def accepts(self, value: Any) -> bool:
        return isinstance(value, str) and len(value) == 2 and value.upper() in _country_codes()


class IsIso31661Alpha3(TextRule):
    """A three-letter country code of ISO 3166-1, in upper or lower case."""

    name = "isISO31661Alpha3"
    message = "must be a valid ISO31661 Alpha3 code"
    example = "FIN"
    schema = {"pattern": "^[A-Za-z]{3}$"}

    def accepts(self, value: Any) -> bool:
        return isinstance(value, str) and len(value) == 3 and value.upper() in _country_codes()


@dataclass(frozen=True)
class IsPassportNumber(TextRule):
    """A passport number in the shape of the country (an ISO 3166-1 alpha-2 code), with blanks or without."""

    country: str
    name = "isPassportNumber"
    message = "must be valid passport number"

    def __post_init__(self) -> None:
        if self.country not in _PASSPORTS:
            raise ValueError(f"passports of {self.country!r} are not known: write one of {', '.join(_PASSPORTS)}")

    def accepts(self, value: Any) -> bool:
        if not isinstance(value, str) or len(value) > _LONGEST_PASSPORT or not value.isascii():
            return False
        number = "".join(value.split()).upper()
        return any(has_shape(number, shape) for shape in _PASSPORTS[self.country].split())

    def sample(self) -> str:
        shape = _PASSPORTS[self.country].split()[0]
        return "".join(_LETTERS.get(part, part)[-1] for part in shape)


def region_of(locale: str) -> str:
    """The country code in a locale, `FI` of `FI`, `fi-FI` and `sv_FI`."""
    return locale.replace("_", "-").rpartition("-")[2].upper()


def has_shape(number: str, shape: str) -> bool:
    """Tells whether the number in upper case has the shape, in which l, d and x stand for letters and digits."""
    return len(number) == len(shape) and all(
        letter in _LETTERS.get(part, part) for part, letter in zip(shape, number, strict=True)
    )


@cache
def _country_codes() -> frozenset[str]:
    from pycountry import countries

    return frozenset(code for country in countries for code in (country.alpha_2, country.alpha_3))


is_iso31661_alpha2 = IsIso31661Alpha2()
is_iso31661_alpha3 = IsIso31661Alpha3()
is_passport_number = IsPassportNumber
