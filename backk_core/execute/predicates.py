"""Django's conditions answered in Python, for entities that no database keeps."""

from __future__ import annotations

import datetime
import operator
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, cast

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import F, Model, Q, Value
from django.db.models.functions import Length, Lower, Upper
from django.db.models.lookups import Lookup
from django.utils import timezone

from backk_core.declare.patterns import compile_pattern
from backk_core.declare.stored_forms import StoredForm
from backk_core.execute.field_functions import simple_lower

#: A stored entity: values by the names of Django's attributes.
Row = Mapping[str, Any]
#: Finds the row of a related entity by its key.
Find = Callable[[type[Model], Any], Row | None]
#: Finds the keys that a link table names beside a key: its name, the column of that key, the other column, the key.
Linked = Callable[[str, str, str, Any], list[Any]]
#: SQL's logic has three values: None is neither true nor false, because a NULL was compared.
Truth = bool | None


class Unanswerable(NotImplementedError):
    """A condition that only a database can answer: run this test with the real store."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} needs a database: run this test with DatabaseStore instead of FakeStore")


class Predicates:
    """Answers conditions about the rows of one model; ``find`` follows its foreign keys, ``linked`` its links."""

    def __init__(self, model: type[Model], find: Find, linked: Linked) -> None:
        self._model = model
        self._find = find
        self._linked = linked

    def truth_of(self, condition: Any, row: Row) -> Truth:
        """Tell whether a Q or a lookup expression holds. Unanswerable where Python cannot tell."""
        if isinstance(condition, Q):
            return self._of_q(condition, row)
        if isinstance(condition, Lookup):
            name = cast("str", condition.lookup_name)
            return _compared(name, self.value_of(condition.lhs, row), self.value_of(condition.rhs, row))
        raise Unanswerable(repr(condition))

    def value_of(self, expression: Any, row: Row) -> Any:
        """Return what a field name or an expression amounts to in a row. Unanswerable where Python cannot tell."""
        match expression:
            case Value():
                return expression.value
            case Length() | Lower() | Upper():
                inner = self.value_of(expression.get_source_expressions()[0], row)
                return None if inner is None else _FUNCTIONS[type(expression)](inner)
            case F():
                value, _, rest = self._reached(cast("Any", expression).name.split("__"), self._model, row)
                for step in rest:
                    value = _transformed(step, value)
                return value
        if hasattr(expression, "resolve_expression"):
            raise Unanswerable(repr(expression))
        return expression

    def _of_q(self, q: Q, row: Row) -> Truth:
        self._refuse_several_about_links(q)
        truths = [
            self._of_lookup(*cast("tuple[str, Any]", child), row)
            if isinstance(child, tuple)
            else self.truth_of(child, row)
            for child in q.children
        ]
        if q.connector == Q.AND:
            truth = False if False in truths else None if None in truths else True
        elif q.connector == Q.OR:
            truth = True if True in truths else None if None in truths else not truths
        else:
            truth = sum(truth is True for truth in truths) % 2 == 1
        # what is unknown is not true, so that its opposite is
        return truth is not True if q.negated else truth

    def _refuse_several_about_links(self, q: Q) -> None:
        # a database asks them of one and the same linked row
        asked = [child[0].split("__")[0] for child in q.children if isinstance(child, tuple)]
        for name in {name for name in asked if asked.count(name) > 1}:
            if self._link_of(name) is not None:
                raise Unanswerable(f"{name}: several conditions on one link")

    def _link_of(self, name: str) -> Any:
        """Return the many-to-many field of a name, None where it is none."""
        return next((field for field in self._model._meta.many_to_many if field.name == name), None)

    def _of_linked(self, field: Any, rest: list[str], wanted: Any, row: Row) -> Truth:
        """Tell whether any row at the end of a link is as wanted."""
        link = field.m2m_db_table(), field.m2m_column_name(), field.m2m_reverse_name()
        keys = self._linked(*link, row[cast("Any", self._model._meta.pk).attname])
        found = [at_end for key in keys if (at_end := self._find(field.related_model, key)) is not None]
        at_links = Predicates(field.related_model, self._find, self._linked)
        path = "__".join(rest if rest and rest[0] not in _LOOKUPS else ["pk", *rest])
        return any(at_links._of_lookup(path, wanted, at_end) is True for at_end in found)

    def _of_lookup(self, path: str, wanted: Any, row: Row) -> Truth:
        name, *beyond = path.split("__")
        if (linked := self._link_of(name)) is not None:
            if beyond == ["isnull"]:
                raise Unanswerable(path)
            return self._of_linked(linked, beyond, wanted, row)
        value, field, rest = self._reached(path.split("__"), self._model, row)
        while len(rest) > 1 or (rest and rest[0] in _TRANSFORMS):
            value, field = _transformed(rest[0], value), None
            rest = rest[1:]
        lookup = rest[0] if rest else "exact"
        if isinstance(field, StoredForm) and wanted is not None:
            # FieldError where the database could not be asked either
            cast("Any", field).get_lookup(lookup)
        if isinstance(wanted, F | Value | Length | Lower | Upper):
            wanted = self.value_of(wanted, row)
        elif hasattr(wanted, "resolve_expression") or hasattr(wanted, "query"):
            raise Unanswerable(f"{path}={wanted!r}")
        else:
            wanted = _read(lookup, wanted, field)
        return _compared(lookup, value, wanted)

    def _reached(self, steps: list[str], model: type[Model], row: Row) -> tuple[Any, Any, list[str]]:
        """Follow a path over foreign keys; return the value there, its field, and the steps that are left."""
        name, *rest = steps
        try:
            field: Any = model._meta.pk if name == "pk" else model._meta.get_field(name)
        except FieldDoesNotExist:
            field = next((known for known in model._meta.concrete_fields if known.attname == name), None)
            if field is None:
                raise Unanswerable(f"{model.__name__} has no field {name!r}; a condition on it") from None
            return row[field.attname], field.target_field, rest
        if not field.concrete or field.many_to_many:
            raise Unanswerable(f"{name}: a condition on the many sides of a relation")
        value = row.get(field.attname)
        related = field.related_model
        if related is None or not rest or rest[0] in _LOOKUPS:
            return value, getattr(field, "target_field", field), rest
        if rest in (["pk"], [related._meta.pk.name]):
            return value, field.target_field, []
        found = None if value is None else self._find(related, value)
        return (None, None, rest[1:]) if found is None else self._reached(rest, related, found)


def _read(lookup: str, wanted: Any, field: Any) -> Any:
    """Return what is compared with, in the type of the field's values."""
    if lookup in ("in", "range"):
        return [_read("exact", item, field) for item in wanted]
    if isinstance(wanted, Model):
        return wanted.pk
    if field is None or wanted is None or lookup not in _TYPED:
        return wanted
    try:
        return field.to_python(field.get_prep_value(wanted))
    except (ValidationError, ValueError, TypeError):
        return _NOTHING


def _transformed(name: str, value: Any) -> Any:
    if name not in _TRANSFORMS:
        raise Unanswerable(f"the transform {name!r}")
    if isinstance(value, datetime.datetime):
        value = timezone.localtime(value)
    return None if value is None else _TRANSFORMS[name](value)


def _compared(lookup: str, value: Any, wanted: Any) -> Truth:
    if lookup == "isnull" or (lookup in ("exact", "iexact") and wanted is None):
        return (value is None) is (lookup != "isnull" or bool(wanted))
    if lookup not in _LOOKUPS:
        raise Unanswerable(f"the lookup {lookup!r}")
    if value is None or wanted is None:
        return None
    if wanted is _NOTHING:
        return False
    return bool(_LOOKUPS[lookup](value, wanted))


def _lower(value: Any) -> str:
    return simple_lower(str(value)) or ""


#: Stands for a value that no field of its type can have; it is equal to nothing.
_NOTHING = object()
_TYPED = {"exact", "gt", "gte", "lt", "lte"}
_FUNCTIONS: Mapping[type, Callable[[Any], Any]] = MappingProxyType({Length: len, Lower: str.lower, Upper: str.upper})

_LOOKUPS: Mapping[str, Callable[[Any, Any], Any]] = MappingProxyType(
    {
        "exact": operator.eq,
        "gt": operator.gt,
        "gte": operator.ge,
        "lt": operator.lt,
        "lte": operator.le,
        "in": lambda value, wanted: value in wanted,
        "range": lambda value, wanted: wanted[0] <= value <= wanted[1],
        "isnull": lambda value, wanted: (value is None) is bool(wanted),
        "iexact": lambda value, wanted: _lower(value) == _lower(wanted),
        "contains": lambda value, wanted: str(wanted) in str(value),
        "icontains": lambda value, wanted: _lower(wanted) in _lower(value),
        "startswith": lambda value, wanted: str(value).startswith(str(wanted)),
        "istartswith": lambda value, wanted: _lower(value).startswith(_lower(wanted)),
        "endswith": lambda value, wanted: str(value).endswith(str(wanted)),
        "iendswith": lambda value, wanted: _lower(value).endswith(_lower(wanted)),
        "regex": lambda value, wanted: compile_pattern(wanted).search(str(value)),
        "iregex": lambda value, wanted: compile_pattern(f"(?i){wanted}").search(str(value)),
    }
)
_TRANSFORMS: Mapping[str, Callable[[Any], Any]] = MappingProxyType(
    {
        "year": lambda value: value.year,
        "quarter": lambda value: (value.month + 2) // 3,
        "month": lambda value: value.month,
        "day": lambda value: value.day,
        "week": lambda value: value.isocalendar().week,
        # Sunday is 1, as Django has it
        "week_day": lambda value: value.isoweekday() % 7 + 1,
        "iso_week_day": lambda value: value.isoweekday(),
        "date": lambda value: value.date(),
        "time": lambda value: value.time(),
        "hour": lambda value: value.hour,
        "minute": lambda value: value.minute,
        "second": lambda value: value.second,
    }
)
