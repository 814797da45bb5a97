"""Services that another module declares."""

from backk_core import Service, allow_for_every_user


class BorrowedService(Service):
    @allow_for_every_user
    def greet(self) -> None:
        """Say hello."""


class IgnoredService(Service):
    @allow_for_every_user
    def greet(self) -> None:
        """Say hello."""
