"""Rules of ours made out of Django's own validators."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.contrib.postgres import validators as postgres
from django.core import validators as django
from django.core.exceptions import ValidationError
from django.db.migrations.writer import MigrationWriter

from backk_core.declare.validators import (
    DjangoRule,
    IsUrl,
    PatternError,
    array_max_size,
    array_min_size,
    from_django,
    is_decimal_number,
    is_divisible_by,
    is_email,
    is_ip,
    is_ip_version,
    max_date,
    max_length,
    max_value,
    min_date,
    min_length,
    min_value,
    not_contains,
)


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        (django.MinValueValidator(3), min_value(3)),
        (django.MaxValueValidator(Decimal("3.5")), max_value(Decimal("3.5"))),
        (django.MinValueValidator(date(2024, 1, 1)), min_date(date(2024, 1, 1))),
        (django.MaxValueValidator(date(2024, 1, 1)), max_date(date(2024, 1, 1))),
        (django.MinLengthValidator(3), min_length(3)),
        (django.MaxLengthValidator(3), max_length(3)),
        (django.DecimalValidator(5, 2), is_decimal_number(5, 2)),
        (django.StepValueValidator(5), is_divisible_by(5)),
        (django.EmailValidator(), is_email),
        (django.validate_email, is_email),
        (django.URLValidator(["https"]), IsUrl(("https",), require_protocol=True, require_tld=False)),
        (django.validate_ipv4_address, is_ip_version(4)),
        (django.validate_ipv6_address, is_ip_version(6)),
        (django.validate_ipv46_address, is_ip),
        (django.ProhibitNullCharactersValidator(), not_contains("\x00")),
        (postgres.ArrayMinLengthValidator(2), array_min_size(2)),
        (postgres.ArrayMaxLengthValidator(2), array_max_size(2)),
        (min_length(2), min_length(2)),
    ],
    ids=repr,
)
def test_a_validator_of_django_becomes_its_rule(theirs, ours):
    assert from_django(theirs) == ours


@pytest.mark.parametrize(
    ("theirs", "accepted", "refused"),
    [
        (django.validate_slug, ["a-b_1", "A", "0", "-", "_"], ["", "a b", "ä", "a\n", "a.b"]),
        (django.validate_unicode_slug, ["a-b_1", "ä", "٣", "-", "漢字"], ["", "a b", "a.b", "a\n", "a/b"]),
        (django.validate_integer, ["1", "-1", "0", "007", "123456789"], ["", "1.0", "a", "1\n", "--1"]),
        (
            django.validate_comma_separated_integer_list,
            ["1", "1,2", "0,0", "007", "1,2,3"],
            ["", "1,", ",1", "a", "1, 2"],
        ),
        (
            django.RegexValidator(r"^\d{5}$"),
            ["33100", "00000", "٣٣١٠٠", "12345", "99999"],
            ["3310", "a3310", "", "331000", "3310 0"],
        ),
        (django.RegexValidator("[<>]", inverse_match=True), ["", "a", "ä", "&", "1"], ["<", "a>", "<>", "<b>", ">"]),
        (
            django.RegexValidator("^abc", flags=re.IGNORECASE),
            ["abc", "ABC", "aBcd", "abcx", "Abc1"],
            ["", "xabc", "ab", "a b c", "cba"],
        ),
    ],
)
def test_a_pattern_of_django_keeps_its_meaning(theirs, accepted, refused):
    rule = from_django(theirs)
    for value in accepted:
        theirs(value)
        assert rule.accepts(value)
    for value in refused:
        with pytest.raises(ValidationError):
            theirs(value)
        assert not rule.accepts(value)


def test_a_pattern_that_re2_cannot_express_is_refused():
    with pytest.raises(PatternError, match="not_matches"):
        from_django(django.RegexValidator(r"^(?!admin)"))


@pytest.mark.parametrize("theirs", [django.FileExtensionValidator(["jpg"]), django.validate_image_file_extension])
def test_file_validators_judge_no_value(theirs):
    assert from_django(theirs) is None


def limit():
    return 3


def is_odd(value):
    if value % 2 == 0:
        raise ValidationError("Even.")


@pytest.mark.parametrize(
    ("theirs", "accepted", "refused"),
    [
        (django.MaxValueValidator(limit), 3, 4),
        (django.StepValueValidator(5, offset=1), 6, 7),
        (is_odd, 3, 4),
        (is_odd, 3, "no number"),
    ],
)
def test_any_other_validator_is_called_as_it_is(theirs, accepted, refused):
    rule = from_django(theirs)
    assert isinstance(rule, DjangoRule)
    assert rule.accepts(accepted)
    assert not rule.accepts(refused)
    assert rule == from_django(theirs)
    assert hash(rule) == hash(from_django(theirs))
    code, imports = MigrationWriter.serialize(rule)
    names = {}
    exec("\n".join(imports), names)
    assert eval(code, names) == rule
