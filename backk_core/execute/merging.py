"""What lists of parts and links amount to when they are written: what is new, what is changed, and what is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Generic, NamedTuple, TypeVar, cast

from django.db.models import ManyToManyField

from backk_core.declare.errors import EntityNotFound, InvalidArgument, SubEntityCountExceeded, Violation
from backk_core.declare.relations import relations_of
from backk_core.describe.contracts import FieldContract, Mode, RelationContract, TypeContract
from backk_core.describe.registry import registry
from backk_core.execute.building import defaults_filler, key_of
from backk_core.execute.results import Excerpt

K = TypeVar("K")

Path = tuple[str | int, ...]

#: Local ids that count as numbers have at most so many digits, so that there is always a next one.
_MOST_DIGITS = 18


class Owner(NamedTuple):
    """An entity whose parts and links are written: it has its key, and is new or was there."""

    entity: Any
    is_new: bool
    path: Path = ()


@lru_cache(maxsize=1024)
def written_relations(contract: TypeContract) -> tuple[FieldContract, ...]:
    """Return the relations that are written with an entity: its parts, and links that it declares itself."""
    declared = relations_of(contract.model)
    return tuple(
        field
        for field in contract.relations
        if cast(RelationContract, field.relation).is_owned or isinstance(declared[field.name], ManyToManyField)
    )


def is_set(entity: Any, field: FieldContract) -> bool:
    """Tell whether a relation of an entity is to be written.

    Of what was read in part nothing is taken away: its parts are merged, its links stay. ValueError where links were
    added to such a list, or taken out of it.
    """
    held = entity.__dict__.get(field.name)
    if not isinstance(held, Excerpt):
        return held is not None
    if cast(RelationContract, field.relation).is_owned:
        return bool(held)
    if not held.is_as_read:
        name = type(entity).__name__
        raise ValueError(
            f"{name}.{field.name} was read in part, and a list of links that is written is all there is: write "
            f"store.add_sub_entities({name}, id, {field.name!r}, […]) or store.remove_sub_entities(…)"
        )
    return False


def end_of(field: FieldContract) -> TypeContract:
    """Return the contract of the entity at the end of a relation, whatever view shows it."""
    return registry().type_contract(cast(RelationContract, field.relation).model)


def give_lists(contract: TypeContract, owners: Iterable[Owner]) -> None:
    """Give new entities an empty list of what nothing was said of."""
    for owner in owners:
        if owner.is_new:
            for field in contract.relations:
                owner.entity.__dict__.setdefault(field.name, [])


class Merge(Generic[K]):
    """What is to happen to the parts of one relation: all that is wrong is found before anything is written.

    ``K`` is what is known of a part that is there.
    """

    def __init__(self, field: FieldContract) -> None:
        self._relation = cast(RelationContract, field.relation)
        self._part = end_of(field)
        self._wire_name = field.wire_name
        self.new: list[Owner] = []
        self.changed: list[tuple[Owner, K]] = []
        #: The keys of the owners that shall have no parts any more.
        self.emptied: list[Any] = []
        self._violations: list[Violation] = []

    def sort(self, owner: Any, path: Path, parts: Sequence[Any], present: Mapping[str, K]) -> None:
        """Tell which of an owner's parts are new, and give those their ids. SubEntityCountExceeded."""
        if not parts and present:
            self.emptied.append(owner)
            return
        new: list[Any] = []
        seen: set[str] = set()
        for position, part in enumerate(parts):
            place = (*path, self._wire_name, position)
            local_id = part.__dict__.get("local_id") or ""
            if local_id in seen:
                self._violations.append(Violation((*place, self._part.identity.wire_name), "is not unique"))
            if local_id:
                seen.add(local_id)
            if local_id and local_id in present:
                self._violations += self._unchangeable(part, place)
                self.changed.append((Owner(part, is_new=False, path=place), present[local_id]))
            else:
                self._violations += self._completed(part, place)
                part.__dict__[self._relation.parent_column] = owner
                self.new.append(Owner(part, is_new=True, path=place))
                new.append(part)
        if self._relation.max_size is not None and new and len(present) + len(new) > self._relation.max_size:
            raise SubEntityCountExceeded
        number_parts(new, present.keys() | seen)

    @property
    def owners(self) -> list[Owner]:
        """The parts that may have parts and links of their own to be written."""
        return [*self.new, *(owner for owner, _ in self.changed)]

    def refuse_what_is_wrong(self) -> None:
        """Raise InvalidArgument with all that is wrong."""
        if self._violations:
            raise InvalidArgument(self._violations)

    def _completed(self, part: Any, path: Path) -> Iterator[Violation]:
        """Give a new part that was sent with an id its defaults; yield what it lacks, and what it may not have."""
        if not _was_sent(part):
            return
        state = dict(part.__dict__)
        for field in self._part.entering(Mode.PART):
            if field.name not in state and field.required and field.enters(Mode.CREATE):
                yield Violation((*path, field.wire_name), "should not be null or undefined")
            elif field.name in state and not field.enters(Mode.CREATE) and not field.primary_key:
                yield Violation((*path, field.wire_name), "is not allowed")
        _filler(self._part)(part.__dict__)
        part.__dict__.update(state)
        part._state.adding = True

    def _unchangeable(self, part: Any, path: Path) -> Iterator[Violation]:
        """Yield the properties that were sent of a part that is there, and that only new ones have."""
        if _was_sent(part):
            for field in self._part.entering(Mode.PART):
                if field.name in part.__dict__ and not field.enters(Mode.UPDATE) and field is not self._part.identity:
                    yield Violation((*path, field.wire_name), "is not allowed")


_filler = lru_cache(maxsize=1024)(defaults_filler)


def _was_sent(part: Any) -> bool:
    """Tell whether a caller sent a part with an id, so that it has what was sent and nothing else."""
    return not part._state.adding and part.pk is None


def number_parts(parts: Iterable[Any], taken: Iterable[str]) -> None:
    """Give parts without an id the next ones: numbers, from the greatest one that there is."""
    known = set(taken)
    numbers = (int(id) for id in known if id.isascii() and id.isdigit() and len(id) <= _MOST_DIGITS)
    number = max(numbers, default=-1)
    for part in parts:
        if not part.__dict__.get("local_id"):
            number += 1
            while str(number) in known:
                number += 1
            part.__dict__["local_id"] = str(number)


def linked_keys(end: TypeContract, linked: Iterable[Any], path: Path) -> list[Any]:
    """Return the keys of entities, views or ids, each once. InvalidArgument where one is nobody's."""
    keys: dict[Any, None] = {}
    for position, item in enumerate(linked):
        id = getattr(item, "pk", item)
        if id is None:
            place = (*path, position, end.key.wire_name)
            raise InvalidArgument([Violation(place, "should not be null or undefined")])
        try:
            keys[key_of(id, end) if end.key.kind.name == "id" else end.key.model_field.to_python(id)] = None
        except Exception:  # noqa: BLE001 - whatever a key field cannot read is nobody's key
            raise refers_to_nothing(end, path, id) from None
    return list(keys)


def refers_to_nothing(end: TypeContract, path: Path, id: Any) -> InvalidArgument:
    """Return the error that tells which link leads to no entity."""
    nobody = EntityNotFound(end.name, str(id)[:64])
    return InvalidArgument([Violation(path, f"refers to nothing: {nobody}")])
