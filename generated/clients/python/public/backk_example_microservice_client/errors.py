"""Errors that functions answer, each a class of its own."""

from __future__ import annotations

from collections.abc import Mapping

from ._backk import CallFailed, Unreachable, Unreadable, Violation


class InvalidArgument(CallFailed):
    """The body did not arrive in time."""

    code = "error.5"


class NotAuthenticated(CallFailed):
    """User is not authenticated"""

    code = "error.17"


class NotAuthorized(CallFailed):
    """Service function call not authorized"""

    code = "error.6"


class EntityNotFound(CallFailed):
    """EntityNotFound."""

    code = "error.4"


class IdempotencyKeyPending(CallFailed):
    """First call with this idempotency key has not been answered"""

    code = "error.25"


class RequestTooLong(CallFailed):
    """Request is too long"""

    code = "error.16"


class IdempotencyKeyReused(CallFailed):
    """Idempotency key was used for another call"""

    code = "error.24"


class TemporarilyUnavailable(CallFailed):
    """Temporarily unavailable"""

    code = "error.21"


class DeadlineExceeded(CallFailed):
    """Deadline exceeded"""

    code = "error.22"


class MaximumSalesItemCountExceeded(CallFailed):
    """Maximum sales item count exceeded. Maximum 100 active sales items allowed"""

    code = "salesItemService.1"


class NotForSale(CallFailed):
    """Sales item update failed, because sales item state was not 'for sale'"""

    code = "salesItemService.2"


class InvalidSalesItemState(CallFailed):
    """Invalid sales item state"""

    code = "salesItemService.3"


class DuplicateEntity(CallFailed):
    """DuplicateEntity."""

    code = "error.3"


class VersionConflict(CallFailed):
    """Entity version conflict. Fetch the current version of the entity and try again"""

    code = "error.1"


class TimestampConflict(CallFailed):
    """Entity last modified timestamp conflict. Fetch the current last modified timestamp of the entity and
    try again
    """

    code = "error.2"


class SalesItemNotAvailable(CallFailed):
    """Sales item is already in shopping cart, reserved in another user's shopping cart or sold"""

    code = "shoppingCartService.1"


class OrderItemDelivered(CallFailed):
    """Cannot remove delivered order item"""

    code = "orderService.1"


class InvalidOrderItemState(CallFailed):
    """Cannot update order item state due to invalid current state"""

    code = "orderService.2"


class OrderDelivered(CallFailed):
    """Deleting order is not allowed when some or all of order items have been delivered"""

    code = "orderService.3"


class OrderAlreadyPaid(CallFailed):
    """Order already paid"""

    code = "orderService.4"


class OrderItemAlreadyDelivered(CallFailed):
    """Cannot deliver order item which is already delivered"""

    code = "orderService.5"


class OrderNotPaid(CallFailed):
    """Cannot update order which is not paid"""

    code = "orderService.6"


class ShoppingCartEmpty(CallFailed):
    """Cannot place order because shopping cart is empty"""

    code = "orderService.7"


class TermsNotAgreed(CallFailed):
    """Terms and conditions were not agreed with"""

    code = "orderService.8"


#: The class of each error, by its code.
ERRORS: Mapping[str, type[CallFailed]] = {
    "error.5": InvalidArgument,
    "error.17": NotAuthenticated,
    "error.6": NotAuthorized,
    "error.4": EntityNotFound,
    "error.25": IdempotencyKeyPending,
    "error.16": RequestTooLong,
    "error.24": IdempotencyKeyReused,
    "error.21": TemporarilyUnavailable,
    "error.22": DeadlineExceeded,
    "salesItemService.1": MaximumSalesItemCountExceeded,
    "salesItemService.2": NotForSale,
    "salesItemService.3": InvalidSalesItemState,
    "error.3": DuplicateEntity,
    "error.1": VersionConflict,
    "error.2": TimestampConflict,
    "shoppingCartService.1": SalesItemNotAvailable,
    "orderService.1": OrderItemDelivered,
    "orderService.2": InvalidOrderItemState,
    "orderService.3": OrderDelivered,
    "orderService.4": OrderAlreadyPaid,
    "orderService.5": OrderItemAlreadyDelivered,
    "orderService.6": OrderNotPaid,
    "orderService.7": ShoppingCartEmpty,
    "orderService.8": TermsNotAgreed,
}

__all__ = [
    "CallFailed",
    "DeadlineExceeded",
    "DuplicateEntity",
    "ERRORS",
    "EntityNotFound",
    "IdempotencyKeyPending",
    "IdempotencyKeyReused",
    "InvalidArgument",
    "InvalidOrderItemState",
    "InvalidSalesItemState",
    "MaximumSalesItemCountExceeded",
    "NotAuthenticated",
    "NotAuthorized",
    "NotForSale",
    "OrderAlreadyPaid",
    "OrderDelivered",
    "OrderItemAlreadyDelivered",
    "OrderItemDelivered",
    "OrderNotPaid",
    "RequestTooLong",
    "SalesItemNotAvailable",
    "ShoppingCartEmpty",
    "TemporarilyUnavailable",
    "TermsNotAgreed",
    "TimestampConflict",
    "Unreachable",
    "Unreadable",
    "VersionConflict",
    "Violation",
]
