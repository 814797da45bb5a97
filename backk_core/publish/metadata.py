"""What a microservice tells about itself, as an ordinary service."""

from __future__ import annotations

from backk_core.declare.conf import conf
from backk_core.declare.permissions import allow_for_every_user
from backk_core.declare.service import Service, allow_get, own_transactions
from backk_core.declare.types import Document
from backk_core.publish.openapi import published_document


class MetadataService(Service):
    """Describes the API."""

    @classmethod
    def is_switched_on(cls) -> bool:
        return conf().publish_metadata

    @allow_for_every_user
    @allow_get
    @own_transactions("asks no database")
    def get_open_api_spec(self) -> Document:
        """Return this document: OpenAPI 3.1 as JSON."""
        return published_document()
