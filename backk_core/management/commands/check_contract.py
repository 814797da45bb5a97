"""Tells what changed in the API since a snapshot or a revision, and fails where that breaks clients."""

from __future__ import annotations

import json
import shutil
import subprocess
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import yaml
from django.core.management.base import BaseCommand, CommandError

from backk_core.describe.registry import registry
from backk_core.publish.audiences import Audience
from backk_core.publish.contract_differences import differences
from backk_core.publish.openapi import document, rendered


class Command(BaseCommand):
    """``manage.py check_contract --against FILE`` or ``--against REVISION --snapshot FILE``."""

    help = (
        "Compare the API with a snapshot (what generate_openapi writes): list each difference, fail where one breaks "
        "clients. --against names the snapshot's file, or a git revision that has the file --snapshot."
    )
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--against", required=True, metavar="FILE|REVISION")
        parser.add_argument("--snapshot", type=Path, metavar="FILE", help="the snapshot's file in the revision")
        parser.add_argument("--audience", choices=["public", "internal"], default="public")
        parser.add_argument("--allow-breaking", action="store_true", help="list differences, and succeed all the same")

    def handle(
        self,
        *args: Any,
        against: str,
        snapshot: Path | None,
        audience: Audience,
        allow_breaking: bool,
        **_: Any,
    ) -> None:
        """Compare. CommandError where a difference breaks clients, or there is nothing to compare with."""
        registry().refuse_problems()
        old = _document_of(_text_of(against, snapshot), against)
        # as a reader of the file sees it
        new = json.loads(rendered(document(registry(), audience), "json"))
        found = differences(old, new)
        for difference in found:
            style = self.style.ERROR if difference.breaks else self.style.SUCCESS
            self.stdout.write(style(str(difference)))
        breaking = sum(difference.breaks for difference in found)
        summary = f"{len(found)} differences, {breaking} of them break clients"
        if breaking and not allow_breaking:
            raise CommandError(f"{summary}: keep the old beside the new, or --allow-breaking and tell the clients.")
        self.stdout.write(summary)


def _text_of(against: str, snapshot: Path | None) -> str:
    file = Path(against)
    if snapshot is None:
        if not file.is_file():
            raise CommandError(f"{against} is no file; for a git revision say --snapshot FILE too")
        return file.read_text(encoding="utf-8")
    git = shutil.which("git")
    if git is None:
        raise CommandError("there is no git here: --against FILE compares with a file")
    shown = subprocess.run(  # noqa: S603 - what is run is git, whatever the revision is called
        [git, "show", "--end-of-options", f"{against}:./{snapshot.as_posix()}"],
        capture_output=True,
        text=True,
        check=False,
    )
    if shown.returncode:
        raise CommandError(shown.stderr.strip())
    return shown.stdout


def _document_of(text: str, name: str) -> dict[str, Any]:
    try:
        found = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise CommandError(f"{name} is no YAML or JSON: {error}") from error
    if not isinstance(found, dict) or not str(found.get("openapi", "")).startswith("3.1"):
        raise CommandError(f"{name} is no OpenAPI 3.1 document: write one by generate_openapi --output FILE")
    return found
