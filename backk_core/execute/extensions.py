"""What installed apps add to the path of a call: interceptors around it, guards between validating and running."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from backk_core.describe.contracts import ServiceFunctionContract
from backk_core.describe.registry import Registry
from backk_core.execute.call import Call, Reply

T = TypeVar("T")

Next = Callable[[Call], Reply]


class Interceptor(Protocol):
    """Sees every call on its way in and every reply on its way out."""

    def __call__(self, call: Call, next: Next) -> Reply: ...  # noqa: A002 - what connect-go calls it


#: Sees a call that is authorized and valid, before its transaction; raises a CallError where it must not run.
Guard = Callable[[Call], object]

#: Is asked once for each set of services: None where the project's settings want no such interceptor.
MakeInterceptor = Callable[[Registry], Interceptor | None]
#: Is asked once for each function: None where the function needs no such guard.
MakeGuard = Callable[[ServiceFunctionContract], Guard | None]

# what apps registered while they were loaded
_interceptors: list[MakeInterceptor] = []
_guards: list[MakeGuard] = []


def intercept_with(make: MakeInterceptor) -> None:
    """Let an app intercept calls: inside of the project's own interceptors. Belongs in ``ready`` of its AppConfig."""
    if make not in _interceptors:
        _interceptors.append(make)


def guard_with(make: MakeGuard) -> None:
    """Let an app guard functions. Belongs in ``ready`` of its AppConfig."""
    if make not in _guards:
        _guards.append(make)


def interceptors_of(known: Registry) -> list[Interceptor]:
    """Return the interceptors that apps add for these services, outermost first."""
    return [made for make in _interceptors if (made := make(known)) is not None]


def guard_of(contract: ServiceFunctionContract) -> Guard | None:
    """Return what guards a function, None where nothing does."""
    found = [made for make in _guards if (made := make(contract)) is not None]
    if len(found) < 2:
        return found[0] if found else None

    def guard(call: Call) -> None:
        for each in found:
            each(call)

    return guard
