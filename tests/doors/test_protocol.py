"""What the protocol page says of one call and its answer, to the letter, at every door."""

import urllib.parse

import pytest

from tests.doors.running import Running
from tests.doors.speaking import Answer, call, request_bytes

SECURITY = {
    "X-Content-Type-Options": "nosniff",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": "frame-ancestors 'none'",
    "Access-Control-Allow-Origin": "https://api.example.com",
}


def has_all_headers(answer: Answer) -> bool:
    told = {name: answer.headers.get_all(name) for name in SECURITY}
    return told == {name: [value] for name, value in SECURITY.items()} and bool(answer.headers["X-Request-Id"])


def ask(server: Running, path: str, *, method: str = "POST", body: object = None, **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return call(server.port, path, body, named, method=method)


# addressing


@pytest.mark.parametrize(
    "path",
    [
        "/probeService.say",
        "/probeService.say/",
        "/doors.default/probeService.say",
        "/doors.default/probeService.say/",
        "/probeService%2Esay",
    ],
)
def test_a_function_is_addressed_by_the_last_segment_of_the_path(door_server: Running, path: str) -> None:
    answer = ask(door_server, path, body={"word": "hello"})
    assert (answer.status, answer.data) == (201, {"value": "hello"})


def test_an_unknown_service_and_an_unknown_function_differ(door_server: Running) -> None:
    service = ask(door_server, "/fooService.bar")
    assert service.body == b'{"errorCode":"error.8","statusCode":404,"message":"Unknown service: fooService"}'
    function = ask(door_server, "/doors.default/thingService.foo/")
    assert function.body == b'{"errorCode":"error.9","statusCode":404,"message":"Unknown function: thingService.foo"}'
    assert has_all_headers(service)
    assert has_all_headers(function)


def test_a_function_for_inside_use_is_unknown_outside(door_server: Running) -> None:
    assert ask(door_server, "/probeService.getInsideWord").error == (404, "error.9")


@pytest.mark.parametrize("path", ["/plain", "/plain?arg=%7B%7D"])
def test_what_is_no_service_call_reaches_django(door_server: Running, path: str) -> None:
    assert (ask(door_server, path, method="GET").body, ask(door_server, path).body) == (b"plain GET", b"plain POST")


@pytest.mark.parametrize("path", ["/static/logo.png", "/", "/a/b/c", "/nothing-here", "/%ff%fe", "/a.b/c.d/e.f"])
def test_what_nobody_knows_is_djangos_404(door_server: Running, path: str) -> None:
    answer = ask(door_server, path, method="GET")
    assert (answer.status, b"<title>Not Found</title>" in answer.body) == (404, True)


# methods


def test_get_calls_a_function_that_allows_it(door_server: Running) -> None:
    argument = urllib.parse.quote('{"title": "Æ & \\u00e9 + 100 %"}')
    assert ask(door_server, f"/thingService.getThings?arg={argument}", method="GET").data == []
    assert ask(door_server, "/probeService.getNothing", method="GET").status == 200
    assert ask(door_server, "/doors.default/probeService.getNothing/", method="GET").status == 200


def test_get_is_refused_where_it_is_not_allowed(door_server: Running) -> None:
    answer = ask(door_server, "/probeService.getCaller", method="GET")
    assert answer.body == b'{"errorCode":"error.15","statusCode":405,"message":"HTTP method must be POST"}'
    assert (answer.headers["Allow"], has_all_headers(answer)) == ("POST, OPTIONS", True)


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"])
def test_every_other_method_is_refused(door_server: Running, method: str) -> None:
    answer = ask(door_server, "/probeService.getNothing", method=method)
    assert answer.body == b'{"errorCode":"error.18","statusCode":405,"message":"HTTP method must be POST or GET"}'
    assert (answer.headers["Allow"], has_all_headers(answer)) == ("GET, POST, OPTIONS", True)


def test_head_is_refused_without_a_body(door_server: Running) -> None:
    head = b"HEAD /probeService.getNothing HTTP/1.1\r\nHost: localhost\r\n\r\n"
    refused, connection_goes_on = door_server_raw(door_server, head)
    assert refused.startswith(b"HTTP/1.1 405 ")
    assert connection_goes_on


def door_server_raw(server: Running, head: bytes) -> tuple[bytes, bool]:
    """Send a HEAD request and another behind it; tell whether nothing stands between their answers."""
    with server.connect() as connection:
        connection.sendall(head + request_bytes("probeService.getNothing", headers=["Connection: close"]))
        received = b""
        while chunk := connection.recv(65536):
            received += chunk
    first, _, rest = received.partition(b"\r\n\r\n")
    return first, rest.startswith(b"HTTP/1.1 200 ")


def test_options_answers_cors_preflight_with_200_and_no_body(door_server: Running) -> None:
    answer = ask(door_server, "/thingService.getThings", method="OPTIONS", Origin="https://api.example.com")
    assert (answer.status, answer.body, has_all_headers(answer)) == (200, b"", True)
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]
    assert "Authorization" in answer.headers["Access-Control-Allow-Headers"]


# answers


def test_success_is_metadata_and_data_byte_for_byte(door_server: Running) -> None:
    answer = ask(door_server, "/probeService.say", body={"word": 'é\n"\\/\u2028'})
    expected = '{"metadata":{"length":6},"data":{"value":"é\\n\\"\\\\/\u2028"}}'
    assert (answer.status, answer.body.decode()) == (201, expected)
    assert (answer.headers["Content-Type"], answer.headers["Content-Length"]) == (
        "application/json",
        str(len(expected.encode())),
    )


def test_a_function_adds_headers_computed_from_argument_and_result(door_server: Running) -> None:
    answer = ask(door_server, "/probeService.say", body={"word": "hello"})
    assert (answer.headers["X-Length"], answer.headers.get_all("Cache-Control")) == ("5", ["max-age=60"])


@pytest.mark.parametrize("word", ["a\r\nSet-Cookie: b=c", "a\nb", "\u20ac"])
def test_a_computed_header_cannot_split_the_answer(door_server: Running, word: str) -> None:
    answer = ask(door_server, "/probeService.sayInHeader", body={"word": word})
    assert (answer.error, "Set-Cookie" in answer.headers, has_all_headers(answer)) == ((500, "error.500"), False, True)


@pytest.mark.parametrize("body", [None, b"", b"{}", b" { } "])
def test_a_function_that_returns_nothing_answers_an_empty_body(door_server: Running, body: bytes | None) -> None:
    answer = ask(door_server, "/probeService.getNothing", body=body)
    assert (answer.status, answer.body, answer.headers["Content-Type"]) == (200, b"", None)
    assert (answer.headers["Content-Length"], answer.headers["Cache-Control"]) == ("0", "no-store")
    assert has_all_headers(answer)


@pytest.mark.parametrize("content_type", ["", "text/plain", "multipart/form-data; boundary=x", "application/json"])
def test_the_content_type_does_not_matter(door_server: Running, content_type: str) -> None:
    headers = {"Content-Type": content_type} if content_type else {}
    answer = call(door_server.port, "probeService.say", b'{"word":"hello"}', headers)
    assert answer.data == {"value": "hello"}


# errors

ERRORS = {
    "VersionConflict": (409, "error.1"),
    "TimestampConflict": (409, "error.2"),
    "DuplicateEntity": (409, "error.3"),
    "EntityNotFound": (404, "error.4"),
    "NotAuthorized": (403, "error.6"),
    "SubEntityCountExceeded": (422, "error.7"),
    "BatchNotAllowed": (403, "error.11"),
    "BatchTooLarge": (429, "error.12"),
    "RemoteCallInTransaction": (400, "error.13"),
    "RemoteCallNotAllowed": (400, "error.14"),
    "NotAuthenticated": (401, "error.17"),
    "NotReady": (503, "error.19"),
    "NotStarted": (503, "error.20"),
    "TemporarilyUnavailable": (503, "error.21"),
    "DeadlineExceeded": (504, "error.22"),
    "TooManyRequests": (429, "error.23"),
}


@pytest.mark.parametrize("name", ERRORS)
def test_every_error_has_its_status_code_and_headers(door_server: Running, name: str) -> None:
    answer = ask(door_server, "/probeService.refuse", body={"name": name})
    assert answer.error == ERRORS[name]
    assert list(answer.json) == ["errorCode", "statusCode", "message"]
    assert answer.json["statusCode"] == answer.status
    assert (answer.headers["Content-Type"], answer.headers["Cache-Control"]) == ("application/json", "no-store")
    assert has_all_headers(answer)


def test_temporarily_unavailable_says_when_to_come_back(door_server: Running) -> None:
    answer = ask(door_server, "/probeService.refuse", body={"name": "TemporarilyUnavailable"})
    assert (answer.message, answer.headers["Retry-After"]) == ("Temporarily unavailable", "1")


def test_a_services_own_error_is_prefixed_with_its_name(door_server: Running) -> None:
    answer = ask(door_server, "/thingService.createHeavyThing", body={"code": "a", "title": "b"})
    assert answer.body == b'{"errorCode":"thingService.1","statusCode":409,"message":"The thing is too heavy"}'


def test_what_goes_wrong_inside_is_not_told_in_production(door_server: Running) -> None:
    answer = ask(door_server, "/probeService.fail", body={"word": "my password"}, X_Request_Id="find-me-500")
    assert answer.body == b'{"errorCode":"error.500","statusCode":500,"message":"Internal server error"}'
    assert has_all_headers(answer)


def test_a_caller_may_ask_for_problem_details(door_server: Running) -> None:
    answer = ask(
        door_server,
        "/thingService.createThing",
        body={"code": "?", "title": "", "foo": 1, "labels": ["ok", "é"]},
        Accept="application/problem+json",
    )
    assert (answer.status, answer.headers["Content-Type"]) == (400, "application/problem+json")
    problem = answer.json
    assert (problem["status"], problem["errorCode"]) == (400, "error.5")
    assert {"type", "title", "detail"} <= problem.keys()
    assert {error["pointer"] for error in problem["errors"]} == {"/code", "/title", "/foo", "/labels/1"}


def test_every_violation_is_told_at_once(door_server: Running) -> None:
    answer = ask(door_server, "/thingService.createThing", body={"_id": "1", "title": "", "price": -1, "foo": 1})
    assert answer.error == (400, "error.5")
    for told in (
        "_id is not allowed",
        "code should not",
        "title must",
        "price must not be less than 0",
        "property foo should not exist",
    ):
        assert told in answer.message
    assert answer.message.startswith("Invalid argument: ")


# X-Request-Id


def test_a_request_id_is_echoed(door_server: Running) -> None:
    for path in ("/probeService.getNothing", "/fooService.bar", "/probeService.fail"):
        assert ask(door_server, path, X_Request_Id="abc-123").headers.get_all("X-Request-Id") == ["abc-123"]


@pytest.mark.parametrize("sent", [None, "", "a b", "é", "x" * 129])
def test_a_request_id_is_made_where_none_or_a_strange_one_is_sent(door_server: Running, sent: str | None) -> None:
    headers = {} if sent is None else {"X-Request-Id": sent}
    made = call(door_server.port, "probeService.getNothing", None, headers).headers["X-Request-Id"]
    assert (len(made), made != sent) == (32, True)
