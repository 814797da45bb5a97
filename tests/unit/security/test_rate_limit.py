import logging
from collections.abc import Sequence
from typing import Any

import pytest
from django.test import override_settings

from backk_core import Service, allow_for_every_user, allow_for_user_roles, no_rate_limit, rate_limit
from backk_core.describe.registry import build
from backk_core.execute.call import Call, HeaderMap, Principal
from backk_core.services import LivenessCheckService
from backk_core.testing import Client
from backk_security.counters import Balance, CounterWithFallback, MemoryCounter, Quota
from backk_security.limits import Limit
from backk_security.rate_limit import RateLimiter, rate_limiter
from tests.callers import Caller

pytestmark = pytest.mark.django_db


@allow_for_every_user
class PingService(Service):
    def ping(self) -> None: ...

    def ping_twice(self) -> None: ...

    @no_rate_limit("free")
    def ping_freely(self) -> None: ...

    @rate_limit("2/minute per caller")
    def ping_seldom(self) -> None: ...

    @allow_for_every_user
    def break_down(self) -> None:
        raise RuntimeError


class ClosedService(Service):
    @allow_for_user_roles("admin")
    def ping(self) -> None: ...


class Watched(MemoryCounter):
    def __init__(self) -> None:
        super().__init__()
        self.asked: list[Sequence[Quota]] = []

    def take(self, quotas: Sequence[Quota]) -> list[Balance]:
        self.asked.append(quotas)
        return super().take(quotas)


def limited(*limits: str, counter: Any = None) -> Caller:
    limiter = RateLimiter(map(Limit.said, limits), counter or MemoryCounter())
    return Caller([PingService, ClosedService], [limiter])


def statuses(call: Caller, *names: str, **options: Any) -> list[int]:
    return [call(f"pingService.{name}", **options).status for name in names]


def from_address(call: Caller, address: str, name: str = "pingService.ping", transport: str = "http") -> int:
    return call.pipeline.execute(Call(name, b"", remote_address=address, transport=transport)).status


def test_so_many_calls_pass_and_the_next_is_told_when_to_come_back() -> None:
    call = limited("2/minute per caller")
    assert statuses(call, "ping", "pingTwice") == [200, 200]
    answer = call("pingService.ping")
    assert (answer.status, answer.body["errorCode"]) == (429, "error.23")
    assert answer.body["message"] == "Too many requests"
    assert 1 <= int(answer.headers["Retry-After"]) <= 60


def test_answers_tell_the_policies_and_what_is_left_as_the_draft_writes_it() -> None:
    call = limited("3/minute per caller", "100/hour per function on pingService.ping")
    headers = call("pingService.ping").headers
    assert headers["RateLimit-Policy"] == (
        '"3/minute per caller";q=3;w=60, "100/hour per function on pingService.ping";q=100;w=3600'
    )
    assert (
        headers["RateLimit"]
        == '"3/minute per caller";r=2;t=60, "100/hour per function on pingService.ping";r=99;t=3600'
    )
    assert call("pingService.pingTwice").headers["RateLimit"].startswith('"3/minute per caller";r=1;t=')
    call("pingService.ping")
    refused = call("pingService.ping").headers
    assert '"3/minute per caller";r=0;t=' in refused["RateLimit"]
    assert refused["RateLimit-Policy"] == headers["RateLimit-Policy"]


def test_a_caller_is_the_token_s_subject_and_without_one_the_address() -> None:
    call = limited("1/minute per caller")
    assert statuses(call, "ping", "ping", by="jane") == [200, 429]
    assert statuses(call, "ping", by="john") == [200]
    assert statuses(call, "ping", "ping") == [200, 429]
    assert from_address(call, "192.0.2.2") == 200


def test_who_tries_bad_tokens_is_counted_by_address() -> None:
    call = limited("2/minute per caller")
    assert [call("closedService.ping", by="bad").status for _ in range(3)] == [403, 403, 429]
    assert call("closedService.ping", by="jane admin").status == 200


def test_a_subject_that_looks_like_an_address_shares_nothing_with_it() -> None:
    call = limited("1/minute per caller")
    assert statuses(call, "ping") == [200]
    for subject in ("192.0.2.1", "address 192.0.2.1"):
        named = Call("pingService.ping", b"", remote_address="192.0.2.1", principal=Principal(subject=subject))
        assert call.pipeline.execute(named).status == 200


def test_functions_are_counted_apart_or_together_as_the_limit_says() -> None:
    assert statuses(limited("1/minute per function"), "ping", "pingTwice", "ping") == [200, 200, 429]
    assert statuses(limited("1/minute in all"), "ping", "pingTwice") == [200, 429]
    call = limited("1/minute per caller and function")
    assert statuses(call, "ping", "pingTwice", "ping") == [200, 200, 429]
    assert statuses(call, "ping", by="jane") == [200]


def test_an_address_of_ipv6_is_counted_with_its_subscriber_s_network_and_a_mapped_one_as_what_it_is() -> None:
    call = limited("1/minute per address")
    assert from_address(call, "2001:db8:1:2::1") == 200
    assert from_address(call, "2001:db8:1:2:ffff::9%eth0") == 429
    assert from_address(call, "2001:db8:1:3::1") == 200
    assert from_address(call, "198.51.100.7") == 200
    assert from_address(call, "::ffff:198.51.100.7") == 429


def test_calls_whose_server_tells_no_address_count_together_but_messages_do_not() -> None:
    call = limited("1/minute per address", "3/minute in all")
    assert [from_address(call, "") for _ in range(2)] == [200, 429]
    assert [from_address(call, "", transport="redis") for _ in range(3)] == [200, 200, 429]


def test_what_is_left_out_is_neither_counted_nor_told() -> None:
    counter = Watched()
    call = limited("1/minute per caller", counter=counter)
    for _ in range(3):
        answer = call("pingService.pingFreely")
        assert answer.status == 200
        assert "ratelimit" not in answer.names
    assert counter.asked == []


def test_a_call_that_fails_was_counted() -> None:
    assert statuses(limited("1/minute per caller"), "breakDown", "ping") == [500, 429]


def test_a_refusal_is_remembered_so_that_a_flood_does_not_reach_the_counter() -> None:
    counter = Watched()
    call = limited("2/minute per caller", counter=counter)
    assert statuses(call, *["ping"] * 20).count(429) == 18
    assert len(counter.asked) == 3
    assert statuses(call, "ping", by="jane") == [200]


def test_no_more_refusals_are_remembered_than_a_process_can_bear() -> None:
    call = limited("1/minute per address")
    limiter: Any = call.pipeline._onion.func
    limiter._refusals = {str(number): 0.0 for number in range(10_000)}
    assert statuses(call, "ping", "ping", "ping") == [200, 429, 429]
    assert len(limiter._refusals) == 1


def test_a_counter_s_key_tells_nobody_who_calls() -> None:
    counter = Watched()
    call = limited("5/minute per caller", counter=counter)
    call("pingService.ping", by="jane@example.com")
    (key,) = {quota.key for quotas in counter.asked for quota in quotas}
    assert len(key) == 32
    assert int(key, 16)


def test_another_secret_service_or_limit_counts_anew() -> None:
    def key(limit: str = "5/minute per caller", **settings: Any) -> str:
        counter = Watched()
        with override_settings(**settings):
            limited(limit, counter=counter)("pingService.ping")
        return counter.asked[0][0].key

    assert key() == key()
    others = {
        key(),
        key("6/minute per caller"),
        key(SECRET_KEY="other"),
        key(BACKK={"MICROSERVICE_NAME": "other"}),
    }
    assert len(others) == 4


# settings


def test_without_limits_nothing_intercepts_calls() -> None:
    assert rate_limiter(build([PingService])) is None


def test_a_function_s_own_limit_holds_in_production_and_where_the_settings_limit_something() -> None:
    known = build([PingService])
    with override_settings(BACKK={"ENVIRONMENT": "production"}):
        assert rate_limiter(known) is not None
        assert rate_limiter(build([ClosedService])) is None
    call = limited("100/minute per caller")
    assert statuses(call, *["pingSeldom"] * 3, "ping") == [200, 200, 429, 200]


def test_limits_that_are_set_hold_without_being_listed_as_an_interceptor() -> None:
    with override_settings(BACKK={"ENVIRONMENT": "test", "RATE_LIMITS": ["2/minute per caller on pingService"]}):
        client = Client(PingService, LivenessCheckService)
        caller = Principal(subject="jane")
        replies = [client.call(PingService.ping, principal=caller) for _ in range(3)]
        assert [reply.status for reply in replies] == [200, 200, 429]
        assert client.call("livenessCheckService.isMicroserviceAlive", principal=caller).status == 200


# Redis down


class Broken:
    def __init__(self) -> None:
        self.is_down = True
        self.asked = 0

    def take(self, quotas: Sequence[Quota]) -> list[Balance]:
        self.asked += 1
        if self.is_down:
            raise ConnectionError
        return [Balance(7, 1.0) for _ in quotas]


def test_while_the_shared_counter_is_down_each_process_holds_the_limit_itself(caplog: pytest.LogCaptureFixture) -> None:
    broken = Broken()
    counter = CounterWithFallback(broken, (OSError,), pause=60)
    call = limited("2/minute per caller", counter=counter)
    with caplog.at_level(logging.WARNING, "backk_security"):
        assert statuses(call, "ping", "ping", "ping") == [200, 200, 429]
    assert broken.asked == 1
    assert [record.getMessage() for record in caplog.records] == [
        "rate limits: Redis fails (ConnectionError); each process counts for itself"
    ]


def test_the_shared_counter_is_asked_again_after_a_pause_and_then_counts(caplog: pytest.LogCaptureFixture) -> None:
    broken = Broken()
    counter = CounterWithFallback(broken, (OSError,), pause=0)
    quota = [Quota("k", 5, 60)]
    with caplog.at_level(logging.WARNING, "backk_security"):
        for _ in range(3):
            assert counter.take(quota)[0].left < 5
        broken.is_down = False
        assert counter.take(quota)[0].left == 7
    # told once, however often it fails, and once when it is over
    assert [record.levelname for record in caplog.records] == ["ERROR", "WARNING"]


def test_what_is_no_failure_of_the_place_is_not_hidden() -> None:
    class Wrong:
        def take(self, quotas: Any) -> Any:
            raise KeyError

    with pytest.raises(KeyError):
        CounterWithFallback(Wrong(), (OSError,)).take([Quota("k", 5, 60)])


def test_what_a_client_says_of_its_address_counts_for_nothing() -> None:
    call = limited("1/minute per address")
    for number in range(2):
        reply = call.pipeline.execute(
            Call(
                "pingService.ping",
                b"",
                remote_address="192.0.2.7",
                header=HeaderMap({"x-forwarded-for": f"203.0.113.{number}"}),
            )
        )
    assert reply.status == 429
