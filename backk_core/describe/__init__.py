"""The second verb: declarations worked out once, at start-up, into frozen contracts."""
