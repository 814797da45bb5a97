"""The service functions beside plain pages of Django."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def plain(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"plain {request.method}")


urlpatterns = [path("plain", plain), path("", include("backk_core.urls"))]
