"""What can be done with sales items."""

from backk_core import CrudEntityService, Id, Many, One, PostQueryOperations, allow_for_every_user
from sales_items.models import SalesItem


class SalesItemService(CrudEntityService):
    """Sells second-hand things."""

    @allow_for_every_user
    def create_sales_item(self, sales_item: SalesItem) -> One[SalesItem]:
        return self.store.create(sales_item)

    @allow_for_every_user
    def get_sales_items(self, query: PostQueryOperations) -> Many[SalesItem]:
        return self.store.get_all(SalesItem, query)

    @allow_for_every_user
    def get_sales_item(self, argument: Id) -> One[SalesItem]:
        return self.store.get_by_id(SalesItem, argument.id)
