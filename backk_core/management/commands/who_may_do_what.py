"""Prints who may do what: every function against the rules, and what was waived for it."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from backk_core.describe.registry import registry
from backk_core.publish.authorization_matrix import Format, lines_of, rendered


class Command(BaseCommand):
    """``manage.py who_may_do_what [--format text|markdown|json] [--service salesItemService]``."""

    help = "Print every function with who may call it, as its contract says."
    # the functions need no tables
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--format", dest="form", choices=["text", "markdown", "json"], default="text")
        parser.add_argument("--service", metavar="NAME", help="the functions of this service only")

    def handle(self, *args: Any, form: Format, service: str | None, **_: Any) -> None:
        """Print the table. CommandError where a declaration has a problem, or there is no such service."""
        registry().refuse_problems()
        try:
            lines = lines_of(registry(), service)
        except LookupError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(rendered(lines, form), ending="")
