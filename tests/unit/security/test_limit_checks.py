from typing import Any

import pytest
from django.test import override_settings

from backk_core import Service, allow_for_every_user, no_rate_limit, rate_limit
from backk_core.describe.registry import build
from backk_security.checks import problems_of

REDIS = {"BACKEND": "django_redis.cache.RedisCache", "LOCATION": "redis://127.0.0.1:1/0"}
MEMORY = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}


@allow_for_every_user
class PingService(Service):
    @rate_limit("5/minute per caller", "100/day in all")
    def ping(self) -> None: ...


@allow_for_every_user
class SloppyService(Service):
    @rate_limit("5 per minute")
    def ping(self) -> None: ...

    @rate_limit("5/minute per caller")
    @no_rate_limit("free")
    def pong(self) -> None: ...


def found(*classes: type, **backk: Any) -> list[tuple[str, str]]:
    with override_settings(BACKK={"ENVIRONMENT": "test", **backk}):
        return [(problem.id.removeprefix("backk."), problem.message) for problem in problems_of(build(classes))]


def test_limits_that_say_what_they_mean_are_accepted() -> None:
    limits = ["100/minute per caller", "5/minute per address on pingService.ping", "9/hour in all on pingService"]
    assert found(PingService, RATE_LIMITS=limits) == []


def test_a_limit_that_cannot_be_read_is_refused_with_what_to_write() -> None:
    ((id, message),) = found(PingService, RATE_LIMITS=["100 per minute"])
    assert id == "E931"
    assert '"100/minute per caller"' in message


def test_a_limit_on_what_does_not_exist_is_refused() -> None:
    ((id, message),) = found(PingService, RATE_LIMITS=["100/minute per caller on pongService"])
    assert (id, message) == (
        "E932",
        "The rate limit '100/minute per caller on pongService' is on pongService, which is no service or function.",
    )


def test_a_function_s_own_limits_are_judged_at_their_place() -> None:
    with override_settings(BACKK={"ENVIRONMENT": "test"}):
        problems = list(problems_of(build([SloppyService])))
    assert [problem.id for problem in problems] == ["backk.E931", "backk.E933"]
    assert all("test_limit_checks.py" in problem.place for problem in problems)


@pytest.mark.parametrize(
    ("caches", "named", "refused"),
    [
        ({"default": MEMORY, "shared": REDIS}, "shared", False),
        ({"default": MEMORY, "shared": REDIS}, "", False),
        ({"default": MEMORY}, "default", True),
        ({"default": MEMORY}, "nothing", True),
        ({"default": {"BACKEND": "nowhere.Cache"}}, "default", True),
    ],
)
def test_calls_are_counted_in_a_cache_that_is_in_redis(caches: Any, named: str, refused: bool) -> None:
    with override_settings(CACHES=caches):
        ids = [id for id, _ in found(PingService, RATE_LIMIT_CACHE=named)]
    assert ids == (["E934"] if refused else [])
