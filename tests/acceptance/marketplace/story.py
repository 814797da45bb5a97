"""One story that calls every function of the marketplace, through whatever door."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from tests.acceptance.marketplace.accounts import MASTERCARD, account_of, card, thing_of

#: Calls a function with an argument, as somebody with roles; returns the data of an answer that must be good.
Call = Callable[[str, dict[str, Any], "str | None", Sequence[str]], Any]

MOMENT = "2026-11-24T08:00:00.000Z"


class Story:
    """Ann sells, Bob buys; somebody pays and carries, and somebody cleans up."""

    def __init__(self, call: Call, *, ann: str = "ann", bob: str = "bob") -> None:
        self._call = call
        self.ann, self.bob = ann, bob
        self.ann_id = self.bob_id = ""

    def run(self) -> None:
        """Tell the whole of it."""
        for probe in ("liveness", "readiness", "startup"):
            asked = {"liveness": "isMicroserviceAlive", "readiness": "isMicroserviceReady"}
            self.call(f"{probe}CheckService.{asked.get(probe, 'isMicroserviceStarted')}")
        self.clear()
        self.sign_up()
        self.know_each_other()
        items = self.sell()
        self.look_around(items[0])
        self.fill_the_cart(items)
        self.buy(items)
        self.change_ones_mind(items)
        self.clean_up(items)
        self.clear()

    def call(self, function: str, argument: dict[str, Any] | None = None, by: str | None = None, *roles: str) -> Any:
        return self._call(function, argument or {}, by, roles)

    def clear(self) -> None:
        for service in ("order", "shoppingCart", "salesItem", "userAccount"):
            name = service[0].upper() + service[1:]
            self.call(f"{service}Service.deleteAll{name}s", by="anybody")

    def sign_up(self) -> None:
        create = "userAccountService.createUserAccount"
        self.ann_id = self.call(create, account_of(self.ann), self.ann)["_id"]
        self.bob_id = self.call(create, account_of(self.bob), self.bob)["_id"]
        second = [card(MASTERCARD, is_default=False)]
        self.call("userAccountService.updateUserAccount", {"_id": self.ann_id, "paymentMethods": second}, self.ann)
        self.call("userAccountService.getCities")

    def know_each_other(self) -> None:
        both = {"_id": self.bob_id, "followedUserAccountId": self.ann_id}
        self.call("userAccountService.followUser", both, self.bob)
        self.call("userAccountService.unfollowUser", both, self.bob)
        self.call("userAccountService.followUser", both, self.bob)
        self.call("userService.getUsers")
        self.call("userService.getUser", {"_id": self.ann_id})

    def sell(self) -> list[str]:
        tag = self.call("tagService.createTag", {"name": "used"})["_id"]
        self.call("tagService.getTagsByName", {"name": "use"})
        things = [thing_of(self.ann_id, title=f"Bicycle {n}", tags=[{"_id": tag}]) for n in range(4)]
        items = [self.call("salesItemService.createSalesItem", thing, self.ann)["_id"] for thing in things]
        self.call("salesItemService.updateSalesItem", {"_id": items[0], "price": 99}, self.ann)
        return items

    def look_around(self, item: str) -> None:
        bobs = {"_id": item, "userAccountId": self.bob_id}
        for function in ("followSalesItemPriceChange", "unfollowSalesItemPriceChange", "toggleLikeSalesItem"):
            self.call(f"salesItemService.{function}", bobs, self.bob)
        favourite = {"_id": self.bob_id, "salesItemId": item}
        self.call("userAccountService.addToFavoriteSalesItems", favourite, self.bob)
        self.call("userAccountService.getUserAccount", by=self.bob)
        self.call("userAccountService.removeFromFavoriteSalesItems", favourite, self.bob)
        self.call("salesItemService.getSalesItems", {"textFilter": "Bicycle"})
        cheap = [{"subEntityPath": "", "fieldName": "price", "operator": "<", "value": 100}]
        self.call("salesItemService.getSalesItemsByUserDefinedFilters", {"filters": cheap})
        self.call("salesItemService.getFollowedUsersSalesItems", {"userAccountId": self.bob_id}, self.bob)
        self.call("salesItemService.getSalesItem", {"_id": item})

    def fill_the_cart(self, items: list[str]) -> None:
        own = {"userAccountId": self.bob_id}
        self.call("shoppingCartService.addToShoppingCart", {**own, "salesItemId": items[0]}, self.bob)
        self.call("shoppingCartService.getShoppingCart", own, self.bob)
        self.call("shoppingCartService.removeFromShoppingCart", {**own, "salesItemId": items[0]}, self.bob)
        self.call("shoppingCartService.addToShoppingCart", {**own, "salesItemId": items[1]}, self.bob)
        self.call("shoppingCartService.emptyShoppingCart", own, self.bob)

    def buy(self, items: list[str]) -> None:
        """An order that is given up, then one that is paid, delivered and sent back."""
        self.call("orderService.discardUnpaidOrder", {"_id": self.place(items[0])}, "gateway", "vitjaPaymentGateway")
        order = self.place()
        self.pay(order)
        self.call("orderService.getOrder", {"_id": order}, self.bob)
        delivery = {"id": "0", "deliveryTimestamp": MOMENT, "trackingUrl": "https://carrier.example.com/1"}
        delivered = {"_id": order, "version": -1, "orderItems": [delivery]}
        self.call("orderService.deliverOrderItem", delivered, "carrier", "vitjaLogisticsPartner")
        for function in ("receiveOrderItem", "returnOrderItem", "receiveReturnedOrderItem"):
            item = {"_id": order, "version": -1, "orderItemId": "0"}
            self.call(f"orderService.{function}", item, "carrier", "vitjaLogisticsPartner")
        self.call("userAccountService.getUserAccount", by=self.bob)

    def change_ones_mind(self, items: list[str]) -> None:
        order = self.place(items[2])
        self.pay(order)
        removed = {"_id": order, "version": -1, "userAccountId": self.bob_id, "orderItemId": "0"}
        self.call("orderService.removeUndeliveredOrderItem", removed, self.bob)
        self.call("orderService.deleteUndeliveredPaidOrder", {"_id": order}, self.bob)

    def clean_up(self, items: list[str]) -> None:
        self.call("salesItemService.deleteSalesItem", {"_id": items[3]}, self.ann)
        self.call("userAccountService.deleteUserAccount", {"_id": self.ann_id}, self.ann)
        self.call("tagService.deleteAllTags", by="anybody")

    def place(self, *items: str) -> str:
        """Put things into the cart, and order what is in it."""
        own = {"userAccountId": self.bob_id}
        for item in items:
            self.call("shoppingCartService.addToShoppingCart", {**own, "salesItemId": item}, self.bob)
        wanted = {
            **own,
            "paymentGateway": "Paytrail",
            "shoppingCartId": "1",
            "iAgreeWithTermsAndConditions": True,
            "uiRedirectUrl": "https://shop.example.com/thanks",
        }
        return str(self.call("orderService.placeOrder", wanted, self.bob)["_id"])

    def pay(self, order: str) -> None:
        payment = {
            "_id": order,
            "paymentAmount": 109,
            "paymentGateway": "Paytrail",
            "transactionId": f"abc{order}",
            "transactionTimestamp": MOMENT,
        }
        self.call("orderService.payOrder", payment, "gateway", "vitjaPaymentGateway")
