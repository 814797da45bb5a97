"""Rewrites what older keys encrypted with the active one, online."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from backk_core.declare.conf import conf
from backk_security.rotation import Rotation, Summary, rotations


class Command(BaseCommand):
    """``manage.py rotate_keys``."""

    help = (
        "Rewrite encrypted values, and their blind indexes, with the active keys; others may read and write meanwhile. "
        "Stopped, it goes on where it was when it is started again."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add what is rewritten and how."""
        parser.add_argument("--database", default="", help="alias; the entities' database unless said otherwise")
        parser.add_argument("--batch", type=int, default=500, help="rows that are locked and rewritten at a time")
        parser.add_argument("--dry-run", action="store_true", help="only tell how many rows have values of other keys")
        parser.add_argument(
            "--encrypt-plain",
            action="append",
            default=[],
            metavar="APP.MODEL.FIELD",
            help="take values of this field that are not encrypted yet for plain texts, and encrypt them",
        )

    def handle(self, **options: Any) -> None:
        """Rewrite, and print a line an entity."""
        alias = options["database"] or conf().database
        found = list(rotations(alias, batch=options["batch"], adopted=options["encrypt_plain"]))
        labels = {field.label for rotation in found for field in rotation.fields}
        if unknown := set(options["encrypt_plain"]) - labels:
            raise CommandError(f"no encrypted field is called {', '.join(sorted(unknown))}")
        if options["dry_run"]:
            for rotation in found:
                self.stdout.write(f"{rotation.model._meta.label}: {rotation.left():,} rows have values of other keys")
            return
        summaries = [self._rotate(rotation) for rotation in found]
        for summary in summaries:
            self.stdout.write(
                f"{summary.entity}: {summary.rows:,} rows, {summary.rewritten:,} rewritten, "
                f"{summary.changed:,} changed by others meanwhile, {len(summary.failed):,} unreadable or duplicate, "
                f"{summary.left:,} left with other keys"
            )
        if any(summary.left for summary in summaries):
            raise CommandError("not all values have the active keys: keep the older keys, and look at the rows left")

    def _rotate(self, rotation: Rotation) -> Summary:
        shown = self.stderr.isatty()
        total = max(rotation.left(), 1)

        def tell(summary: Summary) -> None:
            if shown:
                part = min(1.0, (summary.rewritten + len(summary.failed)) / total)
                bar = "█" * int(30 * part)
                self.stderr.write(f"\r{summary.entity} {bar:30} {part:4.0%}", ending="")

        summary = rotation.run(tell)
        if shown:
            self.stderr.write("")
        return summary
