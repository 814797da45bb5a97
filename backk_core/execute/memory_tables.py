"""Rows and links kept in this process's memory, with the constraints that a database would keep."""

from __future__ import annotations

import copy
import decimal
from collections.abc import Callable, Sequence
from typing import Any, cast

from django.db import IntegrityError, models
from django.db.backends.utils import format_number
from django.db.models import Model, ProtectedError
from django.db.models.base import ModelState
from django.db.models.expressions import DatabaseDefault

from backk_core.declare.entities import HasLastModifiedTimestamp, HasVersion, now
from backk_core.declare.errors import DuplicateEntity
from backk_core.declare.stored_forms import Companion, StoredForm
from backk_core.describe.contracts import FieldContract, TypeContract
from backk_core.describe.registry import registry
from backk_core.execute.building import key_of
from backk_core.execute.predicates import Predicates, Unanswerable

#: A row: values by the names of fields. It is replaced, never changed.
State = dict[str, Any]
#: A row of a link table: keys by column.
LinkRow = dict[str, Any]


class Tables:
    """The rows of all entities, and the links between them."""

    def __init__(self) -> None:
        self._rows: dict[type[Model], dict[Any, State]] = {}
        self._links: dict[str, list[LinkRow]] = {}
        self._last_ids: dict[type[Model], int] = {}

    def copy(self) -> Callable[[], None]:
        """Remember everything; return what brings it back."""
        rows = {model: dict(table) for model, table in self._rows.items()}
        links = {table: list(found) for table, found in self._links.items()}

        def restore() -> None:
            self._rows, self._links = rows, links

        return restore

    def table(self, model: type[Model]) -> dict[Any, State]:
        """Return the rows of a model by their keys."""
        return self._rows.setdefault(cast("type[Model]", model._meta.concrete_model), {})

    def next_id(self, model: type[Model], contract: TypeContract) -> int:
        """Return the id of the next row. IntegrityError where none is given out."""
        if contract.key.kind.name != "id":
            raise IntegrityError(f"{contract.name} needs a {contract.key.name}: only numbers are given out")
        table = self.table(model)
        concrete = cast("type[Model]", model._meta.concrete_model)
        self._last_ids[concrete] = max(self._last_ids.get(concrete, 0), *table, 0) + 1
        return self._last_ids[concrete]

    def find(self, model: type[Model], key: Any) -> State | None:
        """Return the row with a key."""
        return self.table(model).get(key)

    def predicates(self, contract: TypeContract) -> Predicates:
        """Return what answers conditions about an entity's rows."""
        return Predicates(cast("type[Model]", contract.model), self.find, self._linked)

    # links

    def links(self, table: str) -> list[LinkRow]:
        """Return the rows of a link table."""
        return self._links.setdefault(table, [])

    def _linked(self, table: str, near: str, far: str, key: Any) -> list[Any]:
        return [link[far] for link in self.links(table) if link[near] == key]

    def unlink(self, table: str, goes: Callable[[LinkRow], bool]) -> int:
        """Delete rows of a link table; return how many."""
        before = self.links(table)
        self._links[table] = [link for link in before if not goes(link)]
        return len(before) - len(self._links[table])

    # rows

    def write(self, contract: TypeContract, state: State, *, but: State | None) -> None:
        """Keep a row instead of ``but``. DuplicateEntity, and IntegrityError as the database raises it."""
        for field in contract.stored:
            if isinstance(field.model_field, Companion):
                state[field.name] = field.model_field.renewed(state)
        table = self.table(cast("type[Model]", contract.model))
        others = [row for row in table.values() if row is not but]
        for field in contract.stored:
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
        predicates = self.predicates(contract)
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
        meta, predicates = cast("type[Model]", contract.model)._meta, self.predicates(contract)
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

    def delete(self, contract: TypeContract, rows: Sequence[State]) -> int:
        """Delete rows and what hangs on them; return how many rows those are."""
        model = cast("type[Model]", contract.model)
        table = self.table(model)
        for row in rows:
            for relation in model._meta.get_fields(include_hidden=True):
                if relation.auto_created and not relation.concrete:
                    self._let_go(relation, row)
            table.pop(row[contract.key.name], None)
        return len(rows)

    def _let_go(self, relation: Any, row: State) -> None:
        """Do to the rows that refer to a row what their foreign keys say, as Django does."""
        if relation.many_to_many:
            return
        if relation.related_model._meta.auto_created:
            name, key = relation.field.column, row[relation.field.target_field.attname]
            self.unlink(relation.related_model._meta.db_table, lambda link: link[name] == key)
            return
        child, field, on_delete = contract_of(relation.related_model), relation.field, relation.on_delete
        key = row[field.target_field.attname]
        referring = [other for other in self.table(relation.related_model).values() if other[field.attname] == key]
        if not referring or on_delete is models.DO_NOTHING:
            return
        if on_delete is models.CASCADE:
            self.delete(child, referring)
        elif on_delete in (models.SET_NULL, models.SET_DEFAULT):
            value = None if on_delete is models.SET_NULL else field.get_default()
            for other in referring:
                self.write(child, {**other, field.attname: value}, but=other)
        else:
            raise ProtectedError(f"{child.name} refers to it", {plain_entity(child, other) for other in referring})


def contract_of(entity_type: type) -> TypeContract:
    """Return the contract of an entity type."""
    return registry().type_contract(entity_type)


def _attname(meta: Any, name: str) -> str:
    return cast("str", meta.get_field(name).attname)


def _same(names: Sequence[str], state: State, others: list[State]) -> bool:
    values = [state[name] for name in names]
    return None not in values and any([row[name] for name in names] == values for row in others)


def known_key(contract: TypeContract, id: Any) -> Any:
    """Return the key that an id means, None where no row can have it."""
    try:
        if contract.key.kind.name == "id":
            return key_of(id, contract)
        return contract.key.model_field.to_python(id)
    except Exception:  # noqa: BLE001 - whatever a key field cannot read is nobody's key
        return None


def given_value(entity: Model, field: FieldContract) -> Any:
    """Return what a new entity has in a field, as the database would keep it."""
    # what is kept in a form of its own is kept here as it is
    model_field = field.declared_field
    value = model_field.pre_save(entity, True)
    if isinstance(value, DatabaseDefault):
        value = model_field.db_default
        value = getattr(value, "value", value)
        if hasattr(value, "resolve_expression"):
            raise Unanswerable(f"{field.name}: a default that the database computes")
    return kept_value(field, value)


def kept_value(field: FieldContract, value: Any) -> Any:
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


def stamped(contract: TypeContract, row: State) -> State:
    """Return what counts and dates a change of a row."""
    stamps: State = {}
    if issubclass(contract.model, HasVersion):
        stamps["version"] = row["version"] + 1
    if issubclass(contract.model, HasLastModifiedTimestamp):
        stamps["last_modified_timestamp"] = now()
    return stamps


def plain_entity(contract: TypeContract, row: State) -> Any:
    """Return a row as an entity, or a view, that has its own fields."""
    cls: Any = contract.cls
    entity = cls.__new__(cls)
    if issubclass(cls, Model):
        entity._state = ModelState()
        entity._state.adding = False
    entity.__dict__.update(copy.deepcopy(row))
    return entity
