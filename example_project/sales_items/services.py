"""What can be done with sales items; rows are locked in the order that ``locks`` tells."""

import calendar
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils.timezone import now

from backk_core import (
    CrudEntityService,
    EntityNotFound,
    Id,
    Many,
    One,
    Pagination,
    PostQueryOperations,
    ServiceFunction,
    SortBy,
    Store,
    after,
    agent_tool,
    all_owners,
    allow_for_every_user,
    allow_for_own_resources,
    allow_for_tests,
    allow_for_user_roles,
    allow_get,
    allow_inside_service,
    before_with_current,
    count_of,
    no_captcha,
    own_transactions,
)
from backk_transport import RemoteServices
from example_project.sales_items.arguments import (
    FollowedUserSalesItem,
    GetSalesItems,
    GetSalesItemsByUserDefinedFilters,
    IdAndUserAccountId,
    PriceChange,
    Release,
    Reservation,
    ReservationLimit,
    ReturnToSale,
    Sale,
    UnsoldLimit,
    UserAccountId,
)
from example_project.sales_items.errors import InvalidSalesItemState, MaximumSalesItemCountExceeded, NotForSale
from example_project.sales_items.locks import LockedAccount, LockedSalesItem
from example_project.sales_items.models import SalesItem, State
from example_project.sales_items.thumbnails import thumbnail_of
from example_project.user_accounts.models import UserAccount

#: How many things a user may have on the market. What is reserved counts too: it may come back.
MAX_ACTIVE_SALES_ITEMS = 100

LISTED_FIELDS = ["_id", "title", "price", "previousPrice", "primaryImageDataUri"]
NEWEST_FIRST = [
    SortBy(field_name="createdAtTimestamp", sort_direction="DESC"),
    SortBy(field_name="_id", sort_direction="DESC"),
]
LATEST_CHANGE_FIRST = [
    SortBy(field_name="lastModifiedTimestamp", sort_direction="DESC"),
    SortBy(field_name="_id", sort_direction="DESC"),
]
_OTHERS_SELL = "carts and orders hold what others sell"
_PICTURES = "a picture is made smaller before anything is locked"


@allow_for_user_roles("vitjaAdmin")
class SalesItemService(CrudEntityService):
    """Sells second-hand things."""

    errors = (MaximumSalesItemCountExceeded, NotForSale, InvalidSalesItemState)

    @allow_for_tests
    def delete_all_sales_items(self) -> None:
        """Delete every sales item."""
        self.store.delete_all(SalesItem)

    @agent_tool
    @allow_for_every_user
    @count_of("")
    def get_sales_items(self, argument: GetSalesItems) -> Many[SalesItem]:
        """Find what is for sale, the newest first."""
        wanted = Q(state=State.FOR_SALE)
        if argument.min_price > 0 or argument.max_price < 1_000_000_000:
            wanted &= Q(price__range=(argument.min_price, argument.max_price))
        if argument.text_filter:
            wanted &= Q(title__contains=argument.text_filter) | Q(description__contains=argument.text_filter)
        for field, values in (
            ("area", argument.areas),
            ("product_department", argument.product_departments),
            ("product_category", argument.product_categories),
            ("product_sub_category", argument.product_sub_categories),
        ):
            if values:
                wanted &= Q(**{f"{field}__in": values})
        argument.sort_bys = argument.sort_bys or NEWEST_FIRST
        argument.include_response_fields = argument.include_response_fields or LISTED_FIELDS
        return self.store.get_all(SalesItem, argument, wanted)

    @allow_for_every_user
    def get_sales_items_by_user_defined_filters(self, argument: GetSalesItemsByUserDefinedFilters) -> Many[SalesItem]:
        """Find sales items by conditions that the client writes."""
        return self.store.get_all(SalesItem, argument, argument.filters)

    @allow_for_own_resources("user_account_id")
    @all_owners("followed users sell them")
    def get_followed_users_sales_items(self, argument: UserAccountId) -> Many[FollowedUserSalesItem]:
        """List what those sell whom the caller follows, the latest change first."""
        followed = UserAccount.objects.filter(pk=argument.user_account_id, followed_user_accounts__isnull=False)
        names = dict(followed.values_list("followed_user_accounts__pk", "followed_user_accounts__display_name"))
        query = PostQueryOperations(
            include_response_fields=[*LISTED_FIELDS, "userAccountId"],
            sort_bys=LATEST_CHANGE_FIRST,
            paginations=[Pagination(page_size=100)],
        )
        items = self.store.get_all(SalesItem, query, Q(state=State.FOR_SALE, user_account_id__in=list(names)))
        return Many([_of_followed_user(item, names[item.user_account_id]) for item in items])

    @agent_tool
    @allow_get
    @allow_for_every_user
    def get_sales_item(self, argument: Id) -> One[SalesItem]:
        """Look at one thing."""
        return self.store.get_by_id(SalesItem, argument.id)

    @allow_for_own_resources("user_account_id")
    def delete_sales_item(self, argument: Id) -> None:
        """Take a thing off the market."""
        self.store.delete_by_id(SalesItem, argument.id)

    # scheduled

    def change_expired_reserved_sales_item_states_to_for_sale(self, argument: ReservationLimit) -> None:
        """Put up for sale again what was reserved for too long."""
        limit = now() - timedelta(minutes=argument.max_sales_item_reservation_duration_in_minutes)
        self._put_up_for_sale(Q(state=State.RESERVED, reserved_at_timestamp__lte=limit))

    def delete_old_unsold_sales_items_daily(self, argument: UnsoldLimit) -> None:
        """Delete what nobody bought for a long time."""
        limit = _months_before(now(), argument.deletable_unsold_sales_item_min_age_in_months)
        old = self.store.lock_all(LockedSalesItem, Q(state=State.FOR_SALE, created_at_timestamp__lte=limit))
        self.store.delete_by_ids(SalesItem, [item.pk for item in old])

    # for carts and orders

    @allow_inside_service
    @all_owners(_OTHERS_SELL)
    def update_sales_items_to_reserved(self, argument: Reservation) -> None:
        """Reserve things for a buyer; InvalidSalesItemState where one has not the required state."""
        items = self._locked(argument.sales_item_ids)
        if any(item.state != argument.required_state for item in items):
            raise InvalidSalesItemState
        changes = {
            "state": State.RESERVED,
            "buyer_user_account_id": argument.buyer_user_account_id,
            "reserved_at_timestamp": now(),
        }
        self.store.update_all(SalesItem, changes, Q(id__in=argument.sales_item_ids))

    @allow_inside_service
    @all_owners(_OTHERS_SELL)
    def update_sales_items_to_sold(self, argument: Sale) -> None:
        """Sell to a buyer what they have reserved; InvalidSalesItemState where somebody else has, or nobody."""
        wanted = Q(id__in=argument.sales_item_ids)
        reserved = Q(state=State.RESERVED, buyer_user_account_id=argument.buyer_user_account_id)
        self._locked(argument.sales_item_ids)
        if self.store.count(SalesItem, wanted & reserved) < len(argument.sales_item_ids):
            raise InvalidSalesItemState
        self.store.update_all(SalesItem, {"state": State.SOLD, "reserved_at_timestamp": None}, wanted)

    @allow_inside_service
    @all_owners(_OTHERS_SELL)
    def update_reserved_sales_items_to_for_sale(self, argument: Release) -> None:
        """Put up for sale again what a buyer has reserved: the given things, or all; leave alone what they have not."""
        reserved = Q(state=State.RESERVED, buyer_user_account_id=argument.buyer_user_account_id)
        chosen = Q(id__in=argument.sales_item_ids) if argument.sales_item_ids else Q()
        self._put_up_for_sale(reserved & chosen)

    @allow_inside_service
    @all_owners(_OTHERS_SELL)
    def update_sold_sales_items_to_for_sale(self, argument: ReturnToSale) -> None:
        """Put up for sale again what was sold, as far as it is still there."""
        self._put_up_for_sale(Q(id__in=argument.sales_item_ids, state=State.SOLD))

    def _locked(self, ids: list[str]) -> list[LockedSalesItem]:
        """Lock things, by ascending id; EntityNotFound where one is gone."""
        items = self.store.lock_all(LockedSalesItem, Q(id__in=ids))
        found = {str(item.pk) for item in items}
        for id in ids:
            if id not in found:
                raise EntityNotFound(SalesItem.__name__, id)
        return items

    def _put_up_for_sale(self, which: Q) -> None:
        ids = [item.pk for item in self.store.lock_all(LockedSalesItem, which)]
        if ids:
            for_sale = {"state": State.FOR_SALE, "buyer_user_account_id": None, "reserved_at_timestamp": None}
            self.store.update_all(SalesItem, for_sale, Q(id__in=ids))


def _of_followed_user(item: SalesItem, display_name: str) -> FollowedUserSalesItem:
    return FollowedUserSalesItem(
        id=str(item.pk),
        title=item.title,
        price=item.price,
        previous_price=item.previous_price,
        primary_image_data_uri=item.primary_image_data_uri,
        user_account_id=str(item.user_account_id),
        display_name=display_name,
    )


def _months_before(moment: datetime, months: int) -> datetime:
    """Return the same time of the same day some months before, or of that month's last day."""
    year, month = divmod(moment.year * 12 + moment.month - 1 - months, 12)
    day = min(moment.day, calendar.monthrange(year, month + 1)[1])
    return moment.replace(year=year, month=month + 1, day=day)


@agent_tool
@no_captcha("only users with an account sell")
@own_transactions(_PICTURES)
class CreateSalesItem(ServiceFunction):
    """Put a thing up for sale."""

    service = "salesItemService"
    authorization = allow_for_own_resources("user_account_id")

    def execute(self, sales_item: SalesItem) -> One[SalesItem]:
        sales_item.primary_image_thumbnail_data_uri = thumbnail_of(sales_item.primary_image_data_uri)
        with self.store.transaction():
            # whoever else adds one for the same user waits here
            self.store.lock(LockedAccount, sales_item.user_account_id)
            active = Q(user_account_id=sales_item.user_account_id, state__in=[State.FOR_SALE, State.RESERVED])
            if self.store.count(SalesItem, active) >= MAX_ACTIVE_SALES_ITEMS:
                raise MaximumSalesItemCountExceeded
            return self.store.create(sales_item)


@own_transactions(_PICTURES)
class UpdateSalesItem(ServiceFunction):
    """Change a thing that is still for sale; a new price remembers the old one, and is told to who follows it."""

    service = "salesItemService"
    authorization = allow_for_own_resources("user_account_id")

    def __init__(self, store: Store, remote_services: RemoteServices) -> None:
        super().__init__(store)
        self.remote_services = remote_services

    def execute(self, sales_item: SalesItem) -> None:
        if "primary_image_data_uri" in vars(sales_item):
            sales_item.primary_image_thumbnail_data_uri = thumbnail_of(sales_item.primary_image_data_uri)
        previous: list[SalesItem] = []

        def remember_previous_price(current: SalesItem) -> None:
            if "price" in vars(sales_item) and sales_item.price != current.price:
                sales_item.previous_price = current.price
                previous.append(current)

        with self.store.transaction():
            self.store.update(
                sales_item,
                hooks=[
                    before_with_current(lambda current: current.state == State.FOR_SALE, NotForSale),
                    before_with_current(remember_previous_price),
                    after(lambda changed: self._tell_followers(previous[0], changed), only_if=lambda _: bool(previous)),
                ],
            )

    def _tell_followers(self, previous: SalesItem, changed: SalesItem) -> None:
        following = SalesItem.objects.filter(pk=changed.pk, price_following_user_accounts__isnull=False)
        followers = following.values_list("price_following_user_accounts__pk", flat=True)
        change = PriceChange(
            sales_item_id=str(changed.pk),
            title=vars(changed).get("title", previous.title),
            previous_price=previous.price,
            price=changed.price,
            user_account_ids=[str(follower) for follower in followers],
        )
        self.remote_services.send(
            "salesItemNotificationService.sendPriceChangeNotifications",
            change,
            microservice="notification-service",
            ordering_key=str(changed.pk),
        )


class FollowSalesItemPriceChange(ServiceFunction):
    """Let the caller hear of a thing's new prices."""

    service = "salesItemService"
    authorization = allow_for_own_resources("user_account_id")

    @all_owners("others sell what is followed")
    def execute(self, argument: IdAndUserAccountId) -> None:
        self.store.lock(LockedAccount, argument.user_account_id)
        followers = "price_following_user_accounts"
        self.store.add_sub_entities(SalesItem, argument.id, followers, [argument.user_account_id])


class UnfollowSalesItemPriceChange(ServiceFunction):
    """Let the caller hear no more of a thing's new prices."""

    service = "salesItemService"
    authorization = allow_for_own_resources("user_account_id")

    @all_owners("others sell what is followed")
    def execute(self, argument: IdAndUserAccountId) -> None:
        follower = Q(id=argument.user_account_id)
        self.store.lock(LockedAccount, argument.user_account_id)
        self.store.remove_sub_entities(SalesItem, argument.id, "price_following_user_accounts", follower)


class ToggleLikeSalesItem(ServiceFunction):
    """Like a thing, or take the like back."""

    service = "salesItemService"
    authorization = allow_for_own_resources("user_account_id")

    @all_owners("everybody may like what others sell")
    def execute(self, argument: IdAndUserAccountId) -> None:
        self.store.lock(LockedAccount, argument.user_account_id)
        item = self.store.lock(LockedSalesItem, argument.id)
        likers = "liking_user_accounts"
        taken_back = self.store.remove_sub_entities(SalesItem, item.pk, likers, Q(id=argument.user_account_id))
        if not taken_back:
            self.store.add_sub_entities(SalesItem, item.pk, likers, [argument.user_account_id])
        like_count = item.like_count + (-1 if taken_back else 1)
        self.store.update_all(SalesItem, {"like_count": like_count}, Q(id=item.pk))
