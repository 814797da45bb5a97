"""Encrypted fields on every database: through the pipeline, through Django, and what they refuse."""

import datetime
import decimal
import json
from typing import Any

import pytest
from django.core import serializers
from django.core.exceptions import FieldError
from django.db import IntegrityError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F, Max
from django.db.models.functions import Upper

from backk_security.encryption import EncryptionError
from tests.apps.secrets.models import Person
from tests.calls import answer, refusal, reply_to

JANE = {
    "nick": "jane",
    "email": "jane@example.com",
    "phoneNumber": "+358 40 123",
    "birthDate": "1990-02-28",
    "salary": 4321.5,
    "seen": "2026-01-02T03:04:05.678Z",
    "secretNumber": 42,
    "balance": "12.30",
    "aliases": ["j", "jjjjjjjj"],
    "city": "Helsinki",
    "streetAddress": "Mannerheimintie 1",
    "password": "Jxq7!mvbR2zw",
}
SECRETS = ["jane@", "+358", "1990-02-28", "4321.5", "03:04", "12.30", "jjjjjjjj", "Mannerheim", "Jxq7!mvb"]


def people(db: BaseDatabaseWrapper) -> Any:
    return Person._default_manager.using(db.alias)


def made(db: BaseDatabaseWrapper, **values: Any) -> Person:
    number = people(db).count()
    return people(db).create(**{"nick": "n", "email": f"{number}@example.com", **values})


def raw(db: BaseDatabaseWrapper, columns: str = "*") -> list[tuple[Any, ...]]:
    with db.cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM secrets_person ORDER BY id")
        return list(cursor.fetchall())


def execute(db: BaseDatabaseWrapper, sql: str, *values: Any) -> None:
    with db.cursor() as cursor:
        cursor.execute(sql, values)


# through the pipeline


def test_values_come_back_as_they_were_sent_and_are_nowhere_in_the_database(database: BaseDatabaseWrapper) -> None:
    created = answer("personService.createPerson", JANE)["data"]
    expected = {name: value for name, value in JANE.items() if name != "password"}
    assert {name: created[name] for name in expected} == expected
    assert answer("personService.getPerson", {"_id": created["_id"]})["data"] == created
    assert answer("personService.getPeople")["data"] == [created]
    stored = str(raw(database))
    assert not [secret for secret in SECRETS if secret in stored]
    assert "Helsinki" in stored


def test_only_what_is_asked_for_is_read_and_decrypted(database: BaseDatabaseWrapper) -> None:
    answer("personService.createPerson", JANE)
    execute(database, "UPDATE secrets_person SET salary = 'broken'")
    wanted = {"includeResponseFields": ["email", "nick"]}
    assert answer("personService.getPeople", wanted)["data"] == [{"nick": "jane", "email": "jane@example.com"}]
    assert reply_to("personService.getPeople").status == 500


def test_null_stays_null(database: BaseDatabaseWrapper) -> None:
    names = ["phoneNumber", "birthDate", "salary", "seen", "secretNumber", "balance"]
    created = answer("personService.createPerson", {**JANE, **dict.fromkeys(names)})["data"]
    assert {created[name] for name in names} == {None}
    assert raw(database, "phone_number, phone_number_index, salary") == [(None, None, None)]


def test_the_rules_of_the_declared_field_hold(database: BaseDatabaseWrapper) -> None:
    wrong = {**JANE, "secretNumber": 1001, "birthDate": "1990-02-30", "aliases": ["x"] * 11, "phoneNumber": "1" * 33}
    refused = refusal("personService.createPerson", wrong)
    assert "secretNumber must not be greater than 1000" in refused
    assert all(name in refused for name in ("birthDate", "aliases", "phoneNumber"))


def test_a_unique_value_is_taken_once(database: BaseDatabaseWrapper) -> None:
    answer("personService.createPerson", JANE)
    reply = reply_to("personService.createPerson", JANE)
    assert (reply.status, json.loads(reply.body)["errorCode"]) == (409, "error.3")
    other = answer("personService.createPerson", {**JANE, "email": "other@example.com"})["data"]
    reply = reply_to("personService.updatePerson", {"_id": other["_id"], "email": JANE["email"]})
    assert (reply.status, json.loads(reply.body)["errorCode"]) == (409, "error.3")


def test_equal_values_are_found_by_the_blind_index(database: BaseDatabaseWrapper) -> None:
    answer("personService.createPerson", JANE)
    for number in range(3):
        other = {**JANE, "email": f"{number}@example.com", "phoneNumber": str(number)}
        answer("personService.createPerson", other)
    found = answer("personService.getPersonByEmail", {"email": "2@example.com"})["data"]
    assert found["phoneNumber"] == "2"
    found = answer("personService.getPeopleByPhones", {"phones": "0,2,7"})["data"]
    assert [person["email"] for person in found] == ["0@example.com", "2@example.com"]
    assert reply_to("personService.getPersonByEmail", {"email": "nobody@example.com"}).status == 404


def by(name: str, operator: str, value: Any = None) -> dict[str, Any]:
    return {"filters": [{"fieldName": name, "operator": operator, "value": value}]}


def test_clients_find_equal_values_and_lists_of_them(database: BaseDatabaseWrapper) -> None:
    for number in range(3):
        person = {**JANE, "email": f"{number}@example.com", "secretNumber": number, "balance": f"{number}.50"}
        answer("personService.createPerson", person if number else {**person, "phoneNumber": None})

    def found(name: str, operator: str, value: Any = None) -> list[int]:
        people = answer("personService.getPeople", by(name, operator, value))["data"]
        return [person["secretNumber"] for person in people]

    assert found("email", "=", "1@example.com") == [1]
    assert found("email", "IN", ["2@example.com", "0@example.com", "x"]) == [0, 2]
    assert found("email", "IN", []) == []
    assert found("secretNumber", "=", 2) == [2]
    assert found("balance", "=", "1.500") == [1]
    assert found("seen", "=", "2026-01-02T05:04:05.678+02:00") == [0, 1, 2]
    assert found("phoneNumber", "IS NULL") == [0]
    assert found("salary", "IS NOT NULL") == [0, 1, 2]


@pytest.mark.parametrize(
    ("name", "operator", "value"),
    [
        *(("email", operator, "a") for operator in ("!=", ">", "<", ">=", "<=", "LIKE", "NOT LIKE")),
        ("email", "NOT IN", ["a"]),
        ("salary", "=", 1),
        ("salary", "IN", [1]),
        ("secretNumber", "=", "1"),
        ("secretNumber", "IN", 1),
        ("rowKey", "=", "a"),
        ("emailIndex", "IS NULL", None),
        ("password", "=", "a"),
        ("password", "IS NULL", None),
        ("notes", "IS NULL", None),
    ],
)
def test_clients_ask_nothing_else_of_what_is_encrypted(
    database: BaseDatabaseWrapper, name: str, operator: str, value: Any
) -> None:
    assert refusal("personService.getPeople", by(name, operator, value))
    wanted = {"filters": [{"fieldName": "email", "fieldFunction": "LOWER", "operator": "=", "value": "a"}]}
    assert "fieldFunction" in refusal("personService.getPeople", wanted)


@pytest.mark.parametrize("name", ["email", "salary", "rowKey", "emailIndex"])
def test_rows_are_not_put_in_order_by_what_is_encrypted(database: BaseDatabaseWrapper, name: str) -> None:
    assert "unknown field" in refusal("personService.getPeople", {"sortBys": [{"fieldName": name}]})


@pytest.mark.parametrize("name", ["rowKey", "emailIndex", "password"])
def test_what_belongs_to_the_cipher_is_neither_sent_nor_answered(database: BaseDatabaseWrapper, name: str) -> None:
    assert name not in answer("personService.createPerson", JANE)["data"]
    assert "unknown field" in refusal("personService.getPeople", {"includeResponseFields": [name]})
    if name != "password":
        assert "should not exist" in refusal("personService.createPerson", {**JANE, name: "x"})


def test_an_update_writes_what_was_sent_and_its_index(database: BaseDatabaseWrapper) -> None:
    created = answer("personService.createPerson", JANE)["data"]
    before = raw(database, "salary, phone_number, row_key")
    changes = {"email": "new@example.com", "seen": None, "secretNumber": 7}
    assert reply_to("personService.updatePerson", {"_id": created["_id"], **changes}).status == 200
    updated = answer("personService.getPersonByEmail", {"email": "new@example.com"})["data"]
    assert updated == {**created, **changes, "version": 2}
    assert reply_to("personService.getPersonByEmail", {"email": JANE["email"]}).status == 404
    assert raw(database, "salary, phone_number, row_key") == before
    assert raw(database, "seen, seen_index") == [(None, None)]


def test_an_update_of_a_row_that_is_not_there_is_told(database: BaseDatabaseWrapper) -> None:
    assert reply_to("personService.updatePerson", {"_id": "4711", "email": "new@example.com"}).status == 404


def test_a_stale_version_keeps_an_encrypted_value_from_being_written(database: BaseDatabaseWrapper) -> None:
    created = answer("personService.createPerson", JANE)["data"]
    reply = reply_to("personService.updatePerson", {"_id": created["_id"], "version": 5, "email": "new@example.com"})
    assert (reply.status, json.loads(reply.body)["errorCode"]) == (409, "error.1")
    assert answer("personService.getPerson", {"_id": created["_id"]})["data"] == created


def test_a_row_whose_key_changes_in_between_is_not_written_with_the_old_one(
    database: BaseDatabaseWrapper, monkeypatch: pytest.MonkeyPatch
) -> None:
    created = answer("personService.createPerson", JANE)["data"]
    monkeypatch.setattr("backk_core.execute.store.keys_of_rows", lambda *_: [(created["_id"], "x" * 22)])
    assert reply_to("personService.updatePerson", {"_id": created["_id"], "salary": 1}).status == 409
    assert answer("personService.getPerson", {"_id": created["_id"]})["data"] == created


def test_an_update_of_many_rows_binds_the_value_to_each(database: BaseDatabaseWrapper) -> None:
    for number in range(3):
        answer("personService.createPerson", {**JANE, "email": f"{number}@example.com"})
    answer_body = reply_to("personService.changePhones", {"phones": f"{JANE['phoneNumber']},123"})
    assert answer_body.status == 200
    found = answer("personService.getPeopleByPhones", {"phones": "123"})["data"]
    assert [person["version"] for person in found] == [2, 2, 2]
    assert len({row[0] for row in raw(database, "phone_number")}) == 3


def test_an_entity_that_code_has_read_can_be_written_back(database: BaseDatabaseWrapper) -> None:
    from backk_core.execute.store import DatabaseStore

    person = made(database, salary=1.0, phone_number="1")
    store = DatabaseStore()
    read = store.get_by_id(Person, person.pk).data
    read.salary, read.email = 2.0, "new@example.com"
    store.update(read)
    again = people(database).get(email="new@example.com")
    assert (again.salary, again.phone_number, again.row_key) == (2.0, "1", person.row_key)


def test_many_are_created_at_once(database: BaseDatabaseWrapper) -> None:
    from backk_core.execute.store import DatabaseStore

    DatabaseStore().create_many([Person(nick="n", email=f"{n}@example.com", salary=n) for n in range(5)])
    assert {p.salary for p in people(database).filter(email__in=["1@example.com", "4@example.com"])} == {1.0, 4.0}
    assert len({row[0] for row in raw(database, "row_key")}) == 5


# through Django


MOMENT = datetime.datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=datetime.UTC)
VALUES = {
    "phone_number": "ä€😀",
    "birth_date": datetime.date(1990, 2, 28),
    "salary": 0.1,
    "seen": MOMENT,
    "secret_number": 0,
    "balance": decimal.Decimal("-12.30"),
    "aliases": ["", "ä"],
    "notes": {"a": [1, None, {"b": 1.5}]},
    "street_address": "",
}


def test_each_kind_of_value_is_the_same_when_it_is_read_again(database: BaseDatabaseWrapper) -> None:
    made(database, **VALUES)
    (read,) = people(database).all()
    assert {name: getattr(read, name) for name in VALUES} == VALUES
    assert people(database).values(*VALUES).get() == VALUES
    assert people(database).values_list("salary", flat=True).get() == 0.1
    assert people(database).annotate(pay=F("salary")).get().pay == 0.1
    assert people(database).defer("row_key").only("salary").get().salary == 0.1


@pytest.mark.parametrize(
    ("name", "equal"),
    [
        ("phone_number", "ä€😀"),
        ("seen", MOMENT.astimezone(datetime.timezone(datetime.timedelta(hours=5)))),
        ("secret_number", 0),
        ("balance", decimal.Decimal("-12.3")),
    ],
)
def test_equal_values_are_found_however_they_are_written(database: BaseDatabaseWrapper, name: str, equal: Any) -> None:
    made(database)
    person = made(database, **VALUES)
    assert people(database).get(**{name: equal}) == person
    assert people(database).get(**{f"{name}__in": [equal, None]}) == person
    assert people(database).exclude(**{name: equal}).count() == 1
    assert people(database).filter(**{f"{name}__isnull": True}).count() == 1
    assert people(database).filter(**{name: None}).exclude(pk=person.pk).count() == 1
    assert not people(database).filter(**{f"{name}__in": []}).exists()


def test_saving_some_fields_writes_their_indexes_too(database: BaseDatabaseWrapper) -> None:
    person = made(database)
    person.email = "new@example.com"
    person.save(update_fields=["email"])
    assert people(database).get(email="new@example.com") == person
    lean = people(database).only("email").get()
    lean.email = "newer@example.com"
    lean.save()
    assert people(database).get(email="newer@example.com") == person


def test_a_unique_value_is_unique_for_django_too(database: BaseDatabaseWrapper) -> None:
    made(database, email="taken@example.com")
    with pytest.raises(IntegrityError):
        made(database, email="taken@example.com")


def test_full_clean_judges_by_the_declared_field(database: BaseDatabaseWrapper) -> None:
    from django.core.exceptions import ValidationError

    good = Person(**{**VALUES, "nick": "n", "email": "a@example.com", "city": "x", "street_address": "y"})
    good.password, good.aliases = "Jxq7!mvbR2zw", ["x"]
    good.clean_fields()
    with pytest.raises(ValidationError) as refused:
        Person(nick="n", email="no address", secret_number=1001).clean_fields()
    assert {"email", "secret_number"} <= set(refused.value.message_dict)


def test_a_fixture_brings_rows_back(database: BaseDatabaseWrapper) -> None:
    person = made(database, **VALUES, password="Jxq7!mvbR2zw")
    before = raw(database, "row_key, email_index, seen_index, password")
    fixture = serializers.serialize("json", people(database).all())
    assert "Jxq7" not in fixture
    people(database).all().delete()
    for item in serializers.deserialize("json", fixture, using=database.alias):
        item.save(using=database.alias)
        assert item.object.salary == 0.1
    read = people(database).get(email=person.email)
    assert {name: getattr(read, name) for name in VALUES if name != "seen"} == {
        name: value for name, value in VALUES.items() if name != "seen"
    }
    assert read.seen == MOMENT.replace(microsecond=678000)
    assert raw(database, "row_key, email_index, password") == [(row[0], row[1], row[3]) for row in before]


# what is refused


@pytest.mark.parametrize("lookup", ["contains", "startswith", "gt", "iexact", "regex", "range"])
def test_only_equality_can_be_asked_of_an_encrypted_field(database: BaseDatabaseWrapper, lookup: str) -> None:
    with pytest.raises(FieldError, match="encrypted"):
        people(database).filter(**{f"email__{lookup}": "a"})


@pytest.mark.parametrize("name", ["salary", "street_address", "aliases"])
def test_a_field_that_is_not_searchable_cannot_be_searched(database: BaseDatabaseWrapper, name: str) -> None:
    for condition in ({name: 1}, {f"{name}__in": [1]}):
        with pytest.raises(FieldError, match="searchable=True"):
            people(database).filter(**condition)


def test_what_knows_no_row_cannot_write(database: BaseDatabaseWrapper) -> None:
    person = made(database)
    with pytest.raises(EncryptionError, match="for each row"):
        people(database).update(email="new@example.com")
    with pytest.raises(EncryptionError, match="for each row"):
        people(database).bulk_update([person], ["email"])
    with pytest.raises(EncryptionError):
        people(database).update(phone_number=F("email"))
    assert people(database).update(phone_number=None) == 1


@pytest.mark.parametrize("expression", [Max("email"), Upper("email")])
def test_the_database_computes_nothing_of_an_encrypted_field(database: BaseDatabaseWrapper, expression: Any) -> None:
    made(database)
    with pytest.raises((FieldError, EncryptionError)):
        list(people(database).annotate(computed=expression))


def test_a_value_moved_to_another_row_or_column_or_changed_is_not_read(database: BaseDatabaseWrapper) -> None:
    first, second = made(database, phone_number="1"), made(database, phone_number="2")
    values = dict(raw(database, "id, phone_number"))
    assert len(set(values.values())) == 2
    keys = dict(raw(database, "id, row_key"))
    last = values[first.pk][-8]
    tampered = [
        ("phone_number", values[second.pk]),
        ("email", values[first.pk]),
        ("row_key", keys[second.pk]),
        ("phone_number", values[first.pk][:-8] + ("A" if last != "A" else "B") + values[first.pk][-7:]),
        ("phone_number", values[first.pk][:-4]),
        ("phone_number", values[first.pk].replace("v1.dev.", "v1.gone.")),
        ("phone_number", values[first.pk].replace("v1.", "v2.")),
        ("phone_number", "+358 40 123"),
        ("phone_number", ""),
        ("phone_number", "v1.dev."),
        ("phone_number", "v1.dev.AAAA"),
        ("phone_number", "v1.dev.****"),
        ("phone_number", "v1.dev.\u00e4"),
    ]
    original = raw(database, "id, row_key, email, phone_number")[0]
    for column, value in tampered:
        execute(database, f"UPDATE secrets_person SET {column} = %s WHERE id = %s", value, first.pk)
        with pytest.raises(EncryptionError):
            people(database).get(pk=first.pk)
        assert reply_to("personService.getPerson", {"_id": str(first.pk)}).status == 500
        sql = "UPDATE secrets_person SET row_key = %s, email = %s, phone_number = %s WHERE id = %s"
        execute(database, sql, *original[1:], first.pk)
    assert people(database).get(pk=first.pk).phone_number == "1"


def test_raw_sql_reads_no_encrypted_value(database: BaseDatabaseWrapper) -> None:
    made(database)
    with pytest.raises(EncryptionError, match="without the key of its row"):
        list(people(database).raw("SELECT id, email FROM secrets_person"))


def test_the_same_value_twice_looks_different_each_time(database: BaseDatabaseWrapper) -> None:
    for _ in range(5):
        made(database, salary=1.0, phone_number="1")
    assert len({row[0] for row in raw(database, "salary")}) == 5
    assert len({row[0] for row in raw(database, "phone_number_index")}) == 1
