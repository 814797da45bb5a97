"""Who the users of the calls are: not discovered, since a project has one service of user accounts, and the example has it."""

from backk_core import CrudEntityService, Id, One, UserService, allow_for_own_resources, no_captcha
from tests.apps.calls.models import Account


class AccountService(CrudEntityService, UserService):
    """Knows users by their subject."""

    def user_id_of(self, subject: str) -> int | None:
        return Account.objects.filter(subject=subject).values_list("id", flat=True).first()

    @allow_for_own_resources("subject")
    @no_captcha("only tests call it")
    def create_account(self, account: Account) -> One[Account]:
        return self.store.create(account)

    @allow_for_own_resources("id")
    def get_account(self, argument: Id) -> One[Account]:
        return self.store.get_by_id(Account, argument.id)
