"""Bob, who has an account, goes for what is ann's: by every id in every argument, by what he may not send, by what he may not see.

An attack has got nowhere if ann's id is answered as one that nobody has, byte by byte apart from the id, and leaves the database as that
would. What everybody may name of others stands in ``MEANT``, and is for the tests of the marketplace.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from backk_core.declare.types import ResponseFields
from backk_core.describe.contracts import FieldContract, Mode, ServiceFunctionContract, TypeContract, held_type
from backk_core.describe.field_kinds import IDS
from backk_core.describe.registry import registry
from backk_core.publish.samples import Sampler
from tests.acceptance.marketplace.verdicts import seen_canaries, table, verdict
from tests.acceptance.marketplace.world import Answer, Knock, Place, World, argument_for, bearer, token_of

#: What of others a user may name, since it is what the function is for.
MEANT = frozenset(
    {
        ("userAccountService.followUser", "followedUserAccountId"),
        ("userAccountService.unfollowUser", "followedUserAccountId"),
        ("userAccountService.addToFavoriteSalesItems", "salesItemId"),
        ("salesItemService.createSalesItem", "tags._id"),
        ("salesItemService.updateSalesItem", "tags._id"),
        ("salesItemService.followSalesItemPriceChange", "_id"),
        ("salesItemService.unfollowSalesItemPriceChange", "_id"),
        ("salesItemService.toggleLikeSalesItem", "_id"),
        ("shoppingCartService.addToShoppingCart", "salesItemId"),
    }
)
#: Properties that would make something another's, or give it what its owner has no say in.
NEVER_SENT = (
    *(
        "_id",
        "id",
        "userAccountId",
        "user_account_id",
        "subject",
        "owner",
        "buyerUserAccountId",
        "isLocked",
        "is_locked",
    ),
    *("state", "likeCount", "previousPrice", "reservedAtTimestamp", "likingUserAccounts", "priceFollowingUserAccounts"),
    *("commissionDiscountPercentage", "orders", "ownSalesItems", "favoriteSalesItems", "followedUserAccounts"),
    *("followingUserAccounts", "orderItems", "paymentAmount", "createdAtTimestamp", "tenantId", "_jobId", "roles"),
)
#: What nobody sees of others, wherever it may stand.
NEVER_SEEN = (
    *("firstName", "lastName", "email", "streetAddress", "postalCode", "phoneNumber", "paymentMethods", "subject"),
    *("isLocked", "is_locked", "commissionDiscountPercentage", "orders", "favoriteSalesItems", "captchaToken"),
    *("buyerUserAccountId", "reservedAtTimestamp", "likingUserAccounts", "priceFollowingUserAccounts", "first_name"),
    *("paymentMethods.creditCardNumber", "likingUserAccounts.email", "cardVerificationCode", "pk", "id__gt"),
    *("userAccount", "userAccount.email", "user_account_id__email", "ownSalesItems.buyerUserAccountId", "rowKey"),
)
#: Of a part of something that ann has, and bob has not: her second card.
LOCAL_IDS = ("1",)
#: What nobody has.
NOBODYS = "7777"
#: Ways to write a number that might pass a comparison and still be read as ann's.
SPELLINGS = ("{}", "0{}", " {}", "{} ", "+{}", "{}.0", "{}\t", "{}\u0000", "\uff10{}")
_OPEN_TO_VIEW = (
    "",
    "ownSalesItems",
    "followedUserAccounts",
    "followingUserAccounts",
    "followedUserAccounts.ownSalesItems",
)
#: Few of them, for who is in a hurry.
FEW_SPELLINGS = SPELLINGS[:2]

PathOfField = tuple[str | int, ...]


@dataclass
class Attacks:
    """Sends the attacks; ``doors`` are those that take them, ``spellings`` the ways in which ids are written."""

    world: World
    place: Place
    doors: Mapping[str, Knock]
    spellings: Sequence[str] = SPELLINGS
    sent: int = 0
    _bob: Mapping[str, str] = field(default_factory=lambda: bearer(token_of("bob")))

    def __post_init__(self) -> None:
        self._before = self.place.content()
        self._sampler = Sampler()
        known = registry().functions
        self._own = [known[row.function] for row in table().values() if row.own is not None and row.function in known]
        self._all = [known[name] for name in table() if name in known]

    def findings(self) -> Iterator[str]:
        """Yield every attack that has got somewhere."""
        yield from self.by_ids()
        for door, knock in self.doors.items():
            for function in self._own:
                yield from self._by_properties(door, knock, function)
            for function in self._all:
                yield from self._by_sight(door, knock, function)
            yield from self._by_hand(door, knock)

    # ids

    def by_ids(self) -> Iterator[str]:
        """Yield every attack by an id that has got somewhere."""
        for door, knock in self.doors.items():
            for function in self._own:
                yield from self._by_ids(door, knock, function)

    def _by_ids(self, door: str, knock: Knock, function: ServiceFunctionContract) -> Iterator[str]:
        assert function.argument is not None
        for path in paths_of_ids(function.argument, function.argument_mode):
            name = ".".join(str(step) for step in path if step != 0)
            if (function.wire_name, name) in MEANT:
                continue
            # what ann has reserved is still bob's own to sell
            is_his = (self.world["ann"].reserved,) if function.wire_name.startswith("salesItemService.") else ()
            for target in (id for id in (*self.world["ann"].ids, *LOCAL_IDS) if id not in is_his):
                for spelling in self.spellings:
                    where = f"{function.wire_name} with {name} = {spelling.format(target)!r} at the {door} door"
                    yield from self._same_as_absent(knock, function, path, spelling, target, where)

    def _same_as_absent(
        self, knock: Knock, function: ServiceFunctionContract, path: PathOfField, spelling: str, target: str, where: str
    ) -> Iterator[str]:
        seen = []
        for id in (target, NOBODYS):
            argument = self._argument(function)
            put(argument, path, spelling.format(id))
            answer, after = self._send(knock, function.wire_name, json.dumps(argument).encode())
            neutral = re.sub(rf'(id |")0*{id}\b'.encode(), rb"\1ID", answer.body)
            seen.append((answer.status, neutral, _without_moments(after)))
            if id == target:
                yield from _revealed(answer, where)
        hers, nobodys = seen
        if hers[:2] != nobodys[:2]:
            yield f"{where} is told {hers[0]} {hers[1][:200]!r}, and of nobody's {nobodys[0]} {nobodys[1][:200]!r}"
        if hers[2] != nobodys[2]:
            yield f"{where} changes something"

    # what may not be sent

    def _by_properties(self, door: str, knock: Knock, function: ServiceFunctionContract) -> Iterator[str]:
        assert function.argument is not None
        for name in NEVER_SENT:
            if name in function.argument.entering_by_wire_name(function.argument_mode):
                continue
            for value in (self.world["ann"].account, True, []):
                argument = {**self._argument(function), name: value}
                where = f"{function.wire_name} with {name} = {value!r} at the {door} door"
                answer, after = self._send(knock, function.wire_name, json.dumps(argument).encode())
                if answer.status not in (400, 403) or after != self._before:
                    yield f"{where} is taken: {answer.status} {answer.body[:200]!r}"

    # what may not be seen

    def _by_sight(self, door: str, knock: Knock, function: ServiceFunctionContract) -> Iterator[str]:
        if function.argument is None or not issubclass(function.argument.cls, ResponseFields):
            return
        own = function.wire_name == "userAccountService.getUserAccount"
        for view in _OPEN_TO_VIEW[1:] if own else _OPEN_TO_VIEW:
            for name in NEVER_SEEN:
                for asked in questions(function.argument, view, name):
                    argument = {**self._argument(function), **asked}
                    where = f"{function.wire_name} with {json.dumps(asked)} at the {door} door"
                    answer, _ = self._send(knock, function.wire_name, json.dumps(argument).encode(), is_reading=True)
                    if verdict(answer) != "allowed" or answer.status != 400:
                        yield f"{where} is answered: {answer.status} {answer.body[:200]!r}"

    # by hand

    def _by_hand(self, door: str, knock: Knock) -> Iterator[str]:
        """What no contract tells of."""
        ann, bob = self.world["ann"], self.world["bob"]
        order, cart = "orderService.getOrder", "shoppingCartService.getShoppingCart"
        item = "salesItemService.updateSalesItem"
        twice = '{"userAccountId": "%s", "userAccountId": "%s"}'
        for what, function, body in (
            ("an id twice", order, f'{{"_id": "{bob.order}", "_id": "{ann.order}"}}'),
            ("an owner twice", cart, twice % (bob.account, ann.account)),
            (
                "an owner twice, in two spellings",
                cart,
                twice.replace("userA", "\\u0075serA", 1) % (ann.account, bob.account),
            ),
            ("a thing given away", item, json.dumps({"_id": bob.item, "userAccountId": ann.account})),
            (
                "a thing of hers, called his",
                item,
                json.dumps({"_id": ann.item, "userAccountId": bob.account, "price": 1}),
            ),
            ("a list of ids", order, json.dumps({"_id": [ann.order]})),
            ("a condition for an id", order, json.dumps({"_id": {"gt": "0"}})),
            ("a number for an id", order, json.dumps({"_id": int(ann.order)})),
        ):
            answer, after = self._send(knock, function, body.encode())
            where = f"{what}: {function} {body} at the {door} door"
            yield from _revealed(answer, where)
            his = (f'"_id":"{bob.order}"', f'"userAccountId":"{bob.account}"')
            is_his = any(known.encode() in answer.body.replace(b" ", b"") for known in his)
            if (answer.status < 400 and not is_his) or _without_moments(after) != _without_moments(self._before):
                yield f"{where} is taken: {answer.status} {answer.body[:200]!r}"
        if "batch" not in door:
            yield from self._by_placeholders(door, knock)

    def _by_placeholders(self, door: str, knock: Knock) -> Iterator[str]:
        """Ids that come from an earlier answer of a batch are no better than those that are sent."""
        ann = self.world["ann"]
        tag = {"serviceFunctionName": "tagService.createTag", "serviceFunctionArgument": {"name": ann.order}}
        named = {"_id": "{{tag.response.data.name}}"}
        calls = {
            "tag": tag,
            "order": {"serviceFunctionName": "orderService.getOrder", "serviceFunctionArgument": named},
        }
        batch = "multipleServiceFunctionExecutionService.executeInSequenceInsideTransaction"
        answer, after = self._send(knock, batch, json.dumps(calls).encode())
        inner = json.loads(answer.body).get("order", {})
        if inner.get("statusCode") != 404 or after != self._before:
            yield f"a placeholder for ann's order at the {door} door: {answer.status} {answer.body[:300]!r}"

    # sending

    def _argument(self, function: ServiceFunctionContract) -> dict[str, Any]:
        assert function.argument is not None
        example = self._sampler.example(function.argument, function.argument_mode)
        return argument_for(function.wire_name, deepcopy(example), self.world["bob"])

    def _send(self, knock: Knock, function: str, body: bytes, *, is_reading: bool = False) -> tuple[Answer, str]:
        self.sent += 1
        answer = knock(function, body, self._bob, "POST")
        after = self._before if is_reading else self.place.content()
        if after != self._before:
            self.place.restore()
        return answer, after


def paths_of_ids(contract: TypeContract, mode: Mode, above: PathOfField = ()) -> Iterator[PathOfField]:
    """Yield where in an argument ids stand, to any depth; 0 is the first of an array."""
    for known in contract.entering(mode):
        path = (*above, known.wire_name)
        if _element(known).kind in IDS:
            yield path if known.element is None else (*path, 0)
        elif (held := held_type(known)) is not None and len(above) < 4:
            inner = path if known.element is None else (*path, 0)
            yield from paths_of_ids(held, known.inner_mode(mode), inner)


def _element(known: FieldContract) -> FieldContract:
    return known if known.element is None else known.element


def put(argument: Any, path: PathOfField, value: Any) -> None:
    """Put a value at a place of an argument, and make what is missing on the way there."""
    *way, last = path
    for step, then in zip(way, path[1:], strict=True):
        made: Any = [{}] if then == 0 else {}
        if isinstance(step, int):
            argument = argument[step]
        else:
            argument[step] = argument.get(step) or made
            argument = argument[step]
    if isinstance(last, int):
        argument[:] = [value]
    else:
        argument[last] = value


def questions(argument: TypeContract, view: str, name: str) -> Iterator[dict[str, Any]]:
    """Yield ways to ask for a field, to sort by it and to look for it."""
    dotted = f"{view}.{name}".lstrip(".")
    steps = dotted.split(".")
    graph = "{ " + " { ".join(steps) + " }" * len(steps)
    nested: Any = True
    for step in reversed(steps):
        nested = {step: nested}
    yield {"includeResponseFields": [dotted]}
    yield {"includeResponseFields": [graph]}
    yield {"includeResponseFields": [json.dumps(nested)]}
    properties = argument.entering_by_wire_name(Mode.ARGUMENT)
    if "sortBys" in properties:
        yield {"sortBys": [{"subEntityPath": view, "fieldName": name, "sortDirection": "ASC"}]}
    if "filters" in properties:
        for operator, value in (("=", "a"), ("LIKE", "%"), ("IS NOT NULL", None)):
            condition = {"subEntityPath": view, "fieldName": name, "operator": operator}
            yield {"filters": [condition if value is None else {**condition, "value": value}]}


def _revealed(answer: Answer, where: str) -> Sequence[str]:
    return [f"{where} reveals {canary}" for canary in seen_canaries(answer)]


def _without_moments(content: str) -> str:
    return re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?", "MOMENT", content)
