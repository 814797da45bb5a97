"""What each operator and function of a client's filter lets pass: the same on SQLite, PostgreSQL and MariaDB."""

import datetime
import decimal
import uuid
from collections.abc import Sequence
from typing import Any

import pytest
from django.db.backends.base.base import BaseDatabaseWrapper

from backk_core.declare.types import OrFilter, UserDefinedFilter
from backk_core.execute.field_functions import simple_lower, simple_upper
from backk_core.execute.store import DatabaseStore
from tests.apps.reading.models import Specimen

STORE = DatabaseStore()


def passing(field: str, values: Sequence[Any], *filters: UserDefinedFilter) -> list[Any]:
    """Keep one row for each value; return the values of the rows that pass, in order."""
    attribute = "owner_id" if field == "ownerId" else field
    STORE.create_many([Specimen(label=str(place), **{attribute: value}) for place, value in enumerate(values)])
    found = STORE.get_all(Specimen, None, filters).data
    # another way to the database, where that is PostgreSQL
    assert STORE.count(Specimen, filters) == len(found)
    return [values[int(row.label)] for row in sorted(found, key=lambda row: int(row.label))]


def is_(field: str, operator: Any, value: Any = None, function: Any = None) -> UserDefinedFilter:
    return UserDefinedFilter(field_name=field, operator=operator, value=value, field_function=function)


def pick(values: Sequence[Any], wanted: str) -> list[Any]:
    """Return the values whose place in the table has a "1"."""
    return [value for value, sign in zip(values, wanted.split(), strict=True) if sign == "1"]


# operators

NUMBERS = (None, -10, -2, 0, 2, 2, 10)
NUMBER_TABLE = [
    ("=", 2, "0 0 0 0 1 1 0"),
    ("!=", 2, "0 1 1 1 0 0 1"),
    (">", -2, "0 0 0 1 1 1 1"),
    ("<", 0, "0 1 1 0 0 0 0"),
    (">=", 2, "0 0 0 0 1 1 1"),
    ("<=", -2, "0 1 1 0 0 0 0"),
    ("IN", [2, -10, 5], "0 1 0 0 1 1 0"),
    ("IN", [], "0 0 0 0 0 0 0"),
    ("NOT IN", [2, -10, 5], "0 0 1 1 0 0 1"),
    ("NOT IN", [], "0 1 1 1 1 1 1"),
    ("IS NULL", None, "1 0 0 0 0 0 0"),
    ("IS NOT NULL", None, "0 1 1 1 1 1 1"),
    # no integer of the column is that large, and asking is no error
    ("=", 2**40, "0 0 0 0 0 0 0"),
    ("<", 2**40, "0 1 1 1 1 1 1"),
    ("IN", [2**40, 10], "0 0 0 0 0 0 1"),
    ("NOT IN", [-(2**63), 10], "0 1 1 1 1 1 0"),
]


@pytest.mark.parametrize(("operator", "value", "table"), NUMBER_TABLE)
@pytest.mark.parametrize("field", ["amount", "big", "ratio"])
def test_operators_on_numbers(database: BaseDatabaseWrapper, field: str, operator: str, value: Any, table: str) -> None:
    assert passing(field, NUMBERS, is_(field, operator, value)) == pick(NUMBERS, table)


@pytest.mark.parametrize(("operator", "value", "table"), NUMBER_TABLE[:12])
def test_operators_on_decimals(database: BaseDatabaseWrapper, operator: str, value: Any, table: str) -> None:
    decimals = tuple(None if number is None else decimal.Decimal(number) / 8 for number in NUMBERS)
    sent = [str(decimal.Decimal(v) / 8) for v in value] if isinstance(value, list) else value
    sent = str(decimal.Decimal(value) / 8) if isinstance(value, int) else sent
    assert passing("price", decimals, is_("price", operator, sent)) == pick(decimals, table)


def test_a_decimal_is_compared_with_all_the_digits_that_were_sent(database: BaseDatabaseWrapper) -> None:
    prices = (decimal.Decimal("1.000"), decimal.Decimal("1.001"))
    assert passing("price", prices, is_("price", "=", "1.0004")) == []
    assert STORE.count(Specimen, is_("price", ">", "1.0004")) == 1
    assert STORE.count(Specimen, is_("price", "<", "1e40")) == 2


TEXTS = (None, "", " ", "A", "B", "a", "a ", "b", "z", "ß", "ä", "e\u0301", "é", "Ω", "￿", "😀")
TEXT_TABLE = [
    ("=", "a", "0 0 0 0 0 1 0 0 0 0 0 0 0 0 0 0"),
    ("=", "é", "0 0 0 0 0 0 0 0 0 0 0 0 1 0 0 0"),
    ("=", "", "0 1 0 0 0 0 0 0 0 0 0 0 0 0 0 0"),
    ("!=", "a", "0 1 1 1 1 0 1 1 1 1 1 1 1 1 1 1"),
    # by code point: capitals before small letters, "z" before "ß", the astral last
    (">", "a", "0 0 0 0 0 0 1 1 1 1 1 1 1 1 1 1"),
    ("<", "a", "0 1 1 1 1 0 0 0 0 0 0 0 0 0 0 0"),
    (">=", "ä", "0 0 0 0 0 0 0 0 0 0 1 0 1 1 1 1"),
    ("<=", "z", "0 1 1 1 1 1 1 1 1 0 0 1 0 0 0 0"),
    (">", "￿", "0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 1"),
    ("IN", ["A", "a ", "ss", "😀"], "0 0 0 1 0 0 1 0 0 0 0 0 0 0 0 1"),
    ("NOT IN", ["A", "a ", "ss", "😀"], "0 1 1 0 1 1 0 1 1 1 1 1 1 1 1 0"),
    ("IS NULL", None, "1 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0"),
    ("IS NOT NULL", None, "0 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1"),
    ("LIKE", "a", "0 0 0 0 0 1 0 0 0 0 0 0 0 0 0 0"),
    ("LIKE", "_", "0 0 1 1 1 1 0 1 1 1 1 0 1 1 1 1"),
    ("LIKE", "a%", "0 0 0 0 0 1 1 0 0 0 0 0 0 0 0 0"),
    ("LIKE", "%", "0 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1"),
    ("LIKE", "", "0 1 0 0 0 0 0 0 0 0 0 0 0 0 0 0"),
    ("NOT LIKE", "_", "0 1 0 0 0 0 1 0 0 0 0 1 0 0 0 0"),
]


@pytest.mark.parametrize(("operator", "value", "table"), TEXT_TABLE)
def test_operators_on_texts(database: BaseDatabaseWrapper, operator: str, value: Any, table: str) -> None:
    assert passing("note", TEXTS, is_("note", operator, value)) == pick(TEXTS, table)


SIGNS = (None, "%", "_", "\\", "*", "?", "[a]", "|", "a%b", "aXb", "a_b", "'", "a\nb", "^", "]")


@pytest.mark.parametrize(
    ("pattern", "table"),
    [
        (r"\%", "0 1 0 0 0 0 0 0 0 0 0 0 0 0 0"),
        (r"\_", "0 0 1 0 0 0 0 0 0 0 0 0 0 0 0"),
        (r"\\", "0 0 0 1 0 0 0 0 0 0 0 0 0 0 0"),
        ("*", "0 0 0 0 1 0 0 0 0 0 0 0 0 0 0"),
        ("?", "0 0 0 0 0 1 0 0 0 0 0 0 0 0 0"),
        ("[a]", "0 0 0 0 0 0 1 0 0 0 0 0 0 0 0"),
        ("|", "0 0 0 0 0 0 0 1 0 0 0 0 0 0 0"),
        (r"a\%b", "0 0 0 0 0 0 0 0 1 0 0 0 0 0 0"),
        (r"\a_b", "0 0 0 0 0 0 0 0 1 1 1 0 1 0 0"),
        ("a%b", "0 0 0 0 0 0 0 0 1 1 1 0 1 0 0"),
        (r"a\_%", "0 0 0 0 0 0 0 0 0 0 1 0 0 0 0"),
        ("'", "0 0 0 0 0 0 0 0 0 0 0 1 0 0 0"),
        ("^", "0 0 0 0 0 0 0 0 0 0 0 0 0 1 0"),
        ("%%]", "0 0 0 0 0 0 1 0 0 0 0 0 0 0 1"),
    ],
)
def test_signs_of_patterns(database: BaseDatabaseWrapper, pattern: str, table: str) -> None:
    assert passing("note", SIGNS, is_("note", "LIKE", pattern)) == pick(SIGNS, table)


FLAGS = (None, False, True)


@pytest.mark.parametrize(
    ("operator", "value", "table"),
    [
        ("=", True, "0 0 1"),
        ("!=", True, "0 1 0"),
        ("IN", [True, False], "0 1 1"),
        ("NOT IN", [False], "0 0 1"),
        ("IS NULL", None, "1 0 0"),
        ("IS NOT NULL", "whatever", "0 1 1"),
    ],
)
def test_operators_on_booleans(database: BaseDatabaseWrapper, operator: str, value: Any, table: str) -> None:
    assert passing("flag", FLAGS, is_("flag", operator, value)) == pick(FLAGS, table)


# the first digits decide, also where a database puts a UUID in order by its time
CODES = (
    None,
    uuid.UUID("00000000-0000-0000-0000-0000000000ff"),
    uuid.UUID("11111111-2222-1333-8444-000000000000"),
    uuid.UUID("a0000000-0000-1000-8000-000000000001"),
    uuid.UUID("a0000000-ffff-1000-8000-000000000000"),
)


@pytest.mark.parametrize(
    ("operator", "value", "table"),
    [
        ("=", "A0000000-0000-1000-8000-000000000001", "0 0 0 1 0"),
        ("!=", "a0000000-0000-1000-8000-000000000001", "0 1 1 0 1"),
        ("IN", ["a0000000-0000-1000-8000-000000000001", str(uuid.UUID(int=5))], "0 0 0 1 0"),
        # MariaDB keeps no such UUID
        ("=", "1dfb96ef-2daa-8503-3fca-83c96b672c13", "0 0 0 0 0"),
        ("!=", "1dfb96ef-2daa-8503-3fca-83c96b672c13", "0 1 1 1 1"),
        ("NOT IN", ["1dfb96ef-2daa-8503-3fca-83c96b672c13"], "0 1 1 1 1"),
        (">", "11111111-2222-1333-8444-000000000000", "0 0 0 1 1"),
        ("<=", "a0000000-0000-1000-8000-000000000001", "0 1 1 1 0"),
        ("IS NULL", None, "1 0 0 0 0"),
    ],
)
def test_operators_on_uuids(database: BaseDatabaseWrapper, operator: str, value: Any, table: str) -> None:
    assert passing("code", CODES, is_("code", operator, value)) == pick(CODES, table)


OWNERS = (None, 1, 9, 10, 2**63 - 1)


@pytest.mark.parametrize(
    ("operator", "value", "table"),
    [
        ("=", "9", "0 0 1 0 0"),
        ("=", "09", "0 0 0 0 0"),
        ("=", "abc", "0 0 0 0 0"),
        ("=", "99999999999999999999", "0 0 0 0 0"),
        ("!=", "abc", "0 1 1 1 1"),
        ("IN", ["10", "9223372036854775807", "f"], "0 0 0 1 1"),
        (">", "9", "0 0 0 1 1"),
        ("IS NULL", None, "1 0 0 0 0"),
    ],
)
def test_operators_on_ids(database: BaseDatabaseWrapper, operator: str, value: Any, table: str) -> None:
    assert passing("ownerId", OWNERS, is_("ownerId", operator, value)) == pick(OWNERS, table)


def test_the_own_id_can_be_compared_too(database: BaseDatabaseWrapper) -> None:
    one, two = STORE.create_many([Specimen(label="one"), Specimen(label="two")]).data
    found = STORE.get_all(Specimen, None, is_("_id", "IN", [str(two.pk), "abc"]))
    assert [row.label for row in found] == ["two"]
    assert STORE.count(Specimen, is_("_id", ">=", str(one.pk))) == 2


DAYS = (None, *map(datetime.date.fromisoformat, ("0001-01-01", "1999-12-31", "2000-01-01", "9999-12-31")))


@pytest.mark.parametrize(
    ("operator", "value", "table"),
    [
        ("=", "2000-01-01", "0 0 0 1 0"),
        ("!=", "2000-01-01", "0 1 1 0 1"),
        ("<", "1999-12-31", "0 1 0 0 0"),
        (">=", "1999-12-31", "0 0 1 1 1"),
        ("NOT IN", ["0001-01-01", "9999-12-31"], "0 0 1 1 0"),
        ("IS NULL", None, "1 0 0 0 0"),
    ],
)
def test_operators_on_dates(database: BaseDatabaseWrapper, operator: str, value: Any, table: str) -> None:
    assert passing("day", DAYS, is_("day", operator, value)) == pick(DAYS, table)


def _moments(*texts: str) -> tuple[datetime.datetime | None, ...]:
    return (None, *map(datetime.datetime.fromisoformat, texts))


MOMENTS = _moments("0001-01-01T00:00:00Z", "2024-02-29T23:59:59.999Z", "2024-03-01T00:00:00Z", "2024-03-01T00:00:00.5Z")


@pytest.mark.parametrize(
    ("operator", "value", "table"),
    [
        ("=", "2024-03-01T02:00:00+02:00", "0 0 0 1 0"),
        ("!=", "2024-03-01T00:00:00.000Z", "0 1 1 0 1"),
        (">", "2024-03-01T00:00:00Z", "0 0 0 0 1"),
        ("<=", "2024-02-29T23:59:59.999Z", "0 1 1 0 0"),
        ("IN", ["2024-03-01T00:00:00.500Z", "2024-02-29T18:59:59.999-05:00"], "0 0 1 0 1"),
        ("IS NOT NULL", None, "0 1 1 1 1"),
    ],
)
def test_operators_on_moments(database: BaseDatabaseWrapper, operator: str, value: Any, table: str) -> None:
    assert passing("moment", MOMENTS, is_("moment", operator, value)) == pick(MOMENTS, table)


def test_an_array_can_only_be_asked_whether_it_is_there(database: BaseDatabaseWrapper) -> None:
    lists: tuple[list[str] | None, ...] = (None, [], ["a"])
    assert passing("tags", lists, is_("tags", "IS NULL")) == [None]
    assert STORE.count(Specimen, is_("tags", "IS NOT NULL")) == 2


def test_alternatives_are_joined_by_or_and_filters_by_and(database: BaseDatabaseWrapper) -> None:
    alternatives = UserDefinedFilter(
        operator="OR",
        or_filters=[
            OrFilter(field_name="amount", operator="IS NULL"),
            OrFilter(field_name="amount", operator="=", value=-10),
            OrFilter(field_name="amount", operator="=", value=4, field_function="ABS"),
            OrFilter(field_name="amount", operator=">", value=2),
        ],
    )
    assert passing("amount", NUMBERS, alternatives) == [None, -10, 10]
    assert STORE.count(Specimen, [alternatives, is_("amount", "<", 0)]) == 1


# functions: each table tells what the function makes of each value


def results(field: str, function: str, values: Sequence[Any], candidates: Sequence[Any]) -> list[Any]:
    """Ask for each candidate which values the function turns into it; return the result of each value's place."""
    attribute = field
    STORE.create_many([Specimen(label=str(place), **{attribute: value}) for place, value in enumerate(values)])
    found: dict[Any, Any] = {}
    for candidate in candidates:
        for row in STORE.get_all(Specimen, None, is_(field, "=", candidate, function)):
            assert int(row.label) not in found
            found[int(row.label)] = candidate
        assert STORE.count(Specimen, is_(field, "=", candidate, function)) == list(found.values()).count(candidate)
    for row in STORE.get_all(Specimen, None, is_(field, "IS NULL", None, function)):
        found[int(row.label)] = None
    return [found.get(place, "nothing") for place in range(len(values))]


RATIOS = (None, -2.5, -1.5, -0.5, -0.4, -0.0, 0.0, 0.49999999999999994, 0.5, 1.5, 2.5, 4503599627370497.0, 1e300)


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        ("ABS", (None, 2.5, 1.5, 0.5, 0.4, 0, 0, 0.49999999999999994, 0.5, 1.5, 2.5, 4503599627370497.0, 1e300)),
        ("CEILING", (None, -2, -1, 0, 0, 0, 0, 1, 1, 2, 3, 4503599627370497.0, 1e300)),
        ("FLOOR", (None, -3, -2, -1, -1, 0, 0, 0, 0, 1, 2, 4503599627370497.0, 1e300)),
        ("ROUND", (None, -3, -2, -1, 0, 0, 0, 0, 1, 2, 3, 4503599627370497.0, 1e300)),
    ],
)
def test_functions_of_floats(database: BaseDatabaseWrapper, function: str, expected: Sequence[Any]) -> None:
    candidates = sorted({value for value in expected if value is not None})
    assert results("ratio", function, RATIOS, candidates) == list(expected)


@pytest.mark.parametrize("function", ["CEILING", "FLOOR", "ROUND"])
def test_whole_numbers_are_rounded_to_themselves(database: BaseDatabaseWrapper, function: str) -> None:
    numbers = (None, -(2**63), -1, 0, 2**63 - 1)
    assert results("big", function, numbers, numbers[1:]) == list(numbers)


def test_the_absolute_value_of_the_least_integer_is_no_error(database: BaseDatabaseWrapper) -> None:
    numbers = (None, -(2**63), -(2**63) + 1, -1, 1, 2**63 - 1)
    largest = 2**63 - 1
    expected = [None, "nothing", largest, 1, 1, largest]
    assert results("big", "ABS", numbers, [1, largest]) == expected
    assert STORE.count(Specimen, is_("big", ">", largest, "ABS")) == 1


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        ("ABS", (None, "2.5", "1.499", "0.5", "0", "0.5", "1.001")),
        ("CEILING", (None, "-2", "-1", "0", "0", "1", "2")),
        ("FLOOR", (None, "-3", "-2", "-1", "0", "0", "1")),
        ("ROUND", (None, "-3", "-1", "-1", "0", "1", "1")),
    ],
)
def test_functions_of_decimals(database: BaseDatabaseWrapper, function: str, expected: Sequence[Any]) -> None:
    prices = [None, *map(decimal.Decimal, ("-2.5", "-1.499", "-0.5", "0", "0.5", "1.001"))]
    candidates = sorted({value for value in expected if value is not None})
    assert results("price", function, prices, candidates) == list(expected)


LETTERS = (None, "", "aZ", "ÅÄÖåäö", "İI", "ıi", "ß", "ΑΣ", "ς", "ﬁ", "Ǆǅǆ", "é", "e\u0301", "😀", "𐐀𐐨", "ᾳᾼ", "Ꭰꭰ")


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (
            "LOWER",
            "- - az åäöåäö ii ıi ß ασ ς ﬁ ǆǆǆ é e\u0301 😀 𐐨𐐨 ᾳᾳ ꭰꭰ",
        ),
        (
            "UPPER",
            "- - AZ ÅÄÖÅÄÖ İI II ß ΑΣ Σ ﬁ ǄǄǄ É E\u0301 😀 𐐀𐐀 ᾼᾼ ᎠᎠ",
        ),
    ],
)
def test_functions_of_letters(database: BaseDatabaseWrapper, function: str, expected: str) -> None:
    wanted = [None, "", *expected.split()[2:]]
    candidates = sorted({value for value in wanted if value is not None})
    assert results("note", function, LETTERS, candidates) == wanted


@pytest.mark.parametrize("function", ["LOWER", "UPPER"])
def test_every_letter_of_unicode_is_mapped_alike(database: BaseDatabaseWrapper, function: str) -> None:
    letters = [chr(code) for code in range(0x80, 0x20000) if chr(code).swapcase() != chr(code)]
    texts = ["".join(letters[at : at + 100]) for at in range(0, len(letters), 100)]
    change = simple_lower if function == "LOWER" else simple_upper
    for text in texts:
        changed = change(text)
        assert passing("note", [text], is_("note", "=", changed, function)) == [text]
        STORE.delete_all(Specimen)


BLANKS = (None, "", " ", "  a b  ", "\ta ", "\u00a0a", "a\n", "\u3000 a")


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        ("LTRIM", (None, "", "", "a b  ", "\ta ", "\u00a0a", "a\n", "\u3000 a")),
        ("RTRIM", (None, "", "", "  a b", "\ta", "\u00a0a", "a\n", "\u3000 a")),
        ("TRIM", (None, "", "", "a b", "\ta", "\u00a0a", "a\n", "\u3000 a")),
    ],
)
def test_functions_that_trim_take_spaces_only(
    database: BaseDatabaseWrapper, function: str, expected: Sequence[Any]
) -> None:
    candidates = sorted({value for value in expected if value is not None})
    assert results("note", function, BLANKS, candidates) == list(expected)


def test_length_counts_code_points(database: BaseDatabaseWrapper) -> None:
    texts = (None, "", "a ", "ä", "e\u0301", "😀", "👩\u200d🚀", "x" * 300)
    assert results("note", "LENGTH", texts, [0, 1, 2, 3, 300]) == [None, 0, 2, 1, 2, 1, 3, 300]
    assert STORE.count(Specimen, is_("note", "<", 2**40, "LENGTH")) == 7


def test_the_result_of_a_text_function_is_compared_by_code_point(database: BaseDatabaseWrapper) -> None:
    texts = ("B ", "a", "Z", "Ä", "😀")
    assert passing("note", texts, is_("note", "LIKE", "_", "TRIM")) == list(texts)
    assert STORE.count(Specimen, is_("note", ">", "z", "LOWER")) == 2
    assert STORE.count(Specimen, is_("note", "IN", ["b", "z"], "LOWER")) == 1
    assert STORE.count(Specimen, is_("note", "NOT LIKE", "%a%", "LOWER")) == 4


#: Around the ends of years and of ISO weeks: day, year, quarter, month, day of month, ISO week, day of week (Monday 0).
CALENDAR = [
    ("0001-01-01", 1, 1, 1, 1, 1, 0),
    ("1000-02-28", 1000, 1, 2, 28, 9, 4),
    ("1999-12-31", 1999, 4, 12, 31, 52, 4),
    ("2000-01-01", 2000, 1, 1, 1, 52, 5),
    ("2000-01-03", 2000, 1, 1, 3, 1, 0),
    ("2004-12-31", 2004, 4, 12, 31, 53, 4),
    ("2005-01-02", 2005, 1, 1, 2, 53, 6),
    ("2008-12-29", 2008, 4, 12, 29, 1, 0),
    ("2010-01-03", 2010, 1, 1, 3, 53, 6),
    ("2020-02-29", 2020, 1, 2, 29, 9, 5),
    ("2020-04-01", 2020, 2, 4, 1, 14, 2),
    ("2024-06-30", 2024, 2, 6, 30, 26, 6),
    ("2024-07-01", 2024, 3, 7, 1, 27, 0),
    ("2024-10-01", 2024, 4, 10, 1, 40, 1),
    ("9999-12-31", 9999, 4, 12, 31, 52, 4),
]


@pytest.mark.parametrize(
    ("function", "column"), [("YEAR", 1), ("QUARTER", 2), ("MONTH", 3), ("DAY", 4), ("WEEK", 5), ("WEEKDAY", 6)]
)
def test_functions_of_days(database: BaseDatabaseWrapper, function: str, column: int) -> None:
    expected = [row[column] for row in CALENDAR] + [None]
    candidates = sorted({value for value in expected if isinstance(value, int)})
    days = [datetime.date.fromisoformat(row[0]) for row in CALENDAR]
    assert results("day", function, [*days, None], candidates) == expected
    STORE.delete_all(Specimen)
    last = datetime.time(23, 59, 59, 999_000, tzinfo=datetime.UTC)
    moments = [datetime.datetime.combine(day, last) for day in days]
    assert results("moment", function, [*moments, None], candidates) == expected


@pytest.mark.parametrize(
    ("function", "expected"), [("HOUR", [0, 23, 12, None]), ("MINUTE", [0, 59, 30, None]), ("SECOND", [0, 59, 7, None])]
)
def test_functions_of_times_are_in_utc(database: BaseDatabaseWrapper, function: str, expected: Sequence[Any]) -> None:
    moments = [
        datetime.datetime.fromisoformat("2024-01-01T02:00:00+02:00"),
        datetime.datetime.fromisoformat("2024-01-01T23:59:59.999Z"),
        datetime.datetime.fromisoformat("2024-01-01T05:30:07.500-07:00"),
        None,
    ]
    candidates = sorted({value for value in expected if value is not None})
    assert results("moment", function, moments, candidates) == list(expected)
