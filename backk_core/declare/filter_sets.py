"""What django-filter's FilterSets amount to: the properties of arguments."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, Literal, TypeAlias

import django_filters
from django.db import models
from django.db.models import QuerySet
from django.db.models.fields.related import ForeignObjectRel
from django_filters import filters
from django_filters.utils import get_field_parts, label_for_filter, resolve_field

#: A subclass of django_filters.FilterSet, which has no types.
FilterSetClass: TypeAlias = Any

#: What a filter's values are; a follower's are what its model field's are.
ValueType = Literal["text", "number", "boolean", "date", "timestamp", "time", "uuid", "choice", "follower", "id"]

#: Filter classes and what their values are; the first that a filter is an instance of counts. None: no argument can
#: carry them.
_TYPES: tuple[tuple[type[filters.Filter], ValueType | None], ...] = (
    (filters.OrderingFilter, None),
    (filters.LookupChoiceFilter, None),
    (filters.NumericRangeFilter, None),
    (filters.DateFromToRangeFilter, "date"),
    (filters.DateTimeFromToRangeFilter, "timestamp"),
    (filters.IsoDateTimeFromToRangeFilter, "timestamp"),
    (filters.TimeRangeFilter, "time"),
    (filters.RangeFilter, "number"),
    (filters.ModelMultipleChoiceFilter, "id"),
    (filters.ModelChoiceFilter, "id"),
    (filters.AllValuesFilter, "follower"),
    (filters.AllValuesMultipleFilter, "follower"),
    (filters.ChoiceFilter, "choice"),
    (filters.TypedChoiceFilter, "choice"),
    (filters.MultipleChoiceFilter, "choice"),
    (filters.BooleanFilter, "boolean"),
    (filters.CharFilter, "text"),
    (filters.NumberFilter, "number"),
    (filters.DateFilter, "date"),
    (filters.DateTimeFilter, "timestamp"),
    (filters.TimeFilter, "time"),
    (filters.UUIDFilter, "uuid"),
)
#: Lookups whose value is a pattern, by which a caller could keep the database busy.
_PATTERNS = frozenset({"regex", "iregex"})
#: What filters do that do nothing of their own.
_KNOWN_WAYS: tuple[Any, ...] = (
    filters.Filter.filter,
    filters.ChoiceFilter.filter,
    filters.MultipleChoiceFilter.filter,
    filters.RangeFilter.filter,
)
_PREDICATE = filters.MultipleChoiceFilter.get_filter_predicate
_NOOP = filters.MultipleChoiceFilter.is_noop
_CSV_HELP = str(filters.BaseCSVFilter().extra["help_text"])


def is_filter_set(cls: Any) -> bool:
    """Tell whether a class is a FilterSet."""
    return isinstance(cls, type) and issubclass(cls, django_filters.FilterSet)


class Uncarried(Exception):
    """A filter that no argument can carry; the message says why, ``hint`` what to write instead."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint
        #: Set by whoever knows it.
        self.filter_name = ""


@dataclass(frozen=True)
class FilterProperty:
    """One property of an argument: a filter of a FilterSet, or one end of a range."""

    filter_set: FilterSetClass
    filter_name: str
    filter: filters.Filter
    #: 0 for where a range begins, 1 for where it ends, None for what is no range.
    end: int | None = None

    @property
    def model(self) -> type[models.Model]:
        model: type[models.Model] = self.filter_set._meta.model
        return model

    @property
    def is_required(self) -> bool:
        return bool(self.filter.extra.get("required")) and self.end is None

    @property
    def is_declared(self) -> bool:
        """Whether it is written in the class, and does not follow from ``Meta.fields``."""
        return self.filter_name in self.filter_set.declared_filters

    @property
    def value_type(self) -> ValueType:
        """What its values are. Uncarried where no argument can have them."""
        if self.model is None:
            raise Uncarried("is of a FilterSet without model", "class Meta: model = …")
        if isinstance(self.filter, filters.OrderingFilter):
            raise Uncarried("orders, which PostQueryOperations does", "take it out: callers send sortBys")
        if not self.filter.method and _PATTERNS & set(self.filter.lookup_expr.split("__")):
            raise Uncarried("takes a pattern, which could keep the database busy", 'lookup_expr="icontains"')
        if callable(self.filter.extra.get("queryset")):
            hint = f"{self.filter_name} = django_filters.ModelChoiceFilter(queryset=…objects.all())"
            raise Uncarried("asks a web request for its choices, and a call has none", hint)
        known = next((found for cls, found in _TYPES if isinstance(self.filter, cls)), None)
        if known is None or (isinstance(self.filter, filters.BaseCSVFilter) and not self.is_many):
            title = type(self.filter).__name__
            raise Uncarried(f"is a {title}, whose values no argument can carry", _instead(self.filter_name))
        return known

    @property
    def is_many(self) -> bool:
        """Whether its value is an array."""
        return isinstance(self.filter, filters.MultipleChoiceFilter | filters.BaseInFilter | filters.BaseRangeFilter)

    @property
    def is_pair(self) -> bool:
        """Whether its value is an array of two: where a range begins, and where it ends."""
        return isinstance(self.filter, filters.BaseRangeFilter)

    @property
    def is_range(self) -> bool:
        """Whether it is one end of a range."""
        return self.end is not None

    @property
    def chooses_entities(self) -> bool:
        """Whether its values are ids of the entities of a queryset."""
        return isinstance(self.filter, filters.ModelChoiceFilter | filters.ModelMultipleChoiceFilter)

    @property
    def has_alternatives(self) -> bool:
        """Whether it finds what has any of several values, or all of them."""
        return isinstance(self.filter, filters.MultipleChoiceFilter)

    @cached_property
    def says_what_it_does(self) -> bool:
        """Whether it compares a field of the model itself with its value, and runs no code of its own."""
        known, path = type(self.filter), self.path
        return (
            not self.filter.method
            and known.filter in _KNOWN_WAYS
            and known.get_method is filters.Filter.get_method
            and getattr(known, "get_filter_predicate", _PREDICATE) is _PREDICATE
            and getattr(known, "is_noop", _NOOP) is _NOOP
            and not getattr(self.filter, "conjoined", False)
            and len(path) == 1
            and bool(getattr(path[0], "concrete", False))
            and not path[0].many_to_many
            and (not self.chooses_entities or self._lets_choose_all)
        )

    @property
    def _lets_choose_all(self) -> bool:
        queryset = self.filter.extra.get("queryset")
        whole = isinstance(queryset, QuerySet) and not queryset.query.where and not queryset.query.is_sliced
        return whole and self.filter.lookup_expr == "exact"

    @property
    def choices(self) -> list[Any] | None:
        """The values that it may have, None where they are not listed."""
        listed = self.filter.extra.get("choices")
        if listed is None:
            return None
        coerce: Callable[[Any], Any] = self.filter.extra.get("coerce") or (lambda value: value)
        return [coerce(value) for value in _flat(listed() if callable(listed) else listed)]

    @property
    def takes_null(self) -> bool:
        """Whether null is one of its choices."""
        return self.filter.extra.get("null_label") is not None and not self.is_many

    @property
    def path(self) -> list[Any]:
        """The model fields that its name leads along, empty where it leads nowhere."""
        name = self.filter.field_name
        return list(get_field_parts(self.model, name) or ()) if isinstance(name, str) else []

    @property
    def key(self) -> Any:
        """The field by whose values the entities that it chooses are named."""
        meta = self.filter.extra["queryset"].model._meta
        return meta.get_field(self.filter.extra.get("to_field_name") or meta.pk.name)

    @property
    def target(self) -> tuple[Any, str | None]:
        """The model field that its values are compared with (None where there is none), and the lookup's last name."""
        path, lookup = self.path, self.filter.lookup_expr
        if not path or isinstance(path[-1], ForeignObjectRel):
            return None, lookup
        if self.filter.method or self.end is not None:
            return path[-1], "exact"
        field, name = resolve_field(path[-1], lookup)
        return field, str(name)

    @property
    def transform(self) -> str | None:
        """The function of the model field that its values are compared with: ``year``; None where it is the field."""
        names: list[str] = self.filter.lookup_expr.split("__")
        target, _ = self.target
        if target is None or self.filter.method or self.end is not None or target is self.path[-1]:
            return None
        return next((name for name in reversed(names) if self.path[-1].get_transform(name) is not None), names[0])

    @property
    def documentation(self) -> str:
        """What the filter says of itself: its help text, else its label."""
        said = str(self.filter.extra.get("help_text") or "")
        if said and said != _CSV_HELP:
            return said
        declared: Any = vars(self.filter).get("_label")
        lookup = None if isinstance(self.filter, filters.RangeFilter) else self.filter.lookup_expr
        label = declared or label_for_filter(self.model, self.filter.field_name, lookup, self.filter.exclude)
        if str(label).startswith("["):
            return ""
        return f"{label}: {('from', 'to')[self.end]}" if self.end is not None else str(label)


def _instead(name: str) -> str:
    return f"{name} = django_filters.CharFilter(…, validators=[max_length(64), is_any_string])"


def _flat(choices: Iterable[Any]) -> Iterator[Any]:
    for value, label in choices:
        if isinstance(label, list | tuple):
            yield from _flat(label)
        else:
            yield value


@lru_cache(maxsize=1024)
def properties_of(filter_set: FilterSetClass) -> Mapping[str, FilterProperty]:
    """Return the properties that a FilterSet amounts to, by their Python names: ``price__gte`` is ``price_gte``.

    TypeError where two of them have one name.
    """
    found: dict[str, FilterProperty] = {}
    for name, known in filter_set.base_filters.items():
        plain = name.replace("__", "_")
        if isinstance(known, filters.RangeFilter):
            suffixes = known.field_class.widget.suffixes
            named = {
                f"{plain}_{suffix}": FilterProperty(filter_set, name, known, end) for end, suffix in enumerate(suffixes)
            }
        else:
            named = {plain: FilterProperty(filter_set, name, known)}
        for each in named.keys() & found.keys():
            raise TypeError(f"{filter_set.__name__}: two filters are {each!r}; rename one of them")
        found |= named
    return found


def changes_every_query(filter_set: FilterSetClass) -> bool:
    """Tell whether a FilterSet does more to a queryset than its filters do."""
    return bool(filter_set.filter_queryset is not django_filters.FilterSet.filter_queryset)
