"""A served shop calls a served bank."""

import json
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest

from backk_security.service_tokens import ALGORITHM, TYPE
from tests.doors.running import ROOT, WSGI, unused_port

SECRETS = {name: f"the secret of services {name} at least 32 bytes long" for name in ("ours", "forged")}
USERS = "the secret of users at least 32 bytes long"
BATCH = "multipleServiceFunctionExecutionService.executeInSequenceWithoutTransaction"


@contextmanager
def serving(directory: Path, name: str, secret: str, **banks: str) -> Iterator[str]:
    port = unused_port()
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith(("BACKK_", "GRANIAN_"))},
        "DJANGO_SETTINGS_MODULE": "tests.apps.remote.settings",
        "PYTHONPATH": str(ROOT),
        "MICROSERVICE_NAME": name,
        "SERVICE_TOKEN_SECRETS": secret,
        "JWT_SIGN_SECRET": USERS,
        "REMOTE_SERVICES": json.dumps(banks),
    }
    log = directory / f"{port}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(WSGI.command(port), cwd=ROOT, env=environment, stdout=output, stderr=output)
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_for(address, process, log)
        yield address
    finally:
        process.terminate()
        process.wait(20)


def _wait_for(address: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    for _ in range(600):
        try:
            if httpx.get(f"{address}/livenessCheckService.isMicroserviceAlive").status_code == 200:
                return
        except httpx.TransportError:
            assert process.poll() is None, log.read_text()
        time.sleep(0.05)
    raise AssertionError(log.read_text())


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Addresses of the bank, of a shop, and of one that has another secret than the bank."""
    directory = tmp_path_factory.mktemp("remote")
    with ExitStack() as stack:
        bank = stack.enter_context(serving(directory, "bank", SECRETS["ours"]))
        found = {"bank": bank}
        for name, secret in SECRETS.items():
            found[name] = stack.enter_context(
                serving(directory, "shop", secret, bank=bank, ruin=f"http://127.0.0.1:{unused_port()}")
            )
        yield found


def post(address: str, function: str, argument: Any, **headers: str) -> httpx.Response:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.post(f"{address}/{function}", json=argument, headers=sent, timeout=30)


def customer(secret: str = USERS) -> str:
    claims = {"sub": "ann", "exp": int(time.time()) + 60, "realm_access": {"roles": ["customer"]}}
    return f"Bearer {jwt.encode(claims, secret, 'HS256')}"


def test_a_service_proves_itself_and_hands_on_what_belongs_together(served: dict[str, str]) -> None:
    trace = f"00-{'a' * 32}-{'b' * 16}-01"
    reply = post(
        served["ours"], "shopService.pay", {"theAmount": 7}, X_Request_Id="r7", traceparent=trace, Authorization="x"
    )
    assert reply.json()["data"] == {"theAmount": 7, "requestId": "r7", "trace": trace, "isInternal": True}


def test_an_error_of_the_other_one_is_the_service_s_own(served: dict[str, str]) -> None:
    reply = post(served["ours"], "shopService.pay", {"theAmount": 700})
    assert (reply.status_code, reply.json()["errorCode"]) == (402, "shopService.1")


def test_missing_and_forged_credentials_of_a_service_are_refused(served: dict[str, str]) -> None:
    # nothing of it is told to whoever called the shop
    for address, function in ((served["forged"], "pay"), (served["ours"], "payAsNobody")):
        reply = post(address, f"shopService.{function}", {"theAmount": 7})
        assert (reply.status_code, reply.json()["message"]) == (500, "Internal server error")
    now = int(time.time())
    claims = {"iss": "shop.default", "aud": "bank.default", "iat": now, "exp": now + 60}
    for secret, status in ((SECRETS["ours"], 200), (SECRETS["forged"], 403)):
        token = jwt.encode(claims, secret, ALGORITHM, headers={"typ": TYPE})
        reply = post(served["bank"], "bankService.book", {"theAmount": 7}, Authorization=f"Bearer {token}")
        assert reply.status_code == status
    assert post(served["bank"], "bankService.book", {"theAmount": 7}).status_code == 401


def test_a_call_for_the_caller_has_the_caller_s_credential_or_none(served: dict[str, str]) -> None:
    function, argument = "shopService.payAsCustomer", {"theAmount": 7}
    reply = post(served["ours"], function, argument, Authorization=customer())
    assert reply.json()["data"]["isInternal"] is False
    assert post(served["ours"], function, argument, Authorization=customer("forged" * 6)).status_code == 500
    assert post(served["ours"], function, argument).status_code == 500


def test_a_transaction_and_a_bank_that_is_not_there_are_told(served: dict[str, str]) -> None:
    assert post(served["ours"], "shopService.payInTransaction", {"theAmount": 7}).status_code == 500
    absent = post(served["ours"], "shopService.payElsewhere", {"theAmount": 7})
    assert (absent.status_code, absent.json()["errorCode"]) == (503, "error.21")


def test_the_time_of_the_running_call_ends_the_call_to_the_other_one(served: dict[str, str]) -> None:
    reply = post(served["ours"], "shopService.waitForBank", {})
    assert (reply.status_code, reply.json()["errorCode"]) == (504, "error.22")


def test_a_batch_calls_an_allowed_remote_function_with_the_caller_s_credential(served: dict[str, str]) -> None:
    part = {"microserviceName": "bank", "serviceFunctionName": "bankService.bookOwn"}
    calls = {
        "first": {**part, "serviceFunctionArgument": {"theAmount": 7}},
        "second": {**part, "serviceFunctionArgument": {"theAmount": 700}},
        "internal": {**part, "serviceFunctionName": "bankService.book", "serviceFunctionArgument": {"theAmount": 7}},
        "batch": {**part, "serviceFunctionName": BATCH},
    }
    answered = post(served["ours"], BATCH, calls, Authorization=customer(), X_Request_Id="r8").json()
    assert answered["first"]["response"]["data"]["requestId"] == "r8"
    assert [answered[name]["statusCode"] for name in calls] == [200, 409, 403, 403]
    assert answered["second"]["response"]["errorCode"] == "bankService.1"
    assert answered["batch"]["response"]["errorCode"] == "error.11"
