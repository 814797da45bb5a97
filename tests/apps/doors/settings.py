"""How the project that the doors are tried with is configured: the environment names the database."""

import os
from typing import Any

from tests.servers import database_settings


def _database() -> dict[str, Any]:
    kind = os.environ.get("DOORS_DATABASE", "sqlite")
    chosen = database_settings(kind) | {"CONN_MAX_AGE": None}
    for key in ("NAME", "USER", "PASSWORD", "PORT"):
        if value := os.environ.get(f"DOORS_{key}"):
            chosen[key] = value
    if kind == "sqlite":
        chosen["OPTIONS"] = {"timeout": float(os.environ.get("DOORS_LOCK_TIMEOUT", "60"))}
    return chosen


SECRET_KEY = "for tests only, and long enough for a project in production"
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "api.example.com"]
INSTALLED_APPS = ["daphne", "django.contrib.staticfiles", "backk_core", "tests.apps.doors"]
STATIC_URL = "static/"
MIDDLEWARE: list[str] = []
ROOT_URLCONF = "tests.apps.doors.urls"
ASGI_APPLICATION = os.environ.get("DOORS_ASGI_APPLICATION", "backk_core.asgi.application")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
DATABASES = {"default": _database()}
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["tests.apps.doors.authentication.TokenAuthentication"],
    "DEFAULT_THROTTLE_CLASSES": ["tests.apps.doors.authentication.HeaderThrottle"],
    "UNAUTHENTICATED_USER": None,
}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "format": "%(levelname)s %(name)s %(message)s request_id=%(request_id)s",
            "defaults": {"request_id": ""},
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "loggers": {"backk_core": {"handlers": ["console"]}, "django.request": {"handlers": ["console"], "level": "ERROR"}},
}
BACKK = {
    "ENVIRONMENT": "production",
    "MICROSERVICE_NAME": "doors",
    "API_GATEWAY_FQDN": "api.example.com",
    "BODY_TIMEOUT": 3,
    "ASGI_THREADS": int(os.environ.get("DOORS_THREADS", "4")),
}
