"""Parts and links of entities that are kept in memory: how they are read, written, added and removed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, cast

from django.db.models import Model, Q

from backk_core.declare.errors import DuplicateEntity, SubEntityCountExceeded
from backk_core.declare.relations import relations_of
from backk_core.describe.contracts import FieldContract, RelationContract, TypeContract
from backk_core.execute.authorization import put_into_tenant, tenant_of_call
from backk_core.execute.memory_tables import State, Tables, contract_of, given_value, kept_value, stamped
from backk_core.execute.merging import (
    Merge,
    Owner,
    Path,
    end_of,
    give_lists,
    linked_keys,
    refers_to_nothing,
    written_relations,
)

#: Makes what is answered of a row.
Make = Callable[[TypeContract, State], Any]


class Relations:
    """The relations of the entities in some tables."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    # read

    def values_in(self, entity: Model, name: str, make: Make) -> list[Any]:
        """Return the entities at the end of a relation of an entity, as they are there and not as views show them."""
        relation = relations_of(type(entity))[name]
        end = contract_of(relation.end)
        rows = self._rows_at(end, relation.link, relation.parent_column, relation.is_owned, entity.pk)
        return [make(end, row) for row in rows]

    def rows_at(self, field: FieldContract, owner: Any) -> list[State]:
        """Return the rows at the end of a relation of the entity with a key, in their order."""
        relation = cast(RelationContract, field.relation)
        return self._rows_at(end_of(field), relation.link, relation.parent_column, relation.is_owned, owner)

    def _rows_at(self, end: TypeContract, link: Any, column: str, is_owned: bool, owner: Any) -> list[State]:
        table = self._tables.table(cast("type[Model]", end.model))
        if link is not None:
            keys = sorted(row[link.far] for row in self._tables.links(link.table) if row[link.near] == owner)
            return [table[key] for key in keys if key in table]
        name = next(field.name for field in end.stored if field.column == column)
        rows = [row for row in table.values() if row[name] is not None and str(row[name]) == str(owner)]
        if is_owned:
            return sorted(rows, key=lambda row: (len(row["local_id"]), row["local_id"]))
        return sorted(rows, key=lambda row: row[end.key.name])

    # write

    def write(self, contract: TypeContract, owners: Sequence[Owner], make: Make) -> None:
        """Write the parts and links that are set on entities whose own rows are written."""
        give_lists(contract, owners)
        for field in written_relations(contract):
            given = [owner for owner in owners if owner.entity.__dict__.get(field.name) is not None]
            if cast(RelationContract, field.relation).is_owned:
                self._write_parts(field, given, make)
            else:
                for owner in given:
                    self._replace_links(field, owner, make)

    def insert(self, contract: TypeContract, entity: Any) -> None:
        """Keep a new row, and give the entity its key."""
        put_into_tenant(contract, entity.__dict__)
        state = {field.name: given_value(entity, field) for field in contract.stored}
        key = contract.key.name
        if state[key] is None:
            state[key] = self._tables.next_id(type(entity), contract)
        if state[key] in self._tables.table(type(entity)):
            raise DuplicateEntity(contract.name)
        self._tables.write(contract, state, but=None)
        entity.pk = state[key]
        entity._state.adding = False

    def _write_parts(self, field: FieldContract, owners: Sequence[Owner], make: Make) -> None:
        merge = Merge[State](field)
        for owner in owners:
            parts = owner.entity.__dict__[field.name]
            merge.sort(owner.entity.pk, owner.path, parts, self._present(field, owner.entity.pk))
        merge.refuse_what_is_wrong()
        for owner_key in merge.emptied:
            self._tables.delete(end_of(field), self.rows_at(field, owner_key))
        self._keep(field, merge, make)

    def _keep(self, field: FieldContract, merge: Merge[State], make: Make) -> None:
        part = end_of(field)
        fixed = {part.key.name, part.identity.name, cast(RelationContract, field.relation).parent_column}
        for owner, row in merge.changed:
            sent = owner.entity.__dict__
            owner.entity.pk = row[part.key.name]
            stamps = stamped(part, row)
            names = [known for known in part.stored if known.name in sent and known.name not in fixed | stamps.keys()]
            if names:
                changes = {known.name: kept_value(known, sent[known.name]) for known in names}
                self._tables.write(part, {**row, **changes, **stamps}, but=row)
        for owner in merge.new:
            self.insert(part, owner.entity)
        if merge.owners:
            self.write(part, merge.owners, make)

    def _present(self, field: FieldContract, owner: Any) -> Mapping[str, State]:
        return {row["local_id"]: row for row in self.rows_at(field, owner)}

    def _replace_links(self, field: FieldContract, owner: Owner, make: Make) -> None:
        relation = cast(RelationContract, field.relation)
        link, key = cast(Any, relation.link), owner.entity.pk
        keys = self._known(field, owner.entity.__dict__[field.name], (*owner.path, field.wire_name))
        _keep_size(relation, len(keys))
        if owner.is_new:
            seen = field.element.type if field.element is not None and field.element.type is not None else end_of(field)
            table = self._tables.table(cast("type[Model]", relation.model))
            owner.entity.__dict__[field.name] = [make(seen, table[known]) for known in sorted(keys)]
        self._tables.unlink(link.table, lambda row: row[link.near] == key)
        self._tables.links(link.table).extend({link.near: key, link.far: known} for known in keys)

    def _known(self, field: FieldContract, linked: Iterable[Any], path: Path) -> list[Any]:
        end = end_of(field)
        keys = linked_keys(end, linked, path)
        bounds = tenant_of_call(end)
        for key in keys:
            row = self._tables.find(cast("type[Model]", end.model), key)
            if row is None or any(str(row[bound.name]) != str(value) for bound, value in bounds):
                raise refers_to_nothing(end, path, key)
        return keys

    # add and remove

    def add(self, field: FieldContract, owner: Any, sub_entities: Sequence[Any], make: Make) -> int:
        """Add sub-entities to the entity with a key; return how many are new."""
        relation = cast(RelationContract, field.relation)
        if relation.is_owned:
            present = self._present(field, owner)
            if any(part.__dict__.get("local_id") in present for part in sub_entities):
                raise DuplicateEntity(end_of(field).name)
            if sub_entities:
                merge = Merge[State](field)
                merge.sort(owner, (), sub_entities, present)
                merge.refuse_what_is_wrong()
                self._keep(field, merge, make)
            return len(sub_entities)
        link = cast(Any, relation.link)
        links = self._tables.links(link.table)
        there = {row[link.far] for row in links if row[link.near] == owner}
        new = [key for key in self._known(field, sub_entities, (field.wire_name,)) if key not in there]
        if new:
            _keep_size(relation, len(there) + len(new))
        links.extend({link.near: owner, link.far: key} for key in new)
        return len(new)

    def remove(self, field: FieldContract, owners: Iterable[Any], filters: Sequence[Q]) -> int:
        """Remove the sub-entities of entities with these keys that pass the filters; return how many."""
        relation, end = cast(RelationContract, field.relation), end_of(field)
        predicates = self._tables.predicates(end)
        count = 0
        for owner in owners:
            rows = [
                row
                for row in self.rows_at(field, owner)
                if all(predicates.truth_of(condition, row) for condition in filters)
            ]
            if relation.is_owned:
                count += self._tables.delete(end, rows)
            else:
                link, keys = cast(Any, relation.link), {row[end.key.name] for row in rows}
                goes = _goes(link, owner, keys)
                count += self._tables.unlink(link.table, goes)
        return count


def _goes(link: Any, owner: Any, keys: set[Any]) -> Callable[[Mapping[str, Any]], bool]:
    return lambda row: row[link.near] == owner and row[link.far] in keys


def _keep_size(relation: RelationContract, size: int) -> None:
    if relation.max_size is not None and size > relation.max_size:
        raise SubEntityCountExceeded
