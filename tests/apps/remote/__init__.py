"""A shop that calls a bank: one small project, served once as each of the two."""
