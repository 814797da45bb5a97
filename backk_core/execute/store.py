"""Keeps entities in the database: each operation one prepared statement where that is possible."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, TypeVar, cast

from django.db import DataError, IntegrityError, OperationalError, connections, router, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model, QuerySet, signals
from django.db.models.base import ModelState

from backk_core.declare.conf import conf
from backk_core.declare.entities import HasLastModifiedTimestamp, HasVersion, now
from backk_core.declare.errors import (
    DuplicateEntity,
    EntityNotFound,
    InvalidArgument,
    TimestampConflict,
    VersionConflict,
)
from backk_core.declare.store import Filter, Store
from backk_core.declare.stored_forms import Companion, StoredForm
from backk_core.declare.types import Many, One, PostQueryOperations, ResponseFields
from backk_core.describe.contracts import FieldContract, Statements, TypeContract
from backk_core.describe.field_kinds import is_plain
from backk_core.describe.registry import registry
from backk_core.execute.authorization import owned_by_caller
from backk_core.execute.call import Call, find_call
from backk_core.execute.codec import Projection, key_of
from backk_core.execute.columns import placeholder
from backk_core.execute.filters import Adapt, Condition, adapter, all_of_them, among, condition_of
from backk_core.execute.page_tokens import Walk, reversed_order
from backk_core.execute.plan import (
    Page,
    ReadPlan,
    Shape,
    converters_of,
    database_writes_json,
    order_of,
    page_of,
    read_plan,
)
from backk_core.execute.projection import projection_of
from backk_core.execute.results import CountedMany, EncodedMany, EncodedOne
from backk_core.execute.rows import walked_rows, written_rows
from backk_core.execute.statements import Statement, database, execute, fetch_rows, fetch_value

E = TypeVar("E", bound=Model)


class DatabaseStore(Store):
    """The store of the entities' database. It has no state: owner and deadline come from the call."""

    # create

    def create(self, entity: E) -> One[E]:
        contract = registry().type_contract(type(entity))
        db = database()
        with _constraints_told(contract):
            plan = _insert_plan(db.alias, contract)
            computed = plan is not None and any(
                hasattr(entity.__dict__.get(name), "resolve_expression") for name in plan.names
            )
            if plan is None or computed or entity.__dict__.get(contract.key.name) is not None:
                entity.save(force_insert=True, using=db.alias)
            else:
                state = entity.__dict__
                parameters = [adapt(state[name]) for name, adapt in plan.columns]
                entity.pk = fetch_value(db, plan.statement, parameters)
                entity._state.adding = False
                entity._state.db = db.alias
        return One(entity)

    def create_many(self, entities: Sequence[E]) -> Many[E]:
        if not entities:
            return Many([])
        contract = registry().type_contract(type(entities[0]))
        manager = cast("Any", type(entities[0]))._default_manager.using(conf().database)
        with _constraints_told(contract), transaction.atomic(using=conf().database):
            return Many(manager.bulk_create(entities, batch_size=500))

    # read

    def get_all(self, entity_type: type[E], query: ResponseFields | None = None, *filters: Filter) -> Many[E]:
        reading = _Reading.of(entity_type, query)
        condition = condition_of(reading.db, reading.contract, filters)
        return reading.many(condition, page_of(query))

    def get_by_id(
        self,
        entity_type: type[E],
        id: str | int,
        query: ResponseFields | None = None,
        *,
        if_not_found: Callable[[], E] | None = None,
    ) -> One[E]:
        reading = _Reading.of(entity_type, query)
        try:
            condition = _has_key(reading.db, reading.contract, id)
        except EntityNotFound:
            found = None
        else:
            found = reading.one(condition)
        if found is not None:
            return found
        if if_not_found is None:
            raise EntityNotFound(reading.contract.name, id)
        return One(if_not_found())

    def get_by_ids(
        self, entity_type: type[E], ids: Sequence[str | int], query: ResponseFields | None = None
    ) -> Many[E]:
        reading = _Reading.of(entity_type, query)
        return reading.many(_has_one_of(reading.db, reading.contract, ids), page_of(query))

    def get_first(self, entity_type: type[E], query: ResponseFields | None = None, *filters: Filter) -> One[E]:
        reading = _Reading.of(entity_type, query)
        found = reading.one(condition_of(reading.db, reading.contract, filters))
        if found is None:
            raise EntityNotFound(reading.contract.name)
        return found

    def count(self, entity_type: type[E], *filters: Filter) -> int:
        contract, db = _contract_and_database(entity_type)
        condition = _scoped(db, contract, condition_of(db, contract, filters))
        statement = _statement_of(condition, f"SELECT count(*) FROM {_table(db, contract)}{condition.where}")
        return int(fetch_value(db, statement, condition.parameters))

    # update

    def update(self, entity: Model) -> None:
        contract, db = _contract_and_database(type(entity))
        state = entity.__dict__
        key = key_of(entity.pk, contract)
        stamped = _stamped_names(contract)
        changed = [
            field
            for field in contract.fields
            if field.name in state and _is_written(field) and field.name not in stamped
        ]
        bound, row_key = _row_key_field(contract, changed), ""
        guards = _guards(db, contract, state)
        if bound is not None:
            found_keys = _keys_of_rows(db, contract, bound, _scoped(db, contract, _has_key(db, contract, key)))
            if not found_keys:
                raise EntityNotFound(contract.name, key)
            row_key = found_keys[0][1]
            guards.append(_has_row_key(db, bound, row_key))
        assignments = [
            *(step for field in changed for step in _assignments(db, field, state[field.name], row_key)),
            *_stamps(db, contract),
        ]
        condition = _scoped(db, contract, all_of_them([_has_key(db, contract, key), *guards]))
        if not assignments:
            found = _exists(db, contract, condition)
        else:
            text = ", ".join(assignment for assignment, _ in assignments)
            statement = _statement(f"UPDATE {_table(db, contract)} SET {text}{condition.where}")
            values = [value for _, given in assignments for value in given]
            with _constraints_told(contract):
                found = bool(execute(db, statement, [*values, *condition.parameters]))
        if not found:
            _tell_why_not_updated(db, contract, key, state)

    def update_all(self, entity_type: type[E], changes: Mapping[str, Any], *filters: Filter) -> int:
        contract, db = _contract_and_database(entity_type)
        fields = [_written_field(contract, name) for name in changes]
        if not changes and not _stamps(db, contract):
            return self.count(entity_type, *filters)
        condition = _scoped(db, contract, condition_of(db, contract, filters))
        bound = _row_key_field(contract, fields)
        given = {_column(db, field) for field in fields}

        def write(condition: Condition, row_key: str) -> int:
            assignments = [step for field in fields for step in _assignments(db, field, changes[field.name], row_key)]
            assignments += [stamp for stamp in _stamps(db, contract) if stamp[0].split(" ")[0] not in given]
            text = ", ".join(assignment for assignment, _ in assignments)
            statement = _statement_of(condition, f"UPDATE {_table(db, contract)} SET {text}{condition.where}")
            values = [value for _, given in assignments for value in given]
            return execute(db, statement, [*values, *condition.parameters])

        with _constraints_told(contract):
            if bound is None:
                return write(condition, "")
            # what is bound to its row is different in each
            with transaction.atomic(using=db.alias):
                rows = _keys_of_rows(db, contract, bound, condition)
                return sum(
                    write(all_of_them([_has_key(db, contract, key), _has_row_key(db, bound, row_key)]), row_key)
                    for key, row_key in rows
                )

    # delete

    def delete_by_id(self, entity_type: type[E], id: str | int) -> None:
        contract, db = _contract_and_database(entity_type)
        if not _deleted(db, contract, _has_key(db, contract, id)):
            raise EntityNotFound(contract.name, id)

    def delete_by_ids(self, entity_type: type[E], ids: Sequence[str | int]) -> int:
        contract, db = _contract_and_database(entity_type)
        return _deleted(db, contract, _has_one_of(db, contract, ids))

    def delete_all(self, entity_type: type[E], *filters: Filter) -> int:
        contract, db = _contract_and_database(entity_type)
        return _deleted(db, contract, condition_of(db, contract, filters))

    @contextmanager
    def transaction(self) -> Iterator[None]:
        with transaction.atomic(using=conf().database):
            yield


# what the operations share


def _contract_and_database(entity_type: type[Model]) -> tuple[TypeContract, BaseDatabaseWrapper]:
    return registry().type_contract(entity_type), database()


def _table(db: BaseDatabaseWrapper, contract: TypeContract) -> str:
    return db.ops.quote_name(cast("type[Model]", contract.cls)._meta.db_table)


def _column(db: BaseDatabaseWrapper, field: FieldContract) -> str:
    return db.ops.quote_name(field.column or "")


#: The statements of operations, by their SQL: shapes are few, since no value is in them.
_statement = lru_cache(maxsize=1024)(Statement)


def _statement_of(condition: Condition, text: str) -> Statement:
    """Return the statement of a text; remembered, unless a client made up its condition."""
    return Statement(text) if condition.from_client else _statement(text)


def _has_key(db: BaseDatabaseWrapper, contract: TypeContract, id: Any) -> Condition:
    key = contract.key
    # an id may be too large for a column of 32 bits, which has then no such row
    mark = placeholder(db, key.kind) if is_plain(key.model_field) else "%s"
    return Condition(f"{_column(db, key)} = {mark}", (_key(db, contract, id),))


def _key(db: BaseDatabaseWrapper, contract: TypeContract, id: Any) -> Any:
    if contract.key.kind.name == "id":
        return key_of(id, contract)
    try:
        return adapter(db, contract.key)(contract.key.model_field.to_python(id))
    except Exception:  # noqa: BLE001 - whatever a key field cannot read is nobody's key
        raise EntityNotFound(contract.name, id) from None


def _has_one_of(db: BaseDatabaseWrapper, contract: TypeContract, ids: Sequence[str | int]) -> Condition:
    keys = []
    for id in ids:
        try:
            keys.append(_key(db, contract, id))
        except EntityNotFound:
            continue
    return among(db, contract.key, keys)


def _scoped(db: BaseDatabaseWrapper, contract: TypeContract, condition: Condition) -> Condition:
    """Add the owner's condition where the call may touch only the caller's own rows."""
    own = owned_by_caller(contract)
    if own is None:
        return condition
    field, value = own
    return all_of_them([condition, Condition(f"{_column(db, field)} = %s", (adapter(db, field)(value),))])


def _exists(db: BaseDatabaseWrapper, contract: TypeContract, condition: Condition) -> bool:
    statement = _statement(f"SELECT 1 FROM {_table(db, contract)}{condition.where}")
    return fetch_value(db, statement, condition.parameters) is not None


@contextmanager
def _constraints_told(contract: TypeContract) -> Iterator[None]:
    """Turn what a database constraint says into what the caller is told."""
    try:
        yield
    except IntegrityError as error:
        raise _told(contract, error) from error
    except (DataError, OperationalError) as error:
        if isinstance(error, OperationalError) and error.args[:1] != (_MARIADB_INCORRECT_VALUE,):
            raise
        raise InvalidArgument(f"a value does not fit into {contract.name}") from error


#: What MariaDB says of a UUID whose version and variant do not belong together.
_MARIADB_INCORRECT_VALUE = 1292


def _told(contract: TypeContract, error: IntegrityError) -> Exception:
    cause = error.__cause__
    state = getattr(cause, "sqlstate", None)
    number = error.args[0] if error.args and isinstance(error.args[0], int) else None
    text = str(error)
    if state == "23505" or number == 1062 or "UNIQUE constraint" in text:
        return DuplicateEntity(contract.name)
    if state == "23503" or number in (1452, 1216) or "FOREIGN KEY constraint" in text:
        return InvalidArgument(f"{contract.name} refers to an entity that does not exist")
    return error


# insert


@dataclass(frozen=True, slots=True)
class _InsertPlan:
    statement: Statement
    columns: tuple[tuple[str, Adapt], ...]
    names: tuple[str, ...]


@lru_cache(maxsize=1024)
def _insert_plan(alias: str, contract: TypeContract) -> _InsertPlan | None:
    """Return how an entity is inserted by one statement; None where only Django's ``save`` does all that it needs."""
    model = cast("type[Model]", contract.cls)
    db = connections[alias]
    meta = model._meta
    customised = model.save is not Model.save or model.save_base is not Model.save_base or meta.parents
    listened = any(signal.has_listeners(model) for signal in (signals.pre_save, signals.post_save))
    stored = [field for field in contract.fields if field.column is not None and not field.primary_key]
    plain = all(is_plain(field.model_field) and not _stamps_itself(field) for field in stored)
    key = contract.key
    if customised or listened or not plain or key.kind.name != "id" or not stored:
        return None
    if not db.features.can_return_columns_from_insert or router.db_for_write(model) not in (alias, None):
        return None
    columns = ", ".join(_column(db, field) for field in stored)
    marks = ", ".join(["%s"] * len(stored))
    text = f"INSERT INTO {_table(db, contract)} ({columns}) VALUES ({marks}) RETURNING {_column(db, key)}"
    return _InsertPlan(
        Statement(text),
        tuple((field.name, adapter(db, field)) for field in stored),
        tuple(field.name for field in stored if field.model_field.db_default is not _no_default()),
    )


def _no_default() -> Any:
    from django.db.models import NOT_PROVIDED

    return NOT_PROVIDED


def _stamps_itself(field: FieldContract) -> bool:
    return bool(getattr(field.model_field, "auto_now", False) or getattr(field.model_field, "auto_now_add", False))


# read


@dataclass(slots=True)
class _Reading:
    """One read of an entity type: what is wanted, and whether the answer goes out as it comes from the database."""

    contract: TypeContract
    db: BaseDatabaseWrapper
    query: ResponseFields | None
    projection: Projection | None
    returned: bool
    counted: bool
    #: The step through a list that is walked page by page.
    walk: Walk | None = None

    @classmethod
    def of(cls, entity_type: type[Model], query: ResponseFields | None) -> _Reading:
        contract = registry().type_contract(entity_type)
        call = find_call()
        function = call.contract if call is not None else None
        answers_it = function is not None and function.result is not None and function.result.cls is entity_type
        if function is not None and function.result is not None and answers_it:
            # a pipeline of some services alone has contracts of its own
            contract = function.result
        returned = (
            call is not None
            and answers_it
            and call.contract.statements in (Statements.ONE, Statements.ONE_AT_THE_END)
            and (query is None or call.argument is query)
        )
        counted = answers_it and function is not None and "" in function.options.counts
        return cls(contract, database(), query, projection_of(query, contract), returned, counted)

    def plan(self, condition: Condition, page: Page | None, *, counted_where: str | None = None) -> ReadPlan:
        # an entity that code looks at has all of its columns, unless the caller asked for few
        everything = not self.returned and self.query is None
        by_database = self.returned and self.walk is None and self.db.vendor == "postgresql" and conf().json_by_database
        order = order_of(self.query, self.contract)
        return read_plan(
            Shape(
                alias=self.db.alias,
                contract=self.contract,
                projection=None if everything else self._columns(),
                order=reversed_order(order) if self.walk is not None and self.walk.backwards else order,
                where=condition.sql,
                paged=page is not None,
                counted=self.counted,
                all_columns=everything,
                as_json=by_database and database_writes_json(self.contract, self.projection),
                walked=self.walk is not None,
                counted_where=counted_where,
            ),
            condition,
        )

    def _columns(self) -> Projection | None:
        """Return what is asked for, and the key too where code will look at it."""
        key = self.contract.key.wire_name
        if self.returned or self.projection is None or key in dict(self.projection):
            return self.projection
        return (*self.projection, (key, None))

    def many(self, condition: Condition, page: Page | None) -> Many[Any]:
        condition = _scoped(self.db, self.contract, condition)
        call = find_call()
        if call is not None and page is not None and self.is_walked_in(call):
            assert isinstance(self.query, PostQueryOperations)
            walk = Walk.asked_for(self.db, call, order_of(self.query, self.contract), self.query)
            return replace(self, walk=walk).step(condition, page)
        plan, parameters = self.plan(condition, page), _parameters(condition, page)
        if not self.returned:
            return self.entities(plan, parameters)
        texts, _ = written_rows(self.db, plan, parameters)
        return EncodedMany(texts, lambda: self._again(condition, page))

    def is_walked_in(self, call: Call) -> bool:
        """Tell whether a call may go through this list by steps only."""
        function = call.contract
        return (
            function.options.page_steps_only
            and function.result is self.contract
            and isinstance(self.query, PostQueryOperations)
        )

    def step(self, condition: Condition, page: Page) -> Many[Any]:
        """Return the page that is asked for, with its token."""
        assert self.walk is not None
        both = all_of_them([condition, self.walk.condition])
        counted = condition.parameters if self.counted else ()
        plan = self.plan(both, page, counted_where=condition.sql)
        parameters = (*counted, *both.parameters, page.size, 0)
        direction = -1 if self.walk.backwards else 1
        result: Many[Any]
        if self.returned:
            texts, places = walked_rows(self.db, plan, parameters)
            result = EncodedMany(b",".join(texts[::direction]), lambda: self._stepped(plan, parameters)[0])
        else:
            result, places = self._stepped(plan, parameters)
        places = places[::direction]
        token = self.walk.token(places[0], places[-1]) if places else self.walk.token(None, None)
        result.metadata["currentPageTokens"] = [{"subEntityPath": "", "currentPageToken": token}]
        return result

    def _stepped(self, plan: ReadPlan, parameters: Sequence[Any]) -> tuple[Many[Any], Sequence[Sequence[Any]]]:
        assert self.walk is not None
        rows = fetch_rows(self.db, plan.statement, parameters)
        places = [row[plan.position_at :] for row in rows]
        return self._made(plan, rows[:: -1 if self.walk.backwards else 1]), places

    def one(self, condition: Condition) -> One[Any] | None:
        if self.counted:
            # the total before paging belongs to the rows of lists
            return replace(self, counted=False).one(condition)
        page = Page(1, 0)
        condition = _scoped(self.db, self.contract, condition)
        plan, parameters = self.plan(condition, page), _parameters(condition, page)
        if not self.returned:
            entities = self.entities(plan, parameters).data
            return One(entities[0]) if entities else None
        text, version = written_rows(self.db, plan, parameters)
        if not text:
            return None
        return EncodedOne(text, version, lambda: self._again(condition, page).data[0])

    def _again(self, condition: Condition, page: Page | None) -> Many[Any]:
        """Read the same rows as entities: somebody touches what was encoded."""
        reading = replace(self, returned=False)
        return reading.entities(reading.plan(condition, page), _parameters(condition, page))

    def entities(self, plan: ReadPlan, parameters: Sequence[Any]) -> Many[Any]:
        """Run a plan; return its rows as entities."""
        return self._made(plan, fetch_rows(self.db, plan.statement, parameters))

    def _made(self, plan: ReadPlan, rows: Sequence[Sequence[Any]]) -> Many[Any]:
        make = entity_maker(self.db.alias, self.contract, plan.fields)
        entities = [make(row) for row in rows]
        return CountedMany(entities, rows[0][len(plan.fields)] if rows else 0) if plan.counted else Many(entities)


def _parameters(condition: Condition, page: Page | None) -> tuple[Any, ...]:
    return condition.parameters if page is None else (*condition.parameters, page.size, page.offset)


@lru_cache(maxsize=1024)
def entity_maker(
    alias: str, contract: TypeContract, fields: tuple[FieldContract, ...]
) -> Callable[[Sequence[Any]], Model]:
    """Return a function that makes an entity of a row; what was not read is deferred, as Django calls it."""
    converters = converters_of(connections[alias], fields)
    names = [field.name for field in fields]
    cls: Any = contract.cls

    def make(row: Sequence[Any]) -> Model:
        if converters:
            values = list(row)
            for position, convert in converters:
                values[position] = convert(values[position])
            row = values
        entity = cls.__new__(cls)
        entity._state = state = ModelState()
        entity.__dict__.update(zip(names, row, strict=False))
        state.adding = False
        state.db = alias
        return cast(Model, entity)

    return make


# update


@lru_cache(maxsize=1024)
def _stamped_names(contract: TypeContract) -> frozenset[str]:
    """Return the fields that are compared with an update and stamped by it, never written as they were sent."""
    names = {"version": HasVersion, "last_modified_timestamp": HasLastModifiedTimestamp}
    return frozenset(name for name, part in names.items() if issubclass(contract.cls, part))


def _is_written(field: FieldContract) -> bool:
    """Tell whether an update may write a field by itself."""
    return field.column is not None and not field.primary_key and not isinstance(field.model_field, Companion)


def _written_field(contract: TypeContract, name: str) -> FieldContract:
    field = contract.by_name.get(name)
    if field is None or not _is_written(field):
        msg = f"{contract.name} has no stored field {name!r}"
        raise ValueError(msg)
    return field


def _assignments(
    db: BaseDatabaseWrapper, field: FieldContract, value: Any, row_key: str
) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Yield what an UPDATE sets so that a field has a value, and the parameters of that."""
    form = field.model_field
    if isinstance(form, StoredForm) and form.row_key is not None:
        for column, stored in form.stored(value, row_key).items():
            yield f"{db.ops.quote_name(column)} = %s", (stored,)
    else:
        yield f"{_column(db, field)} = %s", (adapter(db, field)(value),)


def _row_key_field(contract: TypeContract, changed: Sequence[FieldContract]) -> FieldContract | None:
    """Return the field with the key that changed values are bound to, None where none of them is bound to its row."""
    for field in changed:
        if isinstance(field.model_field, StoredForm) and field.model_field.row_key is not None:
            return contract.by_name[field.model_field.row_key]
    return None


def _has_row_key(db: BaseDatabaseWrapper, bound: FieldContract, row_key: str) -> Condition:
    return Condition(f"{_column(db, bound)} = %s", (row_key,))


def _keys_of_rows(
    db: BaseDatabaseWrapper, contract: TypeContract, bound: FieldContract, condition: Condition
) -> list[tuple[Any, str]]:
    """Return id and row key of each row that the condition names."""
    columns = f"{_column(db, contract.key)}, {_column(db, bound)}"
    statement = _statement(f"SELECT {columns} FROM {_table(db, contract)}{condition.where}")
    return [(key, row_key) for key, row_key in fetch_rows(db, statement, condition.parameters)]


def _guards(db: BaseDatabaseWrapper, contract: TypeContract, state: Mapping[str, Any]) -> list[Condition]:
    guards = []
    if issubclass(contract.cls, HasVersion) and state.get("version", -1) != -1:
        guards.append(Condition(f"{_column(db, contract.by_name['version'])} = %s", (state["version"],)))
    if issubclass(contract.cls, HasLastModifiedTimestamp) and "last_modified_timestamp" in state:
        field = contract.by_name["last_modified_timestamp"]
        guards.append(Condition(f"{_column(db, field)} = %s", (adapter(db, field)(state[field.name]),)))
    return guards


def _stamps(db: BaseDatabaseWrapper, contract: TypeContract) -> list[tuple[str, tuple[Any, ...]]]:
    stamps: list[tuple[str, tuple[Any, ...]]] = []
    if issubclass(contract.cls, HasVersion):
        column = _column(db, contract.by_name["version"])
        stamps.append((f"{column} = {column} + 1", ()))
    if issubclass(contract.cls, HasLastModifiedTimestamp):
        field = contract.by_name["last_modified_timestamp"]
        stamps.append((f"{_column(db, field)} = %s", (adapter(db, field)(now()),)))
    return stamps


def _tell_why_not_updated(db: BaseDatabaseWrapper, contract: TypeContract, key: Any, state: Mapping[str, Any]) -> None:
    scope = _scoped(db, contract, _has_key(db, contract, key))
    if not _exists(db, contract, scope):
        raise EntityNotFound(contract.name, key)
    if issubclass(contract.cls, HasVersion) and state.get("version", -1) != -1:
        versioned = Condition(f"{_column(db, contract.by_name['version'])} = %s", (state["version"],))
        if not _exists(db, contract, all_of_them([scope, versioned])):
            raise VersionConflict
    raise TimestampConflict


# delete


def _deleted(db: BaseDatabaseWrapper, contract: TypeContract, condition: Condition) -> int:
    """Delete rows and what hangs on them; by one statement where nothing does."""
    model = cast("type[Model]", contract.cls)
    scoped = _scoped(db, contract, condition)
    if _goes_alone(contract):
        statement = _statement_of(scoped, f"DELETE FROM {_table(db, contract)}{scoped.where}")
        return execute(db, statement, scoped.parameters)
    rows: QuerySet[Model] = model._default_manager.using(db.alias).all()
    if scoped.sql:
        keys = fetch_rows(
            db,
            _statement_of(
                scoped,
                f"SELECT {_column(db, contract.key)} FROM {_table(db, contract)}{scoped.where}"
                f"{' FOR UPDATE' if db.features.has_select_for_update else ''}",
            ),
            scoped.parameters,
        )
        rows = rows.filter(pk__in=[key for (key,) in keys])
    _, by_model = rows.delete()
    return by_model.get(model._meta.label, 0)


@lru_cache(maxsize=1024)
def _goes_alone(contract: TypeContract) -> bool:
    model = cast("type[Model]", contract.cls)
    listened = any(signal.has_listeners(model) for signal in (signals.pre_delete, signals.post_delete))
    related = any(field.auto_created and not field.concrete for field in model._meta.get_fields(include_hidden=True))
    return not (listened or related or model._meta.parents or model._meta.many_to_many)
