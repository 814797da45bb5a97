"""Tags, which describe sales items."""
