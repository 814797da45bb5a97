from collections.abc import Iterator

import pytest

from backk_core import Account, NotAuthorized, UserService
from backk_core.execute.accounts import Accounts
from backk_core.execute.call import Call, Principal
from backk_core.services import MetadataService
from tests.callers import Caller

ANN = Principal(subject="ann")


class Users(UserService):
    """Answers what it was told to, one after another; an exception is raised."""

    def __init__(self, *answers: Account | Exception | None) -> None:
        self.answers: Iterator[Account | Exception | None] = iter(answers)

    def account_of(self, subject: str, tenant_id: object) -> Account | None:
        found = next(self.answers)
        if isinstance(found, Exception):
            raise found
        return found


@pytest.fixture
def call() -> Call:
    known = Call("metadataService.getOpenApiSpec", b"")
    known.contract = Caller([MetadataService]).registry.functions[known.wire_name]
    return known


def test_whoever_could_not_be_looked_up_is_looked_up_again_before_being_let_in(call: Call) -> None:
    accounts = Accounts(Users(ConnectionError("gone"), Account(1, is_locked=True), Account(1)), None)
    with pytest.raises(ConnectionError):
        accounts.admit(call, ANN)
    with pytest.raises(NotAuthorized):
        accounts.admit(call, ANN)
    accounts.admit(call, ANN)
    assert accounts.account_of(call, ANN) == Account(1)


def test_an_account_is_asked_for_once_a_call(call: Call) -> None:
    accounts = Accounts(Users(Account(7)), None)
    for _ in range(3):
        accounts.admit(call, ANN)
        assert accounts.account_of(call, ANN) == Account(7)


def test_a_service_that_can_only_tell_ids_is_asked_when_an_id_is_wanted(call: Call) -> None:
    class Ids(UserService):
        asked = 0

        def user_id_of(self, subject: str) -> int:
            self.asked += 1
            return 7

    users = Ids()
    accounts = Accounts(users, None)
    accounts.admit(call, ANN)
    assert users.asked == 0
    for _ in range(3):
        assert accounts.account_of(call, ANN) == Account(7)
    assert users.asked == 1


def test_nobody_has_an_account_where_no_service_knows_any(call: Call) -> None:
    accounts = Accounts(None, None)
    accounts.admit(call, ANN)
    assert accounts.account_of(call, ANN) is None
    assert Accounts(Users(), None).account_of(call, Principal(is_internal=True)) is None
