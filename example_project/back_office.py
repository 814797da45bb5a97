"""What the admin's pages of entities have in common: they show all, and change what no service's rule is about."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import Model
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.html import format_html

from backk_security.admin import SecretsAdmin

if TYPE_CHECKING:
    _ModelAdmin = admin.ModelAdmin[Any]
    _Inline = admin.TabularInline[Any, Any]
else:
    # Django's classes are generic for type checkers only
    _ModelAdmin = admin.ModelAdmin
    _Inline = admin.TabularInline


class EntityAdmin(SecretsAdmin, _ModelAdmin):
    """Shows entities. What may be changed here, because no service would have a say in it, is in ``changeable``."""

    changeable: tuple[str, ...] = ()
    ordering = ("-id",)
    list_per_page = 50
    show_full_result_count = False

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[Any]:
        own = [field.name for field in self.opts.concrete_fields if field.name not in self.changeable]
        return self._seen(request, dict.fromkeys([*own, *self.readonly_fields]))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return bool(self.changeable) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: "ModelForm[Any]", change: bool) -> None:
        # nothing else, that its owner may be changing at the same time
        obj.save(update_fields=form.changed_data)


class PartInline(SecretsAdmin, _Inline):
    """Shows the parts of an entity."""

    extra = 0
    can_delete = False

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> list[Any]:
        return [name for name in super().get_fields(request, obj) if name != "parent"]

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


def picture(data_uri: str) -> str:
    """Return a picture for a page; what is no picture shows as a broken one, and runs nothing."""
    return format_html('<img src="{}" alt="" style="max-height: 160px">', data_uri)
