"""What a microservice tells about itself, as an ordinary service."""

from __future__ import annotations

from backk_core.declare.conf import conf
from backk_core.declare.permissions import allow_for_every_user
from backk_core.declare.service import Service, allow_get, own_transactions
from backk_core.declare.types import Document
from backk_core.execute.call import current_call
from backk_core.publish.audiences import Audience
from backk_core.publish.openapi import published_document
from backk_core.publish.services_metadata import published_metadata


class MetadataService(Service):
    """Describes the API: to services of the cluster with what is for them only, to all others without."""

    @classmethod
    def is_switched_on(cls) -> bool:
        return conf().publish_metadata

    @allow_for_every_user
    @allow_get
    @own_transactions("asks no database")
    def get_services_metadata(self) -> Document:
        """Return services, functions, types, access modes, rules and errors, in the words of Backk."""
        return published_metadata(_audience())

    @allow_for_every_user
    @allow_get
    @own_transactions("asks no database")
    def get_open_api_spec(self) -> Document:
        """Return this document: OpenAPI 3.1 as JSON."""
        return published_document(_audience())


def _audience() -> Audience:
    principal = current_call().principal
    return "internal" if principal is not None and principal.is_internal else "public"
