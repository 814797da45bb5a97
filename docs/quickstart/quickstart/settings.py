"""How the quickstart is configured: SQLite, or PostgreSQL where DATABASE says so."""

import os
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent

SECRET_KEY = os.environ.get("SECRET_KEY", "for development only")
DEBUG = os.environ.get("DEBUG", "1") == "1"
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]

INSTALLED_APPS = ["daphne", "backk_core", "sales_items"]
MIDDLEWARE: list[str] = []
ROOT_URLCONF = "quickstart.urls"
ASGI_APPLICATION = "backk_core.asgi.application"

if os.environ.get("DATABASE") == "postgresql":
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": os.environ.get("POSTGRESQL_DATABASE", "quickstart"),
            "USER": os.environ.get("POSTGRESQL_USER", "postgres"),
            "PASSWORD": os.environ.get("POSTGRESQL_PASSWORD", ""),
            "HOST": os.environ.get("POSTGRESQL_HOST", "127.0.0.1"),
            "PORT": os.environ.get("POSTGRESQL_PORT", "5432"),
            "CONN_MAX_AGE": None,
        }
    }
else:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": os.environ.get("SQLITE_FILE", BASE_DIR / "quickstart.sqlite3"),
        }
    }

TIME_ZONE = "UTC"
USE_TZ = True
