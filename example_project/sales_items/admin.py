"""Sales items in the admin."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from example_project.back_office import EntityAdmin, picture
from example_project.sales_items.models import SalesItem

_PICTURES = ("primary_image_data_uri", "secondary_image_data_uris")


@admin.register(SalesItem)
class SalesItemAdmin(EntityAdmin):
    """Sales items, the newest first."""

    list_display = ("title", "price", "state", "like_count", "user_account_id", "created_at_timestamp")
    list_filter = ("state", "area", "product_department")
    search_fields = ("title",)
    readonly_fields = ("thumbnail", "tag_names")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        # a page shows the small picture alone
        return super().get_queryset(request).defer(*_PICTURES)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        large = {*_PICTURES, "primary_image_thumbnail_data_uri"}
        return [name for name in super().get_fields(request, obj) if name not in large]

    @admin.display(description="picture")
    def thumbnail(self, item: SalesItem) -> str:
        """Show the thing."""
        return picture(item.primary_image_thumbnail_data_uri)

    @admin.display(description="tags")
    def tag_names(self, item: SalesItem) -> str:
        """Name the tags."""
        return ", ".join(tag.name for tag in item.tags)
