"""Rules about numbers that authorities and standards give out, with their check digits."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from django.utils import timezone

from .base import judge
from .countries import has_shape, region_of
from .encodings import consists_of
from .texts import TextRule

# The modules of python-stdnum that know the number on an identity card, by country.
_IDENTITY_CARDS: Mapping[str, tuple[str, ...]] = {
    "AR": ("dni",), "BE": ("nn",), "BG": ("egn",), "BR": ("cpf",), "CL": ("rut",), "CN": ("ric",), "CZ": ("rc",),
    "DK": ("cpr",), "EC": ("ci",), "EE": ("ik",), "ES": ("dni", "nie"), "FI": ("hetu",), "FR": ("nir",),
    "GR": ("amka",), "HR": ("oib",), "ID": ("nik",), "IL": ("idnr",), "IN": ("aadhaar",), "IS": ("kennitala",),
    "KR": ("rrn",), "LT": ("asmens",), "MX": ("curp",), "MY": ("nric",),
    "NL": ("identiteitskaartnummer",), "NO": ("fodselsnummer",), "PE": ("cui",), "PK": ("cnic",), "PL": ("pesel",),
    "PT": ("cc",), "RO": ("cnp",), "SE": ("personnummer",), "SI": ("emso",), "SK": ("rc",), "TH": ("pin",),
    "TR": ("tckimlik",), "ZA": ("idnr",),
}  # fmt: skip
# Cards whose number has no check digit, and so only a shape.
_IDENTITY_SHAPES: Mapping[str, tuple[str, ...]] = {
    "IT": ("Cldddddll",),
    "LK": ("dddddddddV", "dddddddddX", "dddddddddddd"),
    "TN": ("dddddddd",),
}
_IDENTITY_SAMPLES: Mapping[str, str] = {
    "ES": "54362315K", "FI": "131052-308T", "IT": "CR43675TM", "NO": "15108695088", "PL": "44051401359",
}  # fmt: skip
_LONGEST_IDENTITY = 32
# BIP 350: the checksum constant of witness versions from 1 on; version 0 keeps that of BIP 173.
_BECH32, _BECH32M = 1, 0x2BC830A3
_BECH32_LETTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
# Version bytes of pay-to-key and pay-to-script addresses, of the main and the test network.
_BASE58_VERSIONS = b"\x00\x05\x6f\xc4"
_BASE58_LETTERS = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


class _StandardNumber(TextRule):
    """A number of a standard that python-stdnum knows; longer texts than the standard allows are not looked at."""

    standard = ""
    longest = 0

    def accepts(self, value: Any) -> bool:
        if not isinstance(value, str) or len(value) > self.longest or not _is_tidy(value):
            return False
        return judge(_checkers()[self.standard], value)

    def json_schema(self) -> dict[str, Any]:
        return {"maxLength": self.longest}


class IsIban(_StandardNumber):
    """An international bank account number (ISO 13616), with blanks or without."""

    name = "isIBAN"
    message = "must be an IBAN"
    example = "FI2112345600000785"
    standard = "iban"
    longest = 48


class IsBic(_StandardNumber):
    """A business identifier code (ISO 9362) of 8 or 11 characters."""

    name = "isBIC"
    message = "must be a BIC or SWIFT code"
    example = "NDEAFIHH"
    standard = "bic"
    longest = 16


class IsEan(_StandardNumber):
    """An article number of GS1 (EAN-8, UPC-A, EAN-13, GTIN-14)."""

    name = "isEAN"
    message = "must be an EAN (European Article Number)"
    example = "4006381333931"
    standard = "ean"
    longest = 20


class IsIsin(_StandardNumber):
    """An international securities identification number (ISO 6166)."""

    name = "isIsin"
    message = "must be an ISIN (stock/security identifier)"
    example = "FI0009000681"
    standard = "isin"
    longest = 12


class IsIssn(_StandardNumber):
    """An international standard serial number (ISO 3297), with its hyphen or without."""

    name = "isISSN"
    message = "must be a ISSN"
    example = "0378-5955"
    standard = "issn"
    longest = 9


class IsIsrc(_StandardNumber):
    """An international standard recording code (ISO 3901), with hyphens or without."""

    name = "isISRC"
    message = "must be an ISRC"
    example = "USS1Z9900001"
    standard = "isrc"
    longest = 15

    def accepts(self, value: Any) -> bool:
        return super().accepts(value) and ("-" not in value or value[2::4][:2] + value[9] + str(len(value)) == "---15")


class IsMacAddress(_StandardNumber):
    """A 48-bit MAC address (IEEE 802) in pairs of digits between colons, hyphens or blanks."""

    name = "isMacAddress"
    message = "must be a MAC Address"
    example = "01:23:45:67:89:ab"
    standard = "mac"
    longest = 17

    def accepts(self, value: Any) -> bool:
        if not isinstance(value, str) or len(value) != 17 or len(set(value[2::3])) != 1:
            return False
        return super().accepts(value.replace(" ", ":"))

    def json_schema(self) -> dict[str, Any]:
        return {"pattern": "^([0-9a-fA-F]{2}[: -]){5}[0-9a-fA-F]{2}$"}


@dataclass(frozen=True)
class IsIsbn(_StandardNumber):
    """An international standard book number (ISO 2108) of 10 or 13 digits, or either."""

    version: Literal[10, 13] | None = None
    name = "isIsbn"
    message = "must be an ISBN"
    longest = 20

    def __post_init__(self) -> None:
        if self.version not in (10, 13, None):
            raise ValueError("is_isbn_version() takes 10 or 13; is_isbn is of either")
        object.__setattr__(self, "standard", f"isbn{self.version or ''}")

    @property
    def arguments(self) -> tuple[Any, ...]:
        return () if self.version is None else (self.version,)

    def sample(self) -> str:
        return "3836221195" if self.version == 10 else "9783836221191"


class IsCreditCard(TextRule):
    """A card number (ISO/IEC 7812) of 12 to 19 digits, of a financial issuer, with blanks or hyphens or without.

    Which networks exist changes, so the issuer's own range is not looked at.
    """

    name = "isCreditCard"
    message = "must be a credit card"
    example = "4111 1111 1111 1111"
    schema = {"pattern": "^[0-9 -]+$", "maxLength": 40}

    def accepts(self, value: Any) -> bool:
        if not isinstance(value, str) or len(value) > 40 or not value.isascii():
            return False
        digits = value.replace(" ", "").replace("-", "")
        return 12 <= len(digits) <= 19 and digits[0] in "23456" and judge(_checkers()["luhn"], digits)


class IsCreditCardExpiration(TextRule):
    """A month that is not over, as `MM/YY` or `MM/YYYY`, in the project's time zone."""

    name = "isCreditCardExpiration"
    message = "is not a valid credit card expiration"
    schema = {"pattern": "^(0[1-9]|1[0-2])/([0-9]{2}|[2-9][0-9]{3})$"}

    def accepts(self, value: Any) -> bool:
        if not isinstance(value, str) or len(value) not in (5, 7) or value[2] != "/":
            return False
        month, year = value[:2], value[3:]
        if not consists_of(month + year, b"0123456789") or not "01" <= month <= "12":
            return False
        today = _today()
        century = f"{today.year // 100}" if len(year) == 2 else ""
        return century + year >= "2000" and (int(century + year), int(month)) >= (today.year, today.month)

    def sample(self) -> str:
        return f"12/{_today().year + 1}"


class IsCreditCardVerificationCode(TextRule):
    """The three or four digits of a card verification code."""

    name = "isCardVerificationCode"
    message = "is not a valid credit card verification code"
    example = "123"
    schema = {"pattern": "^[0-9]{3,4}$"}

    def accepts(self, value: Any) -> bool:
        return isinstance(value, str) and len(value) in (3, 4) and consists_of(value, b"0123456789")


@dataclass(frozen=True)
class IsIdentityCard(TextRule):
    """The number on an identity card of the locale's country (`FI`, `fi-FI`), with its check digit if it has one."""

    locale: str
    name = "isIdentityCard"
    message = "must be a identity card number"

    def __post_init__(self) -> None:
        if region_of(self.locale) not in {**_IDENTITY_CARDS, **_IDENTITY_SHAPES}:
            known = ", ".join(sorted({**_IDENTITY_CARDS, **_IDENTITY_SHAPES}))
            raise ValueError(f"identity cards of {self.locale!r} are not known: write one of {known}")

    def accepts(self, value: Any) -> bool:
        if not isinstance(value, str) or len(value) > _LONGEST_IDENTITY or not _is_tidy(value):
            return False
        region = region_of(self.locale)
        if region in _IDENTITY_SHAPES:
            return any(has_shape(value.upper(), shape) for shape in _IDENTITY_SHAPES[region])
        return any(judge(checker, value) for checker in _identity_checkers(region))

    def sample(self) -> str:
        return _IDENTITY_SAMPLES.get(region_of(self.locale)) or str(super().sample())


class IsEthereumAddress(TextRule):
    """An Ethereum address: `0x` and 40 hexadecimal digits, whose mixed case is the checksum of EIP-55."""

    name = "isEthereumAddress"
    message = "must be an Ethereum address"
    example = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
    schema = {"pattern": "^0x[0-9a-fA-F]{40}$"}

    def accepts(self, value: Any) -> bool:
        if not isinstance(value, str) or len(value) != 42 or value[:2] != "0x":
            return False
        digits = value[2:]
        if not consists_of(digits, b"0123456789abcdefABCDEF"):
            return False
        return digits in (digits.lower(), digits.upper()) or digits == _with_checksum(digits.lower())


class IsBtcAddress(TextRule):
    """A Bitcoin address of the main or the test network: Base58Check, Bech32 (BIP 173) or Bech32m (BIP 350)."""

    name = "isBtcAddress"
    message = "must be a BTC address"
    example = "1NEDqZPvTWRaoho48qXuLLsrYomMXPABfD"
    schema = {"maxLength": 90}

    def accepts(self, value: Any) -> bool:
        if not isinstance(value, str) or not 14 <= len(value) <= 90 or not value.isascii():
            return False
        if value[:3].lower() in ("bc1", "tb1"):
            return value in (value.lower(), value.upper()) and judge(_is_segwit, value.lower())
        return len(value) <= 35 and consists_of(value, _BASE58_LETTERS) and judge(_is_base58_address, value)


def _is_tidy(value: str) -> bool:
    """The library drops more around and between the digits than people write on purpose."""
    return value.isascii() and value.isprintable() and value == value.strip()


@cache
def _checkers() -> Mapping[str, Callable[[str], bool]]:
    from stdnum import bic, ean, iban, isbn, isin, isrc, issn, luhn, mac

    return {
        **{module.__name__.rpartition(".")[2]: module.is_valid for module in (bic, ean, iban, isin, isrc, issn, luhn)},
        # Whether the manufacturer is registered yet says nothing about the address.
        "mac": lambda number: mac.is_valid(number, validate_manufacturer=False),
        "isbn": isbn.is_valid,
        "isbn10": lambda number: isbn.isbn_type(number) == "ISBN10",
        "isbn13": lambda number: isbn.isbn_type(number) == "ISBN13",
    }


@cache
def _identity_checkers(country: str) -> tuple[Callable[[str], bool], ...]:
    from stdnum import get_cc_module

    modules = (get_cc_module(country.lower(), name) for name in _IDENTITY_CARDS[country])
    return tuple(module.is_valid for module in modules if module)


def _today() -> Any:
    return timezone.localtime(timezone=timezone.get_default_timezone()).date()


def _with_checksum(digits: str) -> str:
    from Crypto.Hash import keccak

    checksum = keccak.new(digest_bits=256, data=digits.encode()).hexdigest()
    return "".join(d.upper() if c >= "8" else d for d, c in zip(digits, checksum, strict=False))


def _is_base58_address(address: str) -> bool:
    from stdnum.bitcoin import b58decode

    decoded = b58decode(address)
    checksum = hashlib.sha256(hashlib.sha256(decoded[:-4]).digest()).digest()[:4]
    return len(decoded) == 25 and decoded[0] in _BASE58_VERSIONS and decoded[-4:] == checksum


def _is_segwit(address: str) -> bool:
    from stdnum.bitcoin import b32decode, bech32_checksum

    prefix = address[:2]
    values = [_BECH32_LETTERS.index(letter) for letter in address[3:]]
    expanded = [*(ord(letter) >> 5 for letter in prefix), 0, *(ord(letter) & 31 for letter in prefix)]
    version, program = values[0], b32decode(values[1:-6])
    wanted = _BECH32 if version == 0 else _BECH32M
    sizes = (20, 32) if version == 0 else range(2, 41)
    return version <= 16 and len(program) in sizes and bech32_checksum(expanded + values) == wanted


is_iban = IsIban()
is_bic = IsBic()
is_ean = IsEan()
is_isin = IsIsin()
is_issn = IsIssn()
is_isrc = IsIsrc()
is_mac_address = IsMacAddress()
is_isbn = IsIsbn()
is_isbn_version = IsIsbn
is_credit_card = IsCreditCard()
is_credit_card_expiration = IsCreditCardExpiration()
is_credit_card_verification_code = IsCreditCardVerificationCode()
is_identity_card = IsIdentityCard
is_ethereum_address = IsEthereumAddress()
is_btc_address = IsBtcAddress()
