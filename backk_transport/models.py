"""The outbox: messages that were sent in a transaction of the database, until they are delivered and settled.

A row is waiting as long as ``settled_at`` is null. Several relays may deliver at a time: each claims rows with
``SELECT … WHERE settled_at IS NULL … ORDER BY id FOR UPDATE SKIP LOCKED``, writes who has them and until when
(``claimed_by``, ``claimed_until``), and settles them; what a dead relay had claimed is free again when the claim ends.
Ids grow in the order in which messages of one transaction were sent, and messages of one ordering key are delivered in
that order. ``message_id`` stays the same however often a message is delivered: receivers know it again by that.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping

import msgspec
from django.db import models
from django.db.models import Q
from django.utils import timezone

from backk_core.models import SealedField
from backk_transport.messages import LONGEST_BROKER, LONGEST_DESTINATION, LONGEST_FUNCTION, LONGEST_ORDERING_KEY


def new_message_id() -> str:
    """Return the id of a new message: 32 hexadecimal digits."""
    return uuid.uuid4().hex


class Outcome(models.TextChoices):
    """How a message was settled."""

    DELIVERED = "delivered"
    #: It was tried as often as it may be.
    DEAD = "dead"
    #: Somebody decided that it is not to be delivered.
    DISCARDED = "discarded"


class OutboxMessage(models.Model):
    """One message. What it carries, argument and headers, is sealed where an app seals, bound to ``message_id``."""

    message_id = models.CharField(max_length=32, default=new_message_id)
    #: Messages of one group are sent in one transaction of the broker; empty: the message stands alone.
    group_id = models.CharField(max_length=32, blank=True)
    broker = models.CharField(max_length=LONGEST_BROKER)
    destination = models.CharField(max_length=LONGEST_DESTINATION)
    function = models.CharField(max_length=LONGEST_FUNCTION)
    ordering_key = models.CharField(max_length=LONGEST_ORDERING_KEY, blank=True)
    sealed_argument = SealedField(bound_to="message_id")
    sealed_headers = SealedField(bound_to="message_id")
    #: ``microservice.namespace/service.function``; empty: nobody wants the answer.
    response_address = models.CharField(max_length=512, blank=True)
    #: What the broker is to do with it besides: ``compression``, ``acknowledgement``.
    options = models.JSONField(default=dict)
    #: Of the call that sent it.
    request_id = models.CharField(max_length=128, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    #: When it may be tried, first or again; null: at once, whatever the clocks say.
    available_at = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    claimed_by = models.CharField(max_length=64, blank=True)
    claimed_until = models.DateTimeField(null=True)
    #: Why the last attempt failed: the kind of error, nothing of the message.
    last_error = models.TextField(blank=True)
    settled_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=16, blank=True, choices=Outcome.choices)

    class Meta:
        verbose_name = "message"
        verbose_name_plural = "outbox"
        permissions = [("view_payload", "Can see what a message carries")]
        indexes = [
            # on MariaDB, which has no partial ones, the first column divides as the condition does elsewhere
            models.Index(
                fields=["settled_at", "available_at", "id"], condition=Q(settled_at=None), name="outbox_waiting"
            ),
            models.Index(
                fields=["ordering_key", "settled_at", "id"],
                condition=Q(settled_at=None) & ~Q(ordering_key=""),
                name="outbox_in_order",
            ),
            models.Index(fields=["group_id"], condition=~Q(group_id=""), name="outbox_group"),
        ]
        constraints = [
            # not unique=True, which gives PostgreSQL a second index for LIKE
            models.UniqueConstraint(fields=["message_id"], name="outbox_message_id"),
            models.CheckConstraint(
                condition=Q(settled_at=None, outcome="") | Q(settled_at__isnull=False, outcome__in=Outcome.values),
                name="outbox_settled_with_outcome",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.broker}://{self.destination}/{self.function}"

    def carry(self, argument: bytes, headers: Mapping[str, str]) -> None:
        """Take what the message carries: the argument's JSON and headers."""
        argument_field, headers_field = _sealed_fields()
        self.sealed_argument = argument_field.closed(argument, self.message_id)
        self.sealed_headers = headers_field.closed(msgspec.json.encode(headers), self.message_id)

    @property
    def argument(self) -> bytes:
        """The argument's JSON."""
        return _sealed_fields()[0].opened(self.sealed_argument, self.message_id)

    @property
    def headers(self) -> dict[str, str]:
        """What travels beside the argument."""
        opened = _sealed_fields()[1].opened(self.sealed_headers, self.message_id)
        return msgspec.json.decode(opened, type=dict[str, str])


def _sealed_fields() -> tuple[SealedField, SealedField]:
    meta = OutboxMessage._meta
    argument, headers = meta.get_field("sealed_argument"), meta.get_field("sealed_headers")
    assert isinstance(argument, SealedField)
    assert isinstance(headers, SealedField)
    return argument, headers
