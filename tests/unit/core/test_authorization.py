"""The six rules, whoever says them and whoever asks, and whose rows an allowed call may touch."""

import re

import pytest
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

import backk_core
from backk_core import (
    CrudEntityService,
    Id,
    One,
    Service,
    ServiceFunction,
    all_owners,
    allow_for_cluster_internal,
    allow_for_every_user,
    allow_for_own_resources,
    allow_for_tests,
    allow_for_user_roles,
    allow_inside_service,
)
from backk_core.execute.authorization import Permission
from backk_core.publish.openapi import document
from tests.apps.calls.accounts import AccountService
from tests.apps.calls.models import Account, Note
from tests.apps.calls.services import GuardedService, NoteService
from tests.callers import Caller

pytestmark = pytest.mark.django_db

NOBODY, BAD, USER, CLERK, CLUSTER = None, "bad", "ann", "ann clerk", "- cluster"
#: What each rule answers to each of them.
TABLE = {
    "forEveryone": {NOBODY: 200, BAD: 200, USER: 200, CLERK: 200, CLUSTER: 200},
    "forRoles": {NOBODY: 401, BAD: 403, USER: 403, CLERK: 200, CLUSTER: 403},
    "forTheCluster": {NOBODY: 401, BAD: 403, USER: 403, CLERK: 403, CLUSTER: 200},
    "forInsiders": {NOBODY: 404, BAD: 404, USER: 404, CLERK: 404, CLUSTER: 404},
    "forTests": {NOBODY: 401, BAD: 403, USER: 200, CLERK: 200, CLUSTER: 200},
}
CODES = {200: None, 401: "error.17", 403: "error.6", 404: "error.9"}


@allow_for_user_roles("clerk")
class ClerkService(Service):
    """Says for all of its functions who may call them."""

    def work(self) -> None:
        return None

    @allow_for_cluster_internal
    def work_for_the_cluster_too(self) -> None:
        return None

    @allow_for_every_user
    def work_for_everyone(self) -> None:
        return None


@allow_inside_service
class InnerService(Service):
    def work(self) -> None:
        return None

    @allow_for_user_roles("clerk")
    def work_for_clerks_too(self) -> None:
        return None


class OpenAll(ServiceFunction):
    service = "clerkService"
    authorization = (allow_for_cluster_internal, allow_for_tests)

    def execute(self) -> None:
        return None


class SilentService(Service):
    def work(self) -> None:
        return None


@pytest.fixture
def call() -> Caller:
    return Caller([GuardedService, ClerkService, InnerService, OpenAll, AccountService, NoteService, SilentService])


@pytest.fixture
def ann() -> Account:
    return Account.objects.create(subject="ann", name="Ann")


@pytest.fixture
def bob() -> Account:
    return Account.objects.create(subject="bob", name="Bob")


@pytest.mark.parametrize(
    ("function", "who", "status"), [(name, who, status) for name, row in TABLE.items() for who, status in row.items()]
)
def test_each_rule_lets_in_whom_it_names(call: Caller, function: str, who: str | None, status: int) -> None:
    with override_settings(BACKK={"ENVIRONMENT": "test"}):
        answer = call(f"guardedService.{function}", by=who)
    assert answer.status == status
    assert (answer.body or {}).get("errorCode") == CODES[status]


def test_functions_for_tests_are_closed_in_production(call: Caller) -> None:
    with override_settings(BACKK={"ENVIRONMENT": "production"}):
        assert call("guardedService.forTests", by="ann").status == 403


def test_who_is_missing_is_told_how_to_say_it(call: Caller) -> None:
    assert call("guardedService.forRoles").headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize(
    ("function", "allowed"),
    [
        ("clerkService.work", {CLERK}),
        ("clerkService.workForTheClusterToo", {CLERK, CLUSTER}),
        ("clerkService.workForEveryone", {NOBODY, BAD, USER, CLERK, CLUSTER}),
        ("clerkService.openAll", {USER, CLERK, CLUSTER}),
        ("innerService.workForClerksToo", set()),
        ("innerService.work", set()),
        ("silentService.work", set()),
    ],
)
def test_the_service_s_or_the_function_s_rule_is_enough(call: Caller, function: str, allowed: set[str | None]) -> None:
    with override_settings(BACKK={"ENVIRONMENT": "test"}):
        assert {who for who in TABLE["forRoles"] if call(function, by=who).status == 200} == allowed


def test_on_a_function_for_everyone_a_bad_token_counts_as_none_and_a_good_one_as_its_subject(call: Caller) -> None:
    assert call("guardedService.forEveryone", by="bad").body["data"]["text"] == "None"
    assert call("guardedService.forEveryone", by="ann").body["data"]["text"] == "ann"


def test_who_calls_is_not_looked_for_where_nobody_asks(call: Caller) -> None:
    assert call("clerkService.workForEveryone", by="ann").status == 200
    assert call.authenticator.asked == 0


def test_authorization_comes_before_validation(call: Caller) -> None:
    assert call("noteService.createNote", b"not JSON").status == 401
    assert call("noteService.createNote", b"not JSON", by="bad").status == 403


# own resources


def test_own_rows_are_the_caller_s_and_foreign_ones_answer_as_absent_ones(
    call: Caller, ann: Account, bob: Account
) -> None:
    own, foreign = (Note.objects.create(user_account_id=who.pk, text=who.name) for who in (ann, bob))
    assert call("noteService.getNote", {"_id": str(own.pk)}, by="ann").status == 200
    absent = call("noteService.getNote", {"_id": "7777"}, by="ann")
    for function, argument in (
        ("getNote", {"_id": str(foreign.pk)}),
        ("deleteNote", {"_id": str(foreign.pk)}),
        ("updateNote", {"_id": str(foreign.pk), "text": "mine"}),
    ):
        answer = call(f"noteService.{function}", argument, by="ann")
        assert answer.body["errorCode"] == "error.4"
        assert answer.body["message"] == absent.body["message"].replace("7777", str(foreign.pk))
    assert [row["text"] for row in call("noteService.getNotes", {}, by="ann").body["data"]] == ["Ann"]
    assert Note.objects.get(pk=foreign.pk).text == "Bob"


def test_the_owner_of_what_is_made_is_the_caller(call: Caller, ann: Account, bob: Account) -> None:
    made = call("noteService.createNote", {"userAccountId": str(ann.pk), "text": "x"}, by="ann")
    assert (made.status, Note.objects.get().user_account_id) == (200, ann.pk)
    foreign = call("noteService.createNote", {"userAccountId": str(bob.pk), "text": "x"}, by="ann")
    assert (foreign.status, foreign.body["errorCode"]) == (403, "error.6")
    assert Note.objects.count() == 1


def test_the_owner_of_what_is_made_need_not_be_sent(call: Caller, ann: Account) -> None:
    assert call("noteService.createNote", {"text": "x"}, by="ann").status == 200
    assert Note.objects.get().user_account_id == ann.pk
    for nothing in (None, "", []):
        assert call("noteService.createNote", {"userAccountId": nothing, "text": "x"}, by="ann").status == 400
    made = call("accountService.createAccount", {"name": "Cid"}, by="cid")
    assert (made.status, Account.objects.get(name="Cid").subject) == (200, "cid")


def test_who_makes_something_by_role_alone_says_whose_it_is(call: Caller, ann: Account) -> None:
    answer = call("noteService.createNote", {"text": "x"}, by="root admin")
    assert answer.body["message"] == "Invalid argument: userAccountId should not be null or undefined"
    assert call("noteService.createNote", {"text": "x", "userAccountId": str(ann.pk)}, by="root admin").status == 200


def test_a_description_does_not_ask_for_an_owner_that_the_token_tells(call: Caller) -> None:
    schemas = document(call.registry)["components"]["schemas"]
    assert schemas["OwnNoteCreate"]["required"] == ["text"]
    assert "userAccountId" in schemas["OwnNoteCreate"]["properties"]
    assert schemas["OwnAccountCreate"]["required"] == ["name"]


@pytest.mark.parametrize(
    ("function", "more"), [("getNote", {}), ("deleteNote", {}), ("updateNote", {"text": "mine"}), ("updateNote", {})]
)
def test_a_foreign_row_and_an_absent_one_send_the_same_statements(
    call: Caller, ann: Account, bob: Account, function: str, more: dict[str, str]
) -> None:
    Note.objects.create(id=5555, user_account_id=bob.pk, text="Bob")
    sent = {}
    for id in (5555, 7777):
        with CaptureQueriesContext(connection) as queries:
            assert call(f"noteService.{function}", {"_id": str(id), **more}, by="ann").status == 404
        # savepoints are called after the thread, whose number may have the id in it, and numbered
        sent[id] = [re.sub(f"s[0-9]+_x[0-9]+|{id}", "…", query["sql"]) for query in queries.captured_queries]
    assert sent[5555] == sent[7777]
    assert any("user_account_id" in statement for statement in sent[7777])


def test_why_a_call_was_refused_is_told_in_the_log_and_to_developers_only(
    call: Caller, ann: Account, bob: Account, caplog: pytest.LogCaptureFixture
) -> None:
    asked = {
        "guardedService.forRoles": (None, "wants role admin or clerk"),
        "accountService.getAccount": ({"_id": str(bob.pk)}, "somebody else's id"),
    }
    for environment, told in (("development", True), ("test", False), ("production", False)):
        for function, (argument, reason) in asked.items():
            for accept in ("*/*", "application/problem+json"):
                caplog.clear()
                with override_settings(BACKK={"ENVIRONMENT": environment}):
                    body = call(function, argument, by="ann", accept=accept).body
                assert body.get("reason") == (reason if told else None)
                assert [record.message for record in caplog.records] == [f"{function} refused: {reason}"]


class LockingAccountService(AccountService):
    def account_of(self, subject: str, tenant_id: object) -> backk_core.Account | None:
        id = self.user_id_of(subject)
        return None if id is None else backk_core.Account(id, is_locked=subject == "bob")


def test_a_locked_account_is_refused_wherever_a_token_is_wanted(ann: Account, bob: Account) -> None:
    call = Caller([LockingAccountService, NoteService, GuardedService])
    with override_settings(BACKK={"ENVIRONMENT": "test"}):
        for function, roles in (
            ("noteService.getNotes", ""),
            ("noteService.getNotes", "admin"),
            ("guardedService.forRoles", "clerk"),
            ("guardedService.forTests", ""),
            ("lockingAccountService.createAccount", ""),
        ):
            refused = call(function, {}, by=f"bob {roles}")
            assert (refused.status, refused.body["errorCode"]) == (403, "error.6")
        assert call("guardedService.forRoles", {}, by="ann clerk").status == 200
        assert call("guardedService.forRoles", {}, by="stranger clerk").status == 200
    assert call("guardedService.forEveryone", by="bob").body["data"]["text"] == "None"
    assert call("guardedService.forEveryone", by="ann").body["data"]["text"] == "ann"


def test_a_row_cannot_be_given_away(call: Caller, ann: Account, bob: Account) -> None:
    own = Note.objects.create(user_account_id=ann.pk, text="x")
    argument = {"_id": str(own.pk), "userAccountId": str(bob.pk)}
    assert call("noteService.updateNote", argument, by="ann").status == 403
    assert Note.objects.get().user_account_id == ann.pk


def test_an_update_that_names_no_owner_asks_the_database_for_none(
    call: Caller, ann: Account, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    own = Note.objects.create(user_account_id=ann.pk, text="x")
    with django_assert_num_queries(4):  # whose account, a savepoint, the update, the savepoint's end
        assert call("noteService.updateNote", {"_id": str(own.pk), "text": "y"}, by="ann").status == 200
    assert Note.objects.get().text == "y"


def test_the_subject_of_an_account_is_the_token_s(call: Caller, ann: Account, bob: Account) -> None:
    made = call("accountService.createAccount", {"subject": "cid", "name": "Cid"}, by="cid")
    assert (made.status, Account.objects.get(name="Cid").subject) == (200, "cid")
    assert call("accountService.createAccount", {"subject": "dan", "name": "Dan"}, by="cid").status == 403


def test_an_account_s_own_id_is_its_owner_s(call: Caller, ann: Account, bob: Account) -> None:
    assert call("accountService.getAccount", {"_id": str(ann.pk)}, by="ann").body["data"]["name"] == "Ann"
    assert call("accountService.getAccount", {"_id": str(bob.pk)}, by="ann").body["errorCode"] == "error.6"
    assert call("accountService.getAccount", {"_id": "7777"}, by="ann").body["errorCode"] == "error.6"


def test_a_subject_without_an_account_owns_nothing(call: Caller, ann: Account) -> None:
    own = Note.objects.create(user_account_id=ann.pk, text="x")
    assert call("noteService.getNote", {"_id": str(own.pk)}, by="stranger").status == 403
    assert call("noteService.getNotes", {}, by="stranger").status == 403


def test_a_token_without_a_subject_owns_nothing(call: Caller) -> None:
    assert call("noteService.getNotes", {}, by="-").status == 403


def test_where_a_role_and_an_own_rule_apply_own_is_tried_first(call: Caller, ann: Account, bob: Account) -> None:
    own, foreign = (Note.objects.create(user_account_id=who.pk, text=who.name) for who in (ann, bob))
    # the administrator Ann, asking for rows without naming an owner, gets her own
    assert [row["text"] for row in call("noteService.getNotes", {}, by="ann admin").body["data"]] == ["Ann"]
    assert call("noteService.getNote", {"_id": str(foreign.pk)}, by="ann admin").status == 404
    # naming another owner she acts by her role alone
    made = call("noteService.createNote", {"userAccountId": str(bob.pk), "text": "for Bob"}, by="ann admin")
    assert (made.status, Note.objects.get(text="for Bob").user_account_id) == (200, bob.pk)
    # and so does an administrator who has no account
    assert len(call("noteService.getNotes", {}, by="root admin").body["data"]) == 3
    assert call("noteService.getNote", {"_id": str(own.pk)}, by="- admin").status == 200


def test_a_function_on_own_resources_touches_those_of_others_only_where_it_says_why(ann: Account, bob: Account) -> None:
    class ReaderService(CrudEntityService):
        @allow_for_own_resources("user_account_id")
        @all_owners("everybody may read")
        def get_any(self, argument: Id) -> One[Note]:
            return self.store.get_by_id(Note, argument.id)

        @allow_for_own_resources("user_account_id")
        def get_own(self, argument: Id) -> One[Note]:
            with all_owners("it is looked at, and forgotten"):
                self.store.get_by_id(Note, argument.id)
            return self.store.get_by_id(Note, argument.id)

    call = Caller([ReaderService, AccountService])
    foreign = Note.objects.create(user_account_id=bob.pk, text="Bob's")
    assert call("readerService.getAny", {"_id": str(foreign.pk)}, by="ann").body["data"]["text"] == "Bob's"
    assert call("readerService.getOwn", {"_id": str(foreign.pk)}, by="ann").status == 404
    assert call("readerService.getAny", {"_id": str(foreign.pk)}, by="stranger").status == 403
    with pytest.raises(ValueError, match="say why"), all_owners(" "):
        pass


def test_without_a_user_service_nobody_owns_anything_by_account(ann: Account) -> None:
    class DiaryService(CrudEntityService):
        @allow_for_own_resources("user_account_id")
        def get_diary(self, argument: Id) -> One[Note]:
            return self.store.get_by_id(Note, argument.id)

    own = Note.objects.create(user_account_id=ann.pk, text="x")
    assert Caller([DiaryService])("diaryService.getDiary", {"_id": str(own.pk)}, by="ann").status == 403


def test_a_function_for_everyone_binds_nobody_to_own_rows(ann: Account) -> None:
    @allow_for_every_user
    class PublicNoteService(CrudEntityService):
        @allow_for_own_resources("user_account_id")
        def get_public_note(self, argument: Id) -> One[Note]:
            return self.store.get_by_id(Note, argument.id)

    note = Note.objects.create(user_account_id=ann.pk, text="x")
    call = Caller([PublicNoteService, AccountService])
    assert call("publicNoteService.getPublicNote", {"_id": str(note.pk)}, by="bob").status == 200


def test_the_compiled_rules_say_what_was_declared(call: Caller) -> None:
    assert Permission.of(call.registry.functions["guardedService.forEveryone"]).is_open
    own = Permission.of(call.registry.functions["noteService.getNote"])
    assert (own.is_open, own.own, len(own.others)) == (False, allow_for_own_resources("user_account_id"), 1)
