"""Puts a process together once: contracts, services, authenticators and interceptors become the pipeline."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from backk_core.declare.conf import conf
from backk_core.declare.store import Store
from backk_core.describe.registry import registry
from backk_core.execute.injection import NotInjectable, Replacements, Services
from backk_core.execute.pipeline import Pipeline
from backk_core.execute.store import DatabaseStore
from backk_core.publish.checks import refuse_errors
from backk_core.publish.checks.middleware import skipped_middleware
from backk_core.publish.rest_framework import configured_authenticators, configured_throttle


def services(replacements: Replacements | None = None) -> Services:
    """Return the project's services, none of them constructed yet; ``replacements`` stand in for classes."""
    return Services(registry().classes, {Store: DatabaseStore(), **(replacements or {})})


def build_pipeline(replacements: Replacements | None = None) -> Pipeline:
    """Return a pipeline. ImproperlyConfigured where a declaration or a setting is wrong."""
    registry().refuse_problems()
    settings = conf()
    throttle = configured_throttle()
    try:
        return Pipeline(
            registry(),
            services(replacements),
            authenticators=[*map(_made, settings.authenticators), *configured_authenticators()],
            interceptors=[*map(_made, settings.interceptors), *((throttle,) if throttle else ())],
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
