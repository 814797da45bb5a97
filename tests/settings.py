"""How the tests are configured: BACKK_TEST_DATABASE is sqlite (as it is), postgresql or mariadb."""

from example_project.settings import *  # noqa: F403
from tests.servers import chosen_database

INSTALLED_APPS += ["tests.apps.calls", "tests.apps.reading", "tests.apps.relations", "tests.apps.secrets"]  # noqa: F405
#: What Django's admin needs, where the example does not have it.
ADMIN = [f"django.contrib.{name}" for name in ("contenttypes", "auth", "sessions", "messages", "admin")]
INSTALLED_APPS += [app for app in ADMIN if app not in INSTALLED_APPS]
DATABASES = {"default": chosen_database()}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
TIME_ZONE = "UTC"  # MariaDB knows no other without tables that a server may lack
# pytest switches DEBUG off, which would make this a production
BACKK = {**BACKK, "ENVIRONMENT": "test"}  # noqa: F405
