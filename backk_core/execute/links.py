"""How links between entities are written: which are there, which are new, and which lead to nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

from backk_core.declare.errors import SubEntityCountExceeded
from backk_core.declare.relations import Link
from backk_core.describe.contracts import FieldContract, RelationContract, TypeContract
from backk_core.describe.registry import registry
from backk_core.execute.filters import Condition, adapter, all_of_them, among
from backk_core.execute.merging import Path, linked_keys, refers_to_nothing
from backk_core.execute.plain_reads import entities_of, selected, values_of
from backk_core.execute.statements import Statement, execute
from backk_core.execute.tables import column_of, in_tenant, statement_of, table_of

#: Pairs of keys: of the entity that has the relation, and of one at its end.
Pairs = list[tuple[Any, Any]]

#: Links that one statement makes.
_MOST_LINKS = 500


class Links:
    """The links of one relation of an entity type, in the transaction that is open."""

    def __init__(self, db: BaseDatabaseWrapper, owner: TypeContract, field: FieldContract) -> None:
        assert field.relation is not None
        assert field.relation.link is not None
        self._db, self._owner, self._field = db, owner, field
        self._relation: RelationContract = field.relation
        self._link: Link = field.relation.link
        self._end = registry().type_contract(field.relation.model)
        self._near, self._far = _column(owner.key, self._link.near), _column(self._end.key, self._link.far)

    def made(self, owners: Sequence[tuple[Any, Sequence[Any], Path]]) -> Mapping[Any, Any]:
        """Link new entities; return what is at the end, by key, as those see it who are answered."""
        wanted = [(owner, linked_keys(self._end, linked, path), path) for owner, linked, path in owners]
        self._keep_size(len(keys) for _, keys, _ in wanted)
        found = self._found({key for _, keys, _ in wanted for key in keys}, *self._shown())
        for _, keys, path in wanted:
            self._refuse_missing(keys, found, path)
        self._insert([(owner, key) for owner, keys, _ in wanted for key in keys])
        return found

    def replaced(self, owners: Sequence[tuple[Any, Sequence[Any], Path]]) -> None:
        """Let entities that are there be linked with these entities and no others."""
        wanted = {owner: (linked_keys(self._end, linked, path), path) for owner, linked, path in owners}
        self._keep_size(len(keys) for keys, _ in wanted.values())
        present = self._present(list(wanted))
        obsolete = [(owner, key) for owner, key in present if key not in set(wanted[owner][0])]
        known = {(owner, key) for owner, key in present}
        missing = [
            (owner, key, path) for owner, (keys, path) in wanted.items() for key in keys if (owner, key) not in known
        ]
        self._refuse_unknown(missing)
        self._delete(obsolete)
        self._insert([(owner, key) for owner, key, _ in missing])

    def added(self, owner: Any, linked: Sequence[Any]) -> int:
        """Link an entity with others too; return with how many it was not. SubEntityCountExceeded."""
        keys = linked_keys(self._end, linked, (self._field.wire_name,))
        present = {key for _, key in self._present([owner])}
        new = [key for key in keys if key not in present]
        self._keep_size([len(present) + len(new)] if new else [])
        self._refuse_unknown([(owner, key, (self._field.wire_name,)) for key in new])
        self._insert([(owner, key) for key in new])
        return len(new)

    def removed(self, owners: Sequence[Any], condition: Condition) -> int:
        """Take away the links with the entities that a condition names; return how many those are."""
        named = self._among(self._near, owners)
        if condition.sql:
            keys = f"SELECT {column_of(self._db, self._end.key)} FROM {table_of(self._db, self._end)}{condition.where}"
            far = Condition(f"{self._quote(self._link.far)} IN ({keys})", condition.parameters, condition.from_client)
            named = all_of_them([named, far])
        statement = statement_of(named, f"DELETE FROM {self._quote(self._link.table)}{named.where}")
        return execute(self._db, statement, named.parameters)

    # what these share

    def _quote(self, name: str) -> str:
        return self._db.ops.quote_name(name)

    def _among(self, field: FieldContract, keys: Iterable[Any]) -> Condition:
        return among(self._db, field, [adapter(self._db, field)(key) for key in keys])

    def _keep_size(self, sizes: Iterable[int]) -> None:
        if self._relation.max_size is not None and any(size > self._relation.max_size for size in sizes):
            raise SubEntityCountExceeded

    def _present(self, owners: Sequence[Any]) -> Sequence[Sequence[Any]]:
        fields, condition = (self._near, self._far), self._among(self._near, owners)
        text = f"SELECT {selected(self._db.alias, fields)} FROM {self._quote(self._link.table)}{condition.where}"
        # what others committed while this one waited for the owner's lock is seen by a read that locks
        text += " FOR UPDATE" if self._db.vendor == "mysql" else ""
        return values_of(self._db, fields, statement_of(condition, text), condition.parameters)

    def _shown(self) -> tuple[TypeContract, tuple[FieldContract, ...]]:
        """Return as what the entities at the end are answered, and which of their fields that takes."""
        element = self._field.element
        held = self._end if element is None or element.type is None else element.type
        shown = (field for field in held.answered if field.column is not None and not field.primary_key)
        return held, (self._end.key, *shown)

    def _found(self, keys: Iterable[Any], contract: TypeContract, fields: tuple[FieldContract, ...]) -> dict[Any, Any]:
        """Return those of the entities that there are, by key, with the values of some fields."""
        keys = list(keys)
        if not keys:
            return {}
        condition = in_tenant(self._db, self._end, self._among(self._end.key, keys))
        entities = entities_of(self._db, contract, fields, condition)
        return {entity.__dict__[self._end.key.name]: entity for entity in entities}

    def _refuse_unknown(self, missing: Sequence[tuple[Any, Any, Path]]) -> None:
        found = self._found({key for _, key, _ in missing}, self._end, (self._end.key,))
        for _, key, path in missing:
            self._refuse_missing([key], found, path)

    def _refuse_missing(self, keys: Sequence[Any], found: Mapping[Any, Any], path: Path) -> None:
        for key in keys:
            if key not in found:
                raise refers_to_nothing(self._end, path, key)

    def _insert(self, pairs: Pairs) -> None:
        adapt_near, adapt_far = adapter(self._db, self._near), adapter(self._db, self._far)
        for start in range(0, len(pairs), _MOST_LINKS):
            some = pairs[start : start + _MOST_LINKS]
            marks = ", ".join(["(%s, %s)"] * len(some))
            columns = selected(self._db.alias, (self._near, self._far))
            text = f"INSERT INTO {self._quote(self._link.table)} ({columns}) VALUES {marks}"
            values = [value for near, far in some for value in (adapt_near(near), adapt_far(far))]
            execute(self._db, Statement(text), values)

    def _delete(self, pairs: Pairs) -> None:
        by_owner: dict[Any, list[Any]] = {}
        for owner, key in pairs:
            by_owner.setdefault(owner, []).append(key)
        for owner, keys in by_owner.items():
            condition = all_of_them([self._among(self._near, [owner]), self._among(self._far, keys)])
            text = f"DELETE FROM {self._quote(self._link.table)}{condition.where}"
            execute(self._db, statement_of(condition, text), condition.parameters)


@lru_cache(maxsize=1024)
def _column(key: FieldContract, name: str) -> FieldContract:
    """Return a link table's column as the field of the key that it holds."""
    return replace(key, name=name, column=name)
