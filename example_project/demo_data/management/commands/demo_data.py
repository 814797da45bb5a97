"""Fills the marketplace with people and things."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError

from example_project.demo_data.filling import Demonstration
from example_project.demo_data.people import subject_of
from example_project.orders.models import Order
from example_project.sales_items.models import SalesItem
from example_project.user_accounts.models import UserAccount

_WIDTH = 40


class Command(BaseCommand):
    """``manage.py demo_data --people 50``."""

    help = "Fill the marketplace with people, things, likes and orders: the same each time, and each once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add how many people there are to be."""
        parser.add_argument("--people", type=int, default=50, help="how many people live there (50)")

    def handle(self, **options: Any) -> None:
        """Do what is not done yet, and tell what there is then."""
        if not settings.DEBUG:
            raise CommandError(
                "the demonstration has an administrator whose password everybody knows: development only"
            )
        steps = list(Demonstration(options["people"]).steps())
        for done, step in enumerate(steps, 1):
            step()
            self._show(done, len(steps))
        users: Any = get_user_model()._default_manager
        if not users.filter(username="admin").exists():
            users.create_superuser("admin", password="admin")  # noqa: S106 - said above
        people, things, orders = UserAccount.objects.count(), SalesItem.objects.count(), Order.objects.count()
        self.stdout.write(
            f"{people} people, {things} things, {orders} orders.\n"
            f"Call as one of them: manage.py dev_token --subject {subject_of(1)}; look behind the scenes: /admin, as "
            "admin, password admin."
        )

    def _show(self, done: int, all_steps: int) -> None:
        if self.stdout.isatty():
            bar = "#" * (_WIDTH * done // all_steps)
            ending = "\n" if done == all_steps else ""
            self.stdout.write(f"\r[{bar:<{_WIDTH}}] {done}/{all_steps}", ending=ending)
