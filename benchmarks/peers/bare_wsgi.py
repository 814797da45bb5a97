"""No framework at all: a WSGI callable over psycopg's prepared statements, the yardstick of what Python can do here."""

import threading
from collections.abc import Callable, Iterable
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

import psycopg
from psycopg import pq

from benchmarks.peers import by_hand
from benchmarks.peers.by_hand import Item, Many, One, Refused, encode
from benchmarks.peers.connection import URL

INSERT, SELECT_PAGE, SELECT_ONE = b"insert", b"select_page", b"select_one"
STATEMENTS = {
    INSERT: by_hand.INSERT.format("$1::varchar", "$2::float8"),
    SELECT_PAGE: by_hand.SELECT_PAGE.format("$1::bigint", "$2::bigint"),
    SELECT_ONE: by_hand.SELECT_ONE.format("$1::bigint"),
}
STATUSES = {200: "200 OK", 400: "400 Bad Request", 404: "404 Not Found"}


class Connections(threading.local):
    """One connection a thread, its statements prepared when it is made."""

    def __init__(self) -> None:
        self.connection = psycopg.connect(URL, autocommit=True)
        self.pgconn = self.connection.pgconn
        for name, statement in STATEMENTS.items():
            succeeded(self.pgconn.prepare(name, statement.encode()))


connections = Connections()


def succeeded(result: Any) -> Any:
    if result.status not in (pq.ExecStatus.COMMAND_OK, pq.ExecStatus.TUPLES_OK):
        raise RuntimeError(result.error_message.decode())
    return result


def execute(statement: bytes, *parameters: bytes) -> list[Item]:
    result = succeeded(connections.pgconn.exec_prepared(statement, parameters))
    value = result.get_value
    return [Item(value(row, 0).decode(), value(row, 1).decode(), float(value(row, 2))) for row in range(result.ntuples)]


def create(body: bytes) -> bytes:
    item = by_hand.decode_new_item(body)
    return encode(One(execute(INSERT, item.name.encode(), repr(item.price).encode())[0]))


def get_page(body: bytes) -> bytes:
    limit, offset = by_hand.limit_and_offset(body)
    return encode(Many(execute(SELECT_PAGE, b"%d" % limit, b"%d" % offset)))


def get_one(body: bytes) -> bytes:
    id = by_hand.identifier(body)
    items = execute(SELECT_ONE, id.encode())
    if not items:
        raise by_hand.not_found(id)
    return encode(One(items[0]))


FUNCTIONS: dict[str, Callable[[bytes], bytes]] = {
    "/salesItemService.createSalesItem": create,
    "/salesItemService.getSalesItems": get_page,
    "/salesItemService.getSalesItem": get_one,
}


def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    try:
        function = FUNCTIONS.get(environ["PATH_INFO"])
        if function is None:
            raise Refused(404, "error.9", "Unknown function: " + environ["PATH_INFO"])
        status, answer = 200, function(environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)))
    except Refused as refused:
        status, answer = refused.status, refused.body
    headers = [("Content-Type", "application/json"), ("Content-Length", str(len(answer)))]
    start_response(STATUSES[status], headers)
    return [answer]
