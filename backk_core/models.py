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
    HasTimestamps,
    HasVersion,
    TimestampField,
    array_of,
    transient,
)
from backk_core.declare.sealing import SealedField

__all__ = [
    "ArrayField",
    "Entity",
    "EntityIdField",
    "ExternalIdField",
    "HasCaptchaToken",
    "HasCreatedAtTimestamp",
    "HasLastModifiedTimestamp",
    "HasOwner",
    "HasSubject",
    "HasTimestamps",
    "HasVersion",
    "SealedField",
    "TimestampField",
    "array_of",
    "transient",
]
