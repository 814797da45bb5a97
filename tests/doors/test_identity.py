"""Who may call, which host was meant, and how often: the project's own REST framework classes hold at every door."""

from pathlib import Path

import pytest

from tests.doors.running import DOORS, Door, Running, Started, running
from tests.doors.speaking import call


def test_a_token_of_the_projects_own_authenticator_is_known(door_server: Running) -> None:
    caller = door_server.post("probeService.getCaller", None, Authorization="Token root").data
    assert caller == {"subject": "1", "roles": ["admin"], "address": "127.0.0.1"}
    assert door_server.post("probeService.getAdminWord", None, Authorization="token root").data == {"value": "admin"}


def test_a_function_for_a_role_wants_a_token(door_server: Running) -> None:
    answer = door_server.post("probeService.getAdminWord")
    assert answer.body == b'{"errorCode":"error.17","statusCode":401,"message":"User is not authenticated"}'
    assert answer.headers["WWW-Authenticate"]


@pytest.mark.parametrize("word", ["getTestWord", "getClusterWord"])
def test_functions_for_tests_and_for_the_cluster_are_closed_in_production_whoever_asks(
    door_server: Running, word: str
) -> None:
    assert door_server.post(f"probeService.{word}").error == (401, "error.17")
    claims = {"X_Forwarded_For": "127.0.0.1", "X_Client_Identity": "spiffe://cluster/orders", "X_Real_Ip": "10.0.0.1"}
    assert door_server.post(f"probeService.{word}", None, **claims).error == (401, "error.17")
    assert door_server.post(f"probeService.{word}", None, Authorization="Token root", **claims).error == (
        403,
        "error.6",
    )


def test_a_function_for_inside_use_is_unknown_whoever_asks(door_server: Running) -> None:
    answer = door_server.post("probeService.getInsideWord", None, Authorization="Token root")
    assert answer.error == (404, "error.9")


@pytest.mark.parametrize("token", ["Token someone", "Token gone", "Token forged", "Token", "token root root"])
def test_a_wrong_role_an_inactive_user_and_a_bad_token_are_refused(door_server: Running, token: str) -> None:
    answer = door_server.post("probeService.getAdminWord", None, Authorization=token)
    assert answer.body == (b'{"errorCode":"error.6","statusCode":403,"message":"Service function call not authorized"}')


def test_on_a_function_for_everyone_a_bad_token_counts_as_none(door_server: Running) -> None:
    caller = door_server.post("probeService.getCaller", None, Authorization="Token forged").data
    assert caller["subject"] is None


def test_two_authorization_headers_prove_nothing(door_server: Running) -> None:
    lines = b"Authorization: Token someone\r\nAuthorization: Token root\r\n"
    head = b"POST /probeService.getAdminWord HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n" + lines + b"\r\n"
    (answer,) = door_server.send(head)
    assert answer.status in (400, 401, 403)


def test_the_projects_own_throttle_holds(door_server: Running) -> None:
    key = f"{door_server.door.name}-{door_server.port}"
    answers = [door_server.post("probeService.getNothing", None, X_Throttled=key) for _ in range(4)]
    assert [answer.status for answer in answers] == [200, 200, 200, 429]
    assert answers[3].json["errorCode"] == "error.23"
    assert 1 <= int(answers[3].headers["Retry-After"]) <= 61
    assert door_server.post("probeService.getNothing", None, X_Throttled=f"{key}-other").status == 200


@pytest.mark.parametrize("host", ["localhost", "localhost:8080", "LOCALHOST", "127.0.0.1:1", "api.example.com."])
def test_a_host_of_the_project_is_served(door_server: Running, host: str) -> None:
    assert call(door_server.port, "probeService.getNothing", None, {"Host": host}).status == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "localhost@evil", "", "localhost/..", "[::1", "x" * 300, "é"]
)
def test_an_unknown_host_is_refused(door_server: Running, host: str) -> None:
    answer = call(door_server.port, "probeService.getNothing", None, {"Host": host})
    assert answer.status == 400
    if answer.body.startswith(b"{"):
        assert answer.json["errorCode"] == "error.5"


def test_a_host_that_a_proxy_forwards_counts_for_nothing_unless_the_project_says_so(door_server: Running) -> None:
    for host, forwarded, status in (("localhost", "evil.example", 200), ("evil.example", "localhost", 400)):
        headers = {"Host": host, "X-Forwarded-Host": forwarded}
        assert call(door_server.port, "probeService.getNothing", None, headers).status == status


@pytest.mark.parametrize(
    "lines", ["", "Host: localhost\r\nHost: evil.example\r\n", "Host: evil.example\r\nHost: localhost\r\n"]
)
def test_no_host_and_two_hosts_are_refused(door_server: Running, lines: str) -> None:
    (answer,) = door_server.send(f"POST /probeService.getNothing HTTP/1.1\r\n{lines}Content-Length: 0\r\n\r\n".encode())
    assert answer.status == 400


# addresses

FORGED = "6.6.6.6, 203.0.113.7"


def test_who_connects_is_who_calls_whatever_a_header_says(door_server: Running) -> None:
    assert door_server.post("probeService.getCaller", None, X_Forwarded_For=FORGED).data["address"] == "127.0.0.1"


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
def test_behind_a_trusted_proxy_who_calls_is_whom_it_names(started: Started, door: Door, tmp_path: Path) -> None:
    with running(door, started.database("postgresql"), tmp_path, BACKK_TRUSTED_PROXIES="1") as server:
        assert server.post("probeService.getCaller", None, X_Forwarded_For=FORGED).data["address"] == "203.0.113.7"
        assert server.post("probeService.getCaller").data["address"] == "127.0.0.1"
