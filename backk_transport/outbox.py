"""Writes messages into the outbox, in the transaction of whoever sends them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.utils import timezone

from backk_core.execute.call import Call, find_call
from backk_core.execute.statements import database
from backk_transport.arguments import body_of
from backk_transport.messages import Message
from backk_transport.models import OutboxMessage
from backk_transport.trace_context import trace_of


def keep(messages: Sequence[Message]) -> None:
    """Keep messages in the entities' database: with the transaction that is open, or by itself outside of one."""
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
    row.carry(body_of(message), trace_of(call))
    return row
