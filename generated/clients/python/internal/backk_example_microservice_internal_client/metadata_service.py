"""Describes the API: to services of the cluster with what is for them only, to all others without."""

from __future__ import annotations

from typing import Any, Unpack

from ._backk import AsyncCaller, Caller, CallOptions, Operation, whole

_GET_SERVICES_METADATA: Operation[Any] = Operation(
    "metadataService.getServicesMetadata",
    Any,
    whole,
    repeats="reads",
)
_GET_OPEN_API_SPEC: Operation[Any] = Operation(
    "metadataService.getOpenApiSpec",
    Any,
    whole,
    repeats="reads",
)


class MetadataService:
    """Describes the API: to services of the cluster with what is for them only, to all others without."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def get_services_metadata(self, **options: Unpack[CallOptions]) -> Any:
        """Return services, functions, types, access modes, rules and errors, in the words of Backk.

        For everyone.
        """
        return self._caller.call(_GET_SERVICES_METADATA, None, options)

    def get_open_api_spec(self, **options: Unpack[CallOptions]) -> Any:
        """Return this document: OpenAPI 3.1 as JSON.

        For everyone.
        """
        return self._caller.call(_GET_OPEN_API_SPEC, None, options)


class AsyncMetadataService:
    """Describes the API: to services of the cluster with what is for them only, to all others without."""

    def __init__(self, caller: AsyncCaller) -> None:
        self._caller = caller

    async def get_services_metadata(self, **options: Unpack[CallOptions]) -> Any:
        """Return services, functions, types, access modes, rules and errors, in the words of Backk.

        For everyone.
        """
        return await self._caller.call(_GET_SERVICES_METADATA, None, options)

    async def get_open_api_spec(self, **options: Unpack[CallOptions]) -> Any:
        """Return this document: OpenAPI 3.1 as JSON.

        For everyone.
        """
        return await self._caller.call(_GET_OPEN_API_SPEC, None, options)
