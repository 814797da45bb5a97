"""Keeps entities in this process's memory, with the same answers as the database's store: for tests."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from types import MappingProxyType
from typing import Any, TypeVar, cast

from django.db.models import Model, Q

from backk_core.declare.entities import HasLastModifiedTimestamp, HasVersion
from backk_core.declare.errors import EntityNotFound, TimestampConflict, VersionConflict
from backk_core.declare.relations import EntityView
from backk_core.declare.service import Account
from backk_core.declare.store import Filter, PathFilter
from backk_core.declare.types import Many, One, ResponseFields
from backk_core.describe.contracts import TypeContract
from backk_core.execute.authorization import bounds_of_call, stay_in_tenant
from backk_core.execute.building import key_of
from backk_core.execute.call import find_call
from backk_core.execute.hooked import HookedOperations
from backk_core.execute.locking import refuse_without_transaction
from backk_core.execute.memory_relations import Relations
from backk_core.execute.memory_tables import (
    State,
    Tables,
    contract_of,
    kept_value,
    known_key,
    plain_entity,
    stamped,
)
from backk_core.execute.merging import Owner, end_of
from backk_core.execute.predicates import Unanswerable
from backk_core.execute.projection import projection_of
from backk_core.execute.queries import ROOT, below, order_of, page_of, path_named, paths_of
from backk_core.execute.results import CountedMany
from backk_core.execute.sub_entities import made_with, steps_of

E = TypeVar("E", bound=Model)
V = TypeVar("V", bound=Model | EntityView)

#: Conditions on what is read at the dotted paths below entities.
AtPaths = Mapping[str, Sequence[Q]]
NOWHERE: AtPaths = MappingProxyType({})


class Fake(ABC):
    """Stands in for something that a call's transaction covers: what a failed call did to it is undone."""

    @abstractmethod
    def transaction(self) -> AbstractContextManager[None]:
        """Undo what was done in a block, if that fails."""


class FakeStore(Fake, HookedOperations):
    """A store without a database: ``SalesItemService(FakeStore())``.

    Entities are real instances; ids are 1, 2, … in each type. Unique values, bounds, versions, owners and rollbacks are
    kept as the database keeps them, parts and links too. Filters are Q objects with Django's usual lookups over own
    fields and foreign keys, and ``at(path, …)`` of the same; anything else raises Unanswerable.
    """

    def __init__(self, *entities: Model) -> None:
        self._tables = Tables()
        self._relations = Relations(self._tables)
        self._open = 0
        # calls in several threads see each other's work whole or not at all
        self._lock = threading.RLock()
        self.create_many(entities)

    # create

    def _create(self, entity: E) -> One[E]:
        contract = contract_of(type(entity))
        with self.transaction():
            self._relations.insert(contract, entity)
            self._relations.write(contract, [Owner(entity, is_new=True)], self._entity)
        return One(entity)

    def create_many(self, entities: Sequence[E]) -> Many[E]:
        with self.transaction():
            return Many([self.create(entity).data for entity in entities])

    # read

    def get_all(self, entity_type: type[V], query: ResponseFields | None = None, *filters: Filter) -> Many[V]:
        contract = contract_of(entity_type)
        own, at_paths = _sorted_out(contract, filters)
        return self._page(contract, query, self._rows(contract, own), at_paths)

    def get_by_id(
        self,
        entity_type: type[V],
        id: str | int,
        query: ResponseFields | None = None,
        *,
        if_not_found: Callable[[], V] | None = None,
    ) -> One[V]:
        contract = contract_of(entity_type)
        rows = self._having(contract, [id])
        if rows:
            return One(self._page(contract, query, rows).data[0])
        if if_not_found is None:
            raise EntityNotFound(contract.name, id)
        return One(if_not_found())

    def get_by_ids(
        self, entity_type: type[V], ids: Sequence[str | int], query: ResponseFields | None = None
    ) -> Many[V]:
        contract = contract_of(entity_type)
        return self._page(contract, query, self._having(contract, ids))

    def get_first(self, entity_type: type[V], query: ResponseFields | None = None, *filters: Filter) -> One[V]:
        contract = contract_of(entity_type)
        own, at_paths = _sorted_out(contract, filters)
        rows = self._ordered(contract, query, self._rows(contract, own))
        if not rows:
            raise EntityNotFound(contract.name)
        return One(self._entity(contract, rows[0], at_paths))

    def find_account(self, entity_type: type[Model], *, locked_by: str = "", **values: Any) -> Account | None:
        contract = contract_of(entity_type)
        rows = self._rows(contract, [Q(**values)])
        return Account(rows[0][contract.key.name], bool(locked_by and rows[0][locked_by])) if rows else None

    def count(self, entity_type: type[V], *filters: Filter) -> int:
        contract = contract_of(entity_type)
        return len(self._rows(contract, _sorted_out(contract, filters)[0]))

    # update

    def lock(self, entity_type: type[V], id: str | int) -> V:
        contract = contract_of(entity_type)
        self._refuse_lock_without_transaction()
        rows = self._having(contract, [id])
        if not rows:
            raise EntityNotFound(contract.name, id)
        return cast("V", self._own_fields(contract, rows[0]))

    def lock_all(self, entity_type: type[V], *filters: Filter) -> list[V]:
        contract = contract_of(entity_type)
        self._refuse_lock_without_transaction()
        rows = sorted(self._rows(contract, filters), key=lambda row: cast("Any", row[contract.key.name]))
        return [cast("V", self._own_fields(contract, row)) for row in rows]

    def _update(self, entity: Model) -> None:
        contract = contract_of(type(entity))
        sent = entity.__dict__
        stay_in_tenant(contract, sent)
        key = key_of(entity.pk, contract)
        with self.transaction():
            rows = self._having(contract, [key])
            if not rows:
                raise EntityNotFound(contract.name, key)
            (row,) = rows
            versioned = issubclass(contract.model, HasVersion) and sent.get("version", -1) != -1
            if versioned and sent["version"] != row["version"]:
                raise VersionConflict
            if issubclass(contract.model, HasLastModifiedTimestamp) and "last_modified_timestamp" in sent:
                field = contract.stored_by_name["last_modified_timestamp"]
                if kept_value(field, sent[field.name]) != row[field.name]:
                    raise TimestampConflict
            stamps = stamped(contract, row)
            changes = {
                field.name: kept_value(field, sent[field.name])
                for field in contract.stored
                if field.name in sent and field.name not in stamps and not field.primary_key
            }
            self._tables.write(contract, {**row, **changes, **stamps}, but=row)
            self._relations.write(contract, [Owner(entity, is_new=False)], self._entity)

    def _update_all(self, entity_type: type[E], changes: Mapping[str, Any], *filters: Filter) -> int:
        contract = contract_of(entity_type)
        for name in changes:
            field = contract.stored_by_name.get(name)
            if field is None or field.column is None or field.primary_key:
                msg = f"{contract.name} has no stored field {name!r}"
                raise ValueError(msg)
        stay_in_tenant(contract, changes)
        with self.transaction():
            rows = self._rows(contract, filters)
            kept = {name: kept_value(contract.stored_by_name[name], value) for name, value in changes.items()}
            for row in rows:
                self._tables.write(contract, {**row, **stamped(contract, row), **kept}, but=row)
            return len(rows)

    # parts and links

    def _add_sub_entities(
        self,
        entity_type: type[E],
        which: str | int | Filter,
        path: str,
        sub_entities: Sequence[Any],
        if_not_found: Callable[[], E] | None,
    ) -> int:
        contract = contract_of(entity_type)
        (field,) = steps_of(contract, path, most=1)
        with self.transaction():
            if if_not_found is not None and not self._meant_rows(contract, which):
                return made_with(contract, path, sub_entities, if_not_found, self.create)
            return self._relations.add(field, self._touched(contract, which), sub_entities, self._entity)

    def _remove_sub_entities(self, entity_type: type[E], which: str | int | Filter, path: str, *filters: Filter) -> int:
        contract = contract_of(entity_type)
        *steps, last = steps_of(contract, path)
        with self.transaction():
            owners = [self._touched(contract, which)]
            for step in steps:
                key = end_of(step).key.name
                owners = [row[key] for owner in owners for row in self._relations.rows_at(step, owner)]
            return self._relations.remove(last, owners, _conditions(filters))

    def _touched(self, contract: TypeContract, which: str | int | Filter) -> Any:
        """Count and date a change of the entity that is meant; return its key. EntityNotFound."""
        rows = self._meant_rows(contract, which)
        if not rows:
            raise EntityNotFound(contract.name, which if isinstance(which, str | int) else None)
        self._tables.write(contract, {**rows[0], **stamped(contract, rows[0])}, but=rows[0])
        return rows[0][contract.key.name]

    def _meant_rows(self, contract: TypeContract, which: str | int | Filter) -> list[State]:
        if isinstance(which, str | int):
            return self._having(contract, [which])
        return sorted(self._rows(contract, [which]), key=lambda row: cast("Any", row[contract.key.name]))[:1]

    def _meant(self, entity_type: type[E], which: str | int | Filter) -> Sequence[E]:
        contract = contract_of(entity_type)
        return [cast("E", self._own_fields(contract, row)) for row in self._meant_rows(contract, which)]

    def _as_it_is(self, entity_type: type[E], id: str | int) -> E:
        with self.transaction():
            return self.lock(entity_type, id)

    # delete

    def _delete_by_id(self, entity_type: type[E], id: str | int) -> None:
        if not self.delete_by_ids(entity_type, [id]):
            raise EntityNotFound(contract_of(entity_type).name, id)

    def delete_by_ids(self, entity_type: type[E], ids: Sequence[str | int]) -> int:
        with self.transaction():
            contract = contract_of(entity_type)
            return self._tables.delete(contract, self._having(contract, ids))

    def _delete_all(self, entity_type: type[E], *filters: Filter) -> int:
        with self.transaction():
            contract = contract_of(entity_type)
            return self._tables.delete(contract, self._rows(contract, filters))

    @contextmanager
    def transaction(self) -> Iterator[None]:
        with self._lock:
            # rows are replaced, never changed, so that remembering them is enough
            restore = self._tables.copy()
            self._open += 1
            try:
                yield
            except BaseException:
                restore()
                raise
            finally:
                self._open -= 1

    def _refuse_lock_without_transaction(self) -> None:
        with self._lock:
            if not self._open:
                refuse_without_transaction()

    # what the operations share

    def _rows(self, contract: TypeContract, filters: Iterable[Filter]) -> list[State]:
        given = _conditions(filters)
        with self._lock:
            rows = self._scoped(contract, self._tables.table(cast("type[Model]", contract.model)).values())
            return self._passing(contract, given, rows)

    def _having(self, contract: TypeContract, ids: Iterable[str | int]) -> list[State]:
        table = self._tables.table(cast("type[Model]", contract.model))
        with self._lock:
            keys = [key for id in ids if (key := known_key(contract, id)) is not None]
            return self._scoped(contract, [table[key] for key in dict.fromkeys(keys) if key in table])

    def _scoped(self, contract: TypeContract, rows: Iterable[State]) -> list[State]:
        bounds = bounds_of_call(contract)
        if not bounds:
            return list(rows)
        return [
            row
            for row in rows
            if all(row[field.name] is not None and str(row[field.name]) == str(value) for field, value in bounds)
        ]

    def _ordered(self, contract: TypeContract, query: ResponseFields | None, rows: list[State]) -> list[State]:
        # what is asked for is judged, though entities always come whole
        projection_of(query, contract)
        for step in reversed(order_of(query, contract)):
            name = step.field.name
            rows = sorted(
                rows,
                key=lambda row, name=name: (row[name] is not None, row[name] if row[name] is not None else 0),  # type: ignore[misc]
                reverse=step.direction == "DESC",
            )
        return rows

    def _page(
        self, contract: TypeContract, query: ResponseFields | None, rows: list[State], at_paths: AtPaths = NOWHERE
    ) -> Many[Any]:
        page = page_of(query, contract)
        ordered = self._ordered(contract, query, rows)
        wanted = ordered if page is None else ordered[page.offset : page.offset + page.size]
        entities = [self._entity(contract, row, at_paths) for row in wanted]
        call = find_call()
        if call is not None and call.contract.options.page_steps_only:
            raise Unanswerable("a list that is walked page by page")
        result = call.contract.result if call is not None else None
        if (
            call is not None
            and result is not None
            and result.cls is contract.cls
            and "" in call.contract.options.counts
        ):
            return CountedMany(entities, len(rows) if entities else 0)
        return Many(entities)

    def _entity(self, contract: TypeContract, row: State, at_paths: AtPaths = NOWHERE, path: str = ROOT) -> Any:
        """Return a row as an entity, or a view, with all that may be answered of it; ``path`` is where it is read."""
        entity = self._own_fields(contract, row)
        for field in contract.relations:
            element = field.element
            if element is not None and element.type is not None:
                held, inner = element.type, below(path, field.wire_name)
                rows = self._passing(
                    held, at_paths.get(inner, ()), self._relations.rows_at(field, row[contract.key.name])
                )
                entity.__dict__[field.name] = [self._entity(held, at_end, at_paths, inner) for at_end in rows]
        return entity

    def _passing(self, contract: TypeContract, conditions: Sequence[Q], rows: Iterable[State]) -> list[State]:
        predicates = self._tables.predicates(contract)
        return [row for row in rows if all(predicates.truth_of(condition, row) for condition in conditions)]

    def _own_fields(self, contract: TypeContract, row: State) -> Any:
        """Return a row as an entity whose relations are read where they are asked for, or what a view shows of it."""
        if contract.cls is not contract.model:
            return plain_entity(contract, {name: row[name] for name in row if name in contract.by_name})
        entity = plain_entity(contract, row)
        if isinstance(entity, Model):
            state: Any = entity._state
            state.fields_cache = _Related(entity, self._related)
            state.read_relation = self._relation
        return entity

    def _relation(self, entity: Model, name: str) -> list[Any]:
        return self._relations.values_in(entity, name, self._own_fields)

    def _related(self, entity: Model, name: str) -> Model:
        """Return what a foreign key of an entity names. KeyError where this store does not have it."""
        field: Any = entity._meta.get_field(name)
        contract = contract_of(field.related_model)
        row = self._tables.find(field.related_model, entity.__dict__[field.attname])
        if row is None:
            raise KeyError(name)
        return cast("Model", self._entity(contract, row))


class _Related(dict[str, Any]):
    """The related entities that Django remembers with an entity: found in the store when they are first asked for."""

    def __init__(self, entity: Model, find: Callable[[Model, str], Model]) -> None:
        self._entity = entity
        self._find = find

    def __missing__(self, name: str) -> Model:
        found = self[name] = self._find(self._entity, name)
        return found


def _sorted_out(contract: TypeContract, filters: Iterable[Filter]) -> tuple[list[Filter], AtPaths]:
    """Return the filters of the entities themselves, and the conditions on what is read at each path below them."""
    own: list[Filter] = []
    at_paths: dict[str, list[Q]] = {}
    for given in filters:
        if not isinstance(given, PathFilter):
            own.append(given)
            continue
        path = path_named(contract, given.path)
        inner, further = _sorted_out(paths_of(contract)[path], given.filters)
        at_paths.setdefault(path, []).extend(_conditions(inner))
        for name, conditions in further.items():
            at_paths.setdefault(below(path, name), []).extend(conditions)
    return own, at_paths


def _conditions(filters: Iterable[Filter]) -> list[Q]:
    """Return filters that Python can judge. Unanswerable where one is none."""
    given = list(filters)
    for condition in given:
        if not isinstance(condition, Q):
            raise Unanswerable(f"the filter {condition!r}")
    return cast("list[Q]", given)
