"""The Django app of other microservices: calls to them, and the outbox that keeps messages until they are delivered.

This door has everything that needs no models; the outbox's table is in ``backk_transport.models``.
"""

from backk_transport.conf import UnknownMicroservice
from backk_transport.messages import Message
from backk_transport.network import call_remote_service, send_to_remote_service
from backk_transport.remote_calls import (
    CalledInTransaction,
    RemoteAnswer,
    RemoteCallFailed,
    RemoteRequest,
    RemoteUnavailable,
    UnreadableAnswer,
)
from backk_transport.remote_services import RemoteServices

__all__ = [
    "CalledInTransaction",
    "Message",
    "RemoteAnswer",
    "RemoteCallFailed",
    "RemoteRequest",
    "RemoteServices",
    "RemoteUnavailable",
    "UnknownMicroservice",
    "UnreadableAnswer",
    "call_remote_service",
    "send_to_remote_service",
]
