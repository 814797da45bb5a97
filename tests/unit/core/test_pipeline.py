import logging
from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied
from django.test import override_settings

from backk_core import One, Service, allow_for_every_user, allow_get
from backk_core.declare.errors import CallError, NotAuthorized, TemporarilyUnavailable
from backk_core.execute.call import Call, Reply, current_call, find_call
from backk_core.execute.pipeline import Next
from tests.apps.calls.models import Thing
from tests.apps.calls.services import Answer, GuardedService, TalkService, Text, ThingService
from tests.callers import Caller

pytestmark = pytest.mark.django_db

SERVICES = [ThingService, TalkService, GuardedService]


@pytest.fixture
def call() -> Caller:
    return Caller(SERVICES)


# finding


@pytest.mark.parametrize(
    ("wire_name", "code", "message"),
    [
        ("fooService.foo", "error.8", "Unknown service: fooService"),
        ("talkService.foo", "error.9", "Unknown function: talkService.foo"),
        ("talkService.__init__", "error.9", "Unknown function: talkService.__init__"),
        ("talkService.meeting", "error.9", "Unknown function: talkService.meeting"),
        ("guardedService.forInsiders", "error.9", "Unknown function: guardedService.forInsiders"),
        ("TalkService.echo", "error.8", "Unknown service: TalkService"),
        ("", "error.8", "Unknown service: "),
    ],
)
def test_what_is_not_there_is_named(call: Caller, wire_name: str, code: str, message: str) -> None:
    for method in ("POST", "GET", "PUT"):
        answer = call(wire_name, method=method)
        assert (answer.status, answer.body["errorCode"], answer.body["message"]) == (404, code, message)


# methods


def test_get_is_for_functions_that_allow_it(call: Caller) -> None:
    id = str(Thing.objects.create(name="a").pk)
    assert call("thingService.getThing", {"_id": id}, method="GET").status == 200
    answer = call("thingService.getThings", method="GET")
    assert (answer.status, answer.body["errorCode"]) == (405, "error.15")
    assert answer.headers["Allow"] == "POST, OPTIONS"


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "HEAD", "TRACE", "CONNECT", "post", "BREW"])
def test_other_methods_are_not_allowed(call: Caller, method: str) -> None:
    answer = call("talkService.echo", method=method)
    assert (answer.status, answer.body["errorCode"]) == (405, "error.18")


def test_a_project_s_pattern_allows_get_and_its_list_denies_it() -> None:
    with override_settings(BACKK={"GET_ALLOWED_PATTERN": r"\w+\.get.*", "GET_DENIED": ["thingService.getThing"]}):
        call = Caller(SERVICES)
    assert call("thingService.getThings", method="GET").status == 200
    assert call("thingService.getThing", {"_id": "1"}, method="GET").body["errorCode"] == "error.15"
    assert call("talkService.echo", method="GET").body["errorCode"] == "error.15"


def test_the_pattern_is_for_the_whole_name() -> None:
    with override_settings(BACKK={"GET_ALLOWED_PATTERN": "get"}):
        call = Caller(SERVICES)
    assert call("thingService.getThings", method="GET").status == 405


def test_a_preflight_does_not_run_the_function() -> None:
    ran = []

    class PreflightService(Service):
        @allow_for_every_user
        @allow_get
        def run(self) -> None:
            ran.append(1)

    assert Caller([PreflightService])("preflightService.run", method="OPTIONS").status == 200
    assert ran == []


# arguments


@pytest.mark.parametrize("body", [b"", b"{}", b" { } \n"])
def test_a_function_without_argument_takes_nothing_or_an_empty_object(call: Caller, body: bytes) -> None:
    assert call("talkService.sayNothing", body).status == 200


@pytest.mark.parametrize("body", [b'{"a": 1}', b"null", b"[]", b"{", b"\xff", b"0"])
def test_a_function_without_argument_takes_nothing_else(call: Caller, body: bytes) -> None:
    assert call("talkService.sayNothing", body).body["errorCode"] == "error.5"


# interceptors


def test_interceptors_see_each_call_on_its_way_in_and_out_in_their_order() -> None:
    seen: list[str] = []

    def interceptor(name: str) -> Callable[..., Reply]:
        def intercept(call: Call, next: Next) -> Reply:  # noqa: A002
            seen.append(f"{name} in {call.contract.wire_name}")
            reply = next(call)
            reply.headers.append((f"X-{name}", "seen"))
            seen.append(f"{name} out {reply.status}")
            return reply

        return intercept

    answer = Caller(SERVICES, [interceptor("A"), interceptor("B")])("talkService.echo", {})
    assert seen == ["A in talkService.echo", "B in talkService.echo", "B out 200", "A out 200"]
    assert (answer.headers["X-A"], answer.headers["X-B"]) == ("seen", "seen")


def test_an_interceptor_can_answer_or_refuse_instead_of_the_function() -> None:
    def answer(call: Call, next: Next) -> Reply:  # noqa: A002
        return Reply(299, b'"cached"')

    def refuse(call: Call, next: Next) -> Reply:  # noqa: A002
        raise NotAuthorized

    assert Caller(SERVICES, [answer])("guardedService.forRoles").status == 299
    assert Caller(SERVICES, [refuse])("talkService.echo").body["errorCode"] == "error.6"


def test_interceptors_see_refusals_as_errors() -> None:
    seen: list[CallError] = []

    def look(call: Call, next: Next) -> Reply:  # noqa: A002
        try:
            return next(call)
        except CallError as error:
            seen.append(error)
            raise

    call = Caller(SERVICES, [look])
    assert call("guardedService.forRoles").status == 401
    assert call("talkService.echo", b"[").status == 400
    assert [error.code for error in seen] == ["error.17", "error.5"]


# failures


def test_in_production_a_failure_says_nothing_of_itself(call: Caller) -> None:
    for environment in ("production", "test"):
        with override_settings(BACKK={"ENVIRONMENT": environment}):
            reply = call.reply("talkService.fail", {"text": "of Ann"})
        assert reply.body == b'{"errorCode":"error.500","statusCode":500,"message":"Internal server error"}'


def test_in_development_a_failure_shows_where_it_happened(call: Caller) -> None:
    with override_settings(BACKK={"ENVIRONMENT": "development"}):
        answer = call("talkService.fail", {"text": "of Ann"})
        refused = call("talkService.echo", {"x": 1})
    assert list(answer.body) == ["errorCode", "statusCode", "message", "stackTrace"]
    assert "RuntimeError: secret of Ann" in answer.body["stackTrace"]
    assert "stackTrace" not in refused.body


@pytest.mark.parametrize(
    ("wire_name", "status"), [("talkService.fail", 500), ("talkService.beBroken", 503), ("talkService.oversleep", 504)]
)
def test_each_5xx_is_one_log_entry_with_the_request_s_id_and_nothing_that_the_caller_sent(
    call: Caller, caplog: pytest.LogCaptureFixture, wire_name: str, status: int
) -> None:
    argument = {"text": "of Ann"} if wire_name == "talkService.fail" else None
    answer = call(wire_name, argument, x_request_id="r-17", by="ann")
    assert answer.status == status
    (record,) = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert (record.__dict__["request_id"], record.__dict__["status"]) == ("r-17", status)
    assert wire_name in record.getMessage()
    assert "Ann" not in record.getMessage()
    assert record.exc_info is None


def test_what_callers_do_wrong_is_not_logged(call: Caller, caplog: pytest.LogCaptureFixture) -> None:
    for answer in (call("fooService.foo"), call("talkService.echo", b"["), call("guardedService.forRoles")):
        assert answer.status < 500
    assert not caplog.records


def test_django_s_own_refusal_is_told_as_ours() -> None:
    class DeniedService(Service):
        @allow_for_every_user
        def be_denied(self) -> None:
            raise PermissionDenied("of Ann")

    answer = Caller([DeniedService])("deniedService.beDenied")
    assert (answer.status, answer.body["errorCode"]) == (403, "error.6")
    assert "Ann" not in answer.body["message"]


def test_an_unavailable_database_says_when_to_come_back() -> None:
    class AwayService(Service):
        @allow_for_every_user
        def be_away(self) -> None:
            raise TemporarilyUnavailable

    answer = Caller([AwayService])("awayService.beAway")
    assert (answer.status, answer.body["errorCode"], answer.headers["Retry-After"]) == (503, "error.21", "1")


# deadlines


def test_a_call_that_takes_too_long_is_told_so(call: Caller) -> None:
    answer = call("talkService.oversleep")
    assert (answer.status, answer.body) == (
        504,
        {"errorCode": "error.22", "statusCode": 504, "message": "Deadline exceeded"},
    )


def test_the_deadline_of_a_call_is_the_function_s_or_the_project_s() -> None:
    remaining = []

    def look(call: Call, next: Next) -> Reply:  # noqa: A002
        remaining.append(call.remaining)
        return next(call)

    with override_settings(BACKK={"DEADLINE": 5}):
        call = Caller(SERVICES, [look])
        call("talkService.echo", {})
        call("talkService.oversleep")
    assert 4 < remaining[0] <= 5
    assert remaining[1] <= 0.05


# the current call


def test_a_function_can_ask_which_call_it_answers(call: Caller) -> None:
    class AskingService(Service):
        @allow_for_every_user
        def ask(self, argument: Text) -> One[Answer]:
            current = current_call()
            return One(Answer(text=f"{current.contract.wire_name} {argument is current.argument}"))

    asked = Caller([AskingService])("askingService.ask", {})
    assert asked.body["data"]["text"] == "askingService.ask True"
    assert find_call() is None
    with pytest.raises(LookupError):
        current_call()
