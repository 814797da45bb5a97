"""How the tests are configured: BACKK_TEST_DATABASE is sqlite (as it is), postgresql or mariadb."""

from example_project.settings import *  # noqa: F403
from tests.servers import database_from_environment

DATABASES = {"default": database_from_environment()}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
