"""How the example is configured: SQLite and a development secret unless the environment says otherwise."""

from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent

SECRET_KEY = "for development only"
DEBUG = True
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]

INSTALLED_APPS = [
    "daphne",
    "backk_core",
    "backk_security",
    "backk_transport",
    "example_project.tags",
    "example_project.sales_items",
    "example_project.user_accounts",
    "example_project.users",
    "example_project.shopping_carts",
    "example_project.orders",
]
MIDDLEWARE: list[str] = []
ROOT_URLCONF = "example_project.urls"
ASGI_APPLICATION = "backk_core.asgi.application"

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": BASE_DIR / "example.sqlite3",
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TIME_ZONE = "UTC"
USE_TZ = True

BACKK = {
    "MICROSERVICE_NAME": "backk-example-microservice",
    # an item may have eleven pictures, 10 MiB each
    "MAX_REQUEST_CONTENT_LENGTH": 128 * 1024 * 1024,
    "MAX_BATCH_SIZE": 20,
    "AUTHENTICATORS": ["backk_security.authentication.JwtAuthenticator"],
}
