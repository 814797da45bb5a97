"""How an entity's parts and links are written with it: new ones in few statements, known ones merged by their ids."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple, cast

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model

from backk_core.declare.errors import DuplicateEntity
from backk_core.describe.contracts import FieldContract, RelationContract, TypeContract
from backk_core.describe.field_kinds import is_plain
from backk_core.execute.authorization import put_into_tenant
from backk_core.execute.deleting import deleted_parts
from backk_core.execute.filters import Adapt, Condition, adapter, among
from backk_core.execute.links import Links
from backk_core.execute.merging import Merge, Owner, end_of, give_lists, is_set, linked_keys, written_relations
from backk_core.execute.plain_reads import selected, values_of
from backk_core.execute.statements import Statement, execute
from backk_core.execute.tables import column_of, has_key, statement_for, statement_of, table_of
from backk_core.execute.writing import (
    assignments_of,
    constraints_told,
    is_written,
    row_key_field,
    stamped_names,
    stamps,
    stamps_itself,
)

#: Parameters that one INSERT has at most.
_MOST_PARAMETERS = 10_000


def write_relations(db: BaseDatabaseWrapper, contract: TypeContract, owners: Sequence[Owner]) -> None:
    """Write the parts and links that are set on entities of one type, whose roots are written and locked.

    SubEntityCountExceeded; DuplicateEntity; InvalidArgument where a new part is not whole, a part that is there is
    given what only new ones have, or a link leads to nothing.
    """
    give_lists(contract, owners)
    for field in written_relations(contract):
        given = [owner for owner in owners if is_set(owner.entity, field)]
        if cast(RelationContract, field.relation).is_owned:
            Parts(db, contract, field).write(given)
        elif given:
            _write_links(Links(db, contract, field), field, given)


def _write_links(links: Links, field: FieldContract, owners: Sequence[Owner]) -> None:
    given = [
        (owner.is_new, (owner.entity.pk, owner.entity.__dict__[field.name], (*owner.path, field.wire_name)))
        for owner in owners
    ]
    new = [row for is_new, row in given if is_new and row[1]]
    if new:
        found = links.made(new)
        for owner in owners:
            if owner.is_new:
                keys = linked_keys(end_of(field), owner.entity.__dict__[field.name], owner.path)
                # what was sent of them beside their ids is not theirs
                owner.entity.__dict__[field.name] = [found[key] for key in sorted(keys)]
    if changed := [row for is_new, row in given if not is_new]:
        links.replaced(changed)


class _Known(NamedTuple):
    """A part that is there."""

    key: Any
    row_key: str


class Parts:
    """The parts at the end of one relation of an entity type, in the transaction that is open."""

    def __init__(self, db: BaseDatabaseWrapper, owner: TypeContract, field: FieldContract) -> None:
        self._db, self._owner, self._field = db, owner, field
        self._relation = cast(RelationContract, field.relation)
        self._part = end_of(field)
        self._parent = self._part.stored_by_name[self._relation.parent_column]

    def write(self, owners: Sequence[Owner]) -> None:
        """Write the parts that are set on owners: merge them with those that are there."""
        present = self._present([owner.entity.pk for owner in owners if not owner.is_new])
        merge = Merge[_Known](self._field)
        for owner in owners:
            key = owner.entity.pk
            merge.sort(key, owner.path, owner.entity.__dict__[self._field.name], present.get(key, {}))
        self._write(merge)

    def add(self, owner: Any, parts: Sequence[Any]) -> int:
        """Add new parts to those of the owner with a key. DuplicateEntity where one has the id of another."""
        present = self._present([owner])[owner]
        if any(part.__dict__.get("local_id") in present for part in parts):
            raise DuplicateEntity(self._part.name)
        if parts:
            merge = Merge[_Known](self._field)
            merge.sort(owner, (), parts, present)
            self._write(merge)
        return len(parts)

    def rows_of(self, owners: Sequence[Any]) -> Condition:
        """Return the condition that a part is one of the owners', whose keys are given."""
        return among(self._db, self._parent, [adapter(self._db, self._parent)(owner) for owner in owners])

    def keys_of(self, owners: Sequence[Any]) -> list[Any]:
        """Return the keys of all parts of owners."""
        return [part.key for present in self._present(owners).values() for part in present.values()]

    # which are there, new, changed

    def _present(self, owners: Sequence[Any]) -> dict[Any, dict[str, _Known]]:
        found: dict[Any, dict[str, _Known]] = {owner: {} for owner in owners}
        if not owners:
            return found
        bound = row_key_field(self._part, [field for field in self._part.stored if is_written(field)])
        fields = (self._parent, self._part.key, self._part.identity, *([bound] if bound is not None else []))
        condition = self.rows_of(owners)
        text = f"SELECT {selected(self._db.alias, fields)} FROM {table_of(self._db, self._part)}{condition.where}"
        # what others committed while this one waited for the owner's lock is seen by a read that locks
        text += " FOR UPDATE" if self._db.vendor == "mysql" else ""
        statement = statement_of(condition, text)
        for owner, key, local_id, *row_key in values_of(self._db, fields, statement, condition.parameters):
            found[owner][local_id] = _Known(key, row_key[0] if row_key else "")
        return found

    # what is written

    def _write(self, merge: Merge[_Known]) -> None:
        merge.refuse_what_is_wrong()
        with constraints_told(self._part):
            if merge.emptied:
                deleted_parts(self._db, self._part, self.rows_of(merge.emptied))
            for owner, known in merge.changed:
                self._update(owner.entity, known)
            insert_all(self._db, self._part, [owner.entity for owner in merge.new])
        if self._part.relations and merge.owners:
            write_relations(self._db, self._part, merge.owners)

    def _update(self, part: Any, known: _Known) -> None:
        db, state = self._db, part.__dict__
        fixed = {self._part.identity.name, self._parent.name, *stamped_names(self._part)}
        fields = [f for f in self._part.stored if f.name in state and is_written(f) and f.name not in fixed]
        steps = [step for field in fields for step in assignments_of(db, field, state[field.name], known.row_key)]
        part.pk = known.key
        if steps:
            steps += stamps(db, self._part)
            condition = has_key(db, self._part, known.key)
            text = ", ".join(assignment for assignment, _ in steps)
            values = [value for _, given in steps for value in given]
            statement = statement_for(f"UPDATE {table_of(db, self._part)} SET {text}{condition.where}")
            execute(db, statement, [*values, *condition.parameters])


# many rows in few statements


@lru_cache(maxsize=1024)
def _columns(alias: str, contract: TypeContract) -> tuple[tuple[FieldContract, Adapt | None], ...]:
    """Return the columns of a new row, each with what makes a parameter of its value; None: only its field knows."""
    db = connections[alias]
    return tuple(
        (
            field,
            adapter(db, field) if is_plain(field.model_field) and not stamps_itself(field) else None,
        )
        for field in contract.stored
        if not (field.primary_key and field.kind.name == "id")
    )


def insert_all(db: BaseDatabaseWrapper, contract: TypeContract, entities: Sequence[Any]) -> None:
    """Insert parts by as few statements as can be, and give each its key; by ``save`` where a model has its own."""
    for entity in entities if contract.tenant is not None else ():
        put_into_tenant(contract, entity.__dict__)
    model = cast("type[Model]", contract.model)
    columns = _columns(db.alias, contract)
    customised = model.save is not Model.save or model._meta.parents
    if customised or not db.features.can_return_rows_from_bulk_insert or _any_computed(columns, entities):
        for entity in entities:
            entity.save(force_insert=True, using=db.alias)
        return
    most = max(1, _MOST_PARAMETERS // len(columns))
    for start in range(0, len(entities), most):
        _insert(db, contract, columns, entities[start : start + most])


def _any_computed(columns: Sequence[tuple[FieldContract, Any]], entities: Sequence[Any]) -> bool:
    return any(
        hasattr(entity.__dict__.get(field.name), "resolve_expression") for entity in entities for field, _ in columns
    )


def _insert(
    db: BaseDatabaseWrapper,
    contract: TypeContract,
    columns: Sequence[tuple[FieldContract, Adapt | None]],
    entities: Sequence[Any],
) -> None:
    names = ", ".join(column_of(db, field) for field, _ in columns)
    row = f"({', '.join(['%s'] * len(columns))})"
    known = (contract.key, contract.stored_by_name["parent_id"], contract.identity)
    text = f"INSERT INTO {table_of(db, contract)} ({names}) VALUES {', '.join([row] * len(entities))}"
    text += f" RETURNING {', '.join(column_of(db, field) for field in known)}"
    given = [_value(db, entity, field, adapt) for entity in entities for field, adapt in columns]
    # no database promises that they come in the order in which they went
    keys = {(parent, id): key for key, parent, id in values_of(db, known, Statement(text), given)}
    for entity in entities:
        state = entity.__dict__
        state[contract.key.name] = keys[state["parent_id"], state["local_id"]]
        entity._state.adding, entity._state.db = False, db.alias


def _value(db: BaseDatabaseWrapper, entity: Any, field: FieldContract, adapt: Adapt | None) -> Any:
    if adapt is not None:
        return adapt(entity.__dict__[field.name])
    form = field.model_field
    return form.get_db_prep_save(form.pre_save(entity, True), connection=db)
