"""Writes a static site that documents the project's services."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from backk_core.describe.registry import registry
from backk_core.publish.audiences import Audience
from backk_core.publish.clients.writing import write_files
from backk_core.publish.documentation import files


class Command(BaseCommand):
    """``manage.py generate_docs [--audience AUDIENCE] [--output DIRECTORY]``."""

    help = "Write pages about services, functions, types and errors, which any web server, or none, can show."
    # the functions need no tables
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--audience",
            choices=["public", "internal"],
            default="public",
            help="internal: with what is for the services of the cluster only",
        )
        parser.add_argument(
            "--output", type=Path, default=Path("generated/docs"), metavar="DIRECTORY", help="default: %(default)s"
        )

    def handle(self, *args: Any, audience: Audience, output: Path, **_: Any) -> None:
        """Write. CommandError where a declaration has a problem, or the directory cannot be written."""
        registry().refuse_problems()
        made = files(registry(), audience)
        try:
            done = write_files(output, made, "")
        except OSError as error:
            raise CommandError(f"{output}: {error.strerror}") from error
        self.stdout.write(f"{output / 'index.html'}: {done.total} files, {done.changed} changed")
