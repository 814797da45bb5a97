"""Lists that are walked page by page: signed tokens that hold where a page begins and ends, whatever happens around it.

A token has the page's number and the sort values of its first and last rows, so that the next page is what comes after
the last row and the previous page what comes before the first one: rows that are inserted or deleted meanwhile move
nothing else, and no page costs more than the first. It is bound by a signature to the function, the caller, the order,
the page size and the rest of the argument.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import msgspec
from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils.crypto import salted_hmac

from backk_core.declare.errors import InvalidArgument, Violation
from backk_core.declare.types import UNSET, CurrentPageToken, Data, PostQueryOperations
from backk_core.execute.call import Call
from backk_core.execute.columns import column_sql, comparable, equatable, placeholder
from backk_core.execute.filters import NO_CONDITION, NOTHING, Condition, all_of_them
from backk_core.execute.queries import Step, page_of

#: The sort values of one row.
Position = Sequence[Any]
#: What a page is held by: its rows, or a row that an empty page comes after or before, or nothing at all.
Edge = Literal["rows", "after", "before", "none"]

_LONGEST = 4096
_MAC_BYTES = 16
_SALT = "backk.page_token"
#: What may differ between two pages of one list.
_NOT_BOUND = frozenset(
    {"paginations", "current_page_tokens", "include_response_fields", "exclude_response_fields", "sort_bys"}
)


@dataclass(frozen=True, slots=True)
class _Start:
    """Where a page begins: at a position or beside it, and in which direction it is read."""

    position: Position
    backwards: bool = False
    inclusive: bool = False


@dataclass(frozen=True, slots=True)
class PageToken:
    """What a token says: the number of a page and what holds it."""

    page: int
    edge: Edge
    first: Position | None = None
    last: Position | None = None

    def start_of(self, page: int) -> _Start | None:
        """Return where this page, the next one or the previous one begins; None: at the beginning of the list."""
        if page == self.page == 1:
            return None
        if self.edge == "after" and page >= self.page and self.last is not None:
            return _Start(self.last)
        if self.edge == "after" and self.first is None and self.last is not None:
            return _Start(self.last, backwards=True, inclusive=True)
        if self.edge == "rows" and page > self.page and self.last is not None:
            return _Start(self.last)
        if self.first is None:
            return None
        backwards = page < self.page if self.edge == "rows" else page <= self.page and self.edge == "before"
        return _Start(self.first, backwards, inclusive=not backwards)

    def signed(self, binding: bytes) -> str:
        """Return the token as letters and digits. InvalidArgument where the sort values are too long for one."""
        payload = json.dumps([self.page, self.edge, self.first, self.last], ensure_ascii=False, default=str).encode()
        packed = zlib.compress(payload)
        signature = next(_signatures(binding + packed))
        text = base64.b32encode(signature + packed).rstrip(b"=").decode()
        if len(text) > _LONGEST:
            raise InvalidArgument([Violation(("sortBys",), "has a field whose values are too long to page by")])
        return text

    @classmethod
    def read(cls, text: str, binding: bytes) -> PageToken | None:
        """Return what a token says, None where it is not one that was given for this list to this caller."""
        try:
            raw = base64.b32decode(text + "=" * (-len(text) % 8))
        except (binascii.Error, ValueError):
            return None
        signature, packed = raw[:_MAC_BYTES], raw[_MAC_BYTES:]
        if not any(hmac.compare_digest(signature, genuine) for genuine in _signatures(binding + packed)):
            return None
        return cls(*json.loads(zlib.decompress(packed)))


def _signatures(message: bytes) -> Iterator[bytes]:
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        yield salted_hmac(_SALT, message, secret=secret, algorithm="sha256").digest()[:_MAC_BYTES]


@dataclass(frozen=True, slots=True)
class Walk:
    """One step through a list: which rows it wants, in which direction from which row."""

    binding: bytes
    page: int
    condition: Condition = NO_CONDITION
    backwards: bool = False
    anchor: Position | None = None
    came_from: PageToken | None = None

    @classmethod
    def asked_for(
        cls, db: BaseDatabaseWrapper, call: Call, order: tuple[Step, ...], query: PostQueryOperations
    ) -> Walk:
        """Return the step that a query asks for.

        InvalidArgument where its token is not of this list, or its page is neither the current one nor beside it.
        """
        binding = _binding(call, order, query)
        wanted = next((p.page_number for path in ("", "*") for p in query.paginations if p.sub_entity_path == path), 1)
        sent = _sent(query.current_page_tokens)
        if sent is None:
            if wanted != 1:
                raise _refused("currentPageTokens", "must have the token of the page before or after")
            return cls(binding, wanted)
        token = PageToken.read(sent, binding)
        if token is None:
            raise _refused("currentPageTokens", "must have a token that this list gave to this caller")
        if abs(wanted - token.page) > 1:
            raise _refused(
                "paginations", f"must ask for the current, next or previous page, and {token.page} is current"
            )
        return cls._from(db, order, token, wanted, binding)

    @classmethod
    def _from(
        cls, db: BaseDatabaseWrapper, order: tuple[Step, ...], token: PageToken, wanted: int, binding: bytes
    ) -> Walk:
        start = token.start_of(wanted)
        if start is None:
            return cls(binding, wanted)
        towards = reversed_order(order) if start.backwards else order
        condition = _beyond(db, towards, start.position, inclusive=start.inclusive)
        return cls(binding, wanted, condition, start.backwards, start.position, token)

    def token(self, first: Position | None, last: Position | None) -> str:
        """Return the token of the page that was read: the sort values of its first and last rows, None if empty."""
        if first is not None:
            page = PageToken(self.page, "rows", first, last)
        elif self.anchor is None:
            page = PageToken(self.page, "none")
        elif self.backwards:
            page = PageToken(self.page, "before", first=self.anchor)
        else:
            # the last page may be shorter than the others: who goes back to it sees it again, and not a full one
            before = self.came_from
            shown = before is not None and before.edge == "rows" and before.page < self.page
            page = PageToken(self.page, "after", first=before.first if before and shown else None, last=self.anchor)
        return page.signed(self.binding)


def reversed_order(order: tuple[Step, ...]) -> tuple[Step, ...]:
    """Return the order that leads from the last row to the first."""
    return tuple(Step(step.field, "DESC" if step.direction == "ASC" else "ASC") for step in order)


def _refused(argument: str, why: str) -> InvalidArgument:
    return InvalidArgument([Violation((argument,), why)])


def _sent(tokens: Sequence[CurrentPageToken]) -> str | None:
    for token in tokens:
        if token.sub_entity_path not in ("", "*"):
            raise _refused("currentPageTokens", f"has an unknown path: {token.sub_entity_path[:64]}")
    return tokens[0].current_page_token if tokens else None


def _binding(call: Call, order: tuple[Step, ...], query: PostQueryOperations) -> bytes:
    """Return what a token must not be carried away from."""
    assert call.contract.result is not None
    principal, page = call.principal, page_of(query, call.contract.result)
    argument = call.argument if isinstance(call.argument, Data) else query
    rest = {
        name: value
        for name in argument.__struct_fields__
        if name not in _NOT_BOUND and (value := getattr(argument, name)) is not UNSET
    }
    return msgspec.json.encode(
        [
            call.contract.wire_name,
            principal.subject if principal is not None else None,
            str(call.own),
            str(call.identity.tenant_id if call.identity is not None else None),
            [(step.field.wire_name, step.direction) for step in order],
            page.size if page is not None else None,
            rest,
        ],
        enc_hook=str,
    )


# keyset conditions


def _beyond(db: BaseDatabaseWrapper, order: tuple[Step, ...], position: Position, *, inclusive: bool) -> Condition:
    """Return the condition that a row comes after a position in an order, or stands at it where that is included."""
    *before, last = zip(order, position, strict=True)
    equal: list[Condition] = []
    alternatives: list[Condition] = []
    for step, value in before:
        alternatives.append(all_of_them([*equal, _passes(db, step, value)]))
        equal.append(_equals(db, step, value))
    # the last step is the key, which is never null
    alternatives.append(all_of_them([*equal, _passes(db, *last, or_equal=inclusive)]))
    real = [
        alternative for alternative in alternatives if alternative is not NOTHING and NOTHING.sql not in alternative.sql
    ]
    condition = Condition(
        " OR ".join(f"({alternative.sql})" for alternative in real),
        tuple(value for alternative in real for value in alternative.parameters),
    )
    step, value = order[0], position[0]
    if len(real) < 2 or value is None or (step.field.nullable and step.direction == "DESC"):
        return condition
    # what a database can find by an index on the first field
    return all_of_them([_passes(db, step, value, or_equal=True), condition])


def _equals(db: BaseDatabaseWrapper, step: Step, value: Any) -> Condition:
    if value is None:
        return Condition(f"{column_sql(db, step.field)} IS NULL")
    return Condition(f"{equatable(db, step.field)} = {placeholder(db, step.field.kind)}", (value,))


def _passes(db: BaseDatabaseWrapper, step: Step, value: Any, *, or_equal: bool = False) -> Condition:
    """Return the condition that a row comes later by one step alone; null is before everything that is not."""
    column, ordered = column_sql(db, step.field), comparable(db, step.field)
    if step.direction == "ASC":
        if value is None:
            return Condition(f"{column} IS NOT NULL")
        return Condition(f"{ordered} >{'=' if or_equal else ''} {placeholder(db, step.field.kind)}", (value,))
    if value is None:
        return NOTHING
    later = f"{ordered} <{'=' if or_equal else ''} {placeholder(db, step.field.kind)}"
    return Condition(f"{later} OR {column} IS NULL" if step.field.nullable else later, (value,))
