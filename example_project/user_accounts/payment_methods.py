"""What must be true of all payment methods of an account together."""

from collections.abc import Sequence

from backk_core import InvalidArgument
from example_project.user_accounts.models import PaymentMethod


def refuse_unless_consistent(payment_methods: Sequence[PaymentMethod]) -> None:
    """InvalidArgument unless exactly one payment method is the default and card numbers differ; none at all is fine."""
    if not payment_methods:
        return
    if sum(method.is_default for method in payment_methods) != 1:
        raise InvalidArgument("paymentMethods must have exactly one default payment method")
    if len({_digits(method.credit_card_number) for method in payment_methods}) < len(payment_methods):
        raise InvalidArgument("paymentMethods must have different credit card numbers")


def _digits(card_number: str) -> str:
    # one card, however its number is written
    return "".join(filter(str.isdigit, card_number))
