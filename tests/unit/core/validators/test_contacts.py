"""Rules about telephone numbers and postal codes."""

import pytest

from backk_core.declare.validators import is_mobile_phone, is_phone_number, is_postal_code

# (rule, source of the values, accepted values, refused values)
CASES = [
    (
        is_phone_number("FI"),
        "Traficom's numbering plan by libphonenumber; the example's contract",
        ["041 2345678", "0412345678", "+358 41 2345678", "09 1234567", "+1 650-253-0000"],
        ["123", "", "abc", "041 234567890123", "+999 123456", "0412345678" * 20, "041\x00", "\ud800"],
    ),
    (
        is_phone_number("US"),
        "North American numbering plan by libphonenumber",
        ["(650) 253-0000", "650-253-0000", "+16502530000", "+358412345678"],
        ["253-0000", "123", "", "65025300001234567", "(000) 000-0000"],
    ),
    (
        is_phone_number(None),
        "E.164",
        ["+358412345678", "+16502530000", "+44 20 7031 3000", "+41 44 668 18 00"],
        ["0412345678", "650-253-0000", "", "+", "+0123456789"],
    ),
    (
        is_mobile_phone("fi-FI"),
        "Traficom's numbering plan by libphonenumber",
        ["+358505557171", "0455571", "0505557171", "+358 45 5571234", "041 2345678"],
        ["12345", "", "+35891234567", "09 1234567", "ASDFGJKLmZXJtZtesting123", "+16502530000", "010-38238383"],
    ),
    (
        is_mobile_phone("en_GB"),
        "Ofcom's numbering plan by libphonenumber",
        ["+447789345856", "+447861235675", "07888814488", "+44 7400 123456"],
        ["67699567", "0773894868", "077389f8688", "+07888814488", "020 7031 3000", ""],
    ),
    (
        is_postal_code("FI"),
        "Posti; Google's address data",
        ["33100", "00550", "00011", "99999"],
        ["3310", "331000", "FI33100", "", "3310a", "٣٣١٠٠", "33100\n"],
    ),
    (
        is_postal_code("GB"),
        "Royal Mail; validator.js isPostalCode",
        ["TW8 9GS", "BS98 1TL", "DE99 3GG", "DH98 1BT", "gir 0aa"],
        ["1234", "TW8", "TW8 9G", "", "12345-6789", "TW8  9GS"],
    ),
    (
        is_postal_code("US"),
        "United States Postal Service",
        ["95014", "22162-1010", "90210", "00501"],
        ["9501", "950141", "95014-1", "", "A5014", "95014-10100"],
    ),
    (
        is_postal_code("de-DE"),
        "Deutsche Post",
        ["26133", "53225", "01067", "99998"],
        ["2613", "261333", "D-26133", "", "2613a"],
    ),
    (
        is_postal_code("CA"),
        "Canada Post; validator.js isPostalCode",
        ["L4T 0A5", "G1A 0A2", "A1A 1A1", "X0A 0H0", "V5K 0A1"],
        ["L4T 0A", "11A 1A1", "", "A1A 1AA", "12345"],
    ),
]


@pytest.mark.parametrize(("rule", "source", "accepted", "refused"), CASES, ids=lambda part: getattr(part, "name", None))
def test_it_accepts_the_good_and_refuses_the_bad_values_of_its_source(rule, source, accepted, refused):
    assert [value for value in accepted if not rule.accepts(value)] == []
    assert [value for value in refused if rule.accepts(value)] == []
    assert source
    assert len(accepted) >= 4
    assert len(refused) >= 5


@pytest.mark.parametrize(
    "declare",
    [
        lambda: is_phone_number("XX"),
        lambda: is_mobile_phone("en"),
        lambda: is_postal_code("XX"),
        lambda: is_postal_code("AE"),
    ],
)
def test_an_unknown_region_is_refused_at_declaration(declare):
    with pytest.raises(ValueError, match=r"not known|not a valid"):
        declare()


def test_metadata_and_messages_are_spelled_as_in_the_contract():
    assert is_phone_number("FI").metadata() == "isPhoneNumber(FI)"
    assert is_postal_code("FI").metadata() == "isPostalCode(FI)"
    assert is_postal_code("FI").violation("code") == "code is not a valid postal code for locale: FI"
