"""Rules about strings that hold a value of another type."""

import pytest

from backk_core.declare.validators import (
    is_boolean_string,
    is_date_string,
    is_decimal,
    is_iso8601,
    is_json,
    is_jwt,
    is_military_time,
    is_number_string,
    is_rfc3339,
)

# (rule, source of the values, accepted values, refused values)
CASES = [
    (
        is_boolean_string,
        "validator.js isBoolean",
        ["true", "false", "0", "1"],
        ["1.0", "0.0", "True ", "False", "yes", "", True],
    ),
    (
        is_number_string,
        "validator.js isNumeric",
        ["123", "00123", "-00123", "0", "-0", "+123", "123.123", "+000000", ".5"],
        [" ", "", ".", "1.", "1e5", "٣", "12-3", 1, "\ud800"],
    ),
    (
        is_decimal,
        "validator.js isDecimal",
        ["123", "00123", "-00123", "0", "-0", "+123", "0.01", ".1", "1.0", "-.25", "0.0000000000001"],
        ["0,01", ".", "....", "1e5", " ", "", "-", "+", "1.2.3", 1.0],
    ),
    (
        is_date_string,
        "class-validator's IsDateString; ISO 8601 extended format",
        [
            "2017-06-06T17:04:42.081Z",
            "2017-06-06T17:04:42.081",
            "2018-01-04T08:15:30",
            "2018-01-04T08:15:30+04:00",
            "2024-02-29T00:00:00-03:00",
        ],
        ["text", "", "2018-1-4", "2019-02-30T00:00:00Z", "2018-01-04T25:00:00Z", "2018-01-04 08:15:30", None],
    ),
    (
        is_rfc3339,
        "RFC 3339, section 5.8; validator.js isRFC3339",
        [
            "1985-04-12T23:20:50.52Z",
            "1996-12-19T16:39:57-08:00",
            "1990-12-31T23:59:60Z",
            "1990-12-31T15:59:60-08:00",
            "1937-01-01T12:00:27.87+00:20",
            "2009-05-19 14:39:22-06:00",
            "2009-05-19t14:39:22z",
        ],
        [
            "2010-02-18t00:23:32.33+24:00",
            "2009-05-31T14:60:55Z",
            "2010-02-18t24:23.33+0600",
            "2009-05-00 1439,55Z",
            "2009-05-19T14:39:22+0600",
            "2009-13-19 14:39:22-06:00",
            "2009-05-00 14:39:22Z",
            "2009-05-19T14:39:22",
        ],
    ),
    (
        is_iso8601,
        "ISO 8601; validator.js isISO8601",
        [
            "2009",
            "2009-05-19",
            "20090519",
            "2009123",
            "2009-05",
            "2009-123",
            "2009-W01-1",
            "2009-W33",
            "2009W511",
            "2009-05-19 00:00",
            "2009-05-19T14:39Z",
            "2009-W21-2T01:22",
            "20090621T0545Z",
            "2007-04-05T24:00",
            "2010-02-18T16:23:48.5",
        ],
        [
            "200905",
            "2009367",
            "2009-",
            "2007-04-05T24:50",
            "2009-000",
            "2009-M511",
            "2009-05-19T14a39r",
            "2009-05-1914:39",
            "2009-0519",
            "2009-02-30",
            "",
        ],
    ),
    (
        is_json,
        "RFC 8259, section 13; json.org",
        [
            '{ "key": "value" }',
            "{}",
            "[]",
            "[116, 943, 234, 38793]",
            ' {"Image": {"Width": 800}}',
            '["\\ud834\\udd1e"]',
        ],
        [
            '{ key: "value" }',
            "{ 'key': 'value' }",
            "null",
            "1234",
            '"nope"',
            "[1,]",
            "{",
            '{"a":NaN}',
            "[" * 100_000,
            '{"a":1}\x00',
            "",
        ],
    ),
    (
        is_jwt,
        "RFC 7519, section 3.1; jwt.io",
        [
            "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
            "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ.SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c",
            "eyJhbGciOiJub25lIn0.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.",
            "eyJhbGciOiJIUzI1NiJ9.e30.c2ln",
        ],
        [
            "dXNlcm5hbWU6cGFzc3dvcmQ",
            "a.b.c",
            "eyJhbGciOiJIUzI1NiJ9.e30",
            "e30.e30.c2ln",
            "eyJhbGciOiJIUzI1NiJ9.W10.c2ln",
            "eyJhbGciOiJIUzI1NiJ9.e30=.c2ln",
            "$Zs.ewu.su84",
            "",
            "eyJhbGciOiJIUzI1NiJ9.e30.c2ln.x",
        ],
    ),
    (
        is_military_time,
        "class-validator's IsMilitaryTime",
        ["00:00", "23:59", "12:30", "0930", "19:05"],
        ["24:00", "23:60", "1:30", "12-30", "12:3", "", "12:300", 1230],
    ),
]


@pytest.mark.parametrize(("rule", "source", "accepted", "refused"), CASES, ids=lambda part: getattr(part, "name", None))
def test_it_accepts_the_good_and_refuses_the_bad_values_of_its_source(rule, source, accepted, refused):
    assert [value for value in accepted if not rule.accepts(value)] == []
    assert [value for value in refused if rule.accepts(value)] == []
    assert source
    assert len(accepted) >= 4
    assert len(refused) >= 5
