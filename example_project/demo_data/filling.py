"""How the demonstration comes to life: people call the functions that everybody calls, so that all rules hold."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.timezone import now

from backk_core.testing import Client, user
from example_project.demo_data.people import Person, person, subject_of
from example_project.demo_data.things import thing
from example_project.orders.models import Order
from example_project.sales_items.models import SalesItem, State
from example_project.tags.models import Tag
from example_project.user_accounts.models import UserAccount

_GATEWAY = user("demo-gateway", roles={"vitjaPaymentGateway"})
_CARRIER = user("demo-carrier", roles={"vitjaLogisticsPartner"})


class Demonstration:
    """A number of people, what they sell, whom and what they like, and what they buy."""

    def __init__(self, people: int) -> None:
        self.people = people
        self._client = Client()

    def steps(self) -> Iterator[Callable[[], None]]:
        """Yield what is to be done, piece by piece; a piece that was done before does nothing."""
        for what in (self._settle, self._meet, self._buy):
            for number in range(1, self.people + 1):
                yield lambda what=what, number=number: self._once(what, number)  # type: ignore[misc]

    def _once(self, what: Callable[[Person], None], number: int) -> None:
        # all of a piece or nothing: who stops the command may start it again
        with transaction.atomic():
            what(person(number))

    def _settle(self, somebody: Person) -> None:
        """Sign up, and put things up for sale."""
        if UserAccount.objects.filter(subject=somebody.subject).exists():
            return
        chance = somebody.chance
        account = self._call("userAccountService.createUserAccount", somebody.account, somebody)["_id"]
        tags = [str(id) for id in Tag.objects.order_by("id").values_list("id", flat=True)[:20]]
        for _ in range(chance.randint(3, 12)):
            item = self._call("salesItemService.createSalesItem", thing(chance, account, tags), somebody)
            age = timedelta(minutes=chance.randint(1, 60 * 24 * 60))
            SalesItem.objects.filter(pk=item["_id"]).update(created_at_timestamp=now() - age)

    def _meet(self, somebody: Person) -> None:
        """Follow people, like things and remember some."""
        account = UserAccount.objects.get(subject=somebody.subject)
        if account.followed_user_accounts:
            return
        chance = somebody.chance
        others = [number for number in range(1, self.people + 1) if number != somebody.number]
        chosen = [subject_of(number) for number in chance.sample(others, min(len(others), chance.randint(1, 6)))]
        for id in UserAccount.objects.filter(subject__in=chosen).order_by("id").values_list("id", flat=True):
            argument = {"_id": str(account.pk), "followedUserAccountId": str(id)}
            self._call("userAccountService.followUser", argument, somebody)
        for position, item in enumerate(self._some_things(somebody, chance.randint(2, 10))):
            liked = {"_id": item, "userAccountId": str(account.pk)}
            self._call("salesItemService.toggleLikeSalesItem", liked, somebody)
            if position < 3:
                remembered = {"_id": str(account.pk), "salesItemId": item}
                self._call("userAccountService.addToFavoriteSalesItems", remembered, somebody)

    def _buy(self, somebody: Person) -> None:
        """Buy something, every second time; pay it, and let it be delivered or sent back."""
        account = UserAccount.objects.get(subject=somebody.subject)
        if somebody.number % 2 or Order.objects.filter(user_account_id=account.pk).exists():
            return
        chance = somebody.chance
        for item in self._some_things(somebody, chance.randint(1, 3)):
            argument = {"userAccountId": str(account.pk), "salesItemId": item}
            self._call("shoppingCartService.addToShoppingCart", argument, somebody)
        placed = self._call(
            "orderService.placeOrder", _order_of(account.pk, chance.choice(("Paytrail", "Klarna"))), somebody
        )
        self._handle(placed, chance.randint(0, 4))

    def _handle(self, order: dict[str, Any], progress: int) -> None:
        if progress == 0:
            return
        sold = [item for part in order["orderItems"] for item in part["salesItems"]]
        payment = {
            "_id": order["_id"],
            "paymentGateway": order["paymentGateway"],
            "paymentAmount": sum(item["price"] + item["shippingCost"] for item in sold),
            "transactionId": f"demo{order['_id']}",
            "transactionTimestamp": now().isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        }
        self._client_call("orderService.payOrder", payment, _GATEWAY)
        item = {"_id": order["_id"], "version": -1, "orderItemId": "0"}
        delivery = {
            "id": "0",
            "deliveryTimestamp": payment["transactionTimestamp"],
            "trackingUrl": f"https://carrier.example.com/{order['_id']}",
        }
        delivered = {"_id": order["_id"], "version": -1, "orderItems": [delivery]}
        for function, argument in (
            ("orderService.deliverOrderItem", delivered),
            ("orderService.receiveOrderItem", item),
            ("orderService.returnOrderItem", item),
        )[: progress - 1]:
            self._client_call(function, argument, _CARRIER)

    def _some_things(self, somebody: Person, number: int) -> list[str]:
        """Return ids of things for sale that others sell."""
        account = UserAccount.objects.get(subject=somebody.subject)
        for_sale = SalesItem.objects.filter(state=State.FOR_SALE).exclude(user_account_id=account.pk).order_by("id")
        ids = list(for_sale.values_list("id", flat=True))
        return [str(id) for id in somebody.chance.sample(ids, min(number, len(ids)))]

    def _call(self, function: str, argument: dict[str, Any], somebody: Person) -> Any:
        return self._client_call(function, argument, user(somebody.subject))

    def _client_call(self, function: str, argument: dict[str, Any], principal: Any) -> Any:
        reply = self._client.call(function, argument, principal=principal)
        if reply.status >= 400:
            raise RuntimeError(f"{function}: {reply.message}")
        return reply.data


def _order_of(user_account_id: int, payment_gateway: str) -> dict[str, Any]:
    return {
        "userAccountId": str(user_account_id),
        "shoppingCartId": "",
        "paymentGateway": payment_gateway,
        "iAgreeWithTermsAndConditions": True,
        "uiRedirectUrl": "https://marketplace.example.com/thanks",
    }
