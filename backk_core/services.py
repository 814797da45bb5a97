"""The framework's own services: probes of a cluster, several calls in one request, the API's description."""

from __future__ import annotations

from backk_core.declare import naming
from backk_core.declare.conf import conf
from backk_core.declare.errors import NotReady, NotStarted
from backk_core.declare.permissions import allow_for_every_user
from backk_core.declare.service import Service, allow_get, no_rate_limit, own_transactions
from backk_core.declare.types import Plain
from backk_core.execute.batch import Answers, Batches, Calls
from backk_core.execute.call import CallExecutor, current_call
from backk_core.execute.health import DatabaseHealth, all_pass, checks_of
from backk_core.publish.metadata import MetadataService

__all__ = [
    "LivenessCheckService",
    "MetadataService",
    "MultipleServiceFunctionExecutionService",
    "ReadinessCheckService",
    "StartupCheckService",
]

_PROBE = "asked by the cluster every few seconds"
_OWN_CONNECTION = "asks the database on a connection of its own, if at all"
_EACH_COUNTS = "each of its calls is counted"


class LivenessCheckService(Service):
    """Tells a cluster whether the process must be replaced."""

    def __init__(self) -> None:
        self._checks = checks_of(conf().liveness_checks)

    @allow_for_every_user
    @allow_get
    @no_rate_limit(_PROBE)
    @own_transactions(_OWN_CONNECTION)
    def is_microservice_alive(self) -> None:
        """Succeed unless a liveness check of the project fails; a database that is down is no reason to be replaced."""
        if not all_pass(self._checks):
            raise NotReady("Microservice is not alive")


class ReadinessCheckService(Service):
    """Tells a cluster whether to send calls."""

    def __init__(self) -> None:
        self._checks = checks_of(conf().readiness_checks)
        self._database = DatabaseHealth()

    @allow_for_every_user
    @allow_get
    @no_rate_limit(_PROBE)
    @own_transactions(_OWN_CONNECTION)
    def is_microservice_ready(self) -> None:
        """Succeed where the database answers within a second, has all migrations, and the project's checks pass."""
        if not self._database.is_ready() or not all_pass(self._checks):
            raise NotReady


class StartupCheckService(Service):
    """Tells a cluster when to begin with the other probes."""

    def __init__(self) -> None:
        self._checks = checks_of(conf().startup_checks)
        self._database = DatabaseHealth()

    @allow_for_every_user
    @allow_get
    @no_rate_limit(_PROBE)
    @own_transactions(_OWN_CONNECTION)
    def is_microservice_started(self) -> None:
        """Succeed once all migrations were seen in the database, and where the project's checks pass."""
        if not self._database.is_migrated() or not all_pass(self._checks):
            raise NotStarted


class MultipleServiceFunctionExecutionService(Service):
    """Executes several calls that came in one request, each authorized, validated and limited as if it came alone."""

    def __init__(self, executor: CallExecutor) -> None:
        self.batches = Batches(executor, naming.class_to_wire(type(self).__name__))

    @classmethod
    def is_switched_on(cls) -> bool:
        return conf().max_batch_size > 0

    @allow_for_every_user
    @no_rate_limit(_EACH_COUNTS)
    @own_transactions("each of its calls has its own")
    def execute_in_parallel_without_transaction(self, calls: Calls) -> Plain[Answers]:
        """Execute calls side by side, each in a transaction of its own."""
        return self.batches.in_parallel(current_call(), calls)

    @allow_for_every_user
    @no_rate_limit(_EACH_COUNTS)
    @own_transactions("each of its calls has its own")
    def execute_in_sequence_without_transaction(self, calls: Calls) -> Plain[Answers]:
        """Execute calls one after another, each in a transaction of its own; one that fails does not end the others."""
        return self.batches.in_sequence(current_call(), calls)

    @allow_for_every_user
    @no_rate_limit(_EACH_COUNTS)
    def execute_in_parallel_inside_transaction(self, calls: Calls) -> Plain[Answers]:
        """Execute calls in one transaction; one that fails undoes all, whatever the others are answered."""
        return self.batches.in_parallel_inside_transaction(current_call(), calls)

    @allow_for_every_user
    @no_rate_limit(_EACH_COUNTS)
    def execute_in_sequence_inside_transaction(self, calls: Calls) -> Plain[Answers]:
        """Execute calls in one transaction, in order; one that fails undoes all, whatever the others are answered."""
        return self.batches.in_sequence_inside_transaction(current_call(), calls)
