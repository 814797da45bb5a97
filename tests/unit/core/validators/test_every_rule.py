"""What holds for every rule: its row in the documentation, its sample, its schema, its copies, and hostile input."""

import copy
import pickle
import re
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Annotated, NamedTuple

import jsonschema
import msgspec
import pytest
from dateutil.relativedelta import relativedelta
from django.core.exceptions import ValidationError
from django.db.migrations.writer import MigrationWriter
from hypothesis import given, settings
from hypothesis import strategies as st

import backk_core.declare.validators as package
from backk_core.declare.validators import Validator, sample_for

DOCUMENT = Path(__file__).parents[4] / "docs" / "validators.md"


def is_palindrome(value):
    return value == value[::-1]


def starts_before_it_ends(obj):
    return obj["start"] < obj["end"]


def get_cities():
    return [{"value": "Tampere"}, {"value": "Turku"}]


NAMES = {
    **{name: getattr(package, name) for name in package.__all__},
    **{f.__name__: f for f in (is_palindrome, starts_before_it_ends, get_cities, date, datetime, time, timedelta)},
    "relativedelta": relativedelta,
    "UTC": UTC,
}


class Row(NamedTuple):
    original: str
    ours: str
    rule: Validator
    examples: list


def rows():
    for line in DOCUMENT.read_text().splitlines():
        if line.startswith("| `"):
            original, ours, _, examples = (cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:5])
            values = [eval(code, dict(NAMES)) for code in re.findall(r"`([^`]+)`", examples)]
            yield Row(original.strip("`"), ours.strip("`"), eval(ours.strip("`"), dict(NAMES)), values)


ROWS = list(rows())
RULES = [row.rule for row in ROWS]
every_row = pytest.mark.parametrize("row", ROWS, ids=lambda row: row.ours)
every_rule = pytest.mark.parametrize("rule", RULES, ids=repr)

VOCABULARY = frozenset(
    """
    shouldBeTrue shouldBeTrueForObject isInt isBigInt isNumber isDivisibleBy isPositive isNegative min max minMax
    minDate maxDate isDateBetween isDateBetweenRelative isDayOfMonthIn isDayOfWeekBetween isHourIn isMinuteIn
    isMonthIn isTimeBetween isTimestampBetween isTimestampBetweenRelative isYearAndMonthBetween
    isYearAndMonthBetweenRelative isBooleanString isDateString isNumberString isIso8601 isRFC3339 isJson isJwt
    isDecimal isAnyString isOneOf isNoneOf contains notContains isAlpha isAlphanumeric isAscii length minLength
    maxLength isByteLength isLowercase isUppercase matches maxLengthAndMatches lengthAndMatches
    maxLengthAndMatchesAll lengthAndMatchesAll isFullWidth isHalfWidth isVariableWidth isMultibyte isSurrogatePair
    isBase32 isBase64 isHexadecimal isOctal isHash isUuid isMongoId IsFirebasePushId isExternalId isSubject
    isDataUri acceptFileTypes isMimeType isSemVer isLocale isEmail isUrl isFqdn isIp isPort isMacAddress isMagnetURI
    isHexColor isRgbColor isHSL isLatitude isLongitude isLatLong isMilitaryTime isPhoneNumber isMobilePhone
    isPostalCode isIdentityCard isPassportNumber isISO31661Alpha2 isISO31661Alpha3 isCurrency isIBAN isBIC
    isCreditCard isCreditCardExpiration isCardVerificationCode isEAN isIsbn isIsin isISSN isISRC isEthereumAddress
    isBtcAddress isStrongPassword arrayMinSize arrayMaxSize arrayUnique arrayNotUnique arrayContains
    arrayNotContains
    """.split()  # noqa: SIM905
)


def test_each_word_of_the_original_has_its_row():
    assert {row.original for row in ROWS} >= VOCABULARY


def test_each_public_class_has_its_row():
    classes = {
        value
        for value in map(NAMES.get, package.__all__)
        if isinstance(value, type)
        and issubclass(value, Validator)
        and "name" in vars(value)
        and value.__name__[0] != "_"
    }
    assert classes - {type(rule) for rule in RULES} <= {Validator, package.DjangoRule, package.CustomRule}


@every_row
def test_a_row_of_the_documentation_says_the_truth(row):
    assert row.rule.name == row.original
    if row.examples:
        accepted, refused = row.examples
        assert row.rule.accepts(accepted)
        assert not row.rule.accepts(refused)


@every_row
def test_a_lower_case_name_is_an_alias_of_its_class_or_an_instance(row):
    spelled = NAMES[row.ours.partition("(")[0]]
    assert spelled is type(row.rule) if "(" in row.ours else spelled is row.rule


@every_rule
def test_its_sample_passes(rule):
    if isinstance(rule, package.ShouldBeTrueForObject):
        with pytest.raises(LookupError, match="give the field a test value"):
            rule.sample()
        return
    assert rule.accepts(rule.sample())
    assert rule.accepts(sample_for([rule], sorted(rule.kinds)[0]))


@every_row
def test_its_schema_is_valid_and_does_not_refuse_what_it_accepts(row):
    jsonschema.Draft202012Validator.check_schema(row.rule.json_schema())
    values = row.examples[:1]
    if not isinstance(row.rule, package.ShouldBeTrueForObject):
        values = [*values, row.rule.sample()]
    for value in values:
        jsonschema.validate(value, row.rule.json_schema())


@every_rule
def test_it_is_rebuilt_from_its_deconstruction_by_pickle_and_by_copying(rule):
    path, args, kwargs = rule.deconstruct()
    module, _, name = path.rpartition(".")
    assert module == "backk_core.declare.validators"
    for twin in (getattr(package, name)(*args, **kwargs), pickle.loads(pickle.dumps(rule)), copy.deepcopy(rule)):
        assert twin == rule
        assert hash(twin) == hash(rule)
        assert twin.metadata() == rule.metadata()


@every_rule
def test_a_migration_can_keep_it(rule):
    code, imports = MigrationWriter.serialize(rule)
    names = {}
    exec("\n".join(imports), names)
    assert eval(code, names) == rule


@every_rule
def test_it_cannot_be_changed(rule):
    with pytest.raises(AttributeError):
        rule.kinds = frozenset()
    with pytest.raises(AttributeError):
        rule.invented = 1


def test_different_rules_are_unequal():
    assert len(set(RULES)) == len(RULES)


@every_row
def test_it_speaks_djangos_protocol(row):
    if row.examples:
        accepted, refused = row.examples
        assert row.rule(accepted) is None
        with pytest.raises(ValidationError) as caught:
            row.rule(refused)
        assert (caught.value.code, caught.value.message) == (row.rule.name, row.rule.message)
        assert "field" in row.rule.violation("field")


@every_row
def test_what_it_gives_to_msgspec_says_wholly_the_same(row):
    if not row.rule.native:
        return
    types = {"string": str, "number": float, "array": list, "object": dict}
    kind = types[sorted(row.rule.kinds)[0]]
    for value in (*row.examples, row.rule.sample()):
        try:
            msgspec.convert(value, type=Annotated[kind, msgspec.Meta(**row.rule.native)])
            agreed = True
        except msgspec.ValidationError:
            agreed = False
        if isinstance(value, kind):
            assert agreed == row.rule.accepts(value), value


JUNK = {
    "string": st.one_of(
        st.text(st.characters(codec=None, categories=None), max_size=80),
        st.text("0123456789abcdefABCDEF-:/.,+@ ;=%()[]{}\x00\ud800٣１äß𠮷", max_size=80),
    ),
    "number": st.one_of(
        st.integers(), st.floats(), st.decimals(), st.just(10**400), st.just(Decimal("1e999999")), st.just(-(2**63) - 1)
    ),
    "timestamp": st.one_of(st.datetimes(), st.datetimes(timezones=st.timezones())),
    "date": st.dates(),
    "time": st.times(),
    "array": st.recursive(
        st.lists(st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5))),
        lambda inner: st.lists(st.one_of(inner, st.dictionaries(st.text(max_size=3), inner, max_size=3)), max_size=4),
        max_leaves=12,
    ),
}
ANYTHING = st.one_of(st.none(), st.booleans(), st.binary(), *JUNK.values())


@every_rule
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_it_never_raises_and_its_schema_never_refuses_what_it_accepts(rule, data):
    own = [JUNK[kind] for kind in rule.kinds if kind in JUNK]
    value = data.draw(st.one_of(*own, ANYTHING))
    accepted = rule.accepts(value)
    assert accepted in (True, False)
    if accepted and _is_json(value):
        jsonschema.validate(value, rule.json_schema())


def _is_json(value):
    return isinstance(value, (str, int, list)) or (isinstance(value, float) and value - value == 0)


HOSTILE_TEXTS = [
    "a" * 65_536, "0" * 65_536, "9" * 65_536, "\x00" * 65_536, "\ud800" * 65_536, "=" * 65_536, "-" * 65_536,
    "1," * 32_768, "a@" * 32_768, "a." * 32_768, "://" * 21_845, "[" * 65_536, '{"a":' * 13_107, "(" * 65_536,
    "data:," + "%" * 65_530, "data:;base64," + "A" * 65_523, "data:" + ";a=b" * 16_382, "magnet:?" + "xt=urn:&" * 8_191,
    "ä" * 32_768, "Σ'" * 32_768, "rgb(" * 16_384, "1-" * 32_768, "+358" * 16_384, "eyJ" * 21_845, "a\n" * 32_768,
]  # fmt: skip


@every_rule
def test_it_judges_long_and_hostile_texts_without_raising(rule):
    for text in (*HOSTILE_TEXTS, "a" * 10_000_000):
        assert rule.accepts(text) in (True, False)


@every_rule
@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf"), Decimal("nan"), Decimal("snan")])
def test_no_number_rule_accepts_what_is_no_number(rule, value):
    if rule.kinds == {"number"}:
        assert not rule.accepts(value)


@every_rule
def test_a_boolean_is_never_a_number(rule):
    if rule.kinds == {"number"}:
        assert not rule.accepts(True)
        assert not rule.accepts(False)
