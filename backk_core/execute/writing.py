"""How one entity becomes INSERT or UPDATE, and what the caller is told when the database refuses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

from django.db import DataError, IntegrityError, OperationalError, connections, router
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model, signals

from backk_core.declare.entities import HasLastModifiedTimestamp, HasVersion, now
from backk_core.declare.errors import (
    DuplicateEntity,
    EntityNotFound,
    InvalidArgument,
    TimestampConflict,
    VersionConflict,
)
from backk_core.declare.stored_forms import Companion, StoredForm
from backk_core.describe.contracts import FieldContract, TypeContract
from backk_core.describe.field_kinds import is_plain
from backk_core.execute.filters import Adapt, Condition, adapter, all_of_them
from backk_core.execute.statements import Statement, fetch_rows, fetch_value
from backk_core.execute.tables import (
    column_of,
    exists,
    has_key,
    in_scope,
    statement_for,
    table_of,
)
from backk_core.execute.transactions import refers_to_nothing


class constraints_told:  # noqa: N801 - reads as a verb: with constraints_told(contract)
    """Turns what a database constraint says into what the caller is told."""

    __slots__ = ("_contract",)

    def __init__(self, contract: TypeContract) -> None:
        self._contract = contract

    def __enter__(self) -> None:
        return None

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        if error is None:
            return
        if isinstance(error, IntegrityError):
            raise _told(self._contract, error) from error
        if isinstance(error, DataError) or (
            isinstance(error, OperationalError) and error.args[:1] == (_MARIADB_INCORRECT_VALUE,)
        ):
            raise InvalidArgument(f"a value does not fit into {self._contract.name}") from error


#: What MariaDB says of a UUID whose version and variant do not belong together.
_MARIADB_INCORRECT_VALUE = 1292


def _told(contract: TypeContract, error: IntegrityError) -> Exception:
    cause = error.__cause__
    state = getattr(cause, "sqlstate", None)
    number = error.args[0] if error.args and isinstance(error.args[0], int) else None
    text = str(error)
    if state == "23505" or number == 1062 or "UNIQUE constraint" in text:
        return DuplicateEntity(contract.name)
    if refers_to_nothing(error):
        return InvalidArgument(f"{contract.name} refers to an entity that does not exist")
    return error


@dataclass(frozen=True, slots=True)
class InsertPlan:
    """The SQL that inserts an entity, and where its values come from."""

    statement: Statement
    columns: tuple[tuple[str, Adapt], ...]
    names: tuple[str, ...]


@lru_cache(maxsize=1024)
def insert_plan(alias: str, contract: TypeContract) -> InsertPlan | None:
    """Return how an entity is inserted by one statement; None where only Django's ``save`` does all that it needs."""
    model = cast("type[Model]", contract.model)
    db = connections[alias]
    meta = model._meta
    customised = model.save is not Model.save or model.save_base is not Model.save_base or meta.parents
    listened = any(signal.has_listeners(model) for signal in (signals.pre_save, signals.post_save))
    stored = [field for field in contract.fields if field.column is not None and not field.primary_key]
    plain = all(is_plain(field.model_field) and not stamps_itself(field) for field in stored)
    key = contract.key
    if customised or listened or not plain or key.kind.name != "id" or not stored:
        return None
    if not db.features.can_return_columns_from_insert or router.db_for_write(model) not in (alias, None):
        return None
    columns = ", ".join(column_of(db, field) for field in stored)
    marks = ", ".join(["%s"] * len(stored))
    text = f"INSERT INTO {table_of(db, contract)} ({columns}) VALUES ({marks}) RETURNING {column_of(db, key)}"
    return InsertPlan(
        Statement(text),
        tuple((field.name, adapter(db, field)) for field in stored),
        tuple(field.name for field in stored if field.model_field.db_default is not _no_default()),
    )


def insert(db: BaseDatabaseWrapper, contract: TypeContract, entity: Model) -> None:
    """Insert one entity, without what it has relations to. DuplicateEntity where a unique value is taken."""
    with constraints_told(contract):
        plan = insert_plan(db.alias, contract)
        state = entity.__dict__
        computed = (
            plan is not None
            and plan.names
            and any(hasattr(state.get(name), "resolve_expression") for name in plan.names)
        )
        if plan is None or computed or state.get(contract.key.name) is not None:
            entity.save(force_insert=True, using=db.alias)
        else:
            parameters = [adapt(state[name]) for name, adapt in plan.columns]
            entity.pk = fetch_value(db, plan.statement, parameters)
            entity._state.adding = False
            entity._state.db = db.alias


def _no_default() -> Any:
    from django.db.models import NOT_PROVIDED

    return NOT_PROVIDED


def stamps_itself(field: FieldContract) -> bool:
    """Tell whether Django gives a field its value when it is saved."""
    return bool(getattr(field.model_field, "auto_now", False) or getattr(field.model_field, "auto_now_add", False))


# update


@lru_cache(maxsize=1024)
def stamped_names(contract: TypeContract) -> frozenset[str]:
    """Return the fields that are compared with an update and stamped by it, never written as they were sent."""
    names = {"version": HasVersion, "last_modified_timestamp": HasLastModifiedTimestamp}
    return frozenset(name for name, part in names.items() if issubclass(contract.model, part))


def is_written(field: FieldContract) -> bool:
    """Tell whether an update may write a field by itself."""
    return field.column is not None and not field.primary_key and not isinstance(field.model_field, Companion)


def written_field(contract: TypeContract, name: str) -> FieldContract:
    """Return the stored field of a name. ValueError where the entity has none."""
    field = contract.stored_by_name.get(name)
    if field is None or not is_written(field):
        msg = f"{contract.name} has no stored field {name!r}"
        raise ValueError(msg)
    return field


def assignments_of(
    db: BaseDatabaseWrapper, field: FieldContract, value: Any, row_key: str
) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Yield what an UPDATE sets so that a field has a value, and the parameters of that."""
    form = field.model_field
    if isinstance(form, StoredForm) and form.row_key is not None:
        for column, stored in form.stored(value, row_key).items():
            yield f"{db.ops.quote_name(column)} = %s", (stored,)
    else:
        yield f"{column_of(db, field)} = %s", (adapter(db, field)(value),)


def row_key_field(contract: TypeContract, changed: Sequence[FieldContract]) -> FieldContract | None:
    """Return the field with the key that changed values are bound to, None where none of them is bound to its row."""
    for field in changed:
        if isinstance(field.model_field, StoredForm) and field.model_field.row_key is not None:
            return contract.stored_by_name[field.model_field.row_key]
    return None


def has_row_key(db: BaseDatabaseWrapper, bound: FieldContract, row_key: str) -> Condition:
    """Return the condition that a row has the key that its ciphertexts are bound to."""
    return Condition(f"{column_of(db, bound)} = %s", (row_key,))


def keys_of_rows(
    db: BaseDatabaseWrapper, contract: TypeContract, bound: FieldContract, condition: Condition
) -> list[tuple[Any, str]]:
    """Return id and row key of each row that the condition names."""
    columns = f"{column_of(db, contract.key)}, {column_of(db, bound)}"
    statement = statement_for(f"SELECT {columns} FROM {table_of(db, contract)}{condition.where}")
    return [(key, row_key) for key, row_key in fetch_rows(db, statement, condition.parameters)]


def guards_of(db: BaseDatabaseWrapper, contract: TypeContract, state: Mapping[str, Any]) -> list[Condition]:
    """Return the conditions that a version or timestamp that was sent is not stale."""
    guards = []
    if issubclass(contract.model, HasVersion) and state.get("version", -1) != -1:
        guards.append(Condition(f"{column_of(db, contract.stored_by_name['version'])} = %s", (state["version"],)))
    if issubclass(contract.model, HasLastModifiedTimestamp) and "last_modified_timestamp" in state:
        field = contract.stored_by_name["last_modified_timestamp"]
        guards.append(Condition(f"{column_of(db, field)} = %s", (adapter(db, field)(state[field.name]),)))
    return guards


def stamps(db: BaseDatabaseWrapper, contract: TypeContract) -> list[tuple[str, tuple[Any, ...]]]:
    """Return the assignments that count and date a change."""
    stamps: list[tuple[str, tuple[Any, ...]]] = []
    if issubclass(contract.model, HasVersion):
        column = column_of(db, contract.stored_by_name["version"])
        stamps.append((f"{column} = {column} + 1", ()))
    if issubclass(contract.model, HasLastModifiedTimestamp):
        field = contract.stored_by_name["last_modified_timestamp"]
        stamps.append((f"{column_of(db, field)} = %s", (adapter(db, field)(now()),)))
    return stamps


def tell_why_not_updated(db: BaseDatabaseWrapper, contract: TypeContract, key: Any, state: Mapping[str, Any]) -> None:
    """Raise what the caller is told of an update that met no row."""
    scope = in_scope(db, contract, has_key(db, contract, key))
    if not exists(db, contract, scope):
        raise EntityNotFound(contract.name, key)
    if issubclass(contract.model, HasVersion) and state.get("version", -1) != -1:
        versioned = Condition(f"{column_of(db, contract.stored_by_name['version'])} = %s", (state["version"],))
        if not exists(db, contract, all_of_them([scope, versioned])):
            raise VersionConflict
    raise TimestampConflict
