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


class Note(Entity, HasLastModifiedTimestamp):
    """A text that remembers when it was changed."""

    text = read_write(models.CharField(max_length=100, validators=[is_any_string, min_length(1)]))
