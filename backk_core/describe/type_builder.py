"""How types become contracts: entities, views and annotated classes, their fields and rules, read once at start-up."""

from __future__ import annotations

import enum
import inspect
import itertools
import types
import typing
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Annotated, Any, Literal, Union, cast, get_args, get_origin

import msgspec
from django.db import models
from typing_extensions import Doc

from backk_core.declare import naming
from backk_core.declare.access import PRIVATE, READ_UPDATE, access_of
from backk_core.declare.entities import ArrayField, declared_validators
from backk_core.declare.hints import Hint, hints_in, hints_on, sample_of, ui_of
from backk_core.declare.relations import EntityView, relations_of
from backk_core.declare.stored_forms import inner_field
from backk_core.declare.types import UNSET, BorrowedField, Data, EntityIdMark, UnsetType
from backk_core.declare.validators import (
    DjangoRule,
    PatternError,
    Validator,
    array_max_size,
    array_min_size,
    between,
    from_django,
    max_length,
)
from backk_core.describe.contracts import (
    MISSING,
    FieldContract,
    Problem,
    RelationContract,
    TypeContract,
)
from backk_core.describe.field_kinds import (
    ANNOTATION_KINDS,
    ARRAY,
    ID,
    INTEGER,
    MAP,
    OBJECT,
    OPAQUE,
    STRING,
    is_plain,
    kind_of,
)
from backk_core.describe.source import place_of

#: Annotations of containers, and the kind that rules about the whole container judge; other rules judge what is in it.
_CONTAINERS: dict[Any, str] = {list: "array", dict: "object"}
_COLUMN_RANGES = {
    models.SmallIntegerField: (-(2**15), 2**15 - 1),
    models.PositiveSmallIntegerField: (0, 2**15 - 1),
    models.BigIntegerField: (-(2**63), 2**63 - 1),
    models.PositiveBigIntegerField: (0, 2**63 - 1),
    models.PositiveIntegerField: (0, 2**31 - 1),
    models.IntegerField: (-(2**31), 2**31 - 1),
}


class Unbuildable(Exception):
    """A declaration that no contract can be made of; carries the problem to report."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


class TypeBuilder:
    """Builds contracts and remembers each type's; what it cannot build goes to ``problems``."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self._types: dict[type, TypeContract] = {}
        #: Types whose contract is being built, to see what has no end.
        self._underway: list[type] = []

    @property
    def types(self) -> tuple[TypeContract, ...]:
        """The contracts built so far."""
        return tuple(self._types.values())

    # types

    def find(self, cls: type) -> TypeContract | None:
        """Return the contract of a type, None where it was not built."""
        return self._types.get(cls)

    def type_contract(self, cls: type) -> TypeContract:
        """Return the contract of an entity, Argument or Result. Unbuildable where it is none of them."""
        if cls not in self._types:
            self._underway.append(cls)
            try:
                self._types[cls] = self._built(cls)
            finally:
                self._underway.pop()
        return self._types[cls]

    def _built(self, cls: type) -> TypeContract:
        if issubclass(cls, models.Model):
            return self._entity_contract(cls)
        if issubclass(cls, EntityView):
            return self._view_contract(cls)
        if issubclass(cls, Data):
            return self._data_contract(cls)
        if hasattr(cls, "base_filters"):
            return self._filter_set_contract(cls)
        raise Unbuildable(
            Problem(
                "backk.E103",
                place_of(cls),
                f"{cls.__name__} cannot be validated: it is no entity, view, Argument or Result.",
                f"class {cls.__name__}(Argument): …",
            )
        )

    def _entity_contract(self, cls: type[models.Model]) -> TypeContract:
        stored = tuple(self._model_field(field, cls) for field in cls._meta.concrete_fields)
        transients = [self._transient(cls, name) for name in getattr(cls, "backk_transients", {})]
        relations = [self._relation(cls, name) for name in relations_of(cls)]
        documentation = inspect.getdoc(cls) or ""
        # Django writes "Model(field, field)" where nobody wrote anything
        documentation = "" if documentation.startswith(f"{cls.__name__}(") else documentation
        return TypeContract(
            name=cls.__name__,
            cls=cls,
            fields=(*stored, *transients, *relations),
            is_entity=True,
            model=cls,
            stored=stored,
            documentation=documentation,
        )

    def _filter_set_contract(self, cls: Any) -> TypeContract:
        # django-filter is imported where somebody uses it
        from backk_core.declare.filter_sets import Uncarried
        from backk_core.describe.filter_fields import filter_set_contract

        try:
            return filter_set_contract(cls, self._model_field, self._rules)
        except Uncarried as refusal:
            where, title = place_of(cls, refusal.filter_name), f"{cls.__name__}.{refusal.filter_name}"
            raise Unbuildable(Problem("backk.E206", where, f"{title} {refusal}.", refusal.hint)) from refusal

    def _view_contract(self, cls: type[EntityView]) -> TypeContract:
        """Return the contract of a view: the entity's fields that it shows, with what was said of them here."""
        model = cls.backk_model
        fields = [
            _overridden(self._entity_field(model, borrowed.name), borrowed, name)
            for name, borrowed in cls.backk_borrowed.items()
        ]
        return TypeContract(
            name=cls.__name__,
            cls=cls,
            fields=tuple(fields),
            is_entity=True,
            model=model,
            stored=tuple(self._model_field(field, model) for field in model._meta.concrete_fields),
            documentation=inspect.getdoc(cls) or "",
        )

    def _entity_field(self, model: type[models.Model], name: str) -> FieldContract:
        """Return the contract of one field of an entity, whose own contract may be underway."""
        if name in relations_of(model):
            return self._relation(model, name)
        if name in getattr(model, "backk_transients", {}):
            return self._transient(model, name)
        return next(self._model_field(field, model) for field in model._meta.concrete_fields if field.attname == name)

    def _transient(self, cls: type[models.Model], name: str) -> FieldContract:
        field = cls.backk_transients[name]  # type: ignore[attr-defined]
        contract = replace(self._model_field(field, cls), name=name, column=None, transient=True)
        return replace(contract, wire_name=naming.to_wire(name))

    def _relation(self, cls: type[models.Model], name: str) -> FieldContract:
        """Return the contract of a relation: an array of the entities at its end."""
        declared = relations_of(cls)[name]
        access = access_of(declared)
        try:
            held, link = declared.held, declared.link
        except (ImportError, KeyError, LookupError) as error:
            raise self._unvalidatable_relation(cls, name, f"has nothing at its end: {error}") from error
        element = FieldContract(name=name, wire_name=naming.to_wire(name), kind=OBJECT, access=access)
        if access is not PRIVATE:
            # what nobody sees may lead back to where it came from
            element = replace(element, type=self._held_type(cls, name, held))
        rules: list[Validator] = [array_max_size(declared.max_size)] if declared.max_size is not None else []
        rules += [array_min_size(declared.min_size)] if declared.min_size else []
        rules += self._rules(declared.rules, cls, name)
        return FieldContract(
            name=name,
            wire_name=naming.to_wire(name),
            kind=ARRAY,
            access=access,
            required=bool(declared.min_size),
            default=MISSING if declared.min_size else list,
            validators=tuple(rules),
            element=element,
            relation=RelationContract(
                model=getattr(held, "backk_model", held),
                is_owned=declared.is_owned,
                link=link,
                parent_column=declared.parent_column,
                max_size=declared.max_size,
                min_size=declared.min_size,
            ),
        )

    def _held_type(self, cls: type, name: str, held: type) -> TypeContract:
        if held in self._underway:
            message = f"leads back to {held.__name__}, whose answer would have no end"
            raise self._unvalidatable_relation(cls, name, message)
        return self.type_contract(held)

    def _unvalidatable_relation(self, cls: type, name: str, message: str) -> Unbuildable:
        hint = f'class {cls.__name__}Seen(EntityView, fields=pick(…))  # without {name}, and {name} = …(view="…Seen")'
        return Unbuildable(Problem("backk.E205", place_of(cls, name), f"{cls.__name__}.{name} {message}.", hint))

    def _model_field(self, field: models.Field[Any, Any], cls: type) -> FieldContract:
        declared = inner_field(field)
        kind = kind_of(declared)
        access = access_of(field)
        if access is None and field.primary_key:
            access = READ_UPDATE
        name = field.attname if getattr(field, "attname", None) else field.name
        choices = tuple(value for value, _ in declared.flatchoices) if declared.choices else None
        element = None
        if isinstance(declared, ArrayField):
            declared.base_field.set_attributes_from_name(declared.base_field.name or "element")
            element = self._model_field(declared.base_field, cls)
        default = field.default if field.has_default() else MISSING
        if default is MISSING and field.blank and not field.null and kind is STRING:
            default = ""
        return FieldContract(
            name=name,
            wire_name=naming.KEY if field.primary_key else naming.to_wire(name),
            kind=ID if field.primary_key and kind is INTEGER else kind,
            access=access,
            nullable=field.null,
            required=default is MISSING and not field.null,
            default=None if default is MISSING and field.null else default,
            validators=self._model_validators(declared, cls) if not field.primary_key else (),
            choices=choices,
            unique=declared.unique,
            primary_key=field.primary_key,
            column=field.column,
            element=element,
            documentation=str(field.help_text),
            ui=ui_of(hints_on(field)),
            sample=sample_of(hints_on(field), MISSING),
            model_field=field,
        )

    def _data_contract(self, cls: type[Data]) -> TypeContract:
        hints = hints_of(cls, cls)
        defaults = {info.name: info for info in msgspec.structs.fields(cast(Any, cls))}
        fields = []
        for name in cls.__struct_fields__:
            info = defaults[name]
            default = info.default if info.default is not msgspec.NODEFAULT else MISSING
            if info.default_factory is not msgspec.NODEFAULT:
                default = info.default_factory
            if name in cls.backk_borrowed:
                fields.append(self._borrowed(cls, name, hints[name], default))
            else:
                fields.append(self._annotated(cls, name, hints[name], default))
        documentation = (cls.__doc__ or "") if "__doc__" in vars(cls) else ""
        return TypeContract(
            name=cls.__name__, cls=cls, fields=tuple(fields), documentation=inspect.cleandoc(documentation)
        )

    def _borrowed(self, cls: type[Data], name: str, hint: Any, default: Any) -> FieldContract:
        borrowed = cls.backk_borrowed[name]
        source = self.type_contract(borrowed.owner).by_name[borrowed.name]
        if default is MISSING and borrowed.optional is not False:
            default = UNSET if borrowed.optional else source.default
        seen = _overridden(source, borrowed, name)
        taken = replace(
            seen,
            access=borrowed.access,
            required=seen.required and default is MISSING,
            default=default,
            primary_key=False,
            transient=False,
            column=None,
            relation=None,
        )
        if hint is Any:
            return taken
        # declared again, for type checkers: that says whether it is nullable, and adds to the rules that it brings
        hint, metadata, nullable = self._without_none(cls, name, hint)
        added = self._rules(metadata, cls, name)
        return replace(
            taken,
            nullable=nullable,
            validators=tuple(dict.fromkeys((*taken.validators, *added))),
            documentation=_documentation_in(metadata) or taken.documentation,
            ui={**taken.ui, **ui_of(hints_in(metadata))},
            sample=sample_of(hints_in(metadata), taken.sample),
        )

    def _without_none(self, cls: type, name: str, hint: Any) -> tuple[Any, list[Any], bool]:
        """Return the one type of an annotation, what is said about it, and whether None is allowed beside it."""
        hint, metadata = unwrapped(hint)
        if get_origin(hint) not in (Union, types.UnionType):
            return hint, metadata, False
        members = [member for member in get_args(hint) if member not in (type(None), UnsetType)]
        if len(members) != 1:
            raise self.unvalidatable(cls, name, hint)
        nullable = type(None) in get_args(hint)
        hint, inner = unwrapped(members[0])
        return hint, [*inner, *metadata], nullable

    def _annotated(self, cls: type, name: str, hint: Any, default: Any) -> FieldContract:
        hint, metadata, nullable = self._without_none(cls, name, hint)
        contract = self._plain(cls, name, hint, metadata)
        return replace(contract, nullable=nullable, required=default is MISSING, default=default)

    def _plain(self, cls: type, name: str, hint: Any, metadata: list[Any]) -> FieldContract:
        known = self._rules(metadata, cls, name)
        rules = known
        if (container := _CONTAINERS.get(get_origin(hint))) is not None:
            rules = tuple(v for v in known if v.kinds & {"any", container})
        base = FieldContract(
            name=name,
            wire_name=naming.to_wire(name),
            kind=OPAQUE,
            access=None,
            validators=rules,
            documentation=_documentation_in(metadata),
            ui=ui_of(hints_in(metadata)),
            sample=sample_of(hints_in(metadata), MISSING),
        )
        if get_origin(hint) is list and get_args(hint):
            element_hint, inner = unwrapped(get_args(hint)[0])
            passed_on = [v for v in known if v not in rules]
            return replace(base, kind=ARRAY, element=self._plain(cls, name, element_hint, [*inner, *passed_on]))
        if get_origin(hint) is dict:
            return self._map(cls, base, hint, [v for v in known if v not in rules])
        if any(isinstance(mark, EntityIdMark) for mark in metadata):
            return replace(base, kind=ID)
        if get_origin(hint) is Literal:
            values = get_args(hint)
            kind = STRING if all(isinstance(v, str) for v in values) else INTEGER
            return replace(base, kind=kind, choices=values)
        if isinstance(hint, type) and issubclass(hint, enum.Enum):
            values = tuple(member.value for member in hint)
            kind = STRING if all(isinstance(v, str) for v in values) else INTEGER
            return replace(base, kind=kind, choices=values, enumeration=hint)
        if isinstance(hint, type) and issubclass(hint, Data | models.Model | EntityView):
            return replace(base, kind=OBJECT, type=self.type_contract(hint))
        if hint not in ANNOTATION_KINDS:
            raise self.unvalidatable(cls, name, hint)
        return replace(base, kind=ANNOTATION_KINDS[hint])

    def _map(self, cls: type, base: FieldContract, hint: Any, passed_on: list[Any]) -> FieldContract:
        (name_hint, name_rules), (value_hint, value_rules) = map(unwrapped, get_args(hint))
        if name_hint is not str:
            raise self.unvalidatable(cls, base.name, hint)
        return replace(
            base,
            kind=MAP,
            names=self._rules(name_rules, cls, base.name),
            element=self._plain(cls, base.name, value_hint, [*value_rules, *passed_on]),
        )

    def _model_validators(self, field: models.Field[Any, Any], cls: type) -> tuple[Validator, ...]:
        declared = list(field.validators) if isinstance(field, models.DecimalField) else declared_validators(field)
        known = list(dict.fromkeys(self._rules(declared, cls, field.name)))
        if not is_plain(field):
            known = [_after_conversion(field, rule) if isinstance(rule, DjangoRule) else rule for rule in known]
            if not type(field).to_python.__module__.startswith("django."):
                known.append(_after_conversion(field, None))
        return (*known, *(rule for rule in implied_rules(field) if rule not in known))

    def _rules(self, declared: Iterable[Any], cls: type, name: str) -> tuple[Validator, ...]:
        """Return validators of Django's protocol as rules; a pattern that RE2 lacks is a problem."""
        known = []
        for each in declared:
            if isinstance(each, EntityIdMark | Doc | Hint):
                continue
            try:
                rule = from_django(each)
            except PatternError as error:
                title = f"{cls.__name__}.{name}"
                problem = Problem(
                    "backk.E112",
                    place_of(cls, name),
                    f"{title} has a pattern that cannot run in linear time.",
                    str(error),
                )
                self.problems.append(problem)
                continue
            if rule is not None:
                known.append(rule)
        return tuple(known)

    def unvalidatable(self, cls: type, name: str, hint: Any) -> Unbuildable:
        known = ", ".join(getattr(kind, "__name__", str(kind)) for kind in ANNOTATION_KINDS)
        return Unbuildable(
            Problem(
                "backk.E103",
                place_of(cls, name),
                f"{cls.__name__}.{name} cannot be validated: {hint!r} is no type that a call can carry.",
                f"{name}: one of {known}, Literal[…], an enumeration, an Argument class, or list[…] or dict[str, …] "
                "of these",
            )
        )

    def map_contract(self, owner: type, name: str, hint: Any, rules: list[Any]) -> TypeContract:
        """Return the contract of a whole argument or result that is a map."""
        entries = self._plain(owner, name, hint, rules)
        value = entries.element and entries.element.type
        return TypeContract(name=f"{value.name if value else ''}Map", cls=dict, fields=(), entries=entries)


def _overridden(source: FieldContract, borrowed: BorrowedField, name: str) -> FieldContract:
    """Return a field as another type has it, with what that says of it."""
    return replace(
        source,
        name=name,
        access=borrowed.access or source.access,
        nullable=source.nullable if borrowed.nullable is None else borrowed.nullable,
        required=source.required if borrowed.optional is None else not borrowed.optional,
    )


def _documentation_in(metadata: Iterable[Any]) -> str:
    """Return what ``Annotated[…, Doc("…")]`` says (PEP 727), empty where it says nothing."""
    return next((mark.documentation for mark in metadata if isinstance(mark, Doc)), "")


def unwrapped(hint: Any) -> tuple[Any, list[Any]]:
    """Return the type of ``Annotated[…]``, and what is said about it."""
    if get_origin(hint) is Annotated:
        return hint.__origin__, list(hint.__metadata__)
    return hint, []


def hints_of(target: Any, owner: type) -> dict[str, Any]:
    """Return the annotations of a function or class of ``owner``."""
    try:
        return typing.get_type_hints(target, include_extras=True)
    except NameError as error:
        title = owner.__name__ if target is owner else f"{owner.__name__}.{target.__name__}"
        raise Unbuildable(
            Problem(
                "backk.E103",
                place_of(target),
                f"{title}: {error} in its annotations.",
                "import the name at the top of the module, not only for type checking",
            )
        ) from error


def _after_conversion(field: models.Field[Any, Any], rule: DjangoRule | None) -> DjangoRule:
    """Return a rule that judges what another library's field makes of a value, as Django's ``clean`` does."""

    def judge(value: Any) -> None:
        converted = field.to_python(value)
        if rule is not None:
            rule.validator(converted)

    judge.__name__ = rule.name if rule is not None else naming.class_to_wire(type(field).__name__)
    return DjangoRule(judge)


def implied_rules(field: models.Field[Any, Any]) -> Iterator[Validator]:
    """Yield the rules that a Django field's column and options amount to, whatever its validators say."""
    longest = getattr(field, "max_length", None)
    # a UUID's field has a length too, that of its column
    if longest is not None and kind_of(field).wire_type is str:
        yield max_length(longest)
    if isinstance(field, ArrayField):
        yield from field.rules
    # the id of another entity is a string on the wire
    if kind_of(field) is INTEGER:
        limits = (limits for column, limits in _COLUMN_RANGES.items() if isinstance(field, column))
        yield from (between(*each) for each in itertools.islice(limits, 1))
