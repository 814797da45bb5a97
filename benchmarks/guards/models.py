"""Somebody, and what belongs to somebody."""

from django.db import models

from backk_core import is_any_string, private, read_write
from backk_core.models import Entity, HasOwner, HasSubject


class Somebody(Entity, HasSubject):
    """An account."""

    is_locked = private(models.BooleanField(default=False))

    def __str__(self) -> str:
        return str(self.pk)


class Note(Entity, HasOwner):
    """One row."""

    text = read_write(models.CharField(max_length=64, validators=[is_any_string]))

    def __str__(self) -> str:
        return str(self.pk)
