"""The fields that stand in a table for encrypted and hashed ones, and how they come there."""

from __future__ import annotations

import datetime
import decimal
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, NoReturn, cast

import msgspec
from django.core.exceptions import EmptyResultSet, FieldError
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import Col
from django.db.models.lookups import IsNull, Lookup
from django.db.models.signals import post_save, pre_save

from backk_core.declare.access import access_of, private
from backk_core.declare.stored_forms import Companion, StoredForm
from backk_security.encryption import EncryptionError, cipher, new_row_key
from backk_security.hashing import PasswordHash, hash_of
from backk_security.secrecy import Encrypted, Hashed, Secrecy, secrecy_of, why_password, why_personal

if TYPE_CHECKING:
    AnyField = models.Field[Any, Any]
    _CharField = models.CharField[Any, Any]
    _AnyLookup = Lookup[Any]
else:
    # Django's classes are generic for type checkers only
    AnyField = models.Field
    _CharField = models.CharField
    _AnyLookup = Lookup

#: Stands between a row's key and its value, where both are read as one.
_BETWEEN = ":"
_MODELS = "backk_security.models"


class _Sealed(str):
    """An encrypted value on its way to the database."""

    __slots__ = ()


class _OtherForm(StoredForm, AnyField):
    """What the fields that stand for another one have in common."""

    #: Why it stands there: said so, or by its name.
    because = "declared"

    def __init__(self, inner: AnyField) -> None:
        declared = cast("Any", inner)
        self.inner = inner
        # asked by Django for the value of a field that has no default
        self.empty_strings_allowed = inner.empty_strings_allowed
        super().__init__(
            verbose_name=declared._verbose_name,  # noqa: SLF001
            null=inner.null,
            blank=inner.blank,
            default=inner.default,
            editable=inner.editable,
            help_text=inner.help_text,
            db_column=inner.db_column,
        )
        self.creation_counter = declared.creation_counter
        if (access := access_of(inner)) is not None:
            self.backk_access = access

    def contribute_to_class(self, cls: type[models.Model], name: str, private_only: bool = False) -> None:
        super().contribute_to_class(cls, name, private_only)
        self.inner.set_attributes_from_name(name)
        self.inner.model = cls

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        return str(self.name), f"{_MODELS}.{type(self).__name__}", (), {"inner": self.inner}

    def to_python(self, value: Any) -> Any:
        return self.inner.to_python(value)

    def clean(self, value: Any, model_instance: models.Model | None) -> Any:
        return self.inner.clean(value, model_instance)

    def formfield(self, *args: Any, **options: Any) -> Any:
        return self.inner.formfield(*args, **options)

    def value_to_string(self, obj: models.Model) -> Any:
        return self.inner.value_to_string(obj)

    def get_transform(self, lookup_name: str) -> NoReturn:
        raise FieldError(f"{self} is not kept as it is, so that {lookup_name!r} cannot be asked of it")


# encrypted


class EncryptedField(_OtherForm):
    """Keeps the values of ``inner`` encrypted, bound to this field and to the row's key."""

    def __init__(self, inner: AnyField, *, searchable: bool = False, known_as: str = "") -> None:
        super().__init__(inner)
        self.searchable, self.known_as = searchable, known_as

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        name, path, arguments, options = super().deconstruct()
        options |= {"searchable": True} if self.searchable else {}
        options |= {"known_as": self.known_as} if self.known_as else {}
        return name, path, arguments, options

    def get_internal_type(self) -> str:
        return "TextField"

    @cached_property
    def label(self) -> str:
        """What the cipher knows the field as."""
        return self.known_as or f"{self.model._meta.label}.{self.name}"

    @cached_property
    def row_key_field(self) -> RowKeyField:
        """The field of the same table that has the row's key."""
        return next(field for field in self.model._meta.local_fields if isinstance(field, RowKeyField))

    @property
    def row_key(self) -> str | None:
        return self.row_key_field.attname

    @property
    def search_column(self) -> str | None:
        return self.index_field.column if self.searchable else None

    @property
    def index_field(self) -> BlindIndexField:
        """The field of the same table by which values are found. FieldError where there is none."""
        self.refuse_search()
        return cast("BlindIndexField", self.model._meta.get_field(index_name(str(self.name))))

    def refuse_search(self) -> None:
        """Raise FieldError where values cannot be found."""
        if not self.searchable:
            raise FieldError(f"{self} is encrypted and cannot be searched; declare encrypted(…, searchable=True)")

    # values and bytes

    def sealed(self, value: Any, row_key: str) -> str:
        """Encrypt a value for the row of a key."""
        return cipher().seal(self._bytes(value), self.label, row_key)

    def opened(self, sealed: str, row_key: str) -> Any:
        """Decrypt a value of the row of a key. EncryptionError where it is not one."""
        return self.inner.to_python(msgspec.json.decode(cipher().open(sealed, self.label, row_key)))

    def index(self, value: Any) -> str:
        """Return what the index column holds of a value."""
        return cipher().index(self._normal_bytes(value), self.label)

    def searched(self, value: Any) -> Sequence[Any]:
        return cipher().indexes(self._normal_bytes(value), self.label)

    def stored(self, value: Any, row_key: str) -> Mapping[str, Any]:
        columns = {str(self.column): None if value is None else self.sealed(value, row_key)}
        if self.searchable:
            columns[str(self.index_field.column)] = None if value is None else self.index(value)
        return columns

    def rewritten(self, value: bytes, row_key: str) -> Mapping[str, Any]:
        """Return the columns that hold a value, given as it was opened, in a row with such a key."""
        return self.stored(self.inner.to_python(msgspec.json.decode(value)), row_key)

    def _bytes(self, value: Any) -> bytes:
        return msgspec.json.encode(self.inner.get_prep_value(value))

    def _normal_bytes(self, value: Any) -> bytes:
        """Return the same bytes for equal values."""
        value = self.inner.get_prep_value(value)
        if isinstance(value, decimal.Decimal):
            # not normalize(), which rounds
            digits = format(value, "f") if value else "0"
            value = digits.rstrip("0").rstrip(".") if "." in digits else digits
        elif isinstance(value, datetime.datetime) and value.tzinfo is not None:
            value = value.astimezone(datetime.UTC)
        elif isinstance(value, float):
            value = value + 0.0
        return msgspec.json.encode(value)

    # Django's ways to write

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = self.inner.pre_save(model_instance, add)
        if value is None or hasattr(value, "resolve_expression"):
            return value
        row_key = getattr(model_instance, self.row_key_field.attname)
        if not row_key:
            raise EncryptionError(f"{self.label} has a row without a key")
        return _Sealed(self.sealed(value, row_key))

    def get_db_prep_save(self, value: Any, connection: BaseDatabaseWrapper) -> Any:
        if value is None or isinstance(value, _Sealed):
            return value if value is None else str(value)
        # an update of many rows at once, or an expression, knows no row to bind the value to
        raise EncryptionError(f"{self.label} is encrypted for each row: save() the entity, or use the store")

    def get_db_prep_value(self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False) -> Any:
        return self.get_db_prep_save(value, connection)

    # and to read

    def select_format(self, compiler: Any, sql: str, params: Any) -> tuple[str, Any]:
        """Read the row's key together with the value, which is not readable without it."""
        return self.selected(compiler.connection, sql), params

    def selected(self, db: Any, column: str) -> str:
        own = db.ops.quote_name(self.column)
        if not column.endswith(own):
            raise FieldError(f"{self} is encrypted: the database can compute nothing of it")
        key = column[: -len(own)] + db.ops.quote_name(self.row_key_field.column)
        if db.vendor == "mysql":
            return f"CONCAT({key}, '{_BETWEEN}', {column})"
        return f"{key} || '{_BETWEEN}' || {column}"

    def from_db_value(self, value: Any, expression: Any, connection: BaseDatabaseWrapper) -> Any:
        if value is None:
            return None
        row_key, between, sealed = str(value).partition(_BETWEEN)
        if not between:
            raise EncryptionError(f"{self.label} was read without the key of its row")
        return self.opened(sealed, row_key)

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name == "isnull":
            return IsNull
        if lookup_name not in ("exact", "in"):
            raise FieldError(f"{self} is encrypted: only equal values and lists of them can be searched")
        self.refuse_search()
        return _Equal if lookup_name == "exact" else _Among


class _Among(_AnyLookup):
    """Finds one of several values by the blind index."""

    lookup_name = "in"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        field, wanted = self.lhs.output_field, self.wanted()
        if not isinstance(self.lhs, Col) or any(hasattr(value, "resolve_expression") for value in wanted):
            raise FieldError(f"{field} is encrypted: it is compared with values, not with columns")
        indexes = [known for value in wanted if value is not None for known in field.searched(value)]
        if not indexes:
            raise EmptyResultSet
        column, _ = compiler.compile(Col(self.lhs.alias, field.index_field))
        return f"{column} IN ({', '.join(['%s'] * len(indexes))})", indexes

    def wanted(self) -> list[Any]:
        return [self.rhs] if hasattr(self.rhs, "resolve_expression") else list(self.rhs)


class _Equal(_Among):
    """Finds a value by the blind index."""

    lookup_name = "exact"

    def wanted(self) -> list[Any]:
        return [self.rhs]


class RowKeyField(Companion, _CharField):
    """The random key that the encrypted values of a row are bound to; it never changes."""

    def __init__(self, **options: Any) -> None:
        options.update(max_length=22, default=new_row_key, editable=False, blank=True)
        super().__init__(**options)

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        name, _, arguments, options = super().deconstruct()
        for known in ("max_length", "default", "editable", "blank"):
            options.pop(known, None)
        return name, f"{_MODELS}.RowKeyField", arguments, options

    def renewed(self, values: Mapping[str, Any]) -> Any:
        return values[self.attname]


class BlindIndexField(Companion, _CharField):
    """By what an encrypted value is found: the same for equal values, and telling nothing else of them."""

    def __init__(self, *, of: str, **options: Any) -> None:
        self.of = of
        options.update(max_length=96, editable=False, blank=True)
        super().__init__(**options)

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        name, _, arguments, options = super().deconstruct()
        for known in ("max_length", "editable", "blank"):
            options.pop(known, None)
        return name, f"{_MODELS}.BlindIndexField", arguments, {"of": self.of, **options}

    @property
    def encrypted_field(self) -> EncryptedField:
        """The field whose values are found by it."""
        return cast("EncryptedField", self.model._meta.get_field(self.of))

    def renewed(self, values: Mapping[str, Any]) -> Any:
        value = values[self.encrypted_field.attname]
        return None if value is None else self.encrypted_field.index(value)

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        encrypted = self.encrypted_field
        if encrypted.attname in model_instance.__dict__:
            # after the inner field's own pre_save, which truncates or stamps what it has
            value = encrypted.inner.pre_save(model_instance, add)
            setattr(model_instance, self.attname, None if value is None else encrypted.index(value))
        return getattr(model_instance, self.attname)


def index_name(name: str) -> str:
    """Return the name of the blind index of a field."""
    return f"{name}_index"


# hashed


class HashedField(_OtherForm):
    """Keeps a password as its hash."""

    def __init__(self, inner: AnyField) -> None:
        super().__init__(inner)
        self.max_length = 255

    def get_internal_type(self) -> str:
        return "CharField"

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = self.inner.pre_save(model_instance, add)
        if value is not None and not isinstance(value, PasswordHash):
            value = hash_of(value)
            setattr(model_instance, self.attname, value)
        return value

    def get_db_prep_save(self, value: Any, connection: BaseDatabaseWrapper) -> Any:
        if value is None or isinstance(value, PasswordHash):
            return value if value is None else value.encoded
        if hasattr(value, "resolve_expression"):
            raise FieldError(f"{self} is a password: it takes a value, not an expression")
        return hash_of(value).encoded

    def get_db_prep_value(self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False) -> Any:
        return self.get_db_prep_save(value, connection)

    def from_db_value(self, value: Any, expression: Any, connection: BaseDatabaseWrapper) -> Any:
        return None if value is None else PasswordHash(value)

    def kept(self, value: Any) -> Any:
        return value if isinstance(value, PasswordHash) else hash_of(value)

    def value_to_string(self, obj: models.Model) -> Any:
        # no text, which a fixture could not tell from a password
        value = self.value_from_object(obj)
        return {"hash": value.encoded} if isinstance(value, PasswordHash) else None

    def to_python(self, value: Any) -> Any:
        if isinstance(value, dict):
            return PasswordHash(value["hash"])
        return value if isinstance(value, PasswordHash) else super().to_python(value)

    def clean(self, value: Any, model_instance: models.Model | None) -> Any:
        return value if isinstance(value, PasswordHash) else super().clean(value, model_instance)

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name == "isnull":
            return IsNull
        if lookup_name == "exact":
            return _SameHash
        raise FieldError(f"{self} is a password: it can be verified, not searched")


class _SameHash(_AnyLookup):
    """Tells whether a hash is still the one that was read; a password is not found by it."""

    lookup_name = "exact"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        if not isinstance(self.rhs, PasswordHash):
            raise FieldError(f"{self.lhs.output_field} is a password: it can be verified, not searched")
        column, params = compiler.compile(self.lhs)
        return f"{column} = %s", [*params, self.rhs.encoded]


# how they come into an entity


def secured(entity: Any, name: str, field: Any) -> Any:
    """Return the field that an entity gets: an encrypted or hashed one where that is said, or follows from its name."""
    if isinstance(field, StoredForm | Companion) or field.primary_key or field.is_relation:
        return field
    match wanted_secrecy(name, field):
        case Encrypted() as said:
            return _encrypted(entity, name, field, said)
        case Hashed() as said:
            made = HashedField(field)
            made.because = said.because
            return made
    return field


def wanted_secrecy(name: str, field: AnyField) -> Secrecy | None:
    """Return how a field's values are to be kept: as it says, else as its name says."""
    said = secrecy_of(field)
    if said is not None or not can_be_secret(field):
        return said
    if isinstance(field, models.CharField | models.TextField) and (why := why_password(name)):
        return Hashed(because=why)
    return Encrypted(because=why) if (why := why_personal(name)) else None


def can_be_secret(field: AnyField) -> bool:
    """Tell whether a field holds a value of its own: not a key, a reference or a file."""
    from backk_core.declare.entities import EntityIdField

    return not (field.primary_key or field.is_relation or isinstance(field, EntityIdField | models.FileField))


def _encrypted(entity: Any, name: str, field: Any, said: Encrypted) -> EncryptedField:
    if field.has_db_default():
        raise FieldError(f"{entity.__name__}.{name} is encrypted: the database cannot know its default, default= can")
    searchable = said.searchable or field.unique or field.db_index
    made = EncryptedField(field, searchable=searchable, known_as=said.known_as)
    made.because = said.because
    if not any(isinstance(known, RowKeyField) for known in entity._meta.local_fields):
        inherited = any(base._meta.concrete_fields for base in entity.__mro__[1:] if _is_concrete(base))
        row_key = f"{entity.__name__.lower()}_row_key" if inherited else "row_key"
        entity.add_to_class(row_key, private(RowKeyField()))
        _widen_save(entity)
        pre_save.connect(seal_fixture, sender=entity)
        post_save.connect(unseal_fixture, sender=entity)
    if searchable:
        index = BlindIndexField(of=name, null=field.null, unique=field.unique, db_index=not field.unique)
        entity.add_to_class(index_name(name), private(index))
    return made


def _is_concrete(cls: Any) -> bool:
    meta = getattr(cls, "_meta", None)
    return meta is not None and not meta.abstract


def _widen_save(entity: Any) -> None:
    """Let ``save(update_fields=…)`` write a blind index with its field."""
    save_base = entity.save_base

    def widened(self: Any, *args: Any, update_fields: Any = None, **options: Any) -> None:
        if update_fields is not None:
            written = {field for field in _encrypted_fields(self) if {field.name, field.attname} & set(update_fields)}
            indexes = {index_name(str(field.name)) for field in written if field.searchable}
            update_fields = frozenset(update_fields) | indexes
        save_base(self, *args, update_fields=update_fields, **options)

    cast("Any", widened).alters_data = True
    entity.save_base = widened


def _encrypted_fields(entity: models.Model) -> list[EncryptedField]:
    return [field for field in entity._meta.concrete_fields if isinstance(field, EncryptedField)]


# fixtures: Django writes their values without pre_save, so that they are sealed for as long as that takes

_PLAIN = "_backk_plain"


def seal_fixture(instance: models.Model, raw: bool, **_: Any) -> None:
    """Seal the values of an entity that is loaded from a fixture; receives ``pre_save``."""
    fields = _encrypted_fields(instance) if raw else []
    if fields:
        plain = {field.attname: instance.__dict__[field.attname] for field in fields}
        for field in fields:
            if field.searchable:
                field.index_field.pre_save(instance, False)
        instance.__dict__.update({field.attname: field.pre_save(instance, False) for field in fields})
        instance.__dict__[_PLAIN] = plain


def unseal_fixture(instance: models.Model, **_: Any) -> None:
    """Bring the values back; receives ``post_save``."""
    instance.__dict__.update(instance.__dict__.pop(_PLAIN, {}))
