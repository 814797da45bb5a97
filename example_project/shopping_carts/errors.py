"""What can go wrong with shopping carts."""

from backk_core import ServiceError


class SalesItemNotAvailable(ServiceError):
    """Sales item is already in shopping cart, reserved in another user's shopping cart or sold"""

    code = 1
