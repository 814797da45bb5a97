"""The door to what needs Django's app registry: fields that migrations name, and the table of limits."""

from backk_security.database_counter import RateLimitCount
from backk_security.fields import BlindIndexField, EncryptedField, HashedField, RowKeyField

__all__ = ["BlindIndexField", "EncryptedField", "HashedField", "RateLimitCount", "RowKeyField"]
