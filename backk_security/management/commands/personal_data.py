"""Prints which fields hold personal data, how they are kept, and which functions answer and take them."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Sequence
from typing import Any

from django.core.management.base import BaseCommand

from backk_core.describe.registry import Registry, registry
from backk_core.publish.authorization_matrix import lines_of, rendered
from backk_security.inventory import Entry, inventory

_TITLES = ("of", "field", "access", "kept", "why", "answered by", "taken by")
_NOTHING = "no entity has a field that holds personal data"


class Command(BaseCommand):
    """``manage.py personal_data [--format text|markdown]``."""

    help = "List the fields that hold personal data or passwords: how each is kept, why, what answers it and takes it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the form of the list; Markdown also tells who may call the functions."""
        parser.add_argument("--format", dest="form", choices=["text", "markdown"], default="text")

    def handle(self, *, form: str, **_: Any) -> None:
        """Print the list. CommandError where a declaration has a problem."""
        registry().refuse_problems()
        entries = list(inventory(registry()))
        if not entries:
            self.stdout.write(_NOTHING)
        elif form == "markdown":
            self.stdout.write(_document(entries, registry()), ending="")
        else:
            self.stdout.write(_columns([_cells(entry) for entry in entries]))


def _cells(entry: Entry) -> tuple[str, ...]:
    functions = (", ".join(names) or "nobody" for names in (entry.shown_by, entry.taken_by))
    return entry.entity, entry.field, entry.access, entry.kept, entry.why, *functions


def _document(entries: Sequence[Entry], known: Registry) -> str:
    named = {name for entry in entries for name in (*entry.shown_by, *entry.taken_by)}
    callers = rendered([line for line in lines_of(known) if line.function in named], "markdown")
    rows = (_TITLES, ("---",) * len(_TITLES), *map(_cells, entries))
    fields = "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |\n" for row in rows)
    return f"## Fields\n\n{fields.replace('|  |', '| |')}\n## Who may call these functions\n\n{callers}"


def _columns(rows: Sequence[tuple[str, ...]]) -> str:
    widths = [max(map(len, column)) for column in zip(_TITLES, *rows, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in (_TITLES, *rows)
    )
