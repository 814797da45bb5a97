"""What is locked before it is changed, always in this order: accounts, carts and orders, sales items, by ascending id.

So nobody waits for somebody who waits for them. A user's cart, and how much they have for sale, is changed only by who
has locked their account; a sales item's state and likes only by who has locked the item. A link to an item is made
and removed when no more items are to be locked: who deletes the item has locked it, and waits for its links.
"""

from typing import TYPE_CHECKING

from backk_core import pick
from backk_core.models import EntityView
from example_project.sales_items.models import SalesItem
from example_project.user_accounts.models import UserAccount


class LockedAccount(EntityView, fields=pick(UserAccount, "id")):
    """A user account, without what need not be read."""


class LockedSalesItem(EntityView, fields=pick(SalesItem, "id", "state", "like_count")):
    """A sales item without its pictures."""

    if TYPE_CHECKING:
        state: str
        like_count: int
