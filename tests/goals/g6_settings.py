"""The small project of the doors with the app that knows idempotency keys."""

from tests.apps.doors.settings import *  # noqa: F403

INSTALLED_APPS += ["backk_security"]  # noqa: F405
BACKK = {**BACKK, "ENVIRONMENT": "test"}  # noqa: F405
