"""Several calls in one request, on the chosen database, with committed data."""

import random
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import OperationalError, connection, connections, transaction
from django.test import override_settings

from backk_core.publish.rest_framework import RestFrameworkThrottle
from backk_core.services import MultipleServiceFunctionExecutionService
from tests.apps.calls.accounts import AccountService
from tests.apps.calls.models import Account, Note, Thing
from tests.apps.calls.services import GuardedService, NoteService, TalkService, ThingService
from tests.callers import Caller

BATCH = "multipleServiceFunctionExecutionService"
PARALLEL, SEQUENCE = f"{BATCH}.executeInParallelWithoutTransaction", f"{BATCH}.executeInSequenceWithoutTransaction"
PARALLEL_INSIDE = f"{BATCH}.executeInParallelInsideTransaction"
SEQUENCE_INSIDE = f"{BATCH}.executeInSequenceInsideTransaction"
ALL = (PARALLEL, SEQUENCE, PARALLEL_INSIDE, SEQUENCE_INSIDE)
INSIDE, WITHOUT = (PARALLEL_INSIDE, SEQUENCE_INSIDE), (PARALLEL, SEQUENCE)
IN_SEQUENCE = (SEQUENCE, SEQUENCE_INSIDE)

SERVICES = (
    ThingService,
    TalkService,
    AccountService,
    NoteService,
    GuardedService,
    MultipleServiceFunctionExecutionService,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def settings_of_backk() -> dict[str, Any]:
    return {"MAX_BATCH_SIZE": 20, "BATCH_THREADS": 2, "MICROSERVICE_NAME": "shop", "MICROSERVICE_NAMESPACE": "main"}


@pytest.fixture
def call(settings_of_backk: dict[str, Any]) -> Iterator[Caller]:
    with override_settings(BACKK=settings_of_backk):
        caller = Caller(SERVICES)
        yield caller
        caller.services.get(MultipleServiceFunctionExecutionService).batches.crew.dismiss()


def things(call: Caller) -> ThingService:
    service: ThingService = call.services.get(ThingService)
    return service


def create(name: str, function: str = "createThing", **more: Any) -> dict[str, Any]:
    return {"serviceFunctionName": f"thingService.{function}", "serviceFunctionArgument": {"name": name, **more}}


def get(id: str) -> dict[str, Any]:
    return {"serviceFunctionName": "thingService.getThing", "serviceFunctionArgument": {"_id": id}}


def talk(function: str, argument: Any = None) -> dict[str, Any]:
    wanted = {"serviceFunctionName": f"talkService.{function}"}
    return wanted if argument is None else wanted | {"serviceFunctionArgument": argument}


def without_id(body: Any) -> Any:
    data = body.get("data", {}) if body else {}
    return (body or {}) | {"data": {name: value for name, value in data.items() if name != "_id"}}


def kept() -> set[str]:
    return set(Thing.objects.values_list("name", flat=True))


# what comes back


@pytest.mark.parametrize("function", ALL)
def test_the_answer_maps_each_id_to_status_and_body_and_has_the_highest_status(call: Caller, function: str) -> None:
    batch = {
        "first": create("a"),
        "quiet": talk("sayNothing"),
        "lost": get("77"),
        "odd": {"serviceFunctionName": "x.y"},
    }
    answer = call(function, batch)
    assert answer.status == 404
    assert list(answer.body) == ["first", "quiet", "lost", "odd"]
    assert answer.body["first"]["statusCode"] == 200
    assert answer.body["first"]["response"]["data"]["name"] == "a"
    assert answer.body["quiet"] == {"statusCode": 200, "response": None}
    assert answer.body["lost"]["response"]["errorCode"] == "error.4"
    assert answer.body["odd"] == {
        "statusCode": 404,
        "response": {"errorCode": "error.8", "statusCode": 404, "message": "Unknown service: x"},
    }
    assert answer.headers["Content-Type"] == "application/json"


@pytest.mark.parametrize("function", ALL)
def test_each_answer_is_byte_for_byte_that_of_the_call_alone(call: Caller, function: str) -> None:
    call("thingService.createThing", {"name": 'say "&<', "amount": 7})
    id = str(Thing.objects.get().pk)
    alone = call.reply("thingService.getThing", {"_id": id})
    together = call.reply(function, {"a": get(id)})
    assert together.body == b'{"a":{"statusCode":200,"response":' + alone.body + b"}}"


@pytest.mark.parametrize("function", ALL)
def test_a_batch_of_no_calls_succeeds(call: Caller, function: str) -> None:
    assert (call(function, {}).status, call(function, {}).body) == (200, {})


@pytest.mark.parametrize("function", ALL)
def test_a_function_that_is_missing_in_a_known_service_is_told(call: Caller, function: str) -> None:
    answer = call(function, {"a": {"serviceFunctionName": "thingService.foo"}})
    assert answer.body["a"]["response"]["errorCode"] == "error.9"


@pytest.mark.parametrize("argument", [None, {}])
@pytest.mark.parametrize("function", ALL)
def test_an_argument_may_be_missing_null_or_empty(call: Caller, function: str, argument: Any) -> None:
    batch = {"a": {"serviceFunctionName": "talkService.echo", "serviceFunctionArgument": argument}, "b": talk("echo")}
    answer = call(function, batch)
    assert (answer.status, answer.body["a"]) == (200, answer.body["b"])


@pytest.mark.parametrize("function", ALL)
def test_each_argument_is_validated_as_if_it_came_alone(call: Caller, function: str) -> None:
    answer = call(function, {"a": create("", amount=-1), "b": talk("echo", [1]), "c": talk("echo", {"text": "\0"})})
    assert answer.status == 400
    alone = call("thingService.createThing", {"name": "", "amount": -1})
    assert answer.body["a"]["response"] == alone.body
    assert answer.body["b"]["response"]["message"] == "Invalid argument: it must be a JSON object"
    assert "NUL" in answer.body["c"]["response"]["message"]


# what is kept


@pytest.mark.parametrize("function", WITHOUT)
def test_without_a_transaction_what_succeeded_is_kept(call: Caller, function: str) -> None:
    answer = call(function, {"a": create("a"), "b": create("b", "createThingTooLate"), "c": create("c")})
    assert (answer.status, answer.body["b"]["response"]["errorCode"]) == (409, "thingService.1")
    assert kept() == {"a", "c"}


def test_a_sequence_goes_on_after_a_failure(call: Caller) -> None:
    answer = call(SEQUENCE, {"a": create(""), "b": create("b")})
    assert (answer.body["a"]["statusCode"], answer.body["b"]["statusCode"]) == (400, 200)
    assert kept() == {"b"}


@pytest.mark.parametrize("function", INSIDE)
def test_inside_a_transaction_everything_is_kept_where_everything_succeeds(call: Caller, function: str) -> None:
    answer = call(function, {"a": create("a"), "b": create("b"), "c": create("c", "createByOneStatement")})
    assert answer.status == 200
    assert kept() == {"a", "b", "c"}


@pytest.mark.parametrize("failing", ["first", "middle", "last"])
@pytest.mark.parametrize(
    "failure",
    [
        create("late", "createThingTooLate"),
        create("there already"),
        create("there already", "createByOneStatement"),
        create("twice", "createByTwoStatements"),
        create(""),
        {"serviceFunctionName": "x.y"},
        talk("fail", {}),
        talk("oversleep"),
    ],
    ids=["own error", "duplicate", "duplicate, one statement", "two statements", "invalid", "unknown", "500", "504"],
)
@pytest.mark.parametrize("function", INSIDE)
def test_inside_a_transaction_one_failure_undoes_all_and_each_is_told_what_happened_to_it(
    call: Caller, function: str, failure: dict[str, Any], failing: str
) -> None:
    Thing.objects.create(name="there already")
    others = {"a": create("a"), "b": create("b", "createByOneStatement")}
    batch = {
        "first": {"x": failure, **others},
        "middle": {"a": others["a"], "x": failure, "b": others["b"]},
        "last": {**others, "x": failure},
    }[failing]
    answer = call(function, batch)
    assert list(answer.body) == list(batch)
    assert (answer.body["a"]["statusCode"], answer.body["b"]["statusCode"]) == (200, 200)
    assert answer.status == answer.body["x"]["statusCode"] >= 400
    assert kept() == {"there already"}


@pytest.mark.parametrize("function", INSIDE)
def test_inside_a_transaction_later_calls_see_what_earlier_ones_wrote(call: Caller, function: str) -> None:
    everything = {"serviceFunctionName": "thingService.getThings"}
    answer = call(function, {"a": create("a"), "all": everything})
    assert [row["name"] for row in answer.body["all"]["response"]["data"]] == ["a"]


def test_no_batch_transaction_is_ever_kept_in_part(call: Caller) -> None:
    chance = random.Random(7)
    expected = set()
    for number in range(60):
        names = [f"{number}-{place}" for place in range(chance.randint(1, 5))]
        batch = {name: create(name) for name in names}
        if chance.random() < 0.5:
            batch[chance.choice(names)] = create(names[0] if chance.random() < 0.5 else "", "createThingTooLate")
            assert call(chance.choice(INSIDE), batch).status >= 400
        else:
            assert call(chance.choice(INSIDE), batch).status == 200
            expected |= set(names)
    assert kept() == expected


# what later arguments may use


@pytest.mark.parametrize("function", IN_SEQUENCE)
def test_a_later_argument_may_use_what_an_earlier_call_was_answered(call: Caller, function: str) -> None:
    batch = {
        "cart": create('a "quoted" & <name>', amount=5),
        "again": get("{{cart.response.data._id}}"),
        "copy": create("{{ again.response.data.name }} {{{cart.statusCode}}} {{&cart.response.data.amount}}"),
        "first": {"serviceFunctionName": "thingService.getThings"},
        "fifth": get("{{first.response.data.0._id}}"),
    }
    answer = call(function, batch)
    assert answer.status == 200, answer.body
    assert answer.body["again"]["response"]["data"] == answer.body["cart"]["response"]["data"]
    assert answer.body["copy"]["response"]["data"]["name"] == 'a "quoted" & <name> 200 5'
    assert answer.body["fifth"]["response"]["data"] == answer.body["cart"]["response"]["data"]


@pytest.mark.parametrize("function", IN_SEQUENCE)
def test_a_path_that_leads_nowhere_fails_its_own_call(call: Caller, function: str) -> None:
    answer = call(function, {"a": get("{{b.response.data._id}}"), "b": talk("echo", {"text": "b"})})
    assert answer.body["b"]["statusCode"] == 200
    assert answer.body["a"]["response"] == {
        "errorCode": "error.5",
        "statusCode": 400,
        "message": "Invalid argument: _id refers to b.response.data._id, which no earlier call answered",
    }


@pytest.mark.parametrize("function", [PARALLEL, PARALLEL_INSIDE])
def test_beside_each_other_calls_cannot_refer_to_each_other(call: Caller, function: str) -> None:
    answer = call(function, {"a": talk("echo", {"text": "a"}), "b": talk("echo", {"text": "{{a.statusCode}}"})})
    assert answer.body["b"]["response"]["data"]["text"] == "{{a.statusCode}}"


# who may


@pytest.mark.parametrize("function", ALL)
def test_each_call_is_authorized_as_if_it_came_alone(call: Caller, function: str) -> None:
    ann, bob = Account.objects.create(subject="ann", name="Ann"), Account.objects.create(subject="bob", name="Bob")
    foreign, own = (
        Note.objects.create(user_account_id=bob.pk, text="b"),
        Note.objects.create(user_account_id=ann.pk, text="a"),
    )
    calls: dict[str, tuple[str, dict[str, Any]]] = {
        "everyone": ("guardedService.forEveryone", {}),
        "roles": ("guardedService.forRoles", {}),
        "cluster": ("guardedService.forTheCluster", {}),
        "insiders": ("guardedService.forInsiders", {}),
        "tests": ("guardedService.forTests", {}),
        "own note": ("noteService.getNote", {"_id": str(own.pk)}),
        "foreign note": ("noteService.getNote", {"_id": str(foreign.pk)}),
        "foreign owner": ("noteService.createNote", {"userAccountId": str(bob.pk), "text": "x"}),
        "foreign account": ("accountService.getAccount", {"_id": str(bob.pk)}),
    }
    batch = {
        id: {"serviceFunctionName": name, "serviceFunctionArgument": argument} for id, (name, argument) in calls.items()
    }
    for who in (None, "ann", "ann clerk", "- admin", "bad", "x cluster"):
        together = call(function, batch, by=who).body
        for id, (name, argument) in calls.items():
            alone = call(name, argument, by=who)
            assert together[id]["statusCode"] == alone.status, (who, id)
            assert without_id(together[id]["response"]) == without_id(alone.body), (who, id)
    statuses = {id: given["statusCode"] for id, given in call(function, batch, by="ann").body.items()}
    assert statuses == {
        "everyone": 200,
        "roles": 403,
        "cluster": 403,
        "insiders": 404,
        "tests": 403,
        "own note": 200,
        "foreign note": 404,
        "foreign owner": 403,
        "foreign account": 403,
    }


@pytest.mark.parametrize("function", ALL)
def test_a_good_credential_is_looked_at_once_for_all_calls(call: Caller, function: str) -> None:
    batch = {str(number): {"serviceFunctionName": "guardedService.forRoles"} for number in range(5)}
    assert call(function, batch, by="ann clerk").status == 200
    assert call.authenticator.asked == 1


@pytest.mark.parametrize("function", ALL)
def test_calls_have_the_facts_of_the_request_but_not_what_concerns_the_request_as_a_whole(
    call: Caller, function: str
) -> None:
    answer = call(
        function,
        {"a": talk("tellHeaders")},
        by="ann",
        x_request_id="r-1",
        x_tenant="t",
        if_none_match='"1"',
        idempotency_key="k",
    )
    # outside of one transaction, each call has a key that follows from that of the batch
    key = None if function in INSIDE else "k/ca978112ca1bbdca"
    assert answer.body["a"]["response"]["data"]["text"] == f"r-1 192.0.2.1 None,{key},ann,t"
    assert answer.headers["X-Request-Id"] == "r-1"


@pytest.mark.parametrize("function", ALL)
def test_a_version_that_the_caller_has_does_not_empty_the_answer(call: Caller, function: str) -> None:
    id = str(Thing.objects.create(name="a").pk)
    assert call("thingService.getThing", {"_id": id}, if_none_match='"1"').status == 304
    answer = call(function, {"a": get(id)}, if_none_match='"1"')
    assert answer.body["a"]["response"]["data"]["name"] == "a"


# what a batch may have


@pytest.mark.parametrize("function", ALL)
def test_more_calls_than_allowed_are_refused_and_none_is_made(call: Caller, function: str) -> None:
    answer = call(function, {str(number): create(str(number)) for number in range(21)})
    assert (answer.status, answer.body["errorCode"]) == (429, "error.12")
    assert kept() == set()


@pytest.mark.parametrize("nested", ALL)
@pytest.mark.parametrize("function", ALL)
def test_batches_do_not_nest(call: Caller, function: str, nested: str) -> None:
    inner = {"serviceFunctionName": nested, "serviceFunctionArgument": {"x": create("x")}}
    answer = call(function, {"a": inner})
    assert (answer.status, answer.body["a"]["response"]["errorCode"]) == (400, "error.5")
    assert kept() == set()


@pytest.mark.parametrize(
    ("argument", "message"),
    [
        ({"": talk("echo")}, "property name  must be longer than or equal to 1"),
        ({"i" * 65: talk("echo")}, "and shorter than or equal to 64 characters"),
        ({"a": {}}, "a: serviceFunctionName should not be null or undefined"),
        ({"a": {"serviceFunctionName": 1}}, "a: serviceFunctionName must be a string"),
        ({"a": talk("echo") | {"other": 1}}, "property other should not exist"),
        ({"a": 1, "b": None}, "a must be an object, b should not be null or undefined"),
        ([], "it must be a JSON object"),
    ],
)
@pytest.mark.parametrize("function", ALL)
def test_a_batch_that_is_none_is_refused_as_a_whole(call: Caller, function: str, argument: Any, message: str) -> None:
    answer = call(function, argument)
    assert (answer.status, answer.body["errorCode"]) == (400, "error.5")
    assert message in answer.body["message"]


@pytest.mark.parametrize(
    ("pattern", "where", "inside", "without"),
    [
        ("", {"microserviceName": "other"}, "error.13", "error.14"),
        (r"other\.main/talkService\..*", {"microserviceName": "third"}, "error.13", "error.11"),
        (r"other\.main/talkService\..*", {"microserviceName": "another"}, "error.13", "error.11"),
        ("other", {"microserviceName": "other"}, "error.13", "error.11"),
        (".*", {"microserviceNamespace": "elsewhere"}, "error.13", "error.14"),
    ],
)
def test_remote_functions_are_refused_unless_the_pattern_allows_them(
    settings_of_backk: dict[str, Any], pattern: str, where: dict[str, str], inside: str, without: str
) -> None:
    with override_settings(BACKK=settings_of_backk | {"BATCH_REMOTE_PATTERN": pattern}):
        call = Caller(SERVICES)
        for function in ALL:
            answer = call(function, {"a": talk("echo") | where})
            assert answer.body["a"]["response"]["errorCode"] == (inside if function in INSIDE else without)


@pytest.mark.parametrize("function", ALL)
def test_a_function_of_this_microservice_is_not_remote(call: Caller, function: str) -> None:
    own = {"microserviceName": "shop", "microserviceNamespace": "main"}
    assert call(function, {"a": talk("echo") | own}).status == 200


# side by side


def test_calls_run_side_by_side(call: Caller) -> None:
    meeting = threading.Barrier(3)
    call.services.get(TalkService).meeting = lambda: meeting.wait(timeout=20)
    answer = call(PARALLEL, {"a": talk("meet"), "b": talk("meet"), "c": talk("meet")})
    assert answer.status == 200
    assert len({given["response"]["data"]["text"] for given in answer.body.values()}) == 3


def test_many_batches_at_once_do_not_wait_for_each_others_threads(call: Caller) -> None:
    def send(number: int) -> list[int]:
        try:
            batch = {str(place): create(f"{number}-{place}") for place in range(20)}
            return [given["statusCode"] for given in call(PARALLEL, batch).body.values()]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(16) as senders:
        statuses = list(senders.map(send, range(16)))
    assert statuses == [[200] * 20] * 16
    assert len(kept()) == 320
    assert sum(thread.name.startswith("backk-crew") for thread in threading.enumerate()) <= 2


def test_in_a_test_that_never_commits_calls_see_its_data(call: Caller) -> None:
    with transaction.atomic():
        id = str(Thing.objects.create(name="uncommitted").pk)
        answer = call(PARALLEL, {"a": get(id), "b": get(id), "c": create("uncommitted")})
        assert [given["statusCode"] for given in answer.body.values()] == [200, 200, 409]
        assert call(SEQUENCE_INSIDE, {"a": create("other"), "b": create("")}).status == 400
        assert kept() == {"uncommitted"}


# collisions and deadlines


def colliding(times: int) -> Callable[[str], None]:
    left = iter(range(times))

    def collide(name: str) -> None:
        if next(left, None) is not None:
            raise OperationalError(1213, "Deadlock found when trying to get lock")

    return collide


@pytest.mark.parametrize("function", INSIDE)
def test_a_collision_runs_the_whole_batch_again(call: Caller, function: str) -> None:
    service = things(call)
    meet = colliding(2)
    service.in_the_middle = lambda name: meet(name) if name == "b" else None
    names = ("a", "b", "c")
    answer = call(function, {name: create(name, "createThingInTheMiddle") for name in names})
    assert answer.status == 200
    assert service.runs == {"a": 3, "b": 3, "c": 1}
    assert kept() == set(names)


@pytest.mark.parametrize("function", WITHOUT)
def test_a_collision_without_a_transaction_runs_its_call_alone_again(call: Caller, function: str) -> None:
    service = things(call)
    meet = colliding(2)
    service.in_the_middle = lambda name: meet(name) if name == "b" else None
    answer = call(function, {name: create(name, "createThingInTheMiddle") for name in ("a", "b")})
    assert answer.status == 200
    assert service.runs == {"a": 1, "b": 3}
    assert kept() == {"a", "b"}


@pytest.mark.parametrize("function", INSIDE)
def test_a_batch_that_collides_forever_is_told_to_come_back(call: Caller, function: str) -> None:
    things(call).in_the_middle = colliding(1000)
    answer = call(function, {"a": create("a", "createThingInTheMiddle")})
    assert (answer.status, answer.body["errorCode"]) == (503, "error.21")
    assert "Retry-After" in answer.headers
    assert kept() == set()


def test_batches_that_wait_for_each_other_in_the_database_both_end(call: Caller) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has one writer at a time: no two transactions can wait for each other")
    ids = [str(Thing.objects.create(name=name).pk) for name in "ab"]
    meeting = threading.Barrier(2)
    begun = threading.local()

    def meet(id: str) -> None:
        if not getattr(begun, "met", False):
            begun.met = True
            meeting.wait(timeout=20)

    things(call).in_the_middle = meet

    def send(order: list[str]) -> int:
        try:
            change = {"serviceFunctionName": "thingService.changeOne"}
            batch = {id: change | {"serviceFunctionArgument": {"_id": id, "amount": 1}} for id in order}
            return call(SEQUENCE_INSIDE, batch).status
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as senders:
        statuses = list(senders.map(send, [ids, ids[::-1]]))
    assert statuses == [200, 200]
    assert sorted(Thing.objects.values_list("amount", flat=True)) == [2, 2]


def test_calls_that_have_not_begun_when_the_deadline_passes_are_not_made(settings_of_backk: dict[str, Any]) -> None:
    with override_settings(BACKK=settings_of_backk | {"DEADLINE": 0.1}):
        call = Caller(SERVICES)
        slow = threading.Event()
        call.services.get(TalkService).meeting = lambda: slow.wait(0.3)
        answer = call(SEQUENCE, {"a": talk("meet"), "b": create("b")})
        assert (answer.status, answer.body["errorCode"]) == (504, "error.22")
        assert kept() == set()


@pytest.mark.parametrize("function", WITHOUT)
def test_a_deadline_of_one_call_ends_that_call(call: Caller, function: str) -> None:
    answer = call(function, {"a": talk("oversleep"), "b": talk("echo")})
    assert answer.status == 504
    assert answer.body["a"]["response"]["errorCode"] == "error.22"
    assert answer.body["b"]["statusCode"] == 200


# limits


def test_what_limits_calls_counts_the_calls_of_a_batch_and_not_the_batch(settings_of_backk: dict[str, Any]) -> None:
    class Counting:
        counted = 0

        def allow_request(self, request: Any, view: Any) -> bool:
            type(self).counted += 1
            return True

    with override_settings(BACKK=settings_of_backk):
        call = Caller(SERVICES, [RestFrameworkThrottle([Counting])])
        call(SEQUENCE, {str(number): talk("echo") for number in range(20)})
    assert Counting.counted == 20


def test_batches_are_off_unless_the_project_says_how_large_they_may_be() -> None:
    with override_settings(BACKK={}):
        assert not MultipleServiceFunctionExecutionService.is_switched_on()
    with override_settings(BACKK={"MAX_BATCH_SIZE": 1}):
        assert MultipleServiceFunctionExecutionService.is_switched_on()


def test_placeholders_do_not_make_arguments_longer_than_a_request(call: Caller) -> None:
    batch = {"a": talk("echo", {"text": "x" * 256}), "b": talk("echo", {"text": "{{a.response.data.text}}" * 1000})}
    assert call(SEQUENCE, batch).body["b"]["response"]["errorCode"] == "error.16"
