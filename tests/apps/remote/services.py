"""What the bank offers to services and users, and what the shop does with it."""

import time
from typing import Annotated

from backk_core import (
    Argument,
    One,
    Result,
    Service,
    ServiceError,
    allow_for_cluster_internal,
    allow_for_every_user,
    allow_for_user_roles,
    between,
    deadline,
    own_transactions,
)
from backk_core.execute.call import current_call
from backk_core.services import LivenessCheckService, MultipleServiceFunctionExecutionService
from backk_transport import RemoteServices

WHY = "asks the bank"

__all__ = ["BankService", "LivenessCheckService", "MultipleServiceFunctionExecutionService", "ShopService"]


class NoMoney(ServiceError):
    """There is no money"""

    code = 1
    status = 409


class NotPaid(ServiceError):
    """It is not paid"""

    code = 1
    status = 402


class Amount(Argument):
    the_amount: Annotated[int, between(0, 1000)]


class Booking(Result):
    the_amount: int
    request_id: str
    trace: str | None
    #: Whether another service proved itself.
    is_internal: bool


class BankService(Service):
    """Keeps money."""

    errors = (NoMoney,)

    @allow_for_cluster_internal
    @own_transactions("touches no database")
    def book(self, amount: Amount) -> One[Booking]:
        """Take money for another service."""
        return self._booking(amount)

    @allow_for_user_roles("customer")
    @own_transactions("touches no database")
    def book_own(self, amount: Amount) -> One[Booking]:
        """Take money for a customer."""
        return self._booking(amount)

    @allow_for_every_user
    @own_transactions("touches no database")
    def get_interest(self) -> None:
        """Take a while."""
        time.sleep(20)

    def _booking(self, amount: Amount) -> One[Booking]:
        if amount.the_amount > 100:
            raise NoMoney
        call = current_call()
        is_internal = call.principal is not None and call.principal.is_internal
        return One(
            Booking(
                the_amount=amount.the_amount,
                request_id=call.request_id,
                trace=call.header("traceparent"),
                is_internal=is_internal,
            )
        )


@allow_for_every_user
class ShopService(Service):
    """Sells things."""

    errors = (NotPaid,)

    def __init__(self, remote_services: RemoteServices) -> None:
        self.remote = remote_services

    @own_transactions(WHY)
    def pay(self, amount: Amount) -> One[Booking]:
        """Pay as the shop."""
        refusals = {"bankService.1": NotPaid}
        return One(self.remote.call("bank", "bankService.book", amount, result=Booking, errors=refusals))

    @own_transactions(WHY)
    def pay_as_nobody(self, amount: Amount) -> One[Booking]:
        """Try to pay without a credential."""
        return One(self.remote.call("bank", "bankService.book", amount, result=Booking, authorization="none"))

    @own_transactions(WHY)
    def pay_as_customer(self, amount: Amount) -> One[Booking]:
        """Pay as whoever calls."""
        call = self.remote.call
        return One(call("bank", "bankService.bookOwn", amount, result=Booking, authorization="caller"))

    @own_transactions(WHY)
    def pay_elsewhere(self, amount: Amount) -> None:
        """Call a bank that is not there."""
        self.remote.call("ruin", "bankService.book", amount)

    def pay_in_transaction(self, amount: Amount) -> None:
        """Call inside a transaction."""
        self.remote.call("bank", "bankService.book", amount)

    @deadline(0.3)
    @own_transactions(WHY)
    def wait_for_bank(self) -> None:
        """Wait for what takes too long."""
        self.remote.call("bank", "bankService.getInterest")
