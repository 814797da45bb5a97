"""What is sent is in the outbox exactly if its transaction is committed, and nobody reads it in a copy of the database."""

import datetime
import io
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import IntegrityError, OperationalError, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import override_settings
from django.utils import timezone

from backk_core import CrudEntityService, One, ServiceError, Store, allow_for_every_user, one_statement
from backk_core.declare import sealing
from backk_core.execute.transactions import SecondStatement
from backk_core.testing import Client
from backk_security.encryption import EncryptionError
from backk_transport import Message, RemoteServices, send_to_remote_service
from backk_transport.models import OutboxMessage, Outcome
from tests.apps.secrets.models import Person
from tests.goals.g17 import NEW, OLD, settings_with

CANARY = "canary-7f3a"


class TooMany(ServiceError):
    """There are too many people"""

    code = 1


@allow_for_every_user
class PeopleService(CrudEntityService):
    errors = (TooMany,)

    def __init__(self, store: Store, remote_services: RemoteServices) -> None:
        super().__init__(store)
        self.remote_services = remote_services
        self.failures: list[Exception] = []

    def create_person(self, person: Person) -> One[Person]:
        created = self.store.create(person)
        self.remote_services.send(
            "mailService.sendWelcome", {"to": person.email}, microservice="mail-service", ordering_key=person.nick
        )
        if self.failures:
            raise self.failures.pop()
        return created

    @one_statement("tells nobody")
    def create_person_silently(self, person: Person) -> One[Person]:
        created = self.store.create(person)
        self.remote_services.send("mailService.sendWelcome", microservice="mail-service")
        return created


def person() -> dict[str, Any]:
    return {"nick": "n", "email": f"{CANARY}@example.com"}


def outbox(db: BaseDatabaseWrapper) -> Any:
    return OutboxMessage._default_manager.using(db.alias)


def service_and_client() -> tuple[PeopleService, Client]:
    from backk_transport.network import Network

    service = PeopleService(_database_store(), Network())
    return service, Client(service)


def _database_store() -> Store:
    from backk_core.execute.store import DatabaseStore

    return DatabaseStore()


def send(function: str = "mailService.sendWelcome", argument: Any = None, **options: Any) -> None:
    send_to_remote_service(function, argument, **{"microservice": "mail-service", **options})


# with its transaction


def test_a_service_that_asks_for_it_sends_with_what_it_writes(database: BaseDatabaseWrapper) -> None:
    reply = Client(PeopleService).call(PeopleService.create_person, person())
    assert reply.status == 200
    message = outbox(database).get()
    assert str(message) == "kafka://mail-service.default/mailService.sendWelcome"
    assert message.argument == b'{"to":"canary-7f3a@example.com"}'
    assert (message.ordering_key, message.group_id, message.available_at) == ("n", "", None)
    assert message.options == {"compression": "none", "acknowledgement": "all"}
    assert (message.attempts, message.settled_at, message.outcome) == (0, None, "")


def test_what_a_failed_function_sent_is_not_sent(database: BaseDatabaseWrapper) -> None:
    service, client = service_and_client()
    service.failures.append(TooMany())
    assert client.call(PeopleService.create_person, person()).error_code == "peopleService.1"
    assert outbox(database).count() == Person._default_manager.using(database.alias).count() == 0


def test_a_function_that_collided_sends_once(database: BaseDatabaseWrapper) -> None:
    service, client = service_and_client()
    service.failures += [OperationalError(1213, "Deadlock found"), OperationalError(1213, "Deadlock found")]
    assert client.call(PeopleService.create_person, person()).status == 200
    assert service.failures == []
    assert outbox(database).count() == Person._default_manager.using(database.alias).count() == 1


def test_a_message_is_undone_with_the_transaction_around_it(database: BaseDatabaseWrapper) -> None:
    def fail() -> None:
        send()
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), transaction.atomic(using=database.alias):
        fail()
    assert not outbox(database).exists()


def test_outside_of_a_transaction_a_message_is_written_by_itself(database: BaseDatabaseWrapper) -> None:
    assert not database.in_atomic_block
    send()
    other = connections.create_connection(database.alias)
    try:
        if database.vendor != "sqlite":
            with other.cursor() as cursor:
                cursor.execute("SELECT count(*) FROM backk_transport_outboxmessage")
                assert cursor.fetchone() == (1,)
        assert outbox(database).count() == 1
    finally:
        other.close()


def test_a_function_of_one_statement_cannot_send_besides(database: BaseDatabaseWrapper) -> None:
    _, client = service_and_client()
    with pytest.raises(SecondStatement):
        client.call(PeopleService.create_person_silently, person())
    assert not outbox(database).exists()


# what is kept


def test_messages_that_are_sent_together_are_one_group_in_their_order(database: BaseDatabaseWrapper) -> None:
    from backk_transport.network import Network

    Network().send_all(
        *(Message("mailService.sendWelcome", {"n": number}, microservice="mail-service") for number in range(3))
    )
    Network().send_all(Message("mailService.sendWelcome", {"n": 3}, microservice="mail-service"))
    rows = list(outbox(database).order_by("id"))
    assert [row.argument for row in rows] == [b'{"n":%d}' % number for number in range(4)]
    assert len({row.group_id for row in rows[:3]}) == 1
    assert len(rows[0].group_id) == 32
    assert rows[3].group_id == ""
    assert len({row.message_id for row in rows}) == 4
    assert OutboxMessage._meta.get_field("id").get_internal_type() == "BigAutoField"


def test_a_delayed_message_says_from_when_it_may_be_delivered(database: BaseDatabaseWrapper) -> None:
    send(deliver_after=datetime.timedelta(hours=1), send_response_to="orderService.confirm", broker="redis")
    row = outbox(database).get()
    assert row.available_at - row.created_at == datetime.timedelta(hours=1)
    assert (row.response_address, row.broker) == ("shop.default/orderService.confirm", "redis")


def test_a_message_is_known_as_a_part_of_the_call_and_does_not_say_who_called(database: BaseDatabaseWrapper) -> None:
    parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    sent = {"X-Request-Id": "r-1", "traceparent": parent, "tracestate": "a=b", "Authorization": f"Bearer {CANARY}"}
    Client(PeopleService).call(PeopleService.create_person, person(), headers=sent)
    row = outbox(database).get()
    assert (row.request_id, row.headers) == ("r-1", {"traceparent": parent, "tracestate": "a=b"})


@pytest.mark.parametrize(
    "parent", ["00-xyz", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\nX: y", "", None]
)
def test_a_trace_that_is_none_is_not_passed_on(database: BaseDatabaseWrapper, parent: str | None) -> None:
    headers = {} if parent is None else {"traceparent": parent}
    Client(PeopleService).call(PeopleService.create_person, person(), headers=headers)
    assert outbox(database).get().headers == {}


def test_a_message_is_settled_with_an_outcome_or_not_at_all(database: BaseDatabaseWrapper) -> None:
    send()
    for wrong in ({"settled_at": timezone.now()}, {"outcome": "dead"}, {"settled_at": timezone.now(), "outcome": "x"}):
        with pytest.raises((IntegrityError, OperationalError)):
            outbox(database).update(**wrong)
    outbox(database).update(settled_at=timezone.now(), outcome=Outcome.DEAD)


def test_relays_claim_different_messages(database: BaseDatabaseWrapper) -> None:
    if not database.features.has_select_for_update_skip_locked:
        pytest.skip("this database locks as a whole")
    for _ in range(4):
        send()
    sql = (
        "SELECT id FROM backk_transport_outboxmessage WHERE settled_at IS NULL AND available_at IS NULL "
        "ORDER BY id LIMIT 2 FOR UPDATE SKIP LOCKED"
    )
    other = connections.create_connection(database.alias)
    try:
        found = []
        for db in (database, other):
            db.set_autocommit(False)
            with db.cursor() as cursor:
                cursor.execute(sql)
                found += [row[0] for row in cursor.fetchall()]
        assert len(found) == len(set(found)) == 4
    finally:
        for db in (database, other):
            db.rollback()
            db.set_autocommit(True)
        other.close()


# sealed


def stored(db: BaseDatabaseWrapper) -> str:
    with db.cursor() as cursor:
        cursor.execute("SELECT * FROM backk_transport_outboxmessage")
        return repr(cursor.fetchall())


def test_what_a_message_carries_is_unreadable_in_a_copy_of_the_database(database: BaseDatabaseWrapper) -> None:
    send(argument={"email": CANARY})
    assert "v1.dev." in stored(database)
    assert CANARY not in stored(database)
    row = outbox(database).get()
    assert CANARY not in repr(row) + repr(vars(row))
    assert row.argument == b'{"email":"canary-7f3a"}'


def test_what_another_message_carries_cannot_be_put_into_its_place(database: BaseDatabaseWrapper) -> None:
    send(argument={"n": 1})
    send(argument={"n": 2})
    first, second = outbox(database).order_by("id")
    outbox(database).filter(pk=first.pk).update(
        sealed_argument=second.sealed_argument, sealed_headers=first.sealed_argument
    )
    first.refresh_from_db()
    with pytest.raises(EncryptionError):
        _ = first.argument
    with pytest.raises(EncryptionError):
        _ = first.headers


def test_where_nothing_seals_arguments_are_kept_as_they_are(
    database: BaseDatabaseWrapper, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(argument={"n": 1})
    monkeypatch.setattr(sealing, "_seals", [])
    send(argument={"n": 2})
    sealed, plain = outbox(database).order_by("id")
    assert (plain.sealed_argument, plain.argument, plain.headers) == ('{"n":2}', b'{"n":2}', {})
    with pytest.raises(ImproperlyConfigured, match="backk_security"):
        _ = sealed.argument


def test_a_planted_plain_argument_is_refused_where_an_app_seals(database: BaseDatabaseWrapper) -> None:
    send()
    outbox(database).update(sealed_argument='{"n":1}')
    with pytest.raises(EncryptionError, match="not encrypted"):
        _ = outbox(database).get().argument


def rotated(db: BaseDatabaseWrapper, keys: str, *options: str) -> str:
    printed = io.StringIO()
    with override_settings(BACKK=settings_with(db.alias, keys)):
        call_command("rotate_keys", *options, stdout=printed, stderr=io.StringIO())
    return printed.getvalue()


def test_messages_are_sealed_anew_when_keys_are_rotated(database: BaseDatabaseWrapper) -> None:
    with override_settings(BACKK=settings_with(database.alias, f"old:{OLD}")):
        send(argument={"n": 1})
    before = outbox(database).get()
    assert "backk_transport.OutboxMessage: 1 rows, 1 rewritten" in rotated(database, f"new:{NEW},old:{OLD}")
    with override_settings(BACKK=settings_with(database.alias, f"new:{NEW}")):
        after = outbox(database).get()
        assert (after.argument, after.headers) == (b'{"n":1}', {})
        assert after.message_id == before.message_id


def test_messages_from_before_the_app_that_seals_are_sealed_when_it_is_said(
    database: BaseDatabaseWrapper, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(sealing, "_seals", [])
        send(argument={"n": 1})
    before = outbox(database).get()
    columns = [f"backk_transport.OutboxMessage.sealed_{name}" for name in ("argument", "headers")]
    rotated(database, f"new:{NEW}", *(f"--encrypt-plain={column}" for column in columns))
    with override_settings(BACKK=settings_with(database.alias, f"new:{NEW}")):
        after = outbox(database).get()
        assert (after.argument, after.headers, after.message_id) == (b'{"n":1}', {}, before.message_id)
        assert after.sealed_argument.startswith("v1.new.")
