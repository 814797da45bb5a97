"""Services whose functions do what the tests of calls need: succeed, fail late, meet each other, collide."""

import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import Annotated, Any

from django.db.models import F

from backk_core import (
    Argument,
    CrudEntityService,
    EntityId,
    Id,
    Many,
    One,
    PostQueryOperations,
    Result,
    Service,
    ServiceError,
    Store,
    allow_for_cluster_internal,
    allow_for_every_user,
    allow_for_own_resources,
    allow_for_tests,
    allow_for_user_roles,
    allow_get,
    allow_inside_service,
    between,
    deadline,
    is_any_string,
    max_length,
    no_captcha,
    one_statement,
    own_transactions,
    pick,
    response_headers,
    response_status,
)
from backk_core.execute.call import current_call
from tests.apps.calls.models import Note, Thing


class TooLate(ServiceError):
    """It is too late for that"""

    code = 1
    status = 409


class TalkBroken(ServiceError):
    """Nothing works today"""

    code = 2
    status = 503


class BadlyBehaved(ServiceError):
    """It has a header that splits the answer"""

    code = 3
    headers = (("X-Split", "a\r\nSet-Cookie: stolen=1"),)


class Named(Argument, fields=pick(Thing, "name")):
    """Names a thing."""


class Amount(Argument):
    id: EntityId
    amount: Annotated[int, between(0, 1000)]


class Text(Argument):
    text: Annotated[str, max_length(256), is_any_string] = ""


class Answer(Result):
    text: str


class ThingService(CrudEntityService):
    """Keeps things, for everyone."""

    errors = (TooLate,)

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self.runs: Counter[str] = Counter()
        #: What functions do in their middle: tests put a meeting, a collision or a lost connection there.
        self.in_the_middle: Callable[[str], None] = lambda name: None

    @allow_for_every_user
    @no_captcha("only tests call it")
    def create_thing(self, thing: Thing) -> One[Thing]:
        return self.store.create(thing)

    @allow_for_every_user
    @no_captcha("only tests call it")
    def create_thing_too_late(self, thing: Thing) -> One[Thing]:
        self.store.create(thing)
        raise TooLate

    @allow_for_every_user
    @no_captcha("only tests call it")
    def create_thing_in_the_middle(self, thing: Thing) -> One[Thing]:
        self.runs[thing.name] += 1
        created = self.store.create(thing)
        self.in_the_middle(thing.name)
        return created

    @allow_for_every_user
    @allow_get
    def get_thing(self, argument: Id) -> One[Thing]:
        return self.store.get_by_id(Thing, argument.id)

    @allow_for_every_user
    def get_things(self, query: PostQueryOperations) -> Many[Thing]:
        return self.store.get_all(Thing, query)

    @allow_for_every_user
    def get_thing_in_the_middle(self, argument: Id) -> One[Thing]:
        self.runs["get"] += 1
        found = self.store.get_by_id(Thing, argument.id)
        self.in_the_middle("get")
        return found

    @allow_for_every_user
    def update_thing(self, thing: Thing) -> None:
        self.store.update(thing)

    @allow_for_every_user
    def change_one(self, argument: Amount) -> None:
        Thing.objects.filter(pk=int(argument.id)).update(amount=F("amount") + argument.amount)
        self.in_the_middle(argument.id)

    @allow_for_every_user
    @one_statement("creates one thing")
    @no_captcha("only tests call it")
    def create_by_one_statement(self, thing: Thing) -> One[Thing]:
        return self.store.create(thing)

    @allow_for_every_user
    @one_statement("says so, and lies")
    @no_captcha("only tests call it")
    def create_by_two_statements(self, thing: Thing) -> One[Thing]:
        self.store.create(thing)
        return self.store.create(Thing(name=f"{thing.name} again"))

    @allow_for_every_user
    def delete_thing(self, argument: Id) -> None:
        self.store.delete_by_id(Thing, argument.id)


class TalkService(Service):
    """Touches no database."""

    errors = (TalkBroken, BadlyBehaved)

    def __init__(self) -> None:
        self.meeting: Callable[[], Any] = lambda: None

    @allow_for_every_user
    def echo(self, argument: Text) -> One[Answer]:
        return One(Answer(text=argument.text))

    @allow_for_every_user
    def say_nothing(self) -> None:
        return None

    @allow_for_every_user
    @own_transactions("meets another call")
    def meet(self) -> One[Answer]:
        self.meeting()
        return One(Answer(text=threading.current_thread().name))

    @allow_for_every_user
    @deadline(0.05)
    def oversleep(self) -> None:
        time.sleep(0.2)

    @allow_for_every_user
    def tell_headers(self) -> One[Answer]:
        call = current_call()
        names = ("if-none-match", "idempotency-key", "authorization", "x-tenant")
        said = ",".join(str(call.header(name)) for name in names)
        return One(Answer(text=f"{call.request_id} {call.remote_address} {said}"))

    @allow_for_every_user
    def fail(self, argument: Text) -> None:
        raise RuntimeError(f"secret {argument.text}")

    @allow_for_every_user
    def be_broken(self) -> None:
        raise TalkBroken

    @allow_for_every_user
    @response_status(201)
    @response_headers(lambda argument, result: {"X-Said": argument.text, "Cache-Control": "max-age=60"})
    def say_in_header(self, argument: Text) -> One[Answer]:
        return One(Answer(text="said"))

    @allow_for_every_user
    @response_headers(lambda argument, result: {argument.text: "x"})
    def name_header(self, argument: Text) -> None:
        return None

    @allow_for_every_user
    def behave_badly(self) -> None:
        raise BadlyBehaved


@allow_for_user_roles("admin")
class NoteService(CrudEntityService):
    """Keeps everybody's own notes; administrators see all."""

    @allow_for_own_resources("user_account_id")
    @no_captcha("only tests call it")
    def create_note(self, note: Note) -> One[Note]:
        return self.store.create(note)

    @allow_for_own_resources("user_account_id")
    def get_note(self, argument: Id) -> One[Note]:
        return self.store.get_by_id(Note, argument.id)

    @allow_for_own_resources("user_account_id")
    def get_notes(self, query: PostQueryOperations) -> Many[Note]:
        return self.store.get_all(Note, query)

    @allow_for_own_resources("user_account_id")
    def update_note(self, note: Note) -> None:
        self.store.update(note)

    @allow_for_own_resources("user_account_id")
    def delete_note(self, argument: Id) -> None:
        self.store.delete_by_id(Note, argument.id)


class GuardedService(Service):
    """One function for each rule."""

    @allow_for_every_user
    def for_everyone(self) -> One[Answer]:
        principal = current_call().principal
        return One(Answer(text=str(principal and principal.subject)))

    @allow_for_user_roles("admin", "clerk")
    def for_roles(self) -> None:
        return None

    @allow_for_cluster_internal
    def for_the_cluster(self) -> None:
        return None

    @allow_inside_service
    def for_insiders(self) -> None:
        return None

    @allow_for_tests
    def for_tests(self) -> None:
        return None
