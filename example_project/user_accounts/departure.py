"""What goes with accounts that are deleted, and what stays."""

from collections.abc import Sequence
from itertools import groupby
from operator import attrgetter

from django.db.models import Q

from backk_core import Store
from example_project.sales_items.locks import LockedAccount, LockedSalesItem
from example_project.sales_items.models import SalesItem, State
from example_project.shopping_carts.models import ShoppingCart
from example_project.user_accounts.models import UserAccount

_FOR_SALE = {"state": State.FOR_SALE, "buyer_user_account_id": None, "reserved_at_timestamp": None}


class Departure:
    """Deletes accounts. What others may change at the same time is locked first, in the order that all keep."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def of(self, which: Q) -> int:
        """Delete the accounts that a filter names; return how many those are.

        Their carts, their unsold things and every link to them go too; what they had reserved is for sale again. What
        they sold and their orders stay: those who bought and sold have them still.
        """
        ids = [account.pk for account in self.store.lock_all(LockedAccount, which)]
        if not ids:
            return 0
        self.store.delete_all(ShoppingCart, Q(user_account_id__in=ids))
        reserved = Q(state=State.RESERVED, buyer_user_account_id__in=ids)
        unsold = Q(user_account_id__in=ids) & ~Q(state=State.SOLD)
        self.store.lock_all(LockedSalesItem, reserved | unsold | Q(liking_user_accounts__in=ids))
        self.store.update_all(SalesItem, _FOR_SALE, reserved)
        self.store.delete_all(SalesItem, unsold)
        self._take_back_likes(ids)
        return self.store.delete_by_ids(UserAccount, ids)

    def _take_back_likes(self, ids: Sequence[int]) -> None:
        for id in ids:
            liked = self.store.lock_all(LockedSalesItem, Q(liking_user_accounts=id))
            by_count = groupby(sorted(liked, key=attrgetter("like_count")), key=attrgetter("like_count"))
            for like_count, items in by_count:
                self.store.update_all(SalesItem, {"like_count": like_count - 1}, Q(id__in=[item.pk for item in items]))
