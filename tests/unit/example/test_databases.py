from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from example_project.databases import database_from

HERE = Path("/project")


def test_without_a_word_it_is_a_file_beside_the_project() -> None:
    made = database_from({}, HERE)
    assert (made["ENGINE"], made["NAME"]) == ("django.db.backends.sqlite3", "/project/example.sqlite3")
    assert database_from({"DATABASE_NAME": "/tmp/other"}, HERE)["NAME"] == "/tmp/other"


@pytest.mark.parametrize(
    ("kind", "engine", "port"), [("postgresql", "postgresql", "5432"), ("mariadb", "mysql", "3306")]
)
def test_a_server_is_named_by_its_kind_and_where_it_is(kind: str, engine: str, port: str) -> None:
    made = database_from({"DATABASE": kind}, HERE)
    assert (made["ENGINE"], made["PORT"]) == (f"django.db.backends.{engine}", port)
    given = {f"DATABASE_{name}": name.lower() for name in ("NAME", "HOST", "PORT", "USER", "PASSWORD")}
    made = database_from({"DATABASE": kind, **given}, HERE)
    assert {name: made[name] for name in ("NAME", "HOST", "PORT", "USER", "PASSWORD")} == {
        name: name.lower() for name in ("NAME", "HOST", "PORT", "USER", "PASSWORD")
    }


def test_an_unknown_kind_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(ImproperlyConfigured, match="'oracle': it is sqlite, postgresql, mariadb"):
        database_from({"DATABASE": "oracle"}, HERE)
