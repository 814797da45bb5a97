"""Idempotency keys on all databases: one effect, the same answer, whoever else asks at the same time or dies meanwhile."""

import datetime
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import override_settings
from django.utils import timezone

from backk_core import (
    CrudEntityService,
    One,
    ServiceError,
    allow_for_every_user,
    one_statement,
    own_transactions,
    response_headers,
    response_status,
)
from backk_core.declare.errors import InvalidArgument, TemporarilyUnavailable
from backk_core.services import MultipleServiceFunctionExecutionService
from backk_security.models import IdempotencyRecord
from tests.apps.calls.models import Thing
from tests.apps.calls.services import Named
from tests.callers import Answer, Caller
from tests.databases import KINDS, empty, fresh_database

APPS = ("calls", "backk_security")
KEY = "8e03978e-40d5-43dd-bc93-6894a57f9324"
BATCH = "multipleServiceFunctionExecutionService"
INSIDE = f"{BATCH}.executeInSequenceInsideTransaction"
WITHOUT = (f"{BATCH}.executeInSequenceWithoutTransaction", f"{BATCH}.executeInParallelWithoutTransaction")


class SoldOut(ServiceError):
    """Nothing is left"""

    code = 1
    status = 409


@allow_for_every_user
class ShopService(CrudEntityService):
    """Makes things, and fails when it is told to."""

    errors = (SoldOut,)
    fails: Exception | None = None
    runs = 0

    def fail(self) -> None:
        self.runs += 1
        if self.fails is not None:
            raise self.fails

    @response_status(201)
    @response_headers(lambda argument, result: {"Location": f"/{result.data.pk}"})
    def create_thing(self, argument: Named) -> One[Thing]:
        created = self.store.create(Thing(name=argument.name))
        self.fail()
        return created

    @one_statement("inserts one row")
    def create_thing_by_one_statement(self, thing: Thing) -> One[Thing]:
        self.runs += 1
        return self.store.create(thing)

    @own_transactions("commits what it has in between")
    def create_thing_and_commit(self, argument: Named) -> One[Thing]:
        created = self.store.create(Thing(name=argument.name))
        self.fail()
        return created

    def get_things_count(self) -> One[Thing]:
        self.runs += 1
        return One(Thing(name="a", amount=self.runs))


@pytest.fixture(scope="module", params=KINDS)
def made_database(
    request: pytest.FixtureRequest, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[BaseDatabaseWrapper]:
    file = str(tmp_path_factory.mktemp("keys") / "keys.sqlite3")
    with django_db_blocker.unblock(), fresh_database(request.param, APPS, sqlite_file=file) as db:
        yield db


@pytest.fixture
def db(made_database: BaseDatabaseWrapper, django_db_blocker: Any) -> Iterator[BaseDatabaseWrapper]:
    backk = {"DATABASE": made_database.alias, "ENVIRONMENT": "test", "MAX_BATCH_SIZE": 9}
    with django_db_blocker.unblock(), override_settings(BACKK=backk):
        empty(made_database, APPS)
        yield made_database


@pytest.fixture
def call(db: BaseDatabaseWrapper) -> Iterator[Caller]:
    caller = Caller([ShopService, MultipleServiceFunctionExecutionService])
    yield caller
    caller.services.get(MultipleServiceFunctionExecutionService).batches.crew.dismiss()


def shop(call: Caller) -> ShopService:
    service: ShopService = call.services.get(ShopService)
    return service


def create(
    call: Caller, name: str = "a", *, key: str = KEY, by: str | None = "alice", function: str = "createThing"
) -> Answer:
    return call(f"shopService.{function}", {"name": name}, by=by, idempotency_key=key)


def names(db: BaseDatabaseWrapper) -> list[str]:
    return sorted(Thing._default_manager.using(db.alias).values_list("name", flat=True))


def records(db: BaseDatabaseWrapper) -> Any:
    return IdempotencyRecord._default_manager.using(db.alias)


def told(answer: Answer) -> tuple[int, Any, dict[str, str]]:
    return answer.status, answer.body, {name: text for name, text in answer.headers.items() if name != "X-Request-Id"}


# the same call again


@pytest.mark.parametrize("function", ["createThing", "createThingByOneStatement", "createThingAndCommit"])
def test_a_call_that_is_sent_again_has_one_effect_and_the_same_answer(
    call: Caller, db: BaseDatabaseWrapper, function: str
) -> None:
    first, again = (create(call, function=function) for _ in range(2))
    assert first.status in (200, 201)
    assert told(again) == told(first)
    assert (names(db), shop(call).runs) == (["a"], 1)
    assert again.headers["X-Request-Id"] != first.headers["X-Request-Id"]


def test_status_and_headers_of_the_function_come_again(call: Caller) -> None:
    first, again = create(call), create(call)
    assert (again.status, again.headers["Location"]) == (201, f"/{first.body['data']['_id']}")
    assert len(again.names) == len(set(again.names))


def test_order_and_white_space_of_an_argument_make_it_no_other_call(call: Caller) -> None:
    bodies = (b'{"name": "a", "amount": 1}', b'{"amount":1,"name":"a"}')
    answers = [call("shopService.createThingByOneStatement", body, by="alice", idempotency_key=KEY) for body in bodies]
    assert [answer.status for answer in answers] == [200, 200]
    assert told(answers[0]) == told(answers[1])


def test_another_argument_or_function_with_the_same_key_is_refused(call: Caller, db: BaseDatabaseWrapper) -> None:
    create(call)
    for refused in (create(call, "b"), create(call, function="createThingByOneStatement")):
        assert (refused.status, refused.body["errorCode"]) == (422, "error.24")
    assert names(db) == ["a"]
    assert create(call).status == 201


def test_the_secret_may_change_in_between(call: Caller) -> None:
    first = create(call)
    with override_settings(SECRET_KEY="another" * 10, SECRET_KEY_FALLBACKS=[]):
        assert create(call).status == 422
    from django.conf import settings

    with override_settings(SECRET_KEY="another" * 10, SECRET_KEY_FALLBACKS=[settings.SECRET_KEY]):
        assert told(create(call)) == told(first)


def test_a_key_may_stand_in_quotation_marks_as_the_draft_has_it(call: Caller) -> None:
    assert told(create(call, key=f'"{KEY}"')) == told(create(call))


@pytest.mark.parametrize("key", ["", "   ", '""', "a\tb", "x" * 301])
def test_what_is_no_key_is_an_invalid_argument(call: Caller, db: BaseDatabaseWrapper, key: str) -> None:
    answer = create(call, key=key)
    assert (answer.status, answer.body["errorCode"]) == (400, "error.5")
    assert names(db) == []


def test_calls_without_a_key_and_calls_that_read_are_run_each_time(call: Caller, db: BaseDatabaseWrapper) -> None:
    for _ in range(2):
        call("shopService.getThingsCount", by="alice", idempotency_key=KEY)
    assert shop(call).runs == 2
    assert call("shopService.createThing", {"name": "a"}).status == 201
    assert records(db).count() == 0


# who asks


def test_a_key_is_its_caller_s_own(call: Caller, db: BaseDatabaseWrapper) -> None:
    assert create(call, "a", by="alice").body["data"]["name"] == "a"
    assert create(call, "b", by="bob").body["data"]["name"] == "b"
    assert create(call, "c", by=None).body["data"]["name"] == "c"
    assert create(call, "a", by="bob").status == 422
    assert names(db) == ["a", "b", "c"]


def test_whom_nobody_knows_needs_a_key_that_nobody_else_would_think_of(call: Caller, db: BaseDatabaseWrapper) -> None:
    assert create(call, key="1", by=None).status == 400
    assert create(call, key="1", by="bad").status == 400
    assert create(call, key="1", by="alice").status == 201
    assert create(call, "b", by=None).status == 201
    assert create(call, "c", by=None).status == 422
    assert names(db) == ["a", "b"]


# failures


def test_an_error_that_would_come_again_is_kept_and_the_effect_is_not(call: Caller, db: BaseDatabaseWrapper) -> None:
    shop(call).fails = SoldOut()
    first = create(call)
    shop(call).fails = None
    again = create(call)
    assert told(again) == told(first)
    assert (first.status, first.body["errorCode"]) == (409, "shopService.1")
    assert (names(db), shop(call).runs) == ([], 1)


@pytest.mark.parametrize("failure", [RuntimeError("broken"), TemporarilyUnavailable(), PermissionError()])
def test_a_failure_that_may_pass_is_tried_again(call: Caller, db: BaseDatabaseWrapper, failure: Exception) -> None:
    shop(call).fails = failure
    assert create(call).status >= 500
    assert (names(db), records(db).count()) == ([], 0)
    shop(call).fails = None
    assert create(call).status == 201
    assert (names(db), shop(call).runs) == (["a"], 2)


def test_an_invalid_argument_may_be_mended_under_the_same_key(call: Caller) -> None:
    assert create(call, "").status == 400
    assert create(call, "a").status == 201


def test_a_function_that_collided_takes_its_key_again(call: Caller, db: BaseDatabaseWrapper) -> None:
    failures = [OperationalError(1213, "Deadlock found when trying to get lock"), None]
    service = shop(call)

    def collide_once() -> None:
        service.runs += 1
        if (failure := failures.pop(0)) is not None:
            raise failure

    service.fail = collide_once  # type: ignore[method-assign]
    assert create(call).status == 201
    assert (names(db), service.runs, records(db).count()) == (["a"], 2, 1)


def test_nobody_knows_how_a_function_with_transactions_of_its_own_ended_when_it_broke(
    call: Caller, db: BaseDatabaseWrapper
) -> None:
    shop(call).fails = RuntimeError("broken")
    assert create(call, function="createThingAndCommit").status == 500
    shop(call).fails = None
    again = create(call, function="createThingAndCommit")
    assert (again.status, again.body["errorCode"]) == (409, "error.25")
    assert (names(db), shop(call).runs) == (["a"], 1)


# at the same time


def test_of_many_calls_at_the_same_time_one_has_the_effect_and_all_its_answer(
    call: Caller, db: BaseDatabaseWrapper
) -> None:
    together = threading.Barrier(8)

    def attempt(_: int) -> Answer:
        together.wait()
        try:
            return create(call)
        finally:
            connections[db.alias].close()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(attempt, range(8)))
    assert {answer.status for answer in answers} == {201}
    assert len({repr(told(answer)) for answer in answers}) == 1
    assert (names(db), shop(call).runs) == (["a"], 1)


def test_a_call_that_waits_for_one_that_fails_has_the_effect_itself(call: Caller, db: BaseDatabaseWrapper) -> None:
    inside, go_on = threading.Event(), threading.Event()
    service = shop(call)

    def fail_first() -> None:
        service.runs += 1
        if service.runs == 1:
            inside.set()
            go_on.wait(10)
            raise RuntimeError("broken")

    service.fail = fail_first  # type: ignore[method-assign]

    def attempt(_: int) -> int:
        try:
            return create(call).status
        finally:
            connections[db.alias].close()

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(attempt, 1)
        assert inside.wait(10)
        second = pool.submit(attempt, 2)
        go_on.set()
        assert (first.result(), second.result()) == (500, 201)
    assert names(db) == ["a"]


# batches


def batch(call: Caller, function: str, calls: dict[str, Any], **headers: str) -> Answer:
    wanted = {
        id: {"serviceFunctionName": "shopService.createThing", "serviceFunctionArgument": {"name": name}, **more}
        for id, (name, more) in calls.items()
    }
    return call(function, wanted, by="alice", **headers)


def test_the_key_of_a_batch_in_one_transaction_is_for_all_of_it(call: Caller, db: BaseDatabaseWrapper) -> None:
    calls: dict[str, Any] = {"x": ("a", {}), "y": ("b", {})}
    first, again = (batch(call, INSIDE, calls, idempotency_key=KEY) for _ in range(2))
    assert told(again) == told(first)
    assert (names(db), shop(call).runs, records(db).count()) == (["a", "b"], 2, 1)
    assert batch(call, INSIDE, {"x": ("c", {})}, idempotency_key=KEY).status == 422


def test_a_batch_in_one_transaction_that_broke_is_tried_again(call: Caller, db: BaseDatabaseWrapper) -> None:
    shop(call).fails = RuntimeError("broken")
    assert batch(call, INSIDE, {"x": ("a", {})}, idempotency_key=KEY).status == 500
    assert records(db).count() == 0
    shop(call).fails = None
    assert batch(call, INSIDE, {"x": ("a", {})}, idempotency_key=KEY).status == 201
    assert names(db) == ["a"]


@pytest.mark.parametrize("function", WITHOUT)
def test_the_key_of_another_batch_is_for_each_of_its_calls(
    call: Caller, db: BaseDatabaseWrapper, function: str
) -> None:
    calls: dict[str, Any] = {"x": ("a", {}), "y": ("b", {})}
    first, again = (batch(call, function, calls, idempotency_key=KEY) for _ in range(2))
    assert told(again) == told(first)
    assert (names(db), shop(call).runs) == (["a", "b"], 2)
    changed = batch(call, function, {"x": ("a", {}), "y": ("c", {})}, idempotency_key=KEY)
    assert {id: answer["statusCode"] for id, answer in changed.body.items()} == {"x": 201, "y": 422}


@pytest.mark.parametrize("function", [INSIDE, WITHOUT[0]])
def test_each_call_of_a_batch_may_have_a_key(call: Caller, db: BaseDatabaseWrapper, function: str) -> None:
    create(call, "a")
    again = batch(call, function, {"x": ("a", {"idempotencyKey": KEY}), "y": ("b", {})})
    assert {id: answer["statusCode"] for id, answer in again.body.items()} == {"x": 201, "y": 201}
    assert (names(db), shop(call).runs) == (["a", "b"], 2)


# what is kept, and for how long


def test_answers_are_kept_sealed_and_arguments_not_at_all(call: Caller, db: BaseDatabaseWrapper) -> None:
    create(call, "canary")
    record = records(db).get()
    assert "canary" not in repr(vars(record))
    assert record.answer.startswith("v1.")


def test_without_keys_of_encrypted_fields_answers_are_sealed_all_the_same(
    call: Caller, db: BaseDatabaseWrapper
) -> None:
    with override_settings(BACKK={"DATABASE": db.alias, "ENVIRONMENT": "production"}):
        first, again = create(call, "canary"), create(call, "canary")
        assert told(again) == told(first)
    assert records(db).get().answer.startswith("v1.secret-key.")


def test_an_answer_whose_key_is_gone_is_not_made_again(call: Caller, db: BaseDatabaseWrapper) -> None:
    create(call)
    records(db).update(answer="v1.gone.AAAA")
    again = create(call)
    assert (again.status, again.body["errorCode"]) == (409, "error.25")
    assert names(db) == ["a"]


def test_a_key_that_has_expired_is_a_new_one(call: Caller, db: BaseDatabaseWrapper) -> None:
    create(call)
    records(db).update(expires_at=timezone.now() - datetime.timedelta(seconds=1))
    assert create(call, "b").body["data"]["name"] == "b"
    assert names(db) == ["a", "b"]
    assert create(call, "b").status == 201


def test_the_command_deletes_what_has_expired(call: Caller, db: BaseDatabaseWrapper, capsys: Any) -> None:
    for number in range(3):
        create(call, f"thing{number}", key=f"key{number}")
    old = records(db).order_by("digest").first()
    records(db).filter(pk=old.pk).update(expires_at=timezone.now() - datetime.timedelta(seconds=1))
    call_command("clear_idempotency_keys")
    assert capsys.readouterr().out == "1 expired idempotency keys deleted\n"
    assert records(db).count() == 2


def test_now_and_then_a_call_deletes_what_has_expired(
    call: Caller, db: BaseDatabaseWrapper, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from backk_security import idempotency

    create(call, "a", key="old")
    records(db).update(expires_at=timezone.now() - datetime.timedelta(seconds=1))
    create(call, "b", key="new")
    assert records(db).count() == 2
    monkeypatch.setattr(idempotency._sweeper(), "_next", 0.0)
    create(call, "c", key="newer")
    assert records(db).count() == 2


# guards


def test_a_guard_asks_once_for_a_call_however_often_that_is_sent(
    db: BaseDatabaseWrapper, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, refuses = [], [True]

    def guard(call: Any) -> None:
        asked.append(call.wire_name)
        if refuses.pop():
            raise InvalidArgument("the captcha is not accepted")
        refuses.append(True)

    monkeypatch.setattr("backk_core.execute.pipeline.guard_of", lambda contract: guard)
    call = Caller([ShopService])
    for function in ("createThing", "createThingAndCommit"):
        refuses[:] = [False, True]
        asked.clear()
        answers = [create(call, function, key=f"key of {function}", function=function) for _ in range(3)]
        assert [answer.status // 100 for answer in answers] == [4, 2, 2]
        assert len(asked) == 2
