"""What a tag is."""

from django.db import models

from backk_core import is_any_string, read_write
from backk_core.models import Entity


class Tag(Entity):
    """A word that describes sales items."""

    name = read_write(models.CharField(max_length=64, validators=[is_any_string]))

    def __str__(self) -> str:
        return self.name
