"""Reaches other microservices for real: messages by the outbox, calls over HTTP."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar, Unpack, overload

from django.db import connections
from django.db.models import Model

from backk_core.declare.conf import conf
from backk_core.declare.errors import RemoteCallInTransaction
from backk_core.declare.types import Data
from backk_transport.messages import Message, Options
from backk_transport.remote_calls import CalledInTransaction, CallOptions, RemoteAnswer, RemoteRequest
from backk_transport.remote_services import RemoteServices

if TYPE_CHECKING:
    from backk_transport.http_calls import HttpCalls

T = TypeVar("T")


class Network(RemoteServices):
    """What services are handed in a running project."""

    @cached_property
    def http(self) -> HttpCalls:
        """The connections to others; made by the first call."""
        from backk_transport.http_calls import HttpCalls

        return HttpCalls()

    def keep(self, messages: Sequence[Message]) -> None:
        # Django has no models while it loads apps
        from backk_transport.outbox import keep

        keep(messages)

    def exchange(self, request: RemoteRequest) -> RemoteAnswer:
        from backk_core.execute.call import find_call
        from backk_core.execute.credentials import own_credential

        call = find_call()
        if connections[conf().database].in_atomic_block:
            if call is None or (call.outer is None and call.header("idempotency-key") is None):
                raise CalledInTransaction(CalledInTransaction.__doc__)
            # the caller's choice: a batch inside a transaction, or a key for a function that is one statement
            raise RemoteCallInTransaction
        credential = None
        if request.authorization == "service":
            credential = own_credential(request.destination)
        elif request.authorization == "caller" and call is not None:
            credential = call.header("authorization")
        if credential is not None:
            others = {name: text for name, text in request.headers.items() if name.lower() != "authorization"}
            request = replace(request, headers={**others, "Authorization": credential})
        return self.http.exchange(request)


#: The one of the process, so that connections are kept.
NETWORK = Network()


def send_to_remote_service(
    function: str, argument: Data | Model | Mapping[str, Any] | None = None, **options: Unpack[Options]
) -> None:
    """Send one message from where nothing is injected: a command, a hook, a script. See :class:`RemoteServices`."""
    NETWORK.send(function, argument, **options)


@overload
def call_remote_service(
    microservice: str,
    function: str,
    argument: Data | Model | Mapping[str, Any] | None = None,
    *,
    result: type[T],
    **options: Unpack[CallOptions],
) -> T: ...
@overload
def call_remote_service(
    microservice: str,
    function: str,
    argument: Data | Model | Mapping[str, Any] | None = None,
    *,
    result: None = None,
    **options: Unpack[CallOptions],
) -> None: ...
def call_remote_service(
    microservice: str,
    function: str,
    argument: Data | Model | Mapping[str, Any] | None = None,
    *,
    result: Any = None,
    **options: Unpack[CallOptions],
) -> Any:
    """Call a function from where nothing is injected: a command, a script. See :meth:`RemoteServices.call`."""
    return NETWORK.call(microservice, function, argument, result=result, **options)
