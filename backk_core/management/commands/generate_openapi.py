"""Writes the OpenAPI document of the project, or tells whether a written one is still true."""

from __future__ import annotations

import difflib
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from backk_core.describe.registry import registry
from backk_core.publish.audiences import Audience
from backk_core.publish.openapi import Format, document, rendered

_MOST_LINES = 200


class Command(BaseCommand):
    """``manage.py generate_openapi [--audience AUDIENCE] [--format FORMAT] [--output FILE | --check FILE]``."""

    help = "Write the OpenAPI document of the service functions, or check that FILE holds it."
    # the functions need no tables
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--format", dest="form", choices=["yaml", "json"], help="by default what the file's name says, else yaml"
        )
        parser.add_argument(
            "--audience",
            choices=["public", "internal"],
            default="public",
            help="internal: with what is for the services of the cluster only",
        )
        where = parser.add_mutually_exclusive_group()
        where.add_argument("--output", type=Path, metavar="FILE", help="write there instead of the standard output")
        where.add_argument(
            "--check", type=Path, metavar="FILE", help="fail, showing what differs, where FILE is not it"
        )

    def handle(
        self,
        *args: Any,
        form: Format | None,
        audience: Audience,
        output: Path | None,
        check: Path | None,
        **_: Any,
    ) -> None:
        """Write or check. CommandError where a declaration has a problem, or the checked file differs."""
        registry().refuse_problems()
        content = rendered(document(registry(), audience), form or _format_of(output or check))
        if check is not None:
            self._check(check, content.decode())
        elif output is not None:
            output.write_bytes(content)
        else:
            self.stdout.write(content.decode(), ending="")

    def _check(self, file: Path, content: str) -> None:
        try:
            found = file.read_text(encoding="utf-8")
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}") from error
        if found == content:
            return
        difference = difflib.unified_diff(
            found.splitlines(), content.splitlines(), str(file), "what the code says", lineterm=""
        )
        lines = list(difference)
        shown = "\n".join(lines[:_MOST_LINES]) or "(only line ends differ)"
        raise CommandError(f"{file} is out of date: run generate_openapi --output {file}\n{shown}")


def _format_of(file: Path | None) -> Format:
    return "json" if file is not None and file.suffix == ".json" else "yaml"
