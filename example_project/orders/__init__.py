"""Orders: what was bought, and how far its delivery has come."""
