"""The URL pattern of the metrics page: ``path("", include("backk_observability.urls"))``."""

from django.urls import path

from backk_observability.views import metrics

app_name = "backk_observability"

urlpatterns = [path("metrics", metrics, name="metrics")]
