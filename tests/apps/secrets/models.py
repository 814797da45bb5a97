"""People with everything that is encrypted or hashed."""

from django.db import models

from backk_core import between, is_any_string, is_strong_password, min_length, private, read_write, write_only
from backk_core.models import Entity, HasVersion, array_of
from backk_security import encrypted, hashed, not_encrypted


class HasAddress(models.Model):
    """An abstract part of another entity, whose fields are encrypted by their names."""

    street_address = read_write(models.CharField(max_length=100, validators=[is_any_string], default=""))

    class Meta:
        abstract = True


class Person(HasAddress, HasVersion, Entity):
    """Somebody."""

    nick = read_write(models.CharField(max_length=64, validators=[is_any_string, min_length(1)]))
    email = read_write(models.EmailField(max_length=254, unique=True))
    phone_number = read_write(models.CharField(max_length=32, validators=[is_any_string], null=True, db_index=True))
    birth_date = read_write(models.DateField(null=True))
    salary = read_write(models.FloatField(null=True, validators=[between(0, 1e9)]))
    seen = read_write(encrypted(models.DateTimeField(null=True), searchable=True))
    secret_number = read_write(
        encrypted(models.IntegerField(null=True, validators=[between(0, 1000)]), searchable=True)
    )
    balance = read_write(encrypted(models.DecimalField(null=True, max_digits=12, decimal_places=2), searchable=True))
    aliases = read_write(
        encrypted(array_of(models.CharField(max_length=32, validators=[is_any_string]), max=10), searchable=False)
    )
    notes = private(encrypted(models.JSONField(default=dict)))
    city = read_write(
        not_encrypted(models.CharField(max_length=64, validators=[is_any_string], default=""), "on every offer")
    )
    password = write_only(hashed(models.CharField(max_length=64, validators=[is_strong_password], null=True)))

    def __str__(self) -> str:
        return "a person"
