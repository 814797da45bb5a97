"""What the functions about shopping carts take."""

from backk_core import Argument, EntityId
from example_project.sales_items.arguments import SalesItemIds


class UserAccountIdAndSalesItemId(Argument):
    """Names a user and a sales item."""

    user_account_id: EntityId
    sales_item_id: EntityId


class Holding(Argument):
    """Which sales items come into whose cart."""

    user_account_id: EntityId
    sales_item_ids: SalesItemIds
