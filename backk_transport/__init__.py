"""The Django app of messages to other microservices: the outbox that keeps them until they are delivered.

This door has everything that needs no models; the outbox's table is in ``backk_transport.models``.
"""

from backk_transport.messages import Message, RemoteServices, send_to_remote_service

__all__ = ["Message", "RemoteServices", "send_to_remote_service"]
