from abc import ABC, abstractmethod

import pytest

from backk_core import CrudEntityService, Service, ServiceFunction, Store
from backk_core.execute.injection import NotInjectable, Services
from backk_core.execute.store import DatabaseStore


class Clock(ABC):
    @abstractmethod
    def now(self) -> int: ...


class ClockService(Service, Clock):
    def now(self) -> int:
        return 1


class FixedClock(Clock):
    def now(self) -> int:
        return 0


class ShopService(CrudEntityService):
    def __init__(self, store: Store, clock: ClockService) -> None:
        super().__init__(store)
        self.clock = clock


class WatchService(Service):
    def __init__(self, clock: Clock, shop: ShopService, size: int = 3, *_: int, **__: int) -> None:
        self.clock, self.shop, self.size = clock, shop, size


class PlaceOrder(ServiceFunction):
    service = "shopService"

    def __init__(self, store: Store, shop: ShopService) -> None:
        super().__init__(store)
        self.shop = shop


class OddService(Service):
    def __init__(self, size: int) -> None:
        self.size = size


class HenService(Service):
    def __init__(self, egg: "EggService") -> None:
        self.egg = egg


class EggService(Service):
    def __init__(self, hen: HenService) -> None:
        self.hen = hen


ALL = (ClockService, ShopService, WatchService, PlaceOrder)


def test_a_service_is_made_once_with_what_it_asks_for() -> None:
    store = DatabaseStore()
    services = Services(ALL, {Store: store})
    watch = services.get(WatchService)
    assert watch is services.get(WatchService)
    assert watch.shop is services.get(ShopService) is services.get(PlaceOrder).shop
    assert watch.clock is watch.shop.clock is services.get(Clock)
    assert watch.shop.store is store
    assert watch.size == 3


def test_a_test_hands_over_what_it_likes() -> None:
    clock = FixedClock()
    services = Services(ALL, {Store: DatabaseStore(), Clock: clock, ClockService: clock})
    assert services.get(WatchService).clock is clock
    assert services.get(ShopService).clock is clock


def test_what_an_app_would_hand_over_is_missed_where_the_app_is_not_installed() -> None:
    with pytest.raises(NotInjectable, match=r"there is none \(.* in INSTALLED_APPS"):
        Services((ShopService,), {Store: DatabaseStore()}).get(Clock)


def test_what_is_provided_later_does_not_displace_what_stands_in() -> None:
    first, second = FixedClock(), FixedClock()
    services = Services((WatchService, ShopService, ClockService), {Store: DatabaseStore(), Clock: first})
    services.provide(Clock, second)
    assert services.get(Clock) is first
    empty = Services((), {})
    empty.provide(Clock, second)
    assert empty.get(Clock) is second


def test_what_nobody_offers_is_named() -> None:
    with pytest.raises(NotInjectable, match=r"Clock is asked for, .*; there is none"):
        Services((WatchService, ShopService), {Store: DatabaseStore()}).get(WatchService)


def test_where_several_fit_all_are_named() -> None:
    class OtherClockService(ClockService):
        pass

    with pytest.raises(NotInjectable, match="there is ClockService, OtherClockService"):
        Services((*ALL, OtherClockService), {Store: DatabaseStore()}).get(Clock)


def test_a_circle_is_told_from_its_beginning() -> None:
    with pytest.raises(NotInjectable, match="HenService → EggService → HenService"):
        Services((HenService, EggService), {}).get(HenService)


def test_a_parameter_that_is_no_service_is_refused() -> None:
    with pytest.raises(NotInjectable, match=r"OddService.__init__ asks for size: annotate it"):
        Services((OddService,), {}).get(OddService)


def test_what_need_not_be_there_is_looked_for() -> None:
    assert Services((), {}).find(Clock) is None
    assert isinstance(Services((ClockService,), {}).find(Clock), ClockService)
    clock = FixedClock()
    assert Services((), {FixedClock: clock}).find(FixedClock) is clock
