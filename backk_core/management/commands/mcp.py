"""Serves the project's tools to an AI agent over standard input and output."""

from __future__ import annotations

import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError

#: Holds the token, where no file does: arguments of a process are for everybody to see.
VARIABLE = "BACKK_MCP_TOKEN"


class Command(BaseCommand):
    """``manage.py mcp [--token-file FILE]``."""

    help = f"Serve the functions that are marked as tools to an AI agent; calls are made with the token in {VARIABLE}."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--token-file", type=Path, metavar="FILE", help=f"holds the token instead of {VARIABLE}")

    def handle(self, *args: Any, token_file: Path | None, **_: Any) -> None:
        """Serve until the agent closes its end. CommandError where the SDK is missing or the file cannot be read."""
        try:
            from backk_core.publish.mcp import serve_streams
        except ImportError as error:
            raise CommandError(f"{error.name} is not installed: pip install django-backk[mcp]") from error
        from backk_core.publish.assembly import pipeline

        try:
            token = os.environ.get(VARIABLE, "") if token_file is None else token_file.read_text(encoding="utf-8")
        except OSError as error:
            raise CommandError(f"{token_file}: {error.strerror}") from error
        try:
            found = pipeline()
        except ImproperlyConfigured as error:
            raise CommandError(str(error)) from error
        serve_streams(found, token.strip())
