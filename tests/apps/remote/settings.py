"""How both microservices are configured: the environment says which of them a process is."""

SECRET_KEY = "for tests only, and long enough for a project in production"
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1"]
INSTALLED_APPS = ["backk_core", "backk_security", "backk_transport", "tests.apps.remote"]
MIDDLEWARE: list[str] = []
ROOT_URLCONF = "backk_core.urls"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
BACKK = {
    "ENVIRONMENT": "test",
    "AUTHENTICATORS": [
        "backk_security.service_tokens.ServiceTokenAuthenticator",
        "backk_security.authentication.JwtAuthenticator",
    ],
    "MAX_BATCH_SIZE": 5,
    "BATCH_REMOTE_PATTERN": r"bank\.default/bankService\.\w+",
}
