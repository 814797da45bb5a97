"""Keeps entities in this process's memory, with the same answers as the database's store: for tests."""

from __future__ import annotations

import copy
import decimal
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any, TypeVar, cast

from django.db import IntegrityError, models
from django.db.backends.utils import format_number
from django.db.models import Model, ProtectedError, Q
from django.db.models.base import ModelState
from django.db.models.expressions import DatabaseDefault

from backk_core.declare.entities import HasLastModifiedTimestamp, HasVersion, now
from backk_core.declare.errors import DuplicateEntity, EntityNotFound, TimestampConflict, VersionConflict
from backk_core.declare.relations import EntityView
from backk_core.declare.store import Filter, Store
from backk_core.declare.stored_forms import Companion, StoredForm
from backk_core.declare.types import Many, One, ResponseFields
from backk_core.describe.contracts import FieldContract, TypeContract
from backk_core.describe.registry import registry
from backk_core.execute.authorization import owned_by_caller
from backk_core.execute.call import find_call
from backk_core.execute.codec import key_of
from backk_core.execute.predicates import Predicates, Unanswerable
from backk_core.execute.projection import projection_of
from backk_core.execute.queries import order_of, page_of
from backk_core.execute.results import CountedMany

E = TypeVar("E", bound=Model)
V = TypeVar("V", bound=Model | EntityView)
State = dict[str, Any]


class Fake(ABC):
    """Stands in for something that a call's transaction covers: what a failed call did to it is undone."""

    @abstractmethod
    def transaction(self) -> AbstractContextManager[None]:
        """Undo what was done in a block, if that fails."""


class FakeStore(Fake, Store):
    """A store without a database: ``SalesItemService(FakeStore())``.

    Entities are real instances; ids are 1, 2, … in each type. Unique values, bounds, versions, owners and rollbacks are
    kept as the database keeps them. Filters are Q objects with Django's usual lookups over own fields and foreign keys;
    anything else raises Unanswerable.
    """

    def __init__(self, *entities: Model) -> None:
        self._tables: dict[type[Model], dict[Any, State]] = {}
        self._last_ids: dict[type[Model], int] = {}
        # calls in several threads see each other's work whole or not at all
        self._lock = threading.RLock()
        self.create_many(entities)

    # create

    def create(self, entity: E) -> One[E]:
        contract = _contract(type(entity))
        with self._lock:
            state = {field.name: _given(entity, field) for field in _stored(contract)}
            key = contract.key
            if state[key.name] is None:
                state[key.name] = self._next_id(type(entity), contract)
            if state[key.name] in self._table(type(entity)):
                raise DuplicateEntity(contract.name)
            self._write(contract, state, but=None)
        entity.pk = state[key.name]
        entity._state.adding = False
        return One(entity)

    def create_many(self, entities: Sequence[E]) -> Many[E]:
        with self.transaction():
            return Many([self.create(entity).data for entity in entities])

    # read

    def get_all(self, entity_type: type[V], query: ResponseFields | None = None, *filters: Filter) -> Many[V]:
        contract = _contract(entity_type)
        return self._page(contract, query, self._rows(contract, filters))

    def get_by_id(
        self,
        entity_type: type[V],
        id: str | int,
        query: ResponseFields | None = None,
        *,
        if_not_found: Callable[[], V] | None = None,
    ) -> One[V]:
        contract = _contract(entity_type)
        rows = self._having(contract, [id])
        if rows:
            return One(self._page(contract, query, rows).data[0])
        if if_not_found is None:
            raise EntityNotFound(contract.name, id)
        return One(if_not_found())

    def get_by_ids(
        self, entity_type: type[V], ids: Sequence[str | int], query: ResponseFields | None = None
    ) -> Many[V]:
        contract = _contract(entity_type)
        return self._page(contract, query, self._having(contract, ids))

    def get_first(self, entity_type: type[V], query: ResponseFields | None = None, *filters: Filter) -> One[V]:
        contract = _contract(entity_type)
        rows = self._ordered(contract, query, self._rows(contract, filters))
        if not rows:
            raise EntityNotFound(contract.name)
        return One(self._entity(contract, rows[0]))

    def count(self, entity_type: type[V], *filters: Filter) -> int:
        return len(self._rows(_contract(entity_type), filters))

    # update

    def update(self, entity: Model) -> None:
        contract = _contract(type(entity))
        sent = entity.__dict__
        key = key_of(entity.pk, contract)
        with self._lock:
            rows = self._having(contract, [key])
            if not rows:
                raise EntityNotFound(contract.name, key)
            (row,) = rows
            versioned = issubclass(contract.model, HasVersion) and sent.get("version", -1) != -1
            if versioned and sent["version"] != row["version"]:
                raise VersionConflict
            if issubclass(contract.model, HasLastModifiedTimestamp) and "last_modified_timestamp" in sent:
                field = contract.stored_by_name["last_modified_timestamp"]
                if _kept(field, sent[field.name]) != row[field.name]:
                    raise TimestampConflict
            stamps = _stamped(contract, row)
            changes = {
                field.name: _kept(field, sent[field.name])
                for field in _stored(contract)
                if field.name in sent and field.name not in stamps and not field.primary_key
            }
            self._write(contract, {**row, **changes, **stamps}, but=row)

    def update_all(self, entity_type: type[E], changes: Mapping[str, Any], *filters: Filter) -> int:
        contract = _contract(entity_type)
        for name in changes:
            field = contract.stored_by_name.get(name)
            if field is None or field.column is None or field.primary_key:
                msg = f"{contract.name} has no stored field {name!r}"
                raise ValueError(msg)
        with self.transaction():
            rows = self._rows(contract, filters)
            kept = {name: _kept(contract.stored_by_name[name], value) for name, value in changes.items()}
            for row in rows:
                self._write(contract, {**row, **_stamped(contract, row), **kept}, but=row)
            return len(rows)

    # delete

    def delete_by_id(self, entity_type: type[E], id: str | int) -> None:
        if not self.delete_by_ids(entity_type, [id]):
            raise EntityNotFound(_contract(entity_type).name, id)

    def delete_by_ids(self, entity_type: type[E], ids: Sequence[str | int]) -> int:
        with self.transaction():
            contract = _contract(entity_type)
            return self._delete(contract, self._having(contract, ids))

    def delete_all(self, entity_type: type[E], *filters: Filter) -> int:
        with self.transaction():
            contract = _contract(entity_type)
            return self._delete(contract, self._rows(contract, filters))

    @contextmanager
    def transaction(self) -> Iterator[None]:
        with self._lock:
            # rows are replaced, never changed, so that remembering them is enough
            before = {model: dict(table) for model, table in self._tables.items()}
            try:
                yield
            except BaseException:
                self._tables = before
                raise

    # what the operations share

    def _table(self, model: type[Model]) -> dict[Any, State]:
        return self._tables.setdefault(cast("type[Model]", model._meta.concrete_model), {})

    def _next_id(self, model: type[Model], contract: TypeContract) -> int:
        if contract.key.kind.name != "id":
            raise IntegrityError(f"{contract.name} needs a {contract.key.name}: only numbers are given out")
        table = self._table(model)
        concrete = cast("type[Model]", model._meta.concrete_model)
        self._last_ids[concrete] = max(self._last_ids.get(concrete, 0), *table, 0) + 1
        return self._last_ids[concrete]

    def _find(self, model: type[Model], key: Any) -> State | None:
        return self._table(model).get(key)

    def _predicates(self, contract: TypeContract) -> Predicates:
        return Predicates(cast("type[Model]", contract.model), self._find)

    def _rows(self, contract: TypeContract, filters: Iterable[Filter]) -> list[State]:
        given = list(filters)
        for condition in given:
            if not isinstance(condition, Q):
                raise Unanswerable(f"the filter {condition!r}")
        predicates = self._predicates(contract)
        with self._lock:
            rows = self._scoped(contract, self._table(cast("type[Model]", contract.model)).values())
            return [row for row in rows if all(predicates.truth_of(condition, row) for condition in given)]

    def _having(self, contract: TypeContract, ids: Iterable[str | int]) -> list[State]:
        table = self._table(cast("type[Model]", contract.model))
        with self._lock:
            keys = [key for id in ids if (key := _key(contract, id)) is not None]
            return self._scoped(contract, [table[key] for key in dict.fromkeys(keys) if key in table])

    def _scoped(self, contract: TypeContract, rows: Iterable[State]) -> list[State]:
        own = owned_by_caller(contract)
        if own is None:
            return list(rows)
        field, owner = own
        return [row for row in rows if row[field.name] is not None and str(row[field.name]) == str(owner)]

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

    def _page(self, contract: TypeContract, query: ResponseFields | None, rows: list[State]) -> Many[Any]:
        page = page_of(query, contract)
        ordered = self._ordered(contract, query, rows)
        wanted = ordered if page is None else ordered[page.offset : page.offset + page.size]
        entities = [self._entity(contract, row) for row in wanted]
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

    def _entity(self, contract: TypeContract, row: State) -> Any:
        cls: Any = contract.cls
        entity = cls.__new__(cls)
        entity._state = ModelState()
        entity._state.adding = False
        entity._state.fields_cache = _Related(entity, self._related)
        entity.__dict__.update(copy.deepcopy(row))
        return entity

    def _related(self, entity: Model, name: str) -> Model:
        """Return what a foreign key of an entity names. KeyError where this store does not have it."""
        field: Any = entity._meta.get_field(name)
        contract = _contract(field.related_model)
        row = self._find(field.related_model, entity.__dict__[field.attname])
        if row is None:
            raise KeyError(name)
        return cast("Model", self._entity(contract, row))

    def _write(self, contract: TypeContract, state: State, *, but: State | None) -> None:
        """Keep a row instead of ``but``. DuplicateEntity, and IntegrityError as the database raises it."""
        for field in _stored(contract):
            if isinstance(field.model_field, Companion):
                state[field.name] = field.model_field.renewed(state)
        table = self._table(cast("type[Model]", contract.model))
        others = [row for row in table.values() if row is not but]
        for field in _stored(contract):
            if state[field.name] is None and not field.nullable:
                raise IntegrityError(f"NOT NULL constraint failed: {contract.name}.{field.name}")
            if field.unique and any(row[field.name] == state[field.name] is not None for row in others):
                raise DuplicateEntity(contract.name)
        self._keep_constraints(contract, state, others)
        table[state[contract.key.name]] = state

    def _keep_constraints(self, contract: TypeContract, state: State, others: list[State]) -> None:
        meta = cast("type[Model]", contract.model)._meta
        for together in meta.unique_together:
            if _same([_attname(meta, name) for name in together], state, others):
                raise DuplicateEntity(contract.name)
        predicates = self._predicates(contract)
        for constraint in meta.constraints:
            if isinstance(constraint, models.UniqueConstraint):
                self._keep_unique(contract, constraint, state, others)
            elif (
                isinstance(constraint, models.CheckConstraint)
                and predicates.truth_of(constraint.condition, state) is False
            ):
                raise IntegrityError(f"CHECK constraint failed: {constraint.name}")

    def _keep_unique(
        self, contract: TypeContract, constraint: models.UniqueConstraint, state: State, others: list[State]
    ) -> None:
        meta, predicates = cast("type[Model]", contract.model)._meta, self._predicates(contract)
        condition = constraint.condition

        def concerned(row: State) -> bool:
            return condition is None or predicates.truth_of(condition, row) is True

        def values(row: State) -> list[Any]:
            named = [row[_attname(meta, name)] for name in constraint.fields]
            return named + [predicates.value_of(expression, row) for expression in constraint.expressions]

        if not concerned(state) or None in values(state):
            return
        if any(concerned(row) and values(row) == values(state) for row in others):
            raise DuplicateEntity(contract.name)

    def _delete(self, contract: TypeContract, rows: list[State]) -> int:
        model = cast("type[Model]", contract.model)
        table = self._table(model)
        for row in rows:
            for relation in model._meta.related_objects:
                self._let_go(relation, row)
            table.pop(row[contract.key.name], None)
        return len(rows)

    def _let_go(self, relation: Any, row: State) -> None:
        """Do to the rows that refer to a row what their foreign keys say, as Django does."""
        if relation.many_to_many:
            return
        child, field, on_delete = _contract(relation.related_model), relation.field, relation.on_delete
        key = row[field.target_field.attname]
        referring = [other for other in self._table(relation.related_model).values() if other[field.attname] == key]
        if not referring or on_delete is models.DO_NOTHING:
            return
        if on_delete is models.CASCADE:
            self._delete(child, referring)
        elif on_delete in (models.SET_NULL, models.SET_DEFAULT):
            value = None if on_delete is models.SET_NULL else field.get_default()
            for other in referring:
                self._write(child, {**other, field.attname: value}, but=other)
        else:
            raise ProtectedError(f"{child.name} refers to it", {self._entity(child, other) for other in referring})


class _Related(dict[str, Any]):
    """The related entities that Django remembers with an entity: found in the store when they are first asked for."""

    def __init__(self, entity: Model, find: Callable[[Model, str], Model]) -> None:
        self._entity = entity
        self._find = find

    def __missing__(self, name: str) -> Model:
        found = self[name] = self._find(self._entity, name)
        return found


def _contract(entity_type: type[Any]) -> TypeContract:
    return registry().type_contract(entity_type)


def _stored(contract: TypeContract) -> list[FieldContract]:
    return [field for field in contract.fields if field.column is not None]


def _attname(meta: Any, name: str) -> str:
    return cast("str", meta.get_field(name).attname)


def _same(names: Sequence[str], state: State, others: list[State]) -> bool:
    values = [state[name] for name in names]
    return None not in values and any([row[name] for name in names] == values for row in others)


def _key(contract: TypeContract, id: Any) -> Any:
    try:
        if contract.key.kind.name == "id":
            return key_of(id, contract)
        return contract.key.model_field.to_python(id)
    except Exception:  # noqa: BLE001 - whatever a key field cannot read is nobody's key
        return None


def _given(entity: Model, field: FieldContract) -> Any:
    """Return what a new entity has in a field, as the database would keep it."""
    # what is kept in a form of its own is kept here as it is
    model_field = field.declared_field
    value = model_field.pre_save(entity, True)
    if isinstance(value, DatabaseDefault):
        value = model_field.db_default
        value = getattr(value, "value", value)
        if hasattr(value, "resolve_expression"):
            raise Unanswerable(f"{field.name}: a default that the database computes")
    return _kept(field, value)


def _kept(field: FieldContract, value: Any) -> Any:
    """Return a value as it comes back from the database."""
    model_field = field.model_field
    if value is None:
        return None
    if isinstance(model_field, StoredForm):
        return copy.deepcopy(model_field.kept(value))
    if field.primary_key and field.kind.name == "id":
        return int(value)
    value = model_field.to_python(model_field.get_prep_value(value))
    if isinstance(model_field, models.DecimalField):
        return decimal.Decimal(cast("str", format_number(value, model_field.max_digits, model_field.decimal_places)))
    return copy.deepcopy(value)


def _stamped(contract: TypeContract, row: State) -> State:
    stamps: State = {}
    if issubclass(contract.model, HasVersion):
        stamps["version"] = row["version"] + 1
    if issubclass(contract.model, HasLastModifiedTimestamp):
        stamps["last_modified_timestamp"] = now()
    return stamps
