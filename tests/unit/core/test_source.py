from pathlib import Path
from typing import Annotated

import pytest
from django.db import models
from django.test.utils import isolate_apps

from backk_core import (
    Argument,
    CrudEntityService,
    Service,
    ServiceFunction,
    allow_for_every_user,
    allow_get,
    between,
    is_ascii,
    max_length,
    read_write,
    sql,
)
from backk_core.declare.entities import Entity, HasOwner
from backk_core.describe.source import built_sql, declaration_of, place_of, writes_of
from tests.declarations import line_at

HERE = Path(__file__).resolve().relative_to(Path(__file__).resolve().parents[3])

with isolate_apps("backk_core"):

    class Part(models.Model):
        """price: what it costs."""

        price = read_write(models.IntegerField(validators=[between(0, 9)]))

        class Meta:
            abstract = True

    class Item(Entity, Part, HasOwner):
        """name = what it is called."""

        name = read_write(models.CharField(max_length=9, validators=[is_ascii]))
        other: "models.ForeignKey[Item, Item]" = read_write(
            models.ForeignKey("self", models.CASCADE),
        )

        class Meta:
            app_label = "backk_core"


class Wanted(Argument):
    """
    name: is not here
    """

    name: Annotated[str, max_length(9), is_ascii] = "nobody"


class ItemService(CrudEntityService):
    @allow_get
    @allow_for_every_user
    def get_items(self) -> None:
        """def get_items(self): not here."""
        self.store.update_all(Item, {"price": 1}, sql("price = " + "1"))
        self.store.get_all(Item, None, sql("price = 1"))


@allow_for_every_user
class CreateItem(ServiceFunction):
    service = "itemService"

    def execute(self) -> None: ...


@pytest.mark.parametrize(
    ("place", "line"),
    [
        (place_of(Item), "class Item(Entity, Part, HasOwner):"),
        (place_of(Item, "name"), "name = read_write(models.CharField(max_length=9, validators=[is_ascii]))"),
        (place_of(Item, "price"), "price = read_write(models.IntegerField(validators=[between(0, 9)]))"),
        (place_of(Item, "other"), 'other: "models.ForeignKey[Item, Item]" = read_write('),
        (place_of(Item, "user_account_id"), "user_account_id = read_write(EntityIdField(db_index=True))"),
        (place_of(Item, "nothing"), "class Item(Entity, Part, HasOwner):"),
        (place_of(Wanted, "name"), 'name: Annotated[str, max_length(9), is_ascii] = "nobody"'),
        (place_of(ItemService.get_items), "def get_items(self) -> None:"),
        (place_of(CreateItem), "class CreateItem(ServiceFunction):"),
        (place_of(CreateItem, "service"), 'service = "itemService"'),
        (place_of(CreateItem.execute), "def execute(self) -> None: ..."),
        (place_of(CreateItem, "__init__"), "def __init__(self, store: Store) -> None:"),
    ],
)
def test_a_place_is_the_line_that_declares_it(place: str, line: str) -> None:
    assert line_at(place) == line


def test_a_file_is_named_from_the_current_directory_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(Path(__file__).resolve().parents[3])
    assert place_of(Item).startswith(f"{HERE}:")
    monkeypatch.chdir("/")
    assert place_of(Item).startswith(f"{Path(__file__).resolve().relative_to('/')}:")


def test_what_has_no_source_is_named_by_its_name() -> None:
    made = type("MadeService", (Service,), {})
    assert place_of(made) == "MadeService"
    assert declaration_of(made) is None


def test_built_sql_is_found_at_its_line() -> None:
    [part] = built_sql(ItemService.get_items)
    assert line_at(part.place) == 'self.store.update_all(Item, {"price": 1}, sql("price = " + "1"))'


def test_operations_that_change_something_are_told_from_those_that_do_not() -> None:
    assert writes_of(ItemService.get_items) == ["update_all"]
