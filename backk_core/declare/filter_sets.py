"""What django-filter's FilterSets amount to: properties of arguments, and conditions of the values that were sent."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import SimpleNamespace
from typing import Any, Literal, TypeAlias

import django_filters
from django.db import models
from django.db.models import Q, QuerySet
from django.db.models.fields.related import ForeignObjectRel
from django_filters import filters
from django_filters.constants import EMPTY_VALUES
from django_filters.utils import get_field_parts, label_for_filter, resolve_field

FilterSetClass: TypeAlias = type[django_filters.FilterSet]

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
        if not isinstance(self.filter.field_name, str):
            return []
        return list(get_field_parts(self.model, self.filter.field_name) or ())

    @property
    def target(self) -> tuple[Any, str | None]:
        """The model field that its values are compared with (None where there is none), and the lookup's last name."""
        path, lookup = self.path, self.filter.lookup_expr
        if not path or isinstance(path[-1], ForeignObjectRel):
            return None, lookup
        if self.filter.method or self.end is not None:
            return path[-1], "exact"
        return resolve_field(path[-1], lookup)

    @property
    def transform(self) -> str | None:
        """The function of the model field that its values are compared with: ``year``; None where it is the field."""
        names = self.filter.lookup_expr.split("__")
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


# conditions


def condition_of_values(filter_set: FilterSetClass, values: Mapping[str, Any], alias: str) -> Q:
    """Return the condition of values that were sent, by names of properties; all of them were validated.

    What the filters do with a field of the model is said as it is; what only they know becomes the keys of their
    queryset.
    """
    given: dict[str, Any] = {}
    for name, value in values.items():
        known = properties_of(filter_set)[name]
        if known.end is None:
            given[known.filter_name] = value
        else:
            given.setdefault(known.filter_name, [None, None])[known.end] = value
    condition, others = Q(), {}
    for name, value in given.items():
        found = _said(filter_set, name, value)
        if found is None:
            others[name] = value
        else:
            condition &= found
    if others or filter_set.filter_queryset is not django_filters.FilterSet.filter_queryset:
        asked = others if filter_set.filter_queryset is django_filters.FilterSet.filter_queryset else given
        condition &= Q(pk__in=_queryset(filter_set, asked, alias).values("pk"))
    return condition


def _said(filter_set: FilterSetClass, name: str, value: Any) -> Q | None:
    """Return the condition of one filter, None where only its own code knows it."""
    known = filter_set.base_filters[name]
    if not _says_what_it_does(filter_set, name):
        return None
    field = known.field_name
    if isinstance(known, filters.RangeFilter):
        return _negated(known, _range(filter_set, known, value))
    if isinstance(known, filters.ModelChoiceFilter | filters.ModelMultipleChoiceFilter):
        keys = _keys(value) if isinstance(value, list) else [_key(value)]
        condition = Q(**{f"{field}__in": keys}) if value is not None else Q(**{f"{field}__isnull": True})
        return _negated(known, condition) if value != [] else Q()
    if isinstance(known, filters.MultipleChoiceFilter):
        joined = Q()
        for each in value:
            joined |= Q(**{f"{field}__{known.lookup_expr}": each})
        return _negated(known, joined) if value else Q()
    if value is None:
        return _negated(known, Q(**{f"{field}__isnull": True}))
    if value in EMPTY_VALUES:
        return Q()
    return _negated(known, Q(**{f"{field}__{known.lookup_expr}": _compared(filter_set, known, value)}))


@lru_cache(maxsize=4096)
def _says_what_it_does(filter_set: FilterSetClass, name: str) -> bool:
    known = filter_set.base_filters[name]
    ways = type(known)
    path = get_field_parts(filter_set._meta.model, known.field_name) or ()
    plain_choices = True
    if isinstance(known, filters.ModelChoiceFilter | filters.ModelMultipleChoiceFilter):
        # what may be chosen is all there is
        queryset = known.extra.get("queryset")
        plain_choices = isinstance(queryset, QuerySet) and not queryset.query.where and not queryset.query.is_sliced
        plain_choices = plain_choices and known.lookup_expr == "exact"
    return (
        not known.method
        and ways.filter in _KNOWN_WAYS
        and ways.get_method is filters.Filter.get_method
        and getattr(ways, "get_filter_predicate", _PREDICATE) is _PREDICATE
        and getattr(ways, "is_noop", _NOOP) is _NOOP
        and not getattr(known, "conjoined", False)
        and len(path) == 1
        and getattr(path[0], "concrete", False)
        and not path[0].many_to_many
        and plain_choices
        and filter_set.filter_queryset is django_filters.FilterSet.filter_queryset
    )


_PREDICATE = filters.MultipleChoiceFilter.get_filter_predicate
_NOOP = filters.MultipleChoiceFilter.is_noop


def _negated(known: filters.Filter, condition: Q) -> Q:
    return ~condition if known.exclude and condition else condition


def _range(filter_set: FilterSetClass, known: filters.RangeFilter, ends: Sequence[Any]) -> Q:
    low, high = _compressed(filter_set, known, ends)
    field = known.field_name
    if low is not None and high is not None:
        return Q(**{f"{field}__range": (low, high)})
    return Q(**({f"{field}__gte": low} if low is not None else {f"{field}__lte": high}))


def _compressed(filter_set: FilterSetClass, known: filters.RangeFilter, ends: Sequence[Any]) -> tuple[Any, Any]:
    """Return the ends of a range as the filter's form has them: a day ends at its last moment."""
    path = get_field_parts(filter_set._meta.model, known.field_name) or ()
    target = path[-1] if path else None
    if isinstance(target, models.DateField) and not isinstance(target, models.DateTimeField):
        return ends[0], ends[1]
    whole: slice = known.field_class().compress(list(ends))
    return whole.start, whole.stop


def _compared(filter_set: FilterSetClass, known: filters.Filter, value: Any) -> Any:
    path = get_field_parts(filter_set._meta.model, known.field_name) or ()
    is_key = bool(path) and (path[-1].primary_key or path[-1].is_relation)
    return (_keys(value) if isinstance(value, list) else _key(value)) if is_key else value


def _keys(ids: Iterable[Any]) -> list[Any]:
    return [_key(id) for id in ids]


def _key(id: Any) -> Any:
    """Return the key that an id is; 0, which no row has, where it is none."""
    if isinstance(id, uuid.UUID | int | datetime.date):
        return id
    text = str(id)
    return int(text) if text.isascii() and text.isdigit() and int(text) < 2**63 else 0


def _queryset(filter_set: FilterSetClass, values: Mapping[str, Any], alias: str) -> QuerySet[Any]:
    """Return what a FilterSet makes of values as its form would have cleaned them."""
    made = _without_form(filter_set)(queryset=filter_set._meta.model._default_manager.using(alias).all())
    cleaned = {name: _cleaned(filter_set, name, values.get(name), alias) for name in filter_set.base_filters}
    made.backk_form = SimpleNamespace(cleaned_data=cleaned)
    found: QuerySet[Any] = made.filter_queryset(made.queryset.all())
    return found


@lru_cache(maxsize=1024)
def _without_form(filter_set: FilterSetClass) -> Any:
    """Return a FilterSet whose form has what was validated already."""
    return type(filter_set.__name__, (filter_set,), {"form": property(lambda made: made.backk_form)})


def _cleaned(filter_set: FilterSetClass, name: str, value: Any, alias: str) -> Any:
    known = filter_set.base_filters[name]
    if isinstance(known, filters.RangeFilter):
        return slice(*_compressed(filter_set, known, value)) if value is not None else None
    if value is None:
        return None
    if isinstance(known, filters.ModelChoiceFilter | filters.ModelMultipleChoiceFilter):
        to_field = known.extra.get("to_field_name") or "pk"
        choosable = known.extra["queryset"].using(alias)
        if isinstance(value, list):
            return choosable.filter(**{f"{to_field}__in": _keys(value)})
        # an id that cannot be chosen is nobody's, as any other that does not exist
        return choosable.filter(**{to_field: _key(value)}).first() or choosable.model(pk=0)
    return _compared(filter_set, known, value)
