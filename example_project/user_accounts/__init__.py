"""User accounts: who buys and sells."""
