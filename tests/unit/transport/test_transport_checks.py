import pytest
from django.core.checks import run_checks
from django.test import override_settings

from backk_core import Service, allow_for_every_user
from backk_core.declare import sealing
from backk_core.describe.registry import build
from backk_core.publish.checks import problems_of
from backk_transport import RemoteServices
from backk_transport.checks import check_transport


def test_production_is_warned_where_nothing_seals_messages(monkeypatch: pytest.MonkeyPatch) -> None:
    with override_settings(BACKK={"ENVIRONMENT": "production"}):
        assert check_transport() == []
        monkeypatch.setattr(sealing, "_seals", [])
        (warning,) = check_transport()
    assert (warning.id, warning.is_serious()) == ("backk.W801", False)
    assert "backk_security" in (warning.hint or "")


def test_development_is_not_warned(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "_seals", [])
    assert check_transport() == []


def test_settings_that_cannot_be_read_are_told_once() -> None:
    with override_settings(BACKK={"NONSENSE": 1}):
        assert check_transport() == []


def test_a_project_that_keeps_messages_needs_keys_in_production(monkeypatch: pytest.MonkeyPatch) -> None:
    from backk_security.checks import keys

    monkeypatch.setattr(keys, "entities", list)
    with override_settings(BACKK={"ENVIRONMENT": "production"}):
        assert "backk.E911" in {message.id for message in run_checks(tags=["backk"])}
        monkeypatch.setattr(keys, "_has_sealed_fields", lambda: False)
        assert "backk.E911" not in {message.id for message in run_checks(tags=["backk"])}


def test_a_service_may_ask_for_what_sends() -> None:
    @allow_for_every_user
    class SendingService(Service):
        def __init__(self, remote_services: RemoteServices) -> None:
            self.remote_services = remote_services

        def tell(self) -> None:
            self.remote_services.send("bankService.transfer", microservice="bank")

    assert problems_of(build([SendingService])) == []
