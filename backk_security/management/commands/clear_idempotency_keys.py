"""Deletes what is kept of calls with idempotency keys, once it has expired."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connections

from backk_core.declare.conf import conf
from backk_security.idempotency_records import forget_expired


class Command(BaseCommand):
    """``manage.py clear_idempotency_keys``."""

    help = "Delete idempotency keys, and the answers kept for them, that have expired."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the database."""
        parser.add_argument("--database", default="", help="alias; the entities' database unless said otherwise")

    def handle(self, **options: Any) -> None:
        """Delete, and print how many there were."""
        deleted = forget_expired(connections[options["database"] or conf().database])
        self.stdout.write(f"{deleted:,} expired idempotency keys deleted")
