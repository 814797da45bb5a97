"""What is read with all that it holds."""

from backk_core import CrudEntityService, Id, Many, One, PostQueryOperations, allow_for_every_user
from benchmarks.peers.orders.models import Order, TaggedSalesItem


class OrderService(CrudEntityService):
    """Shows orders."""

    @allow_for_every_user
    def get_order(self, argument: Id) -> One[Order]:
        return self.store.get_by_id(Order, argument.id)


class TaggedSalesItemService(CrudEntityService):
    """Shows sales items with their tags."""

    @allow_for_every_user
    def get_tagged_sales_items(self, query: PostQueryOperations) -> Many[TaggedSalesItem]:
        return self.store.get_all(TaggedSalesItem, query)
