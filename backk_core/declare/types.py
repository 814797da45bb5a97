"""The shapes of arguments and results that are not entities, and the operations that build one type out of another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    ClassVar,
    Generic,
    Literal,
    TypeAlias,
    TypeVar,
    cast,
    dataclass_transform,
    overload,
)

import msgspec

from backk_core.declare.access import PRIVATE, Access, AccessVerb, access_of
from backk_core.declare.validators import (
    Matches,
    array_max_size,
    array_min_size,
    array_not_unique,
    array_unique,
    between,
    is_alphanumeric,
    is_any_string,
    matches,
    max_length,
    min_length,
)

T = TypeVar("T")

UNSET = msgspec.UNSET
UnsetType = msgspec.UnsetType


class One(Generic[T]):
    """A result that is one object: ``{"metadata": {...}, "data": {...}}``."""

    __slots__ = ("_data", "metadata")

    def __init__(self, data: T, metadata: dict[str, Any] | None = None) -> None:
        self._data = data
        self.metadata = metadata or {}

    @property
    def data(self) -> T:
        return self._data


class Many(Generic[T]):
    """A result that is a list of objects: ``{"metadata": {...}, "data": [...]}``."""

    __slots__ = ("_data", "metadata")

    def __init__(self, data: Sequence[T] = (), metadata: dict[str, Any] | None = None) -> None:
        self._data = list(data)
        self.metadata = metadata or {}

    @property
    def data(self) -> list[T]:
        return self._data

    def __iter__(self) -> Iterator[T]:
        return iter(self.data)

    def __len__(self) -> int:
        return len(self.data)

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> list[T]: ...
    def __getitem__(self, index: int | slice) -> T | list[T]:
        return self.data[index]


class Plain(Generic[T]):
    """A result that is the whole body, without ``metadata`` and ``data``; ``status`` replaces the function's own.

    For answers whose shape a protocol fixes.
    """

    __slots__ = ("data", "status")

    def __init__(self, data: T, status: int | None = None) -> None:
        self.data = data
        self.status = status


@dataclass(frozen=True, repr=False)
class Document:
    """A result that is a whole document: ``body`` is the answer as it is, nothing is put around it.

    ``tag`` names what the content is: a caller that has it already is answered 304. A subclass says another
    ``content_type``: ``class Sheet(Document): content_type = "text/csv; charset=utf-8"``.
    """

    content_type: ClassVar[str] = "application/json"

    body: bytes
    tag: str | None = None


@dataclass(frozen=True, slots=True)
class EntityIdMark:
    """Marks a string annotation as the id of an entity: at most 24 hexadecimal digits on the wire."""


#: The id of an entity in an argument or a result: a string of at most 24 hexadecimal digits.
EntityId = Annotated[str, EntityIdMark()]


@dataclass(frozen=True, slots=True)
class BorrowedField:
    """A field that one type takes from another: the same rules, with what is overridden here."""

    owner: type
    name: str
    optional: bool | None = None
    nullable: bool | None = None
    access: Access | None = None


FieldSet: TypeAlias = Mapping[str, BorrowedField]
Source: TypeAlias = "type | FieldSet"


def fields_of(source: Source) -> dict[str, BorrowedField]:
    """Return what may be taken from a type, or from what was taken already. TypeError where that is nothing."""
    if isinstance(source, Mapping):
        return dict(source)
    if issubclass(source, Data):
        return {name: BorrowedField(source, name) for name in source.__struct_fields__}
    if hasattr(source, "base_filters"):
        from backk_core.declare.filter_sets import properties_of

        # what is not sent does not filter
        found = properties_of(cast("Any", source))
        return {name: BorrowedField(source, name, optional=not known.is_required) for name, known in found.items()}
    meta = getattr(source, "_meta", None)
    if meta is None and hasattr(source, "backk_model"):
        # a view: what it took is the entity's
        return dict(cast("Any", source).backk_borrowed)
    if meta is None:
        raise TypeError(f"{source.__name__} is no entity, view, FilterSet, Argument or Result: name one of those")
    declared = {field.name: field for field in meta.concrete_fields}
    declared |= getattr(source, "backk_transients", {}) | getattr(source, "backk_relations", {})
    return {
        getattr(field, "attname", name): BorrowedField(source, getattr(field, "attname", name))
        for name, field in declared.items()
        if access_of(field) is not PRIVATE
    }


def _narrowed(source: Source, names: Sequence[str], *, verb: str) -> dict[str, BorrowedField]:
    fields = fields_of(source)
    for name in names:
        if name not in fields:
            title = source.__name__ if isinstance(source, type) else "the given fields"
            raise TypeError(f"{verb}: {title} has no field {name!r}; it has {', '.join(sorted(fields))}")
    return fields


def _overridden(fields: FieldSet, verb: AccessVerb | None) -> FieldSet:
    if verb is None:
        return fields
    access = access_of(verb(SimpleNamespace()))
    return {name: replace(field, access=access) for name, field in fields.items()}


def pick(source: Source, *names: str, access: AccessVerb | None = None) -> FieldSet:
    """Take the named fields of an entity or type. TypeError where it has no such field.

    ``access`` is one access mode for all of them (``access=read_only``): an argument takes what may be sent, a result
    answers what may be read. Without it all of them travel.
    """
    fields = _narrowed(source, names, verb="pick")
    return _overridden({name: fields[name] for name in names}, access)


def omit(source: Source, *names: str, access: AccessVerb | None = None) -> FieldSet:
    """Take all but the named fields. TypeError where it has no such field."""
    fields = _narrowed(source, names, verb="omit")
    return _overridden({name: field for name, field in fields.items() if name not in names}, access)


def partial(source: Source, *, access: AccessVerb | None = None) -> FieldSet:
    """Take all fields, none of them required: one that was not sent is ``UNSET``."""
    return _overridden({n: replace(f, optional=True) for n, f in fields_of(source).items()}, access)


def non_null(source: Source, *, access: AccessVerb | None = None) -> FieldSet:
    """Take all fields, none of them nullable, all of them required."""
    return _overridden({n: replace(f, nullable=False, optional=False) for n, f in fields_of(source).items()}, access)


def all_of(*sources: Source, access: AccessVerb | None = None) -> FieldSet:
    """Take the fields of several types together; a later one of the same name wins."""
    together: dict[str, BorrowedField] = {}
    for source in sources:
        together |= fields_of(source)
    return _overridden(together, access)


class DataMeta(msgspec.StructMeta):
    """Makes Argument and Result classes: keyword-only structs that may take ``fields=`` from other types."""

    def __new__(  # noqa: PYI034 - Self means nothing in a metaclass
        mcls,
        name: str,
        bases: tuple[type, ...],
        namespace: dict[str, Any],
        *,
        fields: FieldSet | None = None,
        **options: Any,
    ) -> DataMeta:
        borrowed: dict[str, BorrowedField] = {}
        for base in reversed(bases):
            borrowed |= getattr(base, "backk_borrowed", {})
        annotations = dict(namespace.get("__annotations__", {}))
        for field_name, field in (fields or {}).items():
            borrowed[field_name] = field
            annotations.setdefault(field_name, Any)
            if field.optional:
                namespace.setdefault(field_name, UNSET)
        namespace["__annotations__"] = annotations
        namespace["backk_borrowed"] = borrowed
        annotations["backk_borrowed"] = ClassVar[dict[str, BorrowedField]]
        options.setdefault("kw_only", True)
        return super().__new__(mcls, name, bases, namespace, **options)


if TYPE_CHECKING:

    @dataclass_transform(kw_only_default=True, field_specifiers=(msgspec.field,))
    class Data:
        """What arguments and results have in common, as type checkers see it."""

        backk_borrowed: ClassVar[dict[str, BorrowedField]]
        __struct_fields__: ClassVar[tuple[str, ...]]

        def __init_subclass__(cls, *, fields: FieldSet | None = None) -> None: ...

else:

    class Data(msgspec.Struct, metaclass=DataMeta):
        """What arguments and results have in common; declare one of those instead."""

        backk_borrowed: ClassVar[dict[str, BorrowedField]]


class Argument(Data):
    """The argument of a service function: annotated fields with validators.

    ``class PlaceOrder(Argument): ui_url: Annotated[str, max_length(4096), is_url]``; a default makes a field optional,
    ``| None`` makes it nullable, ``fields=pick(Entity, …)`` takes fields with all their rules from another type.
    """


class Result(Data):
    """What a service function answers when that is no entity: annotated fields."""


class Id(Argument):
    """Names one entity."""

    id: EntityId


_PATH = r"^([a-zA-Z_][a-zA-Z0-9_.]*|\*|)$"
_NAME = r"^[a-zA-Z_][a-zA-Z0-9_.]*$"


class _Named(Matches):
    """A pattern of names: RE2 is asked only about what is no simple name, since queries have many of those."""

    def accepts(self, value: Any) -> bool:
        return (isinstance(value, str) and value.isascii() and value.isidentifier()) or super().accepts(value)


class _Path(_Named):
    """A pattern of paths, the empty one among them."""

    def accepts(self, value: Any) -> bool:
        return value == "" or super().accepts(value)


SubEntityPath = Annotated[str, max_length(2048), _Path(_PATH)]
FieldName = Annotated[str, min_length(1), max_length(512), _Named(_NAME)]
#: A dotted path, or one GraphQL selection set, or one JSON object.
ResponseField = Annotated[str, min_length(1), max_length(65_536), is_any_string]
FieldFunction = Literal[
    "ABS", "CEILING", "FLOOR", "ROUND", "LENGTH", "LOWER", "LTRIM", "RTRIM", "TRIM", "UPPER",
    "DAY", "HOUR", "MINUTE", "MONTH", "QUARTER", "SECOND", "WEEK", "WEEKDAY", "YEAR",
]  # fmt: skip
Operator = Literal[
    "=", "!=", ">", "<", ">=", "<=", "IN", "NOT IN", "LIKE", "NOT LIKE", "IS NULL", "IS NOT NULL", "OR"
]  # fmt: skip


class SortBy(Argument):
    """One step of an order: a field of the root (path ``""``), of a sub-entity, or of every path (``"*"``)."""

    sub_entity_path: SubEntityPath = ""
    sort_expression: Annotated[str, max_length(0)] = ""
    field_name: FieldName
    sort_direction: Literal["ASC", "DESC"] = "ASC"


class Pagination(Argument):
    """Which page of a path's rows is wanted; pages are numbered from 1."""

    sub_entity_path: SubEntityPath = ""
    page_number: Annotated[int, between(1, 100)] = 1
    page_size: Annotated[int, between(1, 100)] = 50


class CurrentPageToken(Argument):
    """The signed token of the page that the caller has now."""

    sub_entity_path: SubEntityPath = ""
    current_page_token: Annotated[str, max_length(4096), is_alphanumeric]


class OrFilter(Argument):
    """One alternative of a client's ``OR`` filter."""

    sub_entity_path: SubEntityPath = ""
    field_name: FieldName
    field_function: FieldFunction | None = None
    operator: Operator
    value: Any = None


class UserDefinedFilter(Argument):
    """A condition that the client wrote: a field or a function of it, an operator, and a value typed by the field."""

    sub_entity_path: SubEntityPath = ""
    field_name: Annotated[str, max_length(512), matches(r"^([a-zA-Z_][a-zA-Z0-9_.]*)?$")] = ""
    field_function: FieldFunction | None = None
    operator: Operator
    value: Any = None
    or_filters: Annotated[list[OrFilter], array_min_size(2), array_max_size(10), array_not_unique] | None = None


class ResponseFields(Argument):
    """Which fields of the answer the caller wants, or does not want; an empty list is the same as none given."""

    include_response_fields: Annotated[list[ResponseField], array_max_size(500), array_unique] = []
    exclude_response_fields: Annotated[list[ResponseField], array_max_size(500), array_unique] = []


class PostQueryOperations(ResponseFields):
    """What a query may ask for besides its own arguments: fields, order, page."""

    sort_bys: Annotated[list[SortBy], array_max_size(25), array_not_unique] = []
    paginations: Annotated[list[Pagination], array_max_size(100), array_not_unique] = []
    current_page_tokens: Annotated[list[CurrentPageToken], array_max_size(100), array_not_unique] = []


class PageStep(Pagination):
    """Which page of a list that is walked by steps is wanted: there is no last page number."""

    page_number: Annotated[int, between(1, 9_007_199_254_740_991)] = 1


class PageStepQuery(PostQueryOperations):
    """What a query may ask for whose function allows only the next and the previous page, however many there are."""

    paginations: Annotated[list[PageStep], array_max_size(100), array_not_unique] = []  # type: ignore[assignment]
