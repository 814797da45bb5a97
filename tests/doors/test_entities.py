"""What the protocol page says of single entities, at every door and on every database, with committed data."""

import re
from typing import Any

import pytest

from tests.doors.running import Running
from tests.doors.speaking import Answer

TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


def create(server: Running, code: str, **more: Any) -> dict[str, Any]:
    answer = server.post("thingService.createThing", {"code": code, "title": f"Thing {code}", **more})
    assert answer.status == 200, answer.body
    data: dict[str, Any] = answer.data
    return data


def get(server: Running, id: str, **headers: str) -> Answer:
    return server.post("thingService.getThing", {"_id": id}, **headers)


def codes(server: Running, **query: Any) -> list[str]:
    answer = server.post("thingService.getThings", query)
    assert answer.status == 200, answer.body
    return [row["code"] for row in answer.data]


def rows(server: Running) -> int:
    return server.database.number("SELECT count(*) FROM doors_thing")


# create


def test_what_was_created_is_answered_and_committed(server: Running) -> None:
    sent = {"code": "a1", "title": "Ünïcode 😀", "price": 1.5, "amount": 7, "labels": ["x", "y"], "hint": "psst"}
    created = create(server, **sent, dueAt="2026-11-24T10:00:00.123456+02:00", origin="there")
    assert created == {
        "_id": created["_id"],
        "version": 1,
        "createdAtTimestamp": created["createdAtTimestamp"],
        "code": "a1",
        "title": "Ünïcode 😀",
        "price": 1.5,
        "amount": 7,
        "dueAt": "2026-11-24T08:00:00.123Z",
        "labels": ["x", "y"],
        "rating": 3,
        "state": "new",
    }
    assert TIMESTAMP.fullmatch(created["createdAtTimestamp"])
    assert isinstance(created["_id"], str)
    assert get(server, created["_id"]).data == created
    stored = server.database.ask("SELECT origin, hint, secret, reason FROM doors_thing")
    assert stored == [("there", "psst", "hidden", "")]


def test_reading_answers_the_same_bytes_at_every_door_and_on_every_database(server: Running) -> None:
    id = create(server, "b1", title='"\\/\u2028\u0001é', price=123456.75, amount=0)["_id"]
    server.database.ask("UPDATE doors_thing SET created_at_timestamp = '2026-11-24 08:00:00.120000'")
    answer = get(server, id)
    assert answer.body.decode() == (
        '{"metadata":{},"data":{"_id":"' + id + '","version":1,"createdAtTimestamp":"2026-11-24T08:00:00.120Z",'
        '"code":"b1","title":"\\"\\\\/\u2028\\u0001é","price":123456.75,"amount":0,"dueAt":null,"labels":[],'
        '"rating":3,"state":"new"}}'
    )


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"_id": "1"}, "_id is not allowed"),
        ({"rating": 5}, "rating is not allowed"),
        ({"state": "used"}, "state is not allowed"),
        ({"reason": "x"}, "reason is not allowed"),
        ({"version": 1}, "version is not allowed"),
        ({"secret": "x"}, "property secret should not exist"),
        ({"createdAtTimestamp": "2026-11-24T08:00:00Z"}, "createdAtTimestamp is not allowed"),
        ({"created_at_timestamp": "2026-11-24T08:00:00Z"}, "property created_at_timestamp should not exist"),
        ({"price": None}, "price should not be null or undefined"),
        ({"labels": ["a"] * 4}, "labels must contain not more than 3 elements"),
        ({"dueAt": "2026-11-24T08:00:00"}, "dueAt must be an ISO 8601 timestamp with time zone"),
        ({"amount": 1.5}, "amount must be an integer number"),
    ],
)
def test_what_may_not_be_sent_on_create_is_refused(server: Running, sent: dict[str, Any], told: str) -> None:
    answer = server.post("thingService.createThing", {"code": "c1", "title": "c", **sent})
    assert (answer.error, told in answer.message, rows(server)) == ((400, "error.5"), True, 0), answer.message


def test_a_taken_unique_value_is_a_conflict_on_create_and_on_update(server: Running) -> None:
    create(server, "d1")
    other = create(server, "d2")
    expected = b'{"errorCode":"error.3","statusCode":409,"message":"Duplicate thing"}'
    assert server.post("thingService.createThing", {"code": "d1", "title": "again"}).body == expected
    assert server.post("thingService.updateThing", {"_id": other["_id"], "code": "d1"}).body == expected
    assert codes(server) == ["d1", "d2"]


# read


def test_an_absent_entity_is_not_found(server: Running) -> None:
    expected = b'{"errorCode":"error.4","statusCode":404,"message":"Thing with _id 4711 not found"}'
    assert get(server, "4711").body == expected
    assert server.post("thingService.updateThing", {"_id": "4711", "title": "x"}).body == expected
    assert server.post("thingService.deleteThing", {"_id": "4711"}).body == expected


@pytest.mark.parametrize("id", ["9223372036854775808", "ffffffffffffffffffffffff", "0", "007", "a1"])
def test_an_id_that_no_entity_can_have_is_not_found_either(server: Running, id: str) -> None:
    answer = get(server, id)
    assert (answer.error, answer.message) == ((404, "error.4"), f"Thing with _id {id} not found")


@pytest.mark.parametrize("id", ["", "x", "-1", "1 ", "1" * 25, 1, None, "\u0661", "1\u0000"])
def test_what_is_no_id_is_refused(server: Running, id: Any) -> None:
    answer = server.post("thingService.getThing", {"_id": id})
    assert (answer.error, "_id " in answer.message) == ((400, "error.5"), True)


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        ({"includeResponseFields": ["code", "_id"]}, ["_id", "code"]),
        ({"includeResponseFields": []}, None),
        ({"includeResponseFields": ["{ _id code }"]}, ["_id", "code"]),
        ({"includeResponseFields": ['{"_id": true, "code": true, "title": false}']}, ["_id", "code"]),
        ({"includeResponseFields": ["_id", "code", "title"], "excludeResponseFields": ["title"]}, ["_id", "code"]),
    ],
)
def test_a_caller_chooses_the_fields_of_the_answer(
    server: Running, wanted: dict[str, Any], names: list[str] | None
) -> None:
    created = create(server, "e1")
    expected = created if names is None else {name: created[name] for name in names}
    assert server.post("thingService.getFieldsOfThing", {"_id": created["_id"], **wanted}).data == expected
    assert server.post("thingService.getThings", wanted).data == [expected]


@pytest.mark.parametrize("name", ["nothing", "secret", "hint", "origin", "code.more", "\u00e9" * 100])
def test_a_field_that_is_not_answered_cannot_be_chosen_or_sorted_by(server: Running, name: str) -> None:
    chosen = server.post("thingService.getThings", {"includeResponseFields": [name]})
    assert (chosen.error, "includeResponseFields" in chosen.message) == ((400, "error.5"), True)
    sorted_by = server.post("thingService.getThings", {"sortBys": [{"fieldName": name}]})
    assert (sorted_by.error, "sortBys" in sorted_by.message) == ((400, "error.5"), True)


def test_rows_are_sorted_by_code_point_and_by_id_unless_asked_otherwise(server: Running) -> None:
    for code, title, amount in (("z", "b", 1), ("B", "a", 2), ("a", "B", 2), ("Z", "ä", 3)):
        create(server, code, title=title, amount=amount)
    assert codes(server) == ["z", "B", "a", "Z"]
    assert codes(server, sortBys=[{"fieldName": "code"}]) == ["B", "Z", "a", "z"]
    assert codes(server, sortBys=[{"fieldName": "code", "sortDirection": "DESC"}]) == ["z", "a", "Z", "B"]
    assert codes(server, sortBys=[{"fieldName": "title"}]) == ["a", "B", "z", "Z"]
    by_two = [{"fieldName": "amount", "sortDirection": "DESC"}, {"fieldName": "code"}]
    assert codes(server, sortBys=by_two) == ["Z", "B", "a", "z"]
    assert codes(server, sortBys=[{"fieldName": "_id", "sortDirection": "DESC"}]) == ["Z", "a", "B", "z"]


def test_nulls_come_first_ascending(server: Running) -> None:
    create(server, "f1", dueAt="2026-11-24T10:00:00Z")
    create(server, "f2")
    assert codes(server, sortBys=[{"fieldName": "dueAt"}]) == ["f2", "f1"]
    assert codes(server, sortBys=[{"fieldName": "dueAt", "sortDirection": "DESC"}]) == ["f1", "f2"]


def test_pages_are_cut_and_counted(server: Running) -> None:
    for number in range(5):
        create(server, f"g{number}")
    page = [{"pageNumber": 2, "pageSize": 2}]
    assert codes(server, paginations=page) == ["g2", "g3"]
    assert codes(server, paginations=[{"pageNumber": 4, "pageSize": 2}]) == []
    counted = server.post("thingService.getCountedThings", {"paginations": page}).data
    assert [(row["code"], row["_count"]) for row in counted] == [("g2", 5), ("g3", 5)]


@pytest.mark.parametrize("page", [{"pageNumber": 0}, {"pageSize": 101}, {"pageNumber": 101}, {"pageSize": "1"}])
def test_a_page_beyond_bounds_is_refused(server: Running, page: dict[str, Any]) -> None:
    answer = server.post("thingService.getThings", {"paginations": [page]})
    assert (answer.error, f"paginations: 0: {next(iter(page))} " in answer.message) == ((400, "error.5"), True)


# update and delete


def test_an_update_touches_what_was_sent_and_counts_the_version(server: Running) -> None:
    before = create(server, "h1", amount=5, labels=["x"])
    answer = server.post("thingService.updateThing", {"_id": before["_id"], "title": "new", "state": "used"})
    assert (answer.status, answer.body, answer.headers["ETag"]) == (200, b"", None)
    assert get(server, before["_id"]).data == before | {"title": "new", "state": "used", "version": 2}


@pytest.mark.parametrize(
    ("version", "passes"), [(1, True), (-1, True), (0, False), (2, False), (9007199254740991, False)]
)
def test_a_stale_version_is_a_conflict_and_minus_one_skips_the_check(
    server: Running, version: int, passes: bool
) -> None:
    id = create(server, "i1")["_id"]
    answer = server.post("thingService.updateThing", {"_id": id, "title": "new", "version": version})
    if passes:
        assert (answer.status, get(server, id).data["title"]) == (200, "new")
    else:
        assert (answer.error, get(server, id).data["title"]) == ((409, "error.1"), "Thing i1")
        assert answer.message == "Entity version conflict. Fetch the current version of the entity and try again"


def test_of_two_updates_from_one_version_one_wins(server: Running) -> None:
    id = create(server, "j1")["_id"]
    first = server.post("thingService.updateThing", {"_id": id, "title": "first", "version": 1})
    second = server.post("thingService.updateThing", {"_id": id, "title": "second", "version": 1})
    assert (first.status, second.error, get(server, id).data["title"]) == (200, (409, "error.1"), "first")


def test_a_returned_timestamp_is_never_stale_and_an_older_one_is_a_conflict(server: Running) -> None:
    note = server.post("noteService.createNote", {"text": "one"}).data
    stamp = note["lastModifiedTimestamp"]
    assert TIMESTAMP.fullmatch(stamp)
    update = {"_id": note["_id"], "text": "two", "lastModifiedTimestamp": stamp}
    assert server.post("noteService.updateNote", update).status == 200
    read = server.post("noteService.getNote", {"_id": note["_id"]}).data
    assert read["text"] == "two"
    stale = {**update, "text": "three", "lastModifiedTimestamp": "2020-01-01T00:00:00.000Z"}
    assert server.post("noteService.updateNote", stale).error == (409, "error.2")
    again = {**update, "text": "four", "lastModifiedTimestamp": read["lastModifiedTimestamp"]}
    assert server.post("noteService.updateNote", again).status == 200
    unchecked = {"_id": note["_id"], "text": "five"}
    assert server.post("noteService.updateNote", unchecked).status == 200


def test_what_is_deleted_is_gone(server: Running) -> None:
    id = create(server, "k1")["_id"]
    assert server.post("thingService.deleteThing", {"_id": id}).status == 200
    assert (server.post("thingService.deleteThing", {"_id": id}).status, rows(server)) == (404, 0)


def test_nothing_of_a_call_that_fails_remains(server: Running) -> None:
    heavy = server.post("thingService.createHeavyThing", {"code": "l1", "title": "x"})
    broken = server.post("thingService.createBrokenThing", {"code": "l2", "title": "x"})
    assert (heavy.error, broken.status, rows(server)) == ((409, "thingService.1"), 500, 0)


# ETag


def test_a_caller_that_has_the_version_already_is_told_so(server: Running) -> None:
    id = create(server, "m1")["_id"]
    first = get(server, id)
    assert first.headers.get_all("ETag") == ['"1"']
    for sent in ('"1"', 'W/"1"', '"0", "1"', "*"):
        same = get(server, id, If_None_Match=sent)
        assert (same.status, same.body, same.headers["ETag"], same.headers["Content-Length"]) == (304, b"", '"1"', None)
        assert same.headers["X-Content-Type-Options"] == "nosniff"
    server.post("thingService.updateThing", {"_id": id, "title": "new"})
    changed = get(server, id, If_None_Match='"1"')
    assert (changed.status, changed.headers["ETag"]) == (200, '"2"')


def test_get_answers_304_too(server: Running) -> None:
    id = create(server, "n1")["_id"]
    request = f"GET /thingService.getThing?arg=%7B%22_id%22:%22{id}%22%7D HTTP/1.1\r\nHost: localhost\r\n"
    fresh, same = (server.send(f"{request}{more}\r\n".encode())[0] for more in ("", 'If-None-Match: "1"\r\n'))
    assert (fresh.status, fresh.data["_id"], same.status, same.body) == (200, id, 304, b"")


def test_many_rows_have_no_etag(server: Running) -> None:
    create(server, "o1")
    answer = server.post("thingService.getThings", {})
    assert (answer.headers["ETag"], answer.headers["Cache-Control"]) == (None, "no-store")
