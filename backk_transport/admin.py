"""The outbox in Django's admin: what waits, what is dead, and what may be done about it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import msgspec
from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from backk_transport.models import OutboxMessage, Outcome

if TYPE_CHECKING:
    _ModelAdmin = admin.ModelAdmin[OutboxMessage]
else:
    # Django's classes are generic for type checkers only
    _ModelAdmin = admin.ModelAdmin

_PAYLOAD = ("argument_text", "headers_text")


def _may(request: HttpRequest, permission: str) -> bool:
    user: Any = request.user
    return bool(user.has_perm(f"backk_transport.{permission}"))


def _waiting(messages: QuerySet[OutboxMessage]) -> QuerySet[OutboxMessage]:
    return messages.filter(settled_at=None)


def _unclaimed() -> Q:
    return Q(claimed_until=None) | Q(claimed_until__lt=timezone.now())


class StateFilter(admin.SimpleListFilter):
    """Where messages are on their way."""

    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        return (
            ("waiting", "Waiting"),
            ("delayed", "Waiting for its time"),
            ("claimed", "Being delivered"),
            *Outcome.choices,
        )

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        state = self.value()
        if state in Outcome.values:
            return queryset.filter(outcome=state)
        if state == "claimed":
            return _waiting(queryset).exclude(_unclaimed())
        if state == "delayed":
            return _waiting(queryset).filter(available_at__gt=timezone.now())
        return _waiting(queryset) if state == "waiting" else queryset


@admin.register(OutboxMessage)
class OutboxMessageAdmin(_ModelAdmin):
    """Shows messages and edits none.

    Retry and discard are for who may change messages; what a message carries is for who has ``view_payload``.
    """

    list_display = ("id", "function", "destination", "broker", "state", "attempts", "created_at", "available_at")
    list_filter = (StateFilter, "broker", "destination", "function")
    search_fields = ("=message_id", "=request_id", "=group_id", "=ordering_key")
    ordering = ("-id",)
    list_per_page = 50
    show_full_result_count = False
    actions = ("retry", "discard")

    def get_queryset(self, request: HttpRequest) -> QuerySet[OutboxMessage]:
        # opened for one message, and for who may see it
        return super().get_queryset(request).defer("sealed_argument", "sealed_headers")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: OutboxMessage | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: OutboxMessage | None = None) -> bool:
        return False

    def has_settle_permission(self, request: HttpRequest) -> bool:
        """Tell whether somebody may retry and discard."""
        return _may(request, "change_outboxmessage")

    def get_fields(self, request: HttpRequest, obj: OutboxMessage | None = None) -> list[Any]:
        shown = [field.name for field in OutboxMessage._meta.fields if not field.name.startswith("sealed_")]
        return [*shown, *_PAYLOAD] if _may(request, "view_payload") else shown

    def get_readonly_fields(self, request: HttpRequest, obj: OutboxMessage | None = None) -> list[Any]:
        return self.get_fields(request, obj)

    @admin.display(description="state")
    def state(self, message: OutboxMessage) -> str:
        """Tell in a word where a message is on its way."""
        if message.outcome:
            return message.outcome
        now = timezone.now()
        if message.claimed_until is not None and message.claimed_until >= now:
            return "being delivered"
        return "waiting" if message.available_at is None or message.available_at <= now else "waiting for its time"

    @admin.display(description="argument")
    def argument_text(self, message: OutboxMessage) -> str:
        """Show the argument."""
        return msgspec.json.format(message.argument, indent=2).decode()

    @admin.display(description="headers")
    def headers_text(self, message: OutboxMessage) -> str:
        """Show what travels beside the argument."""
        return "\n".join(f"{name}: {value}" for name, value in message.headers.items())

    @admin.action(
        description="Try to deliver dead or delayed messages again, with their groups", permissions=["settle"]
    )
    def retry(self, request: HttpRequest, queryset: QuerySet[OutboxMessage]) -> None:
        """Let dead messages, and those that wait for their time, be tried at once."""
        count = (
            _with_groups(queryset)
            .filter(Q(outcome=Outcome.DEAD) | (Q(settled_at=None) & _unclaimed()))
            .update(settled_at=None, outcome="", attempts=0, available_at=None, claimed_by="", claimed_until=None)
        )
        self.message_user(request, f"{count} messages are tried again.")

    @admin.action(description="Discard messages that are not delivered, with their groups", permissions=["settle"])
    def discard(self, request: HttpRequest, queryset: QuerySet[OutboxMessage]) -> None:
        """Never deliver dead messages, and those that wait and that no relay has at the moment."""
        count = (
            _with_groups(queryset)
            .filter(Q(outcome=Outcome.DEAD) | (Q(settled_at=None) & _unclaimed()))
            .update(settled_at=timezone.now(), outcome=Outcome.DISCARDED)
        )
        self.message_user(request, f"{count} messages are discarded.")


def _with_groups(chosen: QuerySet[OutboxMessage]) -> QuerySet[OutboxMessage]:
    """Return the chosen messages and those that are sent in one transaction with them."""
    rows = list(chosen.values_list("pk", "group_id"))
    groups = {group_id for _, group_id in rows if group_id}
    return OutboxMessage._default_manager.using(chosen.db).filter(
        Q(pk__in=[pk for pk, _ in rows]) | Q(group_id__in=groups)
    )
