"""Rules about countries."""

import pytest

from backk_core.declare.validators import is_iso31661_alpha2, is_iso31661_alpha3, is_passport_number

# (rule, source of the values, accepted values, refused values)
CASES = [
    (
        is_iso31661_alpha2,
        "ISO 3166-1; validator.js isISO31661Alpha2",
        ["FR", "fR", "GB", "PT", "CM", "JP", "PM", "ZW", "MM", "FI"],
        ["", "FRA", "AA", "PI", "RP", "WV", "WL", "UK", "ZZ", "F\x00"],
    ),
    (
        is_iso31661_alpha3,
        "ISO 3166-1; validator.js isISO31661Alpha3",
        ["ABW", "HND", "KHM", "RWA", "fra", "FIN"],
        ["", "FR", "fR", "GB", "PRT1", "AAA", "ZWX", "FI "],
    ),
    (
        is_passport_number("FI"),
        "Finnish passports; validator.js isPassportNumber",
        ["XP8271602", "XD8500003", "xd 8500003", "FP1234567"],
        ["A01234567", "ABC012345", "XP827160", "", "XP82716022", "XP827160٣"],
    ),
    (
        is_passport_number("GB"),
        "British passports; validator.js isPassportNumber",
        ["925076473", "107182890", "104121156", "925 076 473"],
        ["A012345678", "K000000000", "0123456789", "", "92507647٣"],
    ),
    (
        is_passport_number("CA"),
        "Canadian passports; validator.js isPassportNumber",
        ["GA302922", "ZE000509", "A123456AB", "Z556378HG"],
        ["AB0123456", "AZ556378H", "556378HCX", "556378432", "5563784", "#B12345FD", "A43F12354"],
    ),
    (
        is_passport_number("NZ"),
        "New Zealand's passports; validator.js isPassportNumber",
        ["Lf012345", "La012345", "Ld012345", "Lh012345", "ea012345", "ep012345", "n012345"],
        ["Lp012345", "nd012345", "ed012345", "eh012345", "ef012345"],
    ),
    (
        is_passport_number("CN"),
        "Chinese passports; validator.js isPassportNumber",
        ["G25352389", "E00160027", "EA1234567", "e00160027"],
        ["K0123456", "E-1234567", "G.1234567", "GA1234567", "EI1234567", "EO1234567", "GO1234567"],
    ),
    (
        is_passport_number("DE"),
        "German passports; validator.js isPassportNumber",
        ["C01X00T47", "C26VMVVC3", "c01x00t47", "L01X00T47"],
        ["AS0123456", "A012345678", "", "C01X00T4", "C01X00T4\x00"],
    ),
    (
        is_passport_number("US"),
        "United States' passports; validator.js isPassportNumber",
        ["790369937", "340007237", "A90583942", "E00007734"],
        ["US0123456", "0123456US", "7903699371", "90583942", "E000077341"],
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
    ("country", "number"),
    [
        ("AM", "AF0549358"),
        ("AT", "P 1630837"),
        ("BE", "EM000000"),
        ("ES", "ZAB000254"),
        ("FR", "10CV28144"),
        ("IN", "A-1234567"),
        ("LU", "JCU9J4T2"),
        ("NL", "XR1001R58"),
        ("PH", "X1234567Y"),
        ("PL", "ZS 0000177"),
        ("RU", "2 32 636829"),
        ("SL", "PB0036440"),
        ("TR", "U 06764100"),
        ("ZA", "T12345678"),
        ("KR", "M35772699"),
    ],
)
def test_passports_of_other_countries_have_their_shapes(country, number):
    assert is_passport_number(country).accepts(number)
    assert not is_passport_number(country).accepts(number[:-1] + "?")


def test_a_country_without_a_known_shape_is_refused_at_declaration():
    with pytest.raises(ValueError, match="write one of"):
        is_passport_number("XX")
