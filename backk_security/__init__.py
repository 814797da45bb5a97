"""Who calls and what they may: tokens, policies, limits, keys and encryption."""
