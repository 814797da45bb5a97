"""Answers to GET calls that are kept in a cache: for whom, for how long, and what makes them out of date.

Each type of entity has a generation in the cache: a random word that every committed write of the store replaces. An
answer is kept with the generations that were read *before* its function ran, and counts only while they are the current
ones: an answer of rows read before a write was committed, and kept after it, is out of date from the beginning.
"""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache, partial, wraps
from typing import Any, ParamSpec, TypeVar, cast

import msgspec
from django.db import models, transaction

from backk_core.declare.conf import conf, forget_when_changed
from backk_core.declare.patterns import compile_pattern
from backk_core.declare.service import Caching
from backk_core.declare.stored_forms import StoredForm
from backk_core.describe.contracts import ServiceFunctionContract, TypeContract
from backk_core.describe.registry import registry
from backk_core.execute.account_leases import leased_models, outlast_leases
from backk_core.execute.answer_shelf import shelf
from backk_core.execute.call import Call, Reply
from backk_core.execute.canonical import canonical
from backk_core.execute.replies import NO_STORE, base_headers, unless_known

P = ParamSpec("P")
T = TypeVar("T")


class _Kept(msgspec.Struct, array_like=True):
    """An answer as the cache has it."""

    #: When it was kept, in seconds since 1970, and for how long.
    at: float
    seconds: float
    status: int
    headers: list[tuple[str, str]]
    tag: str
    body: bytes


class Answers:
    """The kept answers of one function."""

    def __init__(self, contract: ServiceFunctionContract, caching: Caching) -> None:
        self._caching = caching
        self._seconds = caching.seconds if callable(caching.seconds) else None
        self._types = tuple(sorted(model._meta.label for model in read_by(contract, caching)))
        self._name = (conf().microservice_name, conf().microservice_namespace, contract.wire_name, version_of(contract))

    def reply(self, call: Call, answer: Callable[[], Reply]) -> Reply:
        """Return what is kept for a call that is authorized and valid, else what ``answer`` says, and keep that."""
        seconds = cast("float", self._caching.seconds) if self._seconds is None else self._seconds(call.argument)
        if seconds <= 0:
            fresh = answer()
            tag = _tag_of(fresh)
            return fresh if tag is None else unless_known(call, fresh, tag)
        key = self._key(call)
        looked = shelf().look_up(key, self._types)
        if looked is not None and looked.text is not None:
            return self._told(call, msgspec.json.decode(looked.text, type=_Kept))
        kept = self._kept(call, answer(), seconds)
        if looked is not None:
            shelf().put(key, msgspec.json.encode(kept).decode(), looked, seconds)
        return self._told(call, kept)

    def _key(self, call: Call) -> str:
        """Return where the answer is kept: by what is asked, and who asks."""
        who: Any = None
        if not self._caching.is_for_all and (principal := call.principal) is not None:
            who = principal.identity, sorted(principal.roles), call.own
        return hashlib.sha256(repr((*self._name, who, canonical(call.body))).encode()).hexdigest()

    def _kept(self, call: Call, reply: Reply, seconds: float) -> _Kept:
        own = {name for name, _ in base_headers(call)}
        headers = [header for header in reply.headers if header[0] not in own and header != NO_STORE]
        tag = _tag_of(reply)
        if tag is None:
            tag = f'"{hashlib.sha256(reply.body).hexdigest()[:20]}"'
            headers.append(("ETag", tag))
        return _Kept(time.time(), seconds, reply.status, headers, tag, reply.body)

    def _told(self, call: Call, kept: _Kept) -> Reply:
        headers = [*base_headers(call), *kept.headers]
        names = {name.lower() for name, _ in kept.headers}
        if "cache-control" not in names:
            headers.append(self._cache_control(kept))
        if not self._caching.is_for_all and "vary" not in names:
            # a browser that somebody else signs in to must ask again
            headers.append(("Vary", "Authorization"))
        return unless_known(call, Reply(kept.status, kept.body, headers), kept.tag)

    def _cache_control(self, kept: _Kept) -> tuple[str, str]:
        whose = "public" if self._caching.is_for_all else "private"
        left = kept.seconds - max(0.0, time.time() - kept.at)
        if self._caching.client_seconds is not None:
            left = min(left, self._caching.client_seconds)
        return "Cache-Control", f"{whose}, max-age={math.floor(left)}" if left >= 1 else f"{whose}, no-cache"


def _tag_of(reply: Reply) -> str | None:
    return next((value for name, value in reply.headers if name.lower() == "etag"), None)


# which functions


def answers_of(contract: ServiceFunctionContract) -> Answers | None:
    """Return what keeps a function's answers, None where they are not kept."""
    caching = caching_of(contract)
    if caching is None:
        return None
    _watched_here.update(read_by(contract, caching))
    return Answers(contract, caching)


def caching_of(contract: ServiceFunctionContract) -> Caching | None:
    """Return how a function's answers are kept: as it says, else as the project's pattern says."""
    if not contract.allows_get or contract.options.caching is not None:
        return contract.options.caching if contract.allows_get else None
    pattern = conf().cached_pattern
    if not pattern or not compile_pattern(pattern).fullmatch(contract.wire_name):
        return None
    caching = Caching(conf().cached_seconds)
    # what nobody has looked at is kept only where nothing can be said against it
    return caching if read_by(contract, caching) and not list(secrets_in(contract)) else None


def read_by(contract: ServiceFunctionContract, caching: Caching) -> frozenset[Any]:
    """Return the models whose changes make a function's answers out of date."""
    of_answer = {known.model for known in _types_in(contract.result) if known.is_entity}
    return frozenset(of_answer | {getattr(cls, "backk_model", cls) for cls in caching.reads or ()})


def secrets_in(contract: ServiceFunctionContract) -> Iterator[str]:
    """Yield what a function answers that its database keeps in another form: what is encrypted there."""
    for known in _types_in(contract.result):
        for field in known.answered:
            if isinstance(field.model_field, StoredForm):
                yield f"{known.name}.{field.name}"


def _types_in(contract: TypeContract | None) -> Sequence[TypeContract]:
    """Return a type and all that its answers may hold."""
    found = [] if contract is None else [contract]
    for known in found:
        fields = (*known.answered, *((known.entries,) if known.entries is not None else ()))
        for field in fields:
            inner = field.type or (field.element.type if field.element is not None else None)
            if inner is not None and inner not in found:
                found.append(inner)
    return found


def version_of(contract: ServiceFunctionContract) -> str:
    """Return what changes when the function's contract does: what an older process kept is not answered by a newer."""
    told = [
        contract.argument.name if contract.argument is not None else "",
        contract.result_shape,
        repr(contract.options.counts),
        *(
            f"{known.name}.{field.wire_name} {field.kind.name} {field.nullable} {field.type and field.type.name}"
            for known in _types_in(contract.result)
            for field in known.answered
        ),
    ]
    return hashlib.sha256("\n".join(told).encode()).hexdigest()[:16]


# what is out of date

#: Models that the answers of pipelines in this process read; other processes' are found in the registry.
_watched_here: set[Any] = set()


@lru_cache(maxsize=1)
def _watched_by_project() -> frozenset[Any]:
    """Return the models whose changes make answers out of date, whichever process keeps these."""
    found = ((function, caching_of(function)) for function in registry().functions.values())
    return frozenset(model for function, caching in found if caching for model in read_by(function, caching))


forget_when_changed(_watched_by_project)


def outdates_answers(operation: Callable[P, T]) -> Callable[P, T]:
    """Let a writing operation of a store, whose first argument says what it writes, let go of answers it outdates."""
    deletes = operation.__name__.lstrip("_").startswith("delete")
    # a new account is known to nobody, and links are no part of one
    changes = deletes or operation.__name__.lstrip("_").startswith("update")

    @wraps(operation)
    def write(*args: P.args, **named: P.kwargs) -> T:
        result = operation(*args, **named)
        if _watched_here or _watched_by_project():
            written = args[1] if len(args) > 1 else next(iter(named.values()))
            _outdate(_model_of(written), deletes=deletes)
        if changes and (leased := leased_models()):
            written = args[1] if len(args) > 1 else next(iter(named.values()))
            if not leased.isdisjoint(touched_with(_model_of(written), deletes=deletes)):
                outlast_leases()
        return result

    return write


def forget_answers(*entity_types: type[models.Model]) -> None:
    """Let go of the kept answers that hold entities of these types, when the open transaction is committed.

    What the store writes needs no such word; what ``Model.objects`` or SQL writes does.
    """
    _forget_when_committed({model._meta.label for model in entity_types})


def _model_of(written: Any) -> Any:
    """Return the model of an entity, of the first of several, or of a type; None where nothing was written."""
    if isinstance(written, list | tuple):
        written = written[0] if written else None
    return written if isinstance(written, type) or written is None else type(written)


def _outdate(model: Any, *, deletes: bool) -> None:
    watched = _watched_here | _watched_by_project()
    labels = {touched._meta.label for touched in touched_with(model, deletes=deletes) if touched in watched}
    if labels:
        _forget_when_committed(labels)


def _forget_when_committed(labels: Iterable[str]) -> None:
    transaction.on_commit(partial(shelf().forget, frozenset(labels)), using=conf().database, robust=True)


@lru_cache(maxsize=1024)
def touched_with(model: Any, *, deletes: bool) -> tuple[Any, ...]:
    """Return the models whose rows may change when one's do: its parts, and what the database deletes with it."""
    found = [] if model is None else [model]
    for known in found:
        more = list(known._meta.parents)
        if deletes:
            more += [
                related.related_model
                for related in known._meta.related_objects
                if related.on_delete not in (models.PROTECT, models.RESTRICT, models.DO_NOTHING)
            ]
        relations = [field.relation for field in registry().type_contract(known).relations]
        more += [relation.model for relation in relations if relation is not None and relation.is_owned]
        found += [other for other in dict.fromkeys(more) if other not in found]
    return tuple(found)
