from typing import Annotated

import pytest

from backk_core import Argument, Service, ServiceError, Store, allow_for_every_user, between
from backk_core.testing import Client, FakeStore
from backk_transport import Message, RemoteServices
from backk_transport.testing import FakeRemoteServices


class Refused(ServiceError):
    """It is refused"""

    code = 1


class Amount(Argument):
    the_amount: Annotated[int, between(0, 9)]


@allow_for_every_user
class PaymentService(Service):
    errors = (Refused,)

    def __init__(self, store: Store, remote_services: RemoteServices) -> None:
        self.store = store
        self.remote_services = remote_services

    def pay(self, amount: Amount) -> None:
        self.remote_services.send("bankService.transfer", amount, microservice="bank")
        amount.the_amount = 0
        if not self.remote_services:
            raise Refused

    def fail(self) -> None:
        self.remote_services.send("bankService.transfer", microservice="bank")
        raise Refused


def test_a_service_is_tested_without_broker_and_database() -> None:
    fake = FakeRemoteServices()
    client = Client(PaymentService(FakeStore(), fake))
    assert client.call(PaymentService.pay, {"theAmount": 5}).status == 200
    (message,) = fake.sent
    assert (message.function, message.microservice, message.broker) == ("bankService.transfer", "bank", "kafka")


def test_arguments_are_remembered_as_they_were_when_they_were_sent() -> None:
    fake = FakeRemoteServices()
    Client(PaymentService(FakeStore(), fake)).call(PaymentService.pay, {"theAmount": 5})
    assert fake.arguments_of("bankService.transfer") == [{"theAmount": 5}]
    assert fake.arguments_of("bankService.other") == []


def test_what_a_failed_call_sent_is_forgotten() -> None:
    fake = FakeRemoteServices()
    fake.send("bankService.transfer", {"n": 1}, microservice="bank")
    client = Client(PaymentService(FakeStore(), fake))
    assert client.call(PaymentService.fail).error_code == "paymentService.1"
    assert fake.arguments_of("bankService.transfer") == [{"n": 1}]


@pytest.mark.django_db
def test_it_stands_in_beside_the_real_store_too() -> None:
    fake = FakeRemoteServices()
    client = Client(PaymentService, replace={RemoteServices: fake})
    assert client.call(PaymentService.pay, {"theAmount": 5}).status == 200
    assert client.call(PaymentService.fail).error_code == "paymentService.1"
    assert fake.arguments_of("bankService.transfer") == [{"theAmount": 5}]


def test_what_is_wrong_with_a_message_is_told_as_in_production() -> None:
    with pytest.raises(ValueError, match="is no function"):
        FakeRemoteServices().send("transfer", microservice="bank")
    with pytest.raises(TypeError, match="complex"):
        FakeRemoteServices().send_all(Message("bankService.transfer", {"n": 1j}, microservice="bank"))
