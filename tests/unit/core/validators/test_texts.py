"""Rules about what a string contains."""

import pytest

from backk_core.declare.validators import (
    contains,
    is_alpha,
    is_alphanumeric,
    is_any_string,
    is_ascii,
    is_byte_length,
    is_full_width,
    is_half_width,
    is_lowercase,
    is_multibyte,
    is_surrogate_pair,
    is_uppercase,
    is_variable_width,
    length,
    length_and_matches,
    length_and_matches_all,
    matches,
    max_length,
    max_length_and_matches,
    max_length_and_matches_all,
    min_length,
    not_contains,
    not_matches,
)

# (rule, source of the values, accepted values, refused values)
CASES = [
    (
        is_any_string,
        "the original's IsAnyString",
        ["", "a", "☃", "\x00", "\ud800", "a" * 10_000_000],
        [1, None, True, b"a", ["a"], 1.5],
    ),
    (
        contains("foo"),
        "validator.js contains",
        ["foo", "foobar", "bazfoo", "a foo b"],
        ["bar", "fobar", "", "FOO", 1, None],
    ),
    (
        not_contains("foo"),
        "validator.js contains, reversed",
        ["bar", "fobar", "", "FOO"],
        ["foo", "foobar", "bazfoo", "a foo b", 1],
    ),
    (
        is_alpha,
        "validator.js isAlpha, en-US",
        ["abc", "ABC", "FoObar", "x"],
        ["abc1", "  foo  ", "", "ÄBC", "Jön", "Heiß", "١"],
    ),
    (
        is_alphanumeric,
        "validator.js isAlphanumeric, en-US",
        ["abc123", "ABC11", "0", "z9"],
        ["abc ", "foo!!", "", "ÄBC1", "Jön", "٣", "²"],
    ),
    (
        is_ascii,
        "validator.js isAscii (an empty text left to min_length)",
        ["foobar", "0987654321", "test@example.com", "1234abcDEF", "\x00\x7f", ""],
        ["ｆｏｏbar", "ｘｙｚ０９８", "１２３456", "ｶﾀｶﾅ", "\x80", "é"],
    ),
    (length(2, 3), "validator.js isLength", ["abc", "de", "干𩸽", "ää"], ["", "a", "abcd", "𠮷𠮷𠮷𠮷", None, 12]),
    (
        min_length(2),
        "validator.js isLength",
        ["abc", "de", "𠮷𠮷", "abcd" * 1000],
        ["", "a", "𠮷", None, 12, ["a", "b"]],
    ),
    (
        max_length(3),
        "validator.js isLength",
        ["abc", "", "𠮷𠮷𠮷", "a"],
        ["abcd", "𠮷" * 4, "a" * 10_000_000, None, 1, []],
    ),
    (
        is_byte_length(2, 4),
        "validator.js isByteLength; RFC 3629",
        ["abc", "de", "ä", "𠮷"],
        ["", "a", "abcde", "äää", "𠮷a", "ｇｍａｉｌ", "\ud800", 12],
    ),
    (
        is_lowercase,
        "validator.js isLowercase",
        ["abc", "abc123", "this is lowercase.", "tr竪s 端ber", "", "ß"],
        ["fooBar", "123A", "Ä", "ΑΣ", 1, "ǅ"],
    ),
    (
        is_uppercase,
        "validator.js isUppercase",
        ["ABC", "ABC123", "ALL CAPS IS FUN.", "   .", ""],
        ["fooBar", "123abc", "ä", "ß", 1, "ǅ"],
    ),
    (
        is_full_width,
        "validator.js isFullWidth",
        ["ひらがな・カタカナ、．漢字", "３ー０　ａ＠ｃｏｍ", "Ｆｶﾀｶﾅﾞﾬ", "Good＝Parts"],
        ["abc", "abc123", '!"#$%&()<>/+=-_? ~^|.,@`{}[]', "ｶﾀｶﾅ", "", "\ud800"],
    ),
    (
        is_half_width,
        "validator.js isHalfWidth",
        ['!"#$%&()<>/+=-_? ~^|.,@`{}[]', "l-btn_02--active", "abc123い", "ｶﾀｶﾅﾞﾬ￩"],
        ["あいうえお", "００１１", "", "漢字", "\n", "\ud800"],
    ),
    (
        is_variable_width,
        "validator.js isVariableWidth",
        ["ひらがなカタカナ漢字ABCDE", "３ー０123", "Ｆｶﾀｶﾅﾞﾬ", "Good＝Parts"],
        ["abc", "abc123", "ひらがな・カタカナ、．漢字", "１２３４５６", "", "ｶﾀｶﾅﾞﾬ"],
    ),
    (
        is_multibyte,
        "validator.js isMultibyte",
        ["ひらがな・カタカナ、．漢字", "あいうえお foobar", "test＠example.com", "1234abcDEｘｙｚ", "ｶﾀｶﾅ", "中文"],
        ["abc", "abc123", '<>@" *.', "", "\x7f", 1],
    ),
    (
        is_surrogate_pair,
        "validator.js isSurrogatePair",
        ["𠮷野𠮷", "𩸽", "ABC千𥧄1-2-3", "😀"],
        ["吉野竈", "鮪", "ABC1-2-3", "", "\ud800", "\uffff"],
    ),
    (
        matches(r"^[a-f\d]{1,24}$"),
        "the pattern of ids in the example's contract",
        ["1", "507f1f77bcf86cd799439011", "a", "f" * 24],
        ["", "g", "f" * 25, "A", "1\n", "\ud800", 1],
    ),
    (
        matches("abc"),
        "validator.js matches: looked for anywhere",
        ["abc", "abcdef", "123abc", "x abc y"],
        ["acb", "Abc", "", "ab c", None],
    ),
    (matches("[a-z]", r"\d"), "every pattern", ["a1", "1a", "x9y", "-a-1-"], ["a", "1", "", "A1", "ä1"]),
    (not_matches("[a-z]", r"\d"), "no pattern", ["A", "-", "", "Ä"], ["a", "1", "A1", "a1", None, "\ud800"]),
    (
        length_and_matches(2, 4, "^[a-z]+$"),
        "the original's LengthAndMatches",
        ["ab", "abc", "abcd", "zz"],
        ["a", "abcde", "", "A1", "ab1"],
    ),
    (
        length_and_matches_all(2, 4, "[a-z]", r"\d"),
        "the original's LengthAndMatchesAll",
        ["a1", "1a2", "abc1", "9z"],
        ["a", "abcd", "abcd1", "", "11"],
    ),
    (
        max_length_and_matches(4, "^[a-z]+$"),
        "the original's MaxLengthAndMatches",
        ["a", "ab", "abcd", "zz"],
        ["abcde", "", "A", "1", "ab1"],
    ),
    (
        max_length_and_matches_all(4, "[a-z]", r"\d"),
        "the original's MaxLengthAndMatchesAll",
        ["a1", "1a2", "abc1", "9z"],
        ["a", "1", "abcd1", "", "AA"],
    ),
]


@pytest.mark.parametrize(("rule", "source", "accepted", "refused"), CASES, ids=lambda part: getattr(part, "name", None))
def test_it_accepts_the_good_and_refuses_the_bad_values_of_its_source(rule, source, accepted, refused):
    assert [value for value in accepted if not rule.accepts(value)] == []
    assert [value for value in refused if rule.accepts(value)] == []
    assert source
    assert len(accepted) >= 4
    assert len(refused) >= 5


def test_metadata_and_messages_are_those_of_the_original():
    assert max_length(64).metadata() == "maxLength(64)"
    assert min_length(1).violation("name") == "name must be longer than or equal to 1 characters"
    assert max_length(2).violation("name") == "name must be shorter than or equal to 2 characters"
    assert matches("^a$").metadata() == "matches(/^a$/)"
    assert matches("^a$").violation("name") == "name must match /^a$/ regular expression"
    assert max_length_and_matches(4, "^a$").metadata() == "maxLengthAndMatches(4, /^a$/)"
    assert max_length_and_matches(4, "^a$").message == "length must be 4 or less and must match /^a$/"
    assert length_and_matches_all(1, 4, "a", "b").message == "length must be between 1-4 and must match all: /a/, /b/"
    assert is_byte_length(1, 4).violation("name") == "name's byte length must fall into (1, 4) range"
    assert is_ascii.metadata() == "isAscii()"


@pytest.mark.parametrize(
    "declare",
    [lambda: length(3, 2), lambda: not_contains(""), lambda: matches(), lambda: length_and_matches(3, 2, "a")],
)
def test_a_declaration_that_means_nothing_is_refused(declare):
    with pytest.raises(ValueError, match=r"\w"):
        declare()


def test_a_string_beyond_what_its_patterns_can_judge_is_refused():
    rule = matches(r"[ab]*a[ab]{200}c")
    assert rule.longest_text is not None
    assert rule.accepts("a" * 201 + "c")
    assert not rule.accepts("a" * rule.longest_text + "c")


def test_every_fast_pattern_judges_texts_of_any_length():
    assert matches(r"^[\p{L}\s]+$").longest_text is None
    assert matches(r"^[\p{L}\s]+$").accepts("ä " * 100_000)
