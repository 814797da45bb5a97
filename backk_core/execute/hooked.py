"""What all stores do alike: an operation between its hooks, in one transaction."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar

from django.db.models import Model

from backk_core.declare.hooks import Hook, Moment
from backk_core.declare.store import Filter
from backk_core.declare.types import One
from backk_core.execute.array_values import ArrayValues

E = TypeVar("E", bound=Model)
R = TypeVar("R")

Rows = Callable[[], Sequence[Any]]


class HookedOperations(ArrayValues):
    """A store whose operations run between their hooks; how they are done is the concrete store's."""

    def create(self, entity: E, *, hooks: Sequence[Hook] = ()) -> One[E]:
        if not hooks:
            return self._create(entity)
        return self._hooked(hooks, partial(self._create, entity), outcome=lambda created: created.data)

    def update(self, entity: Model, *, hooks: Sequence[Hook] = ()) -> None:
        if entity._state.adding:
            name = type(entity).__name__
            raise ValueError(
                f"this {name} was made by {name}(…), which sets every field, and an update writes all that is set: "
                f"write store.update(changes_to({name}, id, …)), or read the entity first"
            )
        if not hooks:
            return self._update(entity)
        current = partial(self._locked, type(entity), entity.pk)
        return self._hooked(hooks, partial(self._update, entity), current, outcome=lambda _: entity)

    def update_all(
        self, entity_type: type[E], changes: Mapping[str, Any], *filters: Filter, hooks: Sequence[Hook] = ()
    ) -> int:
        update = partial(self._update_all, entity_type, changes, *filters)
        return self._hooked(hooks, update, partial(self.lock_all, entity_type, *filters)) if hooks else update()

    def add_sub_entities(
        self,
        entity_type: type[E],
        which: str | int | Filter,
        path: str,
        sub_entities: Sequence[Any],
        *,
        if_not_found: Callable[[], E] | None = None,
        hooks: Sequence[Hook] = (),
    ) -> int:
        add = partial(self._add_sub_entities, entity_type, which, path, sub_entities, if_not_found)
        return self._hooked(hooks, add, partial(self._meant, entity_type, which)) if hooks else add()

    def remove_sub_entities(
        self,
        entity_type: type[E],
        which: str | int | Filter,
        path: str,
        *filters: Filter,
        hooks: Sequence[Hook] = (),
    ) -> int:
        remove = partial(self._remove_sub_entities, entity_type, which, path, *filters)
        return self._hooked(hooks, remove, partial(self._meant, entity_type, which)) if hooks else remove()

    def delete_by_id(self, entity_type: type[E], id: str | int, *, hooks: Sequence[Hook] = ()) -> None:
        if not hooks:
            return self._delete_by_id(entity_type, id)
        delete = partial(self._delete_by_id, entity_type, id)
        return self._hooked(hooks, delete, partial(self._locked, entity_type, id), outcome=lambda _: id)

    def delete_all(self, entity_type: type[E], *filters: Filter, hooks: Sequence[Hook] = ()) -> int:
        delete = partial(self._delete_all, entity_type, *filters)
        return self._hooked(hooks, delete, partial(self.lock_all, entity_type, *filters)) if hooks else delete()

    def _hooked(
        self,
        hooks: Sequence[Hook],
        operation: Callable[[], R],
        current: Rows | None = None,
        outcome: Callable[[R], Any] = lambda result: result,
    ) -> R:
        """Run an operation between its hooks, all or nothing.

        ``current`` locks and returns the rows that it is about, ``outcome`` returns what hooks afterwards are given.
        ValueError where a hook wants the current row of what is only being made.
        """
        with self.transaction():
            for hook in _at(Moment.BEFORE, hooks):
                hook.judge()
            with_current = _at(Moment.WITH_CURRENT, hooks)
            if with_current and current is None:
                raise ValueError("what is created has no current row: use before(…), which is given nothing")
            for row in current() if with_current and current is not None else ():
                for hook in with_current:
                    hook.judge(row)
            result = operation()
            for hook in _at(Moment.AFTER, hooks):
                hook.judge(outcome(result))
            return result

    def _locked(self, entity_type: type[E], id: str | int) -> Sequence[E]:
        return [self.lock(entity_type, id)]

    @abstractmethod
    def _meant(self, entity_type: type[E], which: str | int | Filter) -> Sequence[E]:
        """Lock the entity that sub-entities are added to or removed from; none where it may only be made."""

    # how each is done

    @abstractmethod
    def _create(self, entity: E) -> One[E]: ...

    @abstractmethod
    def _update(self, entity: Model) -> None: ...

    @abstractmethod
    def _update_all(self, entity_type: type[E], changes: Mapping[str, Any], *filters: Filter) -> int: ...

    @abstractmethod
    def _add_sub_entities(
        self,
        entity_type: type[E],
        which: str | int | Filter,
        path: str,
        sub_entities: Sequence[Any],
        if_not_found: Callable[[], E] | None,
    ) -> int: ...

    @abstractmethod
    def _remove_sub_entities(
        self, entity_type: type[E], which: str | int | Filter, path: str, *filters: Filter
    ) -> int: ...

    @abstractmethod
    def _delete_by_id(self, entity_type: type[E], id: str | int) -> None: ...

    @abstractmethod
    def _delete_all(self, entity_type: type[E], *filters: Filter) -> int: ...


def _at(moment: Moment, hooks: Sequence[Hook]) -> list[Hook]:
    return [hook for hook in hooks if hook.moment is moment]
