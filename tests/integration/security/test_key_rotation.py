"""Keys are rotated while others write; what cannot be read is left alone and told."""

import io
import threading
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import override_settings

from backk_security.encryption import EncryptionError
from backk_security.rotation import Rotation, Summary
from tests.apps.secrets.models import Person
from tests.databases import fresh_database
from tests.goals.g17 import INDEX, NEW, OLD, look_for_canaries, rotate_with_writers, settings_with


def people(db: BaseDatabaseWrapper) -> Any:
    return Person._default_manager.using(db.alias)


def filled(db: BaseDatabaseWrapper, rows: int, keys: str = f"old:{OLD}") -> None:
    with override_settings(BACKK=settings_with(db.alias, keys)):
        people(db).bulk_create(
            [Person(nick="n", email=f"{n}@example.com", salary=n, phone_number=str(n)) for n in range(rows)]
        )


def rotated(db: BaseDatabaseWrapper, keys: str = f"new:{NEW},old:{OLD}", *options: str, **more: str) -> str:
    printed = io.StringIO()
    with override_settings(BACKK={**settings_with(db.alias, keys), **more}):
        call_command("rotate_keys", *options, stdout=printed, stderr=io.StringIO())
    return printed.getvalue()


def column(db: BaseDatabaseWrapper, name: str) -> list[Any]:
    with db.cursor() as cursor:
        cursor.execute(f"SELECT {name} FROM secrets_person ORDER BY id")
        return [row[0] for row in cursor.fetchall()]


def execute(db: BaseDatabaseWrapper, sql: str, *values: Any) -> None:
    with db.cursor() as cursor:
        cursor.execute(sql, values)


def test_rows_are_readable_with_the_new_key_alone(database: BaseDatabaseWrapper) -> None:
    filled(database, 25)
    indexes, row_keys = column(database, "email_index"), column(database, "row_key")
    report = rotated(database, f"new:{NEW},old:{OLD}", "--batch", "10")
    assert "25 rows, 25 rewritten" in report
    assert "0 left" in report
    with override_settings(BACKK=settings_with(database.alias, f"new:{NEW}")):
        assert [person.salary for person in people(database).order_by("pk")] == list(range(25))
        assert people(database).get(email="7@example.com").phone_number == "7"
    assert (column(database, "email_index"), column(database, "row_key")) == (indexes, row_keys)


def test_what_has_the_active_key_is_not_written_again(database: BaseDatabaseWrapper) -> None:
    filled(database, 5)
    rotated(database)
    before = column(database, "email")
    assert "5 rows, 0 rewritten" in rotated(database)
    assert column(database, "email") == before


def test_a_rotation_that_was_stopped_goes_on_with_the_rest(database: BaseDatabaseWrapper) -> None:
    class Stop(Exception):
        pass

    def stop(summary: Summary) -> None:
        raise Stop

    filled(database, 25)
    with override_settings(BACKK=settings_with(database.alias, f"new:{NEW},old:{OLD}")):
        with pytest.raises(Stop):
            Rotation(Person, database, batch=10).run(stop)
        assert people(database).count() == len(list(people(database).all()))
    assert "15 rows have values of other keys" in rotated(database, f"new:{NEW},old:{OLD}", "--dry-run")
    assert "25 rows, 15 rewritten" in rotated(database)


def test_a_row_that_a_writer_changed_in_between_keeps_what_the_writer_wrote(database: BaseDatabaseWrapper) -> None:
    filled(database, 1)
    with override_settings(BACKK=settings_with(database.alias, f"new:{NEW},old:{OLD}")):
        rotation, summary = Rotation(Person, database), Summary("")
        (row,) = _rows(rotation)
        person = people(database).get()
        person.salary = 99.0
        person.save(update_fields=["salary"])
        rotation._rewrite(row, summary)
        assert (summary.rewritten, summary.changed) == (0, 1)
        assert people(database).get().salary == 99.0
        assert rotation.run(lambda _: None).left == 0
        assert people(database).get().salary == 99.0


def _rows(rotation: Rotation) -> list[tuple[Any, ...]]:
    with transaction.atomic(using=rotation.db.alias):
        return rotation._stale_rows(None)


def test_a_row_that_somebody_has_locked_is_left_for_later(database: BaseDatabaseWrapper) -> None:
    if not database.features.has_select_for_update_skip_locked:
        pytest.skip("SQLite locks no single rows")
    filled(database, 3)
    locked = column(database, "id")[1]
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic(using=database.alias):
            people(database).select_for_update().get(pk=locked)
            held.set()
            done.wait(20)
        connections[database.alias].close()

    with override_settings(BACKK=settings_with(database.alias, f"new:{NEW},old:{OLD}")):
        holder = threading.Thread(target=hold)
        holder.start()
        held.wait(20)
        rotation, summary = Rotation(Person, database), Summary("")
        waiting = "SET lock_timeout = 500" if database.vendor == "postgresql" else "SET innodb_lock_wait_timeout = 1"
        execute(database, waiting)
        try:
            rotation._pass(summary, lambda _: None)
        finally:
            done.set()
            holder.join()
        assert summary.rewritten == 2
        assert rotation.run(lambda _: None).left == 0


def test_what_no_key_can_read_is_told_and_left_as_it_is(database: BaseDatabaseWrapper) -> None:
    filled(database, 3)
    execute(database, "UPDATE secrets_person SET salary = 'v1.gone.AAAA' WHERE id = %s", column(database, "id")[1])
    with pytest.raises(CommandError, match="keep the older keys"):
        rotated(database)
    assert column(database, "salary")[1] == "v1.gone.AAAA"
    assert [value.split(".")[1] for value in column(database, "email")] == ["new", "old", "new"]


def test_plain_texts_are_not_taken_for_values_unless_that_is_said(database: BaseDatabaseWrapper) -> None:
    filled(database, 3)
    execute(database, "UPDATE secrets_person SET salary = '12.5', email = 'v1.new.x'")
    with pytest.raises(CommandError):
        rotated(database)
    assert column(database, "salary") == ["12.5"] * 3


def test_a_column_that_was_plain_is_adopted(database: BaseDatabaseWrapper) -> None:
    filled(database, 3)
    fields = ["salary", "email", "phone_number", "aliases", "notes", "street_address"]
    execute(
        database,
        "UPDATE secrets_person SET salary = '12.5', phone_number = '7', phone_number_index = NULL, row_key = 'same',"
        " aliases = '[\"a\"]', notes = '{\"b\": 1}', street_address = 'Road 1', email_index = id, email = id",
    )
    options = [f"--encrypt-plain=secrets.Person.{name}" for name in fields]
    rotated(database, f"new:{NEW}", *options)
    assert len(set(column(database, "row_key"))) == 3
    with override_settings(BACKK=settings_with(database.alias, f"new:{NEW}")):
        for person in people(database).filter(phone_number="7"):
            assert people(database).get(email=person.email) == person
            assert (person.salary, person.aliases, person.notes) == (12.5, ["a"], {"b": 1})
            assert (person.email, person.street_address) == (str(person.pk), "Road 1")


def test_a_field_that_is_none_cannot_be_adopted(database: BaseDatabaseWrapper) -> None:
    with pytest.raises(CommandError, match=r"secrets\.Person\.city"):
        rotated(database, f"new:{NEW}", "--encrypt-plain=secrets.Person.city")


def test_a_new_index_key_is_taken_over_and_values_are_found_all_the_while(database: BaseDatabaseWrapper) -> None:
    filled(database, 4, f"new:{NEW}")
    both = f"i2:{OLD},i1:{INDEX}"
    with override_settings(BACKK={**settings_with(database.alias, f"new:{NEW}"), "INDEX_KEYS": both}):
        people(database).create(nick="n", email="later@example.com")
        assert people(database).get(email="2@example.com").salary == 2
        assert people(database).get(email="later@example.com")
    rotated(database, f"new:{NEW}", INDEX_KEYS=both)
    with override_settings(BACKK={**settings_with(database.alias, f"new:{NEW}"), "INDEX_KEYS": f"i2:{OLD}"}):
        assert people(database).get(email="2@example.com").salary == 2
        assert people(database).filter(email__in=["later@example.com", "3@example.com"]).count() == 2


def test_a_duplicate_that_came_while_index_keys_changed_is_told(database: BaseDatabaseWrapper) -> None:
    filled(database, 4, f"new:{NEW}")
    both = f"i2:{OLD},i1:{INDEX}"
    with override_settings(BACKK={**settings_with(database.alias, f"new:{NEW}"), "INDEX_KEYS": both}):
        people(database).create(nick="n", email="2@example.com")
    with pytest.raises(CommandError):
        rotated(database, f"new:{NEW}", INDEX_KEYS=both)
    assert sorted(index.split(".")[0] for index in column(database, "email_index")) == ["i1", "i2", "i2", "i2", "i2"]


def test_without_the_old_key_nothing_is_read(database: BaseDatabaseWrapper) -> None:
    filled(database, 1)
    backk = settings_with(database.alias, f"new:{NEW}")
    with override_settings(BACKK=backk), pytest.raises(EncryptionError, match="key 'old'"):
        people(database).get()


@pytest.mark.parametrize("kind", ["postgresql", "mariadb", "sqlite"])
def test_no_row_is_lost_or_missed_while_writers_go_on(kind: str, tmp_path: Any, django_db_blocker: Any) -> None:
    file = str(tmp_path / "g17.sqlite3")
    with django_db_blocker.unblock(), fresh_database(kind, ("secrets",), sqlite_file=file) as db:
        outcome = rotate_with_writers(db, 600, writers=2)
        assert (outcome.unreadable, outcome.missed, outcome.wrong, outcome.errors) == (0, 0, 0, ())
        places = look_for_canaries(db, 20)
        assert set(places.hits.values()) == {0}
