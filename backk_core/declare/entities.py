"""Entities: Django models whose every field has an access mode, their base parts, and the field kinds Django lacks."""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.base import ModelBase, ModelState
from django.db.models.functions import Length
from django.db.models.lookups import GreaterThanOrEqual
from django.utils import timezone

from backk_core.declare.access import create_only, private, read_only, read_update, read_write
from backk_core.declare.stored_forms import adapted
from backk_core.declare.validators import (
    IsIn,
    PatternError,
    Validator,
    array_max_size,
    array_min_size,
    array_unique,
    between,
    from_django,
    is_ascii,
    is_external_id,
    is_subject,
)

if TYPE_CHECKING:
    AnyField = models.Field[Any, Any]
    _BigIntegerField = models.BigIntegerField[Any, Any]
    _CharField = models.CharField[Any, Any]
    _DateTimeField = models.DateTimeField[Any, Any]
else:
    # Django's fields are generic for type checkers only
    AnyField = models.Field
    _BigIntegerField = models.BigIntegerField
    _CharField = models.CharField
    _DateTimeField = models.DateTimeField

E = TypeVar("E", bound=models.Model)
F = TypeVar("F")

#: The largest integer that every JSON reader keeps exactly (RFC 8259, section 6).
MAX_SAFE_INTEGER = 9_007_199_254_740_991


class EntityIdField(_BigIntegerField):
    """The id of another entity, without a foreign key: a string of digits on the wire."""


class ExternalIdField(_CharField):
    """The id that an external system gave: any string but the empty one."""

    default_validators = [*_CharField.default_validators, is_external_id]


class LocalIdField(_CharField):
    """A sub-entity's own id within its parent: at most 24 hexadecimal digits, "0", "1", … where nobody gives one."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("max_length", 24)
        options.setdefault("default", "")
        super().__init__(**options)


class TimestampField(_DateTimeField):
    """A moment in UTC, kept to the millisecond, so that a returned one is never stale when it is sent back."""

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = super().pre_save(model_instance, add)
        if isinstance(value, datetime.datetime):
            value = truncated(value)
            setattr(model_instance, self.attname, value)
        return value

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return truncated(value) if isinstance(value, datetime.datetime) else value


def truncated(moment: datetime.datetime) -> datetime.datetime:
    """Return the moment without what is below its milliseconds."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def now() -> datetime.datetime:
    """Return the present moment in UTC, to the millisecond."""
    return truncated(timezone.now())


class ArrayField(AnyField):
    """An array of primitive values: a native array on PostgreSQL, JSON text elsewhere.

    ``base_field`` says what the elements are, ``max_size`` how many there may be, ``min_size`` how few.
    """

    empty_strings_allowed = False
    description = "Array of primitive values"

    def __init__(
        self,
        base_field: AnyField,
        *,
        max_size: int | None = None,
        min_size: int = 0,
        unique_elements: bool = False,
        **options: Any,
    ) -> None:
        self.base_field, self.max_size, self.min_size = base_field, max_size, min_size
        self.unique_elements = unique_elements
        if not min_size and not options.get("null"):
            options.setdefault("default", list)
        super().__init__(**options)

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        name, _, arguments, options = super().deconstruct()
        options |= {"base_field": self.base_field.clone(), "max_size": self.max_size, "min_size": self.min_size}
        if self.unique_elements:
            options["unique_elements"] = True
        return name, "backk_core.models.ArrayField", arguments, options

    def db_type(self, connection: BaseDatabaseWrapper) -> str | None:
        if connection.vendor == "postgresql":
            return f"{self.base_field.db_type(connection)}[]"
        return models.JSONField().db_type(connection) if connection.vendor == "sqlite" else "longtext"

    def get_db_prep_value(self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False) -> Any:
        if value is None:
            return None
        # -0.0 is kept as 0
        elements = [
            self.base_field.get_db_prep_value(element + 0.0 if isinstance(element, float) else element, connection)
            for element in value
        ]
        return elements if connection.vendor == "postgresql" else json.dumps(elements, default=str)

    def from_db_value(self, value: Any, expression: Any, connection: BaseDatabaseWrapper) -> Any:
        if value is None:
            return None
        elements = json.loads(value) if isinstance(value, str | bytes) else value
        return [self.base_field.to_python(element) for element in elements]

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            value = json.loads(value)
        return None if value is None else [self.base_field.to_python(element) for element in value]

    def value_to_string(self, obj: models.Model) -> str:
        return json.dumps(self.value_from_object(obj), default=str)

    def validate(self, value: Any, model_instance: models.Model | None) -> None:
        super().validate(value, model_instance)
        for rule in self.rules if value is not None else ():
            rule(value)
        for element in value or ():
            self.base_field.clean(element, model_instance)

    @property
    def rules(self) -> list[Validator]:
        """What must be true of the array as a whole."""
        size = [array_max_size(self.max_size)] if self.max_size is not None else []
        return [
            *size,
            *([array_min_size(self.min_size)] if self.min_size else []),
            *([array_unique] if self.unique_elements else []),
        ]


def array_of(base_field: AnyField, *, max: int, min: int = 0, unique: bool = False, **options: Any) -> ArrayField:
    """Declare an array of primitives of ``min`` to ``max`` elements, ``unique`` where no two may be equal."""
    return ArrayField(base_field, max_size=max, min_size=min, unique_elements=unique, **options)


class _Transient:
    """A property that travels but is never stored; Django's field says what values it takes."""

    def __init__(self, field: AnyField) -> None:
        self.field = field
        if (access := getattr(field, "backk_access", None)) is not None:
            self.backk_access = access

    def contribute_to_class(self, cls: type[models.Model], name: str) -> None:
        self.field.set_attributes_from_name(name)
        cast(Any, self.field).backk_access = getattr(self, "backk_access", None)
        own: dict[str, Any] = vars(cls).get("backk_transients", {})
        cast(Any, cls).backk_transients = {**own, name: self.field}
        # a property, so that Model(**{name: value}) accepts it
        setattr(cls, name, property(self._value_in, lambda entity, value: entity.__dict__.update({name: value})))

    def _value_in(self, entity: models.Model) -> Any:
        values = entity.__dict__
        return values[self.field.name] if self.field.name in values else self.field.get_default()


def changes_to(entity_type: type[E], id: str | int, **values: Any) -> E:
    """Return an entity that has nothing but an id and these values, so that ``store.update`` writes no others.

    TypeError where the entity has no such field.
    """
    meta = entity_type._meta
    known = {field.attname for field in meta.concrete_fields} | getattr(entity_type, "backk_relations", {}).keys()
    if unknown := sorted(values.keys() - known):
        raise TypeError(f"{entity_type.__name__} has no field {', '.join(unknown)}; it has {', '.join(sorted(known))}")
    changes = entity_type.__new__(entity_type)
    changes._state = ModelState()
    changes._state.adding = False
    changes.__dict__.update(values | {cast(Any, meta.pk).attname: id})
    return changes


def transient(field: F) -> F:
    """Make a field that is validated and handed over, but has no column."""
    return cast(F, _Transient(cast(AnyField, field)))


class EntityBase(ModelBase):
    """Gathers an entity's transients and relations, adds CHECK constraints of bounds, and lets apps adapt fields."""

    def __new__(mcls, name: str, bases: tuple[type, ...], namespace: dict[str, Any], **options: Any) -> Any:
        cls: Any = super().__new__(mcls, name, bases, namespace, **options)
        # a base that has none must not hide those of the next one
        for gathered in ("backk_transients", "backk_relations"):
            found = (item for base in reversed(cls.__mro__) for item in vars(base).get(gathered, {}).items())
            setattr(cls, gathered, dict(found))
        meta = cls._meta
        if not meta.abstract and not meta.proxy:
            implied = [c for field in meta.local_fields if (c := _constraint_of(field, cls)) is not None]
            if implied:
                meta.constraints = [*meta.constraints, *implied]
                # what the migration autodetector looks at
                meta.original_attrs["constraints"] = meta.constraints
            for field_name, relation in cls.backk_relations.items():
                relation.attach(cls, field_name)
        return cls

    def add_to_class(cls, name: str, value: Any) -> None:
        """Add what a class body or an abstract base has; Django calls it for each attribute."""
        meta = getattr(cls, "_meta", None)
        if isinstance(value, models.Field) and meta is not None and not meta.abstract and not meta.proxy:
            value = adapted(cls, name, value)
        super().add_to_class(name, value)


def _constraint_of(field: AnyField, entity: type[models.Model]) -> models.CheckConstraint | None:
    """Return the CHECK constraint that a column's validators and choices amount to, None where they amount to none."""
    condition: Any = None
    bounds, values = _bounds(field), _enumerated(field)
    is_text = isinstance(field, models.CharField | models.TextField)
    if field.primary_key or (field.name == "version" and issubclass(entity, HasVersion)):
        return None
    if values:
        condition = models.Q(**{f"{field.name}__in": values})
    elif isinstance(field, models.IntegerField | models.FloatField | models.DecimalField):
        limits = {
            f"{field.name}__{lookup}": bounds[keyword]
            for keyword, lookup in (("ge", "gte"), ("gt", "gt"), ("le", "lte"), ("lt", "lt"))
            if keyword in bounds
        }
        condition = models.Q(**limits) if limits else None
    elif is_text and bounds.get("min_length"):
        condition = GreaterThanOrEqual(Length(field.name), bounds["min_length"])
    if condition is not None and is_text and field.blank:
        # Django's word for a text that may be left out
        condition = models.Q(condition) | models.Q(**{field.name: ""})
    if condition is None:
        return None
    return models.CheckConstraint(
        condition=condition, name=short_name(f"{entity._meta.db_table}_{field.column}_bounds")
    )


def _enumerated(field: AnyField) -> list[Any]:
    """Return the only values that a field's choices or validators allow; none where they do not enumerate them."""
    if field.choices:
        return [value for value, _ in field.flatchoices]
    found = next((rule for rule in declared_validators(field) if type(rule) is IsIn), None)
    return list(found.values) if found is not None else []


def declared_validators(field: AnyField) -> list[Any]:
    """Return the validators that a field was given; ``validators`` would ask a database connection for more."""
    return [*field.default_validators, *cast(Any, field)._validators]  # noqa: SLF001


def _bounds(field: AnyField) -> dict[str, Any]:
    """Return the tightest bounds that a field's own validators say, by the keywords of msgspec.Meta."""
    tightest: dict[str, Any] = {}
    for declared in declared_validators(field):
        try:
            rule = from_django(declared)
        except PatternError:
            # a check tells where it stands
            continue
        for keyword, bound in rule.native.items() if rule is not None else ():
            choose = max if keyword in ("ge", "gt", "min_length") else min
            tightest[keyword] = choose(tightest[keyword], bound) if keyword in tightest else bound
    return tightest


def short_name(name: str) -> str:
    """Return a name of at most 60 characters, the same each time."""
    return name if len(name) <= 60 else f"{name[:50]}_{hashlib.sha256(name.encode()).hexdigest()[:9]}"


class Entity(models.Model, metaclass=EntityBase):
    """A thing that is kept: a Django model with an ``_id``; every field has an access mode and bounds."""

    id = read_update(models.BigAutoField(primary_key=True))
    backk_transients: ClassVar[dict[str, AnyField]] = {}
    backk_relations: ClassVar[dict[str, Any]] = {}

    class Meta:
        abstract = True


class HasVersion(models.Model):
    """Counts the changes of an entity: a stale ``version`` that is sent with an update is refused."""

    version = read_update(models.BigIntegerField(default=1, validators=[between(-1, MAX_SAFE_INTEGER)]))

    class Meta:
        abstract = True


class HasCreatedAtTimestamp(models.Model):
    """Remembers when an entity was made."""

    created_at_timestamp = read_only(TimestampField(default=now, editable=False))

    class Meta:
        abstract = True


class HasLastModifiedTimestamp(models.Model):
    """Remembers when an entity was last changed: a stale one that is sent with an update is refused."""

    last_modified_timestamp = read_update(TimestampField(default=now, editable=False))

    class Meta:
        abstract = True


class HasTimestamps(HasCreatedAtTimestamp, HasLastModifiedTimestamp):
    """Remembers when an entity was made and last changed."""

    class Meta:
        abstract = True


class HasOwner(models.Model):
    """Belongs to a user account."""

    user_account_id = read_write(EntityIdField(db_index=True))

    class Meta:
        abstract = True


class HasTenant(models.Model):
    """Belongs to a tenant, which is that of the caller's token: set when the row is made, compared ever after."""

    tenant_id = private(EntityIdField(db_index=True))

    class Meta:
        abstract = True


class HasCaptchaToken(models.Model):
    """Wants a captcha token when it is made."""

    # as long as any provider makes them
    captcha_token = create_only(transient(models.CharField(max_length=8192, validators=[is_ascii])))

    class Meta:
        abstract = True


class HasSubject(models.Model):
    """A user account: ``subject`` is whom the token's ``sub`` names."""

    subject = create_only(models.CharField(max_length=255, unique=True, validators=[is_subject]))

    class Meta:
        abstract = True


__all__ = [
    "ArrayField",
    "Entity",
    "EntityIdField",
    "ExternalIdField",
    "HasCaptchaToken",
    "HasCreatedAtTimestamp",
    "HasLastModifiedTimestamp",
    "HasOwner",
    "HasSubject",
    "HasTenant",
    "HasTimestamps",
    "HasVersion",
    "LocalIdField",
    "TimestampField",
    "array_of",
    "changes_to",
    "transient",
]
