"""What keeps a call that is sent again from having its effect again: where the app that knows how comes in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from backk_core.declare.errors import CallError
from backk_core.describe.contracts import ServiceFunctionContract
from backk_core.execute.call import Call, Reply

#: The header by which a caller says that several requests are the same call.
HEADER = "idempotency-key"


@dataclass(frozen=True, slots=True)
class Attempt:
    """A call with a key: it is authorized and valid, and has not begun."""

    call: Call
    key: str
    #: Raises where the call must not run; belongs behind the look for an earlier answer.
    guard: Callable[[], None]
    #: Runs what it is given in one transaction, again where the database asks for that; in none where the function
    #: opens transactions itself.
    run: Callable[[Callable[[], Reply]], Reply]
    #: Does what the function does and says what it answers, errors excepted.
    answer: Callable[[], Reply]
    #: Returns the reply that tells the caller of an error.
    refuse: Callable[[CallError], Reply]


#: Returns the reply to an attempt, from the function or from an earlier attempt.
Once = Callable[[Attempt], Reply]
#: Is asked once for each function: None where the function may as well run again.
MakeOnce = Callable[[ServiceFunctionContract], Once | None]

# what an app registered while it was loaded
_makers: list[MakeOnce] = []


def answer_once_with(make: MakeOnce) -> None:
    """Let an app answer calls with a key. Belongs in ``ready`` of its AppConfig."""
    if make not in _makers:
        _makers.append(make)


def once_of(contract: ServiceFunctionContract) -> Once | None:
    """Return what answers a function's calls with a key, None where keys are not looked at."""
    return next((made for make in _makers if (made := make(contract)) is not None), None)
