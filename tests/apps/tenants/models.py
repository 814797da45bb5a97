from typing import Any

from django.apps.registry import Apps
from django.db import models

from backk_core import between, create_only, is_any_string, is_subject, private, read_write
from backk_core.models import Entity, HasOwner, HasTenant, HasVersion

#: Not in Django's own registry: tests make these tables in databases of each kind.
APPS = Apps(["tests.apps.tenants"])


class _Meta:
    app_label = "tenants"
    apps = APPS


class Firm(Entity):
    issuer = private(models.CharField(max_length=64, unique=True))

    class Meta(_Meta):
        pass


class Member(Entity, HasTenant):
    subject = create_only(models.CharField(max_length=64, validators=[is_subject]))
    is_locked = private(models.BooleanField(default=False))

    class Meta(_Meta):
        constraints = [models.UniqueConstraint(fields=["tenant_id", "subject"], name="tenants_member_subject")]


class Invoice(Entity, HasTenant, HasVersion):
    text = read_write(models.CharField(max_length=64, validators=[is_any_string]))
    amount = read_write(models.IntegerField(default=0, validators=[between(0, 1000)]))

    class Meta(_Meta):
        pass


class Diary(Entity, HasTenant, HasOwner):
    text = read_write(models.CharField(max_length=64, validators=[is_any_string]))

    class Meta(_Meta):
        pass


ENTITIES: tuple[Any, ...] = (Firm, Member, Invoice, Diary)
