"""The door to what needs Django's app registry: fields that migrations name."""

from backk_security.fields import BlindIndexField, EncryptedField, HashedField, RowKeyField

__all__ = ["BlindIndexField", "EncryptedField", "HashedField", "RowKeyField"]
