"""Services in a package: some here, some in its modules, one imported from elsewhere."""

from backk_core import CrudEntityService, Service, ServiceFunction, allow_for_every_user
from tests.apps.declaring.elsewhere import BorrowedService, IgnoredService

__all__ = ["BorrowedService", "FrontService"]


class FrontService(Service):
    @allow_for_every_user
    def greet(self) -> None:
        """Say hello."""


class _HiddenService(Service):
    @allow_for_every_user
    def greet(self) -> None:
        """Say nothing."""


USED = (CrudEntityService, ServiceFunction, IgnoredService, _HiddenService)
