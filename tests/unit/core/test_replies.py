import json

import pytest
from django.test import override_settings

from backk_core.declare.errors import InvalidArgument, Violation
from backk_core.execute.call import Call, HeaderMap
from backk_core.execute.replies import error_reply
from tests.apps.calls.models import Thing
from tests.apps.calls.services import TalkService, ThingService
from tests.callers import Answer, Caller

pytestmark = pytest.mark.django_db

PROBLEM = "application/problem+json"
IN_PRODUCTION = {"ENVIRONMENT": "production", "API_GATEWAY_FQDN": "shop.example.com"}


@pytest.fixture
def call() -> Caller:
    return Caller([ThingService, TalkService])


@pytest.fixture
def id() -> str:
    return str(Thing.objects.create(name="a").pk)


def answers(call: Caller, id: str) -> list[Answer]:
    """One answer of each kind: success with and without a body, not changed, refused, failed, preflight."""
    return [
        call("thingService.getThing", {"_id": id}),
        call("talkService.sayNothing"),
        call("thingService.getThing", {"_id": id}, if_none_match='"1"'),
        call("thingService.getThing", {"_id": "77"}),
        call("fooService.foo"),
        call("talkService.echo", b"["),
        call("talkService.echo", method="PUT"),
        call("talkService.fail", {}),
        call("talkService.beBroken"),
        call("talkService.echo", method="OPTIONS"),
    ]


def test_every_answer_has_the_headers_that_guard_browsers(call: Caller, id: str) -> None:
    for answer in answers(call, id):
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["Content-Security-Policy"] == "frame-ancestors 'none'"
        assert len(answer.names) == len(set(answer.names))


def test_no_answer_is_stored_anywhere(call: Caller, id: str) -> None:
    for answer in answers(call, id)[:-1]:
        assert answer.headers["Cache-Control"] == "no-store"


def test_in_development_every_origin_may_read_answers(call: Caller, id: str) -> None:
    with override_settings(BACKK={"ENVIRONMENT": "development"}):
        for answer in answers(call, id):
            assert answer.headers["Access-Control-Allow-Origin"] == "*"
            assert "ETag" in answer.headers["Access-Control-Expose-Headers"]


def test_in_production_only_the_gateway_s_origin_may_read_answers(call: Caller, id: str) -> None:
    with override_settings(BACKK=IN_PRODUCTION):
        for answer in answers(call, id):
            assert answer.headers["Access-Control-Allow-Origin"] == "https://shop.example.com"
    with override_settings(BACKK={"ENVIRONMENT": "production"}):
        for answer in answers(call, id):
            assert "Access-Control-Allow-Origin" not in answer.headers


def test_a_preflight_is_answered_with_nothing_but_what_is_allowed(call: Caller) -> None:
    for name in ("talkService.echo", "talkService.foo", "fooService.foo"):
        answer = call(name, method="OPTIONS", origin="https://shop.example.com")
        assert (answer.status, answer.body) == (200, None)
        assert answer.headers["Access-Control-Allow-Methods"] == "GET, POST, OPTIONS"
        assert "Authorization" in answer.headers["Access-Control-Allow-Headers"]


# bodies


def test_success_is_metadata_and_data(call: Caller, id: str) -> None:
    answer = call("talkService.echo", {"text": "é"})
    assert (answer.status, answer.body) == (200, {"metadata": {}, "data": {"text": "é"}})
    assert answer.headers["Content-Type"] == "application/json"
    assert call("thingService.getThings", {}).body["data"][0]["_id"] == id


def test_a_function_that_returns_nothing_answers_200_with_an_empty_body(call: Caller) -> None:
    reply = call.reply("talkService.sayNothing")
    assert (reply.status, reply.body) == (200, b"")
    assert "Content-Type" not in dict(reply.headers)


def test_an_error_is_code_status_and_message_in_this_order(call: Caller) -> None:
    reply = call.reply("thingService.getThing", {"_id": "77"})
    assert reply.body == b'{"errorCode":"error.4","statusCode":404,"message":"Thing with _id 77 not found"}'
    assert dict(reply.headers)["Content-Type"] == "application/json"


def test_a_service_s_own_error_has_the_service_in_its_code(call: Caller) -> None:
    answer = call("thingService.createThingTooLate", {"name": "x"})
    assert answer.body == {"errorCode": "thingService.1", "statusCode": 409, "message": "It is too late for that"}


def test_who_accepts_problem_details_gets_the_same_facts_in_that_form(call: Caller) -> None:
    answer = call("thingService.createThing", {"name": "", "amount": -1, "x": 1}, accept=f"text/html, {PROBLEM}")
    assert answer.headers["Content-Type"] == PROBLEM
    plain = call("thingService.createThing", {"name": "", "amount": -1, "x": 1}).body
    errors = answer.body.pop("errors")
    assert answer.body == {
        "type": "about:blank",
        "title": "Bad Request",
        "status": 400,
        "detail": plain["message"],
        "errorCode": "error.5",
    }
    assert {"/name", "/amount"} <= {error["pointer"] for error in errors}
    assert all(error["detail"] in plain["message"] for error in errors)


def test_a_pointer_leads_through_nested_values() -> None:
    error = InvalidArgument([Violation(("a/b", 0, "c~d"), "must be a string")])
    call = Call("x.y", b"", header=HeaderMap({"accept": PROBLEM}))
    body = json.loads(error_reply(call, error, "error.5").body)
    assert body["errors"] == [{"pointer": "/a~1b/0/c~0d", "detail": "must be a string"}]
    assert body["detail"] == "Invalid argument: a/b: 0: c~d must be a string"


# versions


def test_a_version_is_the_answer_s_tag(call: Caller, id: str) -> None:
    assert call("thingService.getThing", {"_id": id}).headers["ETag"] == '"1"'
    assert call("thingService.updateThing", {"_id": id, "amount": 1}).status == 200
    assert call("thingService.getThing", {"_id": id}).headers["ETag"] == '"2"'
    assert "ETag" not in call("talkService.echo", {}).headers
    assert "ETag" not in call("thingService.getThings", {}).headers


@pytest.mark.parametrize("sent", ['"1"', 'W/"1"', '"0", "1"', "*", ' "1" '])
def test_who_has_the_version_already_is_told_so_without_the_body(call: Caller, id: str, sent: str) -> None:
    for method, argument in (("POST", {"_id": id}), ("GET", {"_id": id})):
        reply = call.reply("thingService.getThing", argument, method=method, if_none_match=sent)
        assert (reply.status, reply.body) == (304, b"")
        headers = dict(reply.headers)
        assert headers["ETag"] == '"1"'
        assert "Content-Type" not in headers


@pytest.mark.parametrize("sent", ['"2"', "1", '"11"', "", ","])
def test_who_has_another_version_gets_this_one(call: Caller, id: str, sent: str) -> None:
    assert call("thingService.getThing", {"_id": id}, if_none_match=sent).status == 200


def test_who_writes_is_told_what_was_written_whatever_it_has(call: Caller) -> None:
    answer = call("thingService.createThing", {"name": "new"}, if_none_match="*")
    assert (answer.status, answer.body["data"]["name"]) == (200, "new")


# a function's own status and headers


def test_a_function_can_say_status_and_headers_which_replace_ours(call: Caller) -> None:
    answer = call("talkService.sayInHeader", {"text": "hello"})
    assert (answer.status, answer.headers["X-Said"]) == (201, "hello")
    assert answer.headers["Cache-Control"] == "max-age=60"
    assert len(answer.names) == len(set(answer.names))


@pytest.mark.parametrize("value", ["a\r\nSet-Cookie: x=1", "a\nb", "a\rb", "\u20ac", "\x7f", "\u0085", "\ud83d\ude00"])
def test_a_header_value_that_would_break_the_answer_becomes_a_failure(call: Caller, value: str) -> None:
    answer = call("talkService.sayInHeader", {"text": value})
    assert (answer.status, answer.body["message"]) == (500, "Internal server error")
    assert not {"X-Said", "Set-Cookie"} & set(answer.headers)


@pytest.mark.parametrize("name", ["", "X Y", "X:Y", "Ü", "X\r\nY", "Content-Length", "transfer-encoding", "Connection"])
def test_a_header_name_that_is_none_or_not_the_function_s_to_say_becomes_a_failure(call: Caller, name: str) -> None:
    answer = call("talkService.nameHeader", {"text": name})
    assert answer.status == 500
    assert name not in answer.headers


def test_an_error_s_header_that_would_break_the_answer_becomes_a_failure(call: Caller) -> None:
    answer = call("talkService.behaveBadly")
    assert (answer.status, answer.body["message"]) == (500, "Internal server error")
    assert "X-Split" not in answer.headers


def test_an_error_s_own_headers_are_sent(call: Caller) -> None:
    answer = call("talkService.echo", method="DELETE")
    assert answer.headers["Allow"] == "GET, POST, OPTIONS"
