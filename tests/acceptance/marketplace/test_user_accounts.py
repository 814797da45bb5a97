"""User accounts: every rule of the marketplace about them, as their owners and others meet it."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from backk_core.testing import internal, user
from example_project.orders.models import Order
from example_project.sales_items.models import SalesItem, State
from example_project.shopping_carts.models import ShoppingCart
from example_project.user_accounts.models import PaymentMethod, UserAccount
from tests.acceptance.marketplace.accounts import (
    ADMINISTRATOR,
    AMEX,
    MASTERCARD,
    PICTURE,
    VISA,
    Member,
    account_of,
    card,
    sign_up,
    thing_of,
)
from tests.acceptance.marketplace.contract import ContractClient

pytestmark = pytest.mark.django_db

CREATE = "userAccountService.createUserAccount"
GET = "userAccountService.getUserAccount"
DELETE = "userAccountService.deleteUserAccount"
DELETE_ALL = "userAccountService.deleteAllUserAccounts"


@pytest.fixture
def client() -> ContractClient:
    return ContractClient()


@pytest.fixture
def ann(client: ContractClient) -> Member:
    return sign_up(client, "ann")


@pytest.fixture
def bob(client: ContractClient) -> Member:
    return sign_up(client, "bob")


def row_of(member: Member) -> UserAccount:
    return UserAccount.objects.get(pk=member.id)


def names(entities: Any) -> list[str]:
    return [entity["displayName"] for entity in entities]


# delete all


def test_all_accounts_are_deleted_by_anybody_with_a_token_outside_production(
    client: ContractClient, ann: Member
) -> None:
    assert client.call(DELETE_ALL).error_code == "error.17"
    assert client.call(DELETE_ALL, principal=user("anybody")).status == 200
    assert not UserAccount.objects.exists()


def test_in_production_only_the_administrator_deletes_all_accounts(ann: Member, settings: Any) -> None:
    keys = {"ENCRYPTION_KEY": "5" * 44, "INDEX_KEY": "6" * 44}
    settings.BACKK = {**settings.BACKK, "ENVIRONMENT": "production", **keys, "JWT_SIGN_SECRET": ""}
    assert ann.call(DELETE_ALL).error_code == "error.6"
    assert ann.client.call(DELETE_ALL, principal=ADMINISTRATOR).status == 200


# sign up


def test_a_new_account_has_no_discount_and_is_not_locked_and_its_owner_hears_only_what_is_new(
    client: ContractClient,
) -> None:
    made = client.call(CREATE, account_of("ann"), principal=user("ann"))
    row = UserAccount.objects.get()
    assert made.data == {"_id": str(row.pk), "commissionDiscountPercentage": 0}
    assert (row.commission_discount_percentage, row.is_locked) == (0, False)


def test_signing_up_needs_a_captcha_token(client: ContractClient) -> None:
    without = account_of("ann")
    del without["captchaToken"]
    refused = client.call(CREATE, without, principal=user("ann"))
    assert refused.error_code == "error.5"
    assert "captchaToken" in str(refused.message)


class Refusal:
    """A verifier of captchas that accepts one token."""

    def verify(self, token: str, call: Any) -> bool:
        return token == "solved"


def test_a_captcha_token_is_verified(settings: Any) -> None:
    settings.BACKK = {**settings.BACKK, "CAPTCHA_VERIFIER": f"{__name__}.Refusal"}
    client = ContractClient()
    refused = client.call(CREATE, account_of("ann", captchaToken="guessed"), principal=user("ann"))
    assert refused.error_code == "error.5"
    assert "captchaToken" in str(refused.message)
    assert not UserAccount.objects.exists()
    assert client.call(CREATE, account_of("ann", captchaToken="solved"), principal=user("ann")).status == 200


def test_one_signs_up_for_oneself(client: ContractClient) -> None:
    assert client.call(CREATE, account_of("bob"), principal=user("ann")).error_code == "error.6"
    assert client.call(CREATE, account_of("ann")).error_code == "error.17"
    assert client.call(CREATE, account_of("bob"), principal=internal()).error_code == "error.6"
    assert not UserAccount.objects.exists()


def test_the_administrator_signs_others_up(client: ContractClient) -> None:
    assert client.call(CREATE, account_of("bob"), principal=ADMINISTRATOR).status == 200
    assert UserAccount.objects.get().subject == "bob"


def test_a_subject_has_one_account(client: ContractClient, ann: Member) -> None:
    again = client.call(CREATE, account_of("ann"), principal=user("ann"))
    assert (again.status, again.error_code, again.message) == (409, "error.3", "Duplicate userAccount")


@pytest.mark.parametrize("name", ["_id", "isLocked", "commissionDiscountPercentage", "orders", "ownSalesItems"])
def test_what_the_marketplace_decides_is_not_sent(client: ContractClient, name: str) -> None:
    refused = client.call(CREATE, account_of("ann", **{name: "1"}), principal=user("ann"))
    assert refused.error_code == "error.5"
    assert name in str(refused.message)


def test_a_city_is_one_of_those_that_are_listed(client: ContractClient) -> None:
    listed = [city["value"] for city in client.call("userAccountService.getCities").data]
    assert len(listed) > 1
    assert "Tampere" in listed
    assert client.call(CREATE, account_of("ann", city=listed[-1]), principal=user("ann")).status == 200
    assert "city" in str(client.call(CREATE, account_of("bob", city="Atlantis"), principal=user("bob")).message)


# look


def test_an_account_is_found_by_the_subject_of_the_token_for_administrators_too(
    client: ContractClient, ann: Member, bob: Member
) -> None:
    assert (ann.account["_id"], bob.account["_id"]) == (ann.id, bob.id)
    assert client.call(GET, principal=ADMINISTRATOR).error_code == "error.4"
    assert client.call(GET, {"subject": "bob"}, principal=user("ann")).error_code == "error.5"
    assert client.call(GET).error_code == "error.17"
    assert client.call(GET, principal=user("nobody yet")).error_code == "error.4"


def test_values_come_back_as_they_were_sent_without_what_never_returns(ann: Member) -> None:
    sent = account_of("ann")
    for name in ("captchaToken", "subject", "paymentMethods"):
        del sent[name]
    account = ann.account
    assert {name: account[name] for name in sent} == sent
    paid_with = card()
    del paid_with["cardVerificationCode"]
    assert account["paymentMethods"] == [{"id": "0", **paid_with}]


def test_favourites_are_those_that_are_still_for_sale(ann: Member, bob: Member) -> None:
    first, second = bob.sell(title="first"), bob.sell(title="second")
    for item in (first, second):
        ann.call("userAccountService.addToFavoriteSalesItems", {"_id": ann.id, "salesItemId": item})
    SalesItem.objects.filter(pk=first).update(state=State.RESERVED)
    assert [item["title"] for item in ann.account["favoriteSalesItems"]] == ["second"]
    SalesItem.objects.filter(pk=second).update(state=State.SOLD)
    assert ann.account["favoriteSalesItems"] == []


def test_by_default_an_account_comes_without_large_pictures_and_without_what_followed_users_sell(
    ann: Member, bob: Member
) -> None:
    ann.sell()
    bob.sell()
    ann.follow(bob)
    account = ann.account
    assert "primaryImageDataUri" not in account["ownSalesItems"][0]
    assert "primaryImageThumbnailDataUri" in account["ownSalesItems"][0]
    assert "ownSalesItems" not in account["followedUserAccounts"][0]


def test_by_default_payment_methods_begin_with_the_default_one_and_things_are_sorted_by_state(
    client: ContractClient,
) -> None:
    cards = [card(VISA, is_default=False), card(MASTERCARD, is_default=False), card(AMEX, is_default=True)]
    ann = sign_up(client, "ann", paymentMethods=cards)
    for title, state in (("a", State.SOLD), ("b", State.FOR_SALE), ("c", State.RESERVED), ("d", State.FOR_SALE)):
        SalesItem.objects.filter(pk=ann.sell(title=title)).update(state=state)
    account = ann.account
    assert [method["id"] for method in account["paymentMethods"]] == ["2", "0", "1"]
    assert [item["title"] for item in account["ownSalesItems"]] == ["b", "d", "c", "a"]


def test_the_caller_may_ask_for_other_fields_and_another_order(ann: Member, bob: Member) -> None:
    bob.sell()
    ann.follow(bob)
    ann.sell(title="a")
    ann.sell(title="b")
    everything = ann.call(GET, {"excludeResponseFields": ["lastName"]}).data
    assert everything["ownSalesItems"][0]["primaryImageDataUri"] == PICTURE
    assert len(everything["followedUserAccounts"][0]["ownSalesItems"]) == 1
    assert "lastName" not in everything
    chosen = ann.call(GET, {"includeResponseFields": ["_id", "ownSalesItems.title"]}).data
    assert chosen == {"_id": ann.id, "ownSalesItems": [{"title": "a"}, {"title": "b"}]}
    by_title = [{"subEntityPath": "ownSalesItems", "fieldName": "title", "sortDirection": "DESC"}]
    assert [item["title"] for item in ann.call(GET, {"sortBys": by_title}).data["ownSalesItems"]] == ["b", "a"]


def test_things_and_orders_are_read_through_their_owner_and_never_stored_in_the_account(ann: Member) -> None:
    item = ann.sell()
    order = Order.objects.create(user_account_id=int(ann.id), payment_gateway="Klarna")
    account = ann.account
    assert [own["_id"] for own in account["ownSalesItems"]] == [item]
    assert [own["_id"] for own in account["orders"]] == [str(order.pk)]
    columns = {field.column for field in UserAccount._meta.concrete_fields}
    assert not {name for name in columns if "sales_item" in name or "order" in name}


# follow


def test_following_changes_both_sides(ann: Member, bob: Member) -> None:
    assert ann.follow(bob).body == b""
    assert ann.follow(bob).status == 200
    assert names(ann.account["followedUserAccounts"]) == ["Bob"]
    assert names(bob.account["followingUserAccounts"]) == ["Ann"]
    assert names(bob.account["followedUserAccounts"]) == []
    ended = ann.call("userAccountService.unfollowUser", {"_id": ann.id, "followedUserAccountId": bob.id})
    assert (ended.status, ended.body) == (200, b"")
    assert (ann.account["followedUserAccounts"], bob.account["followingUserAccounts"]) == ([], [])


def test_nobody_follows_themselves(ann: Member) -> None:
    assert ann.follow(ann).error_code == "error.5"
    assert (
        ann.call("userAccountService.followUser", {"_id": ann.id, "followedUserAccountId": ann.id.zfill(9)}).error_code
        == "error.5"
    )
    assert ann.account["followedUserAccounts"] == []


def test_whom_nobody_knows_nobody_follows(ann: Member) -> None:
    unknown = {"_id": ann.id, "followedUserAccountId": "99999999"}
    assert ann.call("userAccountService.followUser", unknown).error_code == "error.4"
    assert ann.call("userAccountService.unfollowUser", unknown).status == 200


# favourites


def test_favourites_are_remembered_and_forgotten_ones_own_too(ann: Member, bob: Member) -> None:
    own, other = ann.sell(title="own"), bob.sell(title="other")
    for item in (own, other, other):
        added = ann.call("userAccountService.addToFavoriteSalesItems", {"_id": ann.id, "salesItemId": item})
        assert (added.status, added.body) == (200, b"")
    assert [item["title"] for item in ann.account["favoriteSalesItems"]] == ["own", "other"]
    ann.call("userAccountService.removeFromFavoriteSalesItems", {"_id": ann.id, "salesItemId": own})
    assert [item["title"] for item in ann.account["favoriteSalesItems"]] == ["other"]


def test_what_is_not_there_is_no_favourite(ann: Member) -> None:
    unknown = {"_id": ann.id, "salesItemId": "99999999"}
    assert ann.call("userAccountService.addToFavoriteSalesItems", unknown).error_code == "error.4"


# change


def test_an_update_changes_what_is_sent_and_nothing_else(ann: Member) -> None:
    before = ann.account
    assert ann.update(lastName="Changed", phoneNumber="040 7654321").body == b""
    assert ann.account == {**before, "lastName": "Changed", "phoneNumber": "040 7654321"}


@pytest.mark.parametrize("name", ["subject", "captchaToken", "isLocked", "commissionDiscountPercentage", "orders"])
def test_what_an_owner_cannot_change_is_not_sent(ann: Member, name: str) -> None:
    assert ann.update(**{name: "bob"}).error_code == "error.5"


def test_null_is_no_name(ann: Member) -> None:
    assert ann.update(lastName=None).error_code == "error.5"


def test_payment_methods_have_ids_of_their_own_and_are_changed_by_them(ann: Member) -> None:
    ann.update(paymentMethods=[card(MASTERCARD, is_default=False)])
    ann.update(paymentMethods=[{"id": "1", "creditCardExpiration": "12/98"}])
    assert [(method["id"], method["creditCardExpiration"]) for method in ann.account["paymentMethods"]] == [
        ("0", "11/99"),
        ("1", "12/98"),
    ]


def test_the_payment_methods_of_an_account_touch_no_others(ann: Member, bob: Member) -> None:
    before = bob.account
    ann.update(paymentMethods=[{"id": "0", "creditCardNumber": MASTERCARD}])
    assert bob.account == before


@pytest.mark.parametrize(
    "cards",
    [
        [card(is_default=False)],
        [card(VISA), card(MASTERCARD)],
        [card(VISA, is_default=False), card(MASTERCARD, is_default=False)],
    ],
    ids=["no default", "two defaults", "no default of two"],
)
def test_exactly_one_payment_method_is_the_default(client: ContractClient, cards: list[Any]) -> None:
    refused = client.call(CREATE, account_of("ann", paymentMethods=cards), principal=user("ann"))
    assert refused.error_code == "error.5"
    assert "default" in str(refused.message)
    assert not UserAccount.objects.exists()


@pytest.mark.parametrize(
    "sent",
    [
        [{"id": "0", "isDefault": False}],
        [{"id": "1", "isDefault": True}],
        [card(AMEX, is_default=True)],
    ],
    ids=["the default one is none any more", "another one too", "a new one too"],
)
def test_exactly_one_payment_method_is_the_default_after_a_partial_update(ann: Member, sent: list[Any]) -> None:
    ann.update(paymentMethods=[card(MASTERCARD, is_default=False)])
    before = ann.account
    refused = ann.update(paymentMethods=sent, lastName="Changed")
    assert refused.error_code == "error.5"
    assert ann.account == before


def test_the_default_payment_method_is_exchanged_in_one_update(ann: Member) -> None:
    ann.update(paymentMethods=[card(MASTERCARD, is_default=False)])
    assert ann.update(paymentMethods=[{"id": "0", "isDefault": False}, {"id": "1", "isDefault": True}]).status == 200
    assert [method["id"] for method in ann.account["paymentMethods"]] == ["1", "0"]


def test_card_numbers_differ_however_they_are_written(client: ContractClient, ann: Member) -> None:
    same = card(VISA.replace(" ", ""), is_default=False)
    refused = client.call(CREATE, account_of("bob", paymentMethods=[card(VISA), same]), principal=user("bob"))
    assert refused.error_code == "error.5"
    assert VISA.replace(" ", "") not in str(refused.message)
    assert ann.update(paymentMethods=[same]).error_code == "error.5"
    assert len(ann.account["paymentMethods"]) == 1


def test_no_payment_method_at_all_is_fine(client: ContractClient, ann: Member) -> None:
    assert sign_up(client, "bob", paymentMethods=[]).account["paymentMethods"] == []
    assert ann.update(paymentMethods=[]).status == 200
    assert ann.account["paymentMethods"] == []


def test_an_account_has_ten_payment_methods_at_most(ann: Member) -> None:
    digits = [f"41111111111111{n}" for n in range(10, 99)]
    numbers = [
        number + _check_digit(number) for number in digits if number + _check_digit(number) != "4111111111111111"
    ]
    assert ann.update(paymentMethods=[card(number, is_default=False) for number in numbers[:9]]).status == 200
    full = ann.update(paymentMethods=[card(numbers[9], is_default=False)])
    assert full.error_code in ("error.7", "error.5")
    assert len(ann.account["paymentMethods"]) == 10


def _check_digit(digits: str) -> str:
    from stdnum import luhn

    return str(luhn.calc_check_digit(digits))


# leave


def test_who_left_is_found_no_more_and_may_sign_up_again_at_once_under_another_id(
    client: ContractClient, ann: Member
) -> None:
    assert ann.call(DELETE, {"_id": ann.id}).body == b""
    assert ann.call(GET).error_code == "error.4"
    again = sign_up(client, "ann")
    assert again.id != ann.id
    assert again.account["_id"] == again.id
    assert again.account["ownSalesItems"] == []


def test_unsold_things_go_with_their_sellers_account_and_sold_ones_stay(ann: Member, bob: Member) -> None:
    ids = {state: ann.sell() for state in State}
    for state, item in ids.items():
        SalesItem.objects.filter(pk=item).update(state=state)
    others = bob.sell()
    ann.call(DELETE, {"_id": ann.id})
    assert {str(pk) for pk in SalesItem.objects.values_list("pk", flat=True)} == {ids[State.SOLD], others}


def test_the_cart_goes_with_its_account_and_what_lay_in_it_is_for_sale_again(ann: Member, bob: Member) -> None:
    item = bob.sell()
    assert (
        ann.call("shoppingCartService.addToShoppingCart", {"userAccountId": ann.id, "salesItemId": item}).status == 200
    )
    assert SalesItem.objects.get(pk=item).state == State.RESERVED
    ann.call(DELETE, {"_id": ann.id})
    left = SalesItem.objects.get(pk=item)
    assert (left.state, left.buyer_user_account_id, left.reserved_at_timestamp) == (State.FOR_SALE, None, None)
    assert not ShoppingCart.objects.filter(user_account_id=ann.id).exists()


def test_links_go_with_the_account_and_likes_are_taken_back(ann: Member, bob: Member) -> None:
    item = bob.sell()
    ann.follow(bob)
    bob.follow(ann)
    for member in (ann, bob):
        member.call("salesItemService.toggleLikeSalesItem", {"_id": item, "userAccountId": member.id})
    ann.call("salesItemService.followSalesItemPriceChange", {"_id": item, "userAccountId": ann.id})
    bob.call("userAccountService.addToFavoriteSalesItems", {"_id": bob.id, "salesItemId": ann.sell()})
    ann.call(DELETE, {"_id": ann.id})
    account = bob.account
    assert (account["followedUserAccounts"], account["followingUserAccounts"]) == ([], [])
    assert account["favoriteSalesItems"] == []
    liked = SalesItem.objects.get(pk=item)
    assert (liked.like_count, len(liked.liking_user_accounts)) == (1, 1)
    assert PaymentMethod.objects.count() == 1


def test_orders_stay_when_their_buyer_leaves(ann: Member) -> None:
    order = Order.objects.create(user_account_id=int(ann.id), payment_gateway="Klarna")
    ann.call(DELETE, {"_id": ann.id})
    assert Order.objects.get().user_account_id == int(ann.id)
    kept = ann.client.call("orderService.getOrder", {"_id": str(order.pk)}, principal=ADMINISTRATOR)
    assert kept.data["userAccountId"] == ann.id


# who may


def test_a_locked_account_is_refused_every_call_about_its_own_things(ann: Member, bob: Member) -> None:
    item = ann.sell()
    UserAccount.objects.filter(pk=ann.id).update(is_locked=True)
    own = {"userAccountId": ann.id}
    for function, argument in (
        (CREATE, account_of("ann")),
        (GET, {}),
        ("userAccountService.createUserAccount", account_of("ann")),
        ("userAccountService.updateUserAccount", {"_id": ann.id, "lastName": "Changed"}),
        ("userAccountService.followUser", {"_id": ann.id, "followedUserAccountId": bob.id}),
        ("userAccountService.unfollowUser", {"_id": ann.id, "followedUserAccountId": bob.id}),
        ("userAccountService.addToFavoriteSalesItems", {"_id": ann.id, "salesItemId": item}),
        ("userAccountService.removeFromFavoriteSalesItems", {"_id": ann.id, "salesItemId": item}),
        (DELETE, {"_id": ann.id}),
        ("salesItemService.createSalesItem", thing_of(ann.id)),
        ("salesItemService.deleteSalesItem", {"_id": item}),
        ("shoppingCartService.getShoppingCart", own),
        ("orderService.getOrder", {"_id": "1"}),
    ):
        assert (function, ann.call(function, argument).status) == (function, 403)
    assert ann.call("userService.getUsers").status == 200
    assert bob.account["_id"] == bob.id


@pytest.mark.parametrize(
    ("function", "more"),
    [
        ("userAccountService.updateUserAccount", {"lastName": "Changed"}),
        ("userAccountService.followUser", {"followedUserAccountId": "1"}),
        ("userAccountService.unfollowUser", {"followedUserAccountId": "1"}),
        ("userAccountService.addToFavoriteSalesItems", {"salesItemId": "1"}),
        ("userAccountService.removeFromFavoriteSalesItems", {"salesItemId": "1"}),
        (DELETE, {}),
    ],
)
def test_what_is_ones_own_is_nobody_elses(ann: Member, bob: Member, function: str, more: Any) -> None:
    ann.follow(bob)
    before = ann.account
    assert bob.call(function, {"_id": ann.id, **more}).error_code == "error.6"
    assert bob.client.call(function, {"_id": ann.id, **more}).error_code == "error.17"
    without_account = bob.client.call(function, {"_id": ann.id, **more}, principal=user("nobody yet"))
    assert without_account.error_code == "error.6"
    another_role = user("bob", roles={"vitjaPaymentGateway", "vitjaLogisticsPartner", "admin"})
    assert bob.client.call(function, {"_id": ann.id, **more}, principal=another_role).error_code == "error.6"
    assert ann.account == before


def test_the_administrator_does_it_for_everybody(ann: Member, bob: Member) -> None:
    def administrate(function: str, **argument: Any) -> int:
        called = ann.client.call(f"userAccountService.{function}", {"_id": ann.id, **argument}, principal=ADMINISTRATOR)
        return called.status

    item = bob.sell()
    assert administrate("updateUserAccount", lastName="Changed") == 200
    assert administrate("followUser", followedUserAccountId=bob.id) == 200
    assert administrate("addToFavoriteSalesItems", salesItemId=item) == 200
    account = ann.account
    assert (account["lastName"], names(account["followedUserAccounts"])) == ("Changed", ["Bob"])
    assert [favourite["_id"] for favourite in account["favoriteSalesItems"]] == [item]
    assert administrate("unfollowUser", followedUserAccountId=bob.id) == 200
    assert administrate("removeFromFavoriteSalesItems", salesItemId=item) == 200
    assert administrate("deleteUserAccount") == 200
    assert administrate("deleteUserAccount") == 404


# at rest


def test_personal_data_are_encrypted_at_rest_and_verification_codes_are_nowhere(ann: Member) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM user_accounts_useraccount")
        account = dict(zip([column[0] for column in cursor.description], cursor.fetchone(), strict=True))
        cursor.execute("SELECT * FROM user_accounts_paymentmethod")
        method = dict(zip([column[0] for column in cursor.description], cursor.fetchone(), strict=True))
    sent = account_of("ann")
    stored = " ".join(map(str, (*account.values(), *method.values())))
    for name in ("firstName", "lastName", "email", "streetAddress", "postalCode", "city", "phoneNumber"):
        assert sent[name] not in stored, name
    assert VISA not in stored
    assert "11/99" not in stored
    assert "345" not in method.values()
    assert account["display_name"] == "Ann"
