"""Executes several calls that came in one request, each authorized, validated and limited as if it
came alone.
"""

from __future__ import annotations

from typing import Unpack

from ._backk import AsyncCaller, Caller, CallOptions, Operation, whole
from .types import ServiceFunctionAnswerMap, ServiceFunctionCallMap

_EXECUTE_IN_PARALLEL_WITHOUT_TRANSACTION: Operation[ServiceFunctionAnswerMap] = Operation(
    "multipleServiceFunctionExecutionService.executeInParallelWithoutTransaction",
    ServiceFunctionAnswerMap,
    whole,
    any_status=True,
)
_EXECUTE_IN_SEQUENCE_WITHOUT_TRANSACTION: Operation[ServiceFunctionAnswerMap] = Operation(
    "multipleServiceFunctionExecutionService.executeInSequenceWithoutTransaction",
    ServiceFunctionAnswerMap,
    whole,
    any_status=True,
)
_EXECUTE_IN_PARALLEL_INSIDE_TRANSACTION: Operation[ServiceFunctionAnswerMap] = Operation(
    "multipleServiceFunctionExecutionService.executeInParallelInsideTransaction",
    ServiceFunctionAnswerMap,
    whole,
    repeats="once",
    any_status=True,
)
_EXECUTE_IN_SEQUENCE_INSIDE_TRANSACTION: Operation[ServiceFunctionAnswerMap] = Operation(
    "multipleServiceFunctionExecutionService.executeInSequenceInsideTransaction",
    ServiceFunctionAnswerMap,
    whole,
    repeats="once",
    any_status=True,
)


class MultipleServiceFunctionExecutionService:
    """Executes several calls that came in one request, each authorized, validated and limited as if it
    came alone.
    """

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def execute_in_parallel_without_transaction(
        self, argument: ServiceFunctionCallMap | None = None, **options: Unpack[CallOptions]
    ) -> ServiceFunctionAnswerMap:
        """Execute calls side by side, each in a transaction of its own.

        For everyone.
        """
        return self._caller.call(_EXECUTE_IN_PARALLEL_WITHOUT_TRANSACTION, argument, options)

    def execute_in_sequence_without_transaction(
        self, argument: ServiceFunctionCallMap | None = None, **options: Unpack[CallOptions]
    ) -> ServiceFunctionAnswerMap:
        """Execute calls one after another, each in a transaction of its own; one that fails does not end the
        others.

        For everyone.
        """
        return self._caller.call(_EXECUTE_IN_SEQUENCE_WITHOUT_TRANSACTION, argument, options)

    def execute_in_parallel_inside_transaction(
        self, argument: ServiceFunctionCallMap | None = None, **options: Unpack[CallOptions]
    ) -> ServiceFunctionAnswerMap:
        """Execute calls in one transaction; one that fails undoes all, whatever the others are answered.

        For everyone.
        """
        return self._caller.call(_EXECUTE_IN_PARALLEL_INSIDE_TRANSACTION, argument, options)

    def execute_in_sequence_inside_transaction(
        self, argument: ServiceFunctionCallMap | None = None, **options: Unpack[CallOptions]
    ) -> ServiceFunctionAnswerMap:
        """Execute calls in one transaction, in order; one that fails undoes all, whatever the others are
        answered.

        For everyone.
        """
        return self._caller.call(_EXECUTE_IN_SEQUENCE_INSIDE_TRANSACTION, argument, options)


class AsyncMultipleServiceFunctionExecutionService:
    """Executes several calls that came in one request, each authorized, validated and limited as if it
    came alone.
    """

    def __init__(self, caller: AsyncCaller) -> None:
        self._caller = caller

    async def execute_in_parallel_without_transaction(
        self, argument: ServiceFunctionCallMap | None = None, **options: Unpack[CallOptions]
    ) -> ServiceFunctionAnswerMap:
        """Execute calls side by side, each in a transaction of its own.

        For everyone.
        """
        return await self._caller.call(_EXECUTE_IN_PARALLEL_WITHOUT_TRANSACTION, argument, options)

    async def execute_in_sequence_without_transaction(
        self, argument: ServiceFunctionCallMap | None = None, **options: Unpack[CallOptions]
    ) -> ServiceFunctionAnswerMap:
        """Execute calls one after another, each in a transaction of its own; one that fails does not end the
        others.

        For everyone.
        """
        return await self._caller.call(_EXECUTE_IN_SEQUENCE_WITHOUT_TRANSACTION, argument, options)

    async def execute_in_parallel_inside_transaction(
        self, argument: ServiceFunctionCallMap | None = None, **options: Unpack[CallOptions]
    ) -> ServiceFunctionAnswerMap:
        """Execute calls in one transaction; one that fails undoes all, whatever the others are answered.

        For everyone.
        """
        return await self._caller.call(_EXECUTE_IN_PARALLEL_INSIDE_TRANSACTION, argument, options)

    async def execute_in_sequence_inside_transaction(
        self, argument: ServiceFunctionCallMap | None = None, **options: Unpack[CallOptions]
    ) -> ServiceFunctionAnswerMap:
        """Execute calls in one transaction, in order; one that fails undoes all, whatever the others are
        answered.

        For everyone.
        """
        return await self._caller.call(_EXECUTE_IN_SEQUENCE_INSIDE_TRANSACTION, argument, options)
