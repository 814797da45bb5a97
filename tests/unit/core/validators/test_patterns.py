"""The door to RE2: what it refuses, what it may cost, and its translations."""

import re

import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from backk_core.declare.validators import PatternError
from backk_core.declare.validators.patterns import compile_patterns, from_python, to_ecma, tokenize


@pytest.mark.parametrize(
    ("pattern", "advice"),
    [
        (r"(?=a)b", r"a second pattern in matches\(\)"),
        (r"(?!a)b", r"not_matches\(\)"),
        (r"(?<=a)b", "the text before it as part of the pattern"),
        (r"(?<!a)b", r"not_matches\(\)"),
        (r"(a)\1", r"should_be_true\(\)"),
        (r"(?P<x>a)(?P=x)", r"should_be_true\(\)"),
        (r"(?x) a", "on one line"),
        (r"a\Z", r"\\z"),
        (r"\u00e9", r"\\x\{"),
        (r"a++", "RE2 syntax"),
        ("[a", "RE2 syntax"),
        ("a{2000}", "RE2 syntax"),
        ("\ud800", "not valid Unicode"),
    ],
)
def test_a_pattern_that_re2_refuses_says_what_to_write_instead(pattern, advice):
    with pytest.raises(PatternError, match=advice):
        compile_patterns(pattern)


def test_no_pattern_at_all_is_refused():
    with pytest.raises(PatternError, match="no pattern given"):
        compile_patterns()


@pytest.mark.parametrize(
    "pattern", [r"^a|b{20}c*d{9}", r"^(?m:^)a{30}", r"^[ab]*a[ab]{30}", r"^(a{2,}){9}b{9}", r"x{30}"]
)
def test_a_pattern_that_goes_on_over_the_whole_text_has_its_limit(pattern):
    assert compile_patterns(pattern).longest_text is not None


def test_a_pattern_that_costs_too_much_on_any_text_is_refused():
    with pytest.raises(PatternError, match="too long"):
        compile_patterns(r"\p{L}*a\p{L}{20}c")


@pytest.mark.parametrize(
    "pattern",
    [
        r"^[\p{L}\p{N}\p{P}\s]*$",
        r"^(a+)+$",
        r"(x+x+)+y",
        r"^[^@\s]+@[^@\s]+\.[^@\s]+$",
        r"^\p{L}{1,20}$",
        r"^(?:\p{Lu}{2}|\d{30})-\p{L}{1,9}$",
    ],
)
def test_a_pattern_whose_automaton_stays_small_judges_texts_of_any_length(pattern):
    assert compile_patterns(pattern).longest_text is None


# Patterns that are known to ruin backtracking engines (OWASP, "Regular expression Denial of Service"; CVE reports; the
# RE2 project's own worst cases), and texts that do it.
EVIL_PATTERNS = [
    r"^(a+)+$", r"^([a-zA-Z]+)*$", r"^(a|aa)+$", r"^(a|a?)+$", r"^(.*a){12}$", r"(x+x+)+y",
    r"^(([a-z])+.)+[A-Z]([a-z])+$",
    r"^(.+)+@(.+)+$", r"(.*)*=(.*)*", r"\s+$", r"^(\d+)*[a-z]$", r"(a*)*b", r"((a*)*)*b", r"[ab]*a[ab]{12}c",
    r"[ab]*a[ab]{100}c", r"(a{1,30}){1,30}c", r"^(?:.*?,){11}P", r"(?i)^(a+b?)+$", r"^(\w+\s?)*$", r"(\p{L}+\s?)+!",
]  # fmt: skip
EVIL_TEXTS = [
    "a" * 65_536, "a" * 65_535 + "!", "ab" * 32_768, "x" * 65_536, " " * 65_536, "1," * 32_768, "=" * 65_536,
    "a@" * 32_768, "aB" * 32_768, "\x00" * 65_536, "ä" * 65_536, "a\n" * 32_768, "ba" * 32_768, "abb" * 21_845,
    "0" * 65_536,
]  # fmt: skip


@pytest.mark.parametrize("pattern", EVIL_PATTERNS)
def test_a_hostile_pattern_never_costs_more_steps_than_a_field_may_have(pattern):
    compiled = compile_patterns(pattern)
    for text in EVIL_TEXTS:
        assert compiled.found_all(text) in (True, False)
        if compiled.longest_text is not None and len(text) > compiled.longest_text:
            assert not compiled.found_all(text)


def test_a_text_that_is_no_unicode_matches_nothing_and_its_absence_neither():
    compiled = compile_patterns("a")
    assert not compiled.found_all("a\ud800")
    assert not compiled.found_none("b\ud800")


@pytest.mark.parametrize(
    ("pattern", "translated"),
    [
        (r"^[a-f\d]{1,24}$", "^[a-f0-9]{1,24}$"),
        (r"\A\w+\z", "^[0-9A-Za-z_]+$"),
        (r"a.b", r"a[^\n]b"),
        (r"(?P<year>\d{4})-(?<m>\d)", "(?:[0-9]{4})-(?:[0-9])"),
        (r"\x{e9}\-\@[\-\]]", r"\u00e9-@[\-\]]"),
        (r"\S\D\W", r"[^\t\n\f\r ][^0-9][^0-9A-Za-z_]"),
        (r"[[a]", r"[\[a]"),
        (r"(?:a|b)\.", r"(?:a|b)\."),
        (r"(?i)a", None),
        (r"\p{L}", None),
        (r"\pL", None),
        (r"[[:alpha:]]", None),
        (r"\bword\b", None),
        (r"[\D]", None),
        (r"a{,5}", None),
        (r"\Qa.b\E", None),
        (r"\x{1F600}", None),
    ],
)
def test_a_pattern_is_translated_to_javascript_only_where_that_refuses_nothing_more(pattern, translated):
    assert to_ecma(pattern) == translated


PIECES = st.sampled_from(
    [
        "a",
        "b",
        "Z",
        "7",
        r"\d",
        r"\w",
        r"\s",
        r"\D",
        r"\W",
        r"\S",
        ".",
        "[a-c]",
        "[^a]",
        r"[\d_-]",
        "[]a]",
        r"\.",
        r"\-",
    ]
)
QUANTIFIERS = st.sampled_from(["", "*", "+", "?", "{2}", "{1,3}"])
PATTERNS = st.lists(st.tuples(PIECES, QUANTIFIERS).map("".join), min_size=1, max_size=5).map("".join)


@settings(max_examples=400, deadline=None)
@given(pattern=PATTERNS, text=st.text("abZ7 _-.\n\u2028é", max_size=8))
def test_the_translation_accepts_what_the_pattern_accepts(pattern, text):
    translated = to_ecma(f"^{pattern}$")
    if translated is not None and compile_patterns(f"^{pattern}$").found_all(text):
        assert re.search(translated, text)


@settings(max_examples=300, deadline=None)
@given(pattern=st.text("\\[]()?P<>{}:^$.|*+adwxp-19", max_size=20))
def test_cutting_into_tokens_loses_nothing(pattern):
    assert "".join(token.text for token in tokenize(pattern)) == pattern


@settings(max_examples=400, deadline=None)
@given(
    pattern=st.lists(
        st.tuples(
            st.sampled_from(["a", r"\d", r"\w", r"\s", r"\D", r"\W", r"\S", r"[\w-]", r"[^\d]", "."]), QUANTIFIERS
        ).map("".join),
        min_size=1,
        max_size=4,
    ).map("".join),
    text=st.text("ab7 _-é٣\u2028\x85ª²", max_size=6),
    flags=st.sampled_from([0, re.ASCII, re.IGNORECASE, re.DOTALL, re.MULTILINE]),
)
def test_a_pattern_of_python_keeps_its_meaning(pattern, text, flags):
    anchored = rf"^(?:{pattern})\Z"
    expected = re.search(anchored, text, flags) is not None
    try:
        compiled = compile_patterns(from_python(anchored, flags))
    except PatternError as error:
        if "could take too long" not in str(error):
            raise
        reject()
    assert compiled.found_all(text) == expected


def test_a_verbose_pattern_of_python_is_refused():
    with pytest.raises(PatternError, match="on one line"):
        from_python("a # letter", re.VERBOSE)
