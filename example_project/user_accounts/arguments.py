"""What the functions about user accounts take and answer."""

from typing import Annotated

from backk_core import (
    Argument,
    EntityId,
    PostQueryOperations,
    Result,
    SortBy,
    is_any_string,
    max_length,
    partial,
    pick,
    read_only,
)
from backk_core.models import EntityView
from example_project.user_accounts.models import UserAccount


class GetUserAccount(PostQueryOperations, fields=partial(pick(UserAccount, "subject"), access=read_only)):
    """How the caller wants to see their own account. Whose it is, the token says: ``subject`` is never sent."""

    subject: str

    def with_defaults(self) -> "GetUserAccount":
        """Return what is meant where the caller says neither which fields nor in which order."""
        if not self.include_response_fields and not self.exclude_response_fields:
            self.exclude_response_fields = ["ownSalesItems.primaryImageDataUri", "followedUserAccounts.ownSalesItems"]
        if not self.sort_bys:
            self.sort_bys = [
                SortBy(sub_entity_path="paymentMethods", field_name="isDefault", sort_direction="DESC"),
                SortBy(sub_entity_path="ownSalesItems", field_name="state"),
                SortBy(sub_entity_path="*", field_name="_id"),
                SortBy(sub_entity_path="*", field_name="id"),
            ]
        return self


class CreatedUserAccount(EntityView, fields=pick(UserAccount, "id", "commission_discount_percentage")):
    """What a new account has that its owner does not know yet."""


class IdAndFollowedUserAccountId(Argument):
    """The caller's account, and whom they follow."""

    id: EntityId
    followed_user_account_id: EntityId


class IdAndSalesItemId(Argument):
    """The caller's account, and a thing they like to look at again."""

    id: EntityId
    sales_item_id: EntityId


class City(Result):
    """A city that users live in."""

    value: Annotated[str, max_length(256), is_any_string]
