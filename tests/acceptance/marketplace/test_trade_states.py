"""Carts, items and orders, in whatever order things are done to them, against a model that is a few dictionaries."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, rule, run_state_machine_as_test

from tests.acceptance.marketplace.running import Marketplace, Person, delivery, payment

users = st.integers(0, 2)


@dataclass
class Thing:
    """A sales item, as it should be."""

    seller: int
    price: int
    state: str = "forSale"
    buyer: int | None = None
    previous_price: int | None = None
    likers: set[int] = field(default_factory=set)


@dataclass
class Bought:
    """An order, as it should be: the item and the state of each of its parts."""

    buyer: int
    parts: dict[str, list[str]]
    paid: bool = False


class Trade(RuleBasedStateMachine):
    """Does things to the running marketplace and to the model, and compares what either says."""

    market: ClassVar[Marketplace]
    items = Bundle("items")
    orders = Bundle("orders")

    def __init__(self) -> None:
        super().__init__()
        self.things: dict[str, Thing] = {}
        self.carts: list[list[str]] = [[], [], []]
        self.bought: dict[str, Bought] = {}

    @initialize()
    def sign_up(self) -> None:
        self.people: list[Person] = [self.market.sign_up() for _ in range(3)]

    def has(self, user: int, item: str) -> bool:
        thing = self.things.get(item)
        return thing is not None and thing.state == "reserved" and thing.buyer == user

    def current(self, user: int) -> list[str]:
        return [item for item in self.carts[user] if self.has(user, item)]

    def free(self, item: str) -> None:
        if item in self.things:
            self.things[item].state, self.things[item].buyer = "forSale", None

    # items

    @rule(target=items, seller=users, price=st.integers(1, 9))
    def sell(self, seller: int, price: int) -> str:
        item = self.people[seller].sells(price=price)
        self.things[item] = Thing(seller, price)
        return item

    @rule(item=items, price=st.integers(1, 9))
    def change_price(self, item: str, price: int) -> None:
        thing = self.things.get(item)
        seller = self.people[thing.seller if thing is not None else 0]
        answer = seller("salesItemService.updateSalesItem", {"_id": item, "price": price})
        if thing is None:
            assert answer.error == "error.4"
        elif thing.state != "forSale":
            assert answer.error == "salesItemService.2"
        else:
            assert answer.status == 200
            if price != thing.price:
                thing.price, thing.previous_price = price, thing.price

    @rule(item=items, user=users)
    def like(self, item: str, user: int) -> None:
        answer = self.people[user].likes(item)
        assert answer.error == ("" if item in self.things else "error.4")
        if item in self.things:
            self.things[item].likers ^= {user}

    @rule(item=consumes(items))
    def delete(self, item: str) -> None:
        thing = self.things.pop(item, None)
        seller = self.people[thing.seller if thing is not None else 0]
        answer = seller("salesItemService.deleteSalesItem", {"_id": item})
        assert answer.error == ("" if thing is not None else "error.4")
        for cart in self.carts:
            if item in cart:
                cart.remove(item)
        for order in self.bought.values():
            for part in order.parts.values():
                part[0] = "" if part[0] == item else part[0]

    # carts

    @rule(item=items, user=users)
    def add(self, item: str, user: int) -> None:
        answer = self.people[user].adds(item)
        thing = self.things.get(item)
        if thing is None or thing.state != "forSale":
            assert answer.error == ("error.4" if thing is None else "shoppingCartService.1")
            return
        assert answer.status == 200
        self.carts[user] = [*self.current(user), item]
        thing.state, thing.buyer = "reserved", user

    @rule(item=items, user=users)
    def remove(self, item: str, user: int) -> None:
        answer = self.people[user].removes(item)
        assert answer.error == ("" if item in self.carts[user] else "error.4")
        if item in self.carts[user]:
            self.carts[user].remove(item)
            if self.has(user, item):
                self.free(item)

    @rule(user=users)
    def empty(self, user: int) -> None:
        assert self.people[user].empties().status == 200
        self.drop_cart(user)

    def drop_cart(self, user: int) -> None:
        for item in self.current(user):
            self.free(item)
        self.carts[user] = []

    @rule(user=users)
    def look(self, user: int) -> None:
        self.carts[user] = self.current(user)
        assert sorted(self.people[user].cart()) == sorted(self.carts[user])

    @rule()
    def expire(self) -> None:
        function = "salesItemService.changeExpiredReservedSalesItemStatesToForSale"
        limit = {"maxSalesItemReservationDurationInMinutes": -1}
        assert self.market.administrator(function, limit).status == 200
        for item, thing in self.things.items():
            if thing.state == "reserved":
                self.free(item)

    # orders

    @rule(target=orders, user=users)
    def place(self, user: int) -> str:
        answer, cart = self.people[user].places(), self.carts[user]
        if not cart or self.current(user) != cart:
            assert answer.error == ("salesItemService.3" if cart else "orderService.7")
            return "999999999"
        parts = {part["id"]: [part["salesItems"][0]["_id"], part["state"]] for part in answer.data["orderItems"]}
        assert sorted(item for item, _ in parts.values()) == sorted(cart)
        for item in cart:
            self.things[item].state = "sold"
        self.bought[answer.data["_id"]] = Bought(user, parts)
        return str(answer.data["_id"])

    @rule(order=orders)
    def pay(self, order: str) -> None:
        answer, known = self.market.gateway("orderService.payOrder", payment(order)), self.bought.get(order)
        assert answer.error == ("error.4" if known is None else "orderService.4" if known.paid else "")
        if known is not None and not known.paid:
            known.paid = True
            self.drop_cart(known.buyer)

    @rule(order=orders)
    def discard(self, order: str) -> None:
        answer = self.market.gateway("orderService.discardUnpaidOrder", {"_id": order})
        known = self.bought.get(order)
        assert answer.error == ("error.4" if known is None else "orderService.4" if known.paid else "")
        if known is not None and not known.paid:
            del self.bought[order]
            # what was delivered unpaid and has come back is nobody's any more
            back = [item for item, state in known.parts.values() if item and state != "returned"]
            self.carts[known.buyer] = [*self.current(known.buyer), *back]
            for item in back:
                self.things[item].state, self.things[item].buyer = "reserved", known.buyer

    @rule(order=orders, part=st.sampled_from("01"))
    def take_back(self, order: str, part: str) -> None:
        known = self.bought.get(order)
        buyer = self.people[known.buyer if known is not None else 0]
        argument = {"_id": order, "version": -1, "userAccountId": buyer.id, "orderItemId": part}
        answer = buyer("orderService.removeUndeliveredOrderItem", argument)
        if known is None or part not in known.parts:
            assert answer.error == "error.4"
        elif not known.paid:
            assert answer.error == "orderService.6"
        elif known.parts[part][1] != "toBeDelivered":
            assert answer.error == "orderService.1"
        else:
            assert answer.status == 200
            self.free(known.parts.pop(part)[0])

    @rule(order=orders)
    def take_all_back(self, order: str) -> None:
        known = self.bought.get(order)
        buyer = self.people[known.buyer if known is not None else 0]
        answer = buyer("orderService.deleteUndeliveredPaidOrder", {"_id": order})
        if known is None or not known.paid:
            assert answer.error == ("error.4" if known is None else "orderService.6")
        elif any(state != "toBeDelivered" for _, state in known.parts.values()):
            assert answer.error == "orderService.3"
        else:
            assert answer.status == 200
            for item, _ in self.bought.pop(order).parts.values():
                self.free(item)

    @rule(order=orders, part=st.sampled_from("01"))
    def deliver(self, order: str, part: str) -> None:
        self.move("deliverOrderItem", delivery(order, item=part), part, "toBeDelivered", "delivering", "orderService.5")

    @rule(order=orders, part=st.sampled_from("01"), step=st.sampled_from(range(3)))
    def carry(self, order: str, part: str, step: int) -> None:
        function = ("receiveOrderItem", "returnOrderItem", "receiveReturnedOrderItem")[step]
        before, after = ("delivering", "delivered", "returning", "returned")[step : step + 2]
        argument = {"_id": order, "version": -1, "orderItemId": part}
        self.move(function, argument, part, before, after, "orderService.2")

    def move(self, function: str, argument: dict[str, Any], part: str, before: str, after: str, error: str) -> None:
        answer = self.market.carrier(f"orderService.{function}", argument)
        known = self.bought.get(argument["_id"])
        if known is None or part not in known.parts:
            assert answer.error == "error.4"
        elif known.parts[part][1] != before:
            assert answer.error == error
        else:
            assert answer.status == 200
            known.parts[part][1] = after
            if after == "returned":
                self.free(known.parts[part][0])

    def teardown(self) -> None:
        for item, thing in self.things.items():
            found = self.market.nobody("salesItemService.getSalesItem", {"_id": item}).data
            seen = found["state"], found["likeCount"], found["price"], found["previousPrice"]
            assert seen == (thing.state, len(thing.likers), thing.price, thing.previous_price)
        for user in range(len(self.carts)):
            self.look(user)
        for order, known in self.bought.items():
            found = self.people[known.buyer]("orderService.getOrder", {"_id": order}).data
            parts = {
                part["id"]: ["".join(item["_id"] for item in part["salesItems"]), part["state"]]
                for part in found["orderItems"]
            }
            assert parts == known.parts
            assert (found["transactionId"] is not None) == known.paid


def test_carts_items_and_orders_are_as_the_model_says(market: Marketplace) -> None:
    Trade.market = market
    run_state_machine_as_test(
        Trade,
        settings=settings(
            max_examples=8,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.explicit, Phase.generate, Phase.shrink],
        ),
    )
