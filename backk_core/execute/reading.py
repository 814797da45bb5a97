"""One read of an entity type: which plan it needs, and whether rows become entities or go out as they are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, cast

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model
from django.db.models.base import ModelState

from backk_core.declare.conf import conf
from backk_core.declare.types import Many, One, PostQueryOperations, ResponseFields
from backk_core.describe.contracts import FieldContract, Statements, TypeContract
from backk_core.describe.registry import registry
from backk_core.execute.call import Call, find_call
from backk_core.execute.codec import Projection
from backk_core.execute.filters import Condition, all_of_them
from backk_core.execute.page_tokens import Walk, reversed_order
from backk_core.execute.plan import (
    Page,
    ReadPlan,
    Shape,
    converters_of,
    database_writes_json,
    order_of,
    read_plan,
)
from backk_core.execute.projection import projection_of
from backk_core.execute.results import CountedMany, EncodedMany, EncodedOne
from backk_core.execute.rows import walked_rows, written_rows
from backk_core.execute.statements import database, fetch_rows
from backk_core.execute.tables import (
    in_scope,
)


@dataclass(slots=True)
class Reading:
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
    def of(cls, entity_type: type[Model], query: ResponseFields | None) -> Reading:
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
        condition = in_scope(self.db, self.contract, condition)
        call = find_call()
        if call is not None and page is not None and self.is_walked_in(call):
            assert isinstance(self.query, PostQueryOperations)
            walk = Walk.asked_for(self.db, call, order_of(self.query, self.contract), self.query)
            return replace(self, walk=walk).step(condition, page)
        plan, parameters = self.plan(condition, page), page_parameters(condition, page)
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
        condition = in_scope(self.db, self.contract, condition)
        plan, parameters = self.plan(condition, page), page_parameters(condition, page)
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
        return reading.entities(reading.plan(condition, page), page_parameters(condition, page))

    def entities(self, plan: ReadPlan, parameters: Sequence[Any]) -> Many[Any]:
        """Run a plan; return its rows as entities."""
        return self._made(plan, fetch_rows(self.db, plan.statement, parameters))

    def _made(self, plan: ReadPlan, rows: Sequence[Sequence[Any]]) -> Many[Any]:
        make = entity_maker(self.db.alias, self.contract, plan.fields)
        entities = [make(row) for row in rows]
        return CountedMany(entities, rows[0][len(plan.fields)] if rows else 0) if plan.counted else Many(entities)


def page_parameters(condition: Condition, page: Page | None) -> tuple[Any, ...]:
    """Return the values of a condition and a page, in the order of their placeholders."""
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
