"""Two tenants on one database: nothing that a user of one sends touches, or tells of, a row of the other."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db.models import Model
from django.test import override_settings

from backk_core.execute.call import current_call
from backk_core.services import MultipleServiceFunctionExecutionService
from tests.apps.tenants.models import ENTITIES, Diary, Firm, Invoice, Member
from tests.apps.tenants.services import SERVICES, FirmService, MemberService
from tests.callers import Answer, Caller
from tests.tables import KINDS, database_with, delete_rows

ANN, EVE, BOSS = "ann clerk @acme", "eve clerk @evil", "boss clerk @evil"
BATCH = "multipleServiceFunctionExecutionService.executeInSequenceWithoutTransaction"
SECRET = "secret of acme"

Argument = Callable[[dict[str, int]], Any]


def _id(ids: dict[str, int]) -> Any:
    return {"_id": str(ids["ann's"])}


def _ids(ids: dict[str, int]) -> Any:
    return {"ids": [str(ids["ann's"]), str(ids["eve's"])]}


#: Each operation of the store, what is sent, and what it answers to eve: a status, or a status and how many rows.
ATTACKS: list[tuple[str, Argument, Any]] = [
    ("getAll", lambda ids: {}, (200, 1)),
    ("getCounted", lambda ids: {}, (200, 1)),
    ("getSteps", lambda ids: {}, (200, 1)),
    (
        "findFiltered",
        lambda ids: {"filters": [{"fieldName": "text", "operator": "LIKE", "value": "%secret%"}]},
        (200, 0),
    ),
    (
        "findFiltered",
        lambda ids: {
            "filters": [
                {
                    "operator": "OR",
                    "orFilters": [
                        {"fieldName": "amount", "operator": ">=", "value": 0},
                        {"fieldName": "text", "operator": "!=", "value": "x"},
                    ],
                }
            ]
        },
        (200, 1),
    ),
    ("getById", _id, 404),
    ("getByIds", _ids, (200, 1)),
    ("getFirst", lambda ids: {"text": SECRET}, 200),
    ("getCount", lambda ids: {}, (200, {"number": 1})),
    ("updateInvoice", lambda ids: {**_id(ids), "text": "eve was here"}, 404),
    ("updateInvoice", lambda ids: {**_id(ids), "version": 7}, 404),
    ("updateInvoice", _id, 404),
    ("updateAll", lambda ids: {"text": "eve was here"}, (200, {"number": 1})),
    ("updateToElsewhere", lambda ids: {"ids": [str(ids["eve's"]), str(ids["acme"])]}, 403),
    ("updateAllToElsewhere", lambda ids: {"_id": str(ids["acme"])}, 403),
    ("createElsewhere", lambda ids: {"_id": str(ids["acme"])}, 403),
    ("createInvoice", lambda ids: {"text": "x", "tenantId": str(ids["acme"])}, 400),
    ("updateInvoice", lambda ids: {"_id": str(ids["eve's"]), "tenantId": str(ids["acme"])}, 400),
    ("deleteById", _id, 404),
    ("deleteByIds", _ids, (200, {"number": 1})),
    ("deleteFiltered", lambda ids: {"text": SECRET}, (200, {"number": 1})),
    ("deleteAll", lambda ids: {}, (200, {"number": 1})),
]


@pytest.fixture(scope="module", params=KINDS)
def db(request: pytest.FixtureRequest, django_db_blocker: Any) -> Iterator[Any]:
    with django_db_blocker.unblock(), database_with(request.param, f"tenants_{request.param}", ENTITIES) as db:
        yield db


@pytest.fixture
def call(db: Any, django_db_blocker: Any) -> Iterator[Caller]:
    with (
        django_db_blocker.unblock(),
        override_settings(BACKK={"DATABASE": db.alias, "MAX_BATCH_SIZE": 5, "BATCH_THREADS": 0}),
    ):
        delete_rows(db, ENTITIES)
        FirmService.asked = MemberService.asked = 0
        yield Caller((*SERVICES, MultipleServiceFunctionExecutionService))


@pytest.fixture
def ids(call: Caller, db: Any) -> dict[str, int]:
    def made(model: type[Model], **values: Any) -> int:
        entity = model._base_manager.using(db.alias).create(**values)
        return int(entity.pk)

    acme, evil = made(Firm, issuer="acme"), made(Firm, issuer="evil")
    ann = made(Member, subject="ann", tenant_id=acme)
    eve = made(Member, subject="eve", tenant_id=evil)
    return {
        "acme": acme,
        "evil": evil,
        "ann": ann,
        "eve": eve,
        "ann's": made(Invoice, text=SECRET, amount=100, tenant_id=acme),
        "eve's": made(Invoice, text="eve's own", amount=7, tenant_id=evil),
        "diary": made(Diary, text=SECRET, tenant_id=acme, user_account_id=ann),
    }


def rows(db: Any, tenant_id: int) -> list[Any]:
    entities = (Member, Invoice, Diary)
    return [list(model._base_manager.using(db.alias).filter(tenant_id=tenant_id).values()) for model in entities]  # type: ignore[attr-defined]


def told(answer: Answer) -> Any:
    data = (answer.body or {}).get("data")
    return answer.status if data is None else (answer.status, len(data) if isinstance(data, list) else data)


@pytest.mark.parametrize(
    ("function", "argument", "answered"), ATTACKS, ids=[f"{n}-{attack[0]}" for n, attack in enumerate(ATTACKS)]
)
def test_no_operation_of_the_store_touches_another_tenants_rows(
    call: Caller, db: Any, ids: dict[str, int], function: str, argument: Argument, answered: Any
) -> None:
    before = rows(db, ids["acme"])
    answer = call(f"invoiceService.{function}", argument(ids), by=EVE)
    assert rows(db, ids["acme"]) == before
    assert SECRET not in json.dumps(answer.body)
    assert answered in (told(answer), answer.status)


def test_what_a_tenants_own_users_do_reaches_their_rows(call: Caller, db: Any, ids: dict[str, int]) -> None:
    assert call("invoiceService.getById", {"_id": str(ids["ann's"])}, by=ANN).body["data"]["text"] == SECRET
    made = call("invoiceService.createInvoice", {"text": "new"}, by=ANN)
    assert "tenantId" not in made.body["data"]
    assert call("invoiceService.createMany", {"text": "two"}, by=ANN).status == 200
    found = Invoice._base_manager.using(db.alias).filter(tenant_id=ids["acme"])
    assert sorted(found.values_list("text", flat=True)) == ["new", SECRET, "two", "two"]
    assert (
        call("invoiceService.updateInvoice", {"_id": made.body["data"]["_id"], "text": "newer"}, by=ANN).status == 200
    )
    assert call("invoiceService.getCount", {}, by=ANN).body["data"] == {"number": 4}
    assert call("invoiceService.deleteAll", {}, by=ANN).body["data"] == {"number": 4}
    assert Invoice._base_manager.using(db.alias).count() == 1


def test_a_token_of_an_issuer_without_tenant_is_refused(call: Caller, ids: dict[str, int]) -> None:
    for by in ("ann clerk @nobody", "ann clerk"):
        answer = call("invoiceService.getAll", {}, by=by)
        assert (answer.status, answer.body["errorCode"]) == (403, "error.6")


def test_the_same_subject_of_another_issuer_is_somebody_else(call: Caller, db: Any, ids: dict[str, int]) -> None:
    assert call("memberService.getMember", {"_id": str(ids["ann"])}, by="ann @acme").status == 200
    assert call("memberService.getMember", {"_id": str(ids["ann"])}, by="ann @evil").status == 403
    assert call("diaryService.createDiary", {"text": "x"}, by="ann @evil").status == 403
    assert call("memberService.createMember", {"subject": "ann"}, by="ann @evil").status == 200
    mine = call("diaryService.getDiaries", {}, by="ann @acme").body["data"]
    assert [row["text"] for row in mine] == [SECRET]
    assert call("diaryService.getDiaries", {}, by="ann @evil").body["data"] == []


def test_own_rows_have_owner_and_tenant_of_the_token(call: Caller, db: Any, ids: dict[str, int]) -> None:
    assert call("diaryService.createDiary", {"text": "mine"}, by="eve @evil").status == 200
    made = Diary._base_manager.using(db.alias).get(text="mine")
    assert (made.user_account_id, made.tenant_id) == (ids["eve"], ids["evil"])
    # by role alone eve's colleague sees what is the firm's
    assert [row["text"] for row in call("diaryService.getDiaries", {}, by=BOSS).body["data"]] == ["mine"]


def test_what_belongs_to_tenants_is_closed_to_who_has_none(call: Caller, ids: dict[str, int]) -> None:
    assert call("windowService.getInvoices", {}).status == 401
    assert call("windowService.getInvoices", {}, by="bad").status == 401
    assert call("windowService.getInvoices", {}, by="ann @nobody").status == 401
    assert call("invoiceService.getForServices", {}, by="- cluster").status == 403
    assert len(call("windowService.getInvoices", {}, by="eve @evil").body["data"]) == 1


def test_all_tenants_are_for_everyone_and_for_who_has_none_and_never_for_another_tenants_roles(
    call: Caller, ids: dict[str, int]
) -> None:
    for by, count in ((None, 2), ("bad", 2), ("ann @nobody", 2), ("eve @evil", 2)):
        assert len(call("windowService.getOfAll", {}, by=by).body["data"]) == count
    for by, count in (("- cluster", 2), ("staff clerk @nobody", 2), (EVE, 1)):
        assert len(call("invoiceService.getOfAll", {}, by=by).body["data"]) == count


def test_a_locked_account_gets_nowhere_and_counts_as_nobody_where_everyone_may(
    call: Caller, db: Any, ids: dict[str, int]
) -> None:
    assert call("windowService.getCaller", {}, by=EVE).body["data"] == {"name": "eve"}
    Member._base_manager.using(db.alias).filter(subject="eve").update(is_locked=True)
    for function in ("invoiceService.getAll", "diaryService.createDiary", "memberService.createMember"):
        assert call(function, b"not even JSON", by=EVE).status == 403
    assert call("windowService.getCaller", {}, by=EVE).body["data"] == {"name": None}
    assert call("windowService.getInvoices", {}, by=EVE).status == 401
    slot = {"serviceFunctionName": "windowService.getCaller", "serviceFunctionArgument": {}}
    closed = {"serviceFunctionName": "invoiceService.getAll", "serviceFunctionArgument": {}}
    answers = call(BATCH, {"open": slot, "closed": closed}, by=EVE).body
    assert answers["open"]["response"]["data"] == {"name": None}
    assert answers["closed"]["statusCode"] == 403


def test_tenant_and_account_are_asked_for_once_a_call_and_never_where_nobody_wants_to_know(
    call: Caller, ids: dict[str, int]
) -> None:
    for function, by, asked in (
        ("diaryService.getDiaries", "eve @evil", (1, 1)),
        ("invoiceService.getCount", EVE, (1, 1)),
        ("windowService.getInvoices", EVE, (1, 1)),
        ("windowService.getOfAll", EVE, (1, 1)),
        ("invoiceService.getForServices", "- cluster", (0, 0)),
    ):
        FirmService.asked = MemberService.asked = 0
        call(function, {}, by=by)
        assert (FirmService.asked, MemberService.asked) == asked, function


def test_a_batch_keeps_each_call_in_the_callers_tenant(call: Caller, db: Any, ids: dict[str, int]) -> None:
    one = {"serviceFunctionName": "invoiceService.getById", "serviceFunctionArgument": {"_id": str(ids["ann's"])}}
    every = {"serviceFunctionName": "windowService.getInvoices", "serviceFunctionArgument": {}}
    answers = call(BATCH, {"one": one, "all": every}, by=EVE).body
    assert answers["one"]["statusCode"] == 404
    assert [row["text"] for row in answers["all"]["response"]["data"]] == ["eve's own"]
    assert (FirmService.asked, MemberService.asked) == (1, 1)


def test_a_page_token_leads_nobody_into_another_tenant(call: Caller, db: Any, ids: dict[str, int]) -> None:
    sorted_by = {"sortBys": [{"fieldName": "amount", "sortDirection": "ASC"}]}
    tokens = call("invoiceService.getSteps", sorted_by, by="x clerk @acme").body["metadata"]["currentPageTokens"]
    page = {"paginations": [{"pageNumber": 2}], "currentPageTokens": tokens, **sorted_by}
    assert call("invoiceService.getSteps", page, by="x clerk @evil").status == 400


def test_outside_of_a_call_nothing_is_bound(call: Caller, db: Any, ids: dict[str, int]) -> None:
    with pytest.raises(LookupError):
        current_call()
    assert call.services.get(SERVICES[2]).store.count(Invoice) == 2
