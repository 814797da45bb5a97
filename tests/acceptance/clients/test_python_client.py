"""The Python client of the marketplace, run against the served marketplace."""

from __future__ import annotations

import asyncio
import doctest
import importlib
import inspect
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, get_type_hints

import msgspec
import pytest

from backk_core.declare.naming import to_python
from tests.acceptance.clients.test_typescript_client import token_of
from tests.acceptance.marketplace.running import ROOT, Marketplace, sales_item
from tests.acceptance.marketplace.story import Story

pytestmark = pytest.mark.acceptance

NAME = "backk_example_microservice_client"


@pytest.fixture(scope="module")
def package(generated: Path) -> Iterator[ModuleType]:
    directory = str(generated / "python" / "public")
    sys.path.insert(0, directory)
    yield importlib.import_module(NAME)
    sys.path.remove(directory)
    for name in [name for name in sys.modules if name.split(".")[0] == NAME]:
        del sys.modules[name]


def test_it_passes_the_strictest_type_checker(generated: Path) -> None:
    directory = generated / "python" / "public"
    (directory / "use.py").write_text(
        f"""
from {NAME} import AsyncClient, Client, errors, types


def buy(client: Client) -> str | None:
    try:
        tag = client.tag_service.create_tag(types.TagCreate(name="books"), idempotency_key="1")
    except errors.InvalidArgument as error:
        return error.message
    for item in client.sales_item_service.get_sales_items(types.GetSalesItems(min_price=1)):
        price: float | object = item.price
        print(price, item.count)
    client.tag_service.create_tag(types.TagCreate(name=1))  # type: ignore[arg-type]
    client.tag_service.create_tag(types.TagCreate())  # type: ignore[call-arg]
    return tag.id


async def buy_many(client: AsyncClient) -> str:
    return (await client.tag_service.create_tag(types.TagCreate(name="books"))).id
"""
    )
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", "--cache-dir=.cache", "use.py", NAME]
    checked = subprocess.run(command, cwd=directory, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout


def called(client: Any, function: str, argument: Any) -> Any:
    """Call a function by its wire name with an argument that is plain JSON."""
    service, _, name = function.partition(".")
    method = getattr(getattr(client, to_python(service)), to_python(name))
    module = sys.modules[type(getattr(client, to_python(service))).__module__]
    parameter = inspect.signature(method).parameters.get("argument")
    if parameter is None:
        return method()
    hints = get_type_hints(method, vars(module))
    return method(msgspec.convert(argument, hints["argument"]))


def wire_names(package: ModuleType) -> set[str]:
    directory = Path(str(package.__file__)).parent
    return {
        name for file in directory.glob("*_service.py") for name in re.findall(r'"(\w+Service\.\w+)"', file.read_text())
    }


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_every_function_works_in_a_whole_story(package: ModuleType, market: Marketplace, kind: str) -> None:
    address = str(market.client.base_url)
    names = set()

    def call_once(function: str, argument: dict[str, Any], token: str | None) -> Any:
        names.add(function)
        if kind == "sync":
            with package.Client(address, token=lambda: token) as client:
                return called(client, function, argument)

        async def run() -> Any:
            async def renewed() -> str | None:
                return token

            async with package.AsyncClient(address, token=renewed) as client:
                return await called(client, function, argument)

        return asyncio.run(run())

    def call(function: str, argument: dict[str, Any], by: str | None, roles: Sequence[str]) -> Any:
        return msgspec.to_builtins(call_once(function, argument, token_of(market, by, roles)))

    Story(call, ann=f"ann.{kind}", bob=f"bob.{kind}").run()
    for function in (
        "salesItemService.changeExpiredReservedSalesItemStatesToForSale",
        "salesItemService.deleteOldUnsoldSalesItemsDaily",
        "orderService.deleteUnpaidOrders",
    ):
        call(function, {}, "admin", ["vitjaAdmin"])
    assert call("metadataService.getServicesMetadata", {}, None, ())["services"]
    assert call("metadataService.getOpenApiSpec", {}, None, ())["openapi"]
    cities = {"one": {"serviceFunctionName": "userAccountService.getCities", "serviceFunctionArgument": {}}}
    for name in wire_names(package) - names:
        assert call(name, cities, None, ())["one"]["statusCode"] == 200
    assert names == wire_names(package)


def test_what_bounds_tell_is_told_before_anything_is_sent(package: ModuleType) -> None:
    client = package.Client("http://127.0.0.1:1")
    with pytest.raises(package.errors.InvalidArgument, match="title") as refused:
        client.sales_item_service.create_sales_item(
            package.types.OwnSalesItemCreate(**to_names(sales_item("1", title="t" * 65)))
        )
    assert (refused.value.status, refused.value.violations[0].pointer) == (400, "/title")
    with pytest.raises(package.errors.Unreachable):
        client.tag_service.create_tag(package.types.TagCreate(name="a"))


def to_names(argument: dict[str, Any]) -> dict[str, Any]:
    return {to_python(name): value for name, value in argument.items()}


def test_errors_are_classes_with_what_the_service_said(package: ModuleType, market: Marketplace) -> None:
    person = market.sign_up()
    address = str(market.client.base_url)
    errors, types = package.errors, package.types
    with package.Client(address) as client, pytest.raises(errors.NotAuthenticated):
        client.user_account_service.get_user_account()
    token = token_of(market, person.subject, ())
    with package.Client(address, token=token) as client:
        changed = types.UserAccountUpdate(id=person.id, city="Atlantis", phone_number="1")
        with pytest.raises(errors.InvalidArgument) as refused:
            client.user_account_service.update_user_account(changed)
        assert {violation.pointer for violation in refused.value.violations} == {"/city", "/phoneNumber"}
        assert refused.value.request_id
        with pytest.raises(errors.EntityNotFound) as missing:
            client.sales_item_service.get_sales_item(types.Id(id="abc"))
        assert (missing.value.error_code, missing.value.status) == ("error.4", 404)
        order = {"userAccountId": person.id, "paymentGateway": "Paytrail", "shoppingCartId": "1"}
        order |= {"iAgreeWithTermsAndConditions": True, "uiRedirectUrl": "https://shop.example.com"}
        with pytest.raises(package.CallFailed) as empty:
            called(client, "orderService.placeOrder", order)
        assert type(empty.value) is errors.ERRORS["orderService.7"]
        assert token not in repr(client) + repr(empty.value)


def test_a_key_makes_calls_the_same_call(package: ModuleType, market: Marketplace) -> None:
    person = market.sign_up()
    with package.Client(str(market.client.base_url), token=token_of(market, person.subject, ())) as client:
        item = package.types.OwnSalesItemCreate(**to_names(sales_item(person.id)))
        create = client.sales_item_service.create_sales_item
        assert create(item, idempotency_key="k").id == create(item, idempotency_key="k").id
        assert create(item).id != create(item).id
        with pytest.raises(package.errors.IdempotencyKeyReused):
            create(msgspec.structs.replace(item, price=1), idempotency_key="k")


def test_every_function_refuses_what_it_does_not_know(package: ModuleType, market: Marketplace) -> None:
    """Types do not even take it; what is converted from JSON is refused before it is sent."""
    with package.Client(str(market.client.base_url)) as client:
        for function in sorted(wire_names(package)):
            service, _, name = function.partition(".")
            if (
                "argument"
                in inspect.signature(getattr(getattr(client, to_python(service)), to_python(name))).parameters
            ):
                with pytest.raises((msgspec.ValidationError, package.errors.InvalidArgument)):
                    called(client, function, {"foo": 1})


def test_what_is_absent_is_not_null(package: ModuleType) -> None:
    update = package.types.UserAccountUpdate(id="1")
    assert msgspec.json.encode(update) == b'{"_id":"1"}'
    assert msgspec.UNSET is update.city


def test_the_session_of_the_guide_goes_as_it_shows(package: ModuleType, market: Marketplace) -> None:
    page = (ROOT / "docs" / "clients.md").read_text()
    session = page[page.index(">>> ") :].partition("```")[0]
    shown = session.replace("http://127.0.0.1:3001", str(market.client.base_url))
    example = doctest.DocTestParser().get_doctest(shown, {}, "docs/clients.md", None, 0)
    assert len(example.examples) >= 5
    assert doctest.DocTestRunner(verbose=False).run(example).failed == 0
