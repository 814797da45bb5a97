from collections.abc import Iterator
from typing import Any

import pytest
from django.core.checks import CheckMessage
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from pytest_django import DjangoDbBlocker, Settings
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.throttling import AnonRateThrottle

from backk_core.declare.conf import conf
from backk_core.describe.registry import build
from backk_core.describe.source import place_of_setting
from backk_core.publish.checks import check_databases, check_declarations, problems_of_settings
from backk_core.publish.checks.middleware import NOT_NEEDED, skipped_middleware
from backk_core.publish.checks.settings import cache_suits_answers
from tests.apps.calls.services import ThingService
from tests.declarations import line_at
from tests.servers import MARIADB, database_settings

LONG_KEY = "x2&k9" * 11
PRODUCTION = {"BACKK": {"ENVIRONMENT": "production"}, "SECRET_KEY": LONG_KEY, "DEBUG": False, "ALLOWED_HOSTS": ["a.b"]}


class Sessions(SessionAuthentication):
    pass


class Burst(AnonRateThrottle):
    scope = "burst"


class Tokens(BaseAuthentication):
    pass


@pytest.mark.parametrize(
    ("id", "broken", "hint", "mended"),
    [
        ("E002", PRODUCTION | {"ALLOWED_HOSTS": []}, "ALLOWED_HOSTS = [", PRODUCTION),
        ("E003", PRODUCTION | {"DEBUG": True}, "DEBUG = False", PRODUCTION),
        ("E004", PRODUCTION | {"SECRET_KEY": "short"}, "SECRET_KEY = os.environ", PRODUCTION),
        (
            "E005",
            {"MIDDLEWARE": ["shop.Tenants"]},
            "BACKK = {\"MIDDLEWARE_NOT_NEEDED\": ['shop.Tenants']}",
            {"MIDDLEWARE": ["shop.Tenants"], "BACKK": {"MIDDLEWARE_NOT_NEEDED": ["shop.Tenants"]}},
        ),
        (
            "E005",
            {"MIDDLEWARE": ["django.middleware.security.SecurityMiddleware"], "SECURE_SSL_REDIRECT": True},
            "MIDDLEWARE_NOT_NEEDED",
            {"MIDDLEWARE": ["django.middleware.security.SecurityMiddleware"]},
        ),
        (
            "E006",
            {"REST_FRAMEWORK": {"DEFAULT_AUTHENTICATION_CLASSES": [Sessions]}},
            "rest_framework.authentication.TokenAuthentication",
            {"REST_FRAMEWORK": {"DEFAULT_AUTHENTICATION_CLASSES": [Tokens]}},
        ),
        (
            "E006",
            {
                "REST_FRAMEWORK": {
                    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"]
                }
            },
            "REST_FRAMEWORK = {",
            {"REST_FRAMEWORK": {}},
        ),
        (
            "E007",
            {"REST_FRAMEWORK": {"DEFAULT_AUTHENTICATION_CLASSES": ["shop.Tokens"]}},
            "package.module.Name",
            {
                "REST_FRAMEWORK": {
                    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.BaseAuthentication"]
                }
            },
        ),
        (
            "E007",
            {"BACKK": {"INTERCEPTORS": ["shop.limit"]}},
            "package.module.Name",
            {"BACKK": {"INTERCEPTORS": ["builtins.print"]}},
        ),
        (
            "E007",
            {"REST_FRAMEWORK": {"DEFAULT_THROTTLE_CLASSES": [Burst]}},
            "package.module.Name",
            {"REST_FRAMEWORK": {}},
        ),
        (
            "E008",
            {"BACKK": {"DATABASE": "other"}},
            "BACKK = {\"DATABASE\": 'default'}",
            {"BACKK": {"DATABASE": "default"}},
        ),
        ("E010", {"USE_TZ": False}, "USE_TZ = True", {"USE_TZ": True}),
    ],
)
def test_settings_that_are_unsafe_or_cannot_work_are_refused(
    id: str, broken: dict[str, Any], hint: str, mended: dict[str, Any], settings: Settings
) -> None:
    settings.BACKK = {"ENVIRONMENT": "development"}
    for name, value in broken.items():
        setattr(settings, name, value)
    [problem] = [problem for problem in problems_of_settings() if problem.id == f"backk.{id}"]
    assert hint in problem.hint
    settings.BACKK = {"ENVIRONMENT": "development"}
    settings.SECURE_SSL_REDIRECT = False
    for name, value in mended.items():
        setattr(settings, name, value)
    assert [problem for problem in problems_of_settings() if problem.id == f"backk.{id}"] == []


@pytest.mark.parametrize(
    ("id", "broken", "hint", "mended"),
    [
        ("W011", {"NAME": ":memory:"}, '"NAME": BASE_DIR', {"NAME": "db.sqlite3"}),
        ("W012", {"ATOMIC_REQUESTS": True}, '"ATOMIC_REQUESTS": False', {"ATOMIC_REQUESTS": False}),
    ],
)
def test_databases_that_break_a_promise_are_warned_of(
    id: str,
    broken: dict[str, Any],
    hint: str,
    mended: dict[str, Any],
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings.BACKK = {"ENVIRONMENT": "development"}
    database = settings.DATABASES["default"]
    for name, value in ({"ENGINE": "django.db.backends.sqlite3", "NAME": "db.sqlite3"} | broken).items():
        monkeypatch.setitem(database, name, value)
    [warning] = _with_id(id, check_declarations())
    assert not warning.is_serious()
    assert hint in str(warning.hint)
    for name, value in mended.items():
        monkeypatch.setitem(database, name, value)
    assert _with_id(id, check_declarations()) == []


def _with_id(id: str, messages: list[CheckMessage]) -> list[CheckMessage]:
    return [message for message in messages if message.id == f"backk.{id}"]


@pytest.mark.parametrize(
    ("backk", "told"),
    [
        ({"TREADS": 4}, "BACKK has unknown keys TREADS"),
        ({"ENVIRONMENT": "prod"}, "'development', 'test' or 'production'"),
        ({"ASGI_THREADS": 0}, "BACKK['ASGI_THREADS'] is 0: it is at least 1"),
        ({"ASGI_THREADS": "4"}, "BACKK['ASGI_THREADS'] is '4': it is of type int"),
        ({"DEADLINE": 0}, "BACKK['DEADLINE'] is 0: it is a positive number of seconds"),
        ({"GET_ALLOWED_PATTERN": "(?=a)"}, "it is an RE2 pattern"),
        ({"GET_DENIED": "tagService.x"}, "BACKK['GET_DENIED'] is 'tagService.x'"),
        ({"DEADLINE": -1, "BODY_TIMEOUT": -1}, "BACKK['BODY_TIMEOUT'] is -1"),
    ],
)
def test_a_wrong_value_in_backk_is_named(backk: dict[str, Any], told: str, settings: Settings) -> None:
    settings.BACKK = backk
    [message] = _with_id("E001", check_declarations())
    assert told in message.msg
    settings.BACKK = {"ENVIRONMENT": "test"}
    assert _with_id("E001", check_declarations()) == []


def test_a_function_that_is_denied_and_does_not_exist_is_refused(settings: Settings) -> None:
    settings.BACKK = {"ENVIRONMENT": "test", "GET_DENIED": ["tagService.deleteTgs"]}
    [message] = _with_id("E009", check_declarations())
    assert "tagService.deleteTgs, which is no function" in message.msg
    settings.BACKK = {"ENVIRONMENT": "test", "GET_DENIED": []}
    assert _with_id("E009", check_declarations()) == []


LOCAL, REDIS = "django.core.cache.backends.locmem.LocMemCache", "django_redis.cache.RedisCache"
SOON = {"SOCKET_TIMEOUT": 0.25}


@pytest.mark.parametrize(
    ("id", "broken", "hint", "mended"),
    [
        ("E015", {"ENVIRONMENT": "test", "CACHE": "shared"}, "BACKK = {\"CACHE\": 'default'}", {"ENVIRONMENT": "test"}),
        ("W016", {"ENVIRONMENT": "production"}, "redis_cache_from_environment()", {"ENVIRONMENT": "test"}),
        ("W017", {"CACHE": "slow"}, "redis_cache_from_environment()", {"CACHE": "soon"}),
    ],
)
def test_the_cache_of_answers_is_known_shared_and_quick(
    id: str, broken: dict[str, Any], hint: str, mended: dict[str, Any], settings: Settings
) -> None:
    settings.CACHES = {
        "default": {"BACKEND": LOCAL},
        "slow": {"BACKEND": REDIS, "LOCATION": "redis://127.0.0.1"},
        "soon": {"BACKEND": REDIS, "LOCATION": "redis://127.0.0.1", "OPTIONS": SOON},
    }
    settings.BACKK = broken | {"CACHED_PATTERN": r"thingService\..*"}
    [problem] = [found for found in cache_suits_answers(build([ThingService])) if found.id == f"backk.{id}"]
    assert hint in problem.hint
    settings.BACKK = broken
    assert list(cache_suits_answers(build([ThingService]))) == []
    settings.BACKK = mended | {"CACHED_PATTERN": r"thingService\..*"}
    assert id not in {found.id.removeprefix("backk.") for found in cache_suits_answers(build([ThingService]))}


def test_djangos_own_middleware_needs_no_waiver(settings: Settings) -> None:
    settings.MIDDLEWARE = list(NOT_NEEDED)
    assert list(skipped_middleware()) == []


def test_middleware_is_no_matter_of_checks_where_djangos_handler_serves_the_project(settings: Settings) -> None:
    settings.MIDDLEWARE = ["shop.Tenants"]
    settings.WSGI_APPLICATION, settings.ASGI_APPLICATION = "shop.wsgi.application", None
    assert "backk.E005" not in {problem.id for problem in problems_of_settings()}
    settings.ASGI_APPLICATION = "backk_core.asgi.application"
    assert "backk.E005" in {problem.id for problem in problems_of_settings()}


def test_the_place_of_a_setting_is_its_line_in_the_projects_module(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "example_project.settings")
    settings.BACKK = {}
    assert line_at(place_of_setting("MIDDLEWARE")) == "MIDDLEWARE = ["
    assert place_of_setting("ALLOWED_HOSTS").startswith("example_project/settings.py:")
    assert place_of_setting("NOWHERE") == "example_project/settings.py:1"


@pytest.fixture
def mariadb(django_db_blocker: DjangoDbBlocker) -> Iterator[BaseDatabaseWrapper]:
    """A connection to a database of its own."""
    MARIADB.require()
    settings = connections.configure_settings({"default": database_settings("mariadb")})["default"]
    connections.settings["mariadb_checks"] = settings
    database = connections["mariadb_checks"]
    with django_db_blocker.unblock():
        try:
            with database.cursor() as cursor:
                cursor.execute("CREATE DATABASE IF NOT EXISTS backk_checks")
                cursor.execute("USE backk_checks")
            yield database
        finally:
            with database.cursor() as cursor:
                cursor.execute("DROP DATABASE backk_checks")
            database.close()
            del connections["mariadb_checks"], connections.settings["mariadb_checks"]


def test_mariadb_that_takes_different_strings_for_equal_is_warned_of(mariadb: BaseDatabaseWrapper) -> None:
    change = "ALTER DATABASE backk_checks CHARACTER SET utf8mb4 COLLATE "
    with mariadb.cursor() as cursor:
        cursor.execute(change + "utf8mb4_general_ci")
        [warning] = _with_id("W013", check_databases([mariadb.alias]))
        assert f"{change}utf8mb4_nopad_bin" in str(warning.hint)
        cursor.execute(f"{change}utf8mb4_nopad_bin")
        assert check_databases([mariadb.alias]) == []


def test_no_database_is_asked_that_nobody_names() -> None:
    assert check_databases() == []


def test_conf_is_what_the_project_said(settings: Settings) -> None:
    settings.BACKK = {"ENVIRONMENT": "test", "ASGI_THREADS": 2, "DEADLINE": 3}
    assert (conf().asgi_threads, conf().deadline) == (2, 3)
