"""Tags in the admin, where they may be made, renamed and deleted."""

from typing import TYPE_CHECKING

from django.contrib import admin

from example_project.tags.models import Tag

if TYPE_CHECKING:
    _ModelAdmin = admin.ModelAdmin[Tag]
else:
    _ModelAdmin = admin.ModelAdmin


@admin.register(Tag)
class TagAdmin(_ModelAdmin):
    """Tags by name."""

    list_display = ("name",)
    search_fields = ("name",)
    ordering = ("name",)
