"""The rule about passwords: how long, of which characters, and what they may not contain."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from .base import ObjectRule, read
from .texts import TextRule

_SHORTEST, _LONGEST = 8, 512
_LONGEST_RUN = 3
_KEYBOARD_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_USER_NAMES = ("user_name", "username", "userName")


class IsStrongPassword(TextRule, ObjectRule):
    """From 8 to 512 characters with a lower-case and an upper-case letter, a digit and another character.

    It contains neither the word "password" nor the user name, and no run of more than 3 characters that are equal, or
    follow each other in the alphabet, among the digits or on the keyboard. The user name is looked up in the object as
    `user_name` or `username`; the password is the value of the declaring field, or the object's `password`.
    """

    name = "isStrongPassword"
    message = (
        "is not a strong password: Password should be 8 - 512 characters long and should contain at least one "
        "lowercase letter, at least one uppercase letter, at least one digit and at least one special character. "
        'Password may not contain word "password" and may not contain userName. Password cannot have more than 3 '
        "alphabetically consecutive letters or numerically consecutive digits (e.g. abcd and 1234 are prohibited). "
        "Password may not contain more than 3 repeating characters (e.g. 1111 and aaaa are prohibited). Password "
        "may not contain more than 3 keyboard layout consecutive characters, e.g. qwert and asdf are prohibited"
    )
    example = "Jlk+0Tz-7Qpx!w"

    def accepts(self, value: Any) -> bool:
        if not isinstance(value, str) or not _SHORTEST <= len(value) <= _LONGEST:
            return False
        folded = value.lower()
        return {"lower", "upper", "digit", "other"} <= set(_classes(value)) and not (
            "password" in folded or _has_long_run(folded)
        )

    def accepts_object(self, obj: Any, value: Any = None) -> bool:
        password = read(obj, "password") if value is None else value
        if not isinstance(password, str):
            return True
        names = (read(obj, name) for name in _USER_NAMES)
        return not any(isinstance(name, str) and name and name.lower() in password.lower() for name in names)

    def json_schema(self) -> dict[str, Any]:
        return {"minLength": _SHORTEST, "maxLength": _LONGEST}


def _classes(text: str) -> Iterator[str]:
    for letter in text:
        if not letter.isascii() or not (letter.isalnum() or letter == "_" or letter.isspace()):
            yield "other"
        elif letter.isalpha():
            yield "lower" if letter.islower() else "upper"
        elif letter.isdigit():
            yield "digit"


def _has_long_run(text: str) -> bool:
    """Tells whether more than 3 characters in a row repeat, rise, fall, or lie side by side on the keyboard."""
    runs = dict.fromkeys(("equal", "rising", "falling", "right", "left"), 1)
    for previous, letter in pairwise(text):
        step = ord(letter) - ord(previous)
        pair = previous + letter
        goes_on = {
            "equal": step == 0,
            "rising": step == 1,
            "falling": step == -1,
            "right": any(pair in row for row in _KEYBOARD_ROWS),
            "left": any(pair[::-1] in row for row in _KEYBOARD_ROWS),
        }
        runs = {way: length + 1 if goes_on[way] else 1 for way, length in runs.items()}
        if max(runs.values()) > _LONGEST_RUN:
            return True
    return False


is_strong_password = IsStrongPassword()
