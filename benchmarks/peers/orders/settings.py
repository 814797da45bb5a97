"""The documentation's quickstart with the orders beside it."""

from quickstart.settings import *  # noqa: F403
from quickstart.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "benchmarks.peers.orders"]
