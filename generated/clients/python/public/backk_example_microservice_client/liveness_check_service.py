"""Tells a cluster whether the process must be replaced."""

from __future__ import annotations

from typing import Unpack

from ._backk import AsyncCaller, Caller, CallOptions, Operation, whole

_IS_MICROSERVICE_ALIVE: Operation[None] = Operation(
    "livenessCheckService.isMicroserviceAlive",
    None,
    whole,
)


class LivenessCheckService:
    """Tells a cluster whether the process must be replaced."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def is_microservice_alive(self, **options: Unpack[CallOptions]) -> None:
        """Succeed unless a liveness check of the project fails; a database that is down is no reason to be
        replaced.

        For everyone.
        """
        self._caller.call(_IS_MICROSERVICE_ALIVE, None, options)


class AsyncLivenessCheckService:
    """Tells a cluster whether the process must be replaced."""

    def __init__(self, caller: AsyncCaller) -> None:
        self._caller = caller

    async def is_microservice_alive(self, **options: Unpack[CallOptions]) -> None:
        """Succeed unless a liveness check of the project fails; a database that is down is no reason to be
        replaced.

        For everyone.
        """
        await self._caller.call(_IS_MICROSERVICE_ALIVE, None, options)
