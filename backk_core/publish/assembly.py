"""Puts a process together once: contracts, services, authenticators and interceptors become the pipeline."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from backk_core.declare.conf import conf
from backk_core.declare.provisions import provided
from backk_core.declare.store import Store
from backk_core.describe.registry import Registry, registry
from backk_core.execute import transactions
from backk_core.execute.extensions import Interceptor, interceptors_of
from backk_core.execute.injection import NotInjectable, Replacements, Services
from backk_core.execute.pipeline import Pipeline, Run
from backk_core.execute.store import DatabaseStore
from backk_core.publish.checks import refuse_errors
from backk_core.publish.checks.middleware import skipped_middleware
from backk_core.publish.rest_framework import configured_authenticators, configured_throttle


def services(replacements: Replacements | None = None, known: Registry | None = None) -> Services:
    """Return the services, none of them constructed yet; ``replacements`` stand in for classes."""
    return Services((known or registry()).classes, {Store: DatabaseStore(), **provided(), **(replacements or {})})


def build_pipeline(
    replacements: Replacements | None = None,
    *,
    known: Registry | None = None,
    innermost: Sequence[Interceptor] = (),
    run: Run = transactions.run,
) -> Pipeline:
    """Return a pipeline of the project's services, or of those that are ``known``.

    ``replacements`` are handed over instead of classes, ``innermost`` are interceptors after the project's own. Raises
    ImproperlyConfigured where a declaration or a setting is wrong.
    """
    known = known or registry()
    known.refuse_problems()
    settings = conf()
    throttle = configured_throttle()
    try:
        return Pipeline(
            known,
            services(replacements, known),
            authenticators=[*map(_made, settings.authenticators), *configured_authenticators()],
            interceptors=[
                *map(_made, settings.interceptors),
                *interceptors_of(known),
                *((throttle,) if throttle else ()),
                *innermost,
            ],
            run=run,
        )
    except NotInjectable as failure:
        raise ImproperlyConfigured(str(failure)) from failure


@cache
def pipeline() -> Pipeline:
    """Return the process's pipeline. ImproperlyConfigured where a check of the project fails."""
    refuse_errors()
    return build_pipeline()


def door_pipeline() -> Pipeline:
    """Return the process's pipeline for a door. ImproperlyConfigured also where it would skip MIDDLEWARE."""
    refuse_errors(skipped_middleware())
    return pipeline()


def _made(name: str) -> Any:
    found = import_string(name)
    return found() if isinstance(found, type) else found
