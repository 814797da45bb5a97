"""Rules about notations of colours, places and amounts."""

import pytest

from backk_core.declare.validators import (
    is_currency,
    is_currency_with,
    is_hex_color,
    is_hsl,
    is_lat_long,
    is_latitude,
    is_longitude,
    is_rgb_color,
)

# (rule, source of the values, accepted values, refused values)
CASES = [
    (
        is_hex_color,
        "CSS Color 4; validator.js isHexColor",
        ["#ff0000ff", "#ff0034", "#CCCCCC", "0f38", "fff", "#f00", "#FFFF"],
        ["#ff", "fff0a", "#ff12FG", "##fff", "", "#", "fffff", "red", "#ff00\x00"],
    ),
    (
        is_rgb_color,
        "CSS Color 4; validator.js isRgbColor",
        [
            "rgb(0,0,0)",
            "rgb(255,255,255)",
            "rgba(0,0,0,0)",
            "rgba(255,255,255,.12)",
            "rgba(0,0,0,1.00)",
            "rgb(5%,5%,5%)",
            "rgba(5%,5%,5%,.3)",
            "rgba(255, 255, 255, 0.5)",
            "rgb(0 0 0 / 50%)",
        ],
        [
            "rgb(0,0,0,)",
            "rgb(0,0,)",
            "rgb(0,0,256)",
            "rgb()",
            "rgba(255,255,256,0.1)",
            "rgb(4,4,5%)",
            "rgba(3,3,3%,.3)",
            "rgb(101%,101%,101%)",
            "rgba(3%,3%,101%,0.3)",
            "rgb(101%,101%,101%) additional",
            "r  g b(0, 251, 222)",
            "#fff",
            "",
            "rgb(" * 40,
        ],
    ),
    (
        is_hsl,
        "CSS Color 4; validator.js isHSL",
        [
            "hsl(360,0000000000100%,000000100%)",
            "HSL(00000,0000000000100%,000000100%)",
            "hSl(  360  , 100%  , 100%   )",
            "hsl(-540, 03%, 4%)",
            "hsla(+540, 03%, 4%)",
            "hsl(+540gRaD, 03%, 4%, 500)",
            "hsl(4.71239rad, 60%, 70%)",
            "hsl(270 60% 70%)",
            "hsl(.75turn, 60%, 70%)",
            "hsl(270 60% 50% / 15%)",
        ],
        [
            "hsl (360,0000000000100%,000000100%)",
            "hsl(0260, 100 %, 100%)",
            "hsl(0160, 100%, 100%, 100 %)",
            "hsl(-0160, 100%, 100a)",
            "hsl(-0160, 100%, 100)",
            "hsl(270 deg, 60%, 70%)",
            "hsl( deg, 60%, 70%)",
            "hsl(, 60%, 70%)",
            "hsl(3000deg, 70%)",
            "rgb(0,0,0)",
            "",
        ],
    ),
    (
        is_latitude,
        "ISO 6709; class-validator's IsLatitude",
        ["27.6945311", "90", "-90.000", "0", 27.69, -90, "+45.5"],
        ["276945311", "90.0001", "-91", "", "abc", "N45", 90.5, float("nan"), True, "1e1"],
    ),
    (
        is_longitude,
        "ISO 6709; class-validator's IsLongitude",
        ["85.3446311", "180", "-180.000", "0", 85.34, -180, "+120.5"],
        ["853446311", "180.0001", "-181", "", "abc", "E45", 180.5, float("inf"), False, "1e1"],
    ),
    (
        is_lat_long,
        "ISO 6709; validator.js isLatLong",
        [
            "(-17.738223, 85.605469)",
            "(-12.3456789, +12.3456789)",
            "(-60.978437, -0.175781)",
            "77.719772,-37.529297",
            "-27.6945311,85.3446311",
            "27.6945311, 85.3446311",
            "90,180",
            "-90, -180",
        ],
        [
            "(020000, 010000000001)",
            "89.9999999989, 360.0000000",
            "90.1000000, 180.000000",
            "+90.000000, -180.00001",
            "(-17.738223, 85.605469",
            "-17.738223, 85.605469)",
            "1.,2",
            "1,2,3",
            "",
            "126, -158",
            "(-126.400010, -158.400010)",
        ],
    ),
    (
        is_currency,
        "validator.js isCurrency: en-US",
        [
            "-$10,123.45",
            "$10,123.45",
            "$10123.45",
            "10,123.45",
            "10,123",
            "1,123,456",
            "1123456",
            "1.39",
            ".03",
            "0.10",
            "$0.10",
            "-$0.01",
            "-$.99",
            "$100,234,567.89",
            "-10123",
        ],
        [
            "1.234",
            "$1.1",
            "$ 32.50",
            "500$",
            ".0001",
            "$.001",
            "$0.001",
            "12,34.56",
            "123456,123,123456",
            "123,4",
            ",123",
            "$-,123",
            "$",
            ".",
            ",",
            "00",
            "$-",
            "-",
            "-$",
            "",
            "- $",
            "٣",
        ],
    ),
    (
        is_currency_with("€", ".", ","),
        "validator.js isCurrency: it-IT",
        ["123.456,78", "-123.456,78", "€6.954.231", "-€6.954.231", "10,03", "-1,39", ",03", "0,10", "-€10567,01"],
        [
            "1,234",
            "50#,50",
            "€€500",
            ",0001",
            "€0,001",
            "12.34,56",
            "123456.123.123456",
            "€123€",
            "",
            "€",
            " 123",
            ".123",
            "-€.123",
        ],
    ),
]


@pytest.mark.parametrize(("rule", "source", "accepted", "refused"), CASES, ids=lambda part: getattr(part, "name", None))
def test_it_accepts_the_good_and_refuses_the_bad_values_of_its_source(rule, source, accepted, refused):
    assert [value for value in accepted if not rule.accepts(value)] == []
    assert [value for value in refused if rule.accepts(value)] == []
    assert source
    assert len(accepted) >= 4
    assert len(refused) >= 5


def test_an_amount_shows_its_signs_in_the_metadata_only_where_they_differ():
    assert is_currency.metadata() == "isCurrency()"
    assert is_currency_with("€", ".", ",").metadata() == "isCurrency(€, ., ,, 2)"
