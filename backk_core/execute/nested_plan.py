"""A shape of reading over several paths turned into SQL once: the roots, and below each of them what it holds.

On PostgreSQL it is one statement, whatever the number of paths; elsewhere one for each path, which is given the keys of
the rows above it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from backk_core.describe.contracts import FieldContract, TypeContract
from backk_core.describe.field_kinds import ARRAY, is_plain
from backk_core.execute.encoding import Projection
from backk_core.execute.plan import Shape, columns_of, limit_sql, order_sql, position, selected, total
from backk_core.execute.queries import ROOT, Page, Step, below, held_type
from backk_core.execute.statements import Statement

#: Stands in a path's own statement where the placeholders of the keys above it go.
KEYS = "\0"


class PathShape(NamedTuple):
    """What makes the reading of one path below the roots the same SQL."""

    path: str
    order: tuple[Step, ...]
    page: Page | None
    where: str
    counted: bool


class NestedShape(NamedTuple):
    """What makes two reads over several paths the same SQL."""

    root: Shape
    below: tuple[PathShape, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """One path of a plan: what is read of its rows, and the paths below it.

    The columns of a row are ``fields``, then the count (where counted), the key (where there are paths below), the
    parent's key (except of roots), and of roots of a walked list their place in the order.
    """

    path: str
    contract: TypeContract
    fields: tuple[FieldContract, ...]
    #: What may be answered: fields and relations in order of declaration.
    members: tuple[FieldContract, ...]
    below: tuple[tuple[FieldContract, Node], ...]
    counted: bool
    #: How many rows of one parent are wanted, where the SQL reads all that there may be.
    most: int | None
    #: Its own statement, with ``KEYS`` in it except for roots.
    text: str
    width: int
    #: Whether a condition or a page may leave out some of a parent's rows.
    in_part: bool = False

    @property
    def key_at(self) -> int:
        """The position of the row's key."""
        return len(self.fields) + self.counted

    @property
    def parent_at(self) -> int:
        """The position of the parent's key; of roots, the first of what tells their place in the order."""
        return self.key_at + bool(self.below)

    def walk(self) -> Iterator[Node]:
        """Yield the node and all below it, parents first."""
        yield self
        for _, node in self.below:
            yield from node.walk()


@dataclass(frozen=True, slots=True, eq=False)
class NestedPlan:
    """The SQL of one shape of reading over several paths; ``statement`` reads them all, on PostgreSQL."""

    root: Node
    nodes: tuple[Node, ...]
    statement: Statement | None


@lru_cache(maxsize=1024)
def paths_read(contract: TypeContract, projection: Projection | None) -> tuple[str, ...]:
    """Return the paths below the roots that a projection reads, parents first."""
    return tuple(_paths_read(contract, projection, ROOT))


def _paths_read(contract: TypeContract, projection: Projection | None, path: str) -> Iterator[str]:
    for field, inner in _relations(contract, projection):
        yield below(path, field.wire_name)
        yield from _paths_read(held_type(field), inner, below(path, field.wire_name))


def _relations(
    contract: TypeContract, projection: Projection | None
) -> Iterator[tuple[FieldContract, Projection | None]]:
    wanted = None if projection is None else dict(projection)
    for field in contract.answered:
        if field.relation is not None and (wanted is None or field.wire_name in wanted):
            yield field, None if wanted is None else wanted[field.wire_name]


def nested_plan(shape: NestedShape, *, from_client: bool) -> NestedPlan:
    """Return the plan of a shape, remembered unless a client made up its conditions."""
    return _planned(shape) if from_client else _remembered(shape)


def _planned(shape: NestedShape) -> NestedPlan:
    root = _Planner(shape).root()
    nodes = tuple(root.walk())
    db = connections[shape.root.alias]
    return NestedPlan(root, nodes, Statement(_united(nodes)) if db.vendor == "postgresql" else None)


_remembered = lru_cache(maxsize=1024)(_planned)


def _united(nodes: tuple[Node, ...]) -> str:
    """Return the one statement of PostgreSQL that reads all paths: their rows as texts, behind the path's number.

    A scan of a materialized query keeps its order, and they are appended one after the other.
    """
    numbers = {node: number for number, node in enumerate(nodes)}
    parents = {child: numbers[node] for node in nodes for _, child in node.below}
    width = max(node.width for node in nodes)
    queries, selects = [], []
    for node, number in numbers.items():
        text = node.text.replace(KEYS, f"SELECT backk_key FROM backk_path_{parents[node]}" if node in parents else "")
        queries.append(f"backk_path_{number} AS MATERIALIZED ({text})")
        texts = [f"CAST(backk_{name} AS text)" for name in _names(node)] + ["NULL"] * (width - node.width)
        selects.append(f"SELECT {number}, {', '.join(texts)} FROM backk_path_{number}")
    return f"WITH {', '.join(queries)} {' UNION ALL '.join(selects)}"


def _names(node: Node) -> list[str]:
    """Return the ends of the names of a node's columns."""
    names = [*map(str, range(len(node.fields))), *(["count"] if node.counted else []), *(["key"] if node.below else [])]
    if node.path:
        return [*names, "parent"]
    return [*names, *(f"place_{place}" for place in range(node.width - len(names)))]


class _Planner:
    """Makes the nodes of one plan."""

    def __init__(self, shape: NestedShape) -> None:
        self._shape = shape
        self._db: BaseDatabaseWrapper = connections[shape.root.alias]
        self._paths: Mapping[str, PathShape] = {path.path: path for path in shape.below}

    def root(self) -> Node:
        """Return the node of the roots, with all below it."""
        shape, db, quote = self._shape.root, self._db, self._db.ops.quote_name
        contract = shape.contract
        fields, members, inner = self._read(contract, shape.projection, ROOT)
        table = quote(contract.model._meta.db_table)
        columns = self._columns(contract, fields, keyed=bool(inner))
        if shape.counted:
            columns.insert(len(fields), f"{total(table, shape)} AS backk_count")
        if shape.walked:
            columns += [f"{position(db, step)} AS backk_place_{place}" for place, step in enumerate(shape.order)]
        text = f"SELECT {', '.join(columns)} FROM {table}"
        text += f" WHERE {shape.where}" if shape.where else ""
        text += f" ORDER BY {_order(db, shape.order)}"
        text += limit_sql(shape)
        return Node(ROOT, contract, fields, members, inner, shape.counted, None, text, len(columns))

    def _read(
        self, contract: TypeContract, projection: Projection | None, path: str
    ) -> tuple[tuple[FieldContract, ...], tuple[FieldContract, ...], tuple[tuple[FieldContract, Node], ...]]:
        """Return the stored fields that are read at a path, all members of the answer, and the paths below."""
        fields = columns_of(contract, projection, for_code=self._shape.root.for_code)
        inner = tuple(
            (field, self._node(field, wanted, below(path, field.wire_name)))
            for field, wanted in _relations(contract, projection)
        )
        names = {field.name for field in fields} | {field.name for field, _ in inner}
        return fields, tuple(field for field in contract.answered if field.name in names), inner

    def _node(self, field: FieldContract, projection: Projection | None, path: str) -> Node:
        db, quote, relation = self._db, self._db.ops.quote_name, field.relation
        assert relation is not None
        contract, wanted = held_type(field), self._paths[path]
        fields, members, inner = self._read(contract, projection, path)
        source = quote(contract.model._meta.db_table)
        if relation.link is None:
            parent = quote(relation.parent_column)
            where = f"{parent} IN ({KEYS})" + (f" AND ({wanted.where})" if wanted.where else "")
        else:
            # what the link table has is renamed, so that every other name is the entity's
            parent, (table, near, far) = "backk_owner", map(quote, relation.link)
            links = f"SELECT {near} AS backk_owner, {far} AS backk_far FROM {table} WHERE {near} IN ({KEYS})"
            source += f" JOIN ({links}) backk_links ON {quote(contract.key.column or '')} = backk_far"
            where = wanted.where
        columns = self._columns(contract, fields, keyed=bool(inner))
        if wanted.counted:
            columns.insert(len(fields), f"count(*) OVER (PARTITION BY {parent}) AS backk_count")
        columns.append(f"{parent} AS backk_parent")
        order, page = _order(db, wanted.order), wanted.page
        most = page.size if page is not None and page.offset == 0 and _fits(field, page) else None
        if page is None or most is not None:
            text = _sql(columns, source, where) + f" ORDER BY {order}"
        else:
            row = f"row_number() OVER (PARTITION BY {parent} ORDER BY {order}) AS backk_row"
            names = ", ".join(column.rpartition(" AS ")[2] for column in columns)
            text = (
                f"SELECT {names} FROM ({_sql([*columns, row], source, where)}) backk_rows"
                f" WHERE backk_row > {page.offset} AND backk_row <= {page.offset + page.size} ORDER BY backk_row"
            )
        in_part = bool(wanted.where) or (page is not None and most is None)
        return Node(path, contract, fields, members, inner, wanted.counted, most, text, len(columns), in_part)

    def _columns(self, contract: TypeContract, fields: tuple[FieldContract, ...], *, keyed: bool) -> list[str]:
        columns = [f"{self._selected(field)} AS backk_{number}" for number, field in enumerate(fields)]
        return [*columns, *([f"{self._db.ops.quote_name(contract.key.column or '')} AS backk_key"] if keyed else [])]

    def _selected(self, field: FieldContract) -> str:
        column = selected(self._db, field)
        return f"to_json({column})" if self._db.vendor == "postgresql" and comes_as_json(field) else column


def comes_as_json(field: FieldContract) -> bool:
    """Tell whether PostgreSQL writes a field of a nested reading as JSON."""
    element = field.element
    return (
        field.kind is ARRAY and is_plain(field.model_field) and element is not None and element.kind.sql_form == "json"
    )


def _order(db: BaseDatabaseWrapper, order: tuple[Step, ...]) -> str:
    return ", ".join(order_sql(db, step) for step in order)


def _sql(columns: list[str], source: str, where: str) -> str:
    return f"SELECT {', '.join(columns)} FROM {source}" + (f" WHERE {where}" if where else "")


def _fits(field: FieldContract, page: Page) -> bool:
    """Tell whether a page holds all rows that one parent may have."""
    relation: Any = field.relation
    return relation.max_size is not None and relation.max_size <= page.size
