"""`make demo-data`: the demonstration, which is the same each time, and there once however often it is made."""

import base64
import io
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from PIL import Image

from example_project.demo_data.people import person
from example_project.orders.models import Order
from example_project.sales_items.models import SalesItem, State
from example_project.user_accounts.models import UserAccount

pytestmark = pytest.mark.django_db


@pytest.fixture
def demonstration(settings: Any, capsys: pytest.CaptureFixture[str]) -> str:
    settings.DEBUG = True
    call_command("demo_data", people=6)
    return capsys.readouterr().out


def counts() -> tuple[int, ...]:
    likes = sum(SalesItem.objects.values_list("like_count", flat=True))
    followed = sum(len(account.followed_user_accounts) for account in UserAccount.objects.all())
    return UserAccount.objects.count(), SalesItem.objects.count(), Order.objects.count(), likes, followed


def test_people_sell_follow_like_and_buy_and_whoever_tries_it_is_told_how(demonstration: str) -> None:
    people, things, orders, likes, followed = counts()
    assert (people, orders) == (6, 3)
    assert things >= 18
    assert likes >= 12
    assert followed >= 6
    assert {State.FOR_SALE, State.SOLD} <= set(SalesItem.objects.values_list("state", flat=True))
    assert f"6 people, {things} things, 3 orders." in demonstration
    assert get_user_model().objects.get(username="admin").is_superuser


def test_making_it_again_changes_nothing(demonstration: str) -> None:
    before = counts()
    call_command("demo_data", people=6)
    assert counts() == before


def test_it_is_the_same_each_time() -> None:
    assert person(7).account == person(7).account
    assert person(7).account != person(8).account


def test_things_have_pictures_of_their_own(demonstration: str) -> None:
    pictures = {item.primary_image_data_uri for item in SalesItem.objects.all()}
    assert len(pictures) > 5
    for uri in pictures:
        with Image.open(io.BytesIO(base64.b64decode(uri.partition(",")[2]))) as picture:
            assert picture.size == (320, 240)


def test_production_gets_no_administrator_whose_password_everybody_knows(settings: Any) -> None:
    settings.DEBUG = False
    with pytest.raises(CommandError, match="development only"):
        call_command("demo_data")
    assert not UserAccount.objects.exists()
