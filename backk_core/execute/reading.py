"""One read of an entity type: which plan it needs, and whether rows become entities or go out as they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

from backk_core.declare.conf import conf
from backk_core.declare.types import Many, One, PostQueryOperations, ResponseFields
from backk_core.describe.contracts import Statements, TypeContract
from backk_core.describe.registry import registry
from backk_core.execute.call import Call, find_call
from backk_core.execute.encoding import Projection
from backk_core.execute.filters import NO_CONDITION, Condition, Conditions, all_of_them
from backk_core.execute.gathering import Gathered, entity_maker, gathered
from backk_core.execute.nested_plan import NestedShape, PathShape, nested_plan, paths_read
from backk_core.execute.page_tokens import Walk, reversed_order
from backk_core.execute.plan import ReadPlan, Shape, database_writes_json, has_paths, read_plan
from backk_core.execute.projection import projection_of
from backk_core.execute.queries import ROOT, Page, order_of, page_of, path_named
from backk_core.execute.results import CountedMany, EncodedMany, EncodedOne
from backk_core.execute.rows import walked_rows, written_rows
from backk_core.execute.statements import database, fetch_rows
from backk_core.execute.tables import in_scope

_NO_PATHS: frozenset[str] = frozenset()
_FIRST = Page(1, 0)


@dataclass(slots=True)
class Reading:
    """One read of an entity type: what is wanted, and whether the answer goes out as it comes from the database."""

    contract: TypeContract
    db: BaseDatabaseWrapper
    query: ResponseFields | None
    projection: Projection | None
    returned: bool
    #: The paths whose rows are counted.
    counts: frozenset[str] = _NO_PATHS
    #: The step through a list that is walked page by page.
    walk: Walk | None = None

    @classmethod
    def of(cls, entity_type: type[Any], query: ResponseFields | None) -> Reading:
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
        counts = function.options.counts if answers_it and function is not None else ()
        paths = _paths_named(contract, counts) if counts else _NO_PATHS
        return cls(contract, database(), query, projection_of(query, contract), returned, paths)

    @property
    def counted(self) -> bool:
        """Whether the roots are counted."""
        return ROOT in self.counts

    def many(self, conditions: Conditions, page: Page | None) -> Many[Any]:
        """Return the page of what passes the conditions, as far as the caller may see it."""
        conditions = self._scoped(conditions)
        call = find_call()
        if call is not None and page is not None and self._is_walked_in(call):
            assert isinstance(self.query, PostQueryOperations)
            walk = Walk.asked_for(self.db, call, order_of(self.query, self.contract), self.query)
            return replace(self, walk=walk).step(conditions, page)
        if not self.returned:
            return self.entities(conditions, page)
        if self._is_nested:
            texts = b",".join(self._gathered(conditions, page).texts())
        else:
            texts, _ = written_rows(self.db, self._plan(conditions.root, page), page_parameters(conditions.root, page))
        return EncodedMany(texts, lambda: self._again(conditions, page))

    def one(self, conditions: Conditions) -> One[Any] | None:
        """Return the first that passes the conditions, None where the caller may see none."""
        if self.counted:
            # the total before paging belongs to the rows of lists
            return replace(self, counts=self.counts - {ROOT}).one(conditions)
        page, conditions = _FIRST, self._scoped(conditions)
        if not self.returned:
            entities = self.entities(conditions, page).data
            return One(entities[0]) if entities else None
        if self._is_nested:
            found = self._gathered(conditions, page)
            text, version = b",".join(found.texts()), found.version()
        else:
            plan = self._plan(conditions.root, page)
            text, version = written_rows(self.db, plan, page_parameters(conditions.root, page))
        return EncodedOne(text, version, lambda: self._again(conditions, page).data[0]) if text else None

    def _scoped(self, conditions: Conditions) -> Conditions:
        root = in_scope(self.db, self.contract, conditions.root)
        return conditions if root is conditions.root else Conditions(root, conditions.below)

    @property
    def _is_nested(self) -> bool:
        return has_paths(self.contract, self.projection)

    def _is_walked_in(self, call: Call) -> bool:
        """Tell whether a call may go through this list by steps only."""
        function = call.contract
        return (
            function.options.page_steps_only
            and function.result is self.contract
            and isinstance(self.query, PostQueryOperations)
        )

    # plans

    def _shape(self, condition: Condition, page: Page | None, counted_where: str | None) -> Shape:
        by_database = self.returned and self.walk is None and self.db.vendor == "postgresql" and conf().json_by_database
        order = order_of(self.query, self.contract)
        return Shape(
            alias=self.db.alias,
            contract=self.contract,
            projection=self.projection,
            order=reversed_order(order) if self.walk is not None and self.walk.backwards else order,
            where=condition.sql,
            size=page.size if page is not None else None,
            skips=page is not None and page.offset > 0,
            counted=self.counted,
            for_code=not self.returned,
            as_json=by_database and database_writes_json(self.contract, self.projection),
            walked=self.walk is not None,
            counted_where=counted_where,
        )

    def _plan(self, condition: Condition, page: Page | None, *, counted_where: str | None = None) -> ReadPlan:
        return read_plan(self._shape(condition, page, counted_where), condition)

    def _gathered(
        self,
        conditions: Conditions,
        page: Page | None,
        *,
        counted_where: str | None = None,
        counted: tuple[Any, ...] = (),
    ) -> Gathered:
        """Read all paths; ``counted`` are the values of the condition of the rows to count."""
        shape = NestedShape(self._shape(conditions.root, page, counted_where), self._paths(conditions))
        parameters = {path: condition.parameters for path, condition in conditions.below.items()}
        parameters[ROOT] = (*counted, *page_parameters(conditions.root, page))
        return gathered(self.db, nested_plan(shape, from_client=conditions.from_client), parameters)

    def _paths(self, conditions: Conditions) -> tuple[PathShape, ...]:
        if self.query is None and not conditions.below:
            return _usual_paths(self.contract, self.projection, self.counts)
        return tuple(
            PathShape(
                path,
                order_of(self.query, self.contract, path),
                page_of(self.query, self.contract, path),
                conditions.below.get(path, NO_CONDITION).sql,
                path in self.counts,
            )
            for path in paths_read(self.contract, self.projection)
        )

    # entities

    def _again(self, conditions: Conditions, page: Page | None) -> Many[Any]:
        """Read the same rows as entities: somebody touches what was encoded."""
        return replace(self, returned=False).entities(conditions, page)

    def entities(self, conditions: Conditions, page: Page | None) -> Many[Any]:
        """Return what passes the conditions as entities."""
        if self._is_nested:
            return self._counted(self._gathered(conditions, page))
        plan = self._plan(conditions.root, page)
        return self._made(plan, fetch_rows(self.db, plan.statement, page_parameters(conditions.root, page)))

    def _counted(self, found: Gathered) -> Many[Any]:
        entities = found.entities()
        return CountedMany(entities, found.total()) if self.counted else Many(entities)

    def _made(self, plan: ReadPlan, rows: Sequence[Sequence[Any]]) -> Many[Any]:
        make = entity_maker(self.db.alias, self.contract, plan.fields)
        entities = [make(row) for row in rows]
        return CountedMany(entities, rows[0][len(plan.fields)] if rows else 0) if plan.counted else Many(entities)

    # lists that are walked by steps

    def step(self, conditions: Conditions, page: Page) -> Many[Any]:
        """Return the page that is asked for, with its token."""
        assert self.walk is not None
        result, places = self.nested_step(conditions, page) if self._is_nested else self.flat_step(conditions, page)
        places = places[:: self._direction]
        token = self.walk.token(places[0], places[-1]) if places else self.walk.token(None, None)
        result.metadata["currentPageTokens"] = [{"subEntityPath": "", "currentPageToken": token}]
        return result

    @property
    def _direction(self) -> int:
        return -1 if self.walk is not None and self.walk.backwards else 1

    def flat_step(self, conditions: Conditions, page: Page) -> tuple[Many[Any], Sequence[Sequence[Any]]]:
        """Return a page of rows of one table, and each row's place in the order."""
        assert self.walk is not None
        both = all_of_them([conditions.root, self.walk.condition])
        counted = conditions.root.parameters if self.counted else ()
        plan = self._plan(both, Page(page.size, 0), counted_where=conditions.root.sql)
        parameters = (*counted, *both.parameters)
        if not self.returned:
            rows = fetch_rows(self.db, plan.statement, parameters)
            return self._made(plan, rows[:: self._direction]), [row[plan.position_at :] for row in rows]
        texts, places = walked_rows(self.db, plan, parameters)
        text = b",".join(texts[:: self._direction])
        again = replace(self, returned=False)
        return EncodedMany(text, lambda: again.flat_step(conditions, page)[0]), places

    def nested_step(self, conditions: Conditions, page: Page) -> tuple[Many[Any], Sequence[Sequence[Any]]]:
        """Return a page of roots with what is below them, and each root's place in the order."""
        assert self.walk is not None
        both = conditions._replace(root=all_of_them([conditions.root, self.walk.condition]))
        counted = conditions.root.parameters if self.counted else ()
        found = self._gathered(both, Page(page.size, 0), counted_where=conditions.root.sql, counted=counted)
        if not self.returned:
            made = self._counted(found)
            made.data.reverse() if self._direction < 0 else None
            return made, found.places()
        text = b",".join(found.texts()[:: self._direction])
        again = replace(self, returned=False)
        return EncodedMany(text, lambda: again.nested_step(conditions, page)[0]), found.places()


@lru_cache(maxsize=1024)
def _usual_paths(
    contract: TypeContract, projection: Projection | None, counts: frozenset[str]
) -> tuple[PathShape, ...]:
    """Return the paths below the roots as they are read where nobody asks for anything else."""
    return tuple(
        PathShape(path, order_of(None, contract, path), None, NO_CONDITION.sql, path in counts)
        for path in paths_read(contract, projection)
    )


@lru_cache(maxsize=1024)
def _paths_named(contract: TypeContract, names: tuple[str, ...]) -> frozenset[str]:
    return frozenset(path_named(contract, name) for name in names)


def page_parameters(condition: Condition, page: Page | None) -> tuple[Any, ...]:
    """Return the values of a condition and a page, in the order of their placeholders."""
    return condition.parameters if page is None or not page.offset else (*condition.parameters, page.offset)
