"""What goes with an account that is deleted, and what stays."""

from collections import defaultdict

from django.db.models import Q

from backk_core import Store
from example_project.sales_items.models import SalesItem, State
from example_project.shopping_carts.models import ShoppingCart
from example_project.user_accounts.models import UserAccount


class Departure:
    """Deletes accounts: first the rows that others may want at the same time are locked, accounts before things."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def of(self, which: Q) -> int:
        """Delete the accounts that a filter names; return how many those are.

        Their carts, their unsold things and every link to them go too; what lay in their carts is for sale again.
        What they sold and their orders stay: those who bought from them have them still.
        """
        ids = [account.pk for account in self.store.lock_all(UserAccount, which)]
        if ids:
            self.store.delete_all(ShoppingCart, Q(user_account_id__in=ids))
            self._put_up_for_sale_what_they_reserved(ids)
            self._take_back_likes(ids)
            self.store.delete_all(SalesItem, Q(user_account_id__in=ids) & ~Q(state=State.SOLD))
        return self.store.delete_by_ids(UserAccount, ids)

    def _put_up_for_sale_what_they_reserved(self, ids: list[int]) -> None:
        reserved = Q(state=State.RESERVED, buyer_user_account_id__in=ids)
        changes = {"state": State.FOR_SALE, "buyer_user_account_id": None, "reserved_at_timestamp": None}
        self.store.update_all(SalesItem, changes, reserved)

    def _take_back_likes(self, ids: list[int]) -> None:
        ...
