"""A small project on PostgreSQL, or SQLite where DATABASE names nothing, with Redis where it answers."""

import os
import tempfile
from pathlib import Path

SECRET_KEY = "only for measuring on this machine, and long enough for production"
DEBUG = False
INSTALLED_APPS = ["backk_core", "backk_security", "benchmarks.guards"]
ROOT_URLCONF = "benchmarks.guards.settings"
urlpatterns: list[object] = []

if os.environ.get("DATABASE") == "postgresql":
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": os.environ["POSTGRESQL_DATABASE"],
            "USER": os.environ["POSTGRESQL_USER"],
            "PASSWORD": os.environ["POSTGRESQL_PASSWORD"],
            "HOST": os.environ["POSTGRESQL_HOST"],
            "PORT": os.environ["POSTGRESQL_PORT"],
            "CONN_MAX_AGE": None,
        }
    }
else:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(Path(tempfile.gettempdir()) / f"backk-guards-{os.getpid()}.sqlite3"),
        }
    }
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    "redis": {
        "BACKEND": "django_redis.cache.RedisCache",
        "LOCATION": f"redis://127.0.0.1:{os.environ.get('BACKK_REDIS_PORT', '16379')}/0",
    },
}
USE_TZ = True
BACKK = {
    "ENVIRONMENT": "test",
    "AUTHENTICATORS": ["backk_security.authentication.JwtAuthenticator"],
    "JWT_ISSUER": "https://id.example.com",
    "JWT_AUDIENCE": "notes",
    "AUTH_SERVER_PUBLIC_KEY_URL": os.environ.get("GUARDS_KEYS_URL", ""),
}
