"""Sales items: what the marketplace is about."""
