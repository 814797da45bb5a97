"""The rules of sales items, each as somebody outside sees it."""

from __future__ import annotations

import base64
import io
import uuid
import zlib
from typing import Any

import pytest
from PIL import Image

from tests.acceptance.marketplace.running import PICTURE, Marketplace, Person, sales_item

SERVICE = "salesItemService"


def seen(market: Marketplace, item: str) -> dict[str, Any]:
    found: dict[str, Any] = market.nobody(f"{SERVICE}.getSalesItem", {"_id": item}).data
    return found


def listed(market: Marketplace, **query: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = market.nobody(f"{SERVICE}.getSalesItems", query).data
    return found


def picture(width: int, height: int, kind: str = "PNG", mode: str = "RGB") -> str:
    file = io.BytesIO()
    Image.new(mode, (width, height), "red").save(file, kind)
    return f"data:image/{kind.lower()};base64,{base64.b64encode(file.getvalue()).decode()}"


def thumbnail(market: Marketplace, item: str) -> Image.Image:
    kind, _, data = seen(market, item)["primaryImageThumbnailDataUri"].partition(",")
    assert kind == "data:image/jpeg;base64"
    return Image.open(io.BytesIO(base64.b64decode(data)))


# creating


def test_a_new_item_is_for_sale_without_previous_price_and_likes(market: Marketplace, seller: Person) -> None:
    tag = market.nobody("tagService.createTag", {"name": "fast"}).data
    made = seller(f"{SERVICE}.createSalesItem", sales_item(seller.id, tags=[{"_id": tag["_id"]}])).data
    assert (made["state"], made["previousPrice"], made["likeCount"]) == ("forSale", None, 0)
    assert (made["tags"], made["userAccountId"], made["version"]) == ([tag], seller.id, 1)
    assert seen(market, made["_id"]) == made


@pytest.mark.parametrize(
    "facts", [{"state": "sold"}, {"likeCount": 7}, {"previousPrice": 1}, {"buyerUserAccountId": "1"}, {"_id": "1"}]
)
def test_nobody_sets_what_the_market_keeps_itself(seller: Person, facts: dict[str, Any]) -> None:
    assert seller(f"{SERVICE}.createSalesItem", sales_item(seller.id, **facts)).error == "error.5"


def test_an_item_is_sold_in_one_s_own_name(seller: Person, stranger: Person, market: Marketplace) -> None:
    assert stranger(f"{SERVICE}.createSalesItem", sales_item(seller.id)).error == "error.6"
    assert market.nobody(f"{SERVICE}.createSalesItem", sales_item(seller.id)).error == "error.17"


def test_the_thumbnail_is_made_from_the_primary_image(market: Marketplace, seller: Person) -> None:
    item = seller.sells(primaryImageDataUri=picture(1000, 500))
    assert thumbnail(market, item).size == (256, 128)


def test_the_thumbnail_is_made_again_when_the_image_changes(market: Marketplace, seller: Person) -> None:
    item = seller.sells(primaryImageDataUri=picture(1000, 500))
    seller(f"{SERVICE}.updateSalesItem", {"_id": item, "primaryImageDataUri": picture(300, 600, "JPEG")})
    assert thumbnail(market, item).size == (128, 256)
    assert seller(f"{SERVICE}.updateSalesItem", {"_id": item, "title": "Car"}).status == 200
    assert thumbnail(market, item).size == (128, 256)


@pytest.mark.parametrize("image", ["data:text/plain,hello", "data:image/png;base64,AAAA", "data:,x"])
def test_an_image_that_cannot_be_decoded_is_its_own_thumbnail(market: Marketplace, seller: Person, image: str) -> None:
    assert seen(market, seller.sells(primaryImageDataUri=image))["primaryImageThumbnailDataUri"] == image


def test_a_long_image_that_cannot_be_decoded_has_an_empty_thumbnail(market: Marketplace, seller: Person) -> None:
    item = seller.sells(primaryImageDataUri="data:image/png;base64," + "A" * 2_000_000)
    found = seen(market, item)["primaryImageThumbnailDataUri"]
    assert found.startswith("data:image/gif;base64,")
    assert len(found) < 200


def test_an_image_of_very_many_pixels_is_not_decoded(market: Marketplace, seller: Person) -> None:
    # a header that claims 40,000 x 40,000 pixels, with little behind it
    def chunk(name: bytes, content: bytes) -> bytes:
        return len(content).to_bytes(4) + name + content + zlib.crc32(name + content).to_bytes(4)

    header = (40_000).to_bytes(4) * 2 + bytes([1, 0, 0, 0, 0])
    rows = zlib.compress(bytes(5001 * 40_000), 9)
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    image = "data:image/png;base64," + base64.b64encode(bomb).decode()
    assert seen(market, seller.sells(primaryImageDataUri=image))["primaryImageThumbnailDataUri"] == image


@pytest.fixture
def full(market: Marketplace) -> Person:
    """A seller who has 100 things on the market; made in one statement, since each takes a while otherwise."""
    person = market.sign_up()
    first = person.sells()
    name = "sales_items_salesitem"
    columns = ", ".join(column for column in columns_of(market, name) if column != "id")
    numbers = " UNION ALL ".join(f"SELECT {number} AS number" for number in range(99))
    market.database.ask(
        f"INSERT INTO {name} ({columns}) SELECT {columns} FROM {name}, ({numbers}) numbers WHERE id = {first}"
    )
    return person


def columns_of(market: Marketplace, table: str) -> list[str]:
    if market.database.kind == "sqlite":
        return [row[1] for row in market.database.ask(f"PRAGMA table_info({table})")]
    schema = "current_schema()" if market.database.kind == "postgresql" else "database()"
    found = market.database.ask(
        f"SELECT column_name FROM information_schema.columns WHERE table_name = '{table}' AND table_schema = {schema}"
    )
    return [row[0] for row in found]


def test_a_user_has_at_most_100_items_for_sale(full: Person, market: Marketplace, seller: Person) -> None:
    refused = full(f"{SERVICE}.createSalesItem", sales_item(full.id))
    assert (refused.status, refused.error) == (400, "salesItemService.1")
    assert refused.message == "Maximum sales item count exceeded. Maximum 100 active sales items allowed"
    assert seller(f"{SERVICE}.createSalesItem", sales_item(seller.id)).status == 200


def test_a_reserved_item_counts_since_it_may_come_back(full: Person, market: Marketplace, buyer: Person) -> None:
    own = market.database.ask(f"SELECT min(id) FROM sales_items_salesitem WHERE user_account_id = {full.id}")[0][0]
    buyer.adds(str(own))
    assert full(f"{SERVICE}.createSalesItem", sales_item(full.id)).error == "salesItemService.1"
    assert buyer.places().status == 200
    assert full(f"{SERVICE}.createSalesItem", sales_item(full.id)).status == 200


# finding


@pytest.fixture
def word() -> str:
    return uuid.uuid4().hex


def test_lists_have_what_is_for_sale_only(market: Marketplace, seller: Person, buyer: Person, word: str) -> None:
    offered, reserved, sold = (seller.sells(title=word) for _ in range(3))
    buyer.buys(sold)
    buyer.adds(reserved)
    assert [item["_id"] for item in listed(market, textFilter=word)] == [offered]


def test_lists_have_these_fields_and_the_count_of_all(market: Marketplace, seller: Person, word: str) -> None:
    item = seller.sells(title=word, price=7)
    seller.sells(title=word)
    found = listed(market, textFilter=word, paginations=[{"pageNumber": 2, "pageSize": 1}])
    expected = {"_id": item, "title": word, "price": 7, "previousPrice": None, "primaryImageDataUri": PICTURE}
    assert found == [{**expected, "_count": 2}]


def test_lists_begin_with_the_newest(market: Marketplace, seller: Person, word: str) -> None:
    made = [seller.sells(title=word, price=price) for price in (2, 3, 1)]
    assert [item["_id"] for item in listed(market, textFilter=word)] == made[::-1]
    by_price = listed(market, textFilter=word, sortBys=[{"fieldName": "price", "sortDirection": "ASC"}])
    assert [item["price"] for item in by_price] == [1, 2, 3]


def test_text_is_found_in_title_or_description(market: Marketplace, seller: Person, word: str) -> None:
    made = {seller.sells(title=f"a {word} b"), seller.sells(description=f"x{word}")}
    assert {item["_id"] for item in listed(market, textFilter=word)} == made


@pytest.mark.parametrize(
    ("query", "facts", "other"),
    [
        ({"areas": ["Area2", "Area3"]}, {"area": "Area2"}, {"area": "Area1"}),
        ({"productDepartments": ["Clothes"]}, {"productDepartment": "Clothes"}, {}),
        ({"productCategories": ["Clothes"]}, {"productCategory": "Clothes"}, {}),
        ({"productSubCategories": ["Clothes"]}, {"productSubCategory": "Clothes"}, {}),
        ({"minPrice": 10, "maxPrice": 20}, {"price": 20}, {"price": 20.01}),
        ({"minPrice": 10}, {"price": 10}, {"price": 9.99}),
    ],
)
def test_each_filter_narrows_what_is_found(
    market: Marketplace, seller: Person, word: str, query: dict[str, Any], facts: dict[str, Any], other: dict[str, Any]
) -> None:
    wanted = seller.sells(title=word, **facts)
    seller.sells(title=word, **other)
    assert [item["_id"] for item in listed(market, textFilter=word, **query)] == [wanted]


def test_clients_may_define_filters(market: Marketplace, seller: Person, word: str) -> None:
    item = seller.sells(title=word, price=5)
    seller.sells(title=word, price=6)
    filters = [
        {"fieldName": "title", "operator": "=", "value": word},
        {"fieldName": "price", "operator": "<", "value": 6},
    ]
    found = market.nobody(f"{SERVICE}.getSalesItemsByUserDefinedFilters", {"filters": filters}).data
    assert [row["_id"] for row in found] == [item]
    hidden = [{"fieldName": "buyerUserAccountId", "operator": "=", "value": "1"}]
    refused = market.nobody(f"{SERVICE}.getSalesItemsByUserDefinedFilters", {"filters": hidden})
    assert refused.error == "error.5"


def test_followed_users_items_are_listed_with_their_sellers(market: Marketplace, buyer: Person, seller: Person) -> None:
    follow(market, buyer, seller)
    first, second, sold = (seller.sells(price=price) for price in (1, 2, 3))
    market.sign_up().buys(sold)
    market.sign_up().sells()
    seller(f"{SERVICE}.updateSalesItem", {"_id": first, "title": "Changed"})
    found = buyer(f"{SERVICE}.getFollowedUsersSalesItems", {"userAccountId": buyer.id}).data
    assert [item["_id"] for item in found] == [first, second]
    name = f"User {(seller.subject or '')[:6]}"
    assert found[1] == {
        "_id": second,
        "title": "Bicycle",
        "price": 2,
        "previousPrice": None,
        "primaryImageDataUri": PICTURE,
        "userAccountId": seller.id,
        "displayName": name,
    }


def follow(market: Marketplace, follower: Person, followed: Person) -> None:
    link = "user_accounts_useraccount_followed_user_accounts (from_useraccount_id, to_useraccount_id)"
    market.database.ask(f"INSERT INTO {link} VALUES ({follower.id}, {followed.id})")


# changing


def test_an_item_is_changed_only_while_it_is_for_sale(market: Marketplace, seller: Person, buyer: Person) -> None:
    item = seller.sells()
    assert seller(f"{SERVICE}.updateSalesItem", {"_id": item, "title": "Car"}).status == 200
    for take in (buyer.adds, lambda _: buyer.places()):
        take(item)
        refused = seller(f"{SERVICE}.updateSalesItem", {"_id": item, "title": "Boat"})
        assert (refused.status, refused.error) == (400, "salesItemService.2")
        assert refused.message == "Sales item update failed, because sales item state was not 'for sale'"
    assert seen(market, item)["title"] == "Car"


def test_a_changed_price_moves_the_old_one_to_the_previous_price(market: Marketplace, seller: Person) -> None:
    item = seller.sells(price=10)
    for price, previous in ((10, None), (8, 10), (9, 8)):
        seller(f"{SERVICE}.updateSalesItem", {"_id": item, "price": price})
        found = seen(market, item)
        assert (found["price"], found["previousPrice"]) == (price, previous)


def test_a_changed_price_is_sent_to_the_notification_service(market: Marketplace, seller: Person) -> None:
    item = seller.sells(price=10)
    for facts in ({"price": 10}, {"title": "Car"}, {"price": 9}):
        seller(f"{SERVICE}.updateSalesItem", {"_id": item, **facts})
    sent = market.messages("salesItemNotificationService.sendPriceChangeNotifications")
    assert [to for to, about in sent if about == item] == ["notification-service.default"]


def test_a_stale_version_changes_nothing_and_sends_nothing(market: Marketplace, seller: Person) -> None:
    item = seller.sells(price=10)
    seller(f"{SERVICE}.updateSalesItem", {"_id": item, "title": "Car"})
    stale = seller(f"{SERVICE}.updateSalesItem", {"_id": item, "version": 1, "price": 1})
    assert (stale.status, stale.error) == (409, "error.1")
    assert seen(market, item)["price"] == 10
    sent = market.messages("salesItemNotificationService.sendPriceChangeNotifications")
    assert item not in [about for _, about in sent]


def test_an_item_is_deleted_with_the_links_to_it(market: Marketplace, seller: Person, buyer: Person) -> None:
    item = seller.sells()
    buyer.likes(item)
    buyer(f"{SERVICE}.followSalesItemPriceChange", {"_id": item, "userAccountId": buyer.id})
    buyer.adds(item)
    assert seller(f"{SERVICE}.deleteSalesItem", {"_id": item}).status == 200
    assert market.nobody(f"{SERVICE}.getSalesItem", {"_id": item}).error == "error.4"
    assert buyer.cart() == []


def test_a_sold_item_is_deleted_and_its_order_stays(market: Marketplace, seller: Person, buyer: Person) -> None:
    item = seller.sells()
    order = buyer.buys(item)
    assert seller(f"{SERVICE}.deleteSalesItem", {"_id": item}).status == 200
    assert buyer("orderService.getOrder", {"_id": order}).data["orderItems"][0]["salesItems"] == []


# liking and following


def test_a_like_is_given_and_taken_back(market: Marketplace, seller: Person, buyer: Person) -> None:
    item = seller.sells()
    for count, who in ((1, buyer), (2, seller), (1, buyer), (0, seller)):
        assert who.likes(item).status == 200
        assert seen(market, item)["likeCount"] == count


def test_nobody_likes_in_somebody_else_s_name(market: Marketplace, seller: Person, stranger: Person) -> None:
    item = seller.sells()
    liked = stranger(f"{SERVICE}.toggleLikeSalesItem", {"_id": item, "userAccountId": seller.id})
    assert liked.error == "error.6"
    assert stranger.likes("999999999").error == "error.4"
    assert seen(market, item)["likeCount"] == 0


def test_the_caller_joins_and_leaves_who_follows_a_price(market: Marketplace, seller: Person, buyer: Person) -> None:
    item, argument = seller.sells(), {"userAccountId": buyer.id}
    followers = f"SELECT count(*) FROM sales_items_salesitem_price_following_user_accounts WHERE salesitem_id = {item}"
    for function, count in (("follow", 1), ("follow", 1), ("unfollow", 0), ("unfollow", 0)):
        answer = buyer(f"{SERVICE}.{function}SalesItemPriceChange", {"_id": item, **argument})
        assert (answer.status, market.database.number(followers)) == (200, count)


# scheduled


def test_items_reserved_for_too_long_are_for_sale_again(market: Marketplace, seller: Person, buyer: Person) -> None:
    item, other = seller.sells(), seller.sells()
    buyer.adds(item)
    function, name = (
        f"{SERVICE}.changeExpiredReservedSalesItemStatesToForSale",
        "maxSalesItemReservationDurationInMinutes",
    )
    assert market.administrator(function, {}).status == 200
    assert (seen(market, item)["state"], buyer.cart()) == ("reserved", [item])
    assert market.administrator(function, {name: -1}).status == 200
    assert (seen(market, item)["state"], buyer.cart()) == ("forSale", [])
    for wrong in (-2, 16):
        assert market.administrator(function, {name: wrong}).error == "error.5"
    assert seller(function, {name: -1}).error == "error.6"
    assert seen(market, other)["state"] == "forSale"


def test_items_for_sale_for_too_long_are_deleted(market: Marketplace, seller: Person, buyer: Person) -> None:
    item, reserved, new = (seller.sells() for _ in range(3))
    buyer.adds(reserved)
    old = "UPDATE sales_items_salesitem SET created_at_timestamp = '2026-01-01 00:00:00' WHERE id IN"
    market.database.ask(f"{old} ({item}, {reserved})")
    function, name = f"{SERVICE}.deleteOldUnsoldSalesItemsDaily", "deletableUnsoldSalesItemMinAgeInMonths"
    assert market.administrator(function, {}).status == 200
    assert market.nobody(f"{SERVICE}.getSalesItem", {"_id": item}).error == "error.4"
    assert [seen(market, left)["state"] for left in (reserved, new)] == ["reserved", "forSale"]
    for wrong in (-2, 13):
        assert market.administrator(function, {name: wrong}).error == "error.5"
    assert seller(function, {}).error == "error.6"


# for whom


@pytest.mark.parametrize("function", ["updateSalesItem", "deleteSalesItem"])
def test_an_item_is_its_seller_s_alone(market: Marketplace, seller: Person, stranger: Person, function: str) -> None:
    item = seller.sells()
    argument = {"_id": item, **({"title": "Stolen"} if function == "updateSalesItem" else {})}
    foreign, absent = (stranger(f"{SERVICE}.{function}", {**argument, "_id": id}) for id in (item, "999999999"))
    assert (foreign.status, foreign.error) == (absent.status, absent.error) == (404, "error.4")
    assert market.nobody(f"{SERVICE}.{function}", argument).error == "error.17"
    assert seen(market, item)["title"] == "Bicycle"
    assert market.administrator(f"{SERVICE}.{function}", argument).status == 200


def test_nobody_gives_an_item_to_somebody_else(market: Marketplace, seller: Person, stranger: Person) -> None:
    item = seller.sells()
    given = seller(f"{SERVICE}.updateSalesItem", {"_id": item, "userAccountId": stranger.id})
    assert (given.error, seen(market, item)["userAccountId"]) == ("error.6", seller.id)


@pytest.mark.parametrize("function", ["followSalesItemPriceChange", "unfollowSalesItemPriceChange"])
def test_nobody_follows_in_somebody_else_s_name(
    market: Marketplace, seller: Person, stranger: Person, function: str
) -> None:
    argument = {"_id": seller.sells(), "userAccountId": seller.id}
    assert stranger(f"{SERVICE}.{function}", argument).error == "error.6"
    assert market.administrator(f"{SERVICE}.{function}", argument).status == 200


def test_whom_somebody_follows_is_told_to_nobody_else(market: Marketplace, seller: Person, stranger: Person) -> None:
    argument = {"userAccountId": seller.id}
    assert stranger(f"{SERVICE}.getFollowedUsersSalesItems", argument).error == "error.6"
    assert market.nobody(f"{SERVICE}.getFollowedUsersSalesItems", argument).error == "error.17"


@pytest.mark.parametrize(
    "function",
    [
        "updateSalesItemsToReserved",
        "updateSalesItemsToSold",
        "updateReservedSalesItemsToForSale",
        "updateSoldSalesItemsToForSale",
    ],
)
def test_states_are_changed_inside_the_service_only(market: Marketplace, function: str) -> None:
    assert market.administrator(f"{SERVICE}.{function}", {}).error == "error.9"


@pytest.mark.parametrize(
    "function",
    [f"{SERVICE}.deleteAllSalesItems", "shoppingCartService.deleteAllShoppingCarts", "orderService.deleteAllOrders"],
)
def test_everything_is_deleted_by_tests_with_a_token(market: Marketplace, seller: Person, function: str) -> None:
    assert market.nobody(function).error == "error.17"
    assert seller(function).status == 200
