"""Clients in other languages, written out of contracts."""
