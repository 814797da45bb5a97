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


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("bank.example.com", "is no address"),
        ("ftp://bank", "is no address"),
        ("https://ann:secret@bank", "is no address"),
        ("https://bank/?a=1", "is no address"),
        ("https://bank:99999", "is no address"),
        ("https:// bank", "is no address"),
        ({"ca_file": "x"}, "is an address, or has the keys address"),
        ({"address": "https://bank", "cafile": "x"}, "is an address, or has the keys address"),
        ({"address": "https://bank", "key_file": "x"}, "without the certificate_file"),
        ({"address": "https://bank", "ca_file": "/nowhere/ca.pem"}, "ca_file of bank.default is not there"),
    ],
)
def test_what_is_no_address_is_refused(address: object, message: str) -> None:
    with override_settings(BACKK={"ENVIRONMENT": "test", "REMOTE_SERVICES": {"bank": address}}):
        (error,) = check_transport()
    assert (error.id, error.is_serious()) == ("backk.E802", True)
    assert message in error.msg
    assert "secret" not in error.msg


def test_production_is_warned_of_calls_that_anybody_reads() -> None:
    known = {"bank": "http://bank", "mail": "https://mail.example.com"}
    with override_settings(BACKK={"ENVIRONMENT": "production", "REMOTE_SERVICES": known}):
        (warning,) = check_transport()
    assert (warning.id, "bank.default" in warning.msg) == ("backk.W803", True)
    with override_settings(BACKK={"ENVIRONMENT": "test", "REMOTE_SERVICES": known}):
        assert check_transport() == []
