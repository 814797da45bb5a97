"""What is made sure of around an operation of the store, in its transaction: conditions, each with its error."""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from backk_core.declare.errors import CallError

#: Returns False where something is wrong; True or None (what a function without ``return`` answers) where nothing is.
Check: TypeAlias = Callable[..., bool | None]
Condition: TypeAlias = Callable[..., bool]
#: A class of errors or one of its instances.
Raised: TypeAlias = type[CallError] | CallError


class Moment(enum.Enum):
    """When a hook runs, which decides what its functions are given."""

    #: First of all; given nothing.
    BEFORE = "before"
    #: With each row that the operation is about, as it is and locked.
    WITH_CURRENT = "before, with the current row"
    #: When the operation is done; given its result.
    AFTER = "after"


@dataclass(frozen=True, slots=True)
class Hook:
    """A condition of an operation; made by ``before``, ``before_with_current`` and ``after``."""

    moment: Moment
    check: Check
    error: Raised | None
    only_if: Condition | None

    def judge(self, *subject: Any) -> None:
        """Raise the error where the check says so. TypeError where it has none."""
        if self.only_if is not None and not self.only_if(*subject):
            return
        if self.check(*subject) is False:
            if self.error is None:
                name = getattr(self.check, "__qualname__", repr(self.check))
                raise TypeError(
                    f"{name} returned False and no error is named: {self.moment.name.lower()}(check, Error)"
                )
            raise self.error


def before(check: Check, error: Raised | None = None, *, only_if: Condition | None = None) -> Hook:
    """Run ``check()`` before an operation, and raise the error where it returns False: nothing has happened then.

    ``only_if()`` tells whether it runs at all.
    """
    return Hook(Moment.BEFORE, check, error, only_if)


def before_with_current(check: Check, error: Raised | None = None, *, only_if: Condition | None = None) -> Hook:
    """Run ``check(row)`` before an operation with each row that it is about, which is locked until the end.

    ``before_with_current(lambda item: item.state == "forSale", NotForSale)``; ``only_if(row)`` tells whether it runs.
    """
    return Hook(Moment.WITH_CURRENT, check, error, only_if)


def after(check: Check, error: Raised | None = None, *, only_if: Condition | None = None) -> Hook:
    """Run ``check(result)`` after an operation; where it returns False the error ends it, and nothing has happened.

    The result is the entity that was created or updated, the id of the one that was deleted, or the number of those
    that were updated, deleted, added or removed. ``only_if(result)`` tells whether it runs.
    """
    return Hook(Moment.AFTER, check, error, only_if)


__all__ = ["Hook", "after", "before", "before_with_current"]
