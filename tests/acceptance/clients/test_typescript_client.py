"""The TypeScript client of the marketplace, run against the served marketplace."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.clients.bridge import TypeScriptClient
from tests.acceptance.marketplace.running import Caller, Marketplace, sales_item
from tests.acceptance.marketplace.story import Story
from tests.node_programs import program, run_node

pytestmark = pytest.mark.acceptance


def functions_of(directory: Path) -> set[str]:
    """Return the wire names of all functions that the client has."""
    modules = (directory / "src").glob("*Service.ts")
    return {name for module in modules for name in re.findall(r'\{ name: "(\w+\.\w+)"', module.read_text())}


def takes_argument(directory: Path, function: str) -> bool:
    module = directory / "src" / f"{function.partition('.')[0]}.ts"
    return f'"{function}", argument: ' in module.read_text()


def test_every_function_of_the_client_works_in_a_whole_story(
    typescript: Path, market: Marketplace, through_typescript: TypeScriptClient
) -> None:
    called = set()

    def call(function: str, argument: dict[str, Any], by: str | None, roles: Sequence[str]) -> Any:
        called.add(function)
        takes_one = takes_argument(typescript, function)
        value, error = through_typescript(function, argument if takes_one else None, token=token_of(market, by, roles))
        assert error is None, (function, error)
        return value

    story = Story(call, ann="ann.types", bob="bob.types")
    story.run()
    by_roles = [
        ("salesItemService.changeExpiredReservedSalesItemStatesToForSale", {}),
        ("salesItemService.deleteOldUnsoldSalesItemsDaily", {}),
        ("orderService.deleteUnpaidOrders", {}),
    ]
    for function, argument in by_roles:
        call(function, argument, "admin", ["vitjaAdmin"])
    call("metadataService.getServicesMetadata", {}, None, ())
    call("metadataService.getOpenApiSpec", {}, None, ())
    batches = {name for name in functions_of(typescript) if name.startswith("multipleServiceFunction")}
    for function in batches:
        calls = {"cities": {"serviceFunctionName": "userAccountService.getCities", "serviceFunctionArgument": {}}}
        value, error = through_typescript(function, calls)
        assert (value["cities"]["statusCode"], error) == (200, None)
    assert functions_of(typescript) - called - batches == set()


def test_every_function_refuses_bad_input_with_the_servers_own_words(
    typescript: Path, market: Marketplace, through_typescript: TypeScriptClient
) -> None:
    tried = 0
    for function in sorted(functions_of(typescript)):
        if not takes_argument(typescript, function):
            continue
        _, here = through_typescript(function, {"foo": 1})
        there = Caller(market, "somebody", ("vitjaAdmin", "vitjaPaymentGateway", "vitjaLogisticsPartner"))(
            function, {"foo": 1}
        )
        assert here is not None
        assert (here["errorCode"], here["statusCode"]) == ("error.5", 400), function
        assert here["message"] == there.message, function
        tried += 1
    assert tried > 25


BAD = {
    "title": "t" * 65,
    "description": None,
    "area": "Area4",
    "price": -1,
    "shippingCost": "1",
    "primaryImageDataUri": "picture",
    "secondaryImageDataUris": ["data:,a"] * 11,
    "tags": [{"name": 1}],
    "state": "sold",
    "_id": "1",
    "foo": 1,
}


def test_a_form_is_told_of_each_property_by_the_client_as_by_the_server(
    market: Marketplace, through_typescript: TypeScriptClient
) -> None:
    person = market.sign_up()
    argument = {**sales_item(person.id), **BAD}
    _, here = through_typescript("salesItemService.createSalesItem", argument)
    there = person("salesItemService.createSalesItem", argument)
    assert here is not None
    assert here["message"] == there.message
    told = {violation["path"]: violation["message"] for violation in here["violations"]}
    assert told["price"] == "must not be less than 0"
    assert told["state"] == "is not allowed"
    assert told["tags.0._id"] == "should not be null or undefined"


def test_what_the_server_alone_can_judge_is_told_in_the_same_form(
    market: Marketplace, through_typescript: TypeScriptClient
) -> None:
    person = market.sign_up()
    token = token_of(market, person.subject, ())
    changed = {"_id": person.id, "city": "Atlantis", "phoneNumber": "1"}
    value, error = through_typescript("userAccountService.updateUserAccount", changed, token=token)
    assert value is None
    assert error is not None
    assert error["errorCode"] == "error.5"
    assert {violation["path"] for violation in error["violations"]} == {"city", "phoneNumber"}
    assert all(violation["message"] for violation in error["violations"])
    assert error["requestId"]


def test_errors_of_callers_and_services_come_as_tuples(
    market: Marketplace, through_typescript: TypeScriptClient
) -> None:
    person = market.sign_up()
    item = sales_item(person.id)
    assert through_typescript("salesItemService.createSalesItem", item)[1]["statusCode"] == 401
    bad = through_typescript("salesItemService.createSalesItem", item, token="bad")[1]
    assert (bad["errorCode"], bad["statusCode"], bad["violations"]) == ("error.6", 403, [])
    missing = through_typescript("salesItemService.getSalesItem", {"_id": "abc"})[1]
    assert (missing["errorCode"], missing["statusCode"]) == ("error.4", 404)
    token = token_of(market, person.subject, ())
    order = {"userAccountId": person.id, "paymentGateway": "Paytrail", "shoppingCartId": "1"}
    order |= {"iAgreeWithTermsAndConditions": True, "uiRedirectUrl": "https://shop.example.com"}
    empty = through_typescript("orderService.placeOrder", order, token=token)[1]
    assert (empty["errorCode"], empty["message"]) == (
        "orderService.7",
        "Cannot place order because shopping cart is empty",
    )


def test_a_key_makes_calls_the_same_call(market: Marketplace, through_typescript: TypeScriptClient) -> None:
    person = market.sign_up()
    token = token_of(market, person.subject, ())
    create = "salesItemService.createSalesItem"
    item = sales_item(person.id)
    made = [through_typescript(create, item, token=token, idempotencyKey="k1")[0]["_id"] for _ in range(2)]
    assert made[0] == made[1]
    other = through_typescript(create, sales_item(person.id, price=1), token=token, idempotencyKey="k1")[1]
    assert other["statusCode"] == 422
    # without one each call has its own
    assert through_typescript(create, item, token=token)[0]["_id"] != made[0]


def test_a_bundle_of_one_call_has_nothing_of_other_services(typescript: Path) -> None:
    entry = typescript / "entry.ts"
    entry.write_text(
        'import { tagService } from "./src/index.js";\n'
        'const [tag, error] = await tagService.createTag({ name: "books" });\n'
        "console.log(tag?._id, error?.message);\n"
    )
    options = ["--bundle", "--minify", "--format=esm", "--platform=browser", "--outfile=bundle.js"]
    bundled = run_node(program("esbuild"), entry.name, *options, cwd=typescript)
    assert bundled.returncode == 0, bundled.stderr
    text = (typescript / "bundle.js").read_text()
    assert "tagService.createTag" in text
    assert not re.search(r"salesItemService|SalesItemCreate|secondaryImageDataUris|IBAN|isIP", text)
    assert len(text) < 20_000


def test_types_of_answers_follow_what_is_asked_for(typescript: Path) -> None:
    (typescript / "asked.ts").write_text(
        """
import { orderService, salesItemService, tagService, type SalesItem } from "./src/index.js";

export async function asked(): Promise<string | undefined> {
  const [items] = await salesItemService.getSalesItems({ includeResponseFields: ["_id", "price"] });
  const price: number | undefined = items?.[0]?.price;
  const [any] = await salesItemService.getSalesItems();
  const title: string | undefined = any?.[0]?.title;
  // @ts-expect-error it was not asked for
  items?.[0]?.title;
  // @ts-expect-error 5 is no text
  await tagService.createTag({ name: 5 });
  // @ts-expect-error the name is missing
  await tagService.createTag({});
  const [order, error] = await orderService.getOrder({ _id: "1" });
  if (error) return error.errorCode;
  const item: SalesItem | undefined = undefined;
  return `${title} ${price} ${item} ${order._id}`;
}
"""
    )
    (typescript / "tsconfig.asked.json").write_text(
        json.dumps(
            {"extends": "./tsconfig.json", "compilerOptions": {"rootDir": ".", "noEmit": True}, "include": ["asked.ts"]}
        )
    )
    compiled = run_node(program("tsc"), "--project", "tsconfig.asked.json", cwd=typescript)
    assert compiled.returncode == 0, compiled.stdout


def token_of(market: Marketplace, subject: str | None, roles: Sequence[str]) -> str | None:
    """Return the token that a caller of that subject and those roles sends."""
    headers = Caller(market, subject, tuple(roles))._headers
    return headers.get("Authorization", "").removeprefix("Bearer ") or None
