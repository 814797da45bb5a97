"""Writes clients of the project in other languages, out of its contracts."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any, cast, get_args

from django.core.management.base import BaseCommand, CommandError

from backk_core.describe.registry import registry
from backk_core.publish.audiences import Audience
from backk_core.publish.clients import LANGUAGES, Language, client_files
from backk_core.publish.clients.surface import Surface
from backk_core.publish.clients.writing import content_hash, is_made_of, write_files


class Command(BaseCommand):
    """``manage.py generate_clients [--language L]… [--audience A] [--output DIRECTORY] [--if-needed]``."""

    help = "Write typed clients of the service functions: DIRECTORY/LANGUAGE/AUDIENCE holds each."
    # the functions need no tables
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--language", action="append", choices=LANGUAGES, help="only this one; may be said several times"
        )
        parser.add_argument(
            "--audience",
            choices=["public", "internal", "all"],
            default="all",
            help="public: for front ends and partners; internal: with what is for the services of the cluster only",
        )
        parser.add_argument(
            "--output", type=Path, default=Path("generated/clients"), metavar="DIRECTORY", help="default: %(default)s"
        )
        parser.add_argument(
            "--if-needed", action="store_true", help="write nothing where neither contracts nor generator changed"
        )

    def handle(
        self, *args: Any, language: list[Language] | None, audience: str, output: Path, if_needed: bool, **_: Any
    ) -> None:
        """Write. CommandError where a declaration has a problem, or the directory cannot be written."""
        registry().refuse_problems()
        audiences = get_args(Audience) if audience == "all" else (audience,)
        for name in cast("tuple[Audience, ...]", audiences):
            surface = Surface(registry(), name)
            for chosen in dict.fromkeys(language or LANGUAGES):
                self._write(chosen, name, surface, output / chosen / name, if_needed)

    def _write(self, language: Language, audience: Audience, surface: Surface, target: Path, if_needed: bool) -> None:
        files = client_files(language, surface, audience)
        made_of = content_hash(part for path, content in sorted(files.items()) for part in (path.encode(), content))
        if if_needed and is_made_of(target, made_of):
            self.stdout.write(f"{target}: up to date")
            return
        try:
            done = write_files(target, files, made_of)
        except OSError as error:
            raise CommandError(f"{target}: {error.strerror}") from error
        functions = sum(len(service.functions) for service in surface.services)
        gone = f", {done.removed} removed" if done.removed else ""
        self.stdout.write(f"{target}: {functions} functions, {done.changed} of {done.total} files changed{gone}")
