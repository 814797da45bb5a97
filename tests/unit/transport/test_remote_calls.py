"""Calls to other microservices, with a network that the tests play."""

import importlib
import json
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Annotated, Any

import pytest
from django.test import override_settings

from backk_core import (
    Argument,
    EntityId,
    One,
    Plain,
    Result,
    Service,
    ServiceError,
    allow_for_every_user,
    between,
    deadline,
    is_any_string,
    max_length,
    one_statement,
    own_transactions,
)
from backk_core.declare.errors import RemoteCallInTransaction
from backk_core.describe.registry import build
from backk_core.execute.call import Call, HeaderMap, entered
from backk_core.publish.clients.python import files
from backk_core.publish.clients.surface import Surface
from backk_core.services import MultipleServiceFunctionExecutionService
from backk_core.testing import Client
from backk_transport import (
    CalledInTransaction,
    RemoteCallFailed,
    RemoteRequest,
    RemoteServices,
    RemoteUnavailable,
    UnreadableAnswer,
)
from backk_transport.conf import UnknownMicroservice, address_of
from backk_transport.network import Network
from backk_transport.testing import FakeRemoteServices

WHY = "calls the bank"


class Refused(ServiceError):
    """The payment is refused"""

    code = 1
    status = 409


class Amount(Argument):
    the_amount: Annotated[int, between(0, 9)]


class Owner(Result):
    first_name: str


class Balance(Result):
    the_amount: int
    owners: list[Owner] = []
    account_id: EntityId | None = None


@allow_for_every_user
class PaymentService(Service):
    errors = (Refused,)

    def __init__(self, remote_services: RemoteServices) -> None:
        self.remote = remote_services
        self.then: Callable[[RemoteServices], Any] = lambda remote: None

    @own_transactions(WHY)
    def pay(self, amount: Amount) -> None:
        self.remote.call("bank", "bankService.transfer", amount, errors={"bankService.1": Refused})

    @own_transactions(WHY)
    def free(self) -> None:
        self.then(self.remote)

    @one_statement(WHY)
    def ask(self) -> None:
        self.then(self.remote)

    @deadline(0.05)
    @own_transactions(WHY)
    def hurry(self) -> None:
        self.then(self.remote)

    def locked(self) -> None:
        self.then(self.remote)


@pytest.fixture
def fake() -> FakeRemoteServices:
    return FakeRemoteServices()


@pytest.fixture
def service(fake: FakeRemoteServices) -> PaymentService:
    return PaymentService(fake)


@pytest.fixture
def client(service: PaymentService) -> Client:
    return Client(service)


# what is answered


def test_an_argument_travels_as_the_wire_has_it_and_data_become_the_type(fake: FakeRemoteServices) -> None:
    fake.answers(
        "bankService.getBalance",
        {"theAmount": 5, "owners": [{"firstName": "Ann", "age": 9}], "accountId": "a1", "news": {"x": 1}},
    )
    balance = fake.call("bank", "bankService.getBalance", Amount(the_amount=3), result=Balance)
    assert (balance.the_amount, balance.owners[0].first_name, balance.account_id) == (5, "Ann", "a1")
    assert fake.called_with("bankService.getBalance") == [{"theAmount": 3}]


def test_lists_plain_types_and_whole_bodies_are_results_too(fake: FakeRemoteServices) -> None:
    fake.answers("bankService.list", [{"theAmount": 1}, {"theAmount": 2}])
    assert [one.the_amount for one in fake.call("bank", "bankService.list", result=list[Balance])] == [1, 2]
    assert fake.call("bank", "bankService.list", result=list[dict[str, int]]) == [{"theAmount": 1}, {"theAmount": 2}]
    whole = fake.call("bank", "bankService.list", result=Plain[dict[str, Any]])
    assert whole.data["metadata"] == {}
    assert fake.call("bank", "bankService.list") is None


@pytest.mark.parametrize(
    ("data", "wanted", "message"),
    [
        ({"theAmount": "5"}, Balance, "theAmount must be an integer"),
        ({}, Balance, "theAmount"),
        ({"theAmount": 1, "owners": [{}]}, Balance, "owners: 0: firstName"),
        ({}, list[Balance], "it is no array"),
        ("a", int, "Expected `int`"),
        (None, int, "it is no JSON"),
    ],
)
def test_what_is_not_of_the_type_is_unreadable(fake: FakeRemoteServices, data: Any, wanted: Any, message: str) -> None:
    fake.answers("bankService.getBalance", data)
    with pytest.raises(UnreadableAnswer, match=message):
        fake.call("bank", "bankService.getBalance", result=wanted)


# what fails


def test_an_error_tells_what_the_other_one_said_and_shows_nothing_of_it(fake: FakeRemoteServices) -> None:
    fake.refuses("bankService.transfer", "bankService.7", status=422, message="Ann has no money")
    with pytest.raises(RemoteCallFailed) as failed:
        fake.call("bank", "bankService.transfer")
    failure = failed.value
    assert (failure.error_code, failure.status_code, failure.detail) == ("bankService.7", 422, "Ann has no money")
    assert str(failure) == "bank.default/bankService.transfer answered 422 bankService.7"
    assert "Ann" not in repr(failure)


def test_an_error_of_the_other_one_becomes_the_service_s_own(client: Client, fake: FakeRemoteServices) -> None:
    fake.refuses("bankService.transfer", "bankService.1")
    reply = client.call(PaymentService.pay, {"theAmount": 1})
    assert (reply.status, reply.error_code) == (409, "paymentService.1")


def test_a_busy_or_absent_microservice_makes_the_caller_s_call_temporarily_unavailable(
    client: Client, fake: FakeRemoteServices
) -> None:
    for status in (0, 429, 502, 503, 504):
        fake.refuses("bankService.transfer", "error.21", status=status)
        reply = client.call(PaymentService.pay, {"theAmount": 1})
        assert (reply.status, reply.error_code) == (503, "error.21")


def test_an_error_that_nobody_expects_is_none_of_the_caller_s_business(
    client: Client, fake: FakeRemoteServices
) -> None:
    fake.refuses("bankService.transfer", "error.6", status=403)
    with pytest.raises(RemoteCallFailed):
        client.call(PaymentService.pay, {"theAmount": 1})


def test_violations_are_told_with_their_paths(fake: FakeRemoteServices) -> None:
    problem = {"errorCode": "error.5", "detail": "d", "errors": [{"pointer": "/a~1b/0", "detail": "must be"}]}
    answer = replace(fake_answer(json.dumps(problem)), status=400)
    fake._answers["bankService.transfer"] = lambda _: answer
    with pytest.raises(RemoteCallFailed) as failed:
        fake.call("bank", "bankService.transfer")
    assert [(one.path, one.message) for one in failed.value.violations] == [(("a/b", "0"), "must be")]


def fake_answer(body: str) -> Any:
    from backk_transport import RemoteAnswer

    return RemoteAnswer(200, body.encode())


# again


@pytest.mark.parametrize(("options", "tries"), [({}, 1), ({"idempotency_key": "k" * 16}, 3)])
def test_only_a_call_with_a_key_is_tried_again(fake: FakeRemoteServices, options: Any, tries: int) -> None:
    fake.refuses("bankService.transfer", "error.21", status=503)
    with pytest.raises(RemoteUnavailable):
        fake.call("bank", "bankService.transfer", **options)
    assert len(fake.called) == tries
    assert {request.headers.get("Idempotency-Key") for request in fake.called} == {options.get("idempotency_key")}


def test_nothing_is_tried_again_when_the_time_would_be_up_before(fake: FakeRemoteServices) -> None:
    fake.refuses("bankService.transfer", "error.21", status=503)
    with pytest.raises(RemoteUnavailable):
        fake.call("bank", "bankService.transfer", idempotency_key="k" * 16, timeout=0.01)
    assert len(fake.called) == 1


# what the running call lends


def test_request_id_and_trace_are_handed_on_and_the_caller_s_credential_is_not_a_header_of_its_own(
    client: Client, service: PaymentService, fake: FakeRemoteServices
) -> None:
    fake.answers("bankService.transfer")
    service.then = lambda remote: remote.call("bank", "bankService.transfer", authorization="caller")
    trace = f"00-{'a' * 32}-{'b' * 16}-01"
    headers = {"X-Request-Id": "r1", "traceparent": trace, "Authorization": "Bearer secret", "Cookie": "c"}
    assert client.call(PaymentService.free, headers=headers).status == 200
    (request,) = fake.called
    assert (request.headers["X-Request-Id"], request.headers["traceparent"]) == ("r1", trace)
    assert request.authorization == "caller"
    assert request.headers.keys().isdisjoint({"Authorization", "Cookie"})
    assert "secret" not in repr(request)


def test_a_call_has_no_more_time_than_the_running_one(
    client: Client, service: PaymentService, fake: FakeRemoteServices
) -> None:
    fake.answers("bankService.transfer")
    service.then = lambda remote: remote.call("bank", "bankService.transfer", timeout=9)
    client.call(PaymentService.hurry)
    client.call(PaymentService.free)
    hurried, free = fake.called
    assert hurried.timeout <= 0.05
    assert 0.05 < free.timeout <= 9


def test_a_call_whose_time_is_up_calls_nobody(
    client: Client, service: PaymentService, fake: FakeRemoteServices
) -> None:
    def wait_and_call(remote: RemoteServices) -> None:
        time.sleep(0.06)
        remote.call("bank", "bankService.transfer")

    service.then = wait_and_call
    assert client.call(PaymentService.hurry).status == 504
    assert fake.called == []


# transactions


def test_a_function_with_a_transaction_calls_nobody(
    client: Client, service: PaymentService, fake: FakeRemoteServices
) -> None:
    fake.answers("bankService.transfer")
    service.then = lambda remote: remote.call("bank", "bankService.transfer")
    with pytest.raises(CalledInTransaction, match="@own_transactions"):
        client.call(PaymentService.locked)
    assert fake.called == []
    assert client.call(PaymentService.ask).status == 200
    assert client.call(PaymentService.free).status == 200


# addresses and names


@pytest.mark.parametrize(
    ("microservice", "function"),
    [
        ("bank.evil", "bankService.transfer"),
        ("127.0.0.1:80/", "bankService.transfer"),
        ("bank@evil", "bankService.transfer"),
        ("", "bankService.transfer"),
        ("bank", "../admin"),
        ("bank", "bankService.transfer?x=1"),
        ("bank", "transfer"),
        ("bankService.transfer", "bank"),
    ],
)
def test_what_is_no_name_reaches_nobody(fake: FakeRemoteServices, microservice: str, function: str) -> None:
    with pytest.raises(ValueError, match="is no"):
        fake.call(microservice, function)
    assert fake.called == []


@pytest.mark.parametrize(
    "path", ["v1", "//evil.example.com/", "/a b", "/../x", "/a/%2e%2E/b", "/a#b", "/ä", "/a\r\nHost: x", "/a\\b", ""]
)
def test_a_path_is_escaped_and_leads_nowhere_else(fake: FakeRemoteServices, path: str) -> None:
    with pytest.raises(ValueError, match="a path begins with a slash"):
        fake.request("geo", path)


def test_addresses_come_of_the_settings_alone() -> None:
    known = {"bank": "https://bank.example.com/x", "bank.other": {"address": "http://10.0.0.1:81", "ca_file": "c"}}
    with override_settings(BACKK={"MICROSERVICE_NAME": "shop", "REMOTE_SERVICES": known}):
        assert address_of("bank.default").address == "https://bank.example.com/x"
        assert address_of("bank.other").ca_file == "c"
        with pytest.raises(UnknownMicroservice, match=r"REMOTE_SERVICES.*evil\.default"):
            address_of("evil.default")


# generated clients


@pytest.fixture(scope="module")
def bank_client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The package of a generated client."""

    class Note(Argument):
        text: Annotated[str, max_length(9), is_any_string]

    class BankService(Service):
        """Keeps money."""

        errors = (Refused,)

        @allow_for_every_user
        def get_balance(self, note: Note) -> One[Balance]:
            return One(Balance(the_amount=1))

        @allow_for_every_user
        def transfer(self, note: Note) -> None: ...

    directory = tmp_path_factory.mktemp("bank")
    with override_settings(BACKK={"MICROSERVICE_NAME": "remote-bank"}):
        for path, content in files(Surface(build([BankService]), "internal"), "internal").items():
            (directory / path).parent.mkdir(exist_ok=True, parents=True)
            (directory / path).write_bytes(content)
    sys.path.insert(0, str(directory))
    yield importlib.import_module("remote_bank_internal_client")
    sys.path.remove(str(directory))
    for name in [name for name in sys.modules if name.startswith("remote_bank_internal_client")]:
        del sys.modules[name]


def test_a_generated_client_goes_the_same_way(
    bank_client: Any, client: Client, service: PaymentService, fake: FakeRemoteServices
) -> None:
    bank = fake.client(bank_client.Client, "bank", authorization="caller")
    note = bank_client.types.Note(text="hi")
    fake.answers("bankService.getBalance", {"theAmount": 4, "owners": [], "accountId": None})
    found = []
    service.then = lambda remote: found.append(bank.bank_service.get_balance(note))
    assert client.call(PaymentService.free, headers={"X-Request-Id": "r2"}).status == 200
    assert found[0].the_amount == 4
    (request,) = fake.called
    assert (request.destination, request.path, request.body) == (
        "bank.default",
        "/bankService.getBalance",
        b'{"text":"hi"}',
    )
    assert (request.headers["X-Request-Id"], request.authorization) == ("r2", "caller")
    assert request.timeout <= 30
    with pytest.raises(CalledInTransaction):
        client.call(PaymentService.locked)


def test_a_generated_client_has_its_own_errors_and_tries_reads_again(
    bank_client: Any, fake: FakeRemoteServices
) -> None:
    bank = fake.client(bank_client.Client, "bank")
    note = bank_client.types.Note(text="hi")
    fake.refuses("bankService.transfer", "bankService.1", status=409, message="No")
    with pytest.raises(bank_client.errors.Refused, match="No"):
        bank.bank_service.transfer(note)
    fake.refuses("bankService.transfer", "", status=0)
    with pytest.raises(bank_client.errors.Unreachable):
        bank.bank_service.transfer(note)
    fake.called.clear()
    fake.refuses("bankService.getBalance", "", status=0)
    with pytest.raises(bank_client.errors.Unreachable):
        bank.bank_service.get_balance(note)
    assert len(fake.called) == 3


# batches


BATCH = "multipleServiceFunctionExecutionService.executeIn{}"
SETTINGS = {"MICROSERVICE_NAME": "shop", "MAX_BATCH_SIZE": 5, "BATCH_THREADS": 0, "ENVIRONMENT": "test"}


def batch_of(fake: FakeRemoteServices, how: str, pattern: str = ".*", **wanted: Any) -> Any:
    with override_settings(BACKK=SETTINGS | {"BATCH_REMOTE_PATTERN": pattern}):
        client = Client(MultipleServiceFunctionExecutionService, replace={RemoteServices: fake})
        part = {"serviceFunctionName": "bankService.transfer", "microserviceName": "bank", **wanted}
        headers = {"Authorization": "Bearer t", "X-Request-Id": "r3"}
        return client.call(BATCH.format(how), {"a": part}, headers=headers).json["a"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("how", ["ParallelWithoutTransaction", "SequenceWithoutTransaction"])
def test_an_allowed_remote_function_of_a_batch_is_called_for_its_caller(fake: FakeRemoteServices, how: str) -> None:
    fake.answers("bankService.transfer", lambda argument: {"echo": argument})
    answer = batch_of(fake, how, serviceFunctionArgument={"n": 1.50}, idempotencyKey="k" * 16)
    assert answer == {"statusCode": 200, "response": {"metadata": {}, "data": {"echo": {"n": 1.5}}}}
    (request,) = fake.called
    assert (request.authorization, request.headers["X-Request-Id"]) == ("caller", "r3")
    assert request.headers["Idempotency-Key"] == "k" * 16
    fake.refuses("bankService.transfer", "bankService.1", status=409, message="No")
    assert batch_of(fake, how) == {
        "statusCode": 409,
        "response": {"errorCode": "bankService.1", "statusCode": 409, "message": "No"},
    }


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("how", "wanted", "code"),
    [
        ("ParallelInsideTransaction", {}, "error.13"),
        ("SequenceWithoutTransaction", {"serviceFunctionName": "../admin"}, "error.5"),
        ("SequenceWithoutTransaction", {"microserviceName": "bank.evil"}, "error.5"),
        ("SequenceWithoutTransaction", {"serviceFunctionName": BATCH.format("SequenceWithoutTransaction")}, "error.5"),
    ],
)
def test_a_batch_calls_nothing_else(fake: FakeRemoteServices, how: str, wanted: Any, code: str) -> None:
    assert batch_of(fake, how, **wanted)["response"]["errorCode"] == code
    assert fake.called == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("how", "status"), [("Inside", 400), ("Without", 200)])
def test_a_function_that_calls_others_cannot_be_in_a_batch_with_a_transaction(
    fake: FakeRemoteServices, how: str, status: int
) -> None:
    fake.answers("bankService.transfer")
    with override_settings(BACKK=SETTINGS):
        client = Client(MultipleServiceFunctionExecutionService, PaymentService, replace={RemoteServices: fake})
        part = {"serviceFunctionName": "paymentService.pay", "serviceFunctionArgument": {"theAmount": 1}}
        reply = client.call(BATCH.format(f"Sequence{how}Transaction"), {"a": part})
    assert (reply.status, len(fake.called)) == (status, int(status == 200))
    assert status == 200 or reply.json["a"]["response"]["errorCode"] == "error.13"


@pytest.mark.django_db(transaction=True)
def test_a_microservice_without_an_address_is_not_allowed_in_a_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    assert batch_of(Network(), "SequenceWithoutTransaction")["response"]["errorCode"] == "error.11"  # type: ignore[arg-type]


@pytest.mark.django_db(transaction=True)
def test_a_batch_answers_json_whatever_the_other_one_says(fake: FakeRemoteServices) -> None:
    fake._answers["bankService.transfer"] = lambda _: fake_answer('"}, "x": {')
    assert batch_of(fake, "SequenceWithoutTransaction")["response"]["errorCode"] == "error.21"


def test_a_request_keeps_what_it_carries_to_itself() -> None:
    request = RemoteRequest(microservice="bank", path="/a", body=b"secret", headers={"Authorization": "Bearer secret"})
    assert "secret" not in repr(request)


# transactions that no contract tells of


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("headers", "error"), [({}, CalledInTransaction), ({"idempotency-key": "k" * 16}, RemoteCallInTransaction)]
)
def test_a_transaction_that_was_opened_by_hand_is_seen(headers: dict[str, str], error: type[Exception]) -> None:
    from django.db import transaction

    with override_settings(BACKK=SETTINGS | {"REMOTE_SERVICES": {"bank": "http://127.0.0.1:1"}}):
        with transaction.atomic(), entered(Call("a.b", b"", header=HeaderMap(headers))), pytest.raises(error):
            Network().call("bank", "bankService.transfer", authorization="none")
