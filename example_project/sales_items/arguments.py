"""What the functions about sales items take."""

from typing import Annotated

from backk_core import (
    PostQueryOperations,
    UserDefinedFilter,
    array_max_size,
    array_not_unique,
    array_unique,
    between,
    is_any_string,
    max_length,
)
from example_project.sales_items.models import Area, Category

Price = Annotated[float, between(0, 1_000_000_000)]
Areas = Annotated[list[Area], array_max_size(10), array_unique]
Categories = Annotated[list[Category], array_max_size(10), array_unique]


class GetSalesItems(PostQueryOperations):
    """Which sales items are wanted: an empty list means any."""

    text_filter: Annotated[str, max_length(512), is_any_string] = ""
    min_price: Price = 0
    max_price: Price = 1_000_000_000
    areas: Areas = []
    product_departments: Categories = []
    product_categories: Categories = []
    product_sub_categories: Categories = []


class GetSalesItemsByUserDefinedFilters(PostQueryOperations):
    """Conditions that the client writes itself."""

    filters: Annotated[list[UserDefinedFilter], array_max_size(10), array_not_unique] = []
