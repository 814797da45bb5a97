"""The third verb: a call carried out by its contract."""
