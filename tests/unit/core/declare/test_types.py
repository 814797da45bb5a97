import enum
import json
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

import pytest
from django.apps.registry import Apps
from django.db import models
from hypothesis import given
from hypothesis import strategies as st

from backk_core import (
    UNSET,
    Argument,
    CrudEntityService,
    Doc,
    EntityId,
    Many,
    One,
    Result,
    UnsetType,
    all_of,
    allow_for_every_user,
    array_max_size,
    between,
    create_only,
    is_any_string,
    is_ascii,
    max_length,
    min_length,
    non_null,
    omit,
    partial,
    pick,
    private,
    read_only,
    read_write,
    write_only,
)
from backk_core.declare import types
from backk_core.declare.validators.patterns import compile_patterns
from backk_core.describe.contract_builder import ContractBuilder
from backk_core.describe.contracts import MISSING, FieldContract, TypeContract
from backk_core.models import Entity, HasVersion
from backk_core.testing import Client, FakeStore


class Cup(Entity, HasVersion):
    """A thing to drink from."""

    name = read_write(
        models.CharField(max_length=9, validators=[is_ascii, min_length(1)], help_text="What it is called.")
    )
    size = read_write(models.IntegerField(null=True, validators=[between(0, 9)]))
    colour = read_write(models.CharField(max_length=9, default="red", choices=[("red", "Red"), ("blue", "Blue")]))
    secret = private(models.CharField(max_length=9, default=""))

    class Meta:
        app_label = "declaring"
        apps = Apps(["tests.apps.declaring"])


def contract_of(cls: type) -> TypeContract:
    return ContractBuilder().type_contract(cls)


def fields_of(cls: type) -> dict[str, FieldContract]:
    return contract_of(cls).by_name


def echoed(argument_type: type, argument: dict[str, Any]) -> Any:
    """What a function of this argument type gets, or the message that refuses it."""
    got: list[Any] = []

    class EchoService(CrudEntityService):
        @allow_for_every_user
        def take(self, argument: argument_type) -> None:  # type: ignore[valid-type]
            got.append(argument)

    reply = Client(EchoService(FakeStore())).call(EchoService.take, argument)
    return got[0] if got else reply.message


# plain annotations


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Level(enum.IntEnum):
    LOW = 1
    HIGH = 2


class Size(models.TextChoices):
    SMALL = "s", "Small"
    LARGE = "l", "Large"


class Inner(Argument):
    name: Annotated[str, max_length(3), is_ascii]
    numbers: Annotated[list[int], array_max_size(2), between(0, 9)] = []


class Everything(Argument):
    """One annotation of each kind."""

    text: Annotated[str, max_length(9), is_any_string]
    number: Annotated[int, between(0, 9)]
    ratio: Annotated[float, between(0, 1)]
    flag: bool
    amount: Annotated[Decimal, between(0, 9)]
    uuid: UUID
    moment: datetime
    day: date
    hour: time
    id: EntityId
    mode: Literal["a", "b"]
    step: Literal[1, 2]
    colour: Colour
    level: Level
    size: Size
    colours: Annotated[list[Colour], array_max_size(2)]
    inner: Inner
    inners: Annotated[list[Inner], array_max_size(2)]
    maybe: Annotated[str, max_length(9), is_any_string] | None
    perhaps: Annotated[int | None, between(0, 9)] = None
    absent: Annotated[str, max_length(9)] | UnsetType = UNSET
    labels: Annotated[list[Annotated[str, max_length(3), is_ascii]], array_max_size(3)] = []
    limit: Annotated[int, between(1, 100)] = 50


SENT = {
    "text": "ä", "number": 1, "ratio": 0.5, "flag": True, "amount": "1.5", "uuid": str(UUID(int=1)),
    "moment": "2024-02-29T12:00:00+02:00", "day": "2024-02-29", "hour": "12:30:00", "_id": "7", "mode": "a", "step": 2,
    "colour": "blue", "level": 2, "size": "l", "colours": ["red", "red"], "inner": {"name": "x", "numbers": [1, 2]},
    "inners": [{"name": "y"}], "maybe": None,
}  # fmt: skip


def test_every_annotation_becomes_its_python_value() -> None:
    got = echoed(Everything, SENT)
    assert (got.text, got.number, got.ratio, got.flag, got.amount) == ("ä", 1, 0.5, True, Decimal("1.5"))
    assert (got.uuid, got.day, got.hour, got.id) == (UUID(int=1), date(2024, 2, 29), time(12, 30), "7")
    assert got.moment.isoformat() == "2024-02-29T10:00:00+00:00"
    assert (got.mode, got.step, got.colour, got.level) == ("a", 2, Colour.BLUE, Level.HIGH)
    assert got.size is Size.LARGE
    assert got.colours == [Colour.RED, Colour.RED]
    assert (got.inner.name, got.inner.numbers, got.inners[0].name, got.inners[0].numbers) == ("x", [1, 2], "y", [])
    assert (got.maybe, got.perhaps, got.absent, got.labels, got.limit) == (None, None, UNSET, [], 50)


def test_mutable_defaults_are_not_shared() -> None:
    first, second = echoed(Everything, SENT), echoed(Everything, SENT)
    first.labels.append("x")
    assert second.labels == []
    assert Everything.__struct_defaults__ is not None


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("number", 10, "number must not be greater than 9"),
        ("number", None, "number should not be null or undefined"),
        ("mode", "c", "mode must be one of the following values: a, b"),
        ("step", 3, "step must be one of the following values: 1, 2"),
        ("colour", "green", "colour must be one of the following values: red, blue"),
        ("level", 3, "level must be one of the following values: 1, 2"),
        ("size", "m", "size must be one of the following values: s, l"),
        ("colours", ["red", "green"], "colours: 1 must be one of the following values: red, blue"),
        ("colours", ["red"] * 3, "colours must contain not more than 2 elements"),
        ("inner", {"name": "long"}, "inner: name must be shorter than or equal to 3 characters"),
        ("inner", {"name": "x", "numbers": [10]}, "inner: numbers: 0 must not be greater than 9"),
        ("inner", {"name": "x", "more": 1}, "inner: property more should not exist"),
        ("inner", {}, "inner: name should not be null or undefined"),
        ("inners", [{"name": "x"}, {"name": "ä"}], "inners: 1: name must contain only ASCII characters"),
        ("perhaps", 10, "perhaps must not be greater than 9"),
        ("absent", None, "absent should not be null or undefined"),
        ("absent", "0123456789", "absent must be shorter than or equal to 9 characters"),
        ("labels", ["long"], "labels: 0 must be shorter than or equal to 3 characters"),
        ("_id", "xyz", "_id must be a string of 1 to 24 hexadecimal digits"),
        ("moment", "2024-02-29T12:00:00", "moment must be an ISO 8601 timestamp with time zone"),
    ],
)
def test_what_breaks_a_rule_is_refused_wherever_it_is(name: str, value: Any, said: str) -> None:
    assert echoed(Everything, {**SENT, name: value}) == f"Invalid argument: {said}"


def test_absent_and_null_differ() -> None:
    class Change(Argument):
        note: Annotated[str, max_length(9), is_any_string] | UnsetType | None = UNSET

    assert echoed(Change, {}).note is UNSET
    assert echoed(Change, {"note": None}).note is None
    assert echoed(Change, {"note": "x"}).note == "x"


# results


class Report(Result, fields=pick(Cup, "name", "size")):
    """What is known of cups."""

    total: Decimal
    at: datetime
    colours: list[Colour]
    cups: list[Cup]
    inner: Inner | None = None
    nothing: Annotated[str, max_length(9)] | UnsetType = UNSET


def test_a_result_is_answered_by_its_types() -> None:
    class ReportService(CrudEntityService):
        @allow_for_every_user
        def get_report(self) -> One[Report]:
            return One(self.make())

        @allow_for_every_user
        def get_reports(self) -> Many[Report]:
            return Many([self.make()])

        @staticmethod
        def make() -> Report:
            return Report(
                name="x", size=None, total=Decimal("1E+2"), at=datetime.fromisoformat("2024-01-01T00:00:00.1234+01:00"),
                colours=[Colour.RED], cups=[Cup(id=3, name="y", secret="s")], inner=Inner(name="z"),
            )  # type: ignore[call-arg]  # fmt: skip

    expected = {
        "name": "x", "size": None, "total": "100", "at": "2023-12-31T23:00:00.123Z", "colours": ["red"],
        "cups": [{"_id": "3", "version": 1, "name": "y", "size": None, "colour": "red"}],
        "inner": {"name": "z", "numbers": []},
    }  # fmt: skip
    client = Client(ReportService(FakeStore()))
    assert client.call(ReportService.get_report).data == expected
    assert client.call(ReportService.get_reports).data == [expected]


# operations on types


def test_pick_takes_fields_with_all_their_rules() -> None:
    class CupName(Argument, fields=pick(Cup, "id", "name")):
        """Names a cup."""

    assert list(fields_of(CupName)) == ["id", "name"]
    assert fields_of(CupName)["name"].validators == fields_of(Cup)["name"].validators
    assert fields_of(CupName)["name"].documentation == "What it is called."
    assert echoed(CupName, {"_id": "1", "name": "x"}).id == "1"
    assert echoed(CupName, {"name": ""}) == (
        "Invalid argument: _id should not be null or undefined, name must be longer than or equal to 1 characters"
    )


def test_omit_takes_all_but_the_named_and_never_what_is_private() -> None:
    class NewCup(Argument, fields=omit(Cup, "id", "version")):
        """A cup that is not there yet."""

    assert list(fields_of(NewCup)) == ["name", "size", "colour"]
    assert echoed(NewCup, {"name": "x"}).colour == "red"
    # a whole number written as a float takes the slow way
    assert (echoed(NewCup, {"name": "x", "size": 1.0}).size, echoed(NewCup, {"name": "x", "size": 1.0}).colour) == (
        1,
        "red",
    )
    assert echoed(NewCup, {"name": "x", "colour": "green"}) == (
        "Invalid argument: colour must be one of the following values: red, blue"
    )


def test_partial_requires_nothing_and_tells_absent_from_null() -> None:
    class SomeOfCup(Argument, fields=partial(omit(Cup, "id"))):
        """Any part of a cup."""

    got = echoed(SomeOfCup, {"size": None})
    assert (got.name, got.size, got.colour, got.version) == (UNSET, None, UNSET, UNSET)
    assert echoed(SomeOfCup, {"name": None}) == "Invalid argument: name should not be null or undefined"
    assert SomeOfCup().name is UNSET  # type: ignore[attr-defined]


def test_non_null_requires_everything_and_allows_no_null() -> None:
    class WholeCup(Argument, fields=non_null(pick(Cup, "name", "size", "colour"))):
        """A cup that is known wholly."""

    assert echoed(WholeCup, {"name": "x", "size": None}) == (
        "Invalid argument: size should not be null or undefined, colour should not be null or undefined"
    )
    assert echoed(WholeCup, {"name": "x", "size": 1, "colour": "blue"}).size == 1


def test_all_of_joins_types_and_the_later_of_one_name_wins() -> None:
    class Named(Argument):
        name: Annotated[str, max_length(2), is_ascii]

    class Both(Argument, fields=all_of(Cup, Named, pick(Inner, "numbers"))):
        """Everything about both."""

    assert list(fields_of(Both)) == ["id", "version", "name", "size", "colour", "numbers"]
    assert echoed(Both, {"_id": "1", "name": "abc"}) == (
        "Invalid argument: name must be shorter than or equal to 2 characters"
    )


@pytest.mark.parametrize("take", [pick, omit])
def test_a_field_that_is_not_there_is_named_with_those_that_are(take: Any) -> None:
    with pytest.raises(TypeError, match=r"Cup has no field 'nmae'; it has colour, id, name, size, version"):
        take(Cup, "nmae")
    with pytest.raises(TypeError, match="has no field 'secret'"):
        take(Cup, "secret")
    with pytest.raises(TypeError, match="int is no entity"):
        take(int, "real")


def test_one_access_mode_for_all_decides_what_is_taken_and_what_is_answered() -> None:
    class Taken(Argument, fields=all_of(pick(Cup, "name", access=create_only), pick(Cup, "size", access=read_only))):
        """Half of it is taken."""

    class Shown(Result, fields=all_of(pick(Cup, "name", access=write_only), pick(Cup, "size", access=read_only))):
        """Half of it is shown."""

    class ShownService(CrudEntityService):
        @allow_for_every_user
        def get_shown(self) -> One[Shown]:
            return One(Shown(name="x", size=1))  # type: ignore[call-arg]

    assert {field.name: field.access and field.access.name for field in contract_of(Taken).fields} == {
        "name": "createOnly",
        "size": "readOnly",
    }
    assert echoed(Taken, {"name": "x", "size": 1}) == "Invalid argument: size is not allowed"
    assert echoed(Taken, {"name": "x"}).name == "x"
    assert echoed(Taken, {"name": "x"}).size is UNSET
    assert Client(ShownService(FakeStore())).call(ShownService.get_shown).data == {"size": 1}


def test_a_field_declared_again_keeps_the_borrowed_rules_and_adds_its_own() -> None:
    class Renamed(Argument, fields=pick(Cup, "name", "size", "colour")):
        name: str
        size: Annotated[int, between(2, 20), Doc("At least two.")]
        colour: str | None = "blue"

    assert echoed(Renamed, {"name": "", "size": 1}) == (
        "Invalid argument: name must be longer than or equal to 1 characters, size must not be less than 2"
    )
    assert "size must not be greater than 9" in echoed(Renamed, {"name": "x", "size": 10})
    assert echoed(Renamed, {"name": "x", "size": None}) == "Invalid argument: size should not be null or undefined"
    got = echoed(Renamed, {"name": "x", "size": 3})
    assert (got.name, got.colour) == ("x", "blue")
    assert echoed(Renamed, {"name": "x", "size": 3, "colour": None}).colour is None
    assert fields_of(Renamed)["size"].documentation == "At least two."
    assert fields_of(Renamed)["name"].documentation == "What it is called."


def test_classes_inherit_own_and_borrowed_fields() -> None:
    class Base(Argument, fields=pick(Cup, "name")):
        count: Annotated[int, between(0, 9)] = 1

    class Child(Base, fields=pick(Cup, "size")):
        count: Annotated[int, between(0, 99)] = 2
        more: bool = False

    assert set(fields_of(Child)) == {"name", "count", "size", "more"}
    got = echoed(Child, {"name": "x", "count": 50})
    assert (got.name, got.count, got.size, got.more) == ("x", 50, None, False)
    assert echoed(Child, {"name": ""}) == "Invalid argument: name must be longer than or equal to 1 characters"
    assert fields_of(Base)["count"].validators == (between(0, 9),)


def test_a_type_can_be_built_from_a_type_that_was_built() -> None:
    class First(Argument, fields=partial(pick(Cup, "name", "size"))):
        extra: bool = True

    class Second(Argument, fields=non_null(First)):
        """Nothing of it is optional any more."""

    assert fields_of(Second)["name"].validators == fields_of(Cup)["name"].validators
    assert {field.name: field.required for field in contract_of(Second).fields} == {
        "name": True,
        "size": True,
        "extra": True,
    }


# documentation


def test_classes_and_fields_are_documented_by_docstrings_help_texts_and_doc() -> None:
    class Documented(Argument):
        """What it is for.

        And more.
        """

        number: Annotated[int, between(0, 9), Doc("How many.")] = 1
        names: Annotated[
            list[Annotated[str, max_length(9), Doc("One name.")]], array_max_size(3), Doc("All names.")
        ] = []
        plain: bool = False

    contract = contract_of(Documented)
    assert contract.documentation == "What it is for.\n\nAnd more."
    assert {field.name: field.documentation for field in contract.fields} == {
        "number": "How many.",
        "names": "All names.",
        "plain": "",
    }
    element = contract.by_name["names"].element
    assert element is not None
    assert element.documentation == "One name."
    assert contract_of(Cup).documentation == "A thing to drink from."
    assert fields_of(Cup)["name"].documentation == "What it is called."

    class Undocumented(Entity):
        class Meta:
            app_label = "declaring"
            apps = Apps(["tests.apps.declaring"])

    assert contract_of(Undocumented).documentation == ""


# what cannot be


@pytest.mark.parametrize("hint", [int | str, set[int], complex, "Missing", tuple[int, str], list[complex]])
def test_an_annotation_that_no_call_can_carry_is_told(hint: Any) -> None:
    from django.core.exceptions import ImproperlyConfigured

    made: Any = type(Argument)("Odd", (Argument,), {"__annotations__": {"value": hint}, "__module__": __name__})
    with pytest.raises(ImproperlyConfigured, match="Odd"):
        echoed(made, {})


def test_one_and_many_hold_data_and_metadata() -> None:
    assert (One(1).data, One(1).metadata, One(1, {"a": 2}).metadata) == (1, {}, {"a": 2})
    many = Many([1, 2, 3])
    assert (list(many), len(many), many[0], many[1:], many.metadata) == ([1, 2, 3], 3, 1, [2, 3], {})


def test_contract_defaults_say_what_is_missing() -> None:
    assert fields_of(Everything)["number"].default is MISSING
    assert fields_of(Everything)["labels"].default is list
    assert json.dumps(fields_of(Everything)["limit"].default) == "50"


@pytest.fixture(autouse=True)
def _no_shared_state() -> Iterator[None]:
    before = Inner(name="x").numbers
    yield
    assert before == Inner(name="x").numbers == []


@pytest.mark.parametrize("rule", [types._Named(types._NAME), types._Path(types._PATH)])
@given(
    value=st.text(max_size=8)
    | st.from_regex(r"\A[a-zA-Z_0-9.*\u00e4\n]{0,6}\Z")
    | st.sampled_from(["", "*", "_id", "a.b", "a b", "class", "1a", "a\n", "\u00e4"])
)
def test_names_and_paths_are_accepted_just_as_their_pattern_says(rule: Any, value: str) -> None:
    assert rule.accepts(value) == bool(compile_patterns(*rule.patterns).found_all(value))
