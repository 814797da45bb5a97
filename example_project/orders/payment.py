"""Where a buyer pays: the addresses of the payment gateways."""

from urllib.parse import urlencode

from backk_core import One
from example_project.orders.arguments import PlaceOrderArgument
from example_project.orders.models import Order, PaymentGateway

_PAGES = {
    PaymentGateway.PAYTRAIL: "https://pay.paytrail.com/payments",
    PaymentGateway.PAYPAL: "https://www.paypal.com/checkoutnow",
    PaymentGateway.KLARNA: "https://pay.klarna.com/eu/hpp/payments",
}


def payment_page(argument: PlaceOrderArgument, result: One[Order]) -> str:
    """Return the address at the order's payment gateway that knows the order, what it costs, and where to go then."""
    order = result.data
    items = [sold for item in order.order_items for sold in item.sales_items]
    amount = sum(item.price + item.shipping_cost for item in items)
    facts = {"orderId": order.pk, "amount": f"{amount:.2f}", "redirectUrl": argument.ui_redirect_url}
    return f"{_PAGES[PaymentGateway(order.payment_gateway)]}?{urlencode(facts)}"
