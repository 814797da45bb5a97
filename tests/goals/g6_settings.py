"""The small project of the doors with the app that knows idempotency keys."""

from tests.apps.doors.settings import *  # noqa: F403

INSTALLED_APPS += ["backk_security"]  # noqa: F405
BACKK = {**BACKK, "ENVIRONMENT": "test"}  # noqa: F405
# whether its functions want a captcha is another matter
SILENCED_SYSTEM_CHECKS = ["backk.E941"]
