"""How the example is configured: for development, unless the environment says otherwise."""

import os
from pathlib import Path

from example_project.databases import database_from

BASE_DIR = Path(__file__).resolve().parent.parent

SECRET_KEY = os.environ.get("SECRET_KEY", "for development only")
DEBUG = os.environ.get("DEBUG", "1") == "1"
ALLOWED_HOSTS = os.environ.get("ALLOWED_HOSTS", "127.0.0.1,localhost").split(",")

INSTALLED_APPS = [
    "daphne",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "backk_core",
    "backk_observability",
    "backk_security",
    "backk_transport",
    "example_project.tags",
    "example_project.sales_items",
    "example_project.user_accounts",
    "example_project.users",
    "example_project.shopping_carts",
    "example_project.orders",
    "example_project.demo_data",
]
# for the admin's pages; calls are answered before
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
ROOT_URLCONF = "example_project.urls"
ASGI_APPLICATION = "backk_core.asgi.application"
STATIC_URL = "static/"

DATABASES = {"default": database_from(os.environ, BASE_DIR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TIME_ZONE = "UTC"
USE_TZ = True

BACKK = {
    "MICROSERVICE_NAME": os.environ.get("MICROSERVICE_NAME", "backk-example-microservice"),
    # an item may have eleven pictures, 10 MiB each
    "MAX_REQUEST_CONTENT_LENGTH": 128 * 1024 * 1024,
    "MAX_BATCH_SIZE": 20,
    # functions that are marked as tools, for AI agents at /mcp
    "MCP": True,
    "AUTHENTICATORS": ["backk_security.authentication.JwtAuthenticator"],
    "JWT_ROLES_CLAIM_PATH": os.environ.get("JWT_ROLES_CLAIM_PATH", "realm_access.roles"),
    # production takes tokens of the identity provider alone, and does not start where there is a secret
    "JWT_SIGN_SECRET": os.environ.get("JWT_SIGN_SECRET", "for development only" if DEBUG else ""),
}
