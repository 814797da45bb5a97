"""Services and their functions: the classes a team writes, and the words that say more about a function."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, ClassVar, TypeVar

from backk_core.declare.errors import ServiceError
from backk_core.declare.permissions import Rule
from backk_core.declare.store import Store

T = TypeVar("T")

_ATTRIBUTE = "backk_options"

#: Computes response headers from argument and result.
HeadersOf = Callable[[Any, Any], Mapping[str, str]]

#: Computes an address from argument and result.
LocationOf = Callable[[Any, Any], str]


#: Seconds that an answer is kept, or what tells them of an argument; 0: not at all.
Seconds = float | Callable[[Any], float]


@dataclass(frozen=True, slots=True)
class Caching:
    """How the answers to GET calls of a function are kept."""

    seconds: Seconds
    #: Whether everybody is answered the same.
    is_for_all: bool = False
    #: Entities whose changes make answers out of date, besides those that the answers hold; None: not said.
    reads: tuple[type, ...] | None = None
    #: Seconds that a caller may keep an answer without asking again; None: as long as it is kept here.
    client_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Deprecation:
    """That a function is on its way out: since when, when it may be gone, and what to call instead."""

    since: date
    sunset: date | None = None
    #: Wire name of another function, None where nothing takes its place.
    use: str | None = None


@dataclass(frozen=True, slots=True)
class FunctionOptions:
    """What the decorators of this module say about one function."""

    allows_get: bool = False
    status: int = 200
    headers: HeadersOf | None = None
    #: Computes where the caller is sent on in production; None where it is answered.
    redirect: LocationOf | None = None
    deadline: float | None = None
    #: Why the function needs no transaction; None where it runs in one.
    no_transaction: str | None = None
    #: Why no transaction is opened around the function; None where one is.
    own_transactions: str | None = None
    #: Why rate limits do not count the function's calls; None where they do.
    no_rate_limit: str | None = None
    #: How often the function may be called, besides what the project's settings say.
    rate_limits: tuple[str, ...] = ()
    #: Why create needs no captcha token; None where it needs one.
    no_captcha: str | None = None
    #: Why callers of no tenant touch the rows of all of them; None where they touch none.
    all_tenants: str | None = None
    counts: tuple[str, ...] = ()
    page_steps_only: bool = False
    caching: Caching | None = None
    deprecation: Deprecation | None = None
    agent_tool: bool = False
    #: Why no requests are generated to test it; None where they are.
    no_test: str | None = None


def _option(**changes: Any) -> Callable[[T], T]:
    def decorate(target: T) -> T:
        setattr(target, _ATTRIBUTE, replace(options_of(target), **changes))
        return target

    return decorate


def options_of(target: Any) -> FunctionOptions:
    """Return what was said about a method or function class."""
    options = getattr(target, _ATTRIBUTE, None)
    return options if isinstance(options, FunctionOptions) else FunctionOptions()


def allow_get(target: T) -> T:
    """Let the function be called by ``GET …?arg=<JSON>`` too; for functions that only read."""
    return _option(allows_get=True)(target)


def response_status(status: int) -> Callable[[T], T]:
    """Answer success with this status instead of 200. ValueError outside 200..399."""
    if not 200 <= status <= 399:
        raise ValueError(f"{status} is no status of success: 200 to 399; an error is a ServiceError")
    return _option(status=status)


def response_headers(headers: HeadersOf) -> Callable[[T], T]:
    """Add headers that ``headers(argument, result)`` computes."""
    return _option(headers=headers)


def redirect_in_production(location: LocationOf) -> Callable[[T], T]:
    """Send callers on, in production only: 301 with the ``Location`` that ``location(argument, result)`` computes.

    Elsewhere the function answers as it would without. For what a browser must be sent to, such as a payment gateway.
    """
    return _option(redirect=location)


def deadline(seconds: float) -> Callable[[T], T]:
    """End the function, and the database's work for it, after so many seconds: 504."""
    if seconds <= 0:
        raise ValueError("a deadline is a positive number of seconds")
    return _option(deadline=float(seconds))


def one_statement(reason: str) -> Callable[[T], T]:
    """Run without a transaction: the function sends one statement only, and a second one raises before it is sent."""
    if not reason.strip():
        raise ValueError("say why no transaction is needed: one_statement('reads one row')")
    return _option(no_transaction=reason)


def own_transactions(reason: str) -> Callable[[T], T]:
    """Open no transaction around the function: it opens what it needs (``store.transaction()``), or needs none."""
    if not reason.strip():
        raise ValueError("say why no transaction is opened: own_transactions('calls a slow remote service in between')")
    return _option(own_transactions=reason)


def no_rate_limit(reason: str) -> Callable[[T], T]:
    """Leave the function's calls out of rate limits."""
    if not reason.strip():
        raise ValueError("say why calls are not limited: no_rate_limit('asked by the cluster every second')")
    return _option(no_rate_limit=reason)


def rate_limit(*limits: str) -> Callable[[T], T]:
    """Limit how often the function may be called: ``rate_limit("5/minute per caller")``; ``backk_security`` counts."""
    if not limits:
        raise ValueError("say how often: rate_limit('5/minute per caller')")
    return _option(rate_limits=limits)


def no_captcha(reason: str) -> Callable[[T], T]:
    """Waive the captcha token on a create function."""
    if not reason.strip():
        raise ValueError("say why no captcha is needed: no_captcha('only for signed-in users')")
    return _option(no_captcha=reason)


def all_tenants(reason: str) -> Callable[[T], T]:
    """Let callers of no tenant touch the rows of every tenant: anonymous ones, services, staff whose issuer has none.

    A caller of a tenant stays inside it, except on functions for everyone, which would answer the same without a token.
    """
    if not reason.strip():
        raise ValueError("say why all tenants are touched: all_tenants('the shop window of all sellers')")
    return _option(all_tenants=reason)


def cached(
    seconds: Seconds, *, reads: Sequence[type] | None = None, client_seconds: float | None = None
) -> Callable[[T], T]:
    """Keep the answers to GET calls for so many seconds, for each caller his own.

    ``seconds`` may be a function of the argument. An answer is forgotten earlier when the store writes an entity of a
    type that it holds, or that ``reads`` names. For ``client_seconds`` a caller may keep it without asking again.
    """
    return _option(caching=_caching(seconds, reads, client_seconds))


def cached_for_all(
    seconds: Seconds, *, reads: Sequence[type] | None = None, client_seconds: float | None = None
) -> Callable[[T], T]:
    """Keep answers as :func:`cached` does, one for all callers; for functions that do not look at who calls."""
    return _option(caching=replace(_caching(seconds, reads, client_seconds), is_for_all=True))


def _caching(seconds: Seconds, reads: Sequence[type] | None, client_seconds: float | None) -> Caching:
    if not callable(seconds) and seconds <= 0:
        raise ValueError("an answer is kept for a positive number of seconds: cached(60)")
    if client_seconds is not None and client_seconds < 0:
        raise ValueError("client_seconds is 0 (callers ask each time) or more")
    return Caching(seconds, reads=None if reads is None else tuple(reads), client_seconds=client_seconds)


def deprecated(since: str, sunset: str | None = None, use: str | None = None) -> Callable[[T], T]:
    """Tell callers that the function is on its way out: ``deprecated("2026-11-01", "2027-05-01", "fooService.bar")``.

    ``since`` and ``sunset`` (when it may be gone) are ISO 8601 dates, ``use`` is the wire name of what to call instead.
    ValueError where a date is none, or the function is gone before it is deprecated.
    """
    said = Deprecation(date.fromisoformat(since), None if sunset is None else date.fromisoformat(sunset), use)
    if said.sunset is not None and said.sunset < said.since:
        raise ValueError(f"sunset {sunset} is before since {since}")
    return _option(deprecation=said)


def no_generated_test(reason: str) -> Callable[[T], T]:
    """Leave the function out of generated integration tests."""
    if not reason.strip():
        raise ValueError("say why nothing is generated: no_generated_test('sends a letter')")
    return _option(no_test=reason)


def agent_tool(target: T) -> T:
    """Offer the function as a tool to AI agents, over the Model Context Protocol; who may call it stays the same."""
    return _option(agent_tool=True)(target)


def count_of(*paths: str) -> Callable[[T], T]:
    """Add ``_count``, the total before paging, to the rows of the paths (``""`` is the root)."""
    return _option(counts=paths or ("",))


def page_steps_only(target: T) -> T:
    """Allow only the current, the next and the previous page, held by a signed token; for lists too long to jump in."""
    return _option(page_steps_only=True)(target)


class Service:
    """A named group of functions: each public method is one, ``POST /<serviceName>.<functionName>``.

    It is constructed once. What its ``__init__`` asks for by annotation (other services, a store) is handed to it;
    a test hands over its own.
    """

    #: Errors that the service's functions raise.
    errors: ClassVar[tuple[type[ServiceError], ...]] = ()

    @classmethod
    def is_switched_on(cls) -> bool:
        """Tell whether the project's settings want the service; one that they do not want is unknown to callers."""
        return True


class CrudEntityService(Service):
    """A service about entities: every function's name begins with what it does (create, get, update, delete, …)."""

    def __init__(self, store: Store) -> None:
        self.store = store


@dataclass(frozen=True, slots=True)
class Account:
    """What is known of a caller's account: its ``_id``, and whether it is locked."""

    id: str | int
    is_locked: bool = False


class UserService:
    """What the service of user accounts adds, so that own resources can be told: whose account a token names.

    It has one of the two methods. ``account_of`` is for accounts that can be locked, and for projects with tenants.
    """

    #: The entity whose rows are the accounts, where the method reads nothing else: then an account may be remembered
    #: for as long as ``BACKK["ACCOUNT_LEASE"]`` says.
    accounts_in: ClassVar[type[Any] | None] = None

    def user_id_of(self, subject: str) -> str | int | None:
        """Return the ``_id`` of the account whose ``subject`` is the token's, None where there is none."""
        raise NotImplementedError(f"{type(self).__name__} has neither user_id_of nor account_of")

    def account_of(self, subject: str, tenant_id: Any) -> Account | None:
        """Return the account of a token's subject, None where there is none.

        ``tenant_id`` is whom the token's issuer stands for, None in a project without tenants: two issuers may call
        two people the same. Asked once a call, before any function that is not for everyone.
        """
        id = self.user_id_of(subject)
        return None if id is None else Account(id)


class TenantService(ABC):
    """What the service of tenants adds, so that each stays among its own rows: whom an issuer of tokens stands for."""

    @abstractmethod
    def tenant_id_of(self, issuer: str) -> str | int | None:
        """Return the ``_id`` of the tenant that a token's issuer (``iss``) stands for, None where there is none."""


class ServiceFunction:
    """One function as a class of its own: ``execute`` does the work, the attributes say where it belongs and for whom.

    The same as a method of a service, for tasks that want more room.
    """

    #: Wire name of the service it belongs to.
    service: ClassVar[str]
    #: Who may call it.
    authorization: ClassVar[Rule | tuple[Rule, ...]]
    errors: ClassVar[tuple[type[ServiceError], ...]] = ()

    def __init__(self, store: Store) -> None:
        self.store = store

    execute: Callable[..., Any]
