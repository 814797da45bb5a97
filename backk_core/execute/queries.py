"""What a query asks of each path: the paths that a type has, their order and their page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Literal, NamedTuple

from backk_core.declare import naming
from backk_core.declare.errors import InvalidArgument, Violation
from backk_core.declare.stored_forms import StoredForm
from backk_core.declare.types import Pagination, PostQueryOperations, ResponseFields
from backk_core.describe.contracts import FieldContract, TypeContract
from backk_core.describe.field_kinds import ARRAY

#: The path that stands for every path, and the one of the roots.
EVERY, ROOT = "*", ""

Direction = Literal["ASC", "DESC"]


class Step(NamedTuple):
    """One step of an order."""

    field: FieldContract
    direction: Direction


class Page(NamedTuple):
    """Which rows of a list: ``size`` rows after ``offset`` rows."""

    size: int
    offset: int


_FIRST_PAGE = Page(50, 0)


def held_type(relation: FieldContract) -> TypeContract:
    """Return the type at the end of a relation that may be answered."""
    assert relation.element is not None
    assert relation.element.type is not None
    return relation.element.type


@lru_cache(maxsize=1024)
def paths_of(contract: TypeContract) -> Mapping[str, TypeContract]:
    """Return the types at the dotted paths of an entity, the entity itself at the empty one."""
    return MappingProxyType(dict(_paths(contract, ROOT)))


def _paths(contract: TypeContract, path: str) -> Iterator[tuple[str, TypeContract]]:
    yield path, contract
    for field in contract.answered:
        if field.relation is not None:
            yield from _paths(held_type(field), below(path, field.wire_name))


def below(path: str, wire_name: str) -> str:
    """Return the path of a relation of what is at a path."""
    return f"{path}.{wire_name}" if path else wire_name


def path_named(contract: TypeContract, name: str) -> str:
    """Return the path that code means, in Python's names or the wire's. ValueError where there is none."""
    path = ".".join(map(naming.to_wire, name.split("."))) if name else ROOT
    if path not in paths_of(contract):
        known = ", ".join(repr(known) for known in paths_of(contract) if known) or "none"
        msg = f"{contract.name} has no path {name!r}; it has {known}"
        raise ValueError(msg)
    return path


def order_of(query: ResponseFields | None, contract: TypeContract, path: str = ROOT) -> tuple[Step, ...]:
    """Return the order that the query asks for at a path of the contract, the key last.

    InvalidArgument names a path that is unknown, or a field that cannot be in an order, wherever it is.
    """
    if not isinstance(query, PostQueryOperations) or not query.sort_bys:
        return _by_key(paths_of(contract)[path] if path else contract, path)
    wanted = [(sort_by.sub_entity_path, sort_by.field_name, sort_by.sort_direction) for sort_by in query.sort_bys]
    return _order(contract, path, tuple(wanted))


@lru_cache(maxsize=1024)
def _order(contract: TypeContract, path: str, wanted: tuple[tuple[str, str, Direction], ...]) -> tuple[Step, ...]:
    held = paths_of(contract)[path]
    own: list[Step] = []
    others: list[Step] = []
    for at, name, direction in wanted:
        field = _sorted_by(at, name, contract, held)
        if field is not None and at in (path, EVERY):
            steps = own if at == path else others
            steps.append(Step(field, direction))
    # by name: a view's fields are its own
    chosen: dict[str, Step] = {}
    for step in (*own, *others, *_by_key(held, path)):
        chosen.setdefault(step.field.name, step)
    return tuple(chosen.values())


def _sorted_by(at: str, name: str, contract: TypeContract, held: TypeContract) -> FieldContract | None:
    """Return the field of ``held`` that an entry is about, None where that has none and need not have one."""
    owner = held if at == EVERY else paths_of(contract).get(at)
    if owner is None:
        raise InvalidArgument([Violation(("sortBys",), f"has an unknown path: {at[:64]}")])
    field = owner.by_wire_name.get(name)
    if field is not None and has_an_order(field):
        return field
    if at != EVERY:
        raise InvalidArgument([Violation(("sortBys",), f"has an unknown field: {name[:64]}")])
    return None


def has_an_order(field: FieldContract) -> bool:
    """Tell whether rows can be put in order by a field, and the caller may see that order."""
    stored = field.column is not None and not isinstance(field.model_field, StoredForm)
    return field.leaves and stored and field.kind is not ARRAY


@lru_cache(maxsize=1024)
def _by_key(contract: TypeContract, path: str) -> tuple[Step, ...]:
    # parts are told apart within their parent
    return (Step(contract.identity if path else contract.key, "ASC"),)


def page_of(query: ResponseFields | None, contract: TypeContract, path: str = ROOT) -> Page | None:
    """Return the page that the query asks for at a path: the first of 50 where it does not say.

    None where there is no query. InvalidArgument where it names a path that the contract does not have.
    """
    if query is None:
        return None
    wanted: Sequence[Pagination] = query.paginations if isinstance(query, PostQueryOperations) else ()
    if not wanted:
        return _FIRST_PAGE
    if len(wanted) == 1 and wanted[0].sub_entity_path == path:
        return Page(wanted[0].page_size, (wanted[0].page_number - 1) * wanted[0].page_size)
    by_path = {pagination.sub_entity_path: pagination for pagination in reversed(wanted)}
    for named in by_path:
        if named not in (ROOT, EVERY) and named not in paths_of(contract):
            raise InvalidArgument([Violation(("paginations",), f"has an unknown path: {named[:64]}")])
    pagination = by_path.get(path) or by_path.get(EVERY) or Pagination()
    return Page(pagination.page_size, (pagination.page_number - 1) * pagination.page_size)
