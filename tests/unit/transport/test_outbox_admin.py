from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client, override_settings
from django.utils import timezone

from backk_transport import Message, send_to_remote_service
from backk_transport.models import OutboxMessage, Outcome
from backk_transport.network import Network

LIST = "/admin/backk_transport/outboxmessage/"
CANARY = "canary-7f3a"
_CONTEXT = [
    f"django.contrib.{name}" for name in ("auth.context_processors.auth", "messages.context_processors.messages")
]

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def admin_site() -> Iterator[None]:
    with override_settings(
        ROOT_URLCONF="tests.unit.transport.urls",
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
        ],
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "APP_DIRS": True,
                "OPTIONS": {"context_processors": ["django.template.context_processors.request", *_CONTEXT]},
            }
        ],
        STATIC_URL="static/",
    ):
        yield


@pytest.fixture
def signed_in() -> Callable[..., Client]:
    def sign_in(*permissions: str) -> Client:
        user = User.objects.create_user(f"user {User.objects.count()}", is_staff=True)
        user.user_permissions.set(
            Permission.objects.filter(content_type__app_label="backk_transport", codename__in=permissions)
        )
        assert user.user_permissions.count() == len(permissions)
        client = Client()
        client.force_login(user)
        return client

    return sign_in


VIEWER = ("view_outboxmessage",)
SETTLER = (*VIEWER, "change_outboxmessage")


def sent(**changes: Any) -> OutboxMessage:
    send_to_remote_service("mailService.sendWelcome", {"to": CANARY}, microservice="mail-service")
    message = OutboxMessage._default_manager.latest("id")
    OutboxMessage._default_manager.filter(pk=message.pk).update(**changes)
    return message


def dead() -> dict[str, Any]:
    return {"settled_at": timezone.now(), "outcome": Outcome.DEAD, "attempts": 9}


def claimed() -> dict[str, Any]:
    return {"claimed_by": "relay", "claimed_until": timezone.now() + timedelta(minutes=1)}


def act(client: Client, action: str, *messages: OutboxMessage) -> Any:
    return client.post(LIST, {"action": action, "_selected_action": [message.pk for message in messages]}, follow=True)


def states(*messages: OutboxMessage) -> list[str]:
    for message in messages:
        message.refresh_from_db()
    return [message.outcome for message in messages]


def test_messages_are_listed_by_where_they_are_on_their_way(signed_in: Callable[..., Client]) -> None:
    late = timezone.now() + timedelta(hours=1)
    messages = {
        "waiting": [sent()],
        "delayed": [sent(available_at=late)],
        "claimed": [sent(**claimed())],
        "dead": [sent(**dead())],
        "delivered": [sent(settled_at=timezone.now(), outcome=Outcome.DELIVERED)],
    }
    messages["waiting"] += [*messages["delayed"], *messages["claimed"]]
    client = signed_in(*VIEWER)
    for state, expected in messages.items():
        page = client.get(LIST, {"state": state})
        assert {row.pk for row in page.context["cl"].result_list} == {row.pk for row in expected}, state
    page = client.get(LIST)
    assert page.context["cl"].result_count == 5
    for words in ("waiting for its time", "being delivered", "dead", "delivered", "mailService.sendWelcome"):
        assert words in page.content.decode()


def test_what_a_message_carries_is_shown_to_who_may_see_it_only(signed_in: Callable[..., Client]) -> None:
    address = f"{LIST}{sent().pk}/change/"
    hidden = signed_in(*VIEWER, "change_outboxmessage").get(address)
    assert hidden.status_code == 200
    assert CANARY not in hidden.content.decode()
    assert "v1.dev" not in hidden.content.decode()
    shown = signed_in(*VIEWER, "view_payload").get(address)
    assert CANARY in shown.content.decode()


def test_nobody_without_permission_sees_messages(signed_in: Callable[..., Client]) -> None:
    assert signed_in("view_payload").get(LIST).status_code == 403


def test_messages_are_neither_added_nor_edited_nor_deleted(signed_in: Callable[..., Client]) -> None:
    message = sent()
    client = signed_in(*SETTLER, "add_outboxmessage", "delete_outboxmessage", "view_payload")
    assert client.get(f"{LIST}add/").status_code == 403
    assert client.post(f"{LIST}{message.pk}/delete/", {"post": "yes"}).status_code == 403
    assert client.post(f"{LIST}{message.pk}/change/", {"function": "evilService.do"}).status_code == 403
    assert "delete_selected" not in client.get(LIST).content.decode()
    message.refresh_from_db()
    assert message.function == "mailService.sendWelcome"


def test_dead_and_delayed_messages_are_tried_again(signed_in: Callable[..., Client]) -> None:
    failed, late = sent(**dead()), sent(available_at=timezone.now() + timedelta(hours=1), attempts=3)
    delivered = sent(settled_at=timezone.now(), outcome=Outcome.DELIVERED)
    page = act(signed_in(*SETTLER), "retry", failed, late, delivered)
    assert "2 messages are tried again" in page.content.decode()
    assert states(failed, late, delivered) == ["", "", "delivered"]
    assert (failed.attempts, failed.settled_at, late.attempts, late.available_at) == (0, None, 0, None)


def test_messages_are_discarded_unless_they_are_delivered_or_being_delivered(signed_in: Callable[..., Client]) -> None:
    rows = [sent(), sent(**dead()), sent(**claimed()), sent(settled_at=timezone.now(), outcome=Outcome.DELIVERED)]
    page = act(signed_in(*SETTLER), "discard", *rows)
    assert "2 messages are discarded" in page.content.decode()
    assert states(*rows) == ["discarded", "discarded", "", "delivered"]
    assert rows[0].settled_at is not None


def test_a_group_is_tried_again_and_discarded_as_a_whole(signed_in: Callable[..., Client]) -> None:
    Network().send_all(*(Message("mailService.sendWelcome", microservice="mail-service") for _ in range(2)))
    first, second = OutboxMessage._default_manager.order_by("id")
    lone = sent()
    act(signed_in(*SETTLER), "discard", first)
    assert states(first, second, lone) == ["discarded", "discarded", ""]
    OutboxMessage._default_manager.exclude(pk=lone.pk).update(**dead())
    act(signed_in(*SETTLER), "retry", second)
    assert states(first, second) == ["", ""]


@pytest.mark.parametrize("action", ["retry", "discard"])
def test_who_may_only_view_changes_nothing(signed_in: Callable[..., Client], action: str) -> None:
    message = sent(**dead())
    act(signed_in(*VIEWER, "view_payload"), action, message)
    assert states(message) == ["dead"]
    assert message.attempts == 9
