"""The least settings that Django's validators and migrations need."""

from django.conf import settings

if not settings.configured:
    settings.configure(USE_TZ=True, TIME_ZONE="UTC")
