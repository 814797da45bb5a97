"""Shopping carts: what somebody is about to buy."""
