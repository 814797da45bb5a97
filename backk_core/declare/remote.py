"""What an app is asked for that has calls executed by other microservices."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from backk_core.execute.call import Call, Reply


class RemoteExecutor(ABC):
    """Has calls executed by other microservices; an app that can hands one over, see ``provide``."""

    @abstractmethod
    def pass_on(self, call: Call, microservice: str, namespace: str) -> Reply:
        """Return another microservice's reply, with the caller's credential. CallError where there is none."""
