"""Writes integration tests of the project: a Postman collection, which Newman runs, and its environment."""

from __future__ import annotations

import io
import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError

from backk_core.declare.conf import conf
from backk_core.describe.registry import registry
from backk_core.publish.audiences import Audience
from backk_core.publish.clients.writing import write_files
from backk_core.publish.integration_tests.collection import callers_of, collection
from backk_core.publish.integration_tests.collection import environment as environment_of
from backk_core.publish.integration_tests.steps import BadSteps, Caller, callers_in, steps_in


class Command(BaseCommand):
    """``manage.py generate_integration_tests [--steps DIRECTORY] [--output DIRECTORY] [--environment FILE]``."""

    help = "Write a Postman collection that tries the service functions: made of contracts and of steps in YAML."
    # the functions need no tables
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--steps", type=Path, metavar="DIRECTORY", help="holds callers.yaml and steps of services")
        parser.add_argument("--audience", choices=["public", "internal"], default="internal")
        parser.add_argument(
            "--output",
            type=Path,
            default=Path("generated/integration_tests"),
            metavar="DIRECTORY",
            help="default: %(default)s",
        )
        parser.add_argument(
            "--environment", type=Path, metavar="FILE", help="write a Postman environment with development tokens, too"
        )
        parser.add_argument("--base-url", default="http://127.0.0.1:3001", help="where the service is, for FILE")

    def handle(
        self,
        *args: Any,
        steps: Path | None,
        audience: Audience,
        output: Path,
        environment: Path | None,
        base_url: str,
        **_: Any,
    ) -> None:
        """Write. CommandError where a declaration or a step has a problem, or a file cannot be written."""
        known = registry()
        known.refuse_problems()
        if steps is not None and not steps.is_dir():
            raise CommandError(f"{steps} is no directory")
        try:
            callers = callers_of(known, callers_in(steps))
            made = collection(known, audience, steps_in(steps, known, [caller.name for caller in callers]))
        except BadSteps as error:
            raise CommandError(str(error)) from error
        content = (json.dumps(made, indent=2, ensure_ascii=False) + "\n").encode()
        try:
            write_files(output, {f"{conf().microservice_name}.postman_collection.json": content}, "")
            if environment is not None:
                self._write_environment(environment, callers, base_url)
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}") from error
        requests = sum(len(folder["item"]) for folder in made["item"])
        self.stdout.write(f"{output}: {requests} requests of {len(made['item'])} services")

    def _write_environment(self, file: Path, callers: list[Caller], base_url: str) -> None:
        if "dev_token" not in get_commands():
            raise CommandError("tokens are made by backk_security's dev_token: add it to INSTALLED_APPS")
        tokens = {caller.name: _token(caller) for caller in callers}
        content = json.dumps(environment_of(callers, tokens, base_url), indent=2) + "\n"
        # whoever reads a token is whom it names
        file.touch(mode=0o600)
        file.write_text(content, encoding="utf-8")


def _token(caller: Caller) -> str:
    printed = io.StringIO()
    roles = [f"--role={role}" for role in caller.roles]
    call_command("dev_token", f"--subject={caller.subject}", *roles, stdout=printed)
    return printed.getvalue().strip()
