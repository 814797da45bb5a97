"""The admin's pages of the marketplace: personal data are for who may see them."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client as Browser

from example_project.orders.models import Order
from example_project.sales_items.models import SalesItem
from example_project.shopping_carts.models import ShoppingCart
from example_project.tags.models import Tag
from example_project.user_accounts.models import PaymentMethod, UserAccount

pytestmark = pytest.mark.django_db

SECRETS = ("Firstname-canary", "canary@example.com", "Street-canary", "4111 1111 1111 1111")
ACCOUNTS = "/admin/user_accounts/useraccount/"
VIEWER = ("view_useraccount", "view_paymentmethod")


@pytest.fixture
def account() -> UserAccount:
    account = UserAccount.objects.create(
        subject="canary",
        display_name="Ann",
        first_name=SECRETS[0],
        last_name="Example",
        email=SECRETS[1],
        street_address=SECRETS[2],
        postal_code="33100",
        city="Tampere",
        phone_number="041 2345678",
        image_data_uri="data:image/png;base64,aGVsbG8=",
    )
    PaymentMethod.objects.create(
        parent=account,
        local_id="0",
        is_default=True,
        payment_method_type="creditCard",
        credit_card_number=SECRETS[3],
        credit_card_expiration="11/99",
    )
    return account


@pytest.fixture
def signed_in() -> Callable[..., Browser]:
    def sign_in(*permissions: str) -> Browser:
        user = User.objects.create_user(f"user {User.objects.count()}", is_staff=True)
        user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
        assert user.user_permissions.count() == len(permissions)
        browser = Browser()
        browser.force_login(user)
        return browser

    return sign_in


def test_who_may_see_personal_data_sees_them_decrypted(account: UserAccount, signed_in: Callable[..., Browser]) -> None:
    page = signed_in(*VIEWER, "view_personal_data").get(f"{ACCOUNTS}{account.pk}/change/").content.decode()
    assert [secret for secret in SECRETS if secret not in page] == []
    assert account.row_key not in page


def test_others_see_the_account_without_personal_data(account: UserAccount, signed_in: Callable[..., Browser]) -> None:
    browser = signed_in(*VIEWER)
    for path in (ACCOUNTS, f"{ACCOUNTS}{account.pk}/change/"):
        page = browser.get(path)
        assert page.status_code == 200
        shown = page.content.decode()
        assert "Ann" in shown
        assert [secret for secret in (*SECRETS, "Tampere", account.row_key) if secret in shown] == []


def test_what_may_not_be_seen_is_not_read(
    account: UserAccount, signed_in: Callable[..., Browser], django_assert_max_num_queries: Callable[..., object]
) -> None:
    browser = signed_in(*VIEWER)
    with django_assert_max_num_queries(30) as captured:  # type: ignore[attr-defined]
        browser.get(f"{ACCOUNTS}{account.pk}/change/")
    statements = [query["sql"] for query in captured.captured_queries if "user_accounts_" in query["sql"]]
    assert statements
    assert [text for text in statements if "first_name" in text or "credit_card_number" in text] == []


def test_an_account_is_locked_in_the_admin_and_nothing_else_of_it_is_written(
    account: UserAccount, signed_in: Callable[..., Browser]
) -> None:
    browser = signed_in(*VIEWER, "change_useraccount")
    path = f"{ACCOUNTS}{account.pk}/change/"
    prefix = browser.get(path).context["inline_admin_formsets"][0].formset.prefix
    parts = {f"{prefix}-{name}": value for name, value in (("TOTAL_FORMS", "0"), ("INITIAL_FORMS", "0"))}
    sent = {"commission_discount_percentage": "25", "is_locked": "on", "first_name": "Somebody else", **parts}
    UserAccount.objects.filter(pk=account.pk).update(display_name="Changed meanwhile")
    answer = browser.post(path, sent)
    assert answer.status_code == 302, answer.context["errors"]
    changed = UserAccount.objects.get(pk=account.pk)
    assert (changed.is_locked, changed.commission_discount_percentage) == (True, 25)
    assert (changed.first_name, changed.display_name) == (SECRETS[0], "Changed meanwhile")


def test_nobody_makes_or_deletes_accounts_past_the_rules_of_the_marketplace(
    account: UserAccount, admin_client: Browser
) -> None:
    assert admin_client.get(f"{ACCOUNTS}add/").status_code == 403
    assert admin_client.post(f"{ACCOUNTS}{account.pk}/delete/", {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("entity", [Tag, SalesItem, UserAccount, ShoppingCart, Order], ids=lambda e: e.__name__)
def test_every_entity_has_pages(entity: type, account: UserAccount, admin_client: Browser) -> None:
    made = {
        Tag: lambda: Tag.objects.create(name="a"),
        SalesItem: lambda: _sales_item(account),
        UserAccount: lambda: account,
        ShoppingCart: lambda: ShoppingCart.objects.create(user_account_id=account.pk),
        Order: lambda: Order.objects.create(user_account_id=account.pk, payment_gateway="Klarna"),
    }[entity]()
    path = f"/admin/{entity._meta.app_label}/{entity._meta.model_name}/"
    assert admin_client.get(path).status_code == 200
    assert admin_client.get(f"{path}?q=a").status_code == 200
    assert admin_client.get(f"{path}{made.pk}/change/").status_code == 200


def _sales_item(account: UserAccount) -> SalesItem:
    return SalesItem.objects.create(
        user_account_id=account.pk,
        title="Bicycle",
        description="Hardly used",
        area="Area1",
        product_department="Vehicles",
        product_category="Vehicles",
        product_sub_category="Vehicles",
        price=1,
        shipping_cost=1,
        primary_image_data_uri="data:,a",
        secondary_image_data_uris=[],
        primary_image_thumbnail_data_uri="data:,b",
    )
