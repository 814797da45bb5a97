"""Who calls and what they may: tokens, policies, limits, keys and encryption."""

from backk_security.redis_cache import redis_cache_from_environment
from backk_security.secrecy import encrypted, hashed, not_encrypted, not_hashed

__all__ = ["encrypted", "hashed", "not_encrypted", "not_hashed", "redis_cache_from_environment"]
