"""Rows of several paths put together, from the leaves to the roots: as JSON, or as entities for code to look at."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model
from django.db.models.base import ModelState

from backk_core.describe.contracts import FieldContract, TypeContract
from backk_core.execute.encoding import COUNT
from backk_core.execute.nested_plan import KEYS, NestedPlan, Node
from backk_core.execute.plan import converters_of
from backk_core.execute.results import Excerpt
from backk_core.execute.rows import (
    Below,
    Row,
    TextAt,
    TextGrouper,
    TextWriter,
    text_grouper,
    text_writer,
    value_loader,
    value_writer,
)
from backk_core.execute.statements import Statement, fetch_rows, is_watched, run_prepared
from backk_core.execute.transactions import snapshot

T = TypeVar("T")


class Gathered(ABC):
    """The rows of all paths of a plan, as one state of the database has them."""

    def __init__(self, alias: str, plan: NestedPlan) -> None:
        self.alias = alias
        self.root = plan.root

    def texts(self) -> list[bytes]:
        """Return the roots as JSON objects."""
        return self._texts(self.root)

    def entities(self) -> list[Any]:
        """Return the roots as entities, or as views of them."""
        return self._entities(self.root)

    @abstractmethod
    def column(self, node: Node, position: int) -> Sequence[Any]:
        """Return the values of a column that is no field, as they are."""

    @abstractmethod
    def _written(self, node: Node, below: Sequence[Below]) -> list[bytes]:
        """Return a path's rows as JSON objects, with what is below them."""

    @abstractmethod
    def _rows(self, node: Node) -> Iterable[Row]:
        """Return a path's rows as Django's cursor gives them."""

    def total(self) -> int:
        """Return how many roots there are before paging, where they are counted."""
        counts = self.column(self.root, len(self.root.fields))
        return int(counts[0]) if counts else 0

    def version(self) -> bytes | None:
        """Return the version of the first root, None where it has none or that is not read."""
        at = next((at for at, field in enumerate(self.root.fields) if field.wire_name == "version"), None)
        versions = self.column(self.root, at) if at is not None else ()
        return b"%d" % int(versions[0]) if versions else None

    def places(self) -> list[list[Any]]:
        """Return each root's place in the order of a walked list."""
        positions = range(self.root.parent_at, self.root.width)
        return [list(place) for place in zip(*(self.column(self.root, at) for at in positions), strict=True)]

    def _texts(self, node: Node) -> list[bytes]:
        return self._written(node, [self._arrays(child) for _, child in node.below])

    def _arrays(self, node: Node) -> Below:
        groups = self._grouped(node, [self._arrays(child) for _, child in node.below])
        most, join = node.most, b",".join
        return {parent: b"[%b]" % join(texts[:most]) for parent, texts in groups.items()}.get

    def _grouped(self, node: Node, below: Sequence[Below]) -> Mapping[Any, list[bytes]]:
        """Return a path's rows as JSON objects, by the key of what they belong to."""
        return self._by_parent(node, self._written(node, below))

    def _by_parent(self, node: Node, rows: Sequence[T]) -> Mapping[Any, list[T]]:
        """Return the rows of each parent: of what the SQL reads, where that may be more than are wanted."""
        groups: defaultdict[Any, list[T]] = defaultdict(list)
        for parent, row in zip(self.column(node, node.parent_at), rows, strict=True):
            groups[parent].append(row)
        return groups

    def _entities(self, node: Node) -> list[Any]:
        make = entity_maker(self.alias, node.contract, node.fields)
        entities = [make(row) for row in self._rows(node)]
        for field, child in node.below:
            groups = self._by_parent(child, self._entities(child))
            for entity, key in zip(entities, self.column(node, node.key_at), strict=True):
                held = groups.get(key, [])[: child.most]
                entity.__dict__[field.name] = Excerpt(held) if child.in_part else held
        if node.counted and node.path:
            for entity, count in zip(entities, self.column(node, len(node.fields)), strict=True):
                entity.__dict__[COUNT] = int(count)
        return entities


class _Texts(Gathered):
    """Rows of PostgreSQL, all paths of one statement: texts behind the path's number."""

    def __init__(self, db: BaseDatabaseWrapper, plan: NestedPlan, parameters: Sequence[Any]) -> None:
        super().__init__(db.alias, plan)
        assert plan.statement is not None
        self._at, total = _answered(db, plan.statement, parameters)
        at, nodes = self._at, plan.nodes
        starts = [0]
        for number in range(1, len(nodes)):
            starts.append(bisect_left(range(total), number, starts[-1], key=lambda row: int(at(row, 0) or 0)))
        self._ranges = dict(zip(nodes, map(range, starts, [*starts[1:], total]), strict=True))

    def column(self, node: Node, position: int) -> Sequence[Any]:
        at = self._at
        found = [at(row, position + 1) for row in self._ranges[node]]
        # a place in the order is a value of Python's
        is_place = not node.path and position >= node.parent_at
        return [None if text is None else text.decode() for text in found] if is_place else found

    def _written(self, node: Node, below: Sequence[Below]) -> list[bytes]:
        return _writer(node, self.alias)(self._at, self._ranges[node], below)

    def _grouped(self, node: Node, below: Sequence[Below]) -> Mapping[Any, list[bytes]]:
        groups: defaultdict[bytes | None, list[bytes]] = defaultdict(list)
        _grouper(node, self.alias)(self._at, self._ranges[node], below, groups)
        return groups

    def _rows(self, node: Node) -> Iterable[Row]:
        at, loaders = self._at, [(n, value_loader(self.alias, field)) for n, field in enumerate(node.fields, 1)]
        for row in self._ranges[node]:
            yield [None if (text := at(row, column)) is None else load(text) for column, load in loaders]


@lru_cache(maxsize=1024)
def _writer(node: Node, alias: str) -> TextWriter:
    places = _places(node, 1)
    return text_writer(node.members, counted=node.counted, places=places, key_at=node.key_at + 1, alias=alias)


@lru_cache(maxsize=1024)
def _grouper(node: Node, alias: str) -> TextGrouper:
    places, key_at = _places(node, 1), node.key_at + 1
    return text_grouper(
        node.members, node.parent_at + 1, counted=node.counted, places=places, key_at=key_at, alias=alias
    )


def _answered(db: BaseDatabaseWrapper, statement: Statement, parameters: Sequence[Any]) -> tuple[TextAt, int]:
    if not is_watched(db):
        result = run_prepared(db, statement, parameters)
        return result.get_value, result.ntuples
    rows = fetch_rows(db, statement, parameters)
    return lambda row, column: None if (value := rows[row][column]) is None else str(value).encode(), len(rows)


class _Values(Gathered):
    """Rows of a database that is asked for one path after the other."""

    def __init__(self, db: BaseDatabaseWrapper, plan: NestedPlan, parameters: Mapping[str, Sequence[Any]]) -> None:
        super().__init__(db.alias, plan)
        parents = {child: node for node in plan.nodes for _, child in node.below}
        self._found: dict[Node, Sequence[Row]] = {}
        with snapshot(db):
            for node in plan.nodes:
                keys = list(dict.fromkeys(self.column(parents[node], parents[node].key_at))) if node.path else []
                self._found[node] = _of_path(db, node, keys, parameters.get(node.path, ()))

    def column(self, node: Node, position: int) -> Sequence[Any]:
        return [row[position] for row in self._found[node]]

    def _written(self, node: Node, below: Sequence[Below]) -> list[bytes]:
        write = value_writer(
            self.alias, node.members, counted=node.counted, places=_places(node, 0), key_at=node.key_at
        )
        return [write(row, below) for row in self._found[node]]

    def _rows(self, node: Node) -> Iterable[Row]:
        return self._found[node]


def _of_path(db: BaseDatabaseWrapper, node: Node, keys: list[Any], parameters: Sequence[Any]) -> Sequence[Row]:
    if not node.path:
        return fetch_rows(db, Statement(node.text), parameters)
    if not keys:
        return ()
    if db.vendor == "sqlite":
        # one parameter, however many keys
        text, given = node.text.replace(KEYS, "SELECT value FROM json_each(%s)"), [json.dumps(keys)]
    else:
        text, given = node.text.replace(KEYS, ", ".join(["%s"] * len(keys))), keys
    return fetch_rows(db, Statement(text), [*given, *parameters])


def gathered(db: BaseDatabaseWrapper, plan: NestedPlan, parameters: Mapping[str, Sequence[Any]]) -> Gathered:
    """Run a plan with the parameters of each path's condition, those of the roots with the page's."""
    if plan.statement is None:
        return _Values(db, plan, parameters)
    return _Texts(db, plan, [value for node in plan.nodes for value in parameters.get(node.path, ())])


@lru_cache(maxsize=1024)
def _places(node: Node, first: int) -> tuple[int, ...]:
    """Return the columns of the stored members, and the count's."""
    at = {field.name: position for position, field in enumerate(node.fields, first)}
    places = [at[member.name] for member in node.members if member.relation is None]
    return (*places, len(node.fields) + first) if node.counted else tuple(places)


@lru_cache(maxsize=1024)
def entity_maker(alias: str, contract: TypeContract, fields: tuple[FieldContract, ...]) -> Callable[[Row], Any]:
    """Return a function that makes an entity, or a view of one, of a row.

    What was not read of an entity is deferred, as Django calls it.
    """
    converters = converters_of(connections[alias], fields)
    names = [field.name for field in fields]
    cls: Any = contract.cls
    is_model = issubclass(cls, Model)

    def make(row: Row) -> Any:
        if converters:
            values = list(row)
            for position, convert in converters:
                values[position] = convert(values[position])
            row = values
        entity = cls.__new__(cls)
        if is_model:
            entity._state = state = ModelState()
            state.adding = False
            state.db = alias
        entity.__dict__.update(zip(names, row, strict=False))
        return entity

    return make
