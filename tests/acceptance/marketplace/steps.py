"""Many random steps by several users at once on PostgreSQL, and what must be true afterwards.

``python -m tests.acceptance.marketplace.steps --steps 10000 --clients 8`` prints the figures.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from tests.acceptance.marketplace.running import Answer, Marketplace, Person, database, delivery, payment, serving

#: What users may be told; anything else is a mistake of the marketplace.
EXPECTED = {
    *("", "error.4", "error.7"),
    *(f"salesItemService.{number}" for number in (1, 2, 3)),
    "shoppingCartService.1",
    *(f"orderService.{number}" for number in range(1, 9)),
}
#: Few things, so that users get into each other's way.
_THINGS = 40

_ACTIVE = "(SELECT row_id FROM orders_orderitem WHERE state <> 'returned')"
_LINK = "orders_orderitem_sales_items"
#: What must answer no row.
INVARIANTS = {
    "likeCount is the number of likers": """
        SELECT i.id FROM sales_items_salesitem i WHERE i.like_count <>
        (SELECT count(*) FROM sales_items_salesitem_liking_user_accounts l WHERE l.salesitem_id = i.id)""",
    "no item is in two carts": """
        SELECT l.salesitem_id FROM shopping_carts_shoppingcart_sales_items l
        JOIN shopping_carts_shoppingcart c ON c.id = l.shoppingcart_id
        JOIN sales_items_salesitem i ON i.id = l.salesitem_id
        WHERE i.state = 'reserved' AND i.buyer_user_account_id = c.user_account_id
        GROUP BY l.salesitem_id HAVING count(*) > 1""",
    "what is reserved is in the cart of who reserved it": """
        SELECT i.id FROM sales_items_salesitem i WHERE i.state = 'reserved' AND NOT EXISTS
        (SELECT 1 FROM shopping_carts_shoppingcart_sales_items l
        JOIN shopping_carts_shoppingcart c ON c.id = l.shoppingcart_id
        WHERE l.salesitem_id = i.id AND c.user_account_id = i.buyer_user_account_id)""",
    "no item is in two orders": f"""
        SELECT salesitem_id FROM {_LINK} WHERE orderitem_id IN {_ACTIVE}
        GROUP BY salesitem_id HAVING count(*) > 1""",
    "what is in an order is sold, and what is sold is in an order": f"""
        SELECT i.id FROM sales_items_salesitem i WHERE (i.state = 'sold') <>
        EXISTS (SELECT 1 FROM {_LINK} l WHERE l.salesitem_id = i.id AND l.orderitem_id IN {_ACTIVE})""",
    "no user has 101 items for sale": """
        SELECT user_account_id FROM sales_items_salesitem WHERE state = 'forSale'
        GROUP BY user_account_id HAVING count(*) > 100""",
    "a user has one cart": """
        SELECT user_account_id FROM shopping_carts_shoppingcart GROUP BY user_account_id HAVING count(*) > 1""",
}


class Trade:
    """What the users of one run know of each other's things and orders."""

    def __init__(self, market: Marketplace, clients: int, seed: int) -> None:
        self.market, self.seed = market, seed
        self.people = [market.sign_up() for _ in range(clients)]
        self.items = [(person, person.sells()) for _ in range(_THINGS // clients) for person in self.people]
        self.orders = [(self.people[0], "999999999")]
        self.answers: Counter[tuple[str, str]] = Counter()

    def run(self, client: int, steps: int) -> None:
        """Do random steps as one of the users, the gateway, the carrier or the clock."""
        chance = random.Random(self.seed * 1000 + client)
        for _ in range(steps):
            name, step = chance.choice(self._steps(self.people[client], chance))
            answer = step()
            self.answers[name, answer.error if answer.status < 500 else str(answer.status)] += 1

    def _steps(self, me: Person, chance: random.Random) -> list[tuple[str, Callable[[], Answer]]]:
        market, (seller, item), (buyer, order) = self.market, chance.choice(self.items), chance.choice(self.orders[-8:])
        part, price = chance.choice("01"), chance.randint(1, 99)
        carried = {"_id": order, "version": -1, "orderItemId": part}
        add = ("add", partial(me.adds, item))
        return [
            *(add, add, add, add),
            ("remove", partial(me.removes, item)),
            ("look", partial(me, "shoppingCartService.getShoppingCart", {"userAccountId": me.id})),
            ("empty", me.empties),
            ("like", partial(me.likes, item)),
            ("like", partial(me.likes, item)),
            (
                "change price",
                partial(seller, "salesItemService.updateSalesItem", {"_id": item, "price": price}),
            ),
            (
                "follow",
                partial(me, "salesItemService.followSalesItemPriceChange", {"_id": item, "userAccountId": me.id}),
            ),
            ("replace", partial(self._replace, seller, item)),
            ("place", partial(self._place, me)),
            ("place", partial(self._place, me)),
            ("pay", partial(market.gateway, "orderService.payOrder", payment(order))),
            ("pay", partial(market.gateway, "orderService.payOrder", payment(order))),
            ("discard", partial(market.gateway, "orderService.discardUnpaidOrder", {"_id": order})),
            ("take back", partial(buyer, "orderService.deleteUndeliveredPaidOrder", {"_id": order})),
            (
                "take one back",
                partial(buyer, "orderService.removeUndeliveredOrderItem", {**carried, "userAccountId": buyer.id}),
            ),
            ("deliver", partial(market.carrier, "orderService.deliverOrderItem", delivery(order, item=part))),
            ("receive", partial(market.carrier, "orderService.receiveOrderItem", carried)),
            ("return", partial(market.carrier, "orderService.returnOrderItem", carried)),
            ("receive returned", partial(market.carrier, "orderService.receiveReturnedOrderItem", carried)),
            ("expire", partial(self._clock, chance)),
        ]

    def _place(self, me: Person) -> Answer:
        answer = me.places()
        if answer.status == 200:
            self.orders.append((me, answer.data["_id"]))
        return answer

    def _replace(self, seller: Person, item: str) -> Answer:
        """Let a seller delete an item, whatever state it has, and sell another one."""
        answer = seller("salesItemService.deleteSalesItem", {"_id": item})
        if answer.status == 200:
            self.items[self.items.index((seller, item))] = (seller, seller.sells())
        return answer

    def _clock(self, chance: random.Random) -> Answer:
        expiry = "maxSalesItemReservationDurationInMinutes"
        functions = {
            "salesItemService.changeExpiredReservedSalesItemStatesToForSale": {expiry: -1},
            "orderService.deleteUnpaidOrders": {"unpaidOrderTimeToLiveInMinutes": -1},
        }
        # not always: most reservations and orders live on
        function = chance.choice([*functions, *["salesItemService.getSalesItems"] * 12])
        return self.market.administrator(function, functions.get(function, {}))

    def faults(self) -> list[str]:
        """Return what is not as it must be."""
        told = [
            f"{name}: {error} ({count} times)" for (name, error), count in self.answers.items() if error not in EXPECTED
        ]
        broken = [f"{name}: {rows[:5]}" for name, sql in INVARIANTS.items() if (rows := self.market.database.ask(sql))]
        seen = Counter(item for person in self.people for item in person.cart())
        twice = [f"item {item} is seen in {count} carts" for item, count in seen.items() if count > 1]
        return [*told, *broken, *twice]


def trade(market: Marketplace, *, clients: int, steps: int, seed: int) -> Trade:
    """Let so many users do so many steps together, at the same time."""
    run = Trade(market, clients, seed)
    with ThreadPoolExecutor(clients) as pool:
        list(pool.map(lambda client: run.run(client, steps // clients), range(clients)))
    return run


def main() -> int:
    """Run as the command line says; return 1 where something is not as it must be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=10_000)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, database("postgresql", Path(name)) as used:
        with serving(used, Path(name)) as market:
            run = trade(market, clients=chosen.clients, steps=chosen.steps, seed=chosen.seed)
            faults = run.faults()
        deadlocks = used.number("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
    for (step, error), count in sorted(run.answers.items()):
        print(f"{step:18} {error or 'done':22} {count:6}")
    print(f"{sum(run.answers.values())} steps by {chosen.clients} clients, seed {chosen.seed}: ", end="")
    print(f"{len(faults)} faults, {deadlocks} deadlocks that the database had to end")
    print("\n".join(faults), end="\n" if faults else "")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
