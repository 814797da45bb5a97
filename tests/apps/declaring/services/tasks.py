"""Functions that are classes."""

from backk_core import Service, ServiceFunction, allow_for_every_user
from tests.apps.declaring.services import FrontService


class WaveGoodbye(ServiceFunction):
    """Say goodbye."""

    service = "frontService"
    authorization = allow_for_every_user

    def execute(self) -> None:
        """Wave."""


class BackService(Service):
    @classmethod
    def is_switched_on(cls) -> bool:
        return False


GREETS = FrontService
