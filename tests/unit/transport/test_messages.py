from datetime import timedelta
from typing import Any

import pytest
from django.test import override_settings

from backk_transport import Message, RemoteServices
from backk_transport.testing import FakeRemoteServices

OWN = {"MICROSERVICE_NAME": "shop", "MICROSERVICE_NAMESPACE": "staging"}


def message(function: str = "refundService.refundOrder", argument: Any = None, **options: Any) -> Message:
    return Message(function, argument, **{"microservice": "refund-service", **options})


@pytest.mark.parametrize(
    "function", ["", "refundService", "refundService.", "RefundService.refund", "refund_service.refund", "a.b.c",
                 "refundService.refund\n", "../refundService.refund", "refundService.réfund", "a." + "b" * 254]
)  # fmt: skip
def test_what_is_no_wire_name_is_refused(function: str) -> None:
    with pytest.raises(ValueError, match="is no function: write its wire name"):
        message(function)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"microservice": ""}, "is no microservice"),
        ({"microservice": "refund.service"}, "is no microservice"),
        ({"microservice": "refund/service"}, "is no microservice"),
        ({"namespace": "a b"}, "is no namespace"),
        ({"microservice": "a" * 245}, "longer than the 249 characters"),
        ({"broker": "kafka://x"}, "is no broker"),
        ({"broker": ""}, "is no broker"),
        ({"ordering_key": "a\nb"}, "an ordering key"),
        ({"ordering_key": "a" * 256}, "an ordering key"),
        ({"send_response_to": "http://evil.example/"}, "'http://evil.example/' is no function"),
        ({"deliver_after": timedelta(seconds=-1)}, "a time to come"),
        ({"compression": "zip"}, "compression is one of"),
        ({"acknowledgement": "some"}, "acknowledgement one of"),
    ],
)
def test_a_message_that_could_not_be_delivered_is_refused_when_it_is_made(wrong: dict[str, Any], says: str) -> None:
    with override_settings(BACKK=OWN), pytest.raises(ValueError, match=says):
        message(**wrong)


@pytest.mark.parametrize("argument", ["text", 1, [1], b"{}"])
def test_an_argument_that_is_no_object_is_refused(argument: Any) -> None:
    with pytest.raises(TypeError, match="an Argument, an entity or a dictionary of wire names"):
        message(argument=argument)


@override_settings(BACKK=OWN)
def test_a_message_goes_to_its_namespace_or_to_our_own() -> None:
    assert message().destination == "refund-service.staging"
    assert message(namespace="live").destination == "refund-service.live"


@override_settings(BACKK=OWN)
def test_an_answer_goes_to_a_function_of_ours_unless_it_says_whose() -> None:
    assert message().response_address == ""
    assert message(send_response_to="orderService.confirm").response_address == "shop.staging/orderService.confirm"
    assert message(send_response_to="other.live/a.b").response_address == "other.live/a.b"


def test_a_message_does_not_show_its_argument() -> None:
    shown = repr(message(argument={"email": "canary"}))
    assert "canary" not in shown
    assert "refundService.refundOrder" in shown


def test_messages_for_different_brokers_cannot_be_sent_together() -> None:
    fake = FakeRemoteServices()
    with pytest.raises(ValueError, match="messages to kafka and redis cannot be sent together"):
        fake.send_all(message(), message(broker="redis"))
    assert fake.sent == []


def test_nothing_is_sent_where_there_is_no_message() -> None:
    class Refusing(RemoteServices):
        def keep(self, messages: Any) -> None:
            raise AssertionError(messages)

        exchange = keep

    Refusing().send_all()
