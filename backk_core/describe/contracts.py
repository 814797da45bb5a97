"""What is known of types, fields and functions before the first call: frozen data that all later steps read."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, TypeAlias

from backk_core.declare.access import PRIVATE, Access
from backk_core.declare.errors import ServiceError
from backk_core.declare.hints import UiValue
from backk_core.declare.permissions import EveryUser, Rule
from backk_core.declare.relations import Link
from backk_core.declare.service import FunctionOptions
from backk_core.declare.stored_forms import inner_field
from backk_core.declare.validators import Validator
from backk_core.describe.field_kinds import FieldKind

EnumClass: TypeAlias = type[enum.Enum]


class Mode(enum.Enum):
    """What a value of a type is for, which decides the properties that it may have."""

    CREATE = "create"
    UPDATE = "update"
    #: A part of an entity that is updated: an existing one, named by its ``id``, or a new one.
    PART = "part"
    ARGUMENT = "argument"
    READ = "read"


class Missing(enum.Enum):
    """Stands where a field has no default."""

    MISSING = enum.auto()


MISSING = Missing.MISSING


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RelationContract:
    """Which rows are at the end of a relation, and how many there may be.

    Without a ``link`` the rows at the end name their owner in ``parent_column``.
    """

    model: type
    is_owned: bool
    link: Link | None
    parent_column: str
    max_size: int | None = None
    min_size: int = 0

    @property
    def is_referenced(self) -> bool:
        """Whether the entities at the end are read through this one only."""
        return self.link is None and not self.is_owned


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FieldContract:
    """One property of a type: its names, kind of value, rules and where it may travel."""

    name: str
    wire_name: str
    kind: FieldKind
    access: Access | None
    nullable: bool = False
    required: bool = True
    #: A value, a callable that makes one, or MISSING.
    default: Any = MISSING
    validators: tuple[Validator, ...] = ()
    #: The values it may have, where they are enumerated.
    choices: tuple[Any, ...] | None = None
    unique: bool = False
    primary_key: bool = False
    transient: bool = False
    #: Database column; None where nothing is stored.
    column: str | None = None
    #: What an array's elements or a map's values are.
    element: FieldContract | None = None
    #: The rules of a map's names.
    names: tuple[Validator, ...] = ()
    #: What an object's (or an array of objects') properties are.
    type: TypeContract | None = None
    #: Which entities it holds, where it is a relation.
    relation: RelationContract | None = None
    #: The enumeration class that values become, where one was declared.
    enumeration: EnumClass | None = None
    documentation: str = ""
    #: How user interfaces may show it, in the team's own words.
    ui: Mapping[str, UiValue] = field(default_factory=dict)
    #: A value that the team says it may have, MISSING where they say none.
    sample: Any = MISSING
    #: Django's field, for conversions; None where the field is an annotation.
    model_field: Any = field(default=None, repr=False)

    @property
    def declared_field(self) -> Any:
        """Django's field that says which values there are: not the stored form that an app put in its place."""
        return inner_field(self.model_field)

    def enters(self, mode: Mode) -> bool:
        """Tell whether the property may be sent in this mode."""
        if mode is Mode.CREATE:
            return self.access is not None and self.access.create
        if mode is Mode.UPDATE:
            return (self.primary_key and self.access is not PRIVATE) or (self.access is not None and self.access.update)
        if mode is Mode.PART:
            return self.enters(Mode.CREATE) or self.enters(Mode.UPDATE)
        return mode is Mode.ARGUMENT and (self.access is None or self.access.create or self.access.update)

    def is_required(self, mode: Mode) -> bool:
        """Tell whether the property must be sent in this mode; of a new part the ``PART`` rule tells that."""
        if mode is Mode.UPDATE:
            return self.primary_key and self.access is not PRIVATE
        return self.required and mode is not Mode.PART

    def inner_mode(self, mode: Mode) -> Mode:
        """Return what the things in the property are for, where the object that has it is for ``mode``."""
        if mode is Mode.READ:
            return mode
        if self.relation is None:
            return Mode.ARGUMENT if self.type is not None and not self.type.is_entity else mode
        if not self.relation.is_owned:
            # the _id is the reference, and nothing of what is sent with it is written
            return Mode.UPDATE
        return Mode.CREATE if mode is Mode.CREATE else Mode.PART

    @property
    def leaves(self) -> bool:
        """Tell whether the property may be answered."""
        return (self.access is None or self.access.read) and not self.transient


@dataclass(frozen=True, eq=False, kw_only=True)
class TypeContract:
    """The properties of an entity, an argument or a result."""

    name: str
    cls: type
    fields: tuple[FieldContract, ...]
    #: Where the type is a map, that map: any names, one kind of value; ``fields`` is then empty.
    entries: FieldContract | None = None
    #: Whether it is a Django model, or a view of one.
    is_entity: bool = False
    #: The Django model whose rows it is about, where it is an entity.
    model: Any = None
    #: All stored fields of that model, whatever a view shows.
    stored: tuple[FieldContract, ...] = ()
    documentation: str = ""
    place: str = ""

    @cached_property
    def by_name(self) -> dict[str, FieldContract]:
        return {known.name: known for known in self.fields}

    @cached_property
    def by_wire_name(self) -> dict[str, FieldContract]:
        return {known.wire_name: known for known in self.fields}

    @cached_property
    def answered(self) -> tuple[FieldContract, ...]:
        """The properties that may be answered, in order of declaration."""
        return tuple(known for known in self.fields if known.leaves)

    @cached_property
    def key(self) -> FieldContract:
        """The primary key of an entity. LookupError where the type is none."""
        for known in self.stored:
            if known.primary_key:
                return known
        raise LookupError(f"{self.name} has no primary key")

    @cached_property
    def identity(self) -> FieldContract:
        """The field that tells an entity from others on the wire: its key, a sub-entity's own id."""
        return self.stored_by_name.get("local_id", self.key) if self.key.access is PRIVATE else self.key

    @cached_property
    def stored_by_name(self) -> dict[str, FieldContract]:
        return {known.name: known for known in self.stored}

    @cached_property
    def tenant(self) -> FieldContract | None:
        """The stored field that says whose tenant a row is, None where the entity belongs to no tenant."""
        # the entity's parts need Django's app registry
        from backk_core.declare.entities import HasTenant

        has = self.model is not None and issubclass(self.model, HasTenant)
        return self.stored_by_name["tenant_id"] if has else None

    @cached_property
    def relations(self) -> tuple[FieldContract, ...]:
        """The properties that hold other entities."""
        return tuple(known for known in self.fields if known.relation is not None)

    @cached_property
    def _entering(self) -> dict[Mode, dict[str, FieldContract]]:
        return {mode: {known.wire_name: known for known in self.fields if known.enters(mode)} for mode in Mode}

    def entering_by_wire_name(self, mode: Mode) -> Mapping[str, FieldContract]:
        """Return the properties that may be sent in this mode, by their wire names."""
        return self._entering[mode]

    def entering(self, mode: Mode) -> tuple[FieldContract, ...]:
        """Return the properties that may be sent in this mode."""
        return tuple(known for known in self.fields if known.enters(mode))


ResultShape = Literal["one", "many", "plain", "document", "none"]
FunctionKind = Literal["create", "get", "update", "delete", "other"]


class Statements(enum.Enum):
    """How many statements a function is known to send to the database."""

    #: Its body is one ``return self.store.…(…)``, or it says so: autocommit.
    ONE = "one"
    #: Only its ``return`` touches the store: what the database encoded may be returned as it is.
    ONE_AT_THE_END = "one at the end"
    #: Anything: one transaction, opened by the first statement.
    MANY = "many"
    #: It opens the transactions that it needs itself, or needs none.
    OWN = "own"


@dataclass(frozen=True, eq=False, kw_only=True)
class ServiceFunctionContract:
    """One endpoint: who may call it with what, and what comes back."""

    service_name: str
    function_name: str
    #: The class that has it: a Service (with ``attribute``) or a ServiceFunction (``execute``).
    owner: type
    attribute: str
    kind: FunctionKind
    argument: TypeContract | None
    argument_mode: Mode
    result_shape: ResultShape
    result: TypeContract | None
    #: Rules of the service and of the function; one that allows is enough.
    rules: tuple[Rule, ...]
    errors: tuple[type[ServiceError], ...]
    options: FunctionOptions
    statements: Statements
    #: Whether GET is allowed.
    allows_get: bool
    #: What a body of success is, as Content-Type says it.
    content_type: str = "application/json"
    documentation: str = ""
    place: str = ""

    @cached_property
    def wire_name(self) -> str:
        return f"{self.service_name}.{self.function_name}"

    @cached_property
    def is_open(self) -> bool:
        """Whether it is for everyone, with or without a token."""
        return any(isinstance(rule, EveryUser) for rule in self.rules)


@dataclass(frozen=True, eq=False, kw_only=True)
class ServiceContract:
    """A service: its functions and errors."""

    name: str
    owner: type | None
    functions: tuple[ServiceFunctionContract, ...]
    errors: tuple[type[ServiceError], ...]
    documentation: str = ""


def reached_types(types: Iterable[TypeContract]) -> dict[TypeContract, None]:
    """Return the types and those of their fields, to any depth, nearest first."""
    reached: dict[TypeContract, None] = {}
    waiting = list(types)
    while waiting:
        contract = waiting.pop(0)
        if contract not in reached:
            reached[contract] = None
            fields = (*contract.fields, *((contract.entries,) if contract.entries is not None else ()))
            waiting += [held for field in fields if (held := held_type(field)) is not None]
    return reached


def held_type(field: FieldContract) -> TypeContract | None:
    """Return the type of the object, or of the objects, that a field holds."""
    return field.type or (held_type(field.element) if field.element is not None else None)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in a declaration that keeps the server from starting.

    ``id`` is the check's id (``backk.E101``), ``place`` is file and line, ``hint`` is the line to write.
    """

    id: str
    place: str
    message: str
    hint: str

    def __str__(self) -> str:
        return f"{self.place}: ({self.id}) {self.message}\n\tHINT: {self.hint}"
