"""What answers to GET calls are kept for, for whom, and what lets go of them."""

import inspect
import itertools
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import cache, caches
from django.db import transaction
from django.test import override_settings

from backk_core import (
    Argument,
    CrudEntityService,
    Id,
    Many,
    One,
    Plain,
    PostQueryOperations,
    Result,
    Store,
    UserService,
    allow_for_every_user,
    allow_for_own_resources,
    allow_get,
    cached,
    cached_for_all,
    response_headers,
)
from backk_core.execute.answer_cache import touched_with, version_of
from backk_core.execute.answer_shelf import shelf
from backk_core.execute.call import current_call
from backk_core.execute.store import DatabaseStore
from backk_core.models import forget_answers
from tests.apps.calls.models import Account, Note, Thing
from tests.apps.relations.models import Thing as RelatedThing
from tests.apps.relations.models import Word
from tests.callers import Answer, Caller

pytestmark = pytest.mark.django_db(transaction=True)

LOCAL = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "answers"}}


class Fewest(Argument):
    amount: int = 0


class Told(Result):
    text: str


@allow_for_every_user
class ShelfService(CrudEntityService, UserService):
    """Reads things, counts how often, and changes them."""

    runs = 0
    meanwhile: Callable[[], object] = staticmethod(lambda: None)

    def user_id_of(self, subject: str) -> str | int | None:
        account = Account.objects.filter(subject=subject).first()
        return None if account is None else account.pk

    def found(self, query: PostQueryOperations) -> Many[Thing]:
        self.runs += 1
        things = list(self.store.get_all(Thing, query).data)
        self.meanwhile()
        return Many(things)

    @allow_get
    @cached(60)
    def get_things(self, query: PostQueryOperations) -> Many[Thing]:
        return self.found(query)

    @allow_get
    @cached_for_all(60, client_seconds=5)
    def get_things_of_all(self, query: PostQueryOperations) -> Many[Thing]:
        return self.found(query)

    @allow_get
    @cached(60)
    def get_thing(self, argument: Id) -> One[Thing]:
        self.runs += 1
        return self.store.get_by_id(Thing, argument.id)

    @allow_get
    @cached(lambda argument: 60 if argument.amount else 0, reads=[])
    def get_word(self, argument: Fewest) -> One[Told]:
        self.runs += 1
        principal = current_call().principal
        return One(Told(text=f"{self.runs} {principal and principal.subject}"))

    @allow_get
    @cached_for_all(60, reads=[Thing])
    @response_headers(lambda argument, result: {"X-Total": result.data.text, "Cache-Control": "private, max-age=3"})
    def get_total(self) -> One[Told]:
        self.runs += 1
        return One(Told(text=str(self.store.count(Thing))))

    @allow_get
    def get_things_anew(self, query: PostQueryOperations) -> Many[Thing]:
        return self.found(query)

    def create_thing(self, thing: Thing) -> One[Thing]:
        return self.store.create(thing)

    def update_thing(self, thing: Thing) -> None:
        self.store.update(thing)

    def delete_thing(self, argument: Id) -> None:
        self.store.delete_by_id(Thing, argument.id)

    def create_note(self, note: Note) -> One[Note]:
        return self.store.create(note)

    def create_thing_in_vain(self, thing: Thing) -> One[Thing]:
        self.store.create(thing)
        raise RuntimeError


@allow_for_own_resources("user_account_id")
class NoteService(CrudEntityService):
    """Reads the caller's notes."""

    runs = 0

    @allow_get
    @cached(60)
    def get_notes(self, query: PostQueryOperations) -> Many[Note]:
        self.runs += 1
        return self.store.get_all(Note, query)


@pytest.fixture(autouse=True)
def own_cache() -> Iterator[None]:
    with override_settings(CACHES=LOCAL):
        cache.clear()
        yield


@pytest.fixture
def call() -> Caller:
    return Caller([ShelfService, NoteService])


def service(call: Caller) -> ShelfService:
    found: ShelfService = call.services.get(ShelfService)
    return found


def get(call: Caller, name: str = "getThings", argument: Any = None, **more: Any) -> Answer:
    return call(f"shelfService.{name}", argument or {}, method="GET", **more)


def names(answer: Answer) -> list[str]:
    return [row["name"] for row in answer.body["data"]]


# keeping


def test_what_was_answered_is_answered_again_without_running_the_function(call: Caller) -> None:
    Thing.objects.create(name="a")
    first, again = get(call), get(call)
    assert names(first) == ["a"]
    assert (again.status, again.body, service(call).runs) == (200, first.body, 1)
    assert first.headers["X-Request-Id"] != again.headers["X-Request-Id"]
    assert len(again.names) == len(set(again.names))


def test_callers_are_told_how_long_they_may_keep_it(call: Caller) -> None:
    assert get(call).headers["Cache-Control"] in ("private, max-age=60", "private, max-age=59")
    assert get(call).headers["Vary"] == "Authorization"
    shared = get(call, "getThingsOfAll")
    assert shared.headers["Cache-Control"] == "public, max-age=5"
    assert "Vary" not in shared.headers


def test_what_is_kept_for_a_while_already_is_fresh_for_less_time(call: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    now = itertools.count(1_000_000.0, 40)
    monkeypatch.setattr("backk_core.execute.answer_cache.time", SimpleNamespace(time=lambda: next(now)))
    assert get(call).headers["Cache-Control"] == "private, max-age=20"
    assert get(call).headers["Cache-Control"] == "private, no-cache"


def test_what_the_function_says_of_its_headers_stands(call: Caller) -> None:
    for _ in range(2):
        answer = get(call, "getTotal")
        assert (answer.headers["X-Total"], answer.headers["Cache-Control"]) == ("0", "private, max-age=3")


def test_calls_by_post_and_functions_without_the_word_are_run_each_time(call: Caller) -> None:
    for _ in range(2):
        assert call("shelfService.getThings", {}).headers["Cache-Control"] == "no-store"
        assert get(call, "getThingsAnew").headers["Cache-Control"] == "no-store"
    assert service(call).runs == 4


def test_errors_are_not_kept(call: Caller) -> None:
    assert get(call, "getThing", {"_id": "1"}).status == 404
    Thing.objects.create(pk=1, name="a")
    assert get(call, "getThing", {"_id": "1"}).status == 200


def test_the_argument_says_whether_and_how_long(call: Caller) -> None:
    texts = [get(call, "getWord", {"amount": amount}).body["data"]["text"] for amount in (0, 0, 1, 1)]
    assert texts == ["1 None", "2 None", "3 None", "3 None"]
    assert get(call, "getWord", {"amount": 0}).headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("times", [1, 2])
def test_who_has_the_version_already_is_told_so(call: Caller, times: int) -> None:
    id = str(Thing.objects.create(name="a").pk)
    for _ in range(times):
        answer = get(call, "getThing", {"_id": id}, if_none_match='"1"')
        assert (answer.status, answer.body, answer.headers["ETag"]) == (304, None, '"1"')
        assert "content-type" not in answer.names
    assert get(call, "getThing", {"_id": id}).body["data"]["name"] == "a"
    assert service(call).runs == 1


def test_a_list_has_a_tag_of_its_own(call: Caller) -> None:
    tag = get(call).headers["ETag"]
    assert get(call, if_none_match=tag).status == 304
    call("shelfService.createThing", {"name": "a"})
    assert get(call, if_none_match=tag).status == 200


# for whom


def test_an_answer_is_its_caller_s_own(call: Caller) -> None:
    def text(by: str | None) -> str:
        found: str = get(call, "getWord", {"amount": 1}, by=by).body["data"]["text"]
        return found

    assert [text("ann"), text("ben"), text(None), text("ann"), text("bad")] == [
        "1 ann",
        "2 ben",
        "3 None",
        "1 ann",
        "3 None",
    ]


def test_other_roles_are_answered_anew(call: Caller) -> None:
    for by in ("ann", "ann admin", "ann admin"):
        get(call, by=by)
    assert service(call).runs == 2


def test_what_is_for_all_is_kept_once(call: Caller) -> None:
    for by in ("ann", "ben", None):
        assert get(call, "getThingsOfAll", by=by).status == 200
    assert service(call).runs == 1


def test_other_arguments_and_projections_are_answered_anew(call: Caller) -> None:
    Thing.objects.create(name="a")
    assert get(call, argument={"includeResponseFields": ["name"]}).body["data"] == [{"name": "a"}]
    assert "_id" in get(call).body["data"][0]
    assert service(call).runs == 2
    get(call, argument=b' { "includeResponseFields" : ["name"] } ')
    assert service(call).runs == 2


def test_a_caller_is_authorized_before_anything_is_looked_up(call: Caller) -> None:
    ann = Account.objects.create(subject="ann", name="Ann")
    Note.objects.create(user_account_id=ann.pk, text="mine")
    notes = [call("noteService.getNotes", {}, method="GET", by="ann") for _ in range(2)]
    assert [answer.body["data"][0]["text"] for answer in notes] == ["mine", "mine"]
    assert call.services.get(NoteService).runs == 1
    assert call("noteService.getNotes", {}, method="GET").status == 401
    ann.delete()
    assert call("noteService.getNotes", {}, method="GET", by="ann").status in (403, 404)
    # the same token, and another account
    Account.objects.create(subject="ann", name="Ann")
    assert call("noteService.getNotes", {}, method="GET", by="ann").body["data"] == []


# letting go


def test_what_the_store_changes_is_not_answered_any_more(call: Caller) -> None:
    assert names(get(call)) == []
    id = call("shelfService.createThing", {"name": "a"}).body["data"]["_id"]
    assert names(get(call)) == ["a"]
    call("shelfService.updateThing", {"_id": id, "name": "b"})
    assert names(get(call)) == ["b"]
    call("shelfService.deleteThing", {"_id": id})
    assert names(get(call)) == []
    assert get(call, "getTotal").body["data"]["text"] == "0"


def test_what_concerns_other_entities_stays(call: Caller) -> None:
    get(call)
    call("shelfService.createNote", {"text": "a", "userAccountId": "1"})
    get(call)
    assert service(call).runs == 1


def test_what_is_undone_lets_go_of_nothing(call: Caller) -> None:
    get(call)
    assert call("shelfService.createThingInVain", {"name": "a"}).status == 500
    get(call)
    assert service(call).runs == 1


def test_an_answer_that_was_read_before_a_change_is_not_kept_after_it(call: Caller) -> None:
    changes = iter([lambda: call("shelfService.createThing", {"name": "a"})])
    service(call).meanwhile = lambda: next(changes, lambda: None)()
    stale = get(call)
    assert names(stale) == []
    assert names(get(call)) == ["a"]


def test_a_change_lets_go_when_it_is_committed_and_not_before(call: Caller) -> None:
    store = DatabaseStore()
    get(call)
    with transaction.atomic():
        store.create(Thing(name="a"))
        get(call)
        assert service(call).runs == 1
    get(call)
    assert service(call).runs == 2


def test_what_the_store_does_not_write_has_a_word_of_its_own(call: Caller) -> None:
    get(call)
    Thing.objects.create(name="a")
    assert names(get(call)) == []
    forget_answers(Thing)
    assert names(get(call)) == ["a"]


def writes(store: DatabaseStore, id: int, word: int) -> dict[str, Callable[[], object]]:
    """Every operation of the store that writes, done to a thing that has a word."""
    thing: dict[str, Any] = {"user_account_id": 1, "price": 1.0, "places": []}
    return {
        "create": lambda: store.create(RelatedThing(title="new", **thing)),
        "create_many": lambda: store.create_many([RelatedThing(title="new", **thing)]),
        "update": lambda: store.update(RelatedThing.objects.get(pk=id)),
        "update_all": lambda: store.update_all(RelatedThing, {"title": "changed"}),
        "add_values": lambda: store.add_values(RelatedThing, id, "places", ["here"]),
        "remove_values": lambda: store.remove_values(RelatedThing, id, "places", ["here"]),
        "add_sub_entities": lambda: store.add_sub_entities(RelatedThing, id, "words", [str(word)]),
        "remove_sub_entities": lambda: store.remove_sub_entities(RelatedThing, id, "words"),
        "delete_by_id": lambda: store.delete_by_id(RelatedThing, id),
        "delete_by_ids": lambda: store.delete_by_ids(RelatedThing, [id]),
        "delete_all": lambda: store.delete_all(RelatedThing),
    }


READS = {
    *("get_all", "get_by_id", "get_by_ids", "get_first", "count", "contains_value", "find_account"),
    *("lock", "lock_all", "transaction"),
}


def test_every_operation_of_the_store_is_known_to_write_or_to_read() -> None:
    operations = {name for name, _ in inspect.getmembers(Store, inspect.isfunction) if not name.startswith("_")}
    assert operations == {*writes(DatabaseStore(), 0, 0), *READS}


@pytest.mark.parametrize("name", writes(DatabaseStore(), 0, 0))
def test_every_operation_of_the_store_that_writes_lets_go(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    word = Word.objects.create(name="a")
    thing = RelatedThing.objects.create(title="a", price=1.0, user_account_id=1, places=[])
    forgotten: set[str] = set()
    monkeypatch.setattr("backk_core.execute.answer_cache._watched_here", {RelatedThing})
    monkeypatch.setattr(shelf(), "forget", forgotten.update)
    writes(DatabaseStore(), thing.pk, word.pk)[name]()
    assert forgotten == {"relations.Thing"}


def test_to_read_and_to_lock_lets_go_of_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    thing = Thing.objects.create(name="a")
    forgotten: set[str] = set()
    monkeypatch.setattr("backk_core.execute.answer_cache._watched_here", {Thing})
    monkeypatch.setattr(shelf(), "forget", forgotten.update)
    store = DatabaseStore()
    with store.transaction():
        store.lock(Thing, thing.pk)
        store.get_all(Thing)
    assert forgotten == set()


def test_what_the_database_deletes_along_lets_go_too(call: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    from example_project.user_accounts.models import UserAccount

    asked: list[bool] = []
    monkeypatch.setattr("backk_core.execute.answer_cache._outdate", lambda model, deletes: asked.append(deletes))
    call("shelfService.getThings", {}, method="GET")
    store = DatabaseStore()
    store.update_all(Thing, {"amount": 1})
    store.delete_all(Thing)
    store.delete_by_ids(Thing, [1])
    assert asked == [False, True, True]
    assert len(touched_with(UserAccount, deletes=True)) > len(touched_with(UserAccount, deletes=False))


def test_parts_change_with_what_owns_them_and_what_is_deleted_takes_others_along() -> None:
    from example_project.orders.models import Order
    from example_project.user_accounts.models import UserAccount

    assert {"OrderItem"} <= {model.__name__ for model in touched_with(Order, deletes=False)}
    owned = {model.__name__ for model in touched_with(UserAccount, deletes=False)}
    assert "UserAccount" in owned
    assert "Order" not in owned


# configuration


def test_a_pattern_of_the_project_keeps_answers_of_functions_that_do_not_say_so() -> None:
    settings = {"CACHED_PATTERN": r"shelfService\.get.*Anew", "CACHED_SECONDS": 7.0}
    with override_settings(BACKK=settings):
        call = Caller([ShelfService])
        assert get(call, "getThingsAnew").headers["Cache-Control"] in ("private, max-age=7", "private, max-age=6")
        get(call, "getThingsAnew")
    assert service(call).runs == 1


def test_another_contract_has_other_answers() -> None:
    @allow_for_every_user
    class FirstService(CrudEntityService):
        @allow_get
        @cached(1, reads=[])
        def get_total(self) -> Plain[Told]: ...

    class Longer(Result):
        text: str
        number: int

    Longer.__name__ = "Told"

    @allow_for_every_user
    class SecondService(CrudEntityService):
        @allow_get
        @cached(1, reads=[])
        def get_total(self) -> Plain[Longer]: ...

    first, second = (next(iter(Caller([cls]).registry.functions.values())) for cls in (FirstService, SecondService))
    assert version_of(first) != version_of(second)


@pytest.mark.parametrize("seconds", [0, -1])
def test_a_lifetime_is_positive(seconds: float) -> None:
    with pytest.raises(ValueError, match="positive"):
        cached(seconds)


# a cache that fails


class Broken:
    """Fails as often as it is asked."""

    def __init__(self) -> None:
        self.asked = 0

    def __getattr__(self, name: str) -> Any:
        def fail(*_: Any, **__: Any) -> None:
            self.asked += 1
            raise ConnectionError("no route")

        return fail


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> Broken:
    broken = Broken()
    monkeypatch.setattr("backk_core.execute.answer_shelf.caches", {"default": broken})
    return broken


def test_a_cache_that_fails_is_asked_once_in_a_while_and_told_of_once(
    call: Caller, broken: Broken, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(5):
        assert get(call).status == 200
    assert call("shelfService.createThing", {"name": "a"}).status == 200
    assert names(get(call)) == ["a"]
    assert (service(call).runs, broken.asked) == (6, 1)
    assert [record.getMessage() for record in caplog.records] == [
        "answers are not cached: the cache 'default' fails: ConnectionError"
    ]


def test_what_changed_while_the_cache_was_away_is_let_go_when_it_is_back(
    call: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert names(get(call)) == []
    with monkeypatch.context() as away:
        away.setattr("backk_core.execute.answer_shelf.caches", {"default": Broken()})
        call("shelfService.createThing", {"name": "a"})
    monkeypatch.setattr(shelf(), "_asked_again_at", 0.0)
    assert names(get(call)) == ["a"]


def test_a_cache_that_forgets_generations_answers_nothing_older(call: Caller) -> None:
    get(call)
    Thing.objects.create(name="a")
    found = [name.split(":", 2)[2] for name in caches["default"]._cache]  # type: ignore[attr-defined]
    generation = next(name for name in found if "generation" in name)
    assert cache.delete(generation)
    assert names(get(call)) == ["a"]
