"""An entity that has every plain field kind, and one that belongs to somebody."""

import sys

from django.db import models

from backk_core import between, is_any_string, private, read_only, read_update, read_write
from backk_core.models import Entity, EntityIdField, HasOwner, TimestampField, array_of

ANY_INTEGER = between(-(2**63), 2**63 - 1)
ANY_FLOAT = between(-sys.float_info.max, sys.float_info.max)


class Specimen(Entity):
    """One field of each kind; all may be null but the first."""

    label = read_write(models.CharField(max_length=255, validators=[is_any_string]))
    note = read_write(models.TextField(max_length=10_000, null=True, validators=[is_any_string]))
    amount = read_write(models.IntegerField(null=True, validators=[between(-(2**31), 2**31 - 1)]))
    big = read_write(models.BigIntegerField(null=True, validators=[ANY_INTEGER]))
    ratio = read_write(models.FloatField(null=True, validators=[ANY_FLOAT]))
    price = read_write(models.DecimalField(max_digits=15, decimal_places=3, null=True))
    flag = read_write(models.BooleanField(null=True))
    code = read_write(models.UUIDField(null=True))
    day = read_write(models.DateField(null=True))
    moment = read_write(TimestampField(null=True))
    owner_id = read_write(EntityIdField(null=True))
    tags = read_write(array_of(models.CharField(max_length=255, validators=[is_any_string]), max=20, null=True))
    numbers = read_write(array_of(models.BigIntegerField(validators=[ANY_INTEGER]), max=20, null=True))
    ratios = read_write(array_of(models.FloatField(validators=[ANY_FLOAT]), max=20, null=True))
    flags = read_write(array_of(models.BooleanField(), max=20, null=True))
    secret = private(models.CharField(max_length=64, default="hidden", validators=[is_any_string]))


class Shelf(Entity, HasOwner):
    """Belongs to a user account."""

    title = read_write(models.CharField(max_length=64, null=True, validators=[is_any_string]))
    rank = read_write(models.IntegerField(null=True, validators=[between(-1000, 1000)]))
    #: set by nobody but the database
    weight = read_only(models.FloatField(default=0, validators=[between(0, 1000)]))
    specimen = read_write(models.ForeignKey(Specimen, models.CASCADE, null=True))


class Small(Entity):
    """Has ids of 32 bits."""

    id = read_update(models.AutoField(primary_key=True))
    amount = read_write(models.SmallIntegerField(null=True))
