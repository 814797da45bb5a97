"""All service functions, for who serves the example through Django's own handler."""

from django.urls import include, path

urlpatterns = [path("", include("backk_core.urls"))]
