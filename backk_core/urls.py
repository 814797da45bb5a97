"""The URL patterns of all service calls and of the API page: ``path("", include("backk_core.urls"))``."""

from django.urls import re_path

from backk_core.publish import api_page
from backk_core.publish.door import PATH_PATTERN
from backk_core.publish.views import ServiceCallView

app_name = "backk"

_CALL = PATH_PATTERN.replace("^/?", "^").replace("([A-Za-z]", "(?P<wire_name>[A-Za-z]", 1)
#: What a gateway may put in front of it, as it does with calls.
_PREFIX = "^(?:[^/]+[.][^/]+/)?"

urlpatterns = [
    re_path(_CALL, ServiceCallView.as_view()),
    re_path(f"{_PREFIX}docs/?$", api_page.swagger_ui, name="docs"),
    re_path(f"{_PREFIX}docs/redoc/?$", api_page.redoc, name="redoc"),
    re_path(f"{_PREFIX}docs/assets/(?P<name>[^/]+)$", api_page.asset),
]
