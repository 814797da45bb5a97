"""No framework: a WSGI callable over msgspec and psycopg as its documentation shows it, with a connection a thread."""

import threading
from collections.abc import Callable, Iterable
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import psycopg

from benchmarks.peers import by_hand
from benchmarks.peers.by_hand import Item, Many, One, Refused, encode
from benchmarks.peers.connection import URL

STATUSES = {200: "200 OK", 400: "400 Bad Request", 404: "404 Not Found"}

Execute = Callable[..., list[Item]]
Functions = dict[str, Callable[[bytes], bytes]]


def functions(insert: Execute, select_page: Execute, select_one: Execute) -> Functions:
    """The service functions by path, over three ways to execute a statement with its parameters."""

    def create(body: bytes) -> bytes:
        item = by_hand.decode_new_item(body)
        return encode(One(insert(item.name, item.price)[0]))

    def get_page(body: bytes) -> bytes:
        return encode(Many(select_page(*by_hand.limit_and_offset(body))))

    def get_one(body: bytes) -> bytes:
        id = by_hand.identifier(body)
        items = select_one(int(id))
        if not items:
            raise by_hand.not_found(id)
        return encode(One(items[0]))

    return {
        "/salesItemService.createSalesItem": create,
        "/salesItemService.getSalesItems": get_page,
        "/salesItemService.getSalesItem": get_one,
    }


def application_of(functions: Functions) -> WSGIApplication:
    def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        try:
            function = functions.get(environ["PATH_INFO"])
            if function is None:
                raise Refused(404, "error.9", "Unknown function: " + environ["PATH_INFO"])
            status, answer = 200, function(environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)))
        except Refused as refused:
            status, answer = refused.status, refused.body
        headers = [("Content-Type", "application/json"), ("Content-Length", str(len(answer)))]
        start_response(STATUSES[status], headers)
        return [answer]

    return application


class Connections(threading.local):
    """One connection a thread; psycopg prepares a statement that it has sent a few times."""

    def __init__(self) -> None:
        self.connection = psycopg.connect(URL, autocommit=True)


connections = Connections()


def executing(statement: str) -> Execute:
    def execute(*parameters: Any) -> list[Item]:
        rows = connections.connection.execute(statement, parameters).fetchall()
        return [Item(str(id), name, price) for id, name, price in rows]

    return execute


application = application_of(
    functions(
        executing(by_hand.INSERT.format("%s", "%s")),
        executing(by_hand.SELECT_PAGE.format("%s", "%s")),
        executing(by_hand.SELECT_ONE.format("%s")),
    )
)
