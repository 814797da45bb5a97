"""The rule about passwords."""

import pytest

from backk_core.declare.validators import is_strong_password

# (rule, source of the values, accepted values, refused values)
CASES = [
    (
        is_strong_password,
        "the original's IsStrongPassword",
        ["Jlk+0Tz-7Qpx!w", "aB3$aB3$", "Correct-Horse7Battery", "äÄ1aB-x9", "Tr0ub4dor&3x", "xY7!" * 128],
        [
            "aB3$aB3",
            "xY7!" * 128 + "x",
            "lowercase1!",
            "UPPERCASE1!",
            "NoDigits!!",
            "NoOther123A",
            "MyPassword1!",
            "abcdE1!x",
            "x1234aB!",
            "aaaaB1!x",
            "qweRtB1!",
            "AsdFgh1!",
            "4321aB!x",
            "Poiu1!xa",
            "aB1!    x",
            "",
            None,
            12345678,
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


class Account:
    def __init__(self, **members):
        self.__dict__.update(members)


@pytest.mark.parametrize("name", ["user_name", "username", "userName"])
def test_the_user_name_may_not_be_part_of_the_password(name):
    rule = is_strong_password
    assert not rule.accepts_object(Account(**{name: "Jane", "password": "xjaneX9!x"}))
    assert not rule.accepts_object({name: "Jane", "password": "xjaneX9!x"})
    assert not rule.accepts_object({name: "Jane", "secret": "xjaneX9!x"}, "xjaneX9!x")
    assert rule.accepts_object(Account(**{name: "Jane", "password": "xjonX9!x"}))


def test_without_a_user_name_or_a_password_the_object_is_accepted():
    assert is_strong_password.accepts_object(Account(password="xjaneX9!x"))
    assert is_strong_password.accepts_object({"user_name": "", "password": "xjaneX9!x"})
    assert is_strong_password.accepts_object({"user_name": None, "password": "xjaneX9!x"})
    assert is_strong_password.accepts_object({"user_name": "Jane"})
