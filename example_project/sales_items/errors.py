"""What can go wrong with sales items."""

from backk_core import ServiceError


class MaximumSalesItemCountExceeded(ServiceError):
    """Maximum sales item count exceeded. Maximum 100 active sales items allowed"""

    code = 1


class NotForSale(ServiceError):
    """Sales item update failed, because sales item state was not 'for sale'"""

    code = 2


class InvalidSalesItemState(ServiceError):
    """Invalid sales item state"""

    code = 3
