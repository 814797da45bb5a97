"""Sales items."""
