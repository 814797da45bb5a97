"""Serves the marketplace with a database of its own, and speaks to it as its users do."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx
import jwt

from tests.doors.running import ROOT, WSGI, Database, Door, unused_port
from tests.servers import MARIADB, POSTGRESQL

SECRET = "known to the tests and to nobody else"
SERVICE_SECRET = "known to the services of the cluster alone"
_MAINTENANCE = {"postgresql": "postgres", "mariadb": "information_schema"}
_CREATE = {
    "postgresql": "CREATE DATABASE {}",
    "mariadb": "CREATE DATABASE {} CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin",
}
PICTURE = (
    "data:image/png;base64,"
    "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAEUlEQVR4nGP4z8CAFWEXHbQSACj/P8Fu7N9hAAAAAElFTkSuQmCC"
)


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    body: bytes
    headers: httpx.Headers = field(repr=False)

    @property
    def data(self) -> Any:
        """What a call that succeeded answers, None where that is nothing."""
        assert self.status < 400, self.body
        return json.loads(self.body)["data"] if self.body else None

    @property
    def error(self) -> str:
        """The code of the error, empty where there is none."""
        return str(json.loads(self.body)["errorCode"]) if self.status >= 400 else ""

    @property
    def message(self) -> str:
        return str(json.loads(self.body)["message"])


class Marketplace:
    """A running marketplace."""

    def __init__(self, port: int, database: Database, process: subprocess.Popen[bytes]) -> None:
        self.database, self.process = database, process
        self.client = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60)
        self.administrator = Caller(self, "administrator", ("vitjaAdmin",))
        self.gateway = Caller(self, "gateway", ("vitjaPaymentGateway",))
        self.carrier = Caller(self, "carrier", ("vitjaLogisticsPartner",))
        self.nobody = Caller(self, None)

    def sign_up(self) -> Person:
        """Return a new user of the marketplace."""
        subject = uuid.uuid4().hex
        caller = Caller(self, subject)
        made = caller("userAccountService.createUserAccount", account(subject))
        return Person(self, subject, (), made.data["_id"])

    def messages(self, function: str) -> list[tuple[str, str]]:
        """Return destination and ordering key of what waits in the outbox for a function, in the order of sending."""
        statement = "SELECT destination, ordering_key, function FROM backk_transport_outboxmessage ORDER BY id"
        if self.database.kind == "mariadb":
            statement = statement.replace("function FROM", "`function` FROM")
        return [(to, key) for to, key, name in self.database.ask(statement) if name == function]


class Caller:
    """Somebody who calls, with the token of a subject and its roles; nobody has no token."""

    def __init__(self, marketplace: Marketplace, subject: str | None, roles: tuple[str, ...] = ()) -> None:
        self.marketplace = marketplace
        self.subject = subject
        claims = {"sub": subject, "realm_access": {"roles": list(roles)}, "exp": int(time.time()) + 36_000}
        token = jwt.encode(claims, SECRET, "HS256") if subject else ""
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}

    def __call__(self, function: str, argument: Any = None) -> Answer:
        content = json.dumps({} if argument is None else argument)
        reply = self.marketplace.client.post(f"/{function}", content=content, headers=self._headers)
        return Answer(reply.status_code, reply.content, reply.headers)


class Person(Caller):
    """A user with an account."""

    def __init__(self, marketplace: Marketplace, subject: str, roles: tuple[str, ...], id: str) -> None:
        super().__init__(marketplace, subject, roles)
        self.id = id

    def with_role(self, role: str) -> Person:
        """The same user with a token that has a role, too."""
        return Person(self.marketplace, self.subject or "", (role,), self.id)

    # selling

    def sells(self, **facts: Any) -> str:
        """Put a thing up for sale; return its id."""
        made = self("salesItemService.createSalesItem", sales_item(self.id, **facts))
        return str(made.data["_id"])

    # buying

    def adds(self, item: str) -> Answer:
        return self("shoppingCartService.addToShoppingCart", {"userAccountId": self.id, "salesItemId": item})

    def removes(self, item: str) -> Answer:
        return self("shoppingCartService.removeFromShoppingCart", {"userAccountId": self.id, "salesItemId": item})

    def cart(self) -> list[str]:
        """Return the ids of what is in the user's cart."""
        seen = self("shoppingCartService.getShoppingCart", {"userAccountId": self.id}).data
        return [item["_id"] for item in seen["salesItems"]]

    def empties(self) -> Answer:
        return self("shoppingCartService.emptyShoppingCart", {"userAccountId": self.id})

    def places(self, **facts: Any) -> Answer:
        return self("orderService.placeOrder", order_of(self.id, **facts))

    def buys(self, *items: str) -> str:
        """Place an order for things; return its id."""
        for item in items:
            assert self.adds(item).status == 200
        return str(self.places().data["_id"])

    def likes(self, item: str) -> Answer:
        return self("salesItemService.toggleLikeSalesItem", {"_id": item, "userAccountId": self.id})


def account(subject: str) -> dict[str, Any]:
    """Return what is sent to sign up."""
    return {
        "captchaToken": "token",
        "subject": subject,
        "displayName": f"User {subject[:6]}",
        "firstName": "Ann",
        "lastName": "Example",
        "email": "ann@example.com",
        "streetAddress": "Street 1",
        "postalCode": "33100",
        "city": "Tampere",
        "phoneNumber": "041 2345678",
        "imageDataUri": PICTURE,
        "paymentMethods": [],
    }


def sales_item(user_account_id: str, **facts: Any) -> dict[str, Any]:
    """Return what is sent to put a thing up for sale."""
    return {
        "userAccountId": user_account_id,
        "title": "Bicycle",
        "description": "Hardly used",
        "tags": [],
        "area": "Area1",
        "productDepartment": "Vehicles",
        "productCategory": "Vehicles",
        "productSubCategory": "Vehicles",
        "price": 120.5,
        "shippingCost": 9.5,
        "primaryImageDataUri": PICTURE,
        "secondaryImageDataUris": [],
        **facts,
    }


def order_of(user_account_id: str, **facts: Any) -> dict[str, Any]:
    """Return what is sent to place an order."""
    return {
        "userAccountId": user_account_id,
        "paymentGateway": "Paytrail",
        "shoppingCartId": "any string",
        "iAgreeWithTermsAndConditions": True,
        "uiRedirectUrl": "https://shop.example.com/thanks",
        **facts,
    }


def payment(order: str, **facts: Any) -> dict[str, Any]:
    """Return what the payment gateway sends when an order was paid."""
    return {
        "_id": order,
        "paymentAmount": 130,
        "paymentGateway": "Paytrail",
        "transactionId": "abc123",
        "transactionTimestamp": "2026-11-24T08:00:00.000Z",
        **facts,
    }


def delivery(order: str, version: int = -1, item: str = "0", **facts: Any) -> dict[str, Any]:
    """Return what the carrier sends when an order item is on its way."""
    sent = {
        "id": item,
        "deliveryTimestamp": "2026-11-25T08:00:00.000Z",
        "trackingUrl": "https://carrier.example.com/track/1",
        **facts,
    }
    return {"_id": order, "version": version, "orderItems": [sent]}


#: Several databases of one process stand beside each other.
_NUMBERS = itertools.count(1)


@contextmanager
def database(kind: str, directory: Path) -> Iterator[Database]:
    """Make a database of a kind with the marketplace's tables; drop it in the end."""
    if kind == "sqlite":
        made = Database(kind, str(directory / "marketplace.sqlite3"))
    else:
        port = (POSTGRESQL if kind == "postgresql" else MARIADB).require().port
        made = Database(kind, f"marketplace_{os.getpid()}_{next(_NUMBERS)}", port)
        replace(made, name=_MAINTENANCE[kind]).ask(_CREATE[kind].format(made.name))
    try:
        migrate = [sys.executable, "-m", "django", "migrate", "--verbosity", "0"]
        subprocess.run(migrate, check=True, cwd=ROOT, env=environment(made))
        yield made
    finally:
        if kind != "sqlite":
            force = " WITH (FORCE)" if kind == "postgresql" else ""
            replace(made, name=_MAINTENANCE[kind]).ask(f"DROP DATABASE {made.name}{force}")


@contextmanager
def serving(
    used: Database, directory: Path, door: Door = WSGI, source: Path = ROOT, **more: str
) -> Iterator[Marketplace]:
    """Serve the marketplace, of this checkout or of a copy, at a door until the block ends."""
    port = unused_port()
    log = directory / f"{used.kind}-{port}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            door.command(port), cwd=source, env=environment(used, **more), stdout=output, stderr=output
        )
    served = Marketplace(port, used, process)
    try:
        _wait_until_it_answers(served, log)
        yield served
    finally:
        served.client.close()
        process.terminate()
        process.wait(20)


def environment(used: Database, **more: str) -> dict[str, str]:
    """Return the environment variables of a process of the marketplace."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("BACKK_ENV", "GRANIAN_"))}
    return {
        **kept,
        "MARKETPLACE_DATABASE": used.kind,
        "MARKETPLACE_NAME": used.name,
        "DJANGO_SETTINGS_MODULE": "tests.acceptance.marketplace.settings",
        "JWT_SIGN_SECRET": SECRET,
        "JWT_ROLES_CLAIM_PATH": "realm_access.roles",
        "PYTHONPATH": str(ROOT),
        **more,
    }


def _wait_until_it_answers(served: Marketplace, log: Path) -> None:
    answered: object = None
    for _ in range(2400):
        if served.process.poll() is not None:
            break
        try:
            answered = served.nobody("livenessCheckService.isMicroserviceAlive")
            if answered.status == 200:
                return
        except httpx.TransportError as error:
            answered = error
        time.sleep(0.05)
    raise AssertionError(f"the marketplace does not answer ({answered}):\n{log.read_text(errors='replace')[-4000:]}")
