"""Entities with what hangs on them, read in every way: the same on every database, and the same as Django's own lists."""

from __future__ import annotations

import functools
import itertools
import json
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Q
from django.test import override_settings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backk_core import InvalidArgument, PostQueryOperations, at
from backk_core.describe.contracts import TypeContract
from backk_core.describe.registry import registry
from backk_core.execute.encoding import dumper
from backk_core.execute.queries import held_type, paths_of
from backk_core.execute.store import DatabaseStore
from tests.apps.relations.models import Card, Fan, Friend, Person, Thing
from tests.calls import answer, refusal, reply_to
from tests.databases import KINDS, fresh_database
from tests.people import keep_people

STORE = DatabaseStore()
PEOPLE = 9
Row = dict[str, Any]


@pytest.fixture(scope="module")
def aliases(django_db_blocker: Any) -> Iterator[list[str]]:
    """All databases beside each other, with the same people."""
    # settings of other tests may hold while this is made
    with django_db_blocker.unblock(), override_settings(BACKK={"ENVIRONMENT": "test"}), ExitStack() as stack:
        made = [stack.enter_context(fresh_database(kind, ("relations",))) for kind in KINDS]
        for db in made:
            keep_people(db.alias, PEOPLE)
        yield [db.alias for db in made]


@pytest.fixture(params=range(len(KINDS)), ids=KINDS)
def people(request: pytest.FixtureRequest, aliases: list[str], django_db_blocker: Any) -> Iterator[BaseDatabaseWrapper]:
    """People in a database of each kind, which the store uses."""
    alias = aliases[request.param]
    with django_db_blocker.unblock(), override_settings(BACKK={"DATABASE": alias, "ENVIRONMENT": "test"}):
        yield connections[alias]


def people_with(argument: Row | None = None, function: str = "getPeople") -> list[Row]:
    rows: list[Row] = answer(f"peopleService.{function}", argument)["data"]
    return rows


def everybody() -> list[Row]:
    return people_with(function="getEveryPerson")


# what is read


def told(entity: Any, contract: TypeContract) -> Row:
    """Return what an answer says of an entity, asking Django for each list."""
    row: Row = {}
    for field in contract.answered:
        value = getattr(entity, field.name)
        if field.relation is not None:
            row[field.wire_name] = [told(held, held_type(field)) for held in value]
        else:
            dump = dumper(field)
            row[field.wire_name] = value if value is None or dump is None else dump(value)
    return row


def test_all_that_hangs_together_is_what_django_finds(people: BaseDatabaseWrapper) -> None:
    contract = registry().type_contract(Person)
    known = [told(person, contract) for person in Person.objects.using(people.alias).order_by("pk")]
    assert everybody() == json.loads(json.dumps(known))


def ways_of(alias: str) -> Iterator[Callable[[], ExitStack]]:
    """Yield the ways in which a database is read."""
    base = {"DATABASE": alias, "ENVIRONMENT": "test"}
    changes: list[Row] = [{}]
    if alias.startswith("postgresql"):
        changes += [{"JSON_BY_DATABASE": True}, {"PREPARED_STATEMENTS": False}]
    for change, watched in itertools.product(changes, (False, True)):

        def way(change: Row = change, watched: bool = watched) -> ExitStack:
            stack = ExitStack()
            stack.enter_context(override_settings(BACKK=base | change))
            if watched:
                look = connections[alias].execute_wrapper(lambda execute, *arguments: execute(*arguments))
                stack.enter_context(look)
            return stack

        yield way


#: Pairs of functions of which the second looks at what it answers.
TWINS = (
    ("getPeople", "getTouchedPeople"),
    ("getCountedPeople", "getCountedAndTouchedPeople"),
    ("getPeopleBySteps", "getTouchedPeopleBySteps"),
    ("getEveryPerson", "getEveryTouchedPerson"),
    ("getFriends", "getTouchedFriends"),
)
#: Moments at which rows were made, and tokens that hold them or are signed for one function.
_OWN = re.compile(rb'"(\w+Timestamp|currentPageToken)":"[^"]*"')


@pytest.mark.parametrize("twins", TWINS, ids=lambda twins: twins[0])
@pytest.mark.parametrize(
    "argument",
    [
        {},
        {"includeResponseFields": ["name", "cards.stamps", "friends.things.title", "fans.age"]},
        {"sortBys": [{"subEntityPath": "*", "fieldName": "name"}, {"subEntityPath": "friends", "fieldName": "_id"}]},
        {"paginations": [{"subEntityPath": "*", "pageSize": 2}, {"pageNumber": 1, "pageSize": 4}]},
    ],
    ids=("all", "some", "order", "page"),
)
def test_all_databases_answer_the_same_bytes_in_every_way(
    aliases: list[str], twins: tuple[str, str], argument: Row
) -> None:
    argument = {} if twins[0] == "getEveryPerson" else argument
    if twins[0] == "getFriends":
        argument = {name: value for name, value in argument.items() if name != "includeResponseFields"}
    if twins[0] == "getFriends" and "sortBys" in argument:
        argument = {"sortBys": argument["sortBys"][:1]}
    found = {}
    for alias in aliases:
        for number, way in enumerate(ways_of(alias)):
            for function in twins:
                with way():
                    reply = reply_to(f"peopleService.{function}", argument)
                assert reply.status == 200, reply.body
                found[f"{alias} {number} {function}"] = _OWN.sub(b"", reply.body)
    expected = next(iter(found.values()))
    for name, body in found.items():
        assert body == expected, name


# which fields


def wanted_paths() -> list[str]:
    return [
        f"{path}.{field.wire_name}" if path else field.wire_name
        for path, contract in paths_of(registry().type_contract(Person)).items()
        for field in contract.answered
    ]


def cut(row: Row, path: str, names: set[str]) -> Row:
    """Return what is left of an answer where only these paths are wanted."""
    kept: Row = {}
    for name, value in row.items():
        here = f"{path}.{name}" if path else name
        if here in names:
            kept[name] = value
        elif isinstance(value, list) and any(wanted.startswith(f"{here}.") for wanted in names):
            kept[name] = [cut(inner, here, names) for inner in value]
    return kept


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(data=st.data(), excluded=st.booleans())
def test_a_part_of_the_fields_is_the_whole_answer_cut_down(
    people: BaseDatabaseWrapper, data: st.DataObject, excluded: bool
) -> None:
    names = data.draw(st.sets(st.sampled_from(wanted_paths()), min_size=1, max_size=6))
    whole = people_with({})
    expected = [cut(row, "", names) for row in whole]
    for function in ("getPeople", "getTouchedPeople"):
        assert people_with({"includeResponseFields": sorted(names)}, function) == expected
    if excluded and not any(name in names for name in ("_id", "name")):
        left = {"includeResponseFields": ["_id", *sorted(names)], "excludeResponseFields": sorted(names)}
        assert people_with(left) == [{"_id": row["_id"]} for row in whole]


# in which order


def test_each_path_has_an_order_of_its_own(people: BaseDatabaseWrapper) -> None:
    order = [
        {"subEntityPath": "favorites", "fieldName": "title", "sortDirection": "DESC"},
        {"subEntityPath": "cards.stamps", "fieldName": "mark", "sortDirection": "DESC"},
        {"subEntityPath": "cards", "fieldName": "isDefault"},
    ]
    found = people_with({"sortBys": order, "paginations": [{"subEntityPath": "*", "pageSize": 100}]})
    for person, known in zip(found, everybody(), strict=True):
        assert person["favorites"] == sorted(
            sorted(known["favorites"], key=lambda thing: int(thing["_id"])), key=lambda t: t["title"], reverse=True
        )
        assert [card["id"] for card in person["cards"]] == [
            card["id"] for card in sorted(known["cards"], key=lambda c: (c["isDefault"], len(c["id"]), c["id"]))
        ]
        for card in person["cards"]:
            assert [stamp["mark"] for stamp in card["stamps"]] == sorted(
                (stamp["mark"] for stamp in card["stamps"]), reverse=True
            )


def test_parts_are_in_order_of_their_ids_as_numbers_are(people: BaseDatabaseWrapper) -> None:
    assert [card["id"] for card in people_with()[3]["cards"]] == ["0", "2", "a", "10"]
    backwards = [{"subEntityPath": "cards", "fieldName": "id", "sortDirection": "DESC"}]
    assert [card["id"] for card in people_with({"sortBys": backwards})[3]["cards"]] == ["10", "a", "2", "0"]


def test_an_order_of_every_path_comes_after_a_paths_own_and_where_the_field_is(people: BaseDatabaseWrapper) -> None:
    order = [
        {"subEntityPath": "*", "fieldName": "title", "sortDirection": "DESC"},
        {"subEntityPath": "friends.things", "fieldName": "price"},
    ]
    for person, known in zip(people_with({"sortBys": order}), everybody(), strict=True):
        titles = [thing["title"] for thing in person["things"]]
        assert titles == sorted((thing["title"] for thing in known["things"]), reverse=True)[:50]
        for friend in person["friends"]:
            prices = [thing["price"] for thing in friend["things"]]
            assert prices == sorted(prices)


@pytest.mark.parametrize(
    ("argument", "message"),
    [
        ({"sortBys": [{"subEntityPath": "carts", "fieldName": "id"}]}, "sortBys has an unknown path: carts"),
        ({"sortBys": [{"subEntityPath": "secrets", "fieldName": "_id"}]}, "sortBys has an unknown path: secrets"),
        ({"sortBys": [{"subEntityPath": "cards", "fieldName": "code"}]}, "sortBys has an unknown field: code"),
        ({"sortBys": [{"subEntityPath": "cards", "fieldName": "stamps"}]}, "sortBys has an unknown field: stamps"),
        ({"sortBys": [{"subEntityPath": "fans", "fieldName": "age"}]}, "sortBys has an unknown field: age"),
        ({"paginations": [{"subEntityPath": "cards.x"}]}, "paginations has an unknown path: cards.x"),
        ({"userDefinedFilters": [{"subEntityPath": "x", "fieldName": "id", "operator": "IS NULL"}]}, "x"),
        ({"userDefinedFilters": [{"subEntityPath": "secrets", "fieldName": "_id", "operator": "IS NULL"}]}, "secrets"),
        ({"userDefinedFilters": [{"subEntityPath": "cards", "fieldName": "code", "operator": "IS NULL"}]}, "code"),
        ({"userDefinedFilters": [{"subEntityPath": "*", "fieldName": "code", "operator": "IS NULL"}]}, "code"),
    ],
)
def test_what_is_unknown_at_a_path_is_refused(people: BaseDatabaseWrapper, argument: Row, message: str) -> None:
    assert message in refusal("peopleService.getPeople", argument)


# which page


@pytest.mark.parametrize(("number", "size"), [(1, 3), (2, 3), (3, 2), (100, 100), (1, 1), (2, 50)])
@pytest.mark.parametrize("path", ["favorites", "cards", "cards.stamps", "friends.things", "favorites.words"])
def test_pages_are_of_each_parent(people: BaseDatabaseWrapper, path: str, number: int, size: int) -> None:
    pages = [{"subEntityPath": path, "pageNumber": number, "pageSize": size}]
    every = [{"subEntityPath": other, "pageSize": 100} for other in paths_of(registry().type_contract(Person))]
    found = people_with({"paginations": [*pages, *(page for page in every if page["subEntityPath"] != path)]})

    def paged(rows: list[Row], steps: list[str]) -> list[Row]:
        name, *rest = steps
        first = (number - 1) * size
        return [{**row, name: paged(row[name], rest) if rest else row[name][first : first + size]} for row in rows]

    assert found == paged(everybody(), path.split("."))


def test_a_page_holds_the_first_fifty_at_each_level_if_nothing_is_said(people: BaseDatabaseWrapper) -> None:
    known, found = everybody()[0], people_with()[0]
    assert len(known["favorites"]) == 70
    assert found["favorites"] == known["favorites"][:50]
    assert found["things"] == known["things"][:50]


def test_counts_are_of_each_parent_before_paging_and_after_filters(people: BaseDatabaseWrapper) -> None:
    argument = {
        "paginations": [{"subEntityPath": "friends.things", "pageSize": 1}, {"subEntityPath": "cards", "pageSize": 2}],
        "userDefinedFilters": [{"subEntityPath": "cards", "fieldName": "id", "operator": "!=", "value": "2"}],
    }
    for person, known in zip(people_with(argument, "getCountedPeople"), everybody(), strict=True):
        assert person["_count"] == PEOPLE
        cards = [card for card in known["cards"] if card["id"] != "2"]
        assert [card["_count"] for card in person["cards"]] == [len(cards)] * min(2, len(cards))
        for card, kept in zip(person["cards"], cards, strict=False):
            assert [stamp["_count"] for stamp in card["stamps"]] == [len(kept["stamps"])] * len(kept["stamps"])
        for friend, kept in zip(person["friends"], known["friends"], strict=True):
            assert [thing["_count"] for thing in friend["things"]] == [len(kept["things"])][: len(kept["things"])]
        assert all("_count" not in friend for friend in person["friends"])


# which rows


def filtered(path: str, **given_filter: Any) -> Row:
    return {"subEntityPath": path, **given_filter}


def holds(**parts: Any) -> Row:
    return {"paginations": [{"subEntityPath": "*", "pageSize": 100}], **parts}


FILTERS: list[tuple[str, Row, Callable[[Row], bool]]] = [
    ("favorites", {"fieldName": "price", "operator": "<", "value": 3}, lambda row: row["price"] < 3),
    ("favorites", {"fieldName": "_id", "operator": "IN", "value": ["2", "4"]}, lambda row: row["_id"] in ("2", "4")),
    ("favorites", {"fieldName": "title", "operator": "LIKE", "value": "%3 é"}, lambda row: "3" in row["title"]),
    ("favorites", {"fieldName": "title", "fieldFunction": "LENGTH", "operator": "=", "value": 9}, lambda _: True),
    ("favorites", {"fieldName": "price", "operator": "IS NULL"}, lambda _: False),
    ("cards", {"fieldName": "isDefault", "operator": "=", "value": True}, lambda row: row["isDefault"]),
    ("cards", {"fieldName": "id", "operator": "=", "value": "10"}, lambda row: row["id"] == "10"),
    ("cards", {"fieldName": "id", "operator": "IN", "value": ["a", "0"]}, lambda row: row["id"] in ("a", "0")),
    ("cards.stamps", {"fieldName": "mark", "operator": "!=", "value": "m1"}, lambda row: row["mark"] != "m1"),
    ("cards.things.words", {"fieldName": "_id", "operator": ">", "value": "3"}, lambda row: int(row["_id"]) > 3),
    ("friends.things", {"fieldName": "state", "operator": "=", "value": "open"}, lambda row: row["state"] == "open"),
    ("fans", {"fieldName": "name", "operator": ">=", "value": "name 2"}, lambda row: row["name"] >= "name 2"),
    ("fans", {"fieldName": "age", "operator": "IS NOT NULL"}, lambda row: row["age"] is not None),
]


def restricted(rows: list[Row], steps: list[str], keep: Callable[[Row], bool]) -> list[Row]:
    if not steps:
        return [row for row in rows if keep(row)]
    return [{**row, steps[0]: restricted(row[steps[0]], steps[1:], keep)} for row in rows]


@pytest.mark.parametrize(("path", "given_filter", "keep"), FILTERS, ids=lambda value: str(value)[:60])
def test_filters_of_a_path_restrict_what_is_below_and_no_roots(
    people: BaseDatabaseWrapper, path: str, given_filter: Row, keep: Callable[[Row], bool]
) -> None:
    found = people_with(holds(userDefinedFilters=[filtered(path, **given_filter)]))
    assert found == restricted(everybody(), path.split("."), keep)


def test_a_filter_of_every_path_is_about_each_that_has_the_field(people: BaseDatabaseWrapper) -> None:
    found = people_with(holds(userDefinedFilters=[filtered("*", fieldName="price", operator=">", value=4)]))
    expected = everybody()
    for path, contract in paths_of(registry().type_contract(Person)).items():
        if "price" in contract.by_wire_name:
            expected = restricted(expected, path.split("."), lambda row: row["price"] > 4)
    assert found == expected


def test_a_filter_of_every_path_is_about_roots_too(people: BaseDatabaseWrapper) -> None:
    found = people_with(holds(userDefinedFilters=[filtered("*", fieldName="name", operator="=", value="name 2")]))
    assert {person["name"] for person in found} == {"name 2"}
    assert {friend["name"] for person in found for friend in person["friends"]} <= {"name 2"}


def test_alternatives_are_about_the_path_of_their_filter(people: BaseDatabaseWrapper) -> None:
    either = [{"fieldName": "_id", "operator": "=", "value": "3"}, {"fieldName": "price", "operator": "=", "value": 1}]
    for given_filter in (
        filtered("favorites", operator="OR", orFilters=either),
        filtered("", operator="OR", orFilters=[{"subEntityPath": "favorites", **one} for one in either]),
    ):
        found = people_with(holds(userDefinedFilters=[given_filter]))
        assert found == restricted(everybody(), ["favorites"], lambda row: row["_id"] == "3" or row["price"] == 1)


def test_alternatives_of_several_paths_are_refused(people: BaseDatabaseWrapper) -> None:
    either = [
        {"subEntityPath": "cards", "fieldName": "id", "operator": "=", "value": "3"},
        {"subEntityPath": "friends", "fieldName": "_id", "operator": "=", "value": "1"},
    ]
    said = refusal("peopleService.getPeople", {"userDefinedFilters": [{"operator": "OR", "orFilters": either}]})
    assert "orFilters must be about one path, all of them" in said


def test_a_service_restricts_paths_by_its_own_conditions(people: BaseDatabaseWrapper) -> None:
    found = people_with(holds(), "getPeopleWithOpenThings")
    open_ids = {str(thing.pk) for thing in Thing.objects.using(people.alias).filter(state="open")}
    expected = restricted(everybody(), ["favorites"], lambda row: row["_id"] in open_ids)
    assert found == restricted(expected, ["friends", "things"], lambda row: row["price"] < 5)
    assert any(not person["favorites"] for person in found)


def test_conditions_that_only_django_compiles_hold_at_paths_too(people: BaseDatabaseWrapper) -> None:
    found = STORE.get_all(Person, None, at("cards", Q(stamps__mark="m1")), Q(id__lt=6))
    assert [[card.local_id for card in person.cards] for person in found] == [
        [card["id"] for card in person["cards"] if any(stamp["mark"] == "m1" for stamp in card["stamps"])]
        for person in everybody()[:5]
    ]


def test_a_path_that_is_unknown_to_code_is_named(people: BaseDatabaseWrapper) -> None:
    with pytest.raises(ValueError, match=r"Person has no path 'carts'; it has 'cards', 'cards\.stamps'"):
        STORE.get_all(Person, None, at("carts", Q(id=1)))


def test_conditions_of_paths_are_no_conditions_of_what_is_written(people: BaseDatabaseWrapper) -> None:
    with pytest.raises(ValueError, match="not which rows of Person are written"):
        STORE.delete_all(Person, at("cards", Q(local_id="1")))
    from backk_core import UserDefinedFilter

    with pytest.raises(InvalidArgument, match="unknown path: cards"):
        STORE.delete_all(Person, UserDefinedFilter(sub_entity_path="cards", field_name="id", operator="IS NULL"))
    assert STORE.count(Person, at("cards", Q(local_id="1"))) == PEOPLE


# what code sees


def test_code_sees_entities_parts_and_views(people: BaseDatabaseWrapper) -> None:
    person = STORE.get_by_id(Person, 4).data
    assert type(person) is Person
    assert {type(card) for card in person.cards} == {Card}
    assert person.cards[0].row_id
    assert {type(friend) for friend in person.friends} == {Friend}
    assert {type(fan) for fan in person.fans} == {Fan}
    with pytest.raises(AttributeError, match="cards is no field of Friend"):
        _ = person.friends[0].cards
    assert [len(card.stamps) for card in person.cards] == [
        Card.objects.using(people.alias).get(pk=c.pk).stamps.__len__() for c in person.cards
    ]


def test_code_that_wants_few_fields_gets_the_keys_too(people: BaseDatabaseWrapper) -> None:
    query = PostQueryOperations(include_response_fields=["cards.number", "friends.things.title"])
    person = STORE.get_first(Person, query, Q(id=4)).data
    assert person.__dict__.keys() - {"_state"} == {"id", "cards", "friends"}
    assert person.cards[0].__dict__.keys() - {"_state"} == {"row_id", "number"}
    assert person.friends[0].__dict__.keys() == {"id", "things"}


def test_views_are_read_as_entities_are(people: BaseDatabaseWrapper) -> None:
    found = STORE.get_all(Friend, PostQueryOperations(), Q(age__isnull=True), at("things", Q(state="open")))
    assert [friend.pk for friend in found] == [4, 8]
    assert {type(friend) for friend in found} == {Friend}
    assert all(thing.state == "open" for friend in found for thing in friend.things)
    whole = everybody()
    assert people_with({}, "getFriends") == [
        {"_id": person["_id"], "name": person["name"], "things": person["things"][:50]} for person in whole
    ]


def test_what_is_encrypted_is_read_at_every_depth_and_kept_as_nobody_can_read_it(people: BaseDatabaseWrapper) -> None:
    ages = {person["_id"]: person["age"] for person in everybody()}
    assert ages["7"] == 7
    for person in people_with():
        assert {fan["_id"]: fan["age"] for fan in person["fans"]}.items() <= ages.items()
    with people.cursor() as cursor:
        cursor.execute("SELECT age FROM relations_person WHERE id = 7")
        assert len(str(cursor.fetchone()[0])) > 20


# lists that are walked


def test_a_walked_list_has_what_hangs_on_its_roots(people: BaseDatabaseWrapper) -> None:
    for function in ("getPeopleBySteps", "getTouchedPeopleBySteps"):
        tokens: Row = {}
        pages = []
        for number in (1, 2, 3, 2, 1):
            argument = {"paginations": [{"pageNumber": number, "pageSize": 4}], **tokens}
            found = answer(f"peopleService.{function}", argument)
            tokens = {"currentPageTokens": found["metadata"]["currentPageTokens"]}
            pages.append(found["data"])
        assert pages[3:] == [pages[1], pages[0]]
        expected = people_with({}, "getCountedPeople")
        for row in expected:
            for card in row["cards"]:
                card["stamps"] = [{k: v for k, v in stamp.items() if k != "_count"} for stamp in card["stamps"]]
            for friend in row["friends"]:
                friend["things"] = [{k: v for k, v in thing.items() if k != "_count"} for thing in friend["things"]]
        assert [*pages[0], *pages[1], *pages[2]] == expected


# one state of the database


def test_a_reading_of_several_paths_counts_as_one_statement(people: BaseDatabaseWrapper) -> None:
    assert people_with({}, "getPeopleOnce") == people_with({})
    assert reply_to("peopleService.getPeopleTwice", {}).status == 500


@contextmanager
def after_first_select(db: BaseDatabaseWrapper, happen: Callable[[], None]) -> Iterator[list[str]]:
    """Let something happen on another connection when the roots were read; yield the statements that were sent."""
    sent: list[str] = []

    def look(execute: Any, sql: str, *arguments: Any) -> Any:
        result = execute(sql, *arguments)
        first = not any("SELECT" in known for known in sent)
        sent.append(sql)
        if first and "SELECT" in sql:
            happen()
        return result

    with db.execute_wrapper(look):
        yield sent


def _deleted(path: Path, alias: str) -> None:
    settings_of = {**connections.settings[alias]}
    connections.settings["other"] = connections.configure_settings({"default": {}, "other": settings_of})["other"]
    other = connections["other"]
    try:
        with other.cursor() as cursor:
            cursor.execute("DELETE FROM relations_stamp")
            cursor.execute("DELETE FROM relations_card_things")
            cursor.execute("DELETE FROM relations_card")
    finally:
        other.close()
        del connections.settings["other"]
        del connections["other"]


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_deleted_meanwhile_is_answered_whole_or_not_at_all(
    kind: str, django_db_blocker: Any, tmp_path: Path
) -> None:
    with django_db_blocker.unblock(), fresh_database(kind, ("relations",), sqlite_file=str(tmp_path / "people")) as db:
        keep_people(db.alias, 4)
        if kind == "sqlite":
            with db.cursor() as cursor:
                cursor.execute("PRAGMA journal_mode = WAL")
        with override_settings(BACKK={"DATABASE": db.alias, "ENVIRONMENT": "test"}):
            before = everybody()
            with after_first_select(db, functools.partial(_deleted, tmp_path, db.alias)) as sent:
                during = everybody()
            assert during == before
            assert all(not person["cards"] for person in everybody())
            assert kind != "postgresql" or len(sent) == 1
            assert not db.in_atomic_block
            assert db.get_autocommit()
