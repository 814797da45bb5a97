"""The operations that a service has on stored entities, whatever keeps them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, LiteralString, TypeAlias, TypeVar

from backk_core.declare.hooks import Hook
from backk_core.declare.types import Many, One, ResponseFields, UserDefinedFilter

if TYPE_CHECKING:
    from django.db.models import Model, Q

    from backk_core.declare.relations import EntityView
    from backk_core.declare.service import Account

E = TypeVar("E", bound="Model")
#: What is read: entities, or views of them.
V = TypeVar("V", bound="Model | EntityView")


@dataclass(frozen=True)
class SqlFilter:
    """A condition in SQL over the entity's own columns, with named parameters: ``sql("price > :low", low=1)``."""

    expression: str
    parameters: Mapping[str, Any]

    __hash__ = None  # type: ignore[assignment]


def sql(expression: LiteralString, **parameters: Any) -> SqlFilter:
    """Filter by a literal SQL condition with ``:named`` parameters; a check refuses strings that are built.

    ValueError where the named parameters are not exactly the given ones.
    """
    return SqlFilter(expression, parameters)


@dataclass(frozen=True)
class PathFilter:
    """Conditions on what is read below the roots at a path, which never leave out a root."""

    path: str
    filters: tuple[Filter, ...]

    __hash__ = None  # type: ignore[assignment]


def at(path: str, *filters: Filter) -> PathFilter:
    """Restrict which sub-entities of a path are read: ``at("order_items.sales_items", Q(state="sold"))``.

    It never restricts which roots are read: those without any such sub-entity have an empty list.
    """
    return PathFilter(path, filters)


Filter: TypeAlias = "Q | SqlFilter | UserDefinedFilter | Sequence[UserDefinedFilter] | PathFilter"


class Store(ABC):
    """Keeps entities. All operations of one call share its transaction, owner and deadline.

    Filters are Django ``Q`` objects, ``sql(…)`` conditions, what clients defined, and ``at(path, …)`` of the same about
    what is below the roots; several are joined by AND. ``query`` is the argument that says which fields, order and page
    the caller wants. What an operation writes happens as a whole or not at all, its ``hooks`` included (``before``,
    ``before_with_current``, ``after``).
    """

    @abstractmethod
    def create(self, entity: E, *, hooks: Sequence[Hook] = ()) -> One[E]:
        """Insert an entity with its parts and links.

        DuplicateEntity where a unique value is taken; InvalidArgument where a link leads to nothing;
        SubEntityCountExceeded.
        """

    @abstractmethod
    def create_many(self, entities: Sequence[E]) -> Many[E]:
        """Insert entities, with their parts and links, in few statements; raises what ``create`` does."""

    @abstractmethod
    def get_all(self, entity_type: type[V], query: ResponseFields | None = None, *filters: Filter) -> Many[V]:
        """Return the page of all entities (that pass the filters) that the query asks for."""

    @abstractmethod
    def get_by_id(
        self,
        entity_type: type[V],
        id: str | int,
        query: ResponseFields | None = None,
        *,
        if_not_found: Callable[[], V] | None = None,
    ) -> One[V]:
        """Return one entity. EntityNotFound where there is none and ``if_not_found`` gives none."""

    @abstractmethod
    def get_by_ids(
        self, entity_type: type[V], ids: Sequence[str | int], query: ResponseFields | None = None
    ) -> Many[V]:
        """Return those of the entities that exist."""

    @abstractmethod
    def get_first(self, entity_type: type[V], query: ResponseFields | None = None, *filters: Filter) -> One[V]:
        """Return the first entity that passes the filters. EntityNotFound where none does."""

    @abstractmethod
    def find_account(self, entity_type: type[Model], *, locked_by: str = "", **values: Any) -> Account | None:
        """Return the account whose fields have the values, None where there is none: for ``UserService.account_of``.

        ``locked_by`` names the field that locks it. As fast as a question to the database can be: it is asked before
        most calls.
        """

    @abstractmethod
    def count(self, entity_type: type[V], *filters: Filter) -> int:
        """Return how many entities pass the filters."""

    @abstractmethod
    def lock(self, entity_type: type[V], id: str | int) -> V:
        """Return an entity as it is now, which nobody else changes until the transaction ends. EntityNotFound.

        It has its own fields, of a view those that it shows; relations are read where they are asked for.
        """

    @abstractmethod
    def lock_all(self, entity_type: type[V], *filters: Filter) -> list[V]:
        """Lock the entities that pass the filters, in the order of their keys, and return them as ``lock`` does."""

    @abstractmethod
    def update(self, entity: Model, *, hooks: Sequence[Hook] = ()) -> None:
        """Write the fields, parts and links of the entity that are set, and nothing else.

        Parts are merged by their ids: known ones are changed in what is set of them, others are added, those that are
        not named stay; an empty list removes all. Of links the list is what there will be.

        EntityNotFound; VersionConflict and TimestampConflict where a stale one was sent; DuplicateEntity;
        SubEntityCountExceeded; InvalidArgument where a new part is not whole or a link leads to nothing.
        """

    @abstractmethod
    def update_all(
        self, entity_type: type[E], changes: Mapping[str, Any], *filters: Filter, hooks: Sequence[Hook] = ()
    ) -> int:
        """Write the changes to every entity that passes the filters; return how many those are."""

    # parts, links and arrays

    @abstractmethod
    def add_sub_entities(
        self,
        entity_type: type[E],
        which: str | int | Filter,
        path: str,
        sub_entities: Sequence[Any],
        *,
        if_not_found: Callable[[], E] | None = None,
        hooks: Sequence[Hook] = (),
    ) -> int:
        """Add parts, or links to entities (views and ids are as good), to one entity; return how many are new.

        ``which`` is an id, or a filter whose first entity is meant; ``path`` the name of the relation. Where there is
        no such entity, the one that ``if_not_found`` makes is created with them. A link that is there stays as it is.

        EntityNotFound; SubEntityCountExceeded; DuplicateEntity; InvalidArgument where a link leads to nothing.
        """

    @abstractmethod
    def remove_sub_entities(
        self,
        entity_type: type[E],
        which: str | int | Filter,
        path: str,
        *filters: Filter,
        hooks: Sequence[Hook] = (),
    ) -> int:
        """Remove the sub-entities of one entity that pass the filters; return how many those are.

        ``path`` names relations from the entity on: ``"order_items"``, ``"cards.stamps"``. Parts are deleted; of links
        only the links are. EntityNotFound where there is no such entity.
        """

    @abstractmethod
    def add_values(self, entity_type: type[E], id: str | int, field: str, values: Sequence[Any]) -> None:
        """Append values to an array; those that it has already only where they may be twice in it.

        EntityNotFound; SubEntityCountExceeded.
        """

    @abstractmethod
    def remove_values(self, entity_type: type[E], id: str | int, field: str, values: Sequence[Any]) -> int:
        """Remove values from an array, however often they are in it; return how many went. EntityNotFound."""

    @abstractmethod
    def contains_value(self, entity_type: type[E], id: str | int, field: str, value: Any) -> bool:
        """Tell whether a value is in an array. EntityNotFound."""

    # delete

    @abstractmethod
    def delete_by_id(self, entity_type: type[E], id: str | int, *, hooks: Sequence[Hook] = ()) -> None:
        """Delete one entity with its parts. EntityNotFound where there is none."""

    @abstractmethod
    def delete_by_ids(self, entity_type: type[E], ids: Sequence[str | int]) -> int:
        """Delete those of the entities that exist; return how many those are."""

    @abstractmethod
    def delete_all(self, entity_type: type[E], *filters: Filter, hooks: Sequence[Hook] = ()) -> int:
        """Delete all entities that pass the filters; return how many those are."""

    @abstractmethod
    def transaction(self) -> AbstractContextManager[None]:
        """Run a block in one transaction, for functions that run without one otherwise."""


__all__ = ["Filter", "PathFilter", "SqlFilter", "Store", "at", "sql"]
