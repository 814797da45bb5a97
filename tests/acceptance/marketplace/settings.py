"""How the served marketplace is configured: the environment names the database."""

import os

from example_project.settings import *  # noqa: F403
from tests.servers import database_settings

_KIND = os.environ.get("MARKETPLACE_DATABASE", "sqlite")
_OPTIONS = {"sqlite": {"timeout": 60, "transaction_mode": "IMMEDIATE"}, "mariadb": {"charset": "utf8mb4"}}
_chosen = database_settings(_KIND) | {"CONN_MAX_AGE": None, "OPTIONS": _OPTIONS.get(_KIND, {})}
_chosen["NAME"] = os.environ.get("MARKETPLACE_NAME", _chosen["NAME"])

DEBUG = False
DATABASES = {"default": _chosen}
BACKK = {
    **BACKK,  # noqa: F405
    "ENVIRONMENT": os.environ.get("MARKETPLACE_ENVIRONMENT", "test"),
}
