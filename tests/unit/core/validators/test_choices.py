"""Rules that list the accepted or the refused values."""

from decimal import Decimal

import pytest

from backk_core.declare.validators import is_in, is_none_of, is_not_in, is_one_of


class City:
    def __init__(self, value):
        self.value = value


def get_cities():
    return [{"value": "Tampere"}, {"value": "Turku"}, City("Åbo"), "Oulu"]


def get_names():
    return ["Ann", "Bob", 3]


# (rule, source of the values, accepted values, refused values)
CASES = [
    (
        is_in("small", "large", 1),
        "class-validator's IsIn",
        ["small", "large", 1, 1.0],
        ["medium", "", True, None, 2, ["small"], {}],
    ),
    (
        is_not_in("root", 1),
        "class-validator's IsNotIn",
        ["jane", 2, True, None, []],
        ["root", 1, 1.0, "root"[:], Decimal(1)],
    ),
    (
        is_one_of(get_cities, "Tampere"),
        "the example's getCities",
        ["Tampere", "Turku", "Åbo", "Oulu"],
        ["Atlantis", "tampere", "", None, 1, ["Turku"]],
    ),
    (is_one_of(get_names, "Ann"), "values as they are", ["Ann", "Bob", 3, 3.0], ["Cid", "", None, True, {}]),
    (
        is_none_of(get_cities, "Atlantis"),
        "the example's getCities",
        ["Atlantis", "tampere", "", 1],
        ["Tampere", "Turku", "Åbo", "Oulu", None],
    ),
]


@pytest.mark.parametrize(("rule", "source", "accepted", "refused"), CASES, ids=lambda part: getattr(part, "name", None))
def test_it_accepts_the_good_and_refuses_the_bad_values_of_its_source(rule, source, accepted, refused):
    assert [value for value in accepted if not rule.accepts(value)] == []
    assert [value for value in refused if rule.accepts(value)] == []
    assert source
    assert len(accepted) >= 4
    assert len(refused) >= 5


def test_the_function_is_asked_again_only_when_its_values_are_old(monkeypatch):
    now = [1000.0]
    monkeypatch.setattr("backk_core.declare.validators.choices.monotonic", lambda: now[0])
    answers = [["a"], ["b"]]
    rule = is_one_of(lambda: answers.pop(0), "a")
    assert rule.accepts("a")
    now[0] += 59
    assert rule.accepts("a")
    now[0] += 2
    assert rule.accepts("b")
    assert not rule.accepts("a")


def test_the_function_may_be_named_by_its_path():
    rule = is_one_of("django.conf.global_settings.LANGUAGES_BIDI.copy", "he")
    assert rule.source == "django.conf.global_settings.LANGUAGES_BIDI.copy"
    rule = is_one_of("os.listdir", "x")
    assert isinstance(rule.accepts("no such file"), bool)


def test_metadata_shows_the_service_function_and_the_example():
    rule = is_one_of(get_cities, "Tampere", "userAccountsService.getCities")
    assert rule.metadata() == "isOneOf(userAccountsService.getCities, Tampere)"
    assert is_one_of(get_cities, "Tampere").metadata() == "isOneOf(get_cities, Tampere)"
    assert is_in("a", 1).metadata() == 'isIn(["a",1])'
    assert is_in("a", 1).violation("size") == "size must be one of the following values: a, 1"
    assert is_in("a", 1).typescript() == '"a" | 1'
    assert is_not_in("a").typescript() is None


def test_a_list_without_values_is_refused():
    with pytest.raises(ValueError, match="no value given"):
        is_in()
