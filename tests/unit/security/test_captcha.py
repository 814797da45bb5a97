import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import override_settings

from backk_core import (
    Argument,
    CrudEntityService,
    One,
    Result,
    Service,
    ServiceFunction,
    Store,
    allow_for_cluster_internal,
    allow_for_every_user,
    allow_for_user_roles,
    allow_inside_service,
    is_any_string,
    is_ascii,
    max_length,
    no_captcha,
)
from backk_core.describe.registry import build
from backk_core.services import MultipleServiceFunctionExecutionService
from backk_security.captcha import AnyToken, configured_verifier
from backk_security.checks import problems_of
from tests.callers import Caller
from tests.captcha_provider import SECRET, CaptchaProvider, running_provider

pytestmark = pytest.mark.django_db


class NewGuest(Argument):
    captcha_token: Annotated[str, max_length(8192), is_ascii]
    name: Annotated[str, max_length(16), is_any_string] = ""


class PlainGuest(Argument):
    name: Annotated[str, max_length(16), is_any_string] = ""


class LaxGuest(Argument):
    captcha_token: Annotated[str, max_length(8192), is_ascii] = ""


class Guest(Result):
    name: str


class GuestService(CrudEntityService):
    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self.created: list[str] = []

    def _made(self, name: str) -> One[Guest]:
        self.created.append(name)
        return One(Guest(name=name))

    @allow_for_every_user
    def create_guest(self, guest: NewGuest) -> One[Guest]:
        return self._made(guest.name)

    @allow_for_user_roles("admin")
    def create_important_guest(self, guest: NewGuest) -> One[Guest]:
        return self._made(guest.name)

    @allow_for_every_user
    @no_captcha("the door is watched")
    def create_waived_guest(self, guest: NewGuest) -> One[Guest]:
        return self._made(guest.name)

    @allow_for_every_user
    def update_guest_password(self, guest: NewGuest) -> None:
        self._made(guest.name)


def backk(provider: CaptchaProvider, verifier: str = "Recaptcha", **more: Any) -> dict[str, Any]:
    return {
        "ENVIRONMENT": "test",
        "CAPTCHA_VERIFIER": f"backk_security.captcha.{verifier}",
        "CAPTCHA_SECRET": SECRET,
        "CAPTCHA_URL": provider.url,
        "MAX_BATCH_SIZE": 9,
        **more,
    }


@pytest.fixture
def provider() -> Iterator[CaptchaProvider]:
    with running_provider() as running:
        yield running


def caller(provider: CaptchaProvider, verifier: str = "Recaptcha", **more: Any) -> Caller:
    with override_settings(BACKK=backk(provider, verifier, **more)):
        return Caller([GuestService, MultipleServiceFunctionExecutionService])


def created(call: Caller) -> list[str]:
    found: GuestService = call.services.get(GuestService)
    return found.created


GOOD = {"captchaToken": "good", "name": "Ann"}


@pytest.mark.parametrize("verifier", ["Recaptcha", "HCaptcha", "Turnstile"])
def test_a_good_token_lets_the_call_pass_once_and_is_told_to_the_provider(
    provider: CaptchaProvider, verifier: str
) -> None:
    call = caller(provider, verifier)
    assert call("guestService.createGuest", GOOD).status == 200
    (form,) = provider.forms
    assert (form["secret"], form["response"], form["remoteip"]) == (SECRET, "good", "192.0.2.1")
    assert call("guestService.createGuest", GOOD).status == 400
    assert created(call) == ["Ann"]


def test_a_bad_token_is_an_invalid_argument_and_nothing_runs(
    provider: CaptchaProvider, caplog: pytest.LogCaptureFixture
) -> None:
    call = caller(provider)
    with caplog.at_level(logging.WARNING, "backk_security"):
        answer = call("guestService.createGuest", {"captchaToken": "s3cret-forged"}, accept="application/problem+json")
    assert (answer.status, answer.body["errorCode"]) == (400, "error.5")
    assert answer.body["errors"] == [
        {"pointer": "/captchaToken", "detail": "is not accepted: a new captcha must be solved"}
    ]
    assert created(call) == []
    assert "guestService.createGuest: captcha refused: invalid-input-response" in caplog.text
    assert "s3cret-forged" not in caplog.text
    assert SECRET not in caplog.text


@pytest.mark.parametrize("argument", [{"name": "Ann"}, {"captchaToken": None}, {"captchaToken": 7}, {}])
def test_a_call_without_token_is_invalid_and_nobody_is_asked(provider: CaptchaProvider, argument: Any) -> None:
    answer = caller(provider)("guestService.createGuest", argument)
    assert (answer.status, answer.body["errorCode"]) == (400, "error.5")
    assert "captchaToken" in answer.body["message"]
    assert provider.forms == []


def test_who_may_not_call_or_sends_something_invalid_uses_up_no_token(provider: CaptchaProvider) -> None:
    call = caller(provider)
    assert call("guestService.createImportantGuest", GOOD, by="jane").status == 403
    assert call("guestService.createGuest", {**GOOD, "name": "x" * 17}).status == 400
    assert provider.forms == []
    assert call("guestService.createImportantGuest", GOOD, by="jane admin").status == 200


def test_a_waived_function_asks_nobody(provider: CaptchaProvider) -> None:
    assert caller(provider)("guestService.createWaivedGuest", {"captchaToken": "x"}).status == 200
    assert provider.forms == []


def test_every_function_that_takes_a_token_has_it_verified(provider: CaptchaProvider) -> None:
    call = caller(provider)
    assert call("guestService.updateGuestPassword", {"captchaToken": "bad"}).status == 400
    assert call("guestService.updateGuestPassword", GOOD).status == 200


@pytest.mark.parametrize("how", ["InSequenceWithoutTransaction", "InParallelInsideTransaction"])
def test_each_call_of_a_batch_needs_a_token_of_its_own(provider: CaptchaProvider, how: str) -> None:
    provider.good = {"one", "two"}
    call = caller(provider)
    with override_settings(BACKK=backk(provider)):
        answer = call(
            f"multipleServiceFunctionExecutionService.execute{how}",
            {
                id: {
                    "serviceFunctionName": "guestService.createGuest",
                    "serviceFunctionArgument": {"captchaToken": token},
                }
                for id, token in {"a": "one", "b": "two", "c": "one"}.items()
            },
        )
    assert {id: part["statusCode"] for id, part in answer.body.items()} == {"a": 200, "b": 200, "c": 400}
    assert len(provider.forms) == 3


# verdicts


@pytest.mark.parametrize(
    ("score", "status"), [(0.9, 200), (0.7, 200), (0.69, 400), (0, 400), ("0.9", 400), (True, 400)]
)
def test_a_score_below_the_least_is_a_program_s(provider: CaptchaProvider, score: Any, status: int) -> None:
    provider.more = {"score": score}
    assert caller(provider, CAPTCHA_LEAST_SCORE=0.7)("guestService.createGuest", GOOD).status == status


@pytest.mark.parametrize(
    ("hostname", "status"), [("www.example.com", 200), ("WWW.example.com", 200), ("evil.example.com", 400), ("", 400)]
)
def test_a_token_that_was_solved_on_another_host_is_refused(
    provider: CaptchaProvider, hostname: str, status: int
) -> None:
    provider.hostname = hostname
    call = caller(provider, CAPTCHA_HOSTNAMES=["www.example.com"])
    assert call("guestService.createGuest", GOOD).status == status


@pytest.mark.parametrize(
    ("told", "status"), [({"action": "createGuest"}, 200), ({"action": "login"}, 400), ({"action": ""}, 400), ({}, 200)]
)
def test_a_token_for_another_action_is_refused_where_the_provider_tells_it(
    provider: CaptchaProvider, told: Any, status: int
) -> None:
    provider.more = told
    call = caller(provider, "Turnstile", CAPTCHA_ACTION="{function}")
    assert call("guestService.createGuest", GOOD).status == status


@pytest.mark.parametrize("body", [b'{"success": "true"}', b'{"success": 1}', b'{"success": null}', b"{}"])
def test_only_a_plain_yes_is_a_yes(provider: CaptchaProvider, body: bytes) -> None:
    provider.body = body
    assert caller(provider)("guestService.createGuest", GOOD).status == 400


# the provider fails


def test_a_request_that_fails_is_repeated_once_and_is_the_same_use_of_the_token(provider: CaptchaProvider) -> None:
    provider.failures = 1
    assert caller(provider, "Turnstile")("guestService.createGuest", GOOD).status == 200
    first, second = provider.forms
    assert first == second
    assert first["idempotency_key"]


@pytest.mark.parametrize(
    "broken",
    [
        {"failures": 9},
        {"body": b"<html>"},
        {"body": b"[]"},
        {"body": b'{"success": false, "error-codes": ["' + b"x" * 70_000 + b'"]}'},
        {"redirect": "http://127.0.0.1:1/"},
        {"delay": 1.0},
    ],
    ids=str,
)
def test_where_the_provider_does_not_tell_the_call_is_to_come_back(broken: Any) -> None:
    with running_provider(**broken) as provider:
        call = caller(provider, CAPTCHA_TIMEOUT=0.2)
        answer = call("guestService.createGuest", GOOD)
        assert (answer.status, answer.body["errorCode"]) == (503, "error.21")
        assert answer.headers["Retry-After"]
        assert created(call) == []
        # the next calls do not wait for it
        asked = len(provider.forms)
        assert call("guestService.createGuest", GOOD).status == 503
        assert len(provider.forms) == asked <= 2


def test_a_provider_that_does_not_know_our_secret_tells_nothing_about_the_token(
    provider: CaptchaProvider, caplog: pytest.LogCaptureFixture
) -> None:
    answer = caller(provider, CAPTCHA_SECRET="another")("guestService.createGuest", GOOD)
    assert (answer.status, answer.body["errorCode"]) == (503, "error.21")
    assert "the provider says invalid-input-secret" in caplog.text
    assert "another" not in caplog.text


def test_a_provider_that_is_not_there_is_no_yes() -> None:
    with running_provider() as provider:
        call = caller(provider)
    assert call("guestService.createGuest", GOOD).status == 503


def test_a_provider_is_believed_by_its_certificate_only(tmp_path: Path) -> None:
    with running_provider(tmp_path) as provider:
        assert caller(provider)("guestService.createGuest", GOOD).status == 503
        assert provider.forms == []
        assert caller(provider, CAPTCHA_CA_FILE=provider.ca_file)("guestService.createGuest", GOOD).status == 200


# which verifier


def test_development_takes_any_token_but_an_empty_one() -> None:
    with override_settings(BACKK={"ENVIRONMENT": "development"}):
        assert isinstance(configured_verifier(), AnyToken)
        call = Caller([GuestService])
    assert call("guestService.createGuest", {"captchaToken": "x"}).status == 200
    assert call("guestService.createGuest", {"captchaToken": ""}).status == 400


class Parrot:
    """A verifier of a project's own."""

    def verify(self, token: str, call: Any) -> Any:
        return {"yes": True, "1": 1, "none": None}.get(token, False)


class Mute:
    """Verifies nothing."""


def test_a_project_brings_its_own_verifier_and_only_true_is_a_yes() -> None:
    with override_settings(BACKK={"ENVIRONMENT": "production", "CAPTCHA_VERIFIER": f"{__name__}.Parrot"}):
        call = Caller([GuestService])
    tokens = ("yes", "1", "none", "no")
    assert [call("guestService.createGuest", {"captchaToken": token}).status for token in tokens] == [
        200,
        400,
        400,
        400,
    ]


@pytest.mark.parametrize(
    "settings",
    [
        {"ENVIRONMENT": "production"},
        {"CAPTCHA_VERIFIER": "nowhere.Verifier"},
        {"CAPTCHA_VERIFIER": f"{__name__}.Mute"},
        {"CAPTCHA_VERIFIER": "backk_security.captcha.Turnstile"},
        {"CAPTCHA_VERIFIER": "backk_security.captcha.Turnstile", "CAPTCHA_SECRET": "s", "CAPTCHA_URL": "ftp://x"},
    ],
    ids=str,
)
def test_a_verifier_that_cannot_be_is_told_before_the_first_call(settings: Any) -> None:
    with override_settings(BACKK={"ENVIRONMENT": "test", **settings}):
        with pytest.raises(ImproperlyConfigured, match="CAPTCHA_"):
            Caller([GuestService])
        assert "backk.E942" in ids(GuestService)


# checks


def ids(*classes: type) -> list[str]:
    return [problem.id for problem in problems_of(build(classes))]


@allow_for_every_user
class LaxService(CrudEntityService):
    def create_guest(self, guest: PlainGuest) -> One[Guest]: ...

    def insert_guest(self, guest: LaxGuest) -> One[Guest]: ...

    def create_nothing(self) -> None: ...

    @no_captcha("the door is watched")
    def create_waived_guest(self, guest: PlainGuest) -> One[Guest]: ...

    def update_guest(self, guest: PlainGuest) -> None: ...


class InternalService(CrudEntityService):
    @allow_for_cluster_internal
    def create_guest(self, guest: PlainGuest) -> One[Guest]: ...

    @allow_inside_service
    def create_other_guest(self, guest: PlainGuest) -> One[Guest]: ...


@allow_for_every_user
class NoEntityService(Service):
    def create_report(self, guest: PlainGuest) -> One[Guest]: ...


class CreateLargeGuest(ServiceFunction):
    service = "laxService"
    authorization = allow_for_every_user

    def execute(self, argument: PlainGuest) -> One[Guest]: ...


def test_what_people_create_without_a_captcha_is_refused_with_the_line_to_write() -> None:
    problems = list(problems_of(build([LaxService])))
    assert [(problem.id, problem.message.split()[0]) for problem in problems] == [
        ("backk.E941", "laxService.createGuest"),
        ("backk.E941", "laxService.insertGuest"),
        ("backk.E941", "laxService.createNothing"),
    ]
    assert problems[0].hint.startswith("captcha_token: Annotated[str, max_length(8192), is_ascii]  or @no_captcha(")


def test_a_function_class_of_an_entity_service_is_no_way_around_it() -> None:
    assert len(ids(LaxService, CreateLargeGuest)) == len(ids(LaxService)) + 1


def test_services_of_the_cluster_and_services_of_no_entities_need_none() -> None:
    assert ids(InternalService, NoEntityService) == []


@pytest.mark.parametrize(
    ("changes", "id"),
    [
        ({}, None),
        ({"CAPTCHA_URL": "http://127.0.0.1/"}, "backk.E944"),
        ({"CAPTCHA_HOSTNAMES": []}, "backk.E945"),
        ({"CAPTCHA_VERIFIER": "backk_security.captcha.AnyToken"}, "backk.E943"),
        ({"CAPTCHA_SECRET": ""}, "backk.E942"),
    ],
)
def test_in_production_somebody_verifies_tokens_over_tls_for_our_hosts(changes: Any, id: str | None) -> None:
    settings = {
        "ENVIRONMENT": "production",
        "CAPTCHA_VERIFIER": "backk_security.captcha.Turnstile",
        "CAPTCHA_SECRET": "s",
        "CAPTCHA_HOSTNAMES": ["www.example.com"],
        **changes,
    }
    with override_settings(BACKK=settings):
        assert ids(GuestService) == ([id] if id else [])
        # where nothing takes a token it does not matter
        assert ids(NoEntityService) == []
