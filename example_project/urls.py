"""All service functions, for who serves the example through Django's own handler, the metrics and the admin's pages."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("backk_observability.urls")),
    path("", include("backk_core.urls")),
]
