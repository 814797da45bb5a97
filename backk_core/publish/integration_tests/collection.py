"""The whole collection: services in the order of their declaration, generated requests and a team's steps in each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from backk_core.declare.conf import conf
from backk_core.declare.permissions import UserRoles
from backk_core.describe.registry import Registry
from backk_core.publish.audiences import Audience, is_of_framework, published_functions
from backk_core.publish.integration_tests.generated import STRANGER, Guidance, caller_of, refusals, round_trip
from backk_core.publish.integration_tests.requests import PRELUDE, Request
from backk_core.publish.integration_tests.steps import Caller, ServiceSteps, refuse_unknown_templates
from backk_core.publish.samples import Sampler

_SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
_BASE_URL = "http://127.0.0.1:3001"


def collection(known: Registry, audience: Audience, steps: Iterable[ServiceSteps]) -> dict[str, Any]:
    """Return the collection (Postman Collection Format 2.1.0). BadSteps where a template needs what nobody saves."""
    folders = list(_folders(known, audience, list(steps)))
    refuse_unknown_templates(request for _, requests in folders for request in requests)
    return {
        "info": {
            "name": f"{conf().microservice_name} integration tests",
            "description": "Written out of contracts and steps: change those, not this.",
            "schema": _SCHEMA,
        },
        "event": [
            {"listen": "prerequest", "script": {"type": "text/javascript", "exec": PRELUDE.splitlines()}},
        ],
        "variable": [{"key": "baseUrl", "value": _BASE_URL}],
        "item": [{"name": name, "item": [request.item() for request in requests]} for name, requests in folders],
    }


def callers_of(known: Registry, named: Iterable[Caller]) -> list[Caller]:
    """Return everybody whose token a collection needs: those that the team names, one for each role, a stranger."""
    roles = {
        role for f in known.functions.values() for rule in f.rules if isinstance(rule, UserRoles) for role in rule.roles
    }
    own = [Caller(caller_of(role), f"test-{role}", (role,)) for role in sorted(roles)]
    return [*named, *own, Caller(STRANGER, "test-stranger")]


def environment(callers: Iterable[Caller], tokens: dict[str, str], base_url: str) -> dict[str, Any]:
    """Return a Postman environment: where the service is, and everybody's token."""
    values = [{"key": "baseUrl", "value": base_url, "enabled": True}]
    values += [
        {"key": f"token.{caller.name}", "value": tokens[caller.name], "type": "secret", "enabled": True}
        for caller in callers
    ]
    return {"name": conf().microservice_name, "values": values, "_postman_variable_scope": "environment"}


def _folders(known: Registry, audience: Audience, steps: list[ServiceSteps]) -> Iterator[tuple[str, list[Request]]]:
    by_service: dict[str, list[ServiceSteps]] = {}
    for each in steps:
        by_service.setdefault(each.service, []).append(each)
    functions = [f for f in published_functions(known, audience) if f.options.no_test is None]
    sampler = Sampler()
    for service in _in_order(functions, by_service):
        written = by_service.get(service, [])
        guidance = written[0].guidance if written else Guidance()
        requests = [request for each in written for request in each.before]
        for function in functions:
            if function.service_name == service:
                requests += refusals(function, sampler, guidance)
        if not any(is_of_framework(f) for f in known.services[service].functions):
            requests += round_trip(service, known, sampler, guidance)
        requests += [request for each in written for request in each.after]
        if requests:
            yield service, requests


def _in_order(functions: list[Any], written: dict[str, list[ServiceSteps]]) -> list[str]:
    """Return the services: those with steps as their files are in order, then the others as they are declared."""
    declared = dict.fromkeys(function.service_name for function in functions)
    return [*written, *(name for name in declared if name not in written)]
