import datetime
import itertools
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from typing import Any

import pytest
from django.apps.registry import Apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.migrations.state import ProjectState
from django.db.models.functions import Lower
from django.test import override_settings

from backk_core import (
    CrudEntityService,
    Id,
    Many,
    One,
    PostQueryOperations,
    allow_for_every_user,
    array_max_size,
    between,
    is_any_string,
    is_ascii,
    is_in,
    max_length,
    max_value,
    min_length,
    min_value,
    private,
    read_only,
    read_write,
    write_only,
)
from backk_core.models import (
    Entity,
    EntityIdField,
    ExternalIdField,
    HasCaptchaToken,
    HasCreatedAtTimestamp,
    HasLastModifiedTimestamp,
    HasOwner,
    HasSubject,
    HasTimestamps,
    HasVersion,
    TimestampField,
    array_of,
    transient,
)
from backk_core.testing import Client, FakeStore
from tests.tables import KINDS, delete_rows, migrated_database, migration_of

APPS = Apps(["tests.apps.declaring"])


class Declared:
    app_label = "declaring"
    apps = APPS


# base parts

PARTS: tuple[type[models.Model], ...] = (
    HasVersion,
    HasCreatedAtTimestamp,
    HasLastModifiedTimestamp,
    HasOwner,
    HasCaptchaToken,
    HasSubject,
)
COMBINATIONS = [chosen for size in range(len(PARTS) + 1) for chosen in itertools.combinations(PARTS, size)]
SENT_ON_CREATE = {
    HasOwner: {"userAccountId": "12"},
    HasCaptchaToken: {"captchaToken": "t"},
    HasSubject: {"subject": "s"},
}


def entity_with(parts: tuple[type[models.Model], ...], number: int) -> type[Entity]:
    fields = {
        "__module__": __name__,
        "name": read_write(models.CharField(max_length=8, validators=[is_ascii])),
        "Meta": type("Meta", (Declared,), {}),
    }
    return type(f"Thing{number}", (Entity, *parts), fields)


def service_of(entity: type[Entity]) -> Any:
    class ThingService(CrudEntityService):
        @allow_for_every_user
        def create_thing(self, thing: entity) -> One[entity]:  # type: ignore[valid-type]
            return self.store.create(thing)

        @allow_for_every_user
        def update_thing(self, thing: entity) -> None:  # type: ignore[valid-type]
            self.store.update(thing)

        @allow_for_every_user
        def get_thing(self, argument: Id) -> One[entity]:  # type: ignore[valid-type]
            return self.store.get_by_id(entity, argument.id)

        @allow_for_every_user
        def get_things(self, query: PostQueryOperations) -> Many[entity]:  # type: ignore[valid-type]
            return self.store.get_all(entity, query)

    return ThingService


THINGS = [entity_with(parts, number) for number, parts in enumerate(COMBINATIONS)]


# columns of every kind


class Size(models.TextChoices):
    SMALL = "small"
    LARGE = "large"


class Stars(models.IntegerChoices):
    ONE = 1
    TWO = 2


class Sample(Entity, HasVersion):
    """One of everything."""

    code = read_write(models.CharField("code", max_length=16, unique=True, validators=[is_ascii]))
    amount = read_write(models.IntegerField(default=1, validators=[between(1, 10)], help_text="How many there are."))
    ratio = read_write(models.FloatField(default=0.5, validators=[min_value(0), max_value(0.5)]))
    price = read_write(models.DecimalField(max_digits=6, decimal_places=2, default=1, validators=[between(0, 999)]))
    small = read_write(models.SmallIntegerField(default=0))
    title = read_write(models.CharField(max_length=16, default="abc", validators=[is_any_string, min_length(3)]))
    note = read_write(models.TextField(blank=True, validators=[is_any_string, max_length(99), min_length(2)]))
    size = read_write(models.CharField(max_length=8, choices=Size.choices, default=Size.SMALL))
    maybe_size = read_write(models.CharField(max_length=8, choices=Size.choices, null=True))
    stars = read_write(models.IntegerField(choices=Stars.choices, default=Stars.ONE))
    picked = read_write(models.CharField(max_length=8, default="a", validators=[is_in("a", "b")]))
    tags = read_write(
        array_of(models.CharField(max_length=8, validators=[is_ascii]), max=3, min=0, unique=True, default=list)
    )
    numbers = read_write(array_of(models.IntegerField(validators=[between(0, 9)]), max=3, null=True))
    moments = read_write(array_of(TimestampField(), max=3))
    other_id = read_write(EntityIdField(null=True))
    external_id = read_write(ExternalIdField(max_length=16, null=True))
    hidden = private(models.CharField(max_length=8, default=""))
    hint = write_only(transient(models.CharField(max_length=8, default="none", validators=[is_ascii])))

    class Meta(Declared):
        indexes = [models.Index(fields=["-amount", "title"], name="sample_amount_title")]
        constraints = [
            models.UniqueConstraint(fields=["title", "amount"], name="sample_title_amount"),
            models.UniqueConstraint(Lower("code"), name="sample_lower_code"),
        ]


@pytest.fixture(scope="module")
def databases(django_db_blocker: Any) -> Iterator[Callable[[str], Any]]:
    with django_db_blocker.unblock(), ExitStack() as stack:
        yield cache(lambda kind: stack.enter_context(migrated_database(kind, f"declaring_{kind}", APPS)))


@pytest.fixture(params=KINDS)
def db(request: pytest.FixtureRequest, databases: Any, django_db_blocker: Any) -> Iterator[Any]:
    with django_db_blocker.unblock(), used(databases(request.param)) as db:
        yield db


@pytest.fixture(params=["memory", *KINDS])
def client(request: pytest.FixtureRequest, databases: Any, django_db_blocker: Any) -> Iterator[Client]:
    if request.param == "memory":
        yield Client(service_of(Sample)(FakeStore()))
    else:
        with django_db_blocker.unblock(), used(databases(request.param)):
            yield Client(service_of(Sample))


@contextmanager
def used(db: Any) -> Iterator[Any]:
    with override_settings(BACKK={"DATABASE": db.alias, "ENVIRONMENT": "test"}):
        delete_rows(db, [Sample])
        yield db


def wire_names(entity: type[Entity]) -> dict[str, tuple[type[models.Model], str]]:
    return {
        "version": (HasVersion, "version"),
        "createdAtTimestamp": (HasCreatedAtTimestamp, "created_at_timestamp"),
        "lastModifiedTimestamp": (HasLastModifiedTimestamp, "last_modified_timestamp"),
        "userAccountId": (HasOwner, "user_account_id"),
    }


def check_parts(client: Client, entity: type[Entity]) -> None:
    parts = [part for part in PARTS if issubclass(entity, part)]
    sent = {name: value for part in parts for name, value in SENT_ON_CREATE.get(part, {}).items()}
    expected = {"_id", "name"} | {name for name, (part, _) in wire_names(entity).items() if part in parts}

    created = client.call("thingService.createThing", {"name": "a", **sent}).data
    assert set(created) == expected
    assert created.get("version", 1) == 1
    assert created.get("userAccountId", "12") == "12"
    for name in sent:
        without = {"name": "a", **{key: value for key, value in sent.items() if key != name}}
        assert client.call("thingService.createThing", without).error_code == "error.5"

    guards = {name: created[name] for name in ("version", "lastModifiedTimestamp") if name in created}
    change = {"_id": created["_id"], "name": "b", **guards}
    assert client.call("thingService.updateThing", change).status == 200
    if guards:
        # a version has always moved on, the clock perhaps not
        stale = change if "version" in guards else {**change, "lastModifiedTimestamp": "2020-01-01T00:00:00.000Z"}
        assert client.call("thingService.updateThing", stale).error_code == f"error.{1 if 'version' in guards else 2}"
    read = client.call("thingService.getThing", {"_id": created["_id"]}).data
    assert set(read) == expected
    assert (read["name"], read.get("version", 2)) == ("b", 2)
    assert read.get("createdAtTimestamp") == created.get("createdAtTimestamp")
    assert client.call("thingService.getThings", {}).data == [read]
    for name in ("createdAtTimestamp", "captchaToken", "subject"):
        assert client.call("thingService.updateThing", {"_id": created["_id"], name: "x"}).error_code == "error.5"


@pytest.mark.parametrize(
    "entity", THINGS, ids=["+".join(p.__name__ for p in parts) or "none" for parts in COMBINATIONS]
)
def test_every_combination_of_base_parts_is_created_updated_and_read(db: Any, entity: type[Entity]) -> None:
    check_parts(Client(service_of(entity)), entity)


def test_base_parts_do_the_same_without_a_database() -> None:
    for entity in THINGS:
        check_parts(Client(service_of(entity)(FakeStore())), entity)


def test_both_timestamps_have_one_name() -> None:
    class Stamped(Entity, HasTimestamps):
        class Meta(Declared):
            apps = Apps(["tests.apps.declaring"])

    assert {field.name for field in Stamped._meta.fields} == {"id", "created_at_timestamp", "last_modified_timestamp"}
    assert issubclass(Stamped, HasLastModifiedTimestamp)


# constraints


def test_a_subject_is_taken_once(db: Any) -> None:
    client = Client(service_of(THINGS[COMBINATIONS.index((HasSubject,))]))
    codes = [client.call("thingService.createThing", {"name": "a", "subject": "twice"}).error_code for _ in range(2)]
    assert codes == [None, "error.3"]


BOUNDED = [
    ("amount", 1, 0), ("amount", 10, 11), ("ratio", 0, -0.1), ("ratio", 0.5, 0.6), ("price", 999, 999.01),
    ("price", 0, -1),
    ("title", "abc", "ab"), ("note", "", "x"), ("note", "xy", "x"), ("size", "large", "huge"), ("stars", 2, 3),
    ("maybe_size", None, "huge"), ("maybe_size", "small", ""), ("picked", "b", "c"),
]  # fmt: skip


@pytest.mark.parametrize(("column", "good", "bad"), BOUNDED)
def test_the_database_itself_keeps_bounds_and_enumerations(db: Any, column: str, good: Any, bad: Any) -> None:
    Sample(code="c").save(using=db.alias)
    with db.cursor() as cursor:
        cursor.execute(f"UPDATE declaring_sample SET {column} = %s", [good])
        with pytest.raises(IntegrityError), transaction.atomic(using=db.alias):
            cursor.execute(f"UPDATE declaring_sample SET {column} = %s", [bad])


def checks_of(entity: type[models.Model]) -> dict[str, str]:
    return {c.name: str(c.condition) for c in entity._meta.constraints if isinstance(c, models.CheckConstraint)}


def test_check_constraints_have_short_stable_names_and_nothing_has_one_that_needs_none() -> None:
    named = {"amount", "ratio", "price", "title", "note", "size", "maybe_size", "stars", "picked"}
    assert set(checks_of(Sample)) == {f"declaring_sample_{name}_bounds" for name in named}
    assert checks_of(Sample)["declaring_sample_amount_bounds"] == "(AND: ('amount__gte', 1), ('amount__lte', 10))"
    assert {name for entity in THINGS for name in checks_of(entity)} == set()


def test_long_names_of_constraints_are_cut_and_stay_different() -> None:
    class Long(Entity):
        a_name_of_a_field_that_is_rather_long_in_itself_one = read_write(
            models.IntegerField(validators=[between(0, 1)])
        )
        a_name_of_a_field_that_is_rather_long_in_itself_two = read_write(
            models.IntegerField(validators=[between(0, 1)])
        )

        class Meta(Declared):
            apps = Apps(["tests.apps.declaring"])
            db_table = "a_table_with_a_name"

    names = sorted(checks_of(Long))
    assert len(names) == 2
    assert all(len(name) <= 60 for name in names)
    assert names == [
        "a_table_with_a_name_a_name_of_a_field_that_is_rath_33a53ee25",
        "a_table_with_a_name_a_name_of_a_field_that_is_rath_dc334065d",
    ]


def test_indexes_and_unique_constraints_of_meta_reach_the_database_as_they_are(db: Any) -> None:
    with db.cursor() as cursor:
        found = db.introspection.get_constraints(cursor, "declaring_sample")
    index = found["sample_amount_title"]
    assert (index["columns"], index["index"], index["orders"]) == (["amount", "title"], True, ["DESC", "ASC"])
    assert found["sample_title_amount"]["unique"]
    if db.features.supports_expression_indexes:
        assert found["sample_lower_code"]["unique"]


def test_what_is_unique_together_is_refused_as_a_duplicate(db: Any) -> None:
    client = Client(service_of(Sample))
    assert client.call("thingService.createThing", {"code": "a"}).status == 200
    taken = [{"code": "b"}, {"code": "a", "title": "other"}, {"code": "A", "title": "other"}]
    for sent in taken[: 3 if db.features.supports_expression_indexes else 2]:
        reply = client.call("thingService.createThing", sent)
        assert (reply.error_code, reply.message) == ("error.3", "Duplicate sample")


# arrays, nulls, defaults, transients


def everything() -> dict[str, Any]:
    return {
        "code": "a", "amount": 2, "ratio": 0.25, "price": "12.50", "small": -5, "title": "A title", "note": "a note",
        "size": "large", "maybeSize": "small", "stars": 2, "picked": "b", "tags": ["x", "y,\"z\\"], "numbers": [0, 9],
        "moments": ["2024-02-29T12:00:00.123Z"], "otherId": "77", "externalId": "e-1",
    }  # fmt: skip


def answered(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name not in ("_id", "version")}


def test_every_kind_of_value_is_stored_and_answered(client: Client) -> None:
    created = client.call("thingService.createThing", everything()).data
    assert answered(created) == everything()
    assert client.call("thingService.getThing", {"_id": created["_id"]}).data == created
    assert client.call("thingService.getThings", {}).data == [created]


def test_what_is_absent_has_its_default_and_what_is_null_is_null(client: Client) -> None:
    created = client.call("thingService.createThing", {"code": "a", "maybeSize": None}).data
    assert answered(created) == {
        "code": "a", "amount": 1, "ratio": 0.5, "price": "1.00", "small": 0, "title": "abc", "note": "",
        "size": "small", "maybeSize": None, "stars": 1, "picked": "a", "tags": [], "numbers": None, "moments": [],
        "otherId": None, "externalId": None,
    }  # fmt: skip
    for name in ("amount", "tags", "code"):
        assert client.call("thingService.createThing", {"code": "b", name: None}).error_code == "error.5"


def test_an_update_touches_what_was_sent_and_null_is_not_absent(client: Client) -> None:
    id = client.call("thingService.createThing", everything()).data["_id"]
    assert (
        client.call("thingService.updateThing", {"_id": id, "maybeSize": None, "numbers": None, "tags": []}).status
        == 200
    )
    read = client.call("thingService.getThing", {"_id": id}).data
    assert answered(read) == {**everything(), "maybeSize": None, "numbers": None, "tags": []}
    assert client.call("thingService.updateThing", {"_id": id, "amount": None}).error_code == "error.5"


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"tags": ["a", "b", "c", "d"]}, "tags must contain not more than 3 elements"),
        ({"tags": ["a", "a"]}, "All tags's elements must be unique"),
        ({"tags": ["ä"]}, "tags: 0 must "),
        ({"tags": ["a" * 9]}, "tags: 0 must "),
        ({"tags": "a"}, "tags must be an array"),
        ({"numbers": [10]}, "numbers: 0 must not be greater than 9"),
        ({"numbers": [1.5]}, "numbers: 0 must be an integer"),
        ({"size": "huge"}, "size must be one of the following values: small, large"),
        ({"stars": 3}, "stars must be one of the following values: 1, 2"),
        ({"stars": "1"}, "stars must be "),
        ({"hidden": "x"}, "property hidden should not exist"),
        ({"hint": "ä"}, "hint must contain only ASCII characters"),
        ({"price": "1.234"}, "price must have at most 6 digits"),
        ({"otherId": 7}, "otherId must be a string"),
    ],
)
def test_what_does_not_fit_is_refused_in_the_words_of_its_rule(sent: dict[str, Any], said: str) -> None:
    reply = Client(service_of(Sample)(FakeStore())).call("thingService.createThing", {"code": "a", **sent})
    assert reply.error_code == "error.5"
    assert reply.message is not None
    assert reply.message.startswith(f"Invalid argument: {said}")


def test_arrays_are_native_on_postgresql_and_json_elsewhere(db: Any) -> None:
    Sample(code="a", tags=["x", "y"]).save(using=db.alias)
    with db.cursor() as cursor:
        cursor.execute("SELECT tags FROM declaring_sample")
        (raw,) = cursor.fetchone()
    assert raw == (["x", "y"] if db.vendor == "postgresql" else '["x", "y"]')


def test_arrays_are_cleaned_like_any_other_field_in_forms_and_the_admin() -> None:
    field: Any = Sample._meta.get_field("tags")
    assert field.clean('["a"]', None) == ["a"]
    for wrong in (["a", "b", "c", "d"], ["a" * 9], ["ä"], ["a", "a"], None):
        with pytest.raises(ValidationError):
            field.clean(wrong, None)
    few = array_of(models.IntegerField(), min=2, max=3)
    with pytest.raises(ValidationError):
        few.clean([1], None)


def test_a_transient_property_reaches_the_function_and_no_table() -> None:
    seen: list[Any] = []

    class HintService(CrudEntityService):
        @allow_for_every_user
        def create_sample(self, sample: Sample) -> One[Sample]:
            seen.append(sample.hint)
            return self.store.create(sample)

    client = Client(HintService(FakeStore()))
    assert "hint" not in client.call(HintService.create_sample, {"code": "a", "hint": "look"}).data
    client.call(HintService.create_sample, {"code": "b", "title": "other"})
    assert seen == ["look", "none"]
    assert "hint" not in {field.name for field in Sample._meta.get_fields()}


def test_timestamps_are_kept_to_the_millisecond(db: Any) -> None:
    moment = datetime.datetime(2024, 1, 1, 0, 0, 0, 999_999, tzinfo=datetime.UTC)
    Stamped = THINGS[COMBINATIONS.index((HasLastModifiedTimestamp,))]  # noqa: N806
    entity = Stamped(name="a", last_modified_timestamp=moment)
    entity.save(using=db.alias)
    entity.refresh_from_db(using=db.alias)
    assert entity.last_modified_timestamp == moment.replace(microsecond=999_000)  # type: ignore[attr-defined]


# migrations and inheritance


def test_a_second_migration_finds_nothing_to_do() -> None:
    first = migration_of(ProjectState(), ProjectState.from_apps(APPS))
    assert first is not None
    assert migration_of(first.mutate_state(ProjectState()), ProjectState.from_apps(APPS)) is None


def declare(*, access: Any, help_text: str = "", low: int = 0) -> Apps:
    registry = Apps(["tests.apps.declaring"])

    class Changing(Entity):
        number = access(models.IntegerField(validators=[between(low, 9)], help_text=help_text))
        texts = access(array_of(models.CharField(max_length=3, validators=[is_ascii]), max=2))

        class Meta(Declared):
            apps = registry

    return registry


def test_access_modes_never_reach_a_migration_and_bounds_do() -> None:
    states = [
        ProjectState.from_apps(declare(access=access, low=low))
        for access, low in ((read_write, 0), (private, 0), (read_only, 1))
    ]
    assert migration_of(states[0], states[1]) is None
    bounds = migration_of(states[1], states[2])
    assert bounds is not None
    assert {type(operation).__name__ for operation in bounds.operations} == {
        "RemoveConstraint",
        "AlterField",
        "AddConstraint",
    }


def test_children_of_an_abstract_entity_have_its_access_modes_bounds_and_transients() -> None:
    class Priced(Entity):
        price = read_only(models.FloatField(validators=[between(0, 1)]))
        code = write_only(transient(models.CharField(max_length=3, validators=[is_ascii])))

        class Meta:
            abstract = True

    class Cup(Priced):
        price2 = read_write(models.FloatField(validators=[between(0, 2)]))

        class Meta(Declared):
            apps = Apps(["tests.apps.declaring"])

    class Plate(Priced):
        price = read_write(models.FloatField(validators=[between(0, 3)]))

        class Meta(Declared):
            apps = Apps(["tests.apps.declaring"])

    client = Client(service_of(Cup)(FakeStore()))
    assert client.call("thingService.createThing", {"price": 1, "price2": 1, "code": "a"}).message == (
        "Invalid argument: price is not allowed"
    )
    assert set(checks_of(Cup)) == {"declaring_cup_price_bounds", "declaring_cup_price2_bounds"}
    assert "3" in checks_of(Plate)["declaring_plate_price_bounds"]
    assert Plate(price=2.0, code="x").code == "x"
    assert (
        Client(service_of(Plate)(FakeStore())).call("thingService.createThing", {"price": 3, "code": "a"}).status == 200
    )


def test_array_rules_may_be_written_as_validators_too() -> None:
    class Shelf(Entity):
        labels = read_write(
            array_of(models.CharField(max_length=3, validators=[is_ascii]), max=9, validators=[array_max_size(1)])
        )

        class Meta(Declared):
            apps = Apps(["tests.apps.declaring"])

    reply = Client(service_of(Shelf)(FakeStore())).call("thingService.createThing", {"labels": ["a", "b"]})
    assert reply.error_code == "error.5"
