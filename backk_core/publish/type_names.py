"""How types are called outside: one name for each type and use, the same in the OpenAPI document and in clients."""

from __future__ import annotations

from collections.abc import Container, Iterator

from backk_core.declare.types import Argument, Result
from backk_core.describe.contracts import TypeContract
from backk_core.publish.uses import Use


def first_free_name(contract: TypeContract, use: Use, taken: Container[str]) -> str:
    """Return the best name for a type in one use that nothing else has."""
    return next(name for name in _names(contract, use) if name not in taken)


def _names(contract: TypeContract, use: Use) -> Iterator[str]:
    """Yield names, best first: what a class was made for is called as the class is."""
    suffix = use.value
    if use is Use.ARGUMENT and not issubclass(contract.cls, Result):
        suffix = ""
    elif use is Use.RESULT and issubclass(contract.cls, Argument):
        suffix = "Result"
    yield contract.name + suffix
    place = "".join(word.title() for word in contract.cls.__module__.replace("_", ".").split("."))
    yield place + contract.name + suffix
    for number in range(2, 1000):
        yield f"{place}{contract.name}{suffix}{number}"
