"""The door to what needs Django's app registry: fields that migrations name, and the table of idempotency keys."""

from backk_security.fields import BlindIndexField, EncryptedField, HashedField, RowKeyField
from backk_security.idempotency_records import IdempotencyRecord

__all__ = ["BlindIndexField", "EncryptedField", "HashedField", "IdempotencyRecord", "RowKeyField"]
