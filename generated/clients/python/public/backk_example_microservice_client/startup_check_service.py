"""Tells a cluster when to begin with the other probes."""

from __future__ import annotations

from typing import Unpack

from ._backk import AsyncCaller, Caller, CallOptions, Operation, whole

_IS_MICROSERVICE_STARTED: Operation[None] = Operation(
    "startupCheckService.isMicroserviceStarted",
    None,
    whole,
)


class StartupCheckService:
    """Tells a cluster when to begin with the other probes."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def is_microservice_started(self, **options: Unpack[CallOptions]) -> None:
        """Succeed once all migrations were seen in the database, and where the project's checks pass.

        For everyone.
        """
        self._caller.call(_IS_MICROSERVICE_STARTED, None, options)


class AsyncStartupCheckService:
    """Tells a cluster when to begin with the other probes."""

    def __init__(self, caller: AsyncCaller) -> None:
        self._caller = caller

    async def is_microservice_started(self, **options: Unpack[CallOptions]) -> None:
        """Succeed once all migrations were seen in the database, and where the project's checks pass.

        For everyone.
        """
        await self._caller.call(_IS_MICROSERVICE_STARTED, None, options)
