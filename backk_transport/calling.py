"""How a call to another microservice goes: not in a transaction, in the time of the running call, again if it may."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import msgspec
from django.db.models import Model

from backk_core.declare.errors import (
    BatchNotAllowed,
    DeadlineExceeded,
    InvalidArgument,
    RemoteCallInTransaction,
    ServiceError,
    Violation,
)
from backk_core.declare.types import Data
from backk_core.describe.contracts import Statements
from backk_core.execute.call import Call, Reply, find_call
from backk_core.execute.repetition import HEADER
from backk_transport.arguments import argument_body
from backk_transport.conf import UnknownMicroservice, transport_conf
from backk_transport.remote_calls import (
    CalledInTransaction,
    CallOptions,
    RemoteAnswer,
    RemoteCallFailed,
    RemoteRequest,
    RemoteUnavailable,
    UnreadableAnswer,
    called_by,
    failure_of,
    function_path,
)
from backk_transport.remote_results import result_of
from backk_transport.trace_context import trace_of

Exchange = Callable[[RemoteRequest], RemoteAnswer]

#: How often a call with an idempotency key is tried, and seconds before the second try; twice as many before the third.
_TRIES, _PAUSE = 3, 0.1


def request_of(whom: tuple[str, str], path: str, options: CallOptions, **facts: Any) -> RemoteRequest:
    """Return what is sent to a microservice in a namespace."""
    key = options.get("idempotency_key")
    headers = dict(facts.pop("headers", {}))
    if key is not None:
        headers["Idempotency-Key"] = key
    return RemoteRequest(
        microservice=whom[0],
        namespace=whom[1],
        path=path,
        headers=headers,
        authorization=options.get("authorization", "service"),
        timeout=options.get("timeout", transport_conf().remote_timeout),
        **facts,
    )


def call_function(
    exchange: Exchange,
    whom: tuple[str, str],
    function: str,
    argument: Data | Model | Mapping[str, Any] | None,
    result: Any,
    options: CallOptions,
) -> Any:
    """Return what a function answers, as a ``result``; see ``RemoteServices.call``."""
    headers = {"Content-Type": "application/json", "Accept": "application/json, application/problem+json"}
    path = function_path(function)
    request = request_of(whom, path, options, body=argument_body(argument), headers=headers)
    tries = _TRIES if "idempotency_key" in options else 1
    try:
        answer = _success(exchange, request, tries)
    except RemoteCallFailed as failure:
        own: type[ServiceError] | None = options.get("errors", {}).get(failure.error_code)
        if own is not None:
            raise own from failure
        raise
    if result is None:
        return None
    try:
        return result_of(answer.body, result)
    except ValueError as error:
        raise UnreadableAnswer(called_by(request), status_code=answer.status, detail=str(error)) from None


def pass_on_call(exchange: Exchange, call: Call, whom: tuple[str, str]) -> Reply:
    """Return the reply to a call of a batch, with the caller's own authorization."""
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    key = call.header(HEADER)
    options: CallOptions = {"authorization": "caller", **({} if key is None else {"idempotency_key": key})}
    try:
        request = request_of(whom, function_path(call.wire_name), options, body=call.body or b"{}", headers=headers)
    except ValueError:
        raise InvalidArgument([Violation((), "it names no function of another microservice")]) from None
    try:
        answer = exchanged(exchange, request)
    except UnknownMicroservice:
        raise BatchNotAllowed from None
    if 300 <= answer.status < 400 or (answer.body and not _is_json(answer.body)):
        raise RemoteUnavailable(called_by(request), status_code=answer.status, detail="no JSON")
    return Reply(answer.status, answer.body)


def exchanged(exchange: Exchange, request: RemoteRequest) -> RemoteAnswer:
    """Return the answer to a request that has the time and the ids of the running call."""
    call = find_call()
    _refuse_in_transaction(call)
    ours = {"X-Request-Id": call.request_id, **trace_of(call)} if call is not None else {}
    has_end = call is not None and call.deadline_at
    left = call.remaining if call is not None and has_end else request.timeout
    if left <= 0:
        raise DeadlineExceeded
    known = {name.lower() for name in ours}
    theirs = {name: value for name, value in request.headers.items() if name.lower() not in known}
    sent = replace(request, headers={**theirs, **ours}, timeout=min(left, request.timeout))
    try:
        return exchange(sent)
    except RemoteUnavailable:
        if call is not None and has_end and call.remaining <= 0:
            raise DeadlineExceeded from None
        raise


def _success(exchange: Exchange, request: RemoteRequest, tries: int) -> RemoteAnswer:
    """Return the answer of a success; RemoteCallFailed otherwise."""
    end = time.monotonic() + request.timeout
    for attempt in range(1, tries + 1):
        left = replace(request, timeout=max(end - time.monotonic(), 0.001))
        pause = _PAUSE * 2 ** (attempt - 1) * random.uniform(0.5, 1)  # noqa: S311 - spreads tries, guards nothing
        try:
            answer = exchanged(exchange, left)
            if answer.status < 300:
                return answer
            pause = max(pause, _seconds(answer.headers.get("retry-after")))
            raise failure_of(request, answer)
        except RemoteUnavailable:
            if attempt == tries or time.monotonic() + pause >= end:
                raise
        time.sleep(pause)
    raise AssertionError("the last try returns or raises")


def _refuse_in_transaction(call: Call | None) -> None:
    contract = getattr(call, "contract", None)
    if contract is not None and contract.statements not in (Statements.OWN, Statements.ONE):
        raise CalledInTransaction(CalledInTransaction.__doc__)
    outer = call.outer if call is not None else None
    if outer is not None and outer.contract.statements is not Statements.OWN:
        # the caller's choice
        raise RemoteCallInTransaction


def _is_json(body: bytes) -> bool:
    try:
        msgspec.json.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return False
    return True


def _seconds(text: str | None) -> float:
    return float(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 9 else 0.0
