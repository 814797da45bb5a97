"""Prints which fields hold personal data, how they are kept and which functions answer them."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Sequence
from typing import Any

from django.core.management.base import BaseCommand

from backk_core.describe.registry import registry
from backk_security.inventory import inventory

_TITLES = ("entity", "field", "access", "kept", "why", "answered by")


class Command(BaseCommand):
    """``manage.py personal_data``."""

    help = "List the fields that hold personal data or passwords: how each is kept, why, and what answers it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the form of the list."""
        parser.add_argument("--markdown", action="store_true", help="as a table in Markdown, for documents")

    def handle(self, **options: Any) -> None:
        """Print the list."""
        rows = [
            (entry.entity, entry.field, entry.access, entry.kept, entry.why, ", ".join(entry.shown_by) or "nobody")
            for entry in inventory(registry())
        ]
        if not rows:
            self.stdout.write("no entity has a field that holds personal data")
        elif options["markdown"]:
            self.stdout.write(_markdown(rows))
        else:
            self.stdout.write(_columns(rows))


def _markdown(rows: Sequence[tuple[str, ...]]) -> str:
    lines = [_TITLES, ("---",) * len(_TITLES), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines)


def _columns(rows: Sequence[tuple[str, ...]]) -> str:
    widths = [max(map(len, column)) for column in zip(_TITLES, *rows, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in (_TITLES, *rows)
    )
