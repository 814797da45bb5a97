"""What can be done with sales items."""

from django.db.models import Q

from backk_core import (
    CrudEntityService,
    Id,
    Many,
    One,
    allow_for_every_user,
    allow_get,
    count_of,
    no_captcha,
)
from example_project.sales_items.arguments import GetSalesItems, GetSalesItemsByUserDefinedFilters
from example_project.sales_items.errors import NotForSale
from example_project.sales_items.models import SalesItem, State


class SalesItemService(CrudEntityService):
    """Sells second-hand things."""

    errors = (NotForSale,)

    @allow_for_every_user
    @no_captcha("nothing is for signed-in users only yet")
    def create_sales_item(self, sales_item: SalesItem) -> One[SalesItem]:
        """Put a thing up for sale."""
        return self.store.create(sales_item)

    @allow_for_every_user
    @count_of("")
    def get_sales_items(self, argument: GetSalesItems) -> Many[SalesItem]:
        """Find what is for sale."""
        wanted = Q(state=State.FOR_SALE) & Q(price__range=(argument.min_price, argument.max_price))
        if argument.text_filter:
            wanted &= Q(title__contains=argument.text_filter) | Q(description__contains=argument.text_filter)
        for field, values in (
            ("area", argument.areas),
            ("product_department", argument.product_departments),
            ("product_category", argument.product_categories),
            ("product_sub_category", argument.product_sub_categories),
        ):
            if values:
                wanted &= Q(**{f"{field}__in": values})
        return self.store.get_all(SalesItem, argument, wanted)

    @allow_for_every_user
    def get_sales_items_by_user_defined_filters(self, argument: GetSalesItemsByUserDefinedFilters) -> Many[SalesItem]:
        """Find sales items by conditions that the client writes."""
        return self.store.get_all(SalesItem, argument, argument.filters)

    @allow_get
    @allow_for_every_user
    def get_sales_item(self, argument: Id) -> One[SalesItem]:
        """Look at one thing."""
        return self.store.get_by_id(SalesItem, argument.id)

    @allow_for_every_user
    def update_sales_item(self, sales_item: SalesItem) -> None:
        """Change a thing that is still for sale; a new price remembers the old one."""
        current = self.store.get_by_id(SalesItem, sales_item.pk).data
        if current.state != State.FOR_SALE:
            raise NotForSale
        if "price" in vars(sales_item) and sales_item.price != current.price:
            sales_item.previous_price = current.price
        self.store.update(sales_item)

    @allow_for_every_user
    def delete_sales_item(self, argument: Id) -> None:
        """Take a thing off the market."""
        self.store.delete_by_id(SalesItem, argument.id)
