"""Refuses calls that come too often, and tells callers what is left: RateLimit header fields, status 429."""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from django.conf import settings

from backk_core.declare.conf import conf, forget_when_changed
from backk_core.declare.errors import CallError, TooManyRequests
from backk_core.describe.contracts import ServiceFunctionContract
from backk_core.describe.registry import Registry
from backk_core.execute.call import Call, Reply
from backk_core.execute.extensions import Next
from backk_security.conf import security_conf
from backk_security.counters import Balance, Counter, CounterWithFallback, Quota
from backk_security.limits import Limit

#: Quotas whose keys are known: to work one out costs as much as to count a call.
_MOST_QUOTAS = 10_000

#: Seconds for which a refusal is remembered here, so that a flood costs the counter's place next to nothing.
_REMEMBERED = 1.0
_MOST_REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class AppliedLimit:
    """A limit as it holds for one function."""

    limit: Limit
    #: What all keys of this limit begin with, hashed.
    prefix: hashlib.blake2b

    def quota(self, caller: str | None, address: str | None) -> Quota | None:
        """Return what a call takes from; None where it does not tell whose quota that is, as a message may not."""
        digest = self.prefix.copy()
        for word, value in (("caller", caller), ("address", address)):
            if word in self.limit.per:
                if value is None:
                    return None
                digest.update(f"{len(value)}:{value}".encode("utf-8", "surrogatepass"))
        return Quota(digest.hexdigest(), self.limit.most, self.limit.seconds)


class RateLimiter:
    """The interceptor that counts calls.

    A call takes from every limit that concerns it, or from none where one of them has nothing left. Headers are those
    of draft-ietf-httpapi-ratelimit-headers-10.
    """

    def __init__(self, limits: Iterable[Limit], counter: Counter) -> None:
        self._limits = tuple(limits)
        self._counter = counter
        self._applied: dict[str, tuple[AppliedLimit, ...]] = {}
        self._policies: dict[str, str] = {}
        self._refusals: dict[str, float] = {}
        self._quotas: dict[tuple[str, str | None, str | None], list[tuple[Limit, Quota]]] = {}

    def __call__(self, call: Call, next: Next) -> Reply:  # noqa: A002 - an interceptor's word
        """Count a call and let it pass. TooManyRequests where it comes too soon."""
        applied = self._applied.get(call.wire_name)
        if applied is None:
            applied = self._apply(call.contract)
        if not applied:
            return next(call)
        found = self._found(call, applied)
        if not found:
            return next(call)
        self._refuse_again(call, found)
        balances = self._counter.take([quota for _, quota in found])
        if any(balance.is_refused for balance in balances):
            raise self._refusal(call, found, balances)
        reply = next(call)
        if call.outer is None:
            # the answers of a batch have no headers
            reply.headers.extend(self._headers(call, found, balances))
        return reply

    def _found(self, call: Call, applied: Sequence[AppliedLimit]) -> list[tuple[Limit, Quota]]:
        caller, address = _caller(call), _address(call)
        key = (call.wire_name, caller, address)
        found = self._quotas.get(key)
        if found is None:
            found = [(each.limit, quota) for each in applied if (quota := each.quota(caller, address)) is not None]
            if len(self._quotas) >= _MOST_QUOTAS:
                self._quotas = {}
            self._quotas[key] = found
        return found

    def _apply(self, contract: ServiceFunctionContract) -> tuple[AppliedLimit, ...]:
        applied: tuple[AppliedLimit, ...] = ()
        if contract.options.no_rate_limit is None:
            own = (Limit.said(text, on=contract.wire_name) for text in contract.options.rate_limits)
            limits = [limit for limit in (*self._limits, *own) if limit.concerns(contract)]
            applied = tuple(AppliedLimit(limit, _prefix(limit, contract)) for limit in limits)
            self._policies[contract.wire_name] = ", ".join(
                f'"{limit.text}";q={limit.most};w={limit.seconds}' for limit in limits
            )
        self._applied[contract.wire_name] = applied
        return applied

    def _refuse_again(self, call: Call, found: Sequence[tuple[Limit, Quota]]) -> None:
        """Refuse without counting what was refused a moment ago: until its window ends nothing changes that."""
        if not self._refusals:
            return
        now = time.monotonic()
        for limit, quota in found:
            until = self._refusals.get(quota.key, 0.0)
            if until > now:
                raise self._refusal(call, [(limit, quota)], [Balance(0, until - now, is_refused=True)])

    def _refusal(
        self, call: Call, found: Sequence[tuple[Limit, Quota]], balances: Sequence[Balance]
    ) -> TooManyRequests:
        now = time.monotonic()
        for (_, quota), balance in zip(found, balances, strict=True):
            if balance.is_refused and quota.key not in self._refusals:
                if len(self._refusals) >= _MOST_REMEMBERED:
                    self._refusals = {}
                self._refusals[quota.key] = now + min(balance.resets_in, _REMEMBERED)
        error = TooManyRequests()
        waits = max(balance.resets_in for balance in balances if balance.is_refused)
        error.headers = (("Retry-After", str(max(1, math.ceil(waits)))), *self._headers(call, found, balances))
        return error

    def _headers(
        self, call: Call, found: Sequence[tuple[Limit, Quota]], balances: Sequence[Balance]
    ) -> list[tuple[str, str]]:
        left = ", ".join(
            f'"{limit.text}";r={balance.left};t={math.ceil(balance.resets_in)}'
            for (limit, _), balance in zip(found, balances, strict=True)
        )
        return [("RateLimit-Policy", self._policies[call.wire_name]), ("RateLimit", left)]


def _prefix(limit: Limit, contract: ServiceFunctionContract) -> hashlib.blake2b:
    known = conf()
    counted = contract.wire_name if "function" in limit.per else ""
    # another limit counts anew; keyed, since who sees the counters should not learn who calls
    words = (known.microservice_name, known.microservice_namespace, limit.text, limit.on, counted)
    key = hashlib.sha256(settings.SECRET_KEY.encode()).digest()
    return hashlib.blake2b("\0".join(words).encode() + b"\0", digest_size=16, key=key)


def _caller(call: Call) -> str | None:
    """Return who is counted as the caller: the principal, else the address."""
    try:
        principal = call.principal
    except CallError:
        # whoever tries bad tokens is counted by address
        principal = None
    if principal is not None and principal.subject is not None:
        return f"subject {principal.subject}"
    address = _address(call)
    return None if address is None else f"address {address}"


def _address(call: Call) -> str | None:
    """Return the address that is counted, of IPv6 a subscriber's network; None where a message brought the call."""
    if not call.remote_address:
        # a server behind a socket of its own does not tell: all are one then
        return "unknown" if call.transport == "http" else None
    return _counted(call.remote_address)


@lru_cache(maxsize=4096)
def _counted(address: str) -> str:
    try:
        parsed: IPv4Address | IPv6Address | None = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        mapped = parsed.ipv4_mapped
        return str(mapped or ip_network((parsed, 64), strict=False))
    return str(parsed)


@lru_cache(maxsize=8)
def rate_limiter(known: Registry) -> RateLimiter | None:
    """Return what limits calls of these services, None where nothing does.

    Limits that stand at functions hold in production, and elsewhere where the project's settings limit something too.
    """
    chosen = security_conf()
    is_said_at_function = conf().in_production and any(
        function.options.rate_limits for function in known.all_functions()
    )
    if not chosen.rate_limits and not is_said_at_function:
        return None
    return RateLimiter(map(Limit.said, chosen.rate_limits), configured_counter())


forget_when_changed(rate_limiter)


def configured_counter() -> Counter:
    """Return where the project's calls are counted: in Redis where the cache is kept there, else in the database.

    ImproperlyConfigured where RATE_LIMIT_CACHE names another sort of cache.
    """
    # Django and Redis are asked for only where limits are set
    from backk_security.database_counter import DatabaseCounter
    from backk_security.redis_counter import RedisCounter
    from backk_security.redis_server import FAILURES, client_of, is_redis

    named = security_conf().rate_limit_cache
    if not named and not is_redis("default"):
        return DatabaseCounter()
    return CounterWithFallback(RedisCounter(client_of(named or "default")), FAILURES)
