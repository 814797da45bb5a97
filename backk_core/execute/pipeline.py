"""The path of every call, whatever brought it: find, intercept, authorize, decode, run, encode."""

from __future__ import annotations

import logging
import time
import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache, partial
from typing import Any, Protocol, TypeVar, cast

from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from backk_core.declare.conf import conf
from backk_core.declare.errors import (
    CallError,
    DeadlineExceeded,
    GetNotAllowed,
    MethodNotAllowed,
    NotAuthorized,
    RemoteCallNotAllowed,
    ServiceError,
    TemporarilyUnavailable,
    UnknownFunction,
    UnknownService,
)
from backk_core.declare.remote import RemoteExecutor
from backk_core.declare.service import TenantService, UserService
from backk_core.declare.types import Document, ResponseFields
from backk_core.describe.contracts import ServiceFunctionContract, Statements, TypeContract
from backk_core.describe.registry import Registry
from backk_core.execute import transactions
from backk_core.execute.accounts import Accounts
from backk_core.execute.answer_cache import answers_of
from backk_core.execute.authorization import Permission
from backk_core.execute.call import Authenticator, Call, CallExecutor, Principal, Reply, entered
from backk_core.execute.deadlines import Watch, watch
from backk_core.execute.decoding import Decoder
from backk_core.execute.diagnosis import diagnosed
from backk_core.execute.encoding import COUNT, Encode, encode_json, encoder
from backk_core.execute.extensions import Interceptor, Next, guard_of
from backk_core.execute.injection import Services
from backk_core.execute.projection import projection_of
from backk_core.execute.repetition import HEADER, Attempt, once_of
from backk_core.execute.replies import UnsafeHeader, error_reply, full_reply, preflight_reply, success_reply
from backk_core.execute.results import CountedMany, EncodedMany, EncodedOne

T = TypeVar("T")


class Run(Protocol):
    """Runs a function in the transaction that it needs."""

    def __call__(
        self,
        db: BaseDatabaseWrapper,
        contract: ServiceFunctionContract,
        prepare: Callable[[], object],
        function: Callable[[], T],
    ) -> T: ...


logger = logging.getLogger("backk_core")


class Endpoint:
    """One service function, compiled: everything that its contract says turned into functions."""

    def __init__(
        self,
        contract: ServiceFunctionContract,
        function: Callable[..., Any],
        accounts: Accounts,
        run: Run,
        refuse: Callable[[Call, CallError], Reply],
    ) -> None:
        self.contract = contract
        self._run = run
        self.permission = Permission.of(contract)
        self._function = function
        self._accounts = accounts
        self._decode = Decoder(contract.argument, contract.argument_mode).decode if contract.argument else None
        self._projects = contract.argument is not None and issubclass(contract.argument.cls, ResponseFields)
        self._encoders: dict[Any, Encode] = {}
        self._seconds = contract.options.deadline
        self._once = once_of(contract)
        is_own = contract.statements is Statements.OWN
        #: A key wants a transaction around what is one statement otherwise.
        self._contract_with_key = contract if is_own else replace(contract, statements=Statements.MANY)
        self._answers = answers_of(contract)
        self._refuse = refuse
        self._guard = guard_of(contract)
        self._is_bare = self._once is None and self._guard is None and self._answers is None

    def run(self, call: Call) -> Reply:
        """Authorize, decode, run and encode one call."""
        by_role = self.permission.is_open
        if by_role:
            # this asks no database, so that nothing need watch it
            self._take_argument(call, by_role)
        call.db = db = connections[conf().database]
        if by_role and call.outer is None:
            transactions.replace_dead(db)
        running = watch(call.deadline_at, db)
        reply = None
        try:
            if not by_role:
                by_role = self.permission.authorize(call)
                self._take_argument(call, by_role)
            take_again = partial(self._take_argument, call, by_role)
            if self._is_bare:
                call.result = self._run(db, self.contract, take_again, partial(self._call, call, running))
            elif self._once is not None and (key := call.header(HEADER)) is not None:
                reply = self._once(self._attempt(call, key, take_again, running))
            else:
                if self._guard is not None:
                    self._guard(call)
                if self._answers is not None and call.method == "GET":
                    reply = self._answers.reply(call, partial(self._fresh, call, take_again, running))
                else:
                    call.result = self._run(db, self.contract, take_again, partial(self._call, call, running))
        except Exception:
            if running.end():
                raise DeadlineExceeded from None
            raise
        finally:
            transactions.leave_clean(db)
        # what is committed by now has happened, however late
        running.end()
        return reply if reply is not None else success_reply(call, self._body(call))

    def _fresh(self, call: Call, take_again: Callable[[], None], running: Watch) -> Reply:
        """Return the answer to a call that no cache has."""
        assert call.db is not None
        call.result = self._run(call.db, self.contract, take_again, partial(self._call, call, running))
        return full_reply(call, self._body(call))

    def _attempt(self, call: Call, key: str, take_again: Callable[[], None], running: Watch) -> Attempt:
        """Return a call with a key, whose answer is to be kept in the transaction of its effect."""

        def answer() -> Reply:
            call.result = self._call(call, running)
            return success_reply(call, self._body(call))

        @cache
        def guard() -> None:
            # not again where the transaction runs again: a token is good for one use
            if self._guard is not None:
                self._guard(call)

        assert call.db is not None
        run = partial(self._run, call.db, self._contract_with_key, take_again)
        return Attempt(call, key, guard, run, answer, partial(self._refuse, call))

    def expires(self) -> float:
        """Return the deadline of a call that begins now."""
        return time.monotonic() + (self._seconds or conf().deadline)

    def _take_argument(self, call: Call, by_role: bool) -> None:
        if self._decode is not None:
            call.argument = self._decode(call.body)
        elif call.body not in (b"", b"{}"):
            diagnosed(call.body, _NOTHING, self.contract.argument_mode)
        if self._projects and self.contract.result is not None:
            # a field that nobody knows is told before anything is done
            projection_of(call.argument, self.contract.result)
        if self.permission.own is not None:
            self.permission.claim(call, also_by_role=by_role, accounts=self._accounts)

    def _call(self, call: Call, running: Watch) -> Any:
        result = self._function() if self._decode is None else self._function(call.argument)
        if running.expired and (self.contract.kind == "get" or self.contract.statements is not Statements.ONE):
            # still inside the transaction: nothing of it will have happened
            raise DeadlineExceeded
        return result

    def _body(self, call: Call) -> bytes:
        result = call.result
        if result is None:
            return b""
        if isinstance(result, Document):
            return result.body
        if self.contract.result_shape == "plain":
            return encode_json(self._encoder(call.argument)(result.data))
        metadata = encode_json(result.metadata) if result.metadata else b"{}"
        if isinstance(result, EncodedMany) and not result.touched:
            return b'{"metadata":%b,"data":[%b]}' % (metadata, result.texts)
        if isinstance(result, EncodedOne) and not result.touched:
            return b'{"metadata":%b,"data":%b}' % (metadata, result.text)
        encode = self._encoder(call.argument)
        if self.contract.result_shape == "one":
            return encode_json({"metadata": result.metadata, "data": encode(result.data)})
        rows = [encode(item) for item in result.data]
        if isinstance(result, CountedMany | EncodedMany) and result.count is not None:
            for row in rows:
                row[COUNT] = result.count
        return encode_json({"metadata": result.metadata, "data": rows})

    def _encoder(self, argument: Any) -> Encode:
        contract = self.contract.result
        assert contract is not None
        projection = projection_of(argument, contract) if isinstance(argument, ResponseFields) else None
        encode = self._encoders.get(projection)
        if encode is None:
            encode = encoder(contract, projection)
            if len(self._encoders) < 256:
                self._encoders[projection] = encode
        return encode


_NOBODY_SENDS = "Remote service functions cannot be called from here: nothing sends remote calls"
_NOTHING = TypeContract(name="nothing", cls=object, fields=())


class Pipeline(CallExecutor):
    """Executes calls; the only place where errors become replies."""

    def __init__(
        self,
        registry: Registry,
        services: Services,
        authenticators: Sequence[Authenticator] = (),
        interceptors: Iterable[Interceptor] = (),
        run: Run = transactions.run,
    ) -> None:
        self.registry = registry
        services.provide(CallExecutor, self)
        self._remote: RemoteExecutor | None = services.find(RemoteExecutor)
        self._accounts = Accounts(services.find(UserService), services.find(TenantService))
        self._endpoints: Mapping[str, Endpoint] = {
            name: Endpoint(
                contract,
                getattr(services.get(contract.owner), contract.attribute),
                self._accounts,
                run,
                self.refuse,
            )
            for name, contract in registry.functions.items()
        }
        self._services = frozenset(registry.services)
        self._authenticators = tuple(authenticators)
        self._onion: Next = self._run
        found = list(interceptors)
        self._asks_early = bool(found)
        for interceptor in reversed(found):
            self._onion = partial(interceptor, next=self._onion)
        self._error_codes = registry.error_codes

    def execute(self, call: Call) -> Reply:
        """Return the reply to a call, whatever happens."""
        endpoint = self._endpoints.get(call.wire_name)
        with entered(call):
            try:
                if call.method == "OPTIONS":
                    return preflight_reply(call)
                if endpoint is None:
                    raise self._unknown(call.wire_name)
                call.contract = endpoint.contract
                if call.method != "POST":
                    _check_method(call, endpoint.contract)
                if not call.deadline_at:
                    call.deadline_at = endpoint.expires()
                if call.outer is not None:
                    call.deadline_at = min(call.deadline_at, call.outer.deadline_at)
                elif self._asks_early or not endpoint.permission.is_open:
                    # authenticators and interceptors may ask the database before the function does
                    transactions.replace_dead(connections[conf().database])
                call.authenticated_by(
                    self._authenticate if not endpoint.permission.is_open else self._authenticate_if_good
                )
                return self._onion(call)
            except CallError as error:
                return self.refuse(call, error)
            except PermissionDenied:
                return self.refuse(call, NotAuthorized("refused by the function"))
            except Exception as error:
                if call.outer is not None and _concerns_all(error):
                    raise
                return self._failed(call, error)

    def pass_on(self, call: Call, microservice: str, namespace: str) -> Reply:
        """Return another microservice's reply to a call, whatever happens."""
        with entered(call):
            try:
                if self._remote is None:
                    raise RemoteCallNotAllowed(_NOBODY_SENDS)
                call.deadline_at = call.outer.deadline_at if call.outer is not None else 0.0
                return self._remote.pass_on(call, microservice, namespace)
            except CallError as error:
                return self.refuse(call, error)
            except Exception as error:  # noqa: BLE001 - errors become replies here
                return self._failed(call, error)

    def expires(self, wire_name: str) -> float:
        """Return the deadline of a call that arrives now, 0 where there is no such function."""
        endpoint = self._endpoints.get(wire_name)
        return endpoint.expires() if endpoint is not None else 0.0

    def knows(self, wire_name: str) -> bool:
        """Tell whether a transport may address this name."""
        return wire_name in self._endpoints

    def refuse(self, call: Call, error: CallError) -> Reply:
        """Return the reply that tells a caller what was wrong."""
        if (endpoint := self._endpoints.get(call.wire_name)) is not None:
            # a door may refuse a call before it is executed
            call.contract = endpoint.contract
        if error.status >= 500:
            _log(call, error, error.status)
        elif isinstance(error, NotAuthorized) and error.reason:
            _log_refusal(call, error.reason)
        try:
            return error_reply(call, error, self._code(error))
        except UnsafeHeader as unsafe:
            return self._failed(call, unsafe)

    def _code(self, error: CallError) -> str:
        return self._error_codes.get(cast("type[ServiceError]", type(error))) or str(error.code)

    def _run(self, call: Call) -> Reply:
        return self._endpoints[call.wire_name].run(call)

    def _failed(self, call: Call, error: Exception) -> Reply:
        if transactions.is_unavailable(connections[conf().database], error):
            unavailable = TemporarilyUnavailable()
            unavailable.__cause__ = error
            return self.refuse(call, unavailable)
        _log(call, error, 500)
        failure = _InternalError()
        stack = "".join(traceback.format_exception(error)) if conf().environment == "development" else None
        return error_reply(call, failure, str(failure.code), stack_trace=stack)

    def _unknown(self, wire_name: str) -> CallError:
        service = wire_name.partition(".")[0]
        return UnknownFunction(wire_name) if service in self._services else UnknownService(service)

    def _authenticate(self, call: Call) -> Principal | None:
        try:
            return self._first_principal(call)
        except (OperationalError, InterfaceError) as error:
            # to ask who calls changes nothing: once more, on a new connection
            if not transactions.is_gone(connections[conf().database], error):
                raise
            return self._first_principal(call)

    def _first_principal(self, call: Call) -> Principal | None:
        principal = call.proved
        for authenticator in self._authenticators:
            if principal is not None:
                break
            principal = authenticator.authenticate(call)
        if principal is not None:
            self._accounts.admit(call, principal)
        return principal

    def _authenticate_if_good(self, call: Call) -> Principal | None:
        # on a function for everyone a bad token counts as none
        try:
            return self._authenticate(call)
        except CallError:
            return None


class _InternalError(CallError):
    code = "error.500"
    status = 500
    message = "Internal server error"


def _concerns_all(error: Exception) -> bool:
    """Tell whether an error ends the transaction that the calls of a batch share."""
    db = connections[conf().database]
    return db.in_atomic_block and transactions.ends_transaction(db, error)


def _check_method(call: Call, contract: ServiceFunctionContract) -> None:
    if call.method != "GET":
        raise MethodNotAllowed
    if not contract.allows_get:
        raise GetNotAllowed


def _log_refusal(call: Call, reason: str) -> None:
    """Write why a call was refused; neither who called nor what was sent."""
    logger.warning(
        "%s refused: %s",
        call.wire_name,
        reason,
        extra={"request_id": call.request_id, "function": call.wire_name, "reason": reason},
    )


def _log(call: Call, error: Exception, status: int) -> None:
    """Write the one log entry of a 5xx: what failed where, and no value that a caller sent."""
    cause = error.__cause__ or error
    frames = traceback.extract_tb(cause.__traceback__ or error.__traceback__)
    where = " < ".join(f"{frame.filename}:{frame.lineno} {frame.name}" for frame in reversed(frames[-5:]))
    logger.error(
        "%s answered %s: %s at %s",
        call.wire_name,
        status,
        type(cause).__name__,
        where or "start",
        extra={"request_id": call.request_id, "function": call.wire_name, "status": status},
    )
