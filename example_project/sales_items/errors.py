"""What can go wrong with sales items."""

from backk_core import ServiceError


class NotForSale(ServiceError):
    """Sales item update failed, because sales item state was not 'for sale'"""

    code = 2
