"""Other people: what everybody may see of them."""

from __future__ import annotations

import pytest

from tests.acceptance.marketplace.accounts import Member, sign_up
from tests.acceptance.marketplace.contract import ContractClient

pytestmark = pytest.mark.django_db

LIST = "userService.getUsers"
GET = "userService.getUser"


@pytest.fixture
def client() -> ContractClient:
    return ContractClient()


@pytest.fixture
def people(client: ContractClient) -> list[Member]:
    return [sign_up(client, subject) for subject in ("anna", "hanna", "bert")]


def test_everybody_finds_people_by_a_part_of_their_display_names(client: ContractClient, people: list[Member]) -> None:
    def found(text: str) -> list[str]:
        return [user["displayName"] for user in client.call(LIST, {"displayNameFilter": text}).data]

    assert found("nna") == ["Anna", "Hanna"]
    assert found("Anna") == ["Anna"]
    assert found("%") == found("_") == []
    assert found("") == ["Anna", "Hanna", "Bert"]


def test_a_list_of_people_tells_who_they_are_and_where_they_live_and_no_more(
    client: ContractClient, people: list[Member]
) -> None:
    (bert,) = client.call(LIST, {"displayNameFilter": "Bert"}).data
    assert list(bert) == ["_id", "displayName", "city", "imageDataUri"]
    more = client.call(LIST, {"includeResponseFields": ["displayName", "ownSalesItems.title"]}).data
    assert more[0] == {"displayName": "Anna", "ownSalesItems": []}


def test_everybody_looks_at_somebodys_page(client: ContractClient, people: list[Member]) -> None:
    anna, hanna, bert = people
    anna.follow(hanna)
    bert.follow(anna)
    item = anna.sell(title="Coat")
    page = client.call(GET, {"_id": anna.id}).data
    assert list(page) == [
        "_id",
        "displayName",
        "city",
        "imageDataUri",
        "ownSalesItems",
        "followedUserAccounts",
        "followingUserAccounts",
    ]
    assert [thing["_id"] for thing in page["ownSalesItems"]] == [item]
    assert [followed["displayName"] for followed in page["followedUserAccounts"]] == ["Hanna"]
    assert [follower["displayName"] for follower in page["followingUserAccounts"]] == ["Bert"]


@pytest.mark.parametrize(
    "field",
    ["email", "firstName", "phoneNumber", "subject", "isLocked", "paymentMethods", "orders", "favoriteSalesItems"],
)
def test_nothing_private_of_others_can_be_asked_for_sorted_or_found_by(
    client: ContractClient, people: list[Member], field: str
) -> None:
    for wanted in (
        {"includeResponseFields": [field]},
        {"includeResponseFields": [f"followedUserAccounts.{field}"]},
        {"sortBys": [{"fieldName": field}]},
    ):
        assert client.call(LIST, wanted).error_code == "error.5"


def test_who_has_left_has_no_page(client: ContractClient, people: list[Member]) -> None:
    anna = people[0]
    anna.call("userAccountService.deleteUserAccount", {"_id": anna.id})
    assert client.call(GET, {"_id": anna.id}).error_code == "error.4"
    assert client.call(GET, {"_id": "99999999"}).error_code == "error.4"
