"""Who a description is for: anybody, or the services of the cluster, who see more functions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from backk_core.declare.conf import conf
from backk_core.declare.permissions import ClusterInternal, Rule, TestsOnly
from backk_core.describe.contracts import ServiceFunctionContract
from backk_core.describe.registry import Registry

Audience = Literal["public", "internal"]


def published_functions(known: Registry, audience: Audience = "public") -> Iterator[ServiceFunctionContract]:
    """Yield the functions that the audience can reach, service by service, the framework's own last."""
    for function in sorted(known.functions.values(), key=is_of_framework):
        if not function.rules or any(_reaches(rule, audience) for rule in function.rules):
            yield function


def is_of_framework(function: ServiceFunctionContract) -> bool:
    """Tell whether a function is the framework's, not the project's."""
    return function.owner.__module__.split(".")[0].startswith("backk_")


def _reaches(rule: Rule, audience: Audience) -> bool:
    if isinstance(rule, ClusterInternal):
        return audience == "internal"
    return not (isinstance(rule, TestsOnly) and conf().in_production)
