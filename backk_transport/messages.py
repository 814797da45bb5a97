"""What is sent to functions of other microservices."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field
from typing import Any, Literal, Required, TypedDict

from django.db.models import Model

from backk_core.declare.conf import conf
from backk_core.declare.patterns import compile_pattern
from backk_core.declare.types import Data

Compression = Literal["none", "gzip", "snappy", "lz4", "zstd"]
#: Whose word counts before a message is taken for sent: nobody's, the broker's that has it first, or all replicas'.
Acknowledgement = Literal["none", "leader", "all"]

_COMPRESSIONS = ("none", "gzip", "snappy", "lz4", "zstd")
_ACKNOWLEDGEMENTS = ("none", "leader", "all")
#: What Kafka takes for the name of a topic; both parts of ours are joined by a dot.
PART = r"[A-Za-z0-9_-]+"
LONGEST_DESTINATION = 249
FUNCTION = r"[a-z][A-Za-z0-9]*\.[a-z][A-Za-z0-9]*"
LONGEST_FUNCTION = 255
LONGEST_ORDERING_KEY = 255
_BROKER = r"[a-z][a-z0-9_-]*"
LONGEST_BROKER = 63
_ADDRESS = rf"{PART}\.{PART}/{FUNCTION}"


class Options(TypedDict, total=False):
    """How a message travels, see :class:`Message`."""

    microservice: Required[str]
    namespace: str
    broker: str
    ordering_key: str
    send_response_to: str
    deliver_after: datetime.timedelta | None
    compression: Compression
    acknowledgement: Acknowledgement


@dataclass(frozen=True)
class Message:
    """One message to a function of another microservice.

    ``Message("refundService.refundOrder", RefundOrder(id=order.id), microservice="refund-service")``. ValueError where
    a name is none, TypeError where the argument is no object.
    """

    #: Wire name of the function.
    function: str
    #: An ``Argument``, an entity (what may be read of it), or a dictionary of wire names; None where it takes none.
    argument: Data | Model | Mapping[str, Any] | None = field(default=None, repr=False)
    _: KW_ONLY
    #: The microservice that has the function.
    microservice: str
    #: Its namespace; this microservice's own where it is empty.
    namespace: str = ""
    #: The alias of the broker that carries it.
    broker: str = "kafka"
    #: Messages of one key to one microservice are delivered in the order in which they were sent. No personal data.
    ordering_key: str = ""
    #: Where the answer is sent: a function of this microservice, or ``microservice.namespace/service.function``.
    send_response_to: str = ""
    #: How long it waits before it is delivered.
    deliver_after: datetime.timedelta | None = None
    compression: Compression = "none"
    acknowledgement: Acknowledgement = "all"

    def __post_init__(self) -> None:
        if not is_name(FUNCTION, self.function, LONGEST_FUNCTION):
            raise ValueError(f"{self.function!r} is no function: write its wire name, 'refundService.refundOrder'")
        for name, part in (("microservice", self.microservice), ("namespace", self.namespace or "default")):
            if not is_name(PART, part, LONGEST_DESTINATION):
                raise ValueError(f"{part!r} is no {name}: letters, digits, hyphens and underscores, 'refund-service'")
        if not is_name(_BROKER, self.broker, LONGEST_BROKER):
            raise ValueError(f"{self.broker!r} is no broker: write its alias, 'kafka' or 'redis'")
        if self.compression not in _COMPRESSIONS or self.acknowledgement not in _ACKNOWLEDGEMENTS:
            raise ValueError(f"compression is one of {_COMPRESSIONS}, acknowledgement one of {_ACKNOWLEDGEMENTS}")
        self._check_rest()

    def _check_rest(self) -> None:
        if len(self.destination) > LONGEST_DESTINATION:
            raise ValueError(f"{self.destination!r} is longer than the {LONGEST_DESTINATION} characters of a topic")
        if len(self.ordering_key) > LONGEST_ORDERING_KEY or not self.ordering_key.isprintable():
            raise ValueError(f"an ordering key has at most {LONGEST_ORDERING_KEY} printable characters")
        answered_to = self.send_response_to
        if answered_to and not (
            is_name(FUNCTION, answered_to, LONGEST_FUNCTION) or is_name(_ADDRESS, answered_to, 512)
        ):
            raise ValueError(f"{answered_to!r} is no function: 'orderService.confirmRefund' or 'shop.default/…'")
        if self.deliver_after is not None and self.deliver_after < datetime.timedelta():
            raise ValueError("deliver_after is a time to come: timedelta(minutes=5)")
        if not isinstance(self.argument, Data | Model | Mapping | None):
            raise TypeError(f"the argument of {self.function} is an Argument, an entity or a dictionary of wire names")

    @property
    def destination(self) -> str:
        """The topic, or the list, that it goes to: ``microservice.namespace``."""
        return f"{self.microservice}.{self.namespace or conf().microservice_namespace}"

    @property
    def response_address(self) -> str:
        """Where its answer goes, whole: ``microservice.namespace/service.function``; empty: nowhere."""
        if not self.send_response_to or "/" in self.send_response_to:
            return self.send_response_to
        return f"{conf().microservice_name}.{conf().microservice_namespace}/{self.send_response_to}"


def is_name(pattern: str, text: str, longest: int) -> bool:
    """Tell whether a text is a name of the pattern, no longer than ``longest`` characters."""
    return len(text) <= longest and compile_pattern(pattern).fullmatch(text) is not None
