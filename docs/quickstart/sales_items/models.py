"""What is sold."""

from django.db import models

from backk_core import between, is_ascii, min_length, read_write
from backk_core.models import Entity


class SalesItem(Entity):
    """A second-hand thing with a price."""

    name = read_write(models.CharField(max_length=128, validators=[is_ascii, min_length(1)]))
    price = read_write(models.FloatField(validators=[between(0, 1_000_000_000)]))
