"""What decoded values become: entities with their parts, arguments and results."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

import msgspec
from django.db.models import NOT_PROVIDED, Model
from django.db.models.base import ModelState

from backk_core.declare.errors import EntityNotFound, InvalidArgument, Violation
from backk_core.declare.types import UNSET
from backk_core.describe.contracts import MISSING, FieldContract, Mode, TypeContract
from backk_core.describe.field_kinds import ARRAY, ID, MAP, OBJECT


def data_built(contract: TypeContract, values: Mapping[str, Any]) -> Any:
    """Return the Argument or Result of checked values, nested ones too."""
    built = {}
    for field in contract.fields:
        if field.name in values:
            built[field.name] = nested_built(field, values[field.name])
        elif not field.enters(Mode.ARGUMENT):
            built[field.name] = UNSET
        elif field.default is not MISSING:
            # a borrowed field's default is not its class's own
            built[field.name] = field.default() if callable(field.default) else field.default
    return contract.cls(**built)


def nested_built(field: FieldContract, value: Any) -> Any:
    """Return what the checked value of a property becomes."""
    if value is None:
        return None
    if field.kind is ARRAY and field.element is not None:
        return [nested_built(field.element, item) for item in value]
    if field.kind is MAP and field.element is not None:
        return {name: nested_built(field.element, item) for name, item in value.items()}
    if field.kind is OBJECT and field.type is not None and isinstance(value, dict):
        return data_built(field.type, value)
    return value


def values_of(wire: Any) -> dict[str, Any]:
    """Return what was sent of the properties that a decoded struct has, by name."""
    return {name: value for name, value in msgspec.structs.asdict(wire).items() if value is not UNSET}


def entity_builder(contract: TypeContract, mode: Mode) -> Callable[[dict[str, Any]], Model]:
    """Return a function that makes an entity of checked values.

    For an update only what was sent is set: everything else is deferred, as Django calls it, and stays untouched.
    """
    cls: Any = contract.model
    ids = [field for field in contract.entering(mode) if field.kind is ID]
    customised = [
        (field.name, field.model_field.to_python)
        for field in contract.entering(mode)
        if field.model_field is not None
        and not type(field.model_field).__module__.startswith(("django.db.models", "backk_core."))
    ]
    nested = [(field.name, entities_builder(field, mode)) for field in contract.relations if field.enters(mode)]
    fill = defaults_filler(contract)
    # of a part that is changed nobody sent the row's key
    hidden_key = contract.key.name if contract.identity is not contract.key else None

    def build(values: dict[str, Any]) -> Model:
        for field in ids:
            if (value := values.get(field.name)) is not None:
                values[field.name] = key_of(value, contract if field.primary_key else None)
        for name, to_python in customised:
            if values.get(name) is not None:
                values[name] = to_python(values[name])
        for name, build_all in nested:
            if values.get(name) is not None:
                values[name] = build_all(values[name])
        entity = cls.__new__(cls)
        state = entity.__dict__
        state["_state"] = model_state = ModelState()
        if mode is Mode.CREATE:
            fill(state)
        elif hidden_key is not None:
            state[hidden_key] = None
        state.update(values)
        model_state.adding = mode is Mode.CREATE
        return cast(Model, entity)

    return build


def entities_builder(field: FieldContract, mode: Mode) -> Callable[[list[Any]], list[Model]]:
    """Return a function that makes the entities of a relation of checked values.

    Of an entity that is updated, parts without an id of their own are new: they have their defaults.
    """
    assert field.element is not None
    assert field.element.type is not None
    held, inner = field.element.type, field.inner_mode(mode)
    build = entity_builder(held, inner)
    build_new = entity_builder(held, Mode.CREATE) if inner is Mode.PART else build
    identity = held.identity.name

    def build_all(items: list[Any]) -> list[Model]:
        built = []
        for item in items:
            values = item if isinstance(item, dict) else values_of(item)
            built.append((build if identity in values else build_new)(values))
        return built

    def build_linked(items: list[Any]) -> list[Model]:
        try:
            return build_all(items)
        except EntityNotFound as nobody:
            raise InvalidArgument([Violation((field.wire_name,), f"refers to nothing: {nobody}")]) from None

    return build_all if field.relation is None or field.relation.is_owned else build_linked


def defaults_filler(contract: TypeContract) -> Callable[[dict[str, Any]], None]:
    """Return a function that gives a new entity's state its defaults; its key is None where that comes later."""
    constants: dict[str, Any] = {}
    factories: list[tuple[str, Callable[[], Any]]] = []
    for field in contract.stored:
        default = field.model_field.get_default if field.default is MISSING else field.default
        if field.primary_key and not callable(default):
            constants[field.name] = None
        elif field.default is MISSING and not field.model_field.has_default() and not _in_database(field):
            # Django makes the same nothing each time
            constants[field.name] = default()
        elif callable(default):
            factories.append((field.name, default))
        else:
            constants[field.name] = default
    factories += [(field.name, list) for field in contract.relations]

    if not factories:
        return lambda state: state.update(constants)

    def fill(state: dict[str, Any]) -> None:
        state.update(constants)
        for name, make in factories:
            state[name] = make()

    return fill


def _in_database(field: FieldContract) -> bool:
    """Tell whether a field's default is the database's."""
    return field.model_field.db_default is not NOT_PROVIDED


def key_of(value: Any, contract: TypeContract | None) -> Any:
    """Return the database's key of an id that was sent.

    EntityNotFound where ``contract``'s entity can have no such key; a reference that can be nobody's is 0.
    """
    text = str(value)
    if text.isascii() and text.isdigit() and (len(text) == 1 or text[0] != "0") and (key := int(text)) < 2**63:
        return key
    if contract is None:
        return 0
    raise EntityNotFound(contract.name, text)
