"""Bodies as hostile or broken clients send them, at every door: refused in time, and nobody else notices."""

import json
import select
import socket
import time

import pytest

from tests.doors.running import ASGI, Running, Started
from tests.doors.speaking import Answer, read_answer, request_bytes

LONGEST = 131_072
FUNCTION = "probeService.getCaller"


def padded(size: int) -> bytes:
    """Return a valid argument of exactly so many bytes: white space is part of a body."""
    return b"{" + b" " * (size - 2) + b"}"


def in_chunks(body: bytes, size: int = 4096, *, end: bytes = b"0\r\n\r\n") -> bytes:
    pieces = [body[start : start + size] for start in range(0, len(body), size)]
    return b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces) + end


def chunked_request(path: str, chunks: bytes) -> bytes:
    return f"POST /{path} HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n".encode() + chunks


def lives(server: Running) -> bool:
    return server.post("probeService.say", {"word": "hello"}).status == 201


# length


def test_a_body_of_just_the_longest_length_passes(door_server: Running) -> None:
    assert door_server.post(FUNCTION, padded(LONGEST)).status == 200
    (answer,) = door_server.send(chunked_request(FUNCTION, in_chunks(padded(LONGEST))))
    assert answer.status == 200


def test_a_body_of_one_byte_more_is_too_long(door_server: Running) -> None:
    expected = b'{"errorCode":"error.16","statusCode":413,"message":"Request is too long"}'
    (told,) = door_server.send(request_bytes(FUNCTION, padded(LONGEST + 1)))
    (chunked,) = door_server.send(chunked_request(FUNCTION, in_chunks(padded(LONGEST + 1))))
    for answer in (told, chunked):
        assert (answer.status, answer.body) == (413, expected)
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert lives(door_server)


@pytest.mark.parametrize("size", [10**9, 10**30])
def test_a_huge_body_is_refused_before_it_is_sent(door_server: Running, size: int) -> None:
    with door_server.connect() as connection:
        head = f"POST /{FUNCTION} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {size}\r\n\r\n"
        connection.sendall(head.encode() + b"{" + b" " * 1000)
        answer = read_answer(connection)
        assert answer is not None
        # a number beyond 64 bits is no length that a server takes
        assert answer.status == 413 or (size > 2**64 and answer.status == 400)
    assert lives(door_server)


def test_a_body_in_chunks_without_end_is_refused_without_reading_it_all(door_server: Running) -> None:
    piece = in_chunks(b" " * 65536, 65536, end=b"")
    sent = 0
    with door_server.connect() as connection:
        connection.sendall(chunked_request(FUNCTION, b""))
        try:
            while sent < 64_000_000:
                connection.sendall(piece)
                sent += len(piece)
        except (ConnectionError, TimeoutError):
            pass
    # what fits into the buffers on the way
    assert sent < 32_000_000
    assert lives(door_server)


def test_the_rest_of_a_refused_body_is_no_request(door_server: Running) -> None:
    hidden = request_bytes("thingService.createThing", b'{"code":"hidden","title":"x"}')
    body = hidden + b" " * (LONGEST + 1)
    answers = door_server.send(request_bytes(FUNCTION, body), answers=2)
    assert answers[0].status == 413
    assert door_server.database.number("SELECT count(*) FROM doors_thing") == 0


@pytest.mark.parametrize("length", ["-1", "+5", "1e3", "0x10", "5, 5", "5 5", "\u0663", "five", ""])
def test_a_length_that_is_no_number_is_refused(door_server: Running, length: str) -> None:
    head = f"POST /{FUNCTION} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n\r\n{{}}   "
    answers = door_server.send(head.encode())
    # an empty length counts as none at some servers, a list of equal ones as one of them
    assert all(answer.status == 400 or length in ("", "5, 5") for answer in answers)
    assert lives(door_server)


def test_a_length_in_characters_is_told_at_once_where_they_are_more_bytes(door_server: Running) -> None:
    body = '{"text": "käsityö ☃"}'
    head = f"POST /{FUNCTION} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n\r\n"
    answers = door_server.send(head.encode() + body.encode(), answers=2)
    # the rest is no request: some servers say so before the door sees the body
    assert all(answer.status == 400 for answer in answers)
    assert lives(door_server)


# bodies that do not come


def test_a_client_that_stalls_in_its_body_keeps_nobody_waiting(door_server: Running) -> None:
    half = request_bytes(FUNCTION, padded(100))[:-50]
    stalled = [door_server.connect() for _ in range(3)]
    try:
        for connection in stalled:
            connection.sendall(half)
        time.sleep(0.2)
        assert all(lives(door_server) for _ in range(5))
        # the others were answered although these still wait
        assert select.select(stalled, (), (), 0)[0] == []
        stalled[0].sendall(b" " * 49 + b"}")
        answer = read_answer(stalled[0])
        assert answer is not None
        assert answer.status == 200
    finally:
        for connection in stalled:
            connection.close()
    assert lives(door_server)


def test_the_asgi_door_waits_for_a_body_only_so_long(started: Started) -> None:
    # a WSGI door cannot stop reading: there, a proxy that takes in bodies must stand before it
    with started.server(ASGI, "postgresql").connect() as connection:
        connection.sendall(request_bytes(FUNCTION, padded(100))[:-50])
        answer = read_answer(connection)
        assert answer is not None
        assert (answer.error, answer.closes) == ((408, "error.5"), True)
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert connection.recv(1) == b""


@pytest.mark.parametrize(
    "partial",
    [
        request_bytes("thingService.deleteAllThings", b"{}")[:-2],
        request_bytes("thingService.deleteAllThings", b"{} ")[:-1],
        chunked_request("thingService.deleteAllThings", b""),
        chunked_request("thingService.deleteAllThings", b"1\r\n{\r\n"),
        chunked_request("thingService.deleteAllThings", b"2\r\n{"),
        chunked_request("thingService.deleteAllThings", b"zz\r\n{}\r\n0\r\n\r\n"),
    ],
    ids=["no body", "short body", "no chunk", "some chunks", "half a chunk", "broken chunk"],
)
@pytest.mark.parametrize("half_closed", [True, False], ids=["half closed", "closed"])
def test_a_call_whose_body_did_not_arrive_is_not_executed(
    door_server: Running, partial: bytes, half_closed: bool
) -> None:
    door_server.post("thingService.createThing", {"code": "stays", "title": "x"})
    with door_server.connect() as connection:
        connection.sendall(partial)
        time.sleep(0.05)
        if half_closed:
            connection.shutdown(socket.SHUT_WR)
            answer = read_answer(connection)
            assert answer is None or answer.status >= 400
    time.sleep(0.1)
    assert door_server.database.number("SELECT count(*) FROM doors_thing") == 1
    assert lives(door_server)


def test_a_client_that_goes_away_before_its_answer_harms_nobody(door_server: Running) -> None:
    for _ in range(20):
        with door_server.connect() as connection:
            connection.sendall(request_bytes("probeService.getAfterAWhile", b'{"seconds":0.05}'))
    for number in range(20):
        with door_server.connect() as connection:
            body = json.dumps({"code": f"gone{number}", "title": "x"}).encode()
            connection.sendall(request_bytes("thingService.createThing", body))
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    assert lives(door_server)
    for _ in range(50):
        if door_server.post("thingService.getCountedThings", {"paginations": [{"pageSize": 1}]}).status == 200:
            break
    assert idle_in_transaction(door_server) == 0


def idle_in_transaction(server: Running) -> int:
    return server.database.number(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%'"
    )


# bodies that are no argument


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"{", "it is not JSON"),
        (b'{"word":"a"', "it is not JSON"),
        (b'{"word":"a"}}', "it is not JSON"),
        (b'{"word":"a"} {}', "it is not JSON"),
        (b"word=a", "it is not JSON"),
        (b"{'word':'a'}", "it is not JSON"),
        (b'{"word":NaN}', "it is not JSON"),
        (b'{"word":"a",}', "it is not JSON"),
        (b'{"word":"\x01"}', "it is not JSON"),
        (b'{"word":"a\x00"}', "it is not JSON"),
        (b"\xef\xbb\xbf" + b'{"word":"a"}', "it is not JSON"),
        (b"[]", "it must be a JSON object"),
        (b"null", "it must be a JSON object"),
        (b'"word"', "it must be a JSON object"),
        (b"1", "it must be a JSON object"),
        (b"\xff\xfe", "it is not UTF-8"),
        (b'{"word":"\xc3"}', "it is not UTF-8"),
        (b'{"word":"\xed\xa0\x80"}', "it is not UTF-8"),
        ('{"word":"a"}'.encode("utf-16"), "it is not UTF-8"),
        (b"[" * 100_000, "it is nested too deeply"),
        (b'{"word":' * 10_000 + b"1" + b"}" * 10_000, "it is nested too deeply"),
        (b'{"word":' + b"[" * 50_000 + b"]" * 50_000 + b"}", "it is nested too deeply"),
        (b"", "word should not be null or undefined"),
        (b"{}", "word should not be null or undefined"),
        (b'{"word":"\\u0000"}', "word must not contain NUL characters"),
        (b'{"word":"\\ud800"}', "word must not contain lone surrogates"),
        (b'{"word":1}', "word must be a string"),
        (b'{"word":' + b"9" * 400 + b"}", "word must be a string"),
        (b'{"word":1e999}', "word must be a string"),
        (b'{"word":"a","":1}', "property  should not exist"),
        (b'{"word":"a","' + b"x" * 100_000 + b'":1}', "property " + "x" * 64 + " should not exist"),
    ],
)
def test_what_is_no_argument_is_refused(door_server: Running, body: bytes, told: str) -> None:
    answer = door_server.post("probeService.say", body)
    assert (answer.error, told in answer.message) == ((400, "error.5"), True), answer.message
    assert len(answer.body) < 1000


def test_a_function_without_argument_refuses_one(door_server: Running) -> None:
    answer = door_server.post("probeService.getNothing", {"foo": 1})
    assert (answer.error, answer.message) == ((400, "error.5"), "Invalid argument: property foo should not exist")


def test_thousands_of_violations_are_told_in_a_short_answer(door_server: Running) -> None:
    answer = door_server.post("probeService.say", {f"x{number}": 1 for number in range(8000)})
    assert (answer.error, len(answer.body) < 20_000) == ((400, "error.5"), True)


@pytest.mark.parametrize(
    ("query", "status", "told"),
    [
        ("arg={", 400, "it is not JSON"),
        ("arg=%ff", 400, "it is not UTF-8"),
        ("arg=%ED%A0%80", 400, "it is not UTF-8"),
        ("arg={}&arg={}", 400, "arg is given more than once"),
        ("&".join(["a=1"] * 200), 400, "too many fields"),
        ("arg=%7B%22title%22:%22%5Cu0000%22%7D", 400, "title must not contain NUL"),
        ("arg=" + "%5B" * 10_000, 400, "it is nested too deeply"),
        ("", 200, ""),
        ("arg=", 200, ""),
        ("other=1", 200, ""),
    ],
)
def test_the_argument_of_get_is_judged_like_a_body(door_server: Running, query: str, status: int, told: str) -> None:
    (answer,) = door_server.send(f"GET /thingService.getThings?{query} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    assert (answer.status, told in answer.body.decode()) == (status, True), answer.body


def test_the_argument_of_get_may_be_no_longer_than_a_body(door_server: Running) -> None:
    query = "arg=" + "+" * (LONGEST + 1)
    found = door_server.send(f"GET /thingService.getThings?{query} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    # a server may have no room for so long an address at all
    assert not found or found[0].status in (400, 413, 414, 431)
    assert lives(door_server)


def test_expect_100_continue_is_answered(door_server: Running) -> None:
    body = b'{"word":"hello"}'
    with door_server.connect() as connection:
        connection.sendall(request_bytes("probeService.say", body, headers=["Expect: 100-continue"])[: -len(body)])
        connection.settimeout(5)
        assert connection.recv(1024).startswith(b"HTTP/1.1 100 ")
        connection.sendall(body)
        answer: Answer | None = read_answer(connection)
        assert answer is not None
        assert answer.data == {"value": "hello"}
