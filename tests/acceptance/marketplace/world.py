"""A marketplace in which everybody has something, who calls it there, and the doors in the process that they knock at."""

from __future__ import annotations

import asyncio
import io
import json
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jwt

from backk_core.execute.call import Call, HeaderMap
from backk_core.execute.pipeline import Pipeline
from tests.acceptance.marketplace.accounts import MASTERCARD, account_of, card, thing_of
from tests.acceptance.marketplace.running import SECRET, SERVICE_SECRET, order_of, payment

#: What others must never see of ann; each stands in a field of hers that is for herself alone.
CANARIES = ("Kanaria", "Sirkutti", "kanaria-mail", "Kanariagatan", "33721", "044 7654321", MASTERCARD, "12/83")
GUESS = "what somebody guesses that the secret might be"
ADDRESS = "backk-example-microservice.default"


@dataclass(frozen=True)
class Answer:
    """What a door answered."""

    status: int
    body: bytes

    @property
    def data(self) -> Any:
        assert self.status < 400, self.body
        return json.loads(self.body)["data"] if self.body else None

    @property
    def error(self) -> str:
        return str(json.loads(self.body).get("errorCode", "")) if self.status >= 400 and self.body else ""


#: Wire name, body, headers and method of a call; what is answered.
Knock = Callable[[str, bytes, Mapping[str, str], str], Answer]


# who calls


@dataclass(frozen=True)
class Caller:
    """Somebody who calls: what they prove themselves with, and whose things they ask for."""

    name: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    roles: frozenset[str] = frozenset()
    names: str = "ann"


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


def token_of(subject: str, *roles: str, secret: str = SECRET) -> str:
    claims = {"sub": subject, "realm_access": {"roles": roles}, "exp": int(time.time()) + 36_000}
    return jwt.encode(claims, secret, "HS256")


def callers() -> list[Caller]:
    """Return everybody. Only the owner and the locked one ask for what is theirs; the others ask for ann's."""
    roles = {"admin": "vitjaAdmin", "gateway": "vitjaPaymentGateway", "carrier": "vitjaLogisticsPartner"}
    now = int(time.time())
    service = {"iss": "other.default", "aud": ADDRESS, "iat": now, "exp": now + 290}
    return [
        Caller("anonymous"),
        Caller("owner", bearer(token_of("ann"))),
        Caller("other", bearer(token_of("bob"))),
        Caller("stranger", bearer(token_of("nobody"))),
        Caller("locked", bearer(token_of("carol")), names="carol"),
        Caller("locked admin", bearer(token_of("carol", "vitjaAdmin")), names="carol"),
        *(Caller(name, bearer(token_of(name, role)), frozenset({name})) for name, role in roles.items()),
        Caller("admin with account", bearer(token_of("bob", "vitjaAdmin")), frozenset({"admin"})),
        Caller("unknown role", bearer(token_of("nobody", "vitjaadmin", "admin"))),
        Caller("internal", bearer(jwt.encode(service, SERVICE_SECRET, "HS256", headers={"typ": "service+jwt"}))),
        Caller("forged", bearer(token_of("ann", "vitjaAdmin", secret=GUESS))),
        Caller("forged internal", bearer(jwt.encode(service, GUESS, "HS256", headers={"typ": "service+jwt"}))),
    ]


# what they have


@dataclass(frozen=True)
class Belongings:
    """The ids of what one user has."""

    subject: str
    account: str
    #: For sale, by them.
    item: str = ""
    order: str = ""
    #: In their cart, and sold by somebody else.
    reserved: str = ""
    #: For sale, by somebody else.
    wanted: str = ""
    favourite: str = ""
    #: Whom they follow.
    followed: str = ""

    @property
    def ids(self) -> Iterator[str]:
        """Yield the ids of what is theirs, also of what is theirs for the moment."""
        yield from (self.account, self.item, self.order, self.reserved)


World = Mapping[str, Belongings]


def make_world(knock: Knock) -> dict[str, Belongings]:
    """Let ann and bob sign up, sell, buy and order, and carol sign up; return what each has."""

    def call(by: str, function: str, argument: Mapping[str, Any], *roles: str) -> Any:
        body = json.dumps(argument).encode()
        return knock(function, body, bearer(token_of(by, *roles)), "POST").data

    def add_to_cart(by: str, account: str, item: str) -> None:
        named = {"userAccountId": account, "salesItemId": item}
        call(by, "shoppingCartService.addToShoppingCart", named)

    accounts = {
        subject: str(call(subject, "userAccountService.createUserAccount", _account(subject))["_id"])
        for subject in ("ann", "bob", "carol")
    }
    world: dict[str, Belongings] = {}
    things = {
        subject: [
            str(
                call(subject, "salesItemService.createSalesItem", thing_of(accounts[subject], title=f"Thing {n}"))[
                    "_id"
                ]
            )
            for n in range(4)
        ]
        for subject in ("ann", "bob")
    }
    for subject, seller in (("ann", "bob"), ("bob", "ann")):
        account, item, bought = accounts[subject], things[subject][0], things[seller][1:]
        add_to_cart(subject, account, bought[0])
        order = str(call(subject, "orderService.placeOrder", order_of(account))["_id"])
        call("gateway", "orderService.payOrder", payment(order), "vitjaPaymentGateway")
        add_to_cart(subject, account, bought[1])
        favourite = {"_id": account, "salesItemId": bought[2]}
        call(subject, "userAccountService.addToFavoriteSalesItems", favourite)
        both = {"_id": account, "followedUserAccountId": accounts[seller]}
        call(subject, "userAccountService.followUser", both)
        world[subject] = Belongings(
            subject, account, item, order, bought[1], things[seller][0], bought[2], accounts[seller]
        )
    # she has nothing, and names what bob has
    world["carol"] = replace(world["bob"], subject="carol", account=accounts["carol"])
    return world


def _account(subject: str) -> dict[str, Any]:
    if subject != "ann":
        return account_of(subject)
    secret = {"firstName": CANARIES[0], "lastName": CANARIES[1], "email": f"{CANARIES[2]}@example.com"}
    place = {"streetAddress": CANARIES[3], "postalCode": CANARIES[4], "phoneNumber": CANARIES[5]}
    second = card(CANARIES[6], is_default=False, creditCardExpiration=CANARIES[7])
    return account_of(subject, paymentMethods=[card(), second], **secret, **place)


def argument_for(function: str, example: Mapping[str, Any], whose: Belongings) -> dict[str, Any]:
    """Return an example of a function's argument that names what somebody has."""
    argument = dict(example)
    service, _, task = function.partition(".")
    if service == "multipleServiceFunctionExecutionService":
        return {"a": {"serviceFunctionName": "userAccountService.getCities"}}
    goes_to_others = task in ("followSalesItemPriceChange", "unfollowSalesItemPriceChange", "toggleLikeSalesItem")
    keys = {
        "salesItemService": whose.wanted if goes_to_others else whose.item,
        "orderService": whose.order,
    }
    things = {"removeFromShoppingCart": whose.reserved, "removeFromFavoriteSalesItems": whose.favourite}
    known = {
        "_id": keys.get(service, whose.account),
        "userAccountId": whose.account,
        "subject": whose.subject,
        "followedUserAccountId": whose.followed,
        "salesItemId": things.get(task, whose.wanted),
        "orderItemId": "0",
        "version": -1,
        "tags": [],
    }
    argument |= {name: value for name, value in known.items() if name in argument}
    if task == "deliverOrderItem":
        argument["orderItems"] = [{**argument["orderItems"][0], "id": "0"}]
    if task == "updateUserAccount":
        del argument["paymentMethods"]
    return argument


# the database


class Place:
    """A SQLite database that goes back to what it was."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._saved: sqlite3.Connection | None = None
        self._watch: sqlite3.Connection | None = None
        #: What was last seen, and the version of the data that it was seen at.
        self._seen: tuple[int, str] = (-1, "")

    def prepare(self) -> None:
        """Let the ids of each table begin elsewhere, so that the id of one thing is never that of another."""
        with closing(sqlite3.connect(self.path)) as live, live:
            tables = (
                "user_accounts_useraccount",
                "sales_items_salesitem",
                "orders_order",
                "shopping_carts_shoppingcart",
            )
            live.executemany("DELETE FROM sqlite_sequence WHERE name = ?", [(table,) for table in tables])
            live.executemany(
                "INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)",
                [(table, 3000 + 1100 * n) for n, table in enumerate(tables)],
            )

    def lock_account(self, account: str) -> None:
        with closing(sqlite3.connect(self.path)) as live, live:
            live.execute("UPDATE user_accounts_useraccount SET is_locked = 1 WHERE id = ?", (int(account),))

    def save(self) -> None:
        """Keep everything as it is now."""
        self._saved = sqlite3.connect(":memory:", check_same_thread=False)
        with closing(sqlite3.connect(self.path)) as live:
            live.backup(self._saved)

    def restore(self) -> None:
        """Undo whatever was done since."""
        assert self._saved is not None
        with closing(sqlite3.connect(self.path, timeout=60)) as live:
            self._saved.backup(live)

    def content(self) -> str:
        """Return all that the database holds."""
        if self._watch is None:
            self._watch = sqlite3.connect(self.path, isolation_level=None)
        version = self._watch.execute("PRAGMA data_version").fetchone()[0]
        if version != self._seen[0]:
            self._seen = version, "\n".join(self._watch.iterdump())
        return self._seen[1]


# the doors


def wsgi_knock(application: Any) -> Knock:
    """Return how a WSGI application is called without a server."""

    def knock(wire_name: str, body: bytes, headers: Mapping[str, str], method: str) -> Answer:
        is_get = method == "GET"
        environ = {
            "REQUEST_METHOD": method,
            "SCRIPT_NAME": "",
            "PATH_INFO": f"/{wire_name}",
            "QUERY_STRING": f"arg={quote(body)}" if is_get and body else "",
            "CONTENT_TYPE": "application/json",
            "CONTENT_LENGTH": "0" if is_get else str(len(body)),
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": "localhost",
            "REMOTE_ADDR": "127.0.0.1",
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(b"" if is_get else body),
            "wsgi.errors": io.StringIO(),
            **{f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()},
        }
        status: list[int] = []
        sent = application(environ, lambda line, _headers, _failure=None: status.append(int(line[:3])))
        content = b"".join(sent)
        if hasattr(sent, "close"):
            sent.close()
        return Answer(status[0], content)

    return knock


def asgi_knock(application: Any, runner: asyncio.Runner) -> Knock:
    """Return how an ASGI application is called without a server."""

    async def exchange(scope: dict[str, Any], body: bytes) -> Answer:
        status, content = 0, b""

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: dict[str, Any]) -> None:
            nonlocal status, content
            status = message.get("status", status)
            content += message.get("body", b"")

        await application(scope, receive, send)
        return Answer(status, content)

    def knock(wire_name: str, body: bytes, headers: Mapping[str, str], method: str) -> Answer:
        is_get = method == "GET"
        sent = {"host": "localhost", "content-type": "application/json", **headers}
        if not is_get:
            sent["content-length"] = str(len(body))
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": f"/{wire_name}",
            "raw_path": f"/{wire_name}".encode(),
            "query_string": f"arg={quote(body)}".encode() if is_get and body else b"",
            "headers": [(name.encode(), value.encode()) for name, value in sent.items()],
            "client": ("127.0.0.1", 1),
            "server": ("localhost", 80),
        }
        return runner.run(exchange(scope, b"" if is_get else body))

    return knock


def pipeline_knock(pipeline: Pipeline) -> Knock:
    """Return how a pipeline is called without any door."""

    def knock(wire_name: str, body: bytes, headers: Mapping[str, str], method: str) -> Answer:
        reply = pipeline.execute(Call(wire_name, body, method=method, header=HeaderMap(headers)))
        return Answer(reply.status, reply.body)

    return knock


def batch_knock(knock: Knock, kind: str) -> Knock:
    """Return how a call is made as the only one of a batch."""

    def batched(wire_name: str, body: bytes, headers: Mapping[str, str], method: str) -> Answer:
        argument = body or b"{}"
        calls = b'{"a":{"serviceFunctionName":%b,"serviceFunctionArgument":%b}}'
        whole = calls % (json.dumps(wire_name).encode(), argument)
        answer = knock(f"multipleServiceFunctionExecutionService.{kind}", whole, headers, method)
        answered = json.loads(answer.body).get("a")
        if answered is None:
            return answer
        inner = answered["response"]
        return Answer(answered["statusCode"], b"" if inner is None else json.dumps(inner).encode())

    return batched
