"""Functions of every kind, and functions that are slow or fail in every way."""

import datetime
import decimal
import enum
import time
import uuid
from typing import Annotated, Literal

from django.db import connections

from backk_core import (
    Argument,
    CrudEntityService,
    EntityId,
    Id,
    Many,
    One,
    PostQueryOperations,
    ResponseFields,
    Result,
    Service,
    allow_for_cluster_internal,
    allow_for_every_user,
    allow_for_tests,
    allow_for_user_roles,
    allow_get,
    allow_inside_service,
    array_max_size,
    array_not_unique,
    between,
    count_of,
    deadline,
    is_any_string,
    max_length,
    min_length,
    omit,
    one_statement,
    partial,
    pick,
    response_headers,
    response_status,
)
from backk_core.declare import errors
from backk_core.execute.call import current_call
from tests.apps.doors.errors import TooHeavy
from tests.apps.doors.models import Note, Sample, Thing

#: A statement that keeps a database busy for ``%s`` seconds, or until it is told to stop.
BUSY = {
    "postgresql": "SELECT pg_sleep(%s)",
    "mysql": "SELECT sleep(%s)",
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %s * 4000000) SELECT count(*) FROM n",
}


def keep_database_busy(seconds: float) -> None:
    db = connections["default"]
    with db.cursor() as cursor:
        cursor.execute(BUSY[db.vendor], [seconds])
        cursor.fetchall()


class Seconds(Argument):
    seconds: Annotated[float, between(0, 60)] = 10.0


class SlowThing(Argument, fields=pick(Thing, "code", "title")):
    seconds: Annotated[float, between(0, 60)] = 10.0


class ThingQuery(PostQueryOperations):
    title: Annotated[str, max_length(64), is_any_string] | None = None


class ThingFields(ResponseFields, fields=pick(Thing, "id")):
    pass


class Part(Argument):
    name: Annotated[str, max_length(8), is_any_string] = ""
    size: Annotated[int, between(1, 9)] = 1


class Level(enum.Enum):
    LOW = "low"
    HIGH = "high"


class EveryKind(PostQueryOperations, fields=partial(omit(Sample, "id"))):
    part: Part | None = None
    parts: Annotated[list[Part], array_max_size(3), array_not_unique] = []
    level: Level | None = None
    letter: Literal["a", "b"] | None = None
    count: Literal[1, 2] | None = None
    length: Annotated[decimal.Decimal, between(0, 10)] | None = None
    since: datetime.datetime | None = None
    on: datetime.date | None = None
    at: datetime.time | None = None
    key: uuid.UUID | None = None
    owner_id: EntityId | None = None
    ratio: Annotated[float, between(0, 1)] | None = None


class Word(Argument):
    word: Annotated[str, min_length(1), max_length(64), is_any_string]


class ErrorName(Argument):
    name: Annotated[str, max_length(64), is_any_string]


class Caller(Result):
    subject: str | None
    roles: list[str]
    address: str


class Answer(Result):
    value: str


@allow_for_every_user
class ThingService(CrudEntityService):
    """Keeps things."""

    errors = (TooHeavy,)

    def create_thing(self, thing: Thing) -> One[Thing]:
        return self.store.create(thing)

    @allow_get
    def get_things(self, query: ThingQuery) -> Many[Thing]:
        return self.store.get_all(Thing, query)

    @count_of("")
    def get_counted_things(self, query: ThingQuery) -> Many[Thing]:
        return self.store.get_all(Thing, query)

    @allow_get
    def get_thing(self, argument: Id) -> One[Thing]:
        return self.store.get_by_id(Thing, argument.id)

    def get_fields_of_thing(self, argument: ThingFields) -> One[Thing]:
        return self.store.get_by_id(Thing, argument.id, argument)

    def update_thing(self, thing: Thing) -> None:
        self.store.update(thing)

    def delete_thing(self, argument: Id) -> None:
        self.store.delete_by_id(Thing, argument.id)

    def delete_all_things(self) -> None:
        self.store.delete_all(Thing)

    def create_heavy_thing(self, thing: Thing) -> One[Thing]:
        self.store.create(thing)
        raise TooHeavy

    def create_broken_thing(self, thing: Thing) -> One[Thing]:
        self.store.create(thing)
        raise RuntimeError(thing.title)

    def create_thing_slowly(self, argument: SlowThing) -> One[Thing]:
        """Create a thing, then keep the transaction open."""
        created = self.store.create(Thing(code=argument.code, title=argument.title))
        keep_database_busy(argument.seconds)
        return created

    def create_thing_and_wait(self, argument: SlowThing) -> One[Thing]:
        """Create a thing, then keep the transaction open without asking the database for anything."""
        created = self.store.create(Thing(code=argument.code, title=argument.title))
        time.sleep(argument.seconds)
        return created

    @deadline(0.3)
    def create_thing_in_time(self, argument: SlowThing) -> One[Thing]:
        created = self.store.create(Thing(code=argument.code, title=argument.title))
        keep_database_busy(argument.seconds)
        return created

    @deadline(0.3)
    def update_thing_in_time(self, thing: Thing) -> None:
        self.store.update(thing)

    @deadline(0.3)
    def create_thing_in_python_time(self, argument: SlowThing) -> One[Thing]:
        created = self.store.create(Thing(code=argument.code, title=argument.title))
        time.sleep(argument.seconds)
        return created


@allow_for_every_user
class NoteService(CrudEntityService):
    """Keeps notes."""

    def create_note(self, note: Note) -> One[Note]:
        return self.store.create(note)

    def get_note(self, argument: Id) -> One[Note]:
        return self.store.get_by_id(Note, argument.id)

    def update_note(self, note: Note) -> None:
        self.store.update(note)


@allow_for_every_user
class SampleService(CrudEntityService):
    """Takes and keeps values of every kind."""

    def create_sample(self, sample: Sample) -> One[Sample]:
        return self.store.create(sample)

    def update_sample(self, sample: Sample) -> None:
        self.store.update(sample)

    def get_sample(self, argument: Id) -> One[Sample]:
        return self.store.get_by_id(Sample, argument.id)

    def find_samples(self, query: EveryKind) -> Many[Sample]:
        """Take an argument of every kind, and keep nothing."""
        return self.store.get_all(Sample, query)


class ProbeService(Service):
    """Answers in every way that there is."""

    @allow_for_every_user
    @allow_get
    def get_nothing(self) -> None:
        return None

    @allow_for_every_user
    @response_status(201)
    @response_headers(lambda argument, result: {"X-Length": str(len(result.data.value)), "Cache-Control": "max-age=60"})
    def say(self, argument: Word) -> One[Answer]:
        return One(Answer(value=argument.word), metadata={"length": len(argument.word)})

    @allow_for_every_user
    @response_headers(lambda argument, result: {"X-Word": argument.word})
    def say_in_header(self, argument: Word) -> None:
        return None

    @allow_for_every_user
    def fail(self, argument: Word) -> None:
        raise RuntimeError(argument.word)

    @allow_for_every_user
    def refuse(self, argument: ErrorName) -> None:
        """Raise an error of the framework."""
        error: type[errors.CallError] = getattr(errors, argument.name)
        raise error(argument.name) if error in (errors.DuplicateEntity, errors.EntityNotFound) else error()

    @allow_for_every_user
    def get_caller(self) -> One[Caller]:
        call = current_call()
        known = call.principal
        return One(
            Caller(
                subject=known.subject if known else None,
                roles=sorted(known.roles) if known else [],
                address=call.remote_address,
            )
        )

    @allow_for_user_roles("admin")
    def get_admin_word(self) -> One[Answer]:
        return One(Answer(value="admin"))

    @allow_for_tests
    def get_test_word(self) -> One[Answer]:
        return One(Answer(value="test"))

    @allow_for_cluster_internal
    def get_cluster_word(self) -> One[Answer]:
        return One(Answer(value="cluster"))

    @allow_inside_service
    def get_inside_word(self) -> One[Answer]:
        return One(Answer(value="inside"))

    @allow_for_every_user
    def get_after_a_while(self, argument: Seconds) -> One[Answer]:
        """Wait in Python."""
        time.sleep(argument.seconds)
        return One(Answer(value="done"))

    @allow_for_every_user
    def get_from_busy_database(self, argument: Seconds) -> One[Answer]:
        """Wait in the database."""
        keep_database_busy(argument.seconds)
        return One(Answer(value="done"))

    @allow_for_every_user
    @deadline(0.3)
    def get_in_time(self, argument: Seconds) -> One[Answer]:
        keep_database_busy(argument.seconds)
        return One(Answer(value="done"))

    @allow_for_every_user
    def leave_transaction_open(self) -> None:
        """Begin a transaction behind Django's back, and forget it."""
        db = connections["default"]
        with db.cursor() as cursor:
            cursor.execute("BEGIN" if db.vendor != "mysql" else "START TRANSACTION")
            cursor.execute("SELECT 1")

    @allow_for_every_user
    @one_statement("asks once")
    def ask_twice(self) -> None:
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.execute("SELECT 2")
