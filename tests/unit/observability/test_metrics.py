"""Calls are counted and timed by function and status; who reads that has a token; nobody is named."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.test import RequestFactory, override_settings
from prometheus_client.parser import text_string_to_metric_families

from backk_core import Service, allow_for_every_user, allow_for_user_roles, deprecated
from backk_core.declare.errors import ServiceError
from backk_core.describe.registry import build
from backk_core.execute.call import Principal
from backk_core.publish.assembly import build_pipeline
from backk_core.testing import Client, user
from backk_observability.checks import check_observability
from backk_observability.metrics import CallMetrics, rendered
from backk_observability.views import metrics

pytestmark = pytest.mark.django_db


class Refused(ServiceError):
    """It is refused."""

    code = 1


class MeasuredService(Service):
    errors = (Refused,)

    @allow_for_every_user
    def succeed(self) -> None: ...

    @allow_for_every_user
    def refuse(self) -> None:
        raise Refused

    @allow_for_every_user
    def break_down(self) -> None:
        raise ZeroDivisionError

    @allow_for_user_roles("admin")
    def be_private(self) -> None: ...

    @allow_for_every_user
    def deny(self) -> None:
        raise PermissionDenied

    @deprecated("2026-11-01")
    @allow_for_every_user
    def leave(self) -> None: ...


def samples(name: str) -> dict[tuple[str, ...], float]:
    text = rendered()[0].decode()
    return {
        (
            sample.labels["function"],
            *(value for label, value in sample.labels.items() if label != "function"),
        ): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == name and "function" in sample.labels
    }


def counted(name: str = "backk_call_duration_seconds_count") -> dict[tuple[str, ...], float]:
    return {labels: value for labels, value in samples(name).items() if "measuredService" in labels[0]}


@pytest.fixture
def client() -> Client:
    return Client(build_pipeline(known=build([MeasuredService]), innermost=[CallMetrics()]))


def grown(before: dict[tuple[str, ...], float], after: dict[tuple[str, ...], float]) -> dict[tuple[str, ...], float]:
    return {labels: value - before.get(labels, 0) for labels, value in after.items() if value != before.get(labels, 0)}


def test_every_call_is_counted_by_function_and_status(client: Client) -> None:
    before = counted()
    for function in ("succeed", "succeed", "refuse", "breakDown", "bePrivate", "deny"):
        client.call(f"measuredService.{function}")
    assert grown(before, counted()) == {
        ("measuredService.succeed", "200"): 2,
        ("measuredService.refuse", "400"): 1,
        ("measuredService.breakDown", "500"): 1,
        ("measuredService.bePrivate", "401"): 1,
        ("measuredService.deny", "403"): 1,
    }


def test_what_nobody_knows_makes_no_series(client: Client) -> None:
    before = counted()
    for number in range(5):
        client.call(f"measuredService.foo{number}")
    assert grown(before, counted()) == {}


def test_callers_of_what_is_on_its_way_out_are_counted_without_naming_them(client: Client) -> None:
    before = counted("backk_deprecated_calls_total")
    client.call("measuredService.leave")
    client.call("measuredService.leave", principal=user("ann@example.com"))
    client.call("measuredService.leave", principal=Principal(is_internal=True, claims={"iss": "shop.default"}))
    assert grown(before, counted("backk_deprecated_calls_total")) == {
        ("measuredService.leave", "anonymous"): 1,
        ("measuredService.leave", "user"): 1,
        ("measuredService.leave", "service shop.default"): 1,
    }
    assert "ann@example.com" not in rendered()[0].decode()


@pytest.fixture
def asked() -> Any:
    requests = RequestFactory()

    def ask(token: str | None, **settings: Any) -> int:
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        with override_settings(BACKK={"ENVIRONMENT": "production", **settings}):
            return metrics(requests.get("/metrics", headers=headers)).status_code

    return ask


def test_the_page_is_for_who_has_the_token(asked: Any) -> None:
    known = {"METRICS": True, "METRICS_TOKEN": "a token that is long"}
    assert asked("a token that is long", **known) == 200
    assert asked("another", **known) == 401
    assert asked(None, **known) == 401
    # where there is none, nobody in production has it
    assert asked("", METRICS=True) == 401
    assert asked(None, METRICS=True, ENVIRONMENT="development") == 200


def test_without_metrics_there_is_no_page(asked: Any) -> None:
    with pytest.raises(Http404):
        asked(None)


def test_in_production_a_page_without_a_token_is_a_mistake() -> None:
    with override_settings(BACKK={"ENVIRONMENT": "production", "METRICS": True}):
        assert [message.id for message in check_observability()] == ["backk.E345"]
    with override_settings(BACKK={"ENVIRONMENT": "production", "METRICS": True, "METRICS_TOKEN": "x" * 16}):
        assert check_observability() == []
    with override_settings(BACKK={"ENVIRONMENT": "development", "METRICS": True}):
        assert check_observability() == []


def test_who_only_measures_refuses_nobody() -> None:
    from backk_core.publish.failures import is_limited

    with override_settings(BACKK={"ENVIRONMENT": "test", "METRICS": True}):
        assert not is_limited(build([MeasuredService]))
