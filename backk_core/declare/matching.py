"""The condition that the filters in an argument amount to."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.db.models import Q

from backk_core.declare.conf import conf
from backk_core.declare.types import UNSET, BorrowedField


def matching(argument: Any) -> Q:
    """Return the condition of the filters that were sent: ``self.store.get_all(Item, query, matching(query))``.

    The argument is a FilterSet, or has taken fields of one: ``fields=all_of(ItemFilters)``. TypeError where it has not.
    """
    from backk_core.declare.filter_sets import condition_of_values

    condition = Q()
    for filter_set, names in _filters_of(type(argument)).items():
        values = {own: value for name, own in names.items() if (value := getattr(argument, name)) is not UNSET}
        condition &= condition_of_values(filter_set, values, conf().database)
    return condition


@lru_cache(maxsize=1024)
def _filters_of(cls: type) -> Mapping[Any, Mapping[str, str]]:
    """Return the FilterSets whose fields an argument has: its own names of them, and the names of the properties."""
    found: dict[Any, dict[str, str]] = {}
    for name in getattr(cls, "backk_borrowed", {}):
        borrowed = BorrowedField(cls, name)
        while (further := getattr(borrowed.owner, "backk_borrowed", {}).get(borrowed.name)) is not None:
            borrowed = further
        if hasattr(borrowed.owner, "base_filters"):
            found.setdefault(borrowed.owner, {})[name] = borrowed.name
    if not found:
        raise TypeError(f"{cls.__name__} has no filters: class {cls.__name__}(…, fields=all_of(ItemFilters))")
    return found
