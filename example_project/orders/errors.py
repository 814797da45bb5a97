"""What can go wrong with orders."""

from backk_core import ServiceError


class OrderItemDelivered(ServiceError):
    """Cannot remove delivered order item"""

    code = 1


class InvalidOrderItemState(ServiceError):
    """Cannot update order item state due to invalid current state"""

    code = 2


class OrderDelivered(ServiceError):
    """Deleting order is not allowed when some or all of order items have been delivered"""

    code = 3


class OrderAlreadyPaid(ServiceError):
    """Order already paid"""

    code = 4


class OrderItemAlreadyDelivered(ServiceError):
    """Cannot deliver order item which is already delivered"""

    code = 5


class OrderNotPaid(ServiceError):
    """Cannot update order which is not paid"""

    code = 6


class ShoppingCartEmpty(ServiceError):
    """Cannot place order because shopping cart is empty"""

    code = 7


class TermsNotAgreed(ServiceError):
    """Terms and conditions were not agreed with"""

    code = 8
