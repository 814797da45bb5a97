"""Sub-entities added to an entity that is there, and removed from it: by path, while it is locked."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from typing import Any, TypeVar, cast

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model, Q

from backk_core.declare.errors import EntityNotFound
from backk_core.declare.store import Filter, SqlFilter
from backk_core.declare.types import UserDefinedFilter
from backk_core.describe.contracts import FieldContract, RelationContract, TypeContract
from backk_core.execute.deleting import deleted_parts
from backk_core.execute.filters import Condition, all_of_them, condition_of
from backk_core.execute.links import Links
from backk_core.execute.locking import held_key
from backk_core.execute.merging import end_of
from backk_core.execute.parts import Parts
from backk_core.execute.statements import execute
from backk_core.execute.tables import has_key, in_scope, statement_for, table_of
from backk_core.execute.writing import stamps

E = TypeVar("E", bound=Model)


def added(
    db: BaseDatabaseWrapper,
    contract: TypeContract,
    which: str | int | Filter,
    path: str,
    sub_entities: Sequence[Any],
) -> int:
    """Add sub-entities to the entity that is meant; return how many are new. EntityNotFound."""
    (field,) = steps_of(contract, path, most=1)
    key = touched(db, contract, which)
    if cast(RelationContract, field.relation).is_owned:
        return Parts(db, contract, field).add(key, sub_entities)
    return Links(db, contract, field).added(key, sub_entities)


def removed(
    db: BaseDatabaseWrapper, contract: TypeContract, which: str | int | Filter, path: str, filters: Sequence[Filter]
) -> int:
    """Remove the sub-entities that pass the filters from the entity that is meant; return how many. EntityNotFound."""
    *steps, last = steps_of(contract, path)
    owners, owner = [touched(db, contract, which)], contract
    for step in steps:
        owners = Parts(db, owner, step).keys_of(owners)
        owner = end_of(step)
        if not owners:
            return 0
    condition = condition_of(db, end_of(last), filters)
    if cast(RelationContract, last.relation).is_owned:
        own = Parts(db, owner, last).rows_of(owners)
        return deleted_parts(db, end_of(last), all_of_them([own, condition]))
    return Links(db, owner, last).removed(owners, condition)


def made_with(
    contract: TypeContract, path: str, sub_entities: Sequence[Any], make: Callable[[], E], create: Callable[[E], Any]
) -> int:
    """Create an entity that was not found, with sub-entities; return how many those are."""
    (field,) = steps_of(contract, path, most=1)
    entity = make()
    # copies, whose ids are forgotten where somebody else makes it first
    entity.__dict__[field.name] = [*entity.__dict__.get(field.name, []), *copy.deepcopy(sub_entities)]
    create(entity)
    return len(entity.__dict__[field.name])


def steps_of(contract: TypeContract, path: str, most: int | None = None) -> list[FieldContract]:
    """Return the relations that a path goes through. ValueError where it goes nowhere, or through others' entities."""
    steps: list[FieldContract] = []
    for name in path.split("."):
        if steps and not cast(RelationContract, steps[-1].relation).is_owned:
            raise ValueError(f"{path!r} goes through {steps[-1].name}, which are no parts of {contract.name}")
        here = end_of(steps[-1]) if steps else contract
        found = next((field for field in here.relations if field.name == name), None)
        if found is None or cast(RelationContract, found.relation).is_referenced:
            known = [field.name for field in here.relations if not cast(RelationContract, field.relation).is_referenced]
            raise ValueError(f"{here.name} has no sub-entities {name!r} that can be written: say one of {known}")
        steps.append(found)
    if most is not None and len(steps) > most:
        raise ValueError(f"sub-entities are added to {contract.name} itself: {path!r} goes further")
    return steps


def chosen(db: BaseDatabaseWrapper, contract: TypeContract, which: str | int | Filter) -> tuple[Condition, object]:
    """Return the condition of the entity that is meant, in the caller's scope, and its id where that was said."""
    if isinstance(which, Q | SqlFilter | UserDefinedFilter | list | tuple):
        return in_scope(db, contract, condition_of(db, contract, [cast(Filter, which)])), None
    return in_scope(db, contract, has_key(db, contract, which)), which


def touched(db: BaseDatabaseWrapper, contract: TypeContract, which: str | int | Filter) -> Any:
    """Lock the entity that is meant, count and date its change, and return its key. EntityNotFound."""
    condition, id = chosen(db, contract, which)
    key = held_key(db, contract, condition)
    if key is None:
        raise EntityNotFound(contract.name, id)
    steps = stamps(db, contract)
    if steps:
        own = has_key(db, contract, key)
        text = f"UPDATE {table_of(db, contract)} SET {', '.join(step for step, _ in steps)}{own.where}"
        execute(db, statement_for(text), [*(value for _, given in steps for value in given), *own.parameters])
    return key
