"""How entities hang together: parts that they own, entities that they refer to, and entities seen in part."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, TypeVar, cast, overload

from django.db import models
from django.db.models.functions import Length
from django.utils.module_loading import import_string

from backk_core.declare.access import Access, private, read_write
from backk_core.declare.entities import EntityBase, LocalIdField, short_name
from backk_core.declare.types import BorrowedField, FieldSet

if TYPE_CHECKING:
    _ManyToManyField = models.ManyToManyField[Any, Any]
else:
    _ManyToManyField = models.ManyToManyField

T = TypeVar("T")


class SubEntity(models.Model, metaclass=EntityBase):
    """A part of an entity that owns it: known by an ``id`` within its parent, gone when the parent is.

    ``owned`` adds ``parent``, the foreign key. The key of the row never leaves.
    """

    row_id = private(models.BigAutoField(primary_key=True))
    #: "0", "1", … unless the client gives another.
    local_id = read_write(LocalIdField())

    class Meta:
        abstract = True


class EntityView:
    """An entity seen in part, under a name of its own: some of its fields, of the same rows.

    ``class Seller(EntityView, fields=pick(UserAccount, "id", "display_name")): "Who sells."`` What was not read is no
    attribute. TypeError where the fields are not all of one entity.
    """

    backk_model: ClassVar[type[models.Model]]
    backk_borrowed: ClassVar[dict[str, BorrowedField]] = {}

    def __init_subclass__(cls, *, fields: FieldSet | None = None) -> None:
        super().__init_subclass__()
        cls.backk_borrowed = cls.backk_borrowed | dict(fields or {})
        owners = {borrowed.owner for borrowed in cls.backk_borrowed.values()}
        if len(owners) != 1 or not issubclass(owner := owners.pop(), models.Model):
            raise TypeError(f"{cls.__name__} is a view of one entity: class {cls.__name__}(EntityView, fields=pick(…))")
        cls.backk_model = owner

    def __init__(self, **values: Any) -> None:
        unknown = sorted(values.keys() - self.backk_borrowed.keys())
        if unknown:
            raise TypeError(f"{type(self).__name__} has no field {', '.join(unknown)}")
        self.__dict__.update(values)

    @property
    def pk(self) -> Any:
        """The key of the row."""
        return self.__dict__.get(cast(Any, self.backk_model._meta.pk).attname)

    def __getattr__(self, name: str) -> Any:
        known = "was not read" if name in self.backk_borrowed else f"is no field of {type(self).__name__}"
        raise AttributeError(f"{name} {known}")

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.pk}>"


class Link(NamedTuple):
    """The table that says which entities belong together: its name, this side's column, the other side's."""

    table: str
    near: str
    far: str


class _Values:
    """The entities of a relation: those that were read or set, else those that the database has now."""

    def __init__(self, name: str, relation: Relation) -> None:
        self._name, self._relation = name, relation

    def __get__(self, entity: models.Model | None, owner: type) -> Any:
        if entity is None:
            return self
        state = entity.__dict__
        if self._name in state:
            return state[self._name]
        # not remembered: of an entity that is updated, what is in its state was sent
        read = getattr(entity._state, "read_relation", None)
        return self._relation.rows_of(entity) if read is None else read(entity, self._name)

    def __set__(self, entity: models.Model, values: Sequence[Any]) -> None:
        entity.__dict__[self._name] = list(values)


class Relation:
    """What the declaration of a relation says. ``view`` is how the entities at its end are seen.

    ``max_size`` and ``min_size`` bound how many there may be. ``link`` is None where rows at the end name their owner.
    """

    backk_access: Access
    view: type | str | None
    max_size: int | None
    min_size: int
    #: Rules of the list as a whole.
    rules: Sequence[Any]
    #: The entity that has the relation, once that is known.
    owner: Any = None
    #: Whether the entities at the end are parts, which live and die with the entity.
    is_owned = False

    def attach(self, cls: type[models.Model], name: str) -> None:
        """Make the relation known to the concrete entity that has it."""
        self.owner = cls

    @property
    def end(self) -> type[models.Model]:
        """The entity at the end."""
        raise NotImplementedError

    @property
    def link(self) -> Link | None:
        """The link table; None where rows at the end name their owner in ``parent_column``."""
        return None

    @property
    def parent_column(self) -> str:
        """The column in which rows at the end name their owner, empty where a link table tells."""
        return ""

    @property
    def held(self) -> type:
        """The entity at the end, or the view through which it is seen. ImportError where a view's name is wrong."""
        if isinstance(self.view, str):
            near = getattr(sys.modules[self.owner.__module__], self.view, None)
            return cast(type, near if near is not None else import_string(self.view))
        return self.view or self.end

    def rows_of(self, entity: models.Model) -> list[Any]:
        """Return what the database has at the end of the relation now."""
        return list(self._rows(entity).order_by("pk")) if entity.pk is not None else []

    def _rows(self, entity: models.Model) -> models.QuerySet[Any]:
        raise NotImplementedError


def _declare(cls: type[models.Model], name: str, relation: Any) -> None:
    """Note a relation of an entity, and let the entity's attribute be the list of what is at its end."""
    own: dict[str, Any] = vars(cls).get("backk_relations", {})
    cast(Any, cls).backk_relations = {**own, name: relation}
    values = _Values(name, relation)
    # Model(name=values) takes the names of fields, and those of properties, which fields must not be
    is_field = isinstance(relation, models.Field)
    setattr(cls, name, values if is_field else property(lambda entity: values.__get__(entity, cls), values.__set__))


class _Virtual(Relation):
    """A relation without a field of Django's."""

    def __init__(
        self,
        *,
        view: type | str | None = None,
        max_size: int | None = None,
        min_size: int = 0,
        rules: Sequence[Any] = (),
    ) -> None:
        self.view, self.max_size, self.min_size, self.rules = view, max_size, min_size, rules

    def contribute_to_class(self, cls: type[models.Model], name: str) -> None:
        _declare(cls, name, self)


class _Owned(_Virtual):
    is_owned = True

    def __init__(self, part: type[SubEntity], *, max_size: int, min_size: int, rules: Sequence[Any]) -> None:
        super().__init__(max_size=max_size, min_size=min_size, rules=rules)
        self._part = part

    @property
    def end(self) -> type[models.Model]:
        return self._part

    @property
    def parent_column(self) -> str:
        return "parent_id"

    def attach(self, cls: type[models.Model], name: str) -> None:
        super().attach(cls, name)
        meta = self._part._meta
        if any(field.name == "parent" for field in meta.local_fields):
            raise TypeError(
                f"{self._part.__name__} is a part of another entity already: derive a class for each parent"
            )
        # the unique constraint is the key's index too
        parent = models.ForeignKey(
            cls, models.CASCADE, related_name="+", related_query_name=name, db_index=False, editable=False
        )
        cast(Any, self._part).add_to_class("parent", private(parent))
        known = models.UniqueConstraint(fields=["parent", "local_id"], name=short_name(f"{meta.db_table}_local_id"))
        meta.constraints = [*meta.constraints, known]
        cast(Any, meta).original_attrs["constraints"] = meta.constraints

    def rows_of(self, entity: models.Model) -> list[Any]:
        return list(self._rows(entity).order_by(Length("local_id"), "local_id")) if entity.pk is not None else []

    def _rows(self, entity: models.Model) -> models.QuerySet[Any]:
        return self._part._default_manager.using(entity._state.db).filter(**{self.parent_column: entity.pk})


class _Referenced(_Virtual):
    def __init__(self, held: type | str, by: str) -> None:
        super().__init__(view=held)
        self.by = by

    @property
    def end(self) -> type[models.Model]:
        held = self.held
        return cast("type[models.Model]", held.backk_model if issubclass(held, EntityView) else held)

    @property
    def parent_column(self) -> str:
        return cast(str, cast(Any, self.end._meta.get_field(self.by)).column)

    def _rows(self, entity: models.Model) -> models.QuerySet[Any]:
        return self.end._default_manager.using(entity._state.db).filter(**{self.by: entity.pk})


class _ReverseOf(_Virtual):
    def __init__(self, field: str, of: type | None, view: type | str | None) -> None:
        super().__init__(view=view)
        self._field, self._of = field, of

    @property
    def end(self) -> type[models.Model]:
        return self._of or cast("type[models.Model]", self.owner)

    @property
    def link(self) -> Link:
        forward = cast(Any, self.end).backk_relations[self._field].link
        return Link(forward.table, forward.far, forward.near)

    def _rows(self, entity: models.Model) -> models.QuerySet[Any]:
        return self.end._default_manager.using(entity._state.db).filter(**{self._field: entity.pk})


class ManyToManyField(Relation, _ManyToManyField):
    """Django's field, whose attribute is a list, with bounds of its size and a view of what is at its end."""

    def __init__(
        self,
        to: Any,
        *,
        view: type | str | None = None,
        max_size: int | None = None,
        min_size: int = 0,
        rules: Sequence[Any] = (),
        **options: Any,
    ) -> None:
        if isinstance(to, type) and issubclass(to, EntityView):
            to, view = to.backk_model, to
        self.view, self.max_size, self.min_size, self.rules = view, max_size, min_size, rules
        options.setdefault("related_name", "+")
        if to == "self":
            options.setdefault("symmetrical", False)
        _ManyToManyField.__init__(self, to, **options)

    def deconstruct(self) -> Any:
        name, _, arguments, options = super().deconstruct()
        return name, "django.db.models.ManyToManyField", arguments, options

    def contribute_to_class(self, cls: Any, name: str, *arguments: Any, **options: Any) -> None:
        super().contribute_to_class(cls, name, *arguments, **options)
        self.managed = vars(cls).get(name)
        _declare(cls, name, self)

    @property
    def end(self) -> type[models.Model]:
        return self.remote_field.model

    @property
    def link(self) -> Link:
        field = cast(Any, self)
        return Link(field.m2m_db_table(), field.m2m_column_name(), field.m2m_reverse_name())

    def _rows(self, entity: models.Model) -> models.QuerySet[Any]:
        return cast("models.QuerySet[Any]", cast(Any, self.managed).__get__(entity, type(entity)).all())

    def value_from_object(self, obj: models.Model) -> list[Any]:
        return self.rows_of(obj)

    def save_form_data(self, instance: models.Model, data: Any) -> None:
        cast(Any, self.managed).__get__(instance, type(instance)).set(data)


def owned(part: type[T], *, max: int, min: int = 0, validators: Sequence[Any] = ()) -> list[T]:
    """Declare the parts of an entity, ``min`` to ``max`` of them: they are made, changed and deleted with it.

    ``payment_methods = read_write(owned(PaymentMethod, max=10))``, where ``class PaymentMethod(SubEntity)``. Validators
    judge the list that is sent.
    """
    return cast("list[T]", _Owned(cast("type[SubEntity]", part), max_size=max, min_size=min, rules=validators))


@overload
def many_to_many(
    to: type[T], *, max: int | None = None, min: int = 0, view: None = None, validators: Sequence[Any] = ()
) -> list[T]: ...
@overload
def many_to_many(
    to: type | str, *, max: int | None = None, min: int = 0, view: Any = None, validators: Sequence[Any] = ()
) -> list[Any]: ...
def many_to_many(
    to: type | str,
    *,
    max: int | None = None,
    min: int = 0,
    view: type | str | None = None,
    validators: Sequence[Any] = (),
) -> list[Any]:
    """Declare that an entity refers to others, ``min`` to ``max`` of them, and others may refer to the same.

    ``to`` is an entity, a view of one, or Django's name of one (``"self"``, ``"tags.Tag"``); ``view`` the view through
    which they are answered, where it is not yet defined its name in this module or its dotted name.
    """
    return cast("list[Any]", ManyToManyField(to, max_size=max, min_size=min, view=view, rules=validators))


@overload
def referenced(held: type[T], *, by: str) -> list[T]: ...
@overload
def referenced(held: str, *, by: str) -> list[Any]: ...
def referenced(held: type | str, *, by: str) -> list[Any]:
    """Declare the entities that name this one in their field ``by``: ``referenced(OwnItem, by="user_account_id")``.

    They are read through this entity, never written; ``held`` is an entity or a view, or the dotted name of one.
    """
    return cast("list[Any]", _Referenced(held, by))


@overload
def reverse_of(field: str, *, of: type | None = None, view: type[T]) -> list[T]: ...
@overload
def reverse_of(field: str, *, of: type[T], view: None = None) -> list[T]: ...
@overload
def reverse_of(field: str, *, of: None = None, view: str | None = None) -> list[Any]: ...
def reverse_of(field: str, *, of: type | None = None, view: type | str | None = None) -> list[Any]:
    """Declare the other side of ``many_to_many``: the entities (of this class, or ``of``) that refer to this one."""
    return cast("list[Any]", _ReverseOf(field, of, view))


def relations_of(entity: type) -> Mapping[str, Any]:
    """Return an entity's relations by name: ``Relation`` objects, and fields that have what those have."""
    return cast("Mapping[str, Any]", getattr(entity, "backk_relations", {}))


__all__ = ["EntityView", "Link", "SubEntity", "many_to_many", "owned", "referenced", "relations_of", "reverse_of"]
