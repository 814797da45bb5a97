"""The condition that the filters in an argument amount to: what they compare is said, what only they know is asked."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from django.db import models
from django.db.models import Q

from backk_core.declare.conf import conf
from backk_core.declare.types import UNSET, BorrowedField

if TYPE_CHECKING:
    # django-filter is imported where somebody uses it
    from backk_core.declare.filter_sets import FilterProperty

#: What was sent for one filter.
Given = tuple["FilterProperty", Any]


def matching(argument: Any) -> Q:
    """Return the condition of the filters that were sent: ``self.store.get_all(Item, query, matching(query))``.

    The argument is a FilterSet, or has taken fields of one: ``fields=all_of(ItemFilters)``. TypeError where it has not.
    """
    condition = Q()
    for filter_set, names in _filters_of(cast("Any", type(argument))).items():
        values = {own: value for name, own in names.items() if (value := getattr(argument, name)) is not UNSET}
        condition &= _condition(filter_set, values)
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


def _condition(filter_set: Any, values: Mapping[str, Any]) -> Q:
    from backk_core.declare.filter_sets import changes_every_query, properties_of

    properties = properties_of(filter_set)
    given: dict[str, Given] = {}
    for name, value in values.items():
        known = properties[name]
        if known.end is None:
            given[known.filter_name] = known, value
        else:
            # both ends of a range are one filter
            given.setdefault(known.filter_name, (known, [None, None]))[1][known.end] = value
    if changes_every_query(filter_set):
        return _asked(filter_set, given)
    condition, others = Q(), {}
    for name, (known, value) in given.items():
        if known.says_what_it_does:
            found = _said(known, value)
            condition &= ~found if known.filter.exclude and found else found
        else:
            others[name] = known, value
    return condition & _asked(filter_set, others) if others else condition


# what filters say


def _said(known: FilterProperty, value: Any) -> Q:
    """Return what a filter compares a field with, an empty condition where the value is one that filters nothing."""
    field, lookup = known.filter.field_name, known.filter.lookup_expr
    if known.is_range:
        return _between(field, *_ends(known, value))
    if value is None:
        return Q(**{f"{field}__isnull": True})
    if value in ("", []):
        return Q()
    if known.chooses_entities:
        return Q(**{f"{field}__in": _as_keys(value if known.is_many else [value], known.key)})
    if known.has_alternatives:
        condition = Q()
        for each in value:
            condition |= Q(**{f"{field}__{lookup}": each})
        return condition
    return Q(**{f"{field}__{lookup}": _compared(known, value)})


def _between(field: str, low: Any, high: Any) -> Q:
    if low is not None and high is not None:
        return Q(**{f"{field}__range": (low, high)})
    return Q(**({f"{field}__gte": low} if low is not None else {f"{field}__lte": high}))


def _ends(known: FilterProperty, ends: Sequence[Any]) -> tuple[Any, Any]:
    """Return the ends of a range as the filter's form has them: a day ends at its last moment."""
    target = known.path[-1] if known.path else None
    if isinstance(target, models.DateField) and not isinstance(target, models.DateTimeField):
        return ends[0], ends[1]
    whole: slice = known.filter.field_class().compress(list(ends))
    return _reachable(whole.start), _reachable(whole.stop)


def _reachable(value: Any) -> Any:
    """Return a moment in UTC; the first or last there is, where the time zone leads beyond."""
    if not isinstance(value, datetime.datetime):
        return value
    try:
        return value.astimezone(datetime.UTC)
    except OverflowError:
        return value.replace(tzinfo=datetime.UTC)


def _compared(known: FilterProperty, value: Any) -> Any:
    if not known.path:
        return value
    field = getattr(known.path[-1], "target_field", known.path[-1])
    return _as_keys(value, field) if known.is_many else _as_keys([value], field)[0]


def _as_keys(values: Sequence[Any], field: Any) -> list[Any]:
    """Return the numbers that ids are, where a field has numbers as ids; 0, which no row has, for what is none."""
    from backk_core.declare.entities import EntityIdField

    has_numbers = isinstance(field, EntityIdField) or (field.primary_key and isinstance(field, models.IntegerField))
    return [_number(value) if has_numbers and isinstance(value, str) else value for value in values]


def _number(id: str) -> int:
    return int(id) if id.isascii() and id.isdigit() and int(id) < 2**63 else 0


# what only filters know


class _NothingChosen(Exception):
    """Ids that name nothing that may be chosen: to a filter that would be no value, which lets everything pass."""


def _asked(filter_set: Any, given: Mapping[str, Given]) -> Q:
    """Return the condition that a row is among those that a FilterSet finds for values that its form need not clean."""
    alias = conf().database
    made = _without_form(filter_set)(queryset=filter_set._meta.model._default_manager.using(alias).all())
    try:
        cleaned = {name: _cleaned(known, value, alias) for name, (known, value) in given.items()}
    except _NothingChosen:
        return Q(pk__in=[])
    made.backk_form = SimpleNamespace(cleaned_data={**dict.fromkeys(filter_set.base_filters), **cleaned})
    return Q(pk__in=made.filter_queryset(made.queryset.all()).values("pk"))


@lru_cache(maxsize=1024)
def _without_form(filter_set: Any) -> Any:
    """Return a FilterSet whose form has what was validated already."""
    return type(filter_set.__name__, (filter_set,), {"form": property(lambda made: made.backk_form)})


def _cleaned(known: FilterProperty, value: Any, alias: str) -> Any:
    if known.is_range:
        return slice(*_ends(known, value))
    if value is None:
        return known.filter.null_value
    return _chosen(known, value, alias) if known.chooses_entities else _compared(known, value)


def _chosen(known: FilterProperty, value: Any, alias: str) -> Any:
    """Return the entity of an id, or the entities of ids, as forms give them to filters."""
    ids = value if known.is_many else [value]
    choosable = known.filter.extra["queryset"].using(alias)
    found = list(choosable.filter(**{f"{known.key.name}__in": _as_keys(ids, known.key)}))
    lacks = not found or (getattr(known.filter, "conjoined", False) and len(found) < len(set(ids)))
    if ids and lacks and not known.filter.exclude:
        raise _NothingChosen
    return found if known.is_many else next(iter(found), None)
