"""What users can do with their own accounts."""

from django.db.models import Q

from backk_core import (
    Account,
    CrudEntityService,
    EntityNotFound,
    Id,
    InvalidArgument,
    Many,
    One,
    ResponseFields,
    ServiceFunction,
    UserService,
    after,
    allow_for_every_user,
    allow_for_own_resources,
    allow_for_tests,
    allow_for_user_roles,
    at,
)
from example_project.sales_items.models import SalesItem, State
from example_project.user_accounts.arguments import (
    City,
    CreatedUserAccount,
    GetUserAccount,
    IdAndFollowedUserAccountId,
    IdAndSalesItemId,
)
from example_project.user_accounts.cities import city_names
from example_project.user_accounts.departure import Departure
from example_project.user_accounts.models import UserAccount
from example_project.user_accounts.payment_methods import refuse_unless_consistent

_PAYMENT_METHODS = ResponseFields(include_response_fields=["_id", "paymentMethods"])
_NOTHING_ELSE = ResponseFields(include_response_fields=["_id"])


@allow_for_user_roles("vitjaAdmin")
class UserAccountService(CrudEntityService, UserService):
    """Keeps the accounts of those who buy and sell: everybody has the say over their own."""

    accounts_in = UserAccount

    @allow_for_tests
    def delete_all_user_accounts(self) -> None:
        """Delete every account, and what goes with it."""
        Departure(self.store).of(Q())

    @allow_for_own_resources("subject")
    def create_user_account(self, user_account: UserAccount) -> One[CreatedUserAccount]:
        """Sign up."""
        refuse_unless_consistent(user_account.payment_methods)
        created = self.store.create(user_account).data
        return self.store.get_by_id(CreatedUserAccount, created.pk)

    @allow_for_own_resources("subject")
    def get_user_account(self, argument: GetUserAccount) -> One[UserAccount]:
        """Look at one's own account, with the favourites that are still for sale."""
        own = Q(subject=argument.subject)
        still_for_sale = at("favorite_sales_items", Q(state=State.FOR_SALE))
        return self.store.get_first(UserAccount, argument.with_defaults(), own, still_for_sale)

    @allow_for_own_resources("id")
    def update_user_account(self, user_account: UserAccount) -> None:
        """Change what is sent; of payment methods those that are sent, by their ids."""
        self.store.update(user_account, hooks=[after(self._refuse_inconsistent_payment_methods)])

    @allow_for_own_resources("id")
    def delete_user_account(self, argument: Id) -> None:
        """Leave the marketplace. Orders stay: others have bought and sold, too."""
        if not Departure(self.store).of(Q(id=argument.id)):
            raise EntityNotFound(UserAccount.__name__, argument.id)

    @allow_for_every_user
    def get_cities(self) -> Many[City]:
        """List the cities that users live in."""
        return Many([City(value=name) for name in city_names()])

    def account_of(self, subject: str, tenant_id: str | int | None) -> Account | None:
        """Return the account of a token's subject, and whether it is locked: then its owner is refused."""
        return self.store.find_account(UserAccount, subject=subject, locked_by="is_locked")

    def _refuse_inconsistent_payment_methods(self, changed: UserAccount) -> None:
        # what was sent may be a part of them
        if "payment_methods" in vars(changed):
            refuse_unless_consistent(
                self.store.get_by_id(UserAccount, changed.pk, _PAYMENT_METHODS).data.payment_methods
            )


class FollowUser(ServiceFunction):
    """Follow somebody: they see who follows them."""

    service = "userAccountService"
    authorization = allow_for_own_resources("id")

    def execute(self, argument: IdAndFollowedUserAccountId) -> None:
        followed = argument.followed_user_account_id
        if int(followed, 16) == int(argument.id, 16):
            raise InvalidArgument("followedUserAccountId must not be one's own")
        self.store.get_by_id(UserAccount, followed, _NOTHING_ELSE)
        # one link, which both sides read
        self.store.add_sub_entities(UserAccount, argument.id, "followed_user_accounts", [followed])


class UnfollowUser(ServiceFunction):
    """Follow somebody no more."""

    service = "userAccountService"
    authorization = allow_for_own_resources("id")

    def execute(self, argument: IdAndFollowedUserAccountId) -> None:
        followed = Q(id=argument.followed_user_account_id)
        self.store.remove_sub_entities(UserAccount, argument.id, "followed_user_accounts", followed)


class AddToFavoriteSalesItems(ServiceFunction):
    """Remember a thing, be it one's own."""

    service = "userAccountService"
    authorization = allow_for_own_resources("id")

    def execute(self, argument: IdAndSalesItemId) -> None:
        self.store.get_by_id(SalesItem, argument.sales_item_id, _NOTHING_ELSE)
        self.store.add_sub_entities(UserAccount, argument.id, "favorite_sales_items", [argument.sales_item_id])


class RemoveFromFavoriteSalesItems(ServiceFunction):
    """Remember a thing no more."""

    service = "userAccountService"
    authorization = allow_for_own_resources("id")

    def execute(self, argument: IdAndSalesItemId) -> None:
        forgotten = Q(id=argument.sales_item_id)
        self.store.remove_sub_entities(UserAccount, argument.id, "favorite_sales_items", forgotten)
