"""Writes messages into the outbox, in the transaction of whoever sends them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.utils import timezone

from backk_core.declare.patterns import compile_pattern
from backk_core.execute.call import Call, find_call
from backk_core.execute.statements import database
from backk_transport.arguments import body_of
from backk_transport.messages import Message, RemoteServices
from backk_transport.models import OutboxMessage

#: https://www.w3.org/TR/trace-context/: version, trace, parent and flags; and how long the state beside it may be.
_TRACE_PARENT = r"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}"
_LONGEST_TRACE_STATE = 512


class Outbox(RemoteServices):
    """Keeps what is sent in the entities' database: with the transaction that is open, or by itself outside of one."""

    def keep(self, messages: Sequence[Message]) -> None:
        call, group_id = find_call(), uuid.uuid4().hex if len(messages) > 1 else ""
        rows = [_row(message, group_id, call) for message in messages]
        alias = database().alias
        if len(rows) == 1:
            rows[0].save(force_insert=True, using=alias)
        else:
            OutboxMessage._default_manager.using(alias).bulk_create(rows)


def _row(message: Message, group_id: str, call: Call | None) -> OutboxMessage:
    now = timezone.now()
    row = OutboxMessage(
        group_id=group_id,
        broker=message.broker,
        destination=message.destination,
        function=message.function,
        ordering_key=message.ordering_key,
        response_address=message.response_address,
        options={"compression": message.compression, "acknowledgement": message.acknowledgement},
        request_id=call.request_id if call is not None else "",
        created_at=now,
        available_at=now + message.deliver_after if message.deliver_after else None,
    )
    row.carry(body_of(message), _trace_of(call))
    return row


def _trace_of(call: Call | None) -> dict[str, str]:
    """Return the headers by which what comes of a message is known as a part of the call; never who called."""
    parent = call.header("traceparent") if call is not None else None
    if call is None or parent is None or compile_pattern(_TRACE_PARENT).fullmatch(parent) is None:
        return {}
    state = call.header("tracestate") or ""
    if not state or len(state) > _LONGEST_TRACE_STATE or not (state.isascii() and state.isprintable()):
        return {"traceparent": parent}
    return {"traceparent": parent, "tracestate": state}
