"""What teams test their services with: a client without HTTP, principals, and a store without a database."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from typing import Any, TypeVar, cast

import msgspec
from django.core.exceptions import PermissionDenied

from backk_core.declare.errors import CallError
from backk_core.declare.store import Store
from backk_core.describe.contracts import ServiceFunctionContract
from backk_core.describe.registry import Registry, build, registry
from backk_core.execute.call import Call, HeaderMap, Principal, Reply
from backk_core.execute.memory import Fake, FakeStore
from backk_core.execute.pipeline import Pipeline, Run
from backk_core.execute.predicates import Unanswerable
from backk_core.execute.transactions import run
from backk_core.publish.assembly import build_pipeline

T = TypeVar("T")

#: Nobody: a call without a credential.
anonymous: Principal | None = None


def user(subject: str, *, roles: Iterable[str] = (), issuer: str | None = None, **claims: Any) -> Principal:
    """Return a signed-in user, as a token of ``issuer`` with this ``sub``, these roles and claims proves one."""
    known = {"sub": subject, **({"iss": issuer} if issuer is not None else {}), **claims}
    return Principal(subject=subject, roles=frozenset(roles), claims=known, issuer=issuer)


def internal() -> Principal:
    """Return another service of the cluster."""
    return Principal(is_internal=True)


class ReceivedReply:
    """What a call answered: ``status``, ``headers`` (names in lower case), ``body``, and what the body says."""

    def __init__(self, reply: Reply) -> None:
        self.status = reply.status
        self.headers = {name.lower(): value for name, value in reply.headers}
        self.body = reply.body

    @property
    def json(self) -> Any:
        """The whole body; None where it is empty."""
        return json.loads(self.body) if self.body else None

    @property
    def data(self) -> Any:
        """What the function returned; None where it returns nothing. AssertionError where the call failed."""
        assert self.status < 400, f"the call failed: {self!r}"
        return self.json["data"] if self.body else None

    @property
    def metadata(self) -> Any:
        """What stands beside the data. AssertionError where the call failed."""
        assert self.status < 400, f"the call failed: {self!r}"
        return self.json["metadata"] if self.body else {}

    @property
    def error_code(self) -> str | None:
        """The error's code, such as ``error.5`` or ``orderService.1``; None where the call succeeded."""
        return cast("str", self.json["errorCode"]) if self.status >= 400 else None

    @property
    def message(self) -> str | None:
        """The error's message; None where the call succeeded."""
        return cast("str", self.json["message"]) if self.status >= 400 else None

    def __repr__(self) -> str:
        return f"ReceivedReply({self.status}, {self.body.decode(errors='replace')})"


class Client:
    """Calls service functions through the real pipeline, without HTTP.

    ``Client()`` knows the whole project, ``Client(SalesItemService)`` the given services alone (classes, function
    classes, or instances that a test made: ``Client(SalesItemService(FakeStore()))``), ``Client(pipeline)`` a pipeline.
    ``replace`` says what is handed to services instead of a class: ``replace={Store: FakeStore(), Mailer: mailer}``.
    ``principal`` makes the calls that do not say otherwise. With a FakeStore no database is touched: calls run in its
    transactions.

    ImproperlyConfigured where a declaration is wrong or a dependency is missing.
    """

    def __init__(
        self, *services: Any, replace: Mapping[Any, Any] | None = None, principal: Principal | None = anonymous
    ) -> None:
        self.principal = principal
        self._unexpected: list[Exception] = []
        self._registry: Registry
        self._pipeline: Pipeline
        if services and isinstance(services[0], Pipeline):
            self._pipeline = services[0]
            self._registry = self._pipeline.registry
            return
        instances = [given for given in services if not isinstance(given, type)]
        replacements = {**{type(instance): instance for instance in instances}, **(replace or {})}
        self._registry = _registry_of(services) if services else registry()
        self._pipeline = build_pipeline(
            replacements,
            known=self._registry,
            innermost=[self._remember_unexpected],
            run=_run_with(replacements, are_all_made=len(instances) == len(services) > 0),
        )

    def call(
        self,
        function: str | Callable[..., Any],
        argument: Mapping[str, Any] | bytes | None = None,
        *,
        principal: Principal | None = None,
        headers: Mapping[str, str] | None = None,
        method: str = "POST",
    ) -> ReceivedReply:
        """Call a function and return its reply.

        ``function`` is a wire name, a method (``SalesItemService.create_sales_item``) or a function class. ``argument``
        has wire names; bytes are sent as they are. Raises what the function raised where that is no error for callers,
        and LookupError for a method that is no service function.
        """
        body = argument if isinstance(argument, bytes) else msgspec.json.encode(argument or {})
        call = Call(
            function if isinstance(function, str) else self._contract_of(function).wire_name,
            body,
            method=method,
            header=HeaderMap({name.lower(): value for name, value in (headers or {}).items()}),
            transport="test",
            principal=principal or self.principal,
        )
        self._unexpected.clear()
        reply = self._pipeline.execute(call)
        if self._unexpected:
            raise self._unexpected.pop()
        return ReceivedReply(reply)

    def _contract_of(self, function: Callable[..., Any]) -> ServiceFunctionContract:
        wanted = getattr(function, "__func__", function)
        bound_to = type(function.__self__) if hasattr(function, "__self__") else None
        found: list[ServiceFunctionContract] = [
            contract
            for contract in self._registry.functions.values()
            if (contract.owner is wanted or getattr(contract.owner, contract.attribute) is wanted)
            and bound_to in (None, contract.owner)
        ]
        if len(found) != 1:
            names = ", ".join(contract.wire_name for contract in found) or "no function that can be called"
            msg = f"{getattr(function, '__qualname__', function)} is {names}: say a wire name"
            raise LookupError(msg)
        return found[0]

    def _remember_unexpected(self, call: Call, next: Callable[[Call], Reply]) -> Reply:  # noqa: A002
        try:
            return next(call)
        except (CallError, PermissionDenied):
            raise
        except Exception as error:
            self._unexpected.append(error)
            raise


def _registry_of(services: Iterable[Any]) -> Registry:
    return build(given if isinstance(given, type) else type(given) for given in services)


def _run_with(replacements: Mapping[type, Any], *, are_all_made: bool) -> Run:
    """Return what runs functions in the transactions of the fakes, and in the database's where that may be used.

    The fakes are among what is handed over, or what handed-over services have.
    """
    held = [value for given in replacements.values() for value in (given, *vars(given).values())]
    fakes = list({id(value): value for value in held if isinstance(value, Fake)}.values())
    if not fakes:
        return run
    stores = [value for value in held if isinstance(value, Store)]
    uses_database = not are_all_made if not stores else not any(isinstance(store, FakeStore) for store in stores)
    around = run if uses_database else _run_without_database

    def run_in_fakes(
        db: Any, contract: ServiceFunctionContract, prepare: Callable[[], object], function: Callable[[], T]
    ) -> T:
        def function_in_fakes() -> T:
            with ExitStack() as transactions:
                for fake in fakes:
                    transactions.enter_context(fake.transaction())
                return function()

        return around(db, contract, prepare, function_in_fakes)

    return run_in_fakes


def _run_without_database(
    db: Any,  # noqa: ARG001 - the signature of Run
    contract: ServiceFunctionContract,  # noqa: ARG001
    prepare: Callable[[], object],  # noqa: ARG001
    function: Callable[[], T],
) -> T:
    return function()


__all__ = [
    "Client",
    "FakeStore",
    "Principal",
    "ReceivedReply",
    "Unanswerable",
    "anonymous",
    "internal",
    "user",
]
