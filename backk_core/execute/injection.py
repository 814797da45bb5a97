"""Constructs every service and function class once, handing each what its ``__init__`` asks for by annotation."""

from __future__ import annotations

import inspect
import typing
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from backk_core.declare.service import Service, ServiceFunction
from backk_core.declare.store import Store

#: What stands in for a class: tests put their own there.
Replacements = Mapping[type, Any]


class NotInjectable(Exception):
    """A dependency that cannot be handed over; the message says what to write."""


class Services:
    """The constructed services of a process.

    ``classes`` are all that may be asked for, ``replacements`` what to hand over instead of constructing.
    """

    def __init__(self, classes: Iterable[type], replacements: Replacements) -> None:
        self._classes = tuple(classes)
        self._made: dict[type, Any] = dict(replacements)
        self._underway: list[type] = []

    def get(self, cls: type) -> Any:
        """Return the one instance of a class, or of the only class that extends it.

        NotInjectable where there is none, where there are several, or where services ask for each other in a circle.
        """
        if cls in self._made:
            return self._made[cls]
        chosen = self._chosen(cls)
        if chosen in self._made:
            return self._made[chosen]
        if chosen in self._underway:
            raise _circle([*self._underway, chosen])
        self._underway.append(chosen)
        try:
            instance = chosen(**{name: self.get(wanted) for name, wanted in dependencies_of(chosen).items()})
        finally:
            self._underway.pop()
        self._made[chosen] = instance
        return instance

    def find(self, cls: type) -> Any | None:
        """Return the instance of the class that extends ``cls``, None where no class does."""
        if any(issubclass(known, cls) for known in self._classes):
            return self.get(cls)
        return next((made for known, made in self._made.items() if issubclass(known, cls)), None)

    def provide(self, cls: type, instance: Any) -> None:
        """Hand over ``instance`` to whoever asks for ``cls``, unless something stands in for it already."""
        self._made.setdefault(cls, instance)

    def rehearse(self) -> Iterator[tuple[type, NotInjectable]]:
        """Yield each class that could not be constructed for its dependencies' sake, constructing none."""
        circles: set[frozenset[type]] = set()
        for cls in self._classes:
            try:
                self._follow((cls,), circles)
            except NotInjectable as refusal:
                yield cls, refusal

    def _follow(self, path: tuple[type, ...], circles: set[frozenset[type]]) -> None:
        for wanted in dependencies_of(path[-1]).values():
            try:
                chosen = wanted if wanted in self._made else self._chosen(wanted)
            except NotInjectable:
                if len(path) == 1:
                    raise
                continue
            if chosen == path[0] and frozenset(path) not in circles:
                circles.add(frozenset(path))
                raise _circle([*path, chosen])
            if chosen not in self._made and chosen not in path:
                self._follow((*path, chosen), circles)

    def _chosen(self, cls: type) -> type:
        if cls in self._classes:
            return cls
        fitting = [known for known in self._classes if issubclass(known, cls)]
        if len(fitting) == 1:
            return fitting[0]
        found = ", ".join(known.__name__ for known in fitting) or "none"
        if not fitting and not issubclass(cls, Service | ServiceFunction):
            found += f" (what is of an app comes with it: is {cls.__module__.partition('.')[0]!r} in INSTALLED_APPS?)"
        msg = f"{cls.__name__} is asked for, and one service is wanted that is or extends it; there is {found}"
        raise NotInjectable(msg)


def _circle(steps: Iterable[type]) -> NotInjectable:
    names = " → ".join(step.__name__ for step in steps)
    return NotInjectable(
        f"services ask for each other in a circle: {names}; let one of them take the other as an argument"
    )


def dependencies_of(cls: type) -> dict[str, type]:
    """Return what the ``__init__`` of a service asks for: parameter names and classes.

    NotInjectable where a parameter has no class that could be handed over.
    """
    make: Any = vars(cls).get("__init__") or getattr(cls, "__init__")  # noqa: B009 - mypy distrusts cls.__init__
    if make is object.__init__:
        return {}
    try:
        hints = typing.get_type_hints(make)
    except NameError as error:
        msg = f"{cls.__name__}.__init__: {error}; import it at the top of the module, not only for type checking"
        raise NotInjectable(msg) from error
    wanted: dict[str, type] = {}
    for name, parameter in list(inspect.signature(make).parameters.items())[1:]:
        hint = hints.get(name)
        if isinstance(hint, type) and (issubclass(hint, Service | ServiceFunction | Store) or inspect.isabstract(hint)):
            wanted[name] = hint
        elif parameter.default is parameter.empty and parameter.kind not in (
            parameter.VAR_POSITIONAL,
            parameter.VAR_KEYWORD,
        ):
            msg = (
                f"{cls.__name__}.__init__ asks for {name}: annotate it with a service class or Store, or give a default"
            )
            raise NotInjectable(msg)
    return wanted
