from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import override_settings

from backk_core.declare.conf import conf


@pytest.fixture(autouse=True)
def _fresh() -> Any:
    conf.cache_clear()
    yield
    conf.cache_clear()


def test_settings_win_over_the_environment_and_both_over_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    with override_settings(BACKK={}):
        assert (conf().max_request_content_length, conf().microservice_namespace) == (131_072, "default")
        monkeypatch.setenv("MAX_REQUEST_CONTENT_LENGTH_IN_BYTES", "1000")
        monkeypatch.setenv("MICROSERVICE_NAMESPACE", "shop")
        monkeypatch.setenv("BACKK_DEADLINE_IN_SECONDS", "2.5")
        monkeypatch.setenv("BACKK_PREPARED_STATEMENTS", "no")
        monkeypatch.setenv("API_GATEWAY_FQDN", "")
        conf.cache_clear()
        assert (conf().max_request_content_length, conf().microservice_namespace) == (1000, "shop")
        assert (conf().deadline, conf().prepared_statements, conf().api_gateway_fqdn) == (2.5, False, "")
    with override_settings(BACKK={"MAX_REQUEST_CONTENT_LENGTH": 7, "GET_DENIED": ["a.b"]}):
        assert (conf().max_request_content_length, conf().get_denied) == (7, ("a.b",))


def test_overridden_settings_hold_inside_and_are_gone_outside() -> None:
    before = conf()
    with override_settings(BACKK={"ENVIRONMENT": "production"}):
        assert conf().in_production
    assert conf() == before


@pytest.mark.parametrize(("debug", "environment"), [(True, "development"), (False, "production")])
def test_the_environment_is_production_unless_debugging_or_said_otherwise(*, debug: bool, environment: str) -> None:
    with override_settings(BACKK={}, DEBUG=debug):
        assert conf().environment == environment
    with override_settings(BACKK={"ENVIRONMENT": "test"}, DEBUG=debug):
        assert conf().environment == "test"


def test_the_microservice_has_the_name_of_its_project_whether_settings_are_overridden_or_not() -> None:
    with override_settings(BACKK={}):
        assert conf().microservice_name == "tests"
    with override_settings(BACKK={"DEADLINE": 3}, DEBUG=True):
        assert conf().microservice_name == "tests"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"DEADLINES": 1, "deadline": 2}, "unknown keys DEADLINES, deadline; it knows .*DEADLINE"),
        ({"ENVIRONMENT": "staging"}, "'development', 'test' or 'production'"),
        ({"DEADLINE": "soon"}, r"BACKK\['DEADLINE'\] is 'soon'"),
    ],
)
def test_wrong_settings_are_named(given: dict[str, Any], said: str) -> None:
    with override_settings(BACKK=given), pytest.raises(ImproperlyConfigured, match=said):
        conf()


def test_a_wrong_variable_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BACKK_ASGI_THREADS", "many")
    with override_settings(BACKK={}), pytest.raises(ImproperlyConfigured, match="BACKK_ASGI_THREADS='many'"):
        conf()
