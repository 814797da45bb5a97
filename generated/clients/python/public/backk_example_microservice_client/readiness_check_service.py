"""Tells a cluster whether to send calls."""

from __future__ import annotations

from typing import Unpack

from ._backk import AsyncCaller, Caller, CallOptions, Operation, whole

_IS_MICROSERVICE_READY: Operation[None] = Operation(
    "readinessCheckService.isMicroserviceReady",
    None,
    whole,
)


class ReadinessCheckService:
    """Tells a cluster whether to send calls."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def is_microservice_ready(self, **options: Unpack[CallOptions]) -> None:
        """Succeed where the database answers within a second, has all migrations, and the project's checks
        pass.

        For everyone.
        """
        self._caller.call(_IS_MICROSERVICE_READY, None, options)


class AsyncReadinessCheckService:
    """Tells a cluster whether to send calls."""

    def __init__(self, caller: AsyncCaller) -> None:
        self._caller = caller

    async def is_microservice_ready(self, **options: Unpack[CallOptions]) -> None:
        """Succeed where the database answers within a second, has all migrations, and the project's checks
        pass.

        For everyone.
        """
        await self._caller.call(_IS_MICROSERVICE_READY, None, options)
