"""The port through which services reach functions of other microservices: messages later, calls at once."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar, Unpack, overload

from django.db.models import Model

from backk_core.declare.remote import RemoteExecutor
from backk_core.declare.types import Data
from backk_transport.messages import Message, Options
from backk_transport.remote_calls import Authorization, CallOptions, RemoteAnswer, RemoteRequest

if TYPE_CHECKING:
    from backk_core.execute.call import Call, Reply

T = TypeVar("T")


class RemoteServices(RemoteExecutor):
    """Reaches functions of other microservices; a service asks for it in its ``__init__``."""

    # messages

    def send(
        self, function: str, argument: Data | Model | Mapping[str, Any] | None = None, **options: Unpack[Options]
    ) -> None:
        """Send one message, which takes what :class:`Message` takes.

        It is delivered at least once, after the current transaction is committed, and never if that is undone.
        """
        self.send_all(Message(function, argument, **options))

    def send_all(self, *messages: Message) -> None:
        """Send several messages together: over Kafka, in one transaction of the broker.

        ValueError where they go to different brokers, which share no transaction.
        """
        if len(brokers := sorted({message.broker for message in messages})) > 1:
            raise ValueError(f"messages to {' and '.join(brokers)} cannot be sent together: send_all for each broker")
        if messages:
            self.keep(messages)

    # calls

    @overload
    def call(
        self,
        microservice: str,
        function: str,
        argument: Data | Model | Mapping[str, Any] | None = None,
        *,
        result: type[T],
        **options: Unpack[CallOptions],
    ) -> T: ...
    @overload
    def call(
        self,
        microservice: str,
        function: str,
        argument: Data | Model | Mapping[str, Any] | None = None,
        *,
        result: None = None,
        **options: Unpack[CallOptions],
    ) -> None: ...
    def call(
        self,
        microservice: str,
        function: str,
        argument: Data | Model | Mapping[str, Any] | None = None,
        *,
        result: Any = None,
        **options: Unpack[CallOptions],
    ) -> Any:
        """Call a function over HTTP and return what it answers, as a ``result``; None where nobody asks for that.

        RemoteCallFailed, and RemoteUnavailable among them, where it fails, or the service's own error that ``errors``
        says; UnreadableAnswer where it answers another type; DeadlineExceeded where the time of the running call is up;
        CalledInTransaction where that has a transaction; UnknownMicroservice where the settings have no address.
        """
        # Django has no models while it loads apps
        from backk_transport.calling import call_function

        whom = microservice, options.get("namespace", "")
        return call_function(self.exchange, whom, function, argument, result, options)

    def request(
        self,
        microservice: str,
        path: str,
        *,
        method: str = "GET",
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        **options: Unpack[CallOptions],
    ) -> RemoteAnswer:
        """Send a plain request and return the answer, whatever its status; ``path`` is escaped, its query included.

        RemoteUnavailable where no answer comes; otherwise as :meth:`call`.
        """
        from backk_transport.calling import exchanged, request_of

        whom = microservice, options.get("namespace", "")
        request = request_of(whom, path, options, method=method, body=body, headers=headers or {})
        return exchanged(self.exchange, request)

    def client(
        self,
        cls: Callable[..., T],
        microservice: str,
        *,
        namespace: str = "",
        authorization: Authorization = "service",
    ) -> T:
        """Return a generated client of another microservice, whose calls go the way of :meth:`call`.

        ``cls`` is the client's class ``Client``. It is made once, in ``__init__``: who calls, and how much time is
        left, is found out in each call.
        """
        from backk_transport.calling import exchanged
        from backk_transport.http_calls import client_over

        whom = RemoteRequest(microservice=microservice, namespace=namespace, path="/", authorization=authorization)
        return client_over(cls, whom, lambda request: exchanged(self.exchange, request))

    def pass_on(self, call: Call, microservice: str, namespace: str) -> Reply:
        from backk_transport.calling import pass_on_call

        return pass_on_call(self.exchange, call, (microservice, namespace))

    # what a network does

    @abstractmethod
    def keep(self, messages: Sequence[Message]) -> None:
        """Keep messages that were checked, in the order in which they are delivered."""

    @abstractmethod
    def exchange(self, request: RemoteRequest) -> RemoteAnswer:
        """Return the answer to a request that was checked, whatever its status.

        RemoteUnavailable where none comes; UnknownMicroservice where nobody knows where it is.
        """
