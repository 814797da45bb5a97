"""What a function's transaction survives, on the chosen database: collisions, lost connections, exhausted locks."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import OperationalError, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import override_settings

from backk_core import CrudEntityService, One, allow_for_every_user
from backk_core.services import MultipleServiceFunctionExecutionService
from tests.apps.calls.models import Thing
from tests.apps.calls.services import ThingService
from tests.callers import Caller

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def call() -> Caller:
    return Caller([ThingService])


@pytest.fixture
def other() -> Iterator[BaseDatabaseWrapper]:
    """Somebody else's connection to the same database."""
    made = connections.create_connection("default")
    yield made
    made.close()


def things(call: Caller) -> ThingService:
    service: ThingService = call.services.get(ThingService)
    return service


def needs_a_server() -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has no server whose connections could be lost")


def end_connection(other: BaseDatabaseWrapper) -> None:
    """End the test's own connection from outside, as a restarting server does."""
    connection.ensure_connection()
    raw: Any = connection.connection
    with other.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [raw.info.backend_pid])
        else:
            cursor.execute(f"KILL {raw.thread_id()}")


def once(action: Callable[[], None]) -> Callable[[str], None]:
    left = iter((True,))
    return lambda name: action() if next(left, False) else None


def collide() -> None:
    raise OperationalError(1213, "Deadlock found when trying to get lock")


# collisions


def test_a_function_that_collided_runs_again_with_the_argument_that_was_sent() -> None:
    seen: list[str] = []

    class ChangingService(CrudEntityService):
        @allow_for_every_user
        def create_thing(self, thing: Thing) -> One[Thing]:
            seen.append(thing.name)
            thing.name += " changed"
            created = self.store.create(thing)
            if len(seen) < 3:
                collide()
            return created

    answer = Caller([ChangingService])("changingService.createThing", {"name": "a"})
    assert answer.status == 200
    assert seen == ["a", "a", "a"]
    assert list(Thing.objects.values_list("name", flat=True)) == ["a changed"]


def test_a_function_that_collides_forever_is_ended_and_its_caller_told_to_come_back(call: Caller) -> None:
    things(call).in_the_middle = lambda name: collide()
    answer = call("thingService.createThingInTheMiddle", {"name": "a"})
    assert (answer.status, answer.body["errorCode"]) == (503, "error.21")
    assert answer.headers["Retry-After"] == "1"
    assert things(call).runs == {"a": 5}
    assert not Thing.objects.exists()


def test_another_failure_is_not_tried_again(call: Caller) -> None:
    def fail() -> None:
        raise OperationalError("disk I/O error")

    things(call).in_the_middle = once(fail)
    assert call("thingService.createThingInTheMiddle", {"name": "a"}).status == 500
    assert things(call).runs == {"a": 1}


def test_what_an_error_leaves_behind_is_undone(call: Caller) -> None:
    assert call("thingService.createThingTooLate", {"name": "a"}).status == 409
    assert not Thing.objects.exists()


# one statement


def test_a_function_of_one_statement_opens_no_transaction(call: Caller) -> None:
    seen: list[str] = []

    def look(execute: Any, sql: str, *rest: Any) -> Any:
        seen.append(sql.split(maxsplit=1)[0])
        assert not connection.in_atomic_block
        return execute(sql, *rest)

    connection.ensure_connection()
    with connection.execute_wrapper(look):
        assert call("thingService.createByOneStatement", {"name": "a"}).status == 200
        assert call("thingService.createThing", {"name": "b"}).status == 200
    assert seen == ["INSERT", "INSERT"]


def test_a_second_statement_is_stopped_before_it_is_sent(call: Caller) -> None:
    sent: list[str] = []

    def look(execute: Any, sql: str, *rest: Any) -> Any:
        result = execute(sql, *rest)
        sent.append(sql)
        return result

    connection.ensure_connection()
    with connection.execute_wrapper(look):
        answer = call("thingService.createByTwoStatements", {"name": "a"})
    assert answer.status == 500
    assert len(sent) == 1
    assert list(Thing.objects.values_list("name", flat=True)) == ["a"]
    assert not connection.execute_wrappers


def test_what_a_new_connection_begins_with_does_not_count(call: Caller) -> None:
    connection.close()
    assert call("thingService.createByOneStatement", {"name": "a"}).status == 200


# lost connections


def test_a_connection_that_was_lost_between_calls_is_replaced(call: Caller, other: BaseDatabaseWrapper) -> None:
    needs_a_server()
    for name in "ab":
        end_connection(other)
        assert call("thingService.createThing", {"name": name}).status == 200
        end_connection(other)
        assert len(call("thingService.getThings", {}).body["data"]) == Thing.objects.count()
    assert Thing.objects.count() == 2


def test_a_read_that_lost_its_connection_runs_again(call: Caller, other: BaseDatabaseWrapper) -> None:
    needs_a_server()
    id = str(Thing.objects.create(name="a").pk)
    things(call).in_the_middle = once(lambda: end_connection(other))
    answer = call("thingService.getThingInTheMiddle", {"_id": id})
    assert (answer.status, answer.body["data"]["name"]) == (200, "a")
    assert things(call).runs == {"get": 2}


def test_a_write_that_lost_its_connection_is_not_run_again(call: Caller, other: BaseDatabaseWrapper) -> None:
    needs_a_server()
    things(call).in_the_middle = once(lambda: end_connection(other))
    answer = call("thingService.createThingInTheMiddle", {"name": "a"})
    assert (answer.status, answer.body["errorCode"]) == (503, "error.21")
    assert things(call).runs == {"a": 1}
    # the next call has another connection
    assert call("thingService.createThing", {"name": "a"}).status == 200


# exhausted locks


def test_a_write_that_waits_too_long_for_a_lock_is_told_to_come_back(call: Caller, other: BaseDatabaseWrapper) -> None:
    id = Thing.objects.create(name="a").pk
    waiting = {
        "sqlite": "PRAGMA busy_timeout = 20",
        "postgresql": "SET lock_timeout = 20",
        "mysql": "SET innodb_lock_wait_timeout = 1",
    }
    with connection.cursor() as cursor:
        cursor.execute(waiting[connection.vendor])
    with other.cursor() as cursor:
        cursor.execute("BEGIN IMMEDIATE" if connection.vendor == "sqlite" else "BEGIN")
        cursor.execute(f"UPDATE {Thing._meta.db_table} SET amount = 1 WHERE id = {id}")
        try:
            answer = call("thingService.updateThing", {"_id": str(id), "amount": 2})
            read = call("thingService.getThing", {"_id": str(id)})
        finally:
            cursor.execute("ROLLBACK")
    connection.close()
    assert (answer.status, answer.body["errorCode"]) == (503, "error.21")
    # who reads waits for nobody
    assert (read.status, read.body["data"]["amount"]) == (200, 0)


def test_a_batch_that_lost_its_connection_is_told_to_come_back_as_a_whole(other: BaseDatabaseWrapper) -> None:
    needs_a_server()
    with override_settings(BACKK={"MAX_BATCH_SIZE": 5}):
        call = Caller([ThingService, MultipleServiceFunctionExecutionService])
        things(call).in_the_middle = once(lambda: end_connection(other))
        batch = {
            name: {
                "serviceFunctionName": "thingService.createThingInTheMiddle",
                "serviceFunctionArgument": {"name": name},
            }
            for name in "abc"
        }
        answer = call("multipleServiceFunctionExecutionService.executeInParallelInsideTransaction", batch)
    assert (answer.status, answer.body["errorCode"]) == (503, "error.21")
    assert things(call).runs["a"] == 1
    assert not Thing.objects.exists()
