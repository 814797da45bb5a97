"""Whether encrypted and hashed fields are declared so that they can be what they are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import models

from backk_core.declare.access import access_of
from backk_core.describe.contracts import Problem
from backk_core.describe.source import place_of
from backk_security.fields import EncryptedField, HashedField, index_name
from backk_security.inventory import entities
from backk_security.secrecy import Encrypted, Hashed, secrecy_of


def problems() -> Iterator[Problem]:
    """Yield what is wrong with the fields of the project's entities."""
    for model in entities():
        for field in model._meta.local_concrete_fields:
            yield from _of_field(model, field)
        yield from _of_options(model)


def _of_field(model: Any, field: models.Field[Any, Any]) -> Iterator[Problem]:
    name = str(field.name)
    title = f"{model.__name__}.{name}"
    access = access_of(field)
    if isinstance(field, HashedField):
        if access is not None and access.read:
            message = f"{title} is a password and may be answered: what is hashed is never read."
            yield Problem(
                "backk.E921", place_of(model, name), message, f"{name} = write_only(hashed(models.CharField(…)))"
            )
        if not isinstance(field.inner, models.CharField | models.TextField):
            message = f"{title} is hashed, and no text: only passwords are hashed."
            yield Problem(
                "backk.E922", place_of(model, name), message, f"{name} = write_only(hashed(models.CharField(…)))"
            )
        if field.inner.unique or field.inner.db_index:
            message = f"{title} is a password with an index: no hash of a password is like another."
            yield Problem("backk.E923", place_of(model, name), message, f"{name}: without unique and db_index")
    elif isinstance(secrecy_of(field), Encrypted | Hashed) and not isinstance(field, EncryptedField):
        message = f"{title} is a key or refers to another entity, and cannot be encrypted or hashed."
        yield Problem("backk.E924", place_of(model, name), message, f"{name}: without encrypted(…)")


def _of_options(model: Any) -> Iterator[Problem]:
    """Yield the constraints, indexes and orders that look at what tells nothing."""
    meta = model._meta
    secret = {f.name for f in meta.local_concrete_fields if isinstance(f, EncryptedField | HashedField)}
    named: list[tuple[str, Any]] = [("unique_together", group) for group in meta.unique_together]
    named += [("ordering", [str(step).lstrip("-") for step in meta.ordering])]
    named += [("indexes", [name.lstrip("-") for name in index.fields]) for index in meta.indexes]
    named += [
        ("constraints", constraint.fields)
        for constraint in meta.constraints
        if isinstance(constraint, models.UniqueConstraint)
    ]
    for option, names in named:
        for name in names:
            if name in secret:
                message = f"{model.__name__}.Meta.{option} has {name}, whose column is different for equal values."
                hint = f'{option}: "{index_name(name)}" instead, with {name} = encrypted(…, searchable=True)'
                yield Problem("backk.E925", place_of(model), message, hint)
