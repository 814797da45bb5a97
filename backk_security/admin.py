"""Secrets in Django's admin: encrypted values are for who may see personal data, hashes and row keys for nobody."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from backk_core.declare.stored_forms import Companion
from backk_security.fields import EncryptedField, HashedField

if TYPE_CHECKING:
    _BaseAdmin = admin.options.BaseModelAdmin[Any]
else:
    # Django's classes are generic for type checkers only
    _BaseAdmin = admin.options.BaseModelAdmin

#: The permission in an app that lets people see the encrypted values of its entities: list it in an entity's
#: ``Meta.permissions``. Where no entity does, superusers alone see them.
PERMISSION = "view_personal_data"


class SecretsAdmin(_BaseAdmin):
    """Leaves secrets out: put it before ``admin.ModelAdmin`` or an inline.

    ``class AccountAdmin(SecretsAdmin, admin.ModelAdmin): …``. Who has the permission ``<app>.view_personal_data`` sees
    encrypted fields; for everybody else they are neither shown nor read nor decrypted. Only fields of the entity's own
    table are in the form, since parts and links are no Django managers.
    """

    def may_see_personal_data(self, request: HttpRequest) -> bool:
        """Tell whether somebody may see encrypted values."""
        user: Any = request.user
        return bool(user.has_perm(f"{self.opts.app_label}.{PERMISSION}"))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).defer(*self._hidden(request))

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> list[Any]:
        if self.fields:
            return self._seen(request, self.fields)
        own = [field.name for field in self.opts.concrete_fields if not field.primary_key]
        extra = [name for name in self.readonly_fields if name not in own]
        return self._seen(request, [*own, *extra])

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[Any]:
        return self._seen(request, super().get_readonly_fields(request, obj))

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        # an inline, which lists nothing, has no such method
        above: Any = super()
        return self._seen(request, above.get_list_display(request))

    def _seen(self, request: HttpRequest, names: Iterable[Any]) -> list[Any]:
        hidden = self._hidden(request)
        return [name for name in names if name not in hidden]

    def _hidden(self, request: HttpRequest) -> frozenset[str]:
        never = HashedField | Companion
        secret = never if self.may_see_personal_data(request) else never | EncryptedField
        return frozenset(field.name for field in self.opts.concrete_fields if isinstance(field, secret))
