"""The door to what needs Django's app registry: entities, their parts and field kinds."""

from backk_core.declare.entities import (
    ArrayField,
    Entity,
    EntityIdField,
    ExternalIdField,
    HasCaptchaToken,
    HasCreatedAtTimestamp,
    HasLastModifiedTimestamp,
    HasOwner,
    HasSubject,
    HasTenant,
    HasTimestamps,
    HasVersion,
    LocalIdField,
    TimestampField,
    array_of,
    changes_to,
    transient,
)
from backk_core.declare.relations import EntityView, SubEntity, many_to_many, owned, referenced, reverse_of
from backk_core.declare.sealing import SealedField
from backk_core.execute.answer_cache import forget_answers

__all__ = [
    "ArrayField",
    "Entity",
    "EntityIdField",
    "EntityView",
    "ExternalIdField",
    "HasCaptchaToken",
    "HasCreatedAtTimestamp",
    "HasLastModifiedTimestamp",
    "HasOwner",
    "HasSubject",
    "HasTenant",
    "HasTimestamps",
    "HasVersion",
    "LocalIdField",
    "SealedField",
    "SubEntity",
    "TimestampField",
    "array_of",
    "changes_to",
    "forget_answers",
    "many_to_many",
    "owned",
    "referenced",
    "reverse_of",
    "transient",
]
