import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps.registry import Apps
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.fields.files import FieldFile
from django.test import override_settings
from phonenumber_field.modelfields import PhoneNumberField
from phonenumber_field.phonenumber import PhoneNumber

from backk_core import (
    CrudEntityService,
    Id,
    Many,
    One,
    allow_for_every_user,
    between,
    create_only,
    is_ascii,
    private,
    read_only,
    read_update,
    read_write,
    update_only,
    write_only,
)
from backk_core.declare.access import Access, access_of
from backk_core.declare.naming import to_python
from backk_core.models import Entity, array_of, transient
from backk_core.testing import Client, FakeStore
from tests.tables import KINDS, database_with

VERBS = {
    private: ("private", False, False, False),
    read_only: ("readOnly", False, False, True),
    read_write: ("readWrite", True, True, True),
    read_update: ("readUpdate", False, True, True),
    write_only: ("writeOnly", True, True, False),
    create_only: ("createOnly", True, False, False),
    update_only: ("updateOnly", False, True, False),
}


@pytest.mark.parametrize("verb", VERBS, ids=[name for name, *_ in VERBS.values()])
def test_a_verb_marks_any_field_and_returns_the_very_same(verb: Any) -> None:
    name, create, update, read = VERBS[verb]
    for field in (
        models.CharField(max_length=9),
        models.FileField(),
        models.JSONField(),
        models.GenericIPAddressField(),
        PhoneNumberField(),
        array_of(models.IntegerField(), max=2),
    ):
        before = field.deconstruct()
        assert verb(field) is field
        assert access_of(field) == Access(name, create=create, update=update, read=read)
        assert access_of(field.clone()) is None
        assert field.deconstruct()[:3] == before[:3]
        assert set(field.deconstruct()[3]) == set(before[3])


def test_a_field_without_a_verb_has_no_access_mode() -> None:
    assert access_of(models.CharField(max_length=9)) is None
    assert access_of(object()) is None


class Modes(Entity):
    """One field of each access mode."""

    private = private(models.CharField(max_length=4, default="p", validators=[is_ascii]))
    read_only = read_only(models.CharField(max_length=4, default="r", validators=[is_ascii]))
    read_write = read_write(models.CharField(max_length=4, default="rw", validators=[is_ascii]))
    read_update = read_update(models.CharField(max_length=4, default="ru", validators=[is_ascii]))
    write_only = write_only(models.CharField(max_length=4, default="w", validators=[is_ascii]))
    create_only = create_only(models.CharField(max_length=4, default="c", validators=[is_ascii]))
    update_only = update_only(models.CharField(max_length=4, default="u", validators=[is_ascii]))

    class Meta:
        app_label = "declaring"
        apps = Apps(["tests.apps.declaring"])


class ModesService(CrudEntityService):
    @allow_for_every_user
    def create_modes(self, modes: Modes) -> One[Modes]:
        return self.store.create(modes)

    @allow_for_every_user
    def update_modes(self, modes: Modes) -> None:
        self.store.update(modes)

    @allow_for_every_user
    def get_modes(self, argument: Id) -> One[Modes]:
        return self.store.get_by_id(Modes, argument.id)


@pytest.mark.parametrize("verb", VERBS, ids=[name for name, *_ in VERBS.values()])
def test_a_property_travels_where_its_mode_says_and_nowhere_else(verb: Any) -> None:
    name, create, update, read = VERBS[verb]
    store = FakeStore()
    client = Client(ModesService(store))
    attribute = to_python(name)

    assert (client.call(ModesService.create_modes, {name: "new"}).status == 200) is create
    client.call(ModesService.create_modes, {})
    first = client.call(ModesService.get_modes, {"_id": "1"}).data
    assert (name in first) is read
    if create:
        assert getattr(store.get_by_id(Modes, 1).data, attribute) == "new"

    assert (client.call(ModesService.update_modes, {"_id": "1", name: "upd"}).status == 200) is update
    assert (getattr(store.get_by_id(Modes, 1).data, attribute) == "upd") is update


class Person(Entity):
    phone = read_write(PhoneNumberField(region="FI", unique=True))
    other_phone = read_write(PhoneNumberField(null=True, blank=True))
    photo = read_only(models.FileField(null=True))
    details = read_only(models.JSONField(default=dict))

    class Meta:
        app_label = "declaring"
        apps = Apps(["tests.apps.declaring"])


class PersonService(CrudEntityService):
    @allow_for_every_user
    def create_person(self, person: Person) -> One[Person]:
        assert isinstance(person.phone, PhoneNumber)
        return self.store.create(person)

    @allow_for_every_user
    def get_people(self) -> Many[Person]:
        people = self.store.get_all(Person)
        assert all(isinstance(person.phone, PhoneNumber) for person in people)
        return people

    @allow_for_every_user
    def list_people(self) -> Many[Person]:
        return self.store.get_all(Person)


@pytest.fixture(params=["memory", *KINDS])
def people(request: pytest.FixtureRequest, django_db_blocker: Any) -> Iterator[Client]:
    if request.param == "memory":
        yield Client(PersonService(FakeStore()))
        return
    alias = f"access_{request.param}"
    with (
        django_db_blocker.unblock(),
        database_with(request.param, alias, [Person]),
        override_settings(BACKK={"DATABASE": alias, "ENVIRONMENT": "test"}),
    ):
        yield Client(PersonService)


def test_a_field_of_another_library_keeps_its_type_its_rules_and_its_wire_form(people: Client) -> None:
    created = people.call(PersonService.create_person, {"phone": "040 1234567"})
    expected = {"_id": "1", "phone": "+358401234567", "otherPhone": None, "photo": None, "details": {}}
    assert created.data == expected
    assert people.call(PersonService.get_people).data == [expected]
    assert people.call(PersonService.list_people).data == [expected]
    wrong = people.call(PersonService.create_person, {"phone": "12"})
    assert (wrong.error_code, wrong.message) == ("error.5", "Invalid argument: phone is not valid")
    assert people.call(PersonService.create_person, {"phone": "+358 40 1234567"}).error_code == "error.3"


class EvenField(models.IntegerField):  # type: ignore[type-arg]
    def to_python(self, value: Any) -> Any:
        number = super().to_python(value)
        if number is not None and number % 2:
            raise ValidationError("odd")
        return number


def test_what_a_field_cannot_convert_is_a_violation() -> None:
    class Pair(Entity):
        count = read_write(EvenField())

        class Meta:
            app_label = "declaring"
            apps = Apps(["tests.apps.declaring"])

    class PairService(CrudEntityService):
        @allow_for_every_user
        def create_pair(self, pair: Pair) -> One[Pair]:
            return self.store.create(pair)

    client = Client(PairService(FakeStore()))
    assert client.call(PairService.create_pair, {"count": 2}).data["count"] == 2
    assert client.call(PairService.create_pair, {"count": 3}).message == "Invalid argument: count is not valid"


def test_what_cannot_be_checked_cannot_be_sent() -> None:
    assert isinstance(Person(phone="+358401234567").photo, FieldFile)
    assert Client(PersonService(FakeStore())).call(PersonService.create_person, {"photo": "x"}).error_code == "error.5"


def test_access_modes_work_on_transients_and_their_fields_alike() -> None:
    class Gate(Entity):
        inner = transient(create_only(models.CharField(max_length=4, validators=[is_ascii])))
        outer = create_only(transient(models.CharField(max_length=4, validators=[is_ascii])))

        class Meta:
            app_label = "declaring"
            apps = Apps(["tests.apps.declaring"])

    assert {name: access_of(field) for name, field in Gate.backk_transients.items()} == {
        "inner": Access("createOnly", create=True, update=False, read=False),
        "outer": Access("createOnly", create=True, update=False, read=False),
    }


def test_fields_stay_usable_as_django_uses_them() -> None:
    field = read_write(models.IntegerField(validators=[between(0, 9)]))
    assert field.clean("5", None) == 5
    with pytest.raises(ValidationError):
        field.clean("10", None)


TYPED = """
from django.db import models
from backk_core import Argument, Many, One, Result, Store, allow_for_every_user, between, pick, read_write
from backk_core.declare.naming import to_python
from backk_core.models import Entity, array_of, transient

class Cup(Entity):
    name = read_write(models.CharField(max_length=9))
    size = read_write(models.IntegerField(null=True))
    labels = read_write(array_of(models.CharField(max_length=9), max=3))
    hint = read_write(transient(models.CharField(max_length=9)))
    class Meta:
        app_label = "contenttypes"

class Renamed(Argument, fields=pick(Cup, "id")):
    id: str
    name: str
    size: int | None = None

def use(cup: Cup, store: Store) -> None:
    reveal_type(cup.id)
    reveal_type(cup.name)
    reveal_type(cup.size)
    reveal_type(cup.hint)
    reveal_type(store.create(cup))
    reveal_type(store.get_all(Cup).data)
    reveal_type(store.get_by_id(Cup, "1").data.name)
    reveal_type(Renamed(id="1", name="x").size)
    Renamed(name="x")
    Renamed(id=1, name="x")
    cup.name = None
"""
REVEALED = [
    '"int"',
    '"str"',
    '"int | None"',
    '"str"',
    "One[",
    '"list[',
    '"str"',
    '"int | None"',
]


def test_type_checkers_see_the_types_that_django_stubs_infer(tmp_path: Path) -> None:
    pytest.importorskip("mypy", reason="needs mypy: run `make check`")
    pytest.importorskip("mypy_drf_plugin", reason="needs djangorestframework-stubs: run `make check`")
    (tmp_path / "typed.py").write_text(TYPED)
    root = Path(__file__).parents[4]
    told = subprocess.run(
        [
            sys.executable,
            "-m",
            "mypy",
            "--config-file",
            root / "pyproject.toml",
            "--no-error-summary",
            tmp_path / "typed.py",
        ],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    ).stdout.splitlines()
    notes = [line.partition("Revealed type is ")[2] for line in told if "Revealed type" in line]
    errors = [line for line in told if ": error:" in line]
    assert len(notes) == len(REVEALED), told
    for note, expected in zip(notes, REVEALED, strict=True):
        assert expected in note.replace("builtins.", ""), told
    assert [error.rpartition("[")[2] for error in errors] == ["call-arg]", "arg-type]", "assignment]"], told
