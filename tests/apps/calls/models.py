from django.db import models

from backk_core import between, is_any_string, is_ascii, min_length, read_write
from backk_core.models import Entity, HasOwner, HasSubject, HasVersion


class Account(Entity, HasSubject):
    name = read_write(models.CharField(max_length=64, validators=[is_any_string]))


class Thing(Entity, HasVersion):
    name = read_write(models.CharField(max_length=64, unique=True, validators=[is_ascii, min_length(1)]))
    amount = read_write(models.IntegerField(default=0, validators=[between(0, 1000)]))


class Note(Entity, HasOwner):
    text = read_write(models.CharField(max_length=256, validators=[is_any_string]))
