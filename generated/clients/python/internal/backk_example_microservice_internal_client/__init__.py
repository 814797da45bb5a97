"""The client of backk-example-microservice: functions by service, types, errors."""

from __future__ import annotations

from collections.abc import Mapping

import httpx

from . import errors, types
from ._backk import (
    AsyncBase,
    AsyncCaller,
    AsyncToken,
    Caller,
    CallFailed,
    Settings,
    SyncBase,
    Token,
    Unreachable,
    Violation,
)
from .liveness_check_service import AsyncLivenessCheckService, LivenessCheckService
from .metadata_service import AsyncMetadataService, MetadataService
from .multiple_service_function_execution_service import (
    AsyncMultipleServiceFunctionExecutionService,
    MultipleServiceFunctionExecutionService,
)
from .order_service import AsyncOrderService, OrderService
from .readiness_check_service import AsyncReadinessCheckService, ReadinessCheckService
from .sales_item_service import AsyncSalesItemService, SalesItemService
from .shopping_cart_service import AsyncShoppingCartService, ShoppingCartService
from .startup_check_service import AsyncStartupCheckService, StartupCheckService
from .tag_service import AsyncTagService, TagService
from .user_account_service import AsyncUserAccountService, UserAccountService
from .user_service import AsyncUserService, UserService


class Client(SyncBase):
    """Calls backk-example-microservice, one call after another.

    ``http`` is what sends, with TLS options of its own; it stays open when the client is closed.
    """

    def __init__(
        self,
        base_url: str,
        *,
        token: Token = None,
        timeout: float = 30.0,
        retries: int = 2,
        headers: Mapping[str, str] | None = None,
        http: httpx.Client | None = None,
    ) -> None:
        settings = Settings(base_url, errors.ERRORS, timeout, retries, headers=headers or {})
        self._caller = Caller(settings, token, http)
        self.tag_service = TagService(self._caller)
        self.sales_item_service = SalesItemService(self._caller)
        self.user_account_service = UserAccountService(self._caller)
        self.user_service = UserService(self._caller)
        self.shopping_cart_service = ShoppingCartService(self._caller)
        self.order_service = OrderService(self._caller)
        self.metadata_service = MetadataService(self._caller)
        self.liveness_check_service = LivenessCheckService(self._caller)
        self.readiness_check_service = ReadinessCheckService(self._caller)
        self.startup_check_service = StartupCheckService(self._caller)
        self.multiple_service_function_execution_service = MultipleServiceFunctionExecutionService(self._caller)

    def __repr__(self) -> str:
        return "Client()"


class AsyncClient(AsyncBase):
    """Calls backk-example-microservice, many calls at a time.

    ``http`` is what sends, with TLS options of its own; it stays open when the client is closed.
    """

    def __init__(
        self,
        base_url: str,
        *,
        token: AsyncToken = None,
        timeout: float = 30.0,
        retries: int = 2,
        headers: Mapping[str, str] | None = None,
        http: httpx.AsyncClient | None = None,
    ) -> None:
        settings = Settings(base_url, errors.ERRORS, timeout, retries, headers=headers or {})
        self._caller = AsyncCaller(settings, token, http)
        self.tag_service = AsyncTagService(self._caller)
        self.sales_item_service = AsyncSalesItemService(self._caller)
        self.user_account_service = AsyncUserAccountService(self._caller)
        self.user_service = AsyncUserService(self._caller)
        self.shopping_cart_service = AsyncShoppingCartService(self._caller)
        self.order_service = AsyncOrderService(self._caller)
        self.metadata_service = AsyncMetadataService(self._caller)
        self.liveness_check_service = AsyncLivenessCheckService(self._caller)
        self.readiness_check_service = AsyncReadinessCheckService(self._caller)
        self.startup_check_service = AsyncStartupCheckService(self._caller)
        self.multiple_service_function_execution_service = AsyncMultipleServiceFunctionExecutionService(self._caller)

    def __repr__(self) -> str:
        return "AsyncClient()"


__all__ = [
    "AsyncClient",
    "CallFailed",
    "Client",
    "Unreachable",
    "Violation",
    "errors",
    "types",
]
