"""What the doors are tried with: a thing that has a version and every access mode, and a note that has timestamps."""

from django.db import models

from backk_core import (
    between,
    create_only,
    is_alphanumeric,
    is_any_string,
    is_ascii,
    min_length,
    private,
    read_only,
    read_update,
    read_write,
    update_only,
    write_only,
)
from backk_core.models import (
    Entity,
    EntityIdField,
    ExternalIdField,
    HasCreatedAtTimestamp,
    HasLastModifiedTimestamp,
    HasVersion,
    TimestampField,
    array_of,
)


class Thing(Entity, HasVersion, HasCreatedAtTimestamp):
    """A thing with a code of its own."""

    code = read_write(models.CharField(max_length=32, unique=True, validators=[is_alphanumeric]))
    title = read_write(models.CharField(max_length=64, validators=[is_any_string, min_length(1)]))
    price = read_write(models.FloatField(validators=[between(0, 1_000_000)], default=0.0))
    amount = read_write(models.IntegerField(validators=[between(0, 1000)], default=0))
    due_at = read_write(TimestampField(null=True))
    labels = read_write(array_of(models.CharField(max_length=16, validators=[is_ascii]), max=3))
    rating = read_only(models.IntegerField(validators=[between(0, 5)], default=3))
    state = read_update(models.CharField(max_length=8, choices=[("new", "new"), ("used", "used")], default="new"))
    origin = create_only(models.CharField(max_length=16, validators=[is_ascii], default="here"))
    reason = update_only(models.CharField(max_length=16, validators=[is_ascii], default=""))
    hint = write_only(models.CharField(max_length=16, validators=[is_ascii], default=""))
    secret = private(models.CharField(max_length=16, default="hidden"))


class Sample(Entity):
    """A thing with a field of every kind, none of which must be sent."""

    text = read_write(models.CharField(max_length=64, null=True, validators=[is_any_string]))
    long_text = read_write(models.TextField(max_length=5000, null=True, validators=[is_any_string]))
    word = read_write(models.CharField(max_length=8, null=True, validators=[is_alphanumeric]))
    small = read_write(models.SmallIntegerField(null=True, validators=[between(-(2**15), 2**15 - 1)]))
    whole = read_write(models.IntegerField(null=True, validators=[between(-(2**31), 2**31 - 1)]))
    big = read_write(models.BigIntegerField(null=True, validators=[between(-(2**63), 2**63 - 1)]))
    positive = read_write(models.PositiveIntegerField(null=True, validators=[between(0, 2**31 - 1)]))
    real = read_write(models.FloatField(null=True, validators=[between(-1e300, 1e300)]))
    exact = read_write(
        models.DecimalField(max_digits=12, decimal_places=2, null=True, validators=[between(-1_000_000, 1_000_000)])
    )
    flag = read_write(models.BooleanField(null=True))
    unique_id = read_write(models.UUIDField(null=True))
    moment = read_write(TimestampField(null=True))
    day = read_write(models.DateField(null=True))
    hour = read_write(models.TimeField(null=True))
    thing_id = read_write(EntityIdField(null=True))
    external_id = read_write(ExternalIdField(max_length=32, null=True, validators=[is_ascii]))
    state = read_write(models.CharField(max_length=8, choices=[("new", "new"), ("used", "used")], null=True))
    step = read_write(models.IntegerField(choices=[(1, "one"), (2, "two")], null=True))
    words = read_write(array_of(models.CharField(max_length=16, validators=[is_any_string]), max=3))
    numbers = read_write(
        array_of(models.BigIntegerField(validators=[between(-(2**63), 2**63 - 1)]), max=3, unique=True)
    )


class Note(Entity, HasLastModifiedTimestamp):
    """A text that remembers when it was changed."""

    text = read_write(models.CharField(max_length=100, validators=[is_any_string, min_length(1)]))
