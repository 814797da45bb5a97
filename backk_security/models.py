"""The door to what needs Django's app registry: fields that migrations name, the tables of limits and of keys."""

from backk_security.database_counter import RateLimitCount
from backk_security.fields import BlindIndexField, EncryptedField, HashedField, RowKeyField
from backk_security.idempotency_records import IdempotencyRecord

__all__ = [
    "BlindIndexField",
    "EncryptedField",
    "HashedField",
    "IdempotencyRecord",
    "RateLimitCount",
    "RowKeyField",
]
