"""The mustache paths in an argument, ``{{cart.response.data._id}}``, and the values that earlier answers give them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from backk_core.declare.conf import conf
from backk_core.declare.errors import InvalidArgument, RequestTooLong, Violation
from backk_core.execute.diagnosis import parsed

OPENING, CLOSING = "{{", "}}"

#: Looks up what a call of the batch answered: ``{"statusCode": …, "response": …}`` by the call's id.
Answers = Mapping[str, Any]


def filled(body: bytes, answers: Answers) -> bytes:
    """Return an argument's JSON with its paths replaced by what the answers have there.

    Only paths are known of mustache, and only inside strings: the JSON is read first and written afterwards, so that no
    value can end its string or add a property, and a value never gets escaped for HTML. A string stays a string, as it
    does in mustache. InvalidArgument where it is no JSON, or a path leads nowhere or to an object or array;
    RequestTooLong where the argument grows beyond what a request may have.
    """
    if OPENING.encode() not in body and b"\\u007b" not in body.lower():
        return body
    try:
        return msgspec.json.encode(_Filling(answers, len(body)).value(msgspec.json.decode(body), ()))
    except (msgspec.DecodeError, UnicodeDecodeError):
        # this tells what is wrong, as with an argument that came alone
        parsed(body)
        raise InvalidArgument("it has a number that is out of range") from None
    except RecursionError:
        raise InvalidArgument("it is nested too deeply") from None


class _Filling:
    """One argument that is being filled."""

    def __init__(self, answers: Answers, size: int) -> None:
        self._answers = answers
        self._left = conf().max_request_content_length - size

    def value(self, raw: Any, path: tuple[str | int, ...]) -> Any:
        if isinstance(raw, str):
            return self._text(raw, path) if OPENING in raw else raw
        if isinstance(raw, list):
            return [self.value(item, (*path, index)) for index, item in enumerate(raw)]
        if isinstance(raw, dict):
            return {name: self.value(item, (*path, name[:64])) for name, item in raw.items()}
        return raw

    def _text(self, raw: str, path: tuple[str | int, ...]) -> str:
        before, *rest = raw.split(OPENING)
        pieces = [before]
        for piece in rest:
            name, closed, after = piece.partition(CLOSING)
            if not closed:
                raise _refused(path, "has a {{ without its }}")
            if name.startswith("{") and after.startswith("}"):
                # the form that mustache does not escape for HTML: nothing is, here
                name, after = name[1:], after[1:]
            pieces += [self._found(name.removeprefix("&").strip(), path), after]
        self._left -= sum(map(len, pieces)) - len(raw)
        if self._left < 0:
            raise RequestTooLong
        return "".join(pieces)

    def _found(self, name: str, path: tuple[str | int, ...]) -> str:
        found: Any = self._answers
        for step in name.split("."):
            if isinstance(found, list) and step.isascii() and step.isdigit() and int(step[:9]) < len(found):
                found = found[int(step[:9])]
            elif isinstance(found, Mapping) and step in found:
                found = found[step]
            else:
                raise _refused(path, f"refers to {name[:128]}, which no earlier call answered")
        if isinstance(found, Mapping | list):
            raise _refused(path, f"refers to {name[:128]}, which is no single value")
        if isinstance(found, str):
            return found
        return "" if found is None else msgspec.json.encode(found).decode()


def _refused(path: tuple[str | int, ...], why: str) -> InvalidArgument:
    return InvalidArgument([Violation(path, why)])
