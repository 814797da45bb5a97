"""The bare callable once more, over libpq's prepared statements instead of psycopg's cursors: Python's ceiling here."""

import threading
from typing import Any

import psycopg
from psycopg import pq

from benchmarks.peers import by_hand
from benchmarks.peers.bare_wsgi import Execute, application_of, functions
from benchmarks.peers.by_hand import Item
from benchmarks.peers.connection import URL

INSERT, SELECT_PAGE, SELECT_ONE = b"insert", b"select_page", b"select_one"
STATEMENTS = {
    INSERT: by_hand.INSERT.format("$1::varchar", "$2::float8"),
    SELECT_PAGE: by_hand.SELECT_PAGE.format("$1::bigint", "$2::bigint"),
    SELECT_ONE: by_hand.SELECT_ONE.format("$1::bigint"),
}


def succeeded(result: Any) -> Any:
    if result.status not in (pq.ExecStatus.COMMAND_OK, pq.ExecStatus.TUPLES_OK):
        raise RuntimeError(result.error_message.decode())
    return result


class Connections(threading.local):
    """One connection a thread, its statements prepared when it is made."""

    def __init__(self) -> None:
        self.connection = psycopg.connect(URL, autocommit=True)
        self.pgconn = self.connection.pgconn
        for name, statement in STATEMENTS.items():
            succeeded(self.pgconn.prepare(name, statement.encode()))


connections = Connections()


def executing(statement: bytes) -> Execute:
    def execute(*parameters: Any) -> list[Item]:
        texts = [str(parameter).encode() for parameter in parameters]
        result = succeeded(connections.pgconn.exec_prepared(statement, texts))
        value = result.get_value
        return [
            Item(value(row, 0).decode(), value(row, 1).decode(), float(value(row, 2))) for row in range(result.ntuples)
        ]

    return execute


application = application_of(functions(executing(INSERT), executing(SELECT_PAGE), executing(SELECT_ONE)))
