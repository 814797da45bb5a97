"""The URL pattern of all service calls: ``path("", include("backk_core.urls"))``."""

from django.urls import re_path

from backk_core.publish.door import PATH_PATTERN
from backk_core.publish.views import ServiceCallView

app_name = "backk"

urlpatterns = [
    re_path(
        PATH_PATTERN.replace("^/?", "^").replace("([A-Za-z]", "(?P<wire_name>[A-Za-z]", 1), ServiceCallView.as_view()
    ),
]
