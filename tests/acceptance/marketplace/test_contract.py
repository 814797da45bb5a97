"""Whether the marketplace answers what its contract says: every operation, in the process and over HTTP."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest

from backk_core.testing import user
from tests.acceptance.marketplace.contract import STREAMS, ContractClient, operations, problems
from tests.acceptance.marketplace.running import Caller, Marketplace
from tests.acceptance.marketplace.story import Story


@pytest.mark.django_db
def test_every_operation_answers_what_its_contract_says() -> None:
    client, answered = ContractClient(), Counter[str]()

    def call(function: str, argument: dict[str, Any], by: str | None, roles: Sequence[str]) -> Any:
        reply = client.call(function, argument, principal=user(by, roles=roles) if by else None)
        assert reply.status < 400, f"{function}: {reply!r}"
        answered[function] += 1
        return reply.data if reply.body and function in operations() and "data" in (reply.json or {}) else None

    Story(call).run()
    assert operations() - STREAMS - answered.keys() == set()


def test_every_operation_answers_what_its_contract_says_over_http(served: Marketplace) -> None:
    answered = Counter[str]()

    def call(function: str, argument: dict[str, Any], by: str | None, roles: Sequence[str]) -> Any:
        answer = Caller(served, by, tuple(roles))(function, argument)
        assert answer.status < 400, f"{function}: {answer.body!r}"
        assert problems(function, argument, answer.status, answer.body) == [], function
        answered[function] += 1
        return json.loads(answer.body).get("data") if answer.body else None

    Story(call).run()
    assert operations() - STREAMS - answered.keys() == set()


GOOD_TAG = {"metadata": {}, "data": {"_id": "1", "name": "a"}}


@pytest.mark.parametrize(
    "wrong",
    [
        {"metadata": {}, "data": {"_id": "1"}},
        {"metadata": {}, "data": {"_id": 1, "name": "a"}},
        {"metadata": {}, "data": {"_id": "xyz", "name": "a"}},
        {"metadata": {}, "data": {"_id": "1", "name": "a", "captchaToken": "x"}},
        {"metadata": {}, "data": [{"_id": "1", "name": "a"}]},
        {"data": {"_id": "1", "name": "a"}},
    ],
)
def test_a_wrong_answer_is_found_out(wrong: Any) -> None:
    assert problems("tagService.createTag", {}, 200, json.dumps(GOOD_TAG).encode()) == []
    assert problems("tagService.createTag", {}, 200, json.dumps(wrong).encode())


@pytest.mark.parametrize(
    ("operation", "name", "value"),
    [
        ("salesItemService.getSalesItem", "version", "1"),
        ("salesItemService.getSalesItem", "createdAtTimestamp", "2026-11-24T08:00:00Z"),
        ("userAccountService.getUserAccount", "subject", "ann"),
        ("userAccountService.getUserAccount", "captchaToken", "abc"),
        ("userAccountService.getUserAccount", "paymentMethods", [{"cardVerificationCode": "345"}]),
    ],
)
def test_what_the_corrections_forbid_is_found_out(operation: str, name: str, value: Any) -> None:
    body = json.dumps({"metadata": {}, "data": {name: value}}).encode()
    found = problems(operation, {"includeResponseFields": ["_id"]}, 200, body)
    assert len(found) == 1, found


def test_an_answer_where_none_is_wanted_is_found_out() -> None:
    assert problems("userAccountService.followUser", {}, 200, b"") == []
    assert problems("userAccountService.followUser", {}, 200, b'{"metadata":{},"data":{}}')
