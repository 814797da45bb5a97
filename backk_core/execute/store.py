"""Keeps entities in the database: each operation one prepared statement where that is possible."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar, cast

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model

from backk_core.declare.conf import conf
from backk_core.declare.errors import (
    DuplicateEntity,
    EntityNotFound,
)
from backk_core.declare.relations import EntityView
from backk_core.declare.service import Account
from backk_core.declare.store import Filter
from backk_core.declare.types import Many, One, ResponseFields
from backk_core.describe.contracts import TypeContract
from backk_core.describe.registry import registry
from backk_core.execute.account_question import account_question
from backk_core.execute.answer_cache import outdates_answers
from backk_core.execute.authorization import bounds_of_call, put_into_tenant, stay_in_tenant
from backk_core.execute.building import key_of
from backk_core.execute.deleting import deleted
from backk_core.execute.filters import Condition, Conditions, all_of_them, condition_of, conditions_of
from backk_core.execute.hooked import HookedOperations
from backk_core.execute.locking import held_key, is_there, locked_entities
from backk_core.execute.merging import Owner
from backk_core.execute.parts import write_relations
from backk_core.execute.plain_reads import entities_of
from backk_core.execute.queries import page_of
from backk_core.execute.reading import Reading
from backk_core.execute.statements import database, execute, fetch_first, fetch_value
from backk_core.execute.sub_entities import added, chosen, made_with, removed
from backk_core.execute.tables import (
    all_or_nothing,
    column_of,
    contract_and_database,
    has_key,
    has_one_of,
    in_scope,
    statement_for,
    statement_of,
    table_of,
)
from backk_core.execute.writing import (
    assignments_of,
    constraints_told,
    guards_of,
    has_row_key,
    insert,
    is_written,
    keys_of_rows,
    row_key_field,
    stamped_names,
    stamps,
    tell_why_not_updated,
    written_field,
)

E = TypeVar("E", bound=Model)
V = TypeVar("V", bound=Model | EntityView)


class DatabaseStore(HookedOperations):
    """The store of the entities' database. It has no state: owner and deadline come from the call."""

    # create

    @outdates_answers
    def _create(self, entity: E) -> One[E]:
        contract = registry().type_contract(type(entity))
        if contract.tenant is not None:
            put_into_tenant(contract, entity.__dict__)
        db = database()
        if not contract.relations:
            insert(db, contract, entity)
            return One(entity)
        with all_or_nothing(db):
            insert(db, contract, entity)
            write_relations(db, contract, [Owner(entity, is_new=True)])
        return One(entity)

    @outdates_answers
    def create_many(self, entities: Sequence[E]) -> Many[E]:
        if not entities:
            return Many([])
        contract, db = contract_and_database(type(entities[0]))
        for entity in entities if contract.tenant is not None else ():
            put_into_tenant(contract, entity.__dict__)
        manager = cast("Any", type(entities[0]))._default_manager.using(db.alias)
        with constraints_told(contract), all_or_nothing(db):
            if contract.relations and not db.features.can_return_rows_from_bulk_insert:
                return Many([self._create(entity).data for entity in entities])
            made = manager.bulk_create(entities, batch_size=500)
            if contract.relations:
                write_relations(db, contract, [Owner(entity, is_new=True) for entity in entities])
            return Many(made)

    # read

    def get_all(self, entity_type: type[V], query: ResponseFields | None = None, *filters: Filter) -> Many[V]:
        reading = Reading.of(entity_type, query)
        conditions = conditions_of(reading.db, reading.contract, filters)
        return reading.many(conditions, page_of(query, reading.contract))

    def get_by_id(
        self,
        entity_type: type[V],
        id: str | int,
        query: ResponseFields | None = None,
        *,
        if_not_found: Callable[[], V] | None = None,
    ) -> One[V]:
        reading = Reading.of(entity_type, query)
        try:
            condition = has_key(reading.db, reading.contract, id)
        except EntityNotFound:
            found = None
        else:
            found = reading.one(Conditions(condition))
        if found is not None:
            return found
        if if_not_found is None:
            raise EntityNotFound(reading.contract.name, id)
        return One(if_not_found())

    def get_by_ids(
        self, entity_type: type[V], ids: Sequence[str | int], query: ResponseFields | None = None
    ) -> Many[V]:
        reading = Reading.of(entity_type, query)
        condition = has_one_of(reading.db, reading.contract, ids)
        return reading.many(Conditions(condition), page_of(query, reading.contract))

    def get_first(self, entity_type: type[V], query: ResponseFields | None = None, *filters: Filter) -> One[V]:
        reading = Reading.of(entity_type, query)
        found = reading.one(conditions_of(reading.db, reading.contract, filters))
        if found is None:
            raise EntityNotFound(reading.contract.name)
        return found

    def find_account(self, entity_type: type[Model], *, locked_by: str = "", **values: Any) -> Account | None:
        contract, db = contract_and_database(entity_type)
        question = account_question(db.alias, contract, locked_by, tuple(values))
        parameters = question.parameters(values.values())
        bounds = bounds_of_call(contract)
        if bounds:
            row = fetch_first(db, *question.within(db, bounds, parameters))
        else:
            row = fetch_first(db, question.statement, parameters)
        if row is None:
            return None
        id = int(row[0]) if contract.key.kind.name == "id" else contract.key.model_field.to_python(row[0])
        # PostgreSQL's word for true, and the others'
        return Account(id, is_locked=row[1] == "t" or row[1] in (True, 1))

    def count(self, entity_type: type[V], *filters: Filter) -> int:
        contract, db = contract_and_database(entity_type)
        # what restricts sub-entities restricts no roots
        condition = in_scope(db, contract, conditions_of(db, contract, filters).root)
        statement = statement_of(condition, f"SELECT count(*) FROM {table_of(db, contract)}{condition.where}")
        return int(fetch_value(db, statement, condition.parameters))

    # update

    def lock(self, entity_type: type[V], id: str | int) -> V:
        contract, db = contract_and_database(entity_type)
        found = locked_entities(db, contract, in_scope(db, contract, has_key(db, contract, id)))
        if not found:
            raise EntityNotFound(contract.name, id)
        return cast("V", found[0])

    def lock_all(self, entity_type: type[V], *filters: Filter) -> list[V]:
        contract, db = contract_and_database(entity_type)
        return locked_entities(db, contract, in_scope(db, contract, condition_of(db, contract, filters)))

    @outdates_answers
    def _update(self, entity: Model) -> None:
        contract, db = contract_and_database(type(entity))
        if not any(field.name in entity.__dict__ for field in contract.relations):
            self._update_row(db, contract, entity)
            return
        with all_or_nothing(db):
            # this locks the row, so that nobody else writes its parts at the same time
            self._update_row(db, contract, entity)
            write_relations(db, contract, [Owner(entity, is_new=False)])

    def _update_row(self, db: BaseDatabaseWrapper, contract: TypeContract, entity: Model) -> None:
        state = entity.__dict__
        if contract.tenant is not None:
            stay_in_tenant(contract, state)
        key = key_of(entity.pk, contract)
        stamped = stamped_names(contract)
        changed = [
            field
            for field in contract.fields
            if field.name in state and is_written(field) and field.name not in stamped
        ]
        bound, row_key = row_key_field(contract, changed), ""
        guards = guards_of(db, contract, state)
        if bound is not None:
            found_keys = keys_of_rows(db, contract, bound, in_scope(db, contract, has_key(db, contract, key)))
            if not found_keys:
                raise EntityNotFound(contract.name, key)
            row_key = found_keys[0][1]
            guards.append(has_row_key(db, bound, row_key))
        assignments = [
            *(step for field in changed for step in assignments_of(db, field, state[field.name], row_key)),
            *stamps(db, contract),
        ]
        condition = in_scope(db, contract, all_of_them([has_key(db, contract, key), *guards]))
        if not assignments:
            found = is_there(db, contract, condition)
        else:
            text = ", ".join(assignment for assignment, _ in assignments)
            statement = statement_for(f"UPDATE {table_of(db, contract)} SET {text}{condition.where}")
            values = [value for _, given in assignments for value in given]
            with constraints_told(contract):
                found = bool(execute(db, statement, [*values, *condition.parameters]))
        if not found:
            tell_why_not_updated(db, contract, key, state)

    @outdates_answers
    def _update_all(self, entity_type: type[E], changes: Mapping[str, Any], *filters: Filter) -> int:
        contract, db = contract_and_database(entity_type)
        fields = [written_field(contract, name) for name in changes]
        if contract.tenant is not None:
            stay_in_tenant(contract, changes)
        if not changes and not stamps(db, contract):
            return self.count(entity_type, *filters)
        condition = in_scope(db, contract, condition_of(db, contract, filters))
        bound = row_key_field(contract, fields)
        given = {column_of(db, field) for field in fields}

        def write(condition: Condition, row_key: str) -> int:
            assignments = [step for field in fields for step in assignments_of(db, field, changes[field.name], row_key)]
            assignments += [stamp for stamp in stamps(db, contract) if stamp[0].split(" ")[0] not in given]
            text = ", ".join(assignment for assignment, _ in assignments)
            statement = statement_of(condition, f"UPDATE {table_of(db, contract)} SET {text}{condition.where}")
            values = [value for _, given in assignments for value in given]
            return execute(db, statement, [*values, *condition.parameters])

        with constraints_told(contract):
            if bound is None:
                return write(condition, "")
            # what is bound to its row is different in each
            with transaction.atomic(using=db.alias):
                rows = keys_of_rows(db, contract, bound, condition)
                return sum(
                    write(all_of_them([has_key(db, contract, key), has_row_key(db, bound, row_key)]), row_key)
                    for key, row_key in rows
                )

    # parts and links

    @outdates_answers
    def _add_sub_entities(
        self,
        entity_type: type[E],
        which: str | int | Filter,
        path: str,
        sub_entities: Sequence[Any],
        if_not_found: Callable[[], E] | None,
    ) -> int:
        contract, db = contract_and_database(entity_type)
        with all_or_nothing(db):
            try:
                return added(db, contract, which, path, sub_entities)
            except EntityNotFound:
                if if_not_found is None:
                    raise
            try:
                with all_or_nothing(db):
                    return made_with(contract, path, sub_entities, if_not_found, self.create)
            except DuplicateEntity:
                # somebody else made it meanwhile
                return added(db, contract, which, path, sub_entities)

    @outdates_answers
    def _remove_sub_entities(self, entity_type: type[E], which: str | int | Filter, path: str, *filters: Filter) -> int:
        contract, db = contract_and_database(entity_type)
        with all_or_nothing(db):
            return removed(db, contract, which, path, filters)

    def _meant(self, entity_type: type[E], which: str | int | Filter) -> Sequence[E]:
        contract, db = contract_and_database(entity_type)
        try:
            key = held_key(db, contract, chosen(db, contract, which)[0])
        except EntityNotFound:
            return []
        return [] if key is None else self._locked(entity_type, key)

    def _as_it_is(self, entity_type: type[E], id: str | int) -> E:
        contract, db = contract_and_database(entity_type)
        found = entities_of(db, contract, contract.stored, in_scope(db, contract, has_key(db, contract, id)))
        if not found:
            raise EntityNotFound(contract.name, id)
        return cast("E", found[0])

    # delete

    @outdates_answers
    def _delete_by_id(self, entity_type: type[E], id: str | int) -> None:
        contract, db = contract_and_database(entity_type)
        if not deleted(db, contract, has_key(db, contract, id)):
            raise EntityNotFound(contract.name, id)

    @outdates_answers
    def delete_by_ids(self, entity_type: type[E], ids: Sequence[str | int]) -> int:
        contract, db = contract_and_database(entity_type)
        return deleted(db, contract, has_one_of(db, contract, ids))

    @outdates_answers
    def _delete_all(self, entity_type: type[E], *filters: Filter) -> int:
        contract, db = contract_and_database(entity_type)
        return deleted(db, contract, condition_of(db, contract, filters))

    @contextmanager
    def transaction(self) -> Iterator[None]:
        with transaction.atomic(using=conf().database):
            yield
