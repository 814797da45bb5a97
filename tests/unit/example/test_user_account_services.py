"""The service of user accounts without a database, as its users would test it."""

from typing import Any

import pytest
from django.db.models import Q

from backk_core import InvalidArgument
from backk_core.testing import Client, FakeStore, user
from example_project.sales_items.models import SalesItem, State
from example_project.shopping_carts.models import ShoppingCart
from example_project.user_accounts.arguments import IdAndFollowedUserAccountId
from example_project.user_accounts.models import PaymentMethod, UserAccount
from example_project.user_accounts.payment_methods import refuse_unless_consistent
from example_project.user_accounts.services import (
    AddToFavoriteSalesItems,
    FollowUser,
    UnfollowUser,
    UserAccountService,
)
from example_project.users.services import UserService

VISA, MASTERCARD = "4111 1111 1111 1111", "5555 5555 5555 4444"


def account(subject: str, **values: Any) -> UserAccount:
    return UserAccount(
        subject=subject,
        display_name=subject.title(),
        first_name="Firstname",
        last_name="Lastname",
        email=f"{subject}@example.com",
        street_address="Street 1",
        postal_code="33100",
        city="Tampere",
        phone_number="041 2345678",
        image_data_uri="data:image/png;base64,aGVsbG8=",
        **values,
    )


def thing(owner: int, **values: Any) -> SalesItem:
    return SalesItem(
        **{
            "user_account_id": owner,
            "title": "Bicycle",
            "description": "Hardly used",
            "area": "Area1",
            "product_department": "Vehicles",
            "product_category": "Vehicles",
            "product_sub_category": "Vehicles",
            "price": 120.5,
            "shipping_cost": 9.5,
            "primary_image_data_uri": "data:,a",
            "primary_image_thumbnail_data_uri": "data:,a",
            "secondary_image_data_uris": [],
            **values,
        }
    )


def method(number: str = VISA, *, is_default: bool = True) -> PaymentMethod:
    return PaymentMethod(is_default=is_default, payment_method_type="creditCard", credit_card_number=number)


@pytest.fixture
def store() -> FakeStore:
    return FakeStore(account("ann"), account("bob"))


def client(store: FakeStore, subject: str = "ann") -> Client:
    services = (UserAccountService, FollowUser, UnfollowUser, AddToFavoriteSalesItems, UserService)
    return Client(*(service(store) for service in services), principal=user(subject))


def test_an_account_is_found_by_its_subject(store: FakeStore) -> None:
    found = client(store, "bob").call(UserAccountService.get_user_account)
    assert (found.data["_id"], found.data["displayName"]) == ("2", "Bob")
    assert client(store, "carl").call(UserAccountService.get_user_account).error_code == "error.4"


def test_following_is_seen_from_both_sides(store: FakeStore) -> None:
    FollowUser(store).execute(IdAndFollowedUserAccountId(id="1", followed_user_account_id="2"))
    page = client(store).call("userService.getUser", {"_id": "2"}).data
    assert [follower["displayName"] for follower in page["followingUserAccounts"]] == ["Ann"]


def test_nobody_follows_themselves(store: FakeStore) -> None:
    with pytest.raises(InvalidArgument, match="must not be one's own"):
        FollowUser(store).execute(IdAndFollowedUserAccountId(id="1", followed_user_account_id="01"))


def test_favourites_that_were_sold_are_not_shown(store: FakeStore) -> None:
    item = store.create(thing(2)).data
    ann = client(store)
    ann.call(AddToFavoriteSalesItems, {"_id": "1", "salesItemId": str(item.pk)})
    assert len(ann.call(UserAccountService.get_user_account).data["favoriteSalesItems"]) == 1
    store.update_all(SalesItem, {"state": State.SOLD}, Q(id=item.pk))
    assert ann.call(UserAccountService.get_user_account).data["favoriteSalesItems"] == []


def test_unsold_things_and_the_cart_go_with_an_account(store: FakeStore) -> None:
    store.create(thing(1))
    sold = store.create(thing(1, state=State.SOLD)).data
    reserved = store.create(thing(2, state=State.RESERVED, buyer_user_account_id=1)).data
    store.create(ShoppingCart(user_account_id=1))
    assert client(store).call(UserAccountService.delete_user_account, {"_id": "1"}).status == 200
    left = {item.pk: item.state for item in store.get_all(SalesItem)}
    assert left == {sold.pk: State.SOLD, reserved.pk: State.FOR_SALE}
    assert store.count(ShoppingCart) == 0


def test_a_locked_account_is_refused(store: FakeStore) -> None:
    store.update_all(UserAccount, {"is_locked": True}, Q(subject="ann"))
    assert client(store).call(UserAccountService.get_user_account).error_code == "error.6"
    assert client(store, "bob").call(UserAccountService.get_user_account).status == 200


@pytest.mark.parametrize(
    "methods", [[], [method()], [method(), method(MASTERCARD, is_default=False)]], ids=["none", "one", "two"]
)
def test_one_default_and_different_numbers_are_consistent(methods: list[PaymentMethod]) -> None:
    refuse_unless_consistent(methods)


@pytest.mark.parametrize(
    "methods",
    [
        [method(is_default=False)],
        [method(), method(MASTERCARD)],
        [method(), method(VISA.replace(" ", ""), is_default=False)],
    ],
    ids=["no default", "two defaults", "one number written in two ways"],
)
def test_everything_else_is_refused(methods: list[PaymentMethod]) -> None:
    with pytest.raises(InvalidArgument, match="paymentMethods must have"):
        refuse_unless_consistent(methods)
